// machine IR → LLVM IR, value by value: a function of one row. Kernels over columns (kernels.cpp) make the same values in many lanes.
#pragma once
#include "codegen/emit.h"
#include "codegen/target.h"
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>
#include <map>

namespace deal::codegen {

class Emitter {
public:
  explicit Emitter(llvm::Module &module, std::int64_t layout = 0, std::string prefix = {})
      : module_(module), context_(module.getContext()), b_(context_), layout_(layout), prefix_(std::move(prefix)) {}
  virtual ~Emitter() = default;

  void function(const Bundle &);

protected:
  friend class Pieces;
  llvm::Function *create(const std::string &symbol, llvm::Type *result, const std::vector<llvm::Type *> &, const char *cpu = target.row.cpu);
  llvm::Value *at(ir::ValueId id) { return values_[id.index]; }
  llvm::Value *place(const Location &l) { return b_.CreateConstInBoundsGEP1_32(b_.getInt8Ty(), arguments_.at(l.region), l.offset); }
  llvm::Type *type(Elem);
  // Of a machine value: an integer, or as many as there are lanes.
  llvm::Type *type(unsigned width) const {
    auto *t = llvm::IntegerType::get(context_, width);
    return lanes_ == 1 ? static_cast<llvm::Type *>(t) : llvm::FixedVectorType::get(t, lanes_);
  }
  llvm::Value *constant(const Integer &, unsigned width);
  virtual llvm::Value *load(const ir::MachineValue &);
  llvm::Value *value(const ir::MachineValue &, llvm::Function &);

  llvm::Module &module_;
  llvm::LLVMContext &context_;
  llvm::IRBuilder<> b_;
  std::int64_t layout_;
  std::string prefix_;
  unsigned lanes_ = 1;
  std::map<Region, llvm::Value *> arguments_;
  std::vector<llvm::Value *> values_;
  std::map<int, std::vector<llvm::Value *>> slots_;

private:
  void guard(const ir::MachineFunction &, llvm::Function &);
  static constexpr std::size_t longest = 1000, of_a_piece = 120; // values, and what is stored, of a function that is made as one; of its pieces
  void begin(llvm::Function &);
  static void make_quickly(llvm::Function &);
  void body(const ir::MachineFunction &, llvm::Function &);
  void in_pieces(const ir::MachineFunction &, llvm::Function &);
  void copy_state(std::uint32_t bytes);
  llvm::Value *frame_of(llvm::Function &, std::uint64_t places);
  // Fills a frame; what the function reads of it, which has its values then.
  std::vector<ir::ValueId> fill(const ir::MachineFunction &, ir::ValueId sheet, llvm::Function &);
  llvm::Value *round_div(const ir::MachineValue &, llvm::Function &);
  virtual llvm::Value *estimate(const ir::MachineValue &);
  virtual llvm::Value *assume(const ir::MachineValue &);
  void store(const ir::Store &);

  llvm::AllocaInst *frame_ = nullptr; // of the function at hand
};

} // namespace deal::codegen
