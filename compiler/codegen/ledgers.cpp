// Loops over the rows of a ledger (runtime/ledger.h): the state stays in registers, and where lanes work on several rows at once each sees the
// state as the rows before it left it. A cell that grows by what does not depend on it is a sum: its value before each row is a running sum
// over the lanes. A cell that is only ever set is the value of the row before. Any other is carried from lane to lane, one after the other.
#include "codegen/kernel.h"
#include "codegen/kernels.h"
#include "ledger.h"
#include <fmt/format.h>
#include <set>

namespace deal::codegen {

namespace {

using Cell = std::uint32_t; // its place in the state
constexpr unsigned ledger_lanes = 16;

class Run : public Kernel {
public:
  Run(llvm::Module &module, const LedgerStep &step) : Kernel(module, step.fields), step_(step), f_(*step.rows) {
    uniform_ = {{Region::parameters, 1}, {Region::facts, 2}, {Region::readings, 3}};
    for (auto &s : f_.stores) next_[s.at.offset] = &s;
    reads_.resize(f_.values.size());
    for (std::size_t i = 0; i < f_.values.size(); ++i) {
      auto &v = f_.values[i];
      if (is_cell(v)) reads_[i].insert(v.at.offset), elems_[v.at.offset] = v.at.elem;
      for (auto o : v.operands) reads_[i].insert(reads_[o.index].begin(), reads_[o.index].end());
    }
    for (auto &[cell, store] : next_) {
      elems_[cell] = store->at.elem;
      kinds_[cell] = kind_of(cell, store->value);
    }
  }

  // Lanes need an order: what a cell was before a row must not wait for another that waits for it.
  bool has_lanes() const {
    std::map<Cell, int> marks;
    auto visit = [&](auto &self, Cell cell) -> bool {
      auto &mark = marks[cell];
      if (mark == 2) return true;
      if (mark == 1) return false;
      mark = 1;
      for (Cell other : waits_for(cell))
        if (next_.count(other) && !self(self, other)) return false;
      marks[cell] = 2;
      return true;
    };
    return std::all_of(next_.begin(), next_.end(), [&](auto &n) { return visit(visit, n.first); });
  }

