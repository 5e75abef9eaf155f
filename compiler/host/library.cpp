#include "host/library.h"
#include "host/elf.h"
#include "host/instance.h"
#include "interface/descriptor.h"
#include <dlfcn.h>
#include <fmt/format.h>

namespace deal::host {

Result<interface::Interface> read_library(std::string_view bytes) {
  auto elf = Elf::read(bytes);
  if (!elf) return Failure{elf.error()};
  // The first version of the interface knew the prefixed name alone: it is found, and refused by its number.
  auto symbol = elf->ending(interface::descriptor_symbol);
  if (symbol.empty()) symbol = elf->ending("_descriptor");
  auto text = elf->object(symbol);
  if (text.empty()) return Failure{"it is no compiled deal: it has no descriptor"};
  if (text.back() != '\0') return Failure{"its descriptor has no end"};
  auto interface = interface::read_descriptor(text.substr(0, text.size() - 1));
  if (!interface) return Failure{interface.error()};
  for (auto &function : functions_of(*interface))
    if (!elf->has_function(function)) return Failure{fmt::format("it has no function {}", function)};
  return interface;
}

Result<interface::Loaded> load_library(const std::string &path) {
  void *handle = dlopen(path.find('/') == std::string::npos ? ("./" + path).c_str() : path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) return Failure{dlerror()};
  std::shared_ptr<void> keep(handle, dlclose);
  return interface::Loaded {
    [handle](const std::string &name) { return dlsym(handle, name.c_str()); }, keep
  };
}

} // namespace deal::host
