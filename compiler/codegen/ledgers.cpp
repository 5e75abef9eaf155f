// Loops over the rows of a ledger (runtime/ledger.h): the state stays in registers, and where lanes work on several rows at once each sees the
// state as the rows before it left it. A cell that grows by what does not depend on it is a sum: its value before each row is a running sum
// over the lanes; one that keeps the greatest or the least, a running maximum or minimum. A cell that is only ever set is the value of the
// row before. Any other is carried from lane to lane, one after the other.
// Over a portfolio the lanes hold rows of several instances: where one begins, its state is fetched and the running values begin anew; where
// it ends, its state is put back.
#include "codegen/kernel.h"
#include "codegen/kernels.h"
#include "ledger.h"
#include <fmt/format.h>
#include <llvm/IR/CFG.h>
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
    open(set, symbol, 7);
    auto *index = b_.CreatePHI(b_.getInt64Ty(), 2);
    auto *broken = b_.CreatePHI(type(1u), 2);
    index_ = index, broken_ = broken;
    std::map<unsigned, llvm::PHINode *> beyond;
    for (auto bits : bounds()) beyond_[bits] = beyond[bits] = b_.CreatePHI(type(64u), 2);
    std::map<Cell, llvm::PHINode *> carried;
    for (auto &[cell, store] : next_) carried_[cell] = carried[cell] = b_.CreatePHI(carried_type(cell), 2);
    body();
    auto *following = b_.CreateAdd(index, b_.getInt64(lanes_));
    auto *exit = block(), *good = block(), *bad = block();
    b_.CreateCondBr(b_.CreateICmpSLT(following, fn_->getArg(5)), loop_, exit);
    close(index, b_.getInt64(0), following);
    close(broken, constant(0, 1), broken_);
    for (auto &[bits, phi] : beyond) close(phi, constant(0, 64), beyond_[bits]);
    for (auto &[cell, phi] : carried) close(phi, before_loop([&, c = cell] { return state(c); }), after_.at(cell));
    b_.SetInsertPoint(exit);
    b_.CreateCondBr(wrong(), bad, good);
    b_.SetInsertPoint(bad);
    b_.CreateRet(b_.getInt64(~0ull));
    b_.SetInsertPoint(good);
    for (auto &[cell, x] : after_) {
      auto *to = type(elems_.at(cell));
      auto *v = x->getType()->isIntegerTy(1) ? b_.CreateZExt(x, to) : b_.CreateIntCast(x, to, true);
      b_.CreateAlignedStore(v, place(fn_->getArg(4), cell), llvm::Align(1));
    }
    b_.CreateRet(b_.getInt64(0));
    enter();
  }

  // Rows of many instances: how many went through, a multiple of the lanes; the next ones hold what this form does not.
  void make_portfolio(const Instructions &set, const std::string &symbol) {
    open(set, symbol, 8);
    auto *i64 = b_.getInt64Ty();
    auto *index = b_.CreatePHI(i64, 2), *last_id = b_.CreatePHI(i64, 2);
    index_ = index, broken_ = constant(0, 1);
    for (auto bits : bounds()) beyond_[bits] = constant(0, 64);
    std::map<Cell, llvm::PHINode *> carried;
    for (auto &[cell, elem] : elems_) carried_[cell] = carried[cell] = b_.CreatePHI(carried_type(cell), 2);
    auto *first_id = b_.CreateGEP(i64, fn_->getArg(7), index_);
    auto *ids = b_.CreateAlignedLoad(lane_type(i64), first_id, llvm::Align(1));
    auto *newest = lane(ids, lanes_ - 1);
    start_ = b_.CreateICmpNE(ids, shifted(spread(last_id), ids, 1));
    auto *starts = b_.CreateZExt(b_.CreateBitCast(start_, b_.getIntNTy(lanes_)), i64);
    // In the bits of an integer, one a lane: no instance begins up to here; the lane `by` before is one of these, and of the same instance.
    auto lanes_of = [&](llvm::Value *bits) { return b_.CreateBitCast(b_.CreateTrunc(bits, b_.getIntNTy(lanes_)), type(1u)); };
    goes_on_ = lanes_of(b_.CreateAnd(b_.CreateNot(starts), b_.CreateSub(starts, b_.getInt64(1))));
    auto *same = b_.CreateAnd(b_.CreateNot(starts), b_.getInt64(~1ull));
    for (unsigned by = 1; by < lanes_; by *= 2) {
      within_[by] = lanes_of(same);
      same = b_.CreateAnd(same, b_.CreateShl(same, by));
    }
    for (auto &[cell, elem] : elems_)
      room_[cell] = before_loop([&, e = elem] {
        auto *at = b_.CreateAlloca(lane_type(type(e)));
        at->setAlignment(llvm::Align(64));
        return at;
      });
    auto instance = [&](llvm::Value *k) {
      auto *id = b_.CreateAlignedLoad(i64, b_.CreateGEP(i64, first_id, k), llvm::Align(1));
      return b_.CreateGEP(b_.getInt8Ty(), fn_->getArg(4), b_.CreateMul(id, b_.getInt64(step_.state_size)));
    };
    // Lane by lane into registers: what is stored in parts and loaded whole would wait for the stores.
    std::map<Cell, llvm::Value *> gathered;
    for (auto &[cell, elem] : elems_) gathered[cell] = llvm::Constant::getNullValue(lane_type(type(elem)));
    each_bit(
        starts,
        [&](llvm::Value *k) {
          auto *from = instance(k);
          auto *here = lanes_of(b_.CreateShl(b_.getInt64(1), k));
          for (auto &[cell, elem] : elems_)
            gathered[cell] = b_.CreateSelect(here, spread(b_.CreateAlignedLoad(type(elem), place(from, cell), llvm::Align(1))), gathered[cell]);
        },
        &gathered);
    for (auto &[cell, all] : gathered) fetched_[cell] = b_.CreateIntCast(all, lane_type(carried_type(cell)), true);
    body();
    for (auto &[cell, elem] : elems_)
      if (!next_.count(cell)) before(cell);
    auto *go_on = block(), *stopped = block(), *exit = block();
    b_.CreateCondBr(wrong(), stopped, go_on);
    b_.SetInsertPoint(stopped);
    b_.CreateRet(index);
    b_.SetInsertPoint(go_on);
    for (auto &[cell, all] : afters_)
      b_.CreateAlignedStore(b_.CreateIntCast(all, lane_type(type(elems_.at(cell))), true), room_[cell], llvm::Align(64));
    auto *ends = b_.CreateOr(b_.CreateLShr(starts, 1), b_.getInt64(1ull << (lanes_ - 1)));
    each_bit(ends, [&](llvm::Value *k) {
      auto *to = instance(k);
      for (auto &[cell, all] : afters_) {
        auto *elem = type(elems_.at(cell));
        b_.CreateAlignedStore(b_.CreateLoad(elem, b_.CreateGEP(elem, room_[cell], k)), place(to, cell), llvm::Align(1));
      }
    });
    auto *following = b_.CreateAdd(index, b_.getInt64(lanes_));
    b_.CreateCondBr(b_.CreateICmpSLT(following, fn_->getArg(5)), loop_, exit);
    close(index, b_.getInt64(0), following);
    close(last_id, b_.getInt64(~0ull), newest);
    for (auto &[cell, phi] : carried) close(phi, llvm::Constant::getNullValue(carried_type(cell)), after_.at(cell));
    b_.SetInsertPoint(exit);
    b_.CreateRet(fn_->getArg(5));
    enter();
  }

