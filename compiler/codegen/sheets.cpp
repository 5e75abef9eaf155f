// Definitions that are computed once for a question (runtime/sheet.h): their table, and the frames that functions fill.
#include "codegen/emitter.h"
#include "codegen/kernel.h"
#include "codegen/kernels.h"

namespace deal::codegen {

using namespace ir;

namespace {

std::string table_symbol(const std::string &prefix) { return prefix + ".definitions"; }

llvm::Constant *table_of(llvm::Module &module, llvm::Type *type, const std::string &prefix) {
  auto *table = llvm::cast<llvm::GlobalVariable>(module.getOrInsertGlobal(table_symbol(prefix), type));
  table->setVisibility(llvm::GlobalValue::HiddenVisibility); // it may stand in another part
  return table;
}

llvm::StructType *table_type(llvm::LLVMContext &context) {
  auto *ptr = llvm::PointerType::getUnqual(context);
  return llvm::StructType::get(context, {ptr, ptr});
}

template <class T> llvm::Constant *numbers(llvm::Module &module, const std::vector<T> &all) {
  auto *data = llvm::ConstantDataArray::get(module.getContext(), all);
  return new llvm::GlobalVariable(module, data->getType(), true, llvm::GlobalValue::PrivateLinkage, data);
}

} // namespace

void emit_definitions(llvm::Module &module, std::span<const Bundle> all, const EmitOptions &o) {
  if (o.definitions.empty()) return;
  auto &context = module.getContext();
  auto *ptr = llvm::PointerType::getUnqual(context);
  auto *i32 = llvm::Type::getInt32Ty(context);
  std::map<std::string, std::pair<std::string, std::size_t>> cases;
  for (auto &bundle : all)
    for (std::size_t k = 0; k < bundle.size(); ++k)
      if (bundle[k]->shape == Shape::definition) cases[bundle[k]->symbol] = {symbol_of(bundle), k};
  auto number = [&](std::size_t n) { return llvm::ConstantInt::get(i32, n); };
  auto *row_type = llvm::StructType::get(context, {ptr, i32, i32, i32});
  std::vector<llvm::Constant *> rows;
  std::vector<std::uint32_t> reads{0}; // never empty
  for (auto &d : o.definitions) {
    auto &[symbol, which] = cases.at(d.symbol);
    rows.push_back(llvm::ConstantStruct::get(row_type, {function_of(module, symbol, true), number(which), number(reads.size()), number(d.reads.size())}));
    reads.insert(reads.end(), d.reads.begin(), d.reads.end());
  }
  auto *list = llvm::ConstantArray::get(llvm::ArrayType::get(row_type, rows.size()), rows);
  auto *rows_at = new llvm::GlobalVariable(module, list->getType(), true, llvm::GlobalValue::PrivateLinkage, list);
  auto *table = llvm::cast<llvm::GlobalVariable>(table_of(module, table_type(context), o.prefix));
  table->setConstant(true);
  table->setInitializer(llvm::ConstantStruct::get(table_type(context), {rows_at, numbers(module, reads)}));
}

// The frame of the function at hand, with room below it for a byte of each definition.
llvm::Value *Emitter::frame_of(llvm::Function &fn, std::uint64_t places) {
  auto below = (places + frame_step - 1) / frame_step * frame_step;
  auto *room = llvm::ArrayType::get(b_.getInt8Ty(), below + places * frame_step);
  llvm::IRBuilder<> entry(&fn.getEntryBlock(), fn.getEntryBlock().begin());
  if (!frame_) frame_ = entry.CreateAlloca(room);
  if (module_.getDataLayout().getTypeAllocSize(frame_->getAllocatedType()) < module_.getDataLayout().getTypeAllocSize(room)) frame_->setAllocatedType(room);
  frame_->setAlignment(llvm::Align(frame_step));
  return b_.CreateConstInBoundsGEP1_64(b_.getInt8Ty(), frame_, below);
}

std::vector<ValueId> Emitter::fill(const MachineFunction &f, ValueId sheet, llvm::Function &fn) {
  auto &v = f.values[sheet.index];
  auto &s = f.sheets[static_cast<std::size_t>(v.number)];
  auto *ptr = b_.getPtrTy();
  auto *i32 = b_.getInt32Ty();
  auto argument = [&](Region r) -> llvm::Value * {
    auto given = arguments_.find(r);
    return given == arguments_.end() ? llvm::ConstantPointerNull::get(ptr) : given->second;
  };
  auto *frame = frame_of(fn, *std::max_element(s.wanted.begin(), s.wanted.end()) + 1ull);
  auto callee = module_.getOrInsertFunction("deal_sheet", llvm::FunctionType::get(b_.getVoidTy(), {ptr, ptr, i32, ptr, ptr, ptr, ptr, i32, ptr}, false));
  b_.CreateCall(callee, {table_of(module_, table_type(context_), prefix_), numbers(module_, s.wanted), b_.getInt32(static_cast<std::uint32_t>(s.wanted.size())),
                         argument(Region::parameters), argument(Region::facts), s.readings.empty() ? argument(Region::readings) : numbers(module_, s.readings),
                         argument(Region::state), b_.CreateTrunc(at(v.operands[0]), i32), frame});
  values_[sheet.index] = frame;
  std::vector<ValueId> read;
  auto own = arguments_.find(Region::frame) == arguments_.end() ? nullptr : arguments_[Region::frame];
  arguments_[Region::frame] = frame;
  for (std::size_t i = 0; i < f.values.size(); ++i) {
    auto &x = f.values[i];
    if ((x.op != MachineOp::load && x.op != MachineOp::flag) || x.operands.empty() || x.operands[0] != sheet) continue;
    values_[i] = load(x);
    read.push_back({static_cast<std::uint32_t>(i)});
  }
  if (own) arguments_[Region::frame] = own;
  else arguments_.erase(Region::frame);
  return read;
}

} // namespace deal::codegen
