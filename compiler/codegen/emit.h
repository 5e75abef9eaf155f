// machine IR → LLVM: one module for a deal, with the runtime linked in and internal.
#pragma once
#include "ir/machine.h"
#include <array>
#include <map>
#include <memory>
#include <span>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
} // namespace llvm

namespace deal::codegen {

// A slot that can come as a column.
struct Input {
  Region region; // parameters, facts, state, today
  std::uint32_t size, offset;
  std::optional<std::uint32_t> known; // the byte that says whether it was given
};
// `<symbol>_batch`: a term over columns. Its form for a row, absent where it goes through the term's function; where it has one, the form for
// many: every input known, some not.
struct BatchTerm {
  std::string symbol;
  std::uint32_t value_size;
  const ir::MachineFunction *row, *known, *masked;
};

// `<step>_ledger`: many rows of an event, for one instance after the other.
struct LedgerStep {
  std::string symbol;
  const ir::MachineFunction *rows; // the form for many rows; absent: row by row
  std::vector<Input> fields;       // of the event's struct
  std::vector<std::uint32_t> emitted;
  std::uint32_t event_size, state_size;
};

// A function, or several small ones of one shape that are made as one (bundles.cpp).
using Bundle = std::vector<const ir::MachineFunction *>;

struct EmitOptions {
  // -O0 … -O3
  int level = 2;
  std::vector<int> instructions{0, 1, 2}; // the sets that lanes are made for: x86-64-v2, v3, v4
  bool exported = true;                   // others link with it: each term has an entry over columns of its own
  std::string descriptor;                 // embedded as `deal_descriptor` and `<prefix>_descriptor`
  std::string prefix;
  std::map<std::string, std::string> aliases; // of a function, another name
  std::vector<BatchTerm> batches;
  std::vector<std::vector<std::size_t>> shared; // sets of these terms whose loops are one where all of a set are wanted
  std::vector<LedgerStep> ledgers;
  std::vector<Input> inputs;            // parameters, facts, state, today: each region's slots in their order
  std::array<std::uint32_t, 3> sizes{}; // of the structs of parameters, facts, state
  std::int64_t layout = 0;              // what the first cell of every state holds
  // Definitions that are computed once for a question: by place, with the places that each reads.
  struct Definition {
    std::string symbol;
    std::vector<std::uint32_t> reads;
  };
  std::vector<Definition> definitions;
};

std::vector<Bundle> bundles(const std::vector<ir::MachineFunction> &, const EmitOptions &);
bool is_bundled(const Bundle &);
std::string symbol_of(const Bundle &);
std::string entries_of(const Bundle &, const std::map<std::string, std::string> &aliases); // assembler

// Some value of the function has 64 bits.
bool is_wide(const ir::MachineFunction &);
// Terms that compute something alike: the sets of `EmitOptions::shared`.
std::vector<std::vector<std::size_t>> sharing(const std::vector<BatchTerm> &);

std::unique_ptr<llvm::TargetMachine> target_machine(int level);
// A part of a deal's functions; one part brings what stands once, the descriptor and the tables.
std::unique_ptr<llvm::Module> emit(llvm::LLVMContext &, llvm::TargetMachine &, std::span<const Bundle> part, std::span<const Bundle> all,
                                   const EmitOptions &, bool tables = true);
void optimize(llvm::Module &, llvm::TargetMachine &, int level);

} // namespace deal::codegen