  void make(const Instructions &set, const std::string &symbol) {
    set_ = &set;
    lanes_ = std::min(set.wide, ledger_lanes);
    auto *ptr = b_.getPtrTy();
    auto *i64 = b_.getInt64Ty();
    fn_ = create(symbol, i64, {ptr, ptr, ptr, ptr, ptr, i64, ptr}, set.target);
    fn_->setVisibility(llvm::GlobalValue::HiddenVisibility);
    if (set.converts) fn_->addFnAttr("prefer-vector-width", "512");
    entry_ = llvm::BasicBlock::Create(context_, "", fn_);
    auto block = [&] { return llvm::BasicBlock::Create(context_, "", fn_); };
    auto *loop = block(), *exit = block(), *good = block(), *bad = block();
    pointers_.clear(), before_.clear(), after_.clear();
    values_.assign(f_.values.size(), nullptr);
    b_.SetInsertPoint(loop);
    auto *index = b_.CreatePHI(i64, 2);
    auto *broken = b_.CreatePHI(type(1u), 2);
    index_ = index, broken_ = broken;
    std::map<unsigned, llvm::PHINode *> beyond;
    beyond_.clear();
    for (auto &v : f_.values)
      if (v.op == MachineOp::assume) beyond[bound(v)] = nullptr;
    for (auto &[bits, phi] : beyond) beyond_[bits] = phi = b_.CreatePHI(type(64u), 2);
    std::map<Cell, llvm::PHINode *> carried;
    for (auto &[cell, elem] : elems_)
      if (next_.count(cell)) carried_[cell] = carried[cell] = b_.CreatePHI(carried_type(cell), 2);
    for (auto &[cell, store] : next_) before(cell);
    for (std::size_t i = 0; i < f_.values.size(); ++i)
      if (f_.values[i].op == MachineOp::assume) need({static_cast<std::uint32_t>(i)});
    for (auto &[cell, store] : next_) finish(cell);
    broken_ = b_.CreateOr(broken_, b_.CreateICmpNE(need(f_.result), llvm::Constant::getNullValue(need(f_.result)->getType())));
    for (std::size_t k = 0; k < step_.emitted.size(); ++k) {
      auto *to = before_loop([&] { return b_.CreateLoad(ptr, b_.CreateConstInBoundsGEP1_64(ptr, fn_->getArg(6), k)); });
      auto at = next_.find(step_.emitted[k]);
      auto *x = at == next_.end() ? before(step_.emitted[k]) : need(at->second->value);
      store(b_.CreateIntCast(x, type(64u), true), to, 8);
    }
    auto *following = b_.CreateAdd(index, b_.getInt64(lanes_));
    b_.CreateCondBr(b_.CreateICmpSLT(following, fn_->getArg(5)), loop, exit);
    auto *last = b_.GetInsertBlock();
    auto close = [&](llvm::PHINode *phi, llvm::Value *first, llvm::Value *again) {
      phi->addIncoming(first, entry_);
      phi->addIncoming(again, last);
    };
    close(index, b_.getInt64(0), following);
    close(broken, constant(0, 1), broken_);
    for (auto &[bits, phi] : beyond) close(phi, constant(0, 64), beyond_[bits]);
    for (auto &[cell, phi] : carried) close(phi, before_loop([&, c = cell] { return state(c); }), after_.at(cell));
    b_.SetInsertPoint(exit);
    llvm::Value *wrong = lanes_ == 1 ? broken_ : b_.CreateOrReduce(broken_);
    for (auto &[bits, sum] : beyond_)
      wrong = b_.CreateOr(wrong, b_.CreateICmpNE(b_.CreateLShr(lanes_ == 1 ? sum : b_.CreateOrReduce(sum), bits + 1), b_.getInt64(0)));
    b_.CreateCondBr(wrong, bad, good);
    b_.SetInsertPoint(bad);
    b_.CreateRet(b_.getInt64(~0ull));
    b_.SetInsertPoint(good);
    for (auto &[cell, x] : after_) {
      auto *to = type(elems_.at(cell));
      auto *v = x->getType()->isIntegerTy(1) ? b_.CreateZExt(x, to) : b_.CreateIntCast(x, to, true);
      b_.CreateAlignedStore(v, place(cell), llvm::Align(1));
    }
    b_.CreateRet(b_.getInt64(0));
    b_.SetInsertPoint(entry_);
    b_.CreateBr(loop);
  }

private:
  struct Kind {
    enum { sum, set, serial } kind = serial;
    ValueId grows_by; // of a sum
  };
  static bool is_cell(const MachineValue &v) { return (v.op == MachineOp::load || v.op == MachineOp::flag) && v.at.region == Region::state; }
  bool reads(ValueId id, Cell cell) const { return reads_[id.index].count(cell) > 0; }
  bool is_plainly(ValueId id, Cell cell) const { // the cell as it was, perhaps widened, or held to be ordinary
    auto &v = f_.values[id.index];
    if (is_cell(v)) return v.at.offset == cell && v.op == MachineOp::load;
    return (v.op == MachineOp::assume || v.op == MachineOp::widen) && is_plainly(v.operands[0], cell);
  }
  Kind kind_of(Cell cell, ValueId next) const {
    auto &v = f_.values[next.index];
    if (v.op == MachineOp::add && v.width == 64)
      for (int k : {0, 1}) {
        auto own = v.operands[static_cast<std::size_t>(k)], other = v.operands[static_cast<std::size_t>(1 - k)];
        if (is_plainly(own, cell) && !reads(other, cell)) return {Kind::sum, other};
      }
    return {reads(next, cell) ? Kind::serial : Kind::set, {}};
  }
  std::set<Cell> waits_for(Cell cell) const {
    auto &k = kinds_.at(cell);
    auto out = reads_[(k.kind == Kind::sum ? k.grows_by : next_.at(cell)->value).index];
    if (k.kind == Kind::serial) out.erase(cell);
    return out;
  }

  llvm::Value *place(Cell cell) { return b_.CreateConstInBoundsGEP1_32(b_.getInt8Ty(), fn_->getArg(4), cell); }
  unsigned width(Cell cell) const {
    return kinds_.count(cell) && kinds_.at(cell).kind == Kind::sum ? 64 : elems_.at(cell) == Elem::i64 ? 64 : elems_.at(cell) == Elem::i32 ? 32 : 8;
  }
  llvm::Type *carried_type(Cell cell) { return b_.getIntNTy(width(cell)); }
  llvm::Value *state(Cell cell) {
    return b_.CreateIntCast(b_.CreateAlignedLoad(type(elems_.at(cell)), place(cell), llvm::Align(1)), carried_type(cell), true);
  }
  llvm::Value *lane(llvm::Value *v, unsigned k) { return lanes_ == 1 ? v : b_.CreateExtractElement(v, k); }