private:
  struct Kind {
    enum { sum, most, least, set, serial } kind = serial;
    ValueId by;                  // of a running value: what it grows by, or is compared with,
    std::optional<ValueId> when; // in rows where this holds,
    bool unless = false;         // or does not
  };
  void open(const Instructions &set, const std::string &symbol, unsigned arguments) {
    set_ = &set;
    lanes_ = std::min(set.wide, ledger_lanes);
    auto *ptr = b_.getPtrTy();
    std::vector<llvm::Type *> types(arguments, ptr);
    types[5] = b_.getInt64Ty();
    fn_ = create(symbol, b_.getInt64Ty(), types, set.cpu);
    fn_->setVisibility(llvm::GlobalValue::HiddenVisibility);
    if (set.converts) fn_->addFnAttr("prefer-vector-width", "512");
    entry_ = block(), loop_ = block();
    pointers_.clear(), before_.clear(), after_.clear(), beyond_.clear(), carried_.clear();
    afters_.clear(), within_.clear(), room_.clear(), fetched_.clear();
    start_ = goes_on_ = nullptr;
    values_.assign(f_.values.size(), nullptr);
    uniform_values_ = uniform_values(f_);
    b_.SetInsertPoint(loop_);
  }
  void enter() {
    b_.SetInsertPoint(entry_);
    b_.CreateBr(loop_);
  }
  llvm::BasicBlock *block() { return llvm::BasicBlock::Create(context_, "", fn_); }
  std::set<unsigned> bounds() const {
    std::set<unsigned> out;
    for (auto &v : f_.values)
      if (v.op == MachineOp::assume) out.insert(bound(v));
    return out;
  }
  // Of the block that branches back to the loop.
  void close(llvm::PHINode *phi, llvm::Value *first, llvm::Value *again) {
    phi->addIncoming(first, entry_);
    for (auto *from : llvm::predecessors(loop_))
      if (from != entry_) phi->addIncoming(again, from);
  }
  // All cells after these rows, and what they earn.
  void body() {
    for (auto &[cell, store] : next_) before(cell);
    for (std::size_t i = 0; i < f_.values.size(); ++i)
      if (f_.values[i].op == MachineOp::assume) need({static_cast<std::uint32_t>(i)});
    for (auto &[cell, store] : next_) finish(cell);
    broken_ = b_.CreateOr(broken_, b_.CreateICmpNE(need(f_.result), llvm::Constant::getNullValue(need(f_.result)->getType())));
    for (std::size_t k = 0; k < step_.emitted.size(); ++k) {
      auto at = next_.find(step_.emitted[k]);
      auto *x = at == next_.end() ? before(step_.emitted[k]) : need(at->second->value);
      store(b_.CreateIntCast(x, type(64u), true), pointer(6, k), 8);
    }
  }
  llvm::Value *wrong() {
    llvm::Value *out = lanes_ == 1 ? broken_ : b_.CreateOrReduce(broken_);
    for (auto &[bits, sum] : beyond_)
      out = b_.CreateOr(out, b_.CreateICmpNE(b_.CreateLShr(lanes_ == 1 ? sum : b_.CreateOrReduce(sum), bits + 1), b_.getInt64(0)));
    return out;
  }
  // Once for each bit that is set, from the lowest; `kept` is what each time makes of the time before.
  template <class F> void each_bit(llvm::Value *bits, F what, std::map<Cell, llvm::Value *> *kept = nullptr) {
    std::map<Cell, llvm::Value *> none;
    auto &now = kept ? *kept : none;
    auto before = now;
    auto *from = b_.GetInsertBlock(), *once = block(), *done = block();
    b_.CreateCondBr(b_.CreateICmpEQ(bits, b_.getInt64(0)), done, once);
    b_.SetInsertPoint(once);
    auto *left = b_.CreatePHI(b_.getInt64Ty(), 2);
    std::map<Cell, llvm::PHINode *> phis;
    for (auto &[cell, x] : now) x = phis[cell] = b_.CreatePHI(x->getType(), 2);
    what(b_.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, left, b_.getTrue()));
    auto *rest = b_.CreateAnd(left, b_.CreateSub(left, b_.getInt64(1)));
    left->addIncoming(bits, from), left->addIncoming(rest, once);
    b_.CreateCondBr(b_.CreateICmpEQ(rest, b_.getInt64(0)), done, once);
    b_.SetInsertPoint(done);
    for (auto &[cell, phi] : phis) {
      phi->addIncoming(before[cell], from), phi->addIncoming(now[cell], once);
      auto *last = b_.CreatePHI(phi->getType(), 2);
      last->addIncoming(before[cell], from), last->addIncoming(now[cell], once);
      now[cell] = last;
    }
  }
  static bool is_cell(const MachineValue &v) { return (v.op == MachineOp::load || v.op == MachineOp::flag) && v.at.region == Region::state; }
  bool reads(ValueId id, Cell cell) const { return reads_[id.index].count(cell) > 0; }
  bool is_plainly(ValueId id, Cell cell) const { // the cell as it was, perhaps widened, or held to be ordinary
    auto &v = f_.values[plain(id).index];
    return is_cell(v) && v.at.offset == cell && v.op == MachineOp::load;
  }
  ValueId plain(ValueId id) const {
    auto &v = f_.values[id.index];
    return v.op == MachineOp::assume || v.op == MachineOp::widen ? plain(v.operands[0]) : id;
  }
  Kind kind_of(Cell cell, ValueId next) const {
    auto &v = f_.values[next.index];
    if (v.op == MachineOp::select && !reads(v.operands[0], cell))
      for (bool unless : {false, true}) // in some rows the cell stays as it is
        if (is_plainly(v.operands[unless ? 1 : 2], cell)) {
          auto inner = kind_of(cell, v.operands[unless ? 2 : 1]);
          if (inner.kind <= Kind::least && !inner.when) return inner.when = v.operands[0], inner.unless = unless, inner;
        }
    auto other = [&](ValueId a, ValueId b) -> std::optional<ValueId> { // than the cell itself
      if (is_plainly(a, cell) && !reads(b, cell)) return b;
      if (is_plainly(b, cell) && !reads(a, cell)) return a;
      return std::nullopt;
    };
    if (v.op == MachineOp::add && v.width == 64)
      if (auto by = other(v.operands[0], v.operands[1])) return {Kind::sum, *by, {}, false};
    if (v.op == MachineOp::select && f_.values[v.operands[0].index].op == MachineOp::less) {
      auto &less = f_.values[v.operands[0].index].operands;
      auto same = [&](ValueId a, ValueId b) { return plain(a).index == plain(b).index; };
      if (auto by = other(v.operands[1], v.operands[2])) {
        if (same(less[0], v.operands[2]) && same(less[1], v.operands[1])) return {Kind::most, *by, {}, false};
        if (same(less[0], v.operands[1]) && same(less[1], v.operands[2])) return {Kind::least, *by, {}, false};
      }
    }
    return {reads(next, cell) ? Kind::serial : Kind::set, {}, {}, false};
  }
  std::set<Cell> waits_for(Cell cell) const {
    auto &k = kinds_.at(cell);
    auto out = reads_[(k.kind <= Kind::least ? k.by : next_.at(cell)->value).index];
    if (k.when) out.insert(reads_[k.when->index].begin(), reads_[k.when->index].end());
    if (k.kind == Kind::serial) out.erase(cell);
    return out;
  }

  llvm::Value *place(llvm::Value *states, Cell cell) { return b_.CreateConstInBoundsGEP1_32(b_.getInt8Ty(), states, cell); }
  unsigned width(Cell cell) const { // of a running value as wide as what it is compared with
    if (auto at = kinds_.find(cell); at != kinds_.end() && at->second.kind <= Kind::least)
      return static_cast<unsigned>(f_.values[next_.at(cell)->value.index].width);
    return elems_.at(cell) == Elem::i64 ? 64 : elems_.at(cell) == Elem::i32 ? 32 : 8;
  }
  llvm::Type *carried_type(Cell cell) { return b_.getIntNTy(width(cell)); }
  llvm::Value *state(Cell cell) {
    return b_.CreateIntCast(b_.CreateAlignedLoad(type(elems_.at(cell)), place(fn_->getArg(4), cell), llvm::Align(1)), carried_type(cell), true);
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
    if (!next_.count(cell) && !start_) return before_[cell] = before_loop([&] { return spread(state(cell)); });
    auto *was = carried_.at(cell);
    if (lanes_ == 1) return before_[cell] = was;
    auto done = [&](llvm::Value *found, llvm::Value *left) {
      after_[cell] = lane(left, lanes_ - 1);
      if (next_.count(cell)) afters_[cell] = left;
      return before_[cell] = found;
    };
    if (!next_.count(cell)) { // the same in all rows of an instance
      auto *all = b_.CreateSelect(start_, fetched_.at(cell), spread(was));
      for (unsigned by = 1; by < lanes_; by *= 2) all = b_.CreateSelect(within_.at(by), shifted(all, all, by), all);
      return done(all, all);
    }
    auto &k = kinds_.at(cell);
    auto *t = type(width(cell));
    if (k.kind <= Kind::least) {
      auto join = [&](llvm::Value *a, llvm::Value *b) {
        return k.kind == Kind::sum ? b_.CreateAdd(a, b)
                                   : b_.CreateBinaryIntrinsic(k.kind == Kind::most ? llvm::Intrinsic::smax : llvm::Intrinsic::smin, a, b);
      };
      auto bits = width(cell);
      llvm::Value *nothing = llvm::Constant::getNullValue(t);
      if (k.kind != Kind::sum)
        nothing = llvm::ConstantInt::get(t, k.kind == Kind::most ? llvm::APInt::getSignedMinValue(bits) : llvm::APInt::getSignedMaxValue(bits));
      auto *x = b_.CreateIntCast(need(k.by), t, true);
      if (k.when) x = k.unless ? b_.CreateSelect(need(*k.when), nothing, x) : b_.CreateSelect(need(*k.when), x, nothing);
      auto *all = start_ ? join(x, b_.CreateSelect(start_, fetched_.at(cell), nothing)) : x; // lane i: of lanes 0 to i, in a logarithm of steps
      for (unsigned by = 1; by < lanes_; by *= 2) {
        auto *earlier = shifted(nothing, all, by);
        all = join(all, start_ ? b_.CreateSelect(within_.at(by), earlier, nothing) : earlier);
      }
      all = join(all, start_ ? b_.CreateSelect(goes_on_, spread(was), nothing) : spread(was));
      if (k.kind == Kind::sum) return done(b_.CreateSub(all, x), all);
      return done(first_or(cell, shifted(spread(was), all, 1)), all);
    }
    if (k.kind == Kind::set) {
      auto *x = b_.CreateIntCast(as_integer(need(next_.at(cell)->value)), t, true);
      return done(first_or(cell, shifted(spread(was), x, 1)), x);
    }
    llvm::Value *all = llvm::PoisonValue::get(t), *left = all, *one = was;
    for (unsigned i = 0; i < lanes_; ++i) {
      if (start_) one = b_.CreateSelect(lane(start_, i), lane(fetched_.at(cell), i), one);
      all = b_.CreateInsertElement(all, one, i);
      std::map<std::uint32_t, llvm::Value *> known;
      one = b_.CreateIntCast(as_integer(in_turn(next_.at(cell)->value, cell, one, i, known)), carried_type(cell), true);
      left = b_.CreateInsertElement(left, one, i);
    }
    return done(all, left);
  }
  // The state of an instance where it begins, else what the row before left.
  llvm::Value *first_or(Cell cell, llvm::Value *left) { return start_ ? b_.CreateSelect(start_, fetched_.at(cell), left) : left; }
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
  llvm::BasicBlock *loop_ = nullptr;
  std::map<Cell, llvm::Value *> carried_, before_, after_; // after: of the last lane
  // Over a portfolio: where an instance begins, where one goes on that began before these lanes, by distance whether a lane that far ahead is
  // of the same instance; of each cell the state of the instances that begin, what each row leaves, and the room for both.
  llvm::Value *start_ = nullptr, *goes_on_ = nullptr;
  std::map<unsigned, llvm::Value *> within_;
  std::map<Cell, llvm::Value *> fetched_, afters_, room_;
};

