#include "codegen/artifact.h"
#include "codegen/target.h"
#include <atomic>
#include <deque>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <numeric>
#include <lld/Common/Driver.h>
#include <llvm/ExecutionEngine/Orc/CompileUtils.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/SHA256.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>

LLD_HAS_DRIVER(elf)

namespace deal {
std::vector<std::string_view> runtime_objects();
}

namespace deal::codegen {
namespace {

// A file that lives in memory, for lld.
class MemoryFile {
public:
  explicit MemoryFile(const char *name) : fd_(memfd_create(name, 0)) {}
  ~MemoryFile() {
    if (fd_ >= 0) close(fd_);
  }
  MemoryFile(const MemoryFile &) = delete;
  std::string path() const { return fmt::format("/proc/self/fd/{}", fd_); }
  bool write(std::string_view bytes) {
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

namespace {

std::string print(llvm::Module &module, llvm::TargetMachine &machine, Form form) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  if (form == Form::llvm_ir) {
    module.print(stream, nullptr);
    return {bytes.begin(), bytes.end()};
  }
  llvm::legacy::PassManager passes;
  bool failed = machine.addPassesToEmitFile(passes, stream, nullptr,
                                            form == Form::object ? llvm::CodeGenFileType::ObjectFile : llvm::CodeGenFileType::AssemblyFile);
  DEAL_CHECK(!failed, "the target emits no object code");
  passes.run(module);
  return {bytes.begin(), bytes.end()};
}

std::string emit_part(Form form, std::span<const Bundle> part, std::span<const Bundle> all, const EmitOptions &options, bool tables) {
  llvm::LLVMContext context;
  auto machine = target_machine(options.level);
  auto module = emit(context, *machine, part, all, options, tables);
  optimize(*module, *machine, options.level);
  return print(*module, *machine, form);
}

} // namespace

std::string emit_as(Form form, const std::vector<ir::MachineFunction> &functions, const EmitOptions &options) {
  auto all = bundles(functions, options);
  return emit_part(form, all, all, options, true);
}

std::vector<std::string> emit_objects(const std::vector<ir::MachineFunction> &functions, const EmitOptions &options) {
  // Values of a part, so that the cores share the work: fewer where each costs more (with lanes it is made many times), more where there would
  // be hundreds of parts. The same on every machine, and so are the bytes.
  static constexpr std::size_t least[] = {2500, 1200, 1200, 500};
  auto made = bundles(functions, options);
  auto size_of = [](const Bundle &b) { return std::accumulate(b.begin(), b.end(), std::size_t{0}, [](auto n, auto *f) { return n + f->values.size(); }); };
  std::size_t all = 0;
  for (auto &b : made) all += size_of(b);
  const auto enough = std::max(least[options.level], all / 64);
  std::vector<std::span<const Bundle>> parts;
  std::size_t begin = 0, size = 0;
  for (std::size_t i = 0; i < made.size(); ++i) {
    size += size_of(made[i]);
    if (size < enough && i + 1 < made.size()) continue;
    parts.push_back(std::span(made).subspan(begin, i + 1 - begin));
    begin = i + 1, size = 0;
  }
  if (parts.empty()) parts.emplace_back();
  std::vector<std::string> out(parts.size());
  std::atomic<std::size_t> next{0};
  auto work = [&] {
    for (std::size_t k; (k = next++) < parts.size();) out[k] = emit_part(Form::object, parts[k], made, options, k == 0);
  };
  std::vector<std::thread> others;
  for (std::size_t t = 1; t < std::min<std::size_t>(parts.size(), std::thread::hardware_concurrency()); ++t) others.emplace_back(work);
  work();
  for (auto &t : others) t.join();
  return out;
}

namespace {

// Links in process, together with what the runtime brings as objects.
Result<std::string> link(const std::vector<std::string> &objects, std::vector<const char *> arguments) {
  std::deque<MemoryFile> files;
  std::vector<std::string> paths;
  auto add = [&](std::string_view bytes) {
    paths.push_back(files.emplace_back("deal.o").path());
    return files.back().write(bytes);
  };
  bool written = true;
  for (auto &object : objects) written = written && add(object);
  for (auto bytes : runtime_objects()) written = written && add(bytes);
  if (!written) return Failure{"no memory for the object files"};
  // lld writes to a path of its own; a fresh folder keeps runs apart.
  std::error_code failed;
  auto folder = std::filesystem::temp_directory_path(failed) / fmt::format("deal-{}-{}", getpid(), reinterpret_cast<std::uintptr_t>(&files));
  if (failed || !std::filesystem::create_directory(folder, failed)) return Failure{"no temporary folder: " + failed.message()};
  auto path = (folder / "deal.so").string();
  std::string errors;
  llvm::raw_string_ostream err(errors);
  arguments.insert(arguments.begin(), target.linker);
  arguments.insert(arguments.end(), {"--threads=1", "-o", path.c_str()});
  for (auto &p : paths) arguments.push_back(p.c_str());
  auto result = lld::lldMain(arguments, llvm::outs(), err, {{lld::Gnu, &lld::elf::link}});
  std::string bytes;
  if (result.retCode == 0) {
    std::ifstream file(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::filesystem::remove_all(folder, failed);
  if (result.retCode != 0 || bytes.empty()) return Failure{"linking failed: " + err.str()};
  return bytes;
}

} // namespace

Result<std::string> link_shared(const std::vector<std::string> &objects) {
  return link(objects, {"-shared", "-z", "defs", "--build-id=none", "--hash-style=gnu", "-z", "now", "--gc-sections"});
}

Result<std::string> link_object(const std::vector<std::string> &objects) { return link(objects, {"-r"}); }

int instructions_here() { return target.here(); }

namespace {

// Machine code in this process: what LLVM knows of the target and the objects of the runtime are made ready once for a level, a session compiles
// for every question. What is loaded has a table of symbols of its own and is freed with its last holder.
struct Jit {
  std::shared_ptr<llvm::TargetMachine> machine; // the compiler refers to it
  std::unique_ptr<llvm::orc::LLJIT> jit;
  unsigned loaded = 0;
};

llvm::Expected<std::shared_ptr<Jit>> start_jit(int level) {
  auto out = std::make_shared<Jit>();
  out->machine = target_machine(level);
  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(llvm::orc::JITTargetMachineBuilder(out->machine->getTargetTriple()))
                 .setCompileFunctionCreator(
                     [&](llvm::orc::JITTargetMachineBuilder) -> llvm::Expected<std::unique_ptr<llvm::orc::IRCompileLayer::IRCompiler>> {
                       return std::make_unique<llvm::orc::SimpleCompiler>(*out->machine);
                     })
                 .create();
  if (!jit) return jit.takeError();
  out->jit = std::move(*jit);
  for (auto bytes : runtime_objects())
    if (auto error = out->jit->addObjectFile(llvm::MemoryBuffer::getMemBuffer(llvm::StringRef(bytes.data(), bytes.size()), "runtime", false)))
      return error;
  return out;
}

} // namespace

Result<interface::Loaded> load_jit(const std::vector<ir::MachineFunction> &functions, EmitOptions options) {
  options.exported = false;
  thread_local std::array<std::shared_ptr<Jit>, 4> kept;
  auto &held = kept[static_cast<std::size_t>(options.level)];
  if (!held) {
    auto made = start_jit(options.level);
    if (!made) return Failure{llvm::toString(made.takeError())};
    held = std::move(*made);
  }
  auto context = std::make_unique<llvm::LLVMContext>();
  auto all = bundles(functions, options);
  auto module = emit(*context, *held->machine, all, all, options);
  optimize(*module, *held->machine, options.level);
  auto table = held->jit->createJITDylib(fmt::format("deal{}", held->loaded++));
  if (!table) return Failure{llvm::toString(table.takeError())};
  table->addToLinkOrder(held->jit->getMainJITDylib(), llvm::orc::JITDylibLookupFlags::MatchAllSymbols); // what the runtime hides, too
  std::shared_ptr<llvm::orc::JITDylib> code(&*table, [jit = held](llvm::orc::JITDylib *d) {
    if (auto error = jit->jit->getExecutionSession().removeJITDylib(*d)) llvm::consumeError(std::move(error));
  });
  if (auto error = held->jit->addIRModule(*code, llvm::orc::ThreadSafeModule(std::move(module), std::move(context))))
    return Failure{llvm::toString(std::move(error))};
  if (auto error = held->jit->initialize(*code)) return Failure{llvm::toString(std::move(error))};
  return interface::Loaded{[jit = held, code](const std::string &name) -> void * {
                  auto at = jit->jit->lookup(*code, name);
                  if (at) return at->toPtr<void *>();
                  llvm::consumeError(at.takeError());
                  return nullptr;
                },
                code};
}

std::string sha256(std::string_view bytes) {
  auto hash = llvm::SHA256::hash(llvm::ArrayRef(reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size()));
  return llvm::toHex(llvm::ArrayRef(hash.data(), hash.size()), true);
}

} // namespace deal::codegen
