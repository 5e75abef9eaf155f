#include "codegen/artifact.h"
#include <dlfcn.h>
#include <filesystem>
#include <fmt/format.h>
#include <lld/Common/Driver.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <sys/mman.h>
#include <unistd.h>

LLD_HAS_DRIVER(elf)

namespace deal::codegen {
namespace {

// A file that lives in memory, for lld and dlopen.
class MemoryFile {
public:
  explicit MemoryFile(const char *name) : fd_(memfd_create(name, 0)) {}
  ~MemoryFile() {
    if (fd_ >= 0) close(fd_);
  }
  MemoryFile(const MemoryFile &) = delete;
  std::string path() const { return fmt::format("/proc/self/fd/{}", fd_); }
  bool write(const std::string &bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
      auto n = ::write(fd_, bytes.data() + done, bytes.size() - done);
      if (n <= 0) return false;
      done += static_cast<std::size_t>(n);
    }
    return fd_ >= 0;
  }

private:
  int fd_;
};

} // namespace

std::string emit_as(Form form, const std::vector<ir::MachineFunction> &functions, const EmitOptions &options) {
  llvm::LLVMContext context;
  auto machine = target_machine(options.level);
  auto module = emit(context, *machine, functions, options);
  optimize(*module, *machine, options.level);
  std::string out;
  if (form == Form::llvm_ir) {
    llvm::raw_string_ostream stream(out);
    module->print(stream, nullptr);
    return out;
  }
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  bool failed = machine->addPassesToEmitFile(passes, stream, nullptr,
                                             form == Form::object ? llvm::CodeGenFileType::ObjectFile : llvm::CodeGenFileType::AssemblyFile);
  DEAL_CHECK(!failed, "the target emits no object code");
  passes.run(*module);
  return {bytes.begin(), bytes.end()};
}

Result<std::string> link_shared(const std::string &object) {
  MemoryFile in("deal.o");
  if (!in.write(object)) return Failure{"no memory for the object file"};
  // lld writes to a path of its own; a fresh folder keeps runs apart.
  std::error_code failed;
  auto folder = std::filesystem::temp_directory_path(failed) / fmt::format("deal-{}-{}", getpid(), reinterpret_cast<std::uintptr_t>(&in));
  if (failed || !std::filesystem::create_directory(folder, failed)) return Failure{"no temporary folder: " + failed.message()};
  auto path = (folder / "deal.so").string();
  auto object_path = in.path();
  std::string errors;
  llvm::raw_string_ostream err(errors);
  std::vector<const char *> arguments = {"ld.lld", "-shared", "-z", "defs",       "--build-id=none",  "--hash-style=gnu",
                                         "-z",     "now",     "-o", path.c_str(), object_path.c_str()};
  auto result = lld::lldMain(arguments, llvm::outs(), err, {{lld::Gnu, &lld::elf::link}});
  std::string bytes;
  if (result.retCode == 0)
    if (auto *f = std::fopen(path.c_str(), "rb")) {
      char buffer[65536];
      for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, f)) > 0;) bytes.append(buffer, n);
      std::fclose(f);
    }
  std::filesystem::remove_all(folder, failed);
  if (result.retCode != 0 || bytes.empty()) return Failure{"linking failed: " + err.str()};
  return bytes;
}

Result<Loaded> load_jit(const std::vector<ir::MachineFunction> &functions, const EmitOptions &options) {
  auto context = std::make_unique<llvm::LLVMContext>();
  auto machine = target_machine(options.level);
  auto module = emit(*context, *machine, functions, options);
  optimize(*module, *machine, options.level);
  llvm::orc::JITTargetMachineBuilder builder(machine->getTargetTriple());
  builder.setCPU("x86-64-v2");
  builder.setCodeGenOptLevel(options.level == 0 ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Default);
  auto jit = llvm::orc::LLJITBuilder().setJITTargetMachineBuilder(std::move(builder)).create();
  if (!jit) return Failure{llvm::toString(jit.takeError())};
  if (auto error = (*jit)->addIRModule(llvm::orc::ThreadSafeModule(std::move(module), std::move(context))))
    return Failure{llvm::toString(std::move(error))};
  if (auto error = (*jit)->initialize((*jit)->getMainJITDylib())) return Failure{llvm::toString(std::move(error))};
  std::shared_ptr<llvm::orc::LLJIT> held = std::move(*jit);
  return Loaded{[held](const std::string &name) -> void * {
                  auto at = held->lookup(name);
                  if (at) return at->toPtr<void *>();
                  llvm::consumeError(at.takeError());
                  return nullptr;
                },
                held};
}

Result<Loaded> load_library(const std::string &path) {
  void *handle = dlopen(path.find('/') == std::string::npos ? ("./" + path).c_str() : path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) return Failure{dlerror()};
  std::shared_ptr<void> keep(handle, dlclose);
  return Loaded{[handle](const std::string &name) { return dlsym(handle, name.c_str()); }, keep};
}

} // namespace deal::codegen