std::string run_symbol(const LedgerStep &s, const std::string &form) { return fmt::format("{}.run.{}", s.symbol, form); }

std::string portfolio_symbol(const LedgerStep &s, const Instructions &set) { return fmt::format("{}.portfolio.{}", s.symbol, set.word); }

bool in_lanes(llvm::Module &module, const LedgerStep &s) { return Run(module, s).has_lanes(); }

} // namespace

void emit_runs(llvm::Module &module, const std::set<std::string> &own, const EmitOptions &o) {
  for (auto &s : o.ledgers) {
    if (!s.rows || !own.count(s.symbol)) continue;
    Run run(module, s);
    run.make(row, run_symbol(s, "row"));
    if (!run.has_lanes()) continue;
    for (std::size_t k = 0; k < std::size(sets); ++k)
      if (wanted(o, k)) {
        run.make(sets[k], run_symbol(s, sets[k].word));
        run.make_portfolio(sets[k], portfolio_symbol(s, sets[k]));
      }
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
    for (bool portfolio : {false, true}) {
      llvm::Constant *best = none;
      for (auto &set : sets) {
        if (lanes && wanted(o, static_cast<std::size_t>(&set - sets.data())))
          best = function_of(module, portfolio ? portfolio_symbol(s, set) : run_symbol(s, set.word), true);
        runs.push_back(best);
      }
    }
    auto *plan_type = llvm::StructType::get(context, {ptr, ptr, ptr, llvm::ArrayType::get(ptr, 7), ptr, ptr, i32, i32, i32, i32, i32, i64});
    DEAL_CHECK(module.getDataLayout().getTypeAllocSize(plan_type) == sizeof(deal_ledger_plan), "the plan is not that of runtime/ledger.h");
    auto count = [&](std::size_t n) { return b.getInt32(static_cast<std::uint32_t>(n)); };
    auto *init = llvm::ConstantStruct::get(plan_type, {function_of(module, s.symbol, false), function_of(module, o.prefix + "_next", false),
                                                       function_of(module, o.prefix + "_tick", false),
                                                       llvm::ConstantArray::get(llvm::ArrayType::get(ptr, 7), runs), numbers(fields),
                                                       numbers(s.emitted), count(s.fields.size()), count(s.emitted.size()), b.getInt32(s.event_size),
                                                       b.getInt32(s.state_size), b.getInt32(ledger_lanes),
                                                       b.getInt64(static_cast<std::uint64_t>(o.layout))});
    auto *plan = new llvm::GlobalVariable(module, plan_type, true, llvm::GlobalValue::PrivateLinkage, init);
    auto *fn = llvm::Function::Create(llvm::FunctionType::get(i64, {ptr}, false), llvm::Function::ExternalLinkage, s.symbol + "_ledger", module);
    fn->addFnAttr(llvm::Attribute::NoUnwind);
    fn->addFnAttr("no-builtins");
    fn->addFnAttr("target-cpu", target.row.cpu);
    b.SetInsertPoint(llvm::BasicBlock::Create(context, "", fn));
    auto *room =
        b.CreateAlloca(llvm::ArrayType::get(b.getInt8Ty(), deal_ledger_scratch(s.fields.size(), s.emitted.size(), s.event_size, s.state_size)));
    room->setAlignment(llvm::Align(64));
    b.CreateRet(b.CreateCall(module.getOrInsertFunction("deal_run_ledger", llvm::FunctionType::get(i64, {ptr, ptr, ptr}, false)),
                             {fn->getArg(0), plan, room}));
  }
}

} // namespace deal::codegen
