#include "codegen/descriptor.h"
#include "driver/commands/commands.h"
#include "optimize/ranges.h"
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace deal::driver {
namespace fs = std::filesystem;

namespace {

// Whole or not at all: written beside and renamed, so that a full disk leaves no half a library.
void write_file(const fs::path &path, const std::string &bytes) {
  std::error_code failed;
  bool replaced = !fs::exists(path, failed) || fs::is_regular_file(path, failed); // a device or a pipe is written where it is
  auto beside = path;
  if (replaced) beside += ".tmp";
  std::ofstream out(beside, std::ios::binary);
  out << bytes;
  out.close();
  if (out && replaced) fs::rename(beside, path, failed);
  if (out && !failed) return;
  auto why = failed ? failed.message() : std::string(std::strerror(errno));
  if (replaced) fs::remove(beside, failed);
  throw Stop{fmt::format("cannot write `{}`: {}", path.string(), why)};
}

} // namespace

int build_command(const BuildOptions &o) {
  auto subject = open_subject(o.file);
  if (subject.library) throw Stop{fmt::format("`{}` is compiled already", o.file)};
  lower::Request whole;
  whole.columns = o.level > 2;
  // Text goes to stdout, or where `-o` says.
  auto text = [&](const std::string &all) {
    if (o.output.empty()) std::cout << all;
    else write_file(o.output, all);
    return 0;
  };
  auto listing = [&](const auto &functions) {
    std::string all;
    for (auto &f : functions)
      if (!f.traced) all += ir::print(f) + "\n";
    return text(all);
  };
  if (o.emit == "exact-ir") return listing(lower::lower(subject.model(), whole).functions);
  if (o.emit == "ranges") {
    auto module = lower::lower(subject.model(), whole);
    auto known = interface::flags_of(module.interface);
    std::string all;
    for (auto &f : module.functions)
      if (!f.traced && f.shape == ir::Shape::term) all += optimize::ranges(f, known) + "\n";
    return text(all);
  }
  auto made = machine_code(subject.model(), whole);
  if (!made) throw Stop{made.error(), 1};
  auto &machine = *made;
  auto described = codegen::descriptor(machine.interface, {{fs::path(o.file).filename().string(), codegen::sha256(subject.program.sources[0].text())}});
  auto emit = machine.options(o.level, described);
  if (o.instructions != "all") emit.instructions = {o.instructions.back() - '2'};
  if (o.emit == "machine-ir") return listing(machine.functions);
  auto header = codegen::header(machine.interface);
  if (o.emit == "header") return text(header);
  if (o.emit == "llvm-ir") return text(codegen::emit_as(codegen::Form::llvm_ir, machine.functions, emit));
  if (o.emit == "asm") return text(codegen::emit_as(codegen::Form::assembly, machine.functions, emit));
  fs::path out = o.output;
  auto ending = o.emit == "so" ? ".so" : o.emit == "object" ? ".o" : ".json";
  if (out.empty()) out = fs::path(o.file).filename().replace_extension(ending);
  if (o.emit == "descriptor") return write_file(out, described), 0;
  auto objects = codegen::emit_objects(machine.functions, emit);
  auto linked = o.emit == "object" ? codegen::link_object(objects) : codegen::link_shared(objects);
  if (!linked) throw Stop{linked.error()};
  write_file(out, *linked);
  if (o.emit == "object") return 0;
  write_file(fs::path(out).replace_extension(".h"), header);
  write_file(fs::path(out).replace_extension(".json"), described);
  return 0;
}

} // namespace deal::driver