  llvm::Value *need(ValueId id) {
    auto *&at = values_[id.index];
    if (at) return at;
    auto &v = f_.values[id.index];
    for (auto o : v.operands) need(o);
    return values_[id.index] = value(v, *fn_);
  }

  // The state as each row finds it.
  llvm::Value *before(Cell cell) {
    if (auto at = before_.find(cell); at != before_.end()) return at->second;
    if (!next_.count(cell)) return before_[cell] = before_loop([&] { return spread(state(cell)); });
    auto *was = carried_.at(cell);
    if (lanes_ == 1) return before_[cell] = was;
    auto &k = kinds_.at(cell);
    if (k.kind == Kind::sum) {
      auto *x = need(k.grows_by);
      auto *sum = x; // lane i: the sum of lanes 0 to i, in a logarithm of steps
      auto *zero = llvm::Constant::getNullValue(x->getType());
      for (unsigned by = 1; by < lanes_; by *= 2) sum = b_.CreateAdd(sum, shifted(zero, sum, by));
      sum = b_.CreateAdd(sum, spread(was));
      after_[cell] = lane(sum, lanes_ - 1);
      return before_[cell] = b_.CreateSub(sum, x);
    }
    if (k.kind == Kind::set) {
      auto *x = b_.CreateIntCast(as_integer(need(next_.at(cell)->value)), type(width(cell)), true);
      after_[cell] = lane(x, lanes_ - 1);
      return before_[cell] = shifted(spread(was), x, 1);
    }
    llvm::Value *all = llvm::PoisonValue::get(type(width(cell))), *one = was;
    for (unsigned i = 0; i < lanes_; ++i) {
      all = b_.CreateInsertElement(all, one, i);
      std::map<std::uint32_t, llvm::Value *> known;
      one = b_.CreateIntCast(as_integer(in_turn(next_.at(cell)->value, cell, one, i, known)), carried_type(cell), true);
    }
    after_[cell] = one;
    return before_[cell] = all;
  }
  void finish(Cell cell) {
    if (lanes_ > 1) return;
    auto *x = as_integer(need(next_.at(cell)->value));
    after_[cell] = b_.CreateIntCast(x, carried_type(cell), true);
  }
  llvm::Value *as_integer(llvm::Value *v) {
    if (!v->getType()->isIntOrIntVectorTy(1)) return v;
    return b_.CreateZExt(v, v->getType()->getWithNewBitWidth(8));
  }
  // The lanes of `v`, moved up by so many; `first` fills the gap with its last.
  llvm::Value *shifted(llvm::Value *first, llvm::Value *v, unsigned by) {
    std::vector<int> mask;
    for (unsigned i = 0; i < lanes_; ++i) mask.push_back(static_cast<int>(lanes_ - by + i));
    return b_.CreateShuffleVector(first, v, mask);
  }
  // One lane of what depends on the cell, from the cell as the lane finds it.
  llvm::Value *in_turn(ValueId id, Cell cell, llvm::Value *was, unsigned i, std::map<std::uint32_t, llvm::Value *> &known) {
    if (auto at = known.find(id.index); at != known.end()) return at->second;
    auto &v = f_.values[id.index];
    llvm::Value *out = nullptr;
    if (!reads(id, cell)) out = lane(need(id), i);
    else if (is_cell(v)) out = v.op == MachineOp::flag ? truth(was) : b_.CreateIntCast(was, b_.getIntNTy(static_cast<unsigned>(v.width)), true);
    else if (v.op == MachineOp::assume) out = in_turn(v.operands[0], cell, was, i, known);
    else {
      // The same operation with one lane.
      std::vector<llvm::Value *> operands;
      for (auto o : v.operands) operands.push_back(in_turn(o, cell, was, i, known));
      auto lanes = std::exchange(lanes_, 1u);
      std::vector<llvm::Value *> saved;
      for (std::size_t k = 0; k < operands.size(); ++k) saved.push_back(std::exchange(values_[v.operands[k].index], operands[k]));
      out = value(v, *fn_);
      for (std::size_t k = operands.size(); k-- > 0;) values_[v.operands[k].index] = saved[k];
      lanes_ = lanes;
    }
    return known[id.index] = out;
  }

  llvm::Value *load(const MachineValue &v) override {
    if (v.at.region != Region::state) return Kernel::load(v);
    auto *x = before(v.at.offset);
    return v.op == MachineOp::flag ? truth(x) : b_.CreateIntCast(x, type(static_cast<unsigned>(v.width)), true);
  }

