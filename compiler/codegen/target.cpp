#include "codegen/target.h"
#include <fmt/format.h>
#include <llvm/Support/TargetSelect.h>

namespace deal::codegen {
namespace {

void start_x86() {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86Target();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86AsmPrinter();
  LLVMInitializeX86AsmParser();
}

int sets_here() { return __builtin_cpu_supports("x86-64-v4") ? 2 : __builtin_cpu_supports("x86-64-v3") ? 1 : 0; }

std::string thin_entry(const std::string &symbol, std::size_t number, const std::string &onto) {
  return fmt::format(".globl {0}\n.type {0},@function\n{0}:\nmovl ${1}, %edx\njmp {2}\n.size {0}, .-{0}\n", symbol, number, onto);
}

std::string case_entry(const std::vector<std::string> &symbols, std::size_t number, const std::string &onto) {
  std::string out;
  for (auto &symbol : symbols) out += fmt::format(".globl {0}\n.type {0},@function\n{0}:\n", symbol);
  return out + fmt::format("movl ${1}, %r10d\njmp {2}\n.size {0}, .-{0}\n", symbols[0], number, onto);
}

constexpr const char *v2 = "x86-64-v2";

} // namespace

const Target target = {
    "x86_64-unknown-linux-gnu",
    {v2, "row", 1, 1, false, false},
    {{{v2, "v2", 4, 16, false, false}, {"x86-64-v3", "v3", 8, 32, true, false}, {"x86-64-v4", "v4", 16, 64, true, true}}},
    "ld.lld",
    start_x86,
    sets_here,
    thin_entry,
    case_entry,
};

} // namespace deal::codegen
