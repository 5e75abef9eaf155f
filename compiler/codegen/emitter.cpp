#include "codegen/emitter.h"
#include "support/result.h"

namespace deal::codegen {

using namespace ir;

llvm::Function *Emitter::create(const std::string &symbol, llvm::Type *result, const std::vector<llvm::Type *> &types, const char *cpu) {
  auto *fn = llvm::Function::Create(llvm::FunctionType::get(result, types, false), llvm::Function::ExternalLinkage, symbol, module_);
  fn->addFnAttr(llvm::Attribute::NoUnwind);
  fn->addFnAttr("no-builtins");
  fn->addFnAttr("target-cpu", cpu);
  return fn;
}

void Emitter::function(const MachineFunction &f) {
  auto *ptr = b_.getPtrTy();
  auto *i32 = b_.getInt32Ty();
  std::vector<llvm::Type *> types;
  std::vector<Region> regions;
  auto add = [&](Region r, llvm::Type *t) { regions.push_back(r), types.push_back(t); };
  auto inputs = [&] { add(Region::parameters, ptr), add(Region::facts, ptr), add(Region::readings, ptr), add(Region::state, ptr); };
  switch (f.shape) {
  case Shape::term: inputs(), add(Region::question, ptr), add(Region::today, i32), add(Region::value, ptr); break;
  case Shape::step: inputs(), add(Region::event, ptr), add(Region::next_state, ptr); break;
  case Shape::tick: inputs(), add(Region::next_state, ptr); break;
  case Shape::next: add(Region::parameters, ptr), add(Region::state, ptr); break;
  case Shape::init: add(Region::parameters, ptr), add(Region::today, i32), add(Region::next_state, ptr); break;
  case Shape::defaults: add(Region::value, ptr); break;
  }
  if (f.traced) add(Region::trace, ptr);
  auto *fn = create(f.symbol, i32, types);
  arguments_.clear();
  for (std::size_t i = 0; i < regions.size(); ++i) arguments_[regions[i]] = fn->getArg(static_cast<unsigned>(i));
  auto *entry = llvm::BasicBlock::Create(context_, "", fn);
  b_.SetInsertPoint(entry);
  if (f.guarded) guard(f, *fn);
  values_.clear();
  slots_.clear();
  for (auto &v : f.values) values_.push_back(value(v, *fn));
  for (auto &s : f.stores) store(s);
  b_.CreateRet(b_.CreateIntCast(at(f.result), i32, true));
}

// A state that is absent or of another layout: the status says so, what would be answered is 0, and nothing else is read or written.
void Emitter::guard(const MachineFunction &f, llvm::Function &fn) {
  auto *look = llvm::BasicBlock::Create(context_, "", &fn), *go = llvm::BasicBlock::Create(context_, "", &fn),
       *refuse = llvm::BasicBlock::Create(context_, "", &fn);
  auto *state = arguments_.at(Region::state);
  b_.CreateCondBr(b_.CreateIsNull(state), refuse, look);
  b_.SetInsertPoint(look);
  auto *layout = b_.CreateAlignedLoad(b_.getInt64Ty(), state, llvm::Align(1));
  b_.CreateCondBr(b_.CreateICmpEQ(layout, b_.getInt64(static_cast<std::uint64_t>(layout_))), go, refuse);
  b_.SetInsertPoint(refuse);
  for (auto &s : f.stores)
    if (s.at.region == Region::value || s.at.region == Region::trace)
      b_.CreateAlignedStore(llvm::Constant::getNullValue(type(s.at.elem)), place(s.at), llvm::Align(1));
  b_.CreateRet(b_.getInt32(f.shape == Shape::next ? INT32_MAX : static_cast<std::uint32_t>(Status::layout_mismatch)));
  b_.SetInsertPoint(go);
}

namespace {

llvm::APInt integer(const Integer &n, unsigned width) {
  llvm::APInt out(width, Integer(abs(n)).str(), 10);
  if (n < 0) out.negate();
  return out;
}

} // namespace

llvm::Type *Emitter::type(Elem e) {
  static constexpr unsigned bits[] = {8, 32, 64, 256};
  return b_.getIntNTy(bits[static_cast<std::size_t>(e)]);
}

llvm::Value *Emitter::constant(const Integer &n, unsigned width) { return llvm::ConstantInt::get(type(width), integer(n, width)); }

llvm::Value *Emitter::load(const MachineValue &v) {
  if (v.op == MachineOp::flag) return b_.CreateICmpNE(b_.CreateLoad(b_.getInt8Ty(), place(v.at)), b_.getInt8(0));
  if (v.at.region == Region::today) return b_.CreateSExt(arguments_.at(Region::today), b_.getInt64Ty());
  return b_.CreateIntCast(b_.CreateAlignedLoad(type(v.at.elem), place(v.at), llvm::Align(1)), b_.getInt64Ty(), true);
}

llvm::Value *Emitter::value(const MachineValue &v, llvm::Function &fn) {
  auto o = [&](std::size_t i) { return at(v.operands[i]); };
  auto width = static_cast<unsigned>(v.width);
  switch (v.op) {
  case MachineOp::constant: return constant(v.number, width);
  case MachineOp::truth: return llvm::ConstantInt::get(type(1u), v.number != 0);
  case MachineOp::load:
  case MachineOp::flag: return load(v);
  case MachineOp::add: return b_.CreateAdd(o(0), o(1));
  case MachineOp::sub: return b_.CreateSub(o(0), o(1));
  case MachineOp::mul: return b_.CreateMul(o(0), o(1));
  case MachineOp::less: return b_.CreateICmpSLT(o(0), o(1));
  case MachineOp::equal: return b_.CreateICmpEQ(o(0), o(1));
  case MachineOp::and_: return b_.CreateAnd(o(0), o(1));
  case MachineOp::or_: return b_.CreateOr(o(0), o(1));
  case MachineOp::not_: return b_.CreateNot(o(0));
  case MachineOp::select: return b_.CreateSelect(o(0), o(1), o(2));
  case MachineOp::widen: return b_.CreateSExt(o(0), type(width));
  case MachineOp::narrow: return b_.CreateTrunc(o(0), type(width));
  case MachineOp::round_div: return round_div(v, fn);
  case MachineOp::estimate: return estimate(v);
  case MachineOp::assume: return assume(v);
  case MachineOp::call: {
    std::vector<llvm::Value *> operands;
    for (std::size_t i = 0; i < v.operands.size(); ++i) operands.push_back(o(i));
    std::vector<llvm::Type *> types(operands.size(), b_.getInt64Ty());
    auto callee = module_.getOrInsertFunction(llvm::StringRef(call_symbols[static_cast<std::size_t>(v.call)]),
                                              llvm::FunctionType::get(b_.getInt64Ty(), types, false));
    return b_.CreateCall(callee, operands);
  }
  }
  return nullptr;
}

llvm::Value *Emitter::round_div(const MachineValue &v, llvm::Function &fn) {
  auto *n = at(v.operands[0]), *d = at(v.operands[1]);
  auto *mode = b_.getInt64(static_cast<std::uint64_t>(v.mode));
  auto *i64 = b_.getInt64Ty();
  if (v.width == 64) {
    auto callee = module_.getOrInsertFunction("deal_round_div_64", llvm::FunctionType::get(i64, {i64, i64, i64}, false));
    return b_.CreateCall(callee, {n, d, mode});
  }
  // Beyond 64 bits by reference: three slots of the frame, used again by every division of the width.
  auto *t = b_.getIntNTy(static_cast<unsigned>(v.width));
  auto &slots = slots_[v.width];
  if (slots.empty()) {
    llvm::IRBuilder<> entry(&fn.getEntryBlock(), fn.getEntryBlock().begin());
    for (int i = 0; i < 3; ++i) slots.push_back(entry.CreateAlloca(t));
  }
  b_.CreateStore(n, slots[1]);
  b_.CreateStore(d, slots[2]);
  auto *ptr = b_.getPtrTy();
  auto callee = module_.getOrInsertFunction(v.width == 128 ? "deal_round_div_128" : "deal_round_div_256",
                                            llvm::FunctionType::get(b_.getVoidTy(), {ptr, ptr, ptr, i64}, false));
  b_.CreateCall(callee, {slots[0], slots[1], slots[2], mode});
  return b_.CreateLoad(t, slots[0]);
}

llvm::Value *Emitter::estimate(const MachineValue &) {
  DEAL_CHECK(false, "an estimate in the form for a row");
  return nullptr;
}
llvm::Value *Emitter::assume(const MachineValue &) {
  DEAL_CHECK(false, "an assumption in the form for a row");
  return nullptr;
}

void Emitter::store(const ir::Store &s) {
  auto *v = at(s.value);
  auto *to = type(s.at.elem);
  v = v->getType()->isIntegerTy(1) ? b_.CreateZExt(v, to) : b_.CreateIntCast(v, to, true);
  b_.CreateAlignedStore(v, place(s.at), llvm::Align(1));
}

} // namespace deal::codegen
