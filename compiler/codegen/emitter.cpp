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

namespace {

// What a function is given, in order; of those that are integers the rest is pointers.
std::vector<Region> given_to(const MachineFunction &f) {
  std::vector<Region> out;
  auto inputs = {Region::parameters, Region::facts, Region::readings, Region::state};
  auto add = [&](std::initializer_list<Region> list) { out.insert(out.end(), list); };
  switch (f.shape) {
  case Shape::term: add(inputs), add({Region::question, Region::today, Region::value}); break;
  case Shape::step: add(inputs), add({Region::event, Region::next_state}); break;
  case Shape::tick: add(inputs), add({Region::next_state}); break;
  case Shape::next: add({Region::parameters, Region::state}); break;
  case Shape::init: add({Region::parameters, Region::today, Region::next_state}); break;
  case Shape::defaults: add({Region::value}); break;
  case Shape::definition: add(inputs), add({Region::today, Region::frame}); break;
  }
  if (f.traced) out.push_back(Region::trace);
  return out;
}

} // namespace

void Emitter::begin(llvm::Function &fn) {
  b_.SetInsertPoint(llvm::BasicBlock::Create(context_, "", &fn));
  slots_.clear();
  frame_ = nullptr;
}

// Of a bundle, the case comes first: as a number where a table calls it, in the register of a static chain where an entry does.
void Emitter::function(const Bundle &bundle) {
  auto &first = *bundle.front();
  bool defines = first.shape == Shape::definition, many = is_bundled(bundle);
  std::vector<llvm::Type *> types;
  if (many) types.push_back(defines ? static_cast<llvm::Type *>(b_.getInt32Ty()) : b_.getPtrTy());
  auto regions = given_to(first);
  for (auto r : regions) types.push_back(r == Region::today ? static_cast<llvm::Type *>(b_.getInt32Ty()) : b_.getPtrTy());
  auto *fn = create(symbol_of(bundle), defines ? b_.getVoidTy() : b_.getInt32Ty(), types);
  arguments_.clear();
  for (std::size_t i = 0; i < regions.size(); ++i) arguments_[regions[i]] = fn->getArg(static_cast<unsigned>(i + many));
  begin(*fn);
  if (!many) return first.values.size() + first.stores.size() > longest ? in_pieces(first, *fn) : body(first, *fn);
  if (first.traced) make_quickly(*fn);
  fn->setVisibility(llvm::GlobalValue::HiddenVisibility); // the table, or an entry, may stand in another part
  llvm::Value *which = fn->getArg(0);
  if (!defines) fn->addParamAttr(0, llvm::Attribute::Nest), which = b_.CreatePtrToInt(which, b_.getInt32Ty());
  auto *none = llvm::BasicBlock::Create(context_, "", fn);
  auto *choice = b_.CreateSwitch(which, none);
  b_.SetInsertPoint(none);
  b_.CreateUnreachable();
  for (std::size_t k = 0; k < bundle.size(); ++k) {
    auto *block = llvm::BasicBlock::Create(context_, "", fn);
    choice->addCase(b_.getInt32(static_cast<std::uint32_t>(k)), block);
    b_.SetInsertPoint(block);
    body(*bundle[k], *fn);
  }
}

// Where a library is large its reasons are made quickly rather than well: they are read by people, a row at a time.
void Emitter::make_quickly(llvm::Function &fn) {
  fn.addFnAttr(llvm::Attribute::OptimizeNone);
  fn.addFnAttr(llvm::Attribute::NoInline);
}

void Emitter::body(const MachineFunction &f, llvm::Function &fn) {
  if (f.guarded) guard(f, fn);
  values_.assign(f.values.size(), nullptr);
  for (std::uint32_t i = 0; i < f.values.size(); ++i) {
    if (f.values[i].op == MachineOp::sheet) fill(f, {i}, fn);
    else if (!values_[i]) values_[i] = value(f.values[i], fn);
  }
  copy_state(f.copied);
  for (auto &s : f.stores) store(s);
  if (f.shape == Shape::definition) b_.CreateRetVoid();
  else b_.CreateRet(b_.CreateIntCast(at(f.result), b_.getInt32Ty(), true));
}

// What a step does not touch. `next_state` may be `state`.
void Emitter::copy_state(std::uint32_t bytes) {
  constexpr std::uint32_t by_words = 256;
  if (bytes == 0) return;
  auto *from = arguments_.at(Region::state), *to = arguments_.at(Region::next_state);
  if (bytes > by_words) {
    auto type = llvm::FunctionType::get(b_.getVoidTy(), {b_.getPtrTy(), b_.getPtrTy(), b_.getInt32Ty()}, false);
    b_.CreateCall(module_.getOrInsertFunction("deal_copy_state", type), {to, from, b_.getInt32(bytes)});
    return;
  }
  auto *word = b_.getInt64Ty();
  auto place_of = [&](llvm::Value *state, std::uint32_t k) { return b_.CreateConstInBoundsGEP1_32(word, state, k); };
  for (std::uint32_t k = 0; k < bytes / 8; ++k)
    b_.CreateAlignedStore(b_.CreateAlignedLoad(word, place_of(from, k), llvm::Align(1)), place_of(to, k), llvm::Align(1));
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
  case MachineOp::sheet: break; // `fill` makes them, in the form for a row alone
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