  const LedgerStep &step_;
  const MachineFunction &f_;
  std::map<Cell, const ir::Store *> next_;
  std::map<Cell, Elem> elems_;
  std::map<Cell, Kind> kinds_;
  std::vector<std::set<Cell>> reads_; // by value: the cells that it depends on
  std::map<Cell, llvm::Value *> carried_, before_, after_;
};

std::string run_symbol(const LedgerStep &s, const std::string &form) { return fmt::format("{}.run.{}", s.symbol, form); }

bool in_lanes(llvm::Module &module, const LedgerStep &s) { return Run(module, s).has_lanes(); }

} // namespace

void emit_runs(llvm::Module &module, const EmitOptions &o) {
  for (auto &s : o.ledgers) {
    auto *own = s.rows ? module.getFunction(s.symbol) : nullptr;
    if (!own || own->isDeclaration()) continue;
    Run run(module, s);
    run.make(row, run_symbol(s, "row"));
    if (!run.has_lanes()) continue;
    for (std::size_t k = 0; k < std::size(sets); ++k)
      if (wanted(o, k)) run.make(sets[k], run_symbol(s, sets[k].word));
  }
}

void emit_ledgers(llvm::Module &module, const EmitOptions &o) {
  auto &context = module.getContext();
  llvm::IRBuilder<> b(context);
  auto *i32 = b.getInt32Ty();
  auto *i64 = b.getInt64Ty();
  auto *ptr = b.getPtrTy();
  auto *none = llvm::ConstantPointerNull::get(ptr);
  auto numbers = [&](const std::vector<std::uint32_t> &all) -> llvm::Constant * {
    if (all.empty()) return none;
    auto *data = llvm::ConstantDataArray::get(context, all);
    return new llvm::GlobalVariable(module, data->getType(), true, llvm::GlobalValue::PrivateLinkage, data);
  };
  for (auto &s : o.ledgers) {
    std::vector<std::uint32_t> fields;
    for (std::uint32_t k = 0; k < s.fields.size(); ++k) fields.insert(fields.end(), {0, k, s.fields[k].size, s.fields[k].offset, UINT32_MAX});
    bool made = s.rows != nullptr, lanes = made && in_lanes(module, s);
    std::vector<llvm::Constant *> runs{made ? function_of(module, run_symbol(s, "row"), true) : none};
    llvm::Constant *best = none;
    for (std::size_t k = 0; k < std::size(sets); ++k) {
      if (lanes && wanted(o, k)) best = function_of(module, run_symbol(s, sets[k].word), true);
      runs.push_back(best);
    }
    auto *plan_type = llvm::StructType::get(context, {ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, i32, i32, i32, i32, i32});
    auto count = [&](std::size_t n) { return b.getInt32(static_cast<std::uint32_t>(n)); };
    auto *init = llvm::ConstantStruct::get(plan_type, {function_of(module, s.symbol, false), function_of(module, o.prefix + "_next", false),
                                                       function_of(module, o.prefix + "_tick", false), runs[0], runs[1], runs[2], runs[3],
                                                       numbers(fields), numbers(s.emitted), count(s.fields.size()), count(s.emitted.size()),
                                                       b.getInt32(s.event_size), b.getInt32(s.state_size), b.getInt32(ledger_lanes)});
    auto *plan = new llvm::GlobalVariable(module, plan_type, true, llvm::GlobalValue::PrivateLinkage, init);
    auto *fn = llvm::Function::Create(llvm::FunctionType::get(i64, {ptr}, false), llvm::Function::ExternalLinkage, s.symbol + "_ledger", module);
    fn->addFnAttr(llvm::Attribute::NoUnwind);
    fn->addFnAttr("no-builtins");
    fn->addFnAttr("target-cpu", cpu);
    b.SetInsertPoint(llvm::BasicBlock::Create(context, "", fn));
    auto *room =
        b.CreateAlloca(llvm::ArrayType::get(b.getInt8Ty(), deal_ledger_scratch(s.fields.size(), s.emitted.size(), s.event_size, s.state_size)));
    room->setAlignment(llvm::Align(64));
    b.CreateRet(b.CreateCall(module.getOrInsertFunction("deal_run_ledger", llvm::FunctionType::get(i64, {ptr, ptr, ptr}, false)),
                             {fn->getArg(0), plan, room}));
  }
}

} // namespace deal::codegen
