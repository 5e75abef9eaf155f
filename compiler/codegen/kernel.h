// What kernels of terms over columns and of ledgers share: lanes, their inputs, division by estimate.
#pragma once
#include "batch.h"
#include "codegen/emitter.h"
#include "support/result.h"

namespace deal::codegen {

using namespace ir;

inline const Instructions &row = target.row;
inline const auto &sets = target.sets;

// A double whose unit in the last place is 1: what is added to it rounds to an integer, which stands in its last 51 bits.
inline constexpr double magic = 6755399441055744.0;
inline constexpr std::uint64_t magic_bits = 0x4338000000000000;

class Kernel : public Emitter {
public:
  Kernel(llvm::Module &module, const std::vector<Input> &inputs) : Emitter(module), inputs_(inputs) {}

  // What a kernel takes for granted of its inputs. `masked`: a null holds garbage that must not be seen, where assumptions watch what is
  // read. `varying`: parameters come as columns; else they are the same in all rows, and what follows from them alone is made once.
  struct Form {
    bool masked = false, varying = false;
  };
  // The terms of a set: one, or some that share what they have in common.
  llvm::Function *make(const std::vector<const MachineFunction *> &terms, const Instructions &set, const std::string &symbol, Form form) {
    set_ = &set;
    masked_ = form.masked;
    if (form.varying) uniform_ = {{Region::readings, 3}};
    else uniform_ = {{Region::parameters, 2}, {Region::readings, 3}};
    lanes_ = lanes(terms, set);
    auto *ptr = b_.getPtrTy();
    auto *i64 = b_.getInt64Ty();
    fn_ = create(symbol, i64, {ptr, ptr, ptr, ptr, i64, ptr, ptr}, set.cpu);
    fn_->setVisibility(llvm::GlobalValue::HiddenVisibility); // the tables may stand in another part
    if (set.converts) fn_->addFnAttr("prefer-vector-width", "512");
    entry_ = llvm::BasicBlock::Create(context_, "", fn_);
    auto *loop = llvm::BasicBlock::Create(context_, "", fn_), *exit = llvm::BasicBlock::Create(context_, "", fn_);
    pointers_.clear(), slots_.clear();
    b_.SetInsertPoint(loop);
    index_ = b_.CreatePHI(i64, 2);
    auto *failed = b_.CreatePHI(type(32u), 2);
    broken_ = b_.CreatePHI(type(1u), 2);
    // One sum of bits for each bound that is assumed.
    beyond_.clear();
    std::map<unsigned, llvm::PHINode *> phis;
    for (auto *f : terms)
      for (auto &v : f->values)
        if (v.op == MachineOp::assume) phis[bound(v)] = nullptr;
    for (auto &[bits, phi] : phis) beyond_[bits] = phi = b_.CreatePHI(type(64u), 2);
    auto *broken = static_cast<llvm::PHINode *>(broken_);
    // All that is read stands before all that is written, so that what terms have in common is found to be one.
    std::vector<std::pair<llvm::Value *, unsigned>> results;
    std::vector<llvm::Value *> statuses;
    llvm::Value *more_failed = failed;
    for (auto *f : terms) {
      values_.clear();
      uniform_values_ = uniform_values(*f);
      for (auto &v : f->values) values_.push_back(value(v, *fn_));
      auto &s = f->stores.at(0);
      auto *to = lane_type(type(s.at.elem));
      auto *v = at(s.value);
      v = v->getType()->isIntOrIntVectorTy(1) ? b_.CreateZExt(v, to) : b_.CreateIntCast(v, to, true);
      results.emplace_back(v, type(s.at.elem)->getIntegerBitWidth() / 8);
      auto *status = b_.CreateIntCast(at(f->result), type(32u), true);
      statuses.push_back(infallible(*f) ? nullptr : b_.CreateTrunc(status, type(8u)));
      more_failed = b_.CreateAdd(more_failed, b_.CreateZExt(b_.CreateICmpNE(status, constant(0, 32)), type(32u)));
    }
    for (std::size_t t = 0; t < terms.size(); ++t) {
      store(results[t].first, pointer(5, t), results[t].second);
      if (statuses[t]) store(statuses[t], pointer(6, t), 1);
    }
    auto *next = b_.CreateAdd(index_, b_.getInt64(lanes_));
    b_.CreateCondBr(b_.CreateICmpSLT(next, fn_->getArg(4)), loop, exit);
    auto *last = b_.GetInsertBlock();
    auto close = [&](llvm::PHINode *phi, llvm::Value *first, llvm::Value *again) {
      phi->addIncoming(first, entry_);
      phi->addIncoming(again, last);
    };
    close(static_cast<llvm::PHINode *>(index_), b_.getInt64(0), next);
    close(failed, constant(0, 32), more_failed);
    close(broken, constant(0, 1), broken_);
    for (auto &[bits, phi] : phis) close(phi, constant(0, 64), beyond_[bits]);
    b_.SetInsertPoint(exit);
    llvm::Value *bad = lanes_ == 1 ? broken_ : b_.CreateOrReduce(broken_);
    for (auto &[bits, sum] : beyond_)
      bad = b_.CreateOr(bad, b_.CreateICmpNE(b_.CreateLShr(lanes_ == 1 ? sum : b_.CreateOrReduce(sum), bits + 1), b_.getInt64(0)));
    auto *count = b_.CreateZExt(lanes_ == 1 ? more_failed : b_.CreateAddReduce(more_failed), i64);
    b_.CreateRet(b_.CreateSelect(bad, b_.getInt64(~0ull), count));
    b_.SetInsertPoint(entry_);
    b_.CreateBr(loop);
    return fn_;
  }
  static unsigned lanes(const std::vector<const MachineFunction *> &terms, const Instructions &set) {
    return std::any_of(terms.begin(), terms.end(), [](auto *f) { return is_wide(*f); }) ? set.wide : set.narrow;
  }
  static bool infallible(const MachineFunction &f) {
    auto &status = f.values[f.result.index];
    return status.op == MachineOp::constant && status.number == 0;
  }

protected:
  llvm::Type *lane_type(llvm::Type *t) const { return lanes_ == 1 ? t : llvm::FixedVectorType::get(t, lanes_); }
  llvm::Value *spread(llvm::Value *v) { return lanes_ == 1 ? v : b_.CreateVectorSplat(lanes_, v); }
  void store(llvm::Value *v, llvm::Value *to, unsigned size) {
    auto *at_row = b_.CreateGEP(b_.getInt8Ty(), to, b_.CreateMul(index_, b_.getInt64(size)));
    ahead(at_row, size, true);
    b_.CreateAlignedStore(v, at_row, llvm::Align(1));
  }
  static unsigned bound(const MachineValue &v) { return static_cast<unsigned>(msb(Integer(v.number * 2 - 1))); } // |x| <= 2^bound

  // What does not change from row to row is made before the loop.
  template <class F> llvm::Value *before_loop(F make) {
    llvm::IRBuilder<>::InsertPointGuard guard(b_);
    b_.SetInsertPoint(entry_);
    return make();
  }
  // Of a table that is an argument, one of its pointers.
  llvm::Value *pointer(unsigned table, std::size_t k) {
    auto &at = pointers_[{table, k}];
    auto *ptr = b_.getPtrTy();
    if (!at) at = before_loop([&] { return b_.CreateLoad(ptr, b_.CreateConstInBoundsGEP1_64(ptr, fn_->getArg(table), k)); });
    return at;
  }
  // What is the same in all rows.
  std::vector<bool> uniform_values(const MachineFunction &f) const {
    std::vector<bool> out;
    for (auto &v : f.values) {
      bool read = v.op == MachineOp::load || v.op == MachineOp::flag;
      out.push_back(read ? uniform_.count(v.at.region) > 0 : std::all_of(v.operands.begin(), v.operands.end(), [&](auto o) { return out[o.index]; }));
    }
    return out;
  }
  // The rows at hand of one input: its values, or its flags.
  llvm::Value *rows(unsigned table, std::size_t input, llvm::Type *elem) {
    auto *from = b_.CreateGEP(b_.getInt8Ty(), pointer(table, input), b_.CreateMul(index_, b_.getInt64(elem->getIntegerBitWidth() / 8)));
    if (table == 0) ahead(from, elem->getIntegerBitWidth() / 8, false);
    return b_.CreateAlignedLoad(lane_type(elem), from, llvm::Align(1));
  }
  // What comes next is fetched in time: kernels take turns over chunks, which hides each stream from the processor's own guesses. The
  // distances, in bytes, are the best of those that were measured (docs/performance.md).
  void ahead(llvm::Value *from, unsigned size, bool write) {
    if (lanes_ == 1) return;
    for (unsigned byte = 0; byte < lanes_ * size; byte += 64)
      b_.CreateIntrinsic(
          llvm::Intrinsic::prefetch, {b_.getPtrTy()},
          {b_.CreateGEP(b_.getInt8Ty(), from, b_.getInt64((write ? 1024 : 2048) + byte)), b_.getInt32(write), b_.getInt32(3), b_.getInt32(1)});
  }
  llvm::Value *truth(llvm::Value *byte) { return b_.CreateICmpNE(byte, llvm::Constant::getNullValue(byte->getType())); }

  llvm::Value *load(const MachineValue &v) override {
    auto *elem = type(v.at.elem);
    auto cast = [&](llvm::Value *x) { return v.op == MachineOp::flag ? truth(x) : b_.CreateIntCast(x, type(static_cast<unsigned>(v.width)), true); };
    if (auto at = uniform_.find(v.at.region); at != uniform_.end())
      return before_loop([&] {
        auto *from = b_.CreateConstInBoundsGEP1_32(b_.getInt8Ty(), fn_->getArg(at->second), v.at.offset);
        return cast(spread(b_.CreateAlignedLoad(elem, from, llvm::Align(1))));
      });
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      auto &in = inputs_[k];
      if (in.region != v.at.region) continue;
      if (in.known && *in.known == v.at.offset) return truth(rows(1, k, b_.getInt8Ty()));
      if (in.offset != v.at.offset) continue;
      auto *x = rows(0, k, elem);
      if (in.known && masked_) x = b_.CreateSelect(truth(rows(1, k, b_.getInt8Ty())), x, llvm::Constant::getNullValue(x->getType()));
      return cast(x);
    }
    DEAL_CHECK(false, "a kernel reads what is no input");
    return nullptr;
  }

  llvm::Value *assume(const MachineValue &v) override {
    auto bits = bound(v);
    auto *x = at(v.operands[0]);
    beyond_[bits] = b_.CreateOr(beyond_[bits], b_.CreateAdd(x, constant(Integer(1) << bits, 64)));
    return x;
  }

  llvm::Value *real(double d) {
    auto *t = lane_type(b_.getDoubleTy());
    return llvm::ConstantFP::get(t, d);
  }
  llvm::Value *to_double(llvm::Value *x) {
    auto *t = lane_type(b_.getDoubleTy());
    if (set_->converts) return b_.CreateSIToFP(x, t);
    return b_.CreateFSub(b_.CreateBitCast(b_.CreateAdd(x, constant(magic_bits, 64)), t), real(magic));
  }

  // optimize/narrow.cpp says why one correction is enough.
  llvm::Value *estimate(const MachineValue &v) override {
    // What is uniform is multiplied first, and with it the reciprocal of the divisor is taken where that is uniform too: LLVM moves it out
    // of the loop.
    struct Product {
      llvm::Value *whole, *part; // an integer, and as a double
    };
    auto number = [](const Integer &i) { return i.convert_to<double>(); };
    auto product = [&](std::size_t from, std::size_t to, bool uniform, std::optional<Product> out) {
      for (auto k = from; k < to; ++k) {
        if (uniform_values_[v.operands[k].index] != uniform) continue;
        auto *x = at(v.operands[k]);
        out = out ? Product{b_.CreateMul(out->whole, x), b_.CreateFMul(out->part, to_double(x))} : Product{x, to_double(x)};
      }
      return out;
    };
    auto same = *product(0, v.factors, true, Product{constant(v.up, 64), real(number(v.up))});
    auto varying = product(0, v.factors, false, std::nullopt);
    auto below = *product(v.factors, v.operands.size(), true, Product{constant(v.down, 64), real(number(v.down))});
    auto divisor = product(v.factors, v.operands.size(), false, std::nullopt);
    auto *n = varying ? b_.CreateMul(varying->whole, same.whole) : same.whole;
    auto *d = divisor ? b_.CreateMul(divisor->whole, below.whole) : below.whole;
    auto times = [&](llvm::Value *scale) { return varying ? b_.CreateFMul(varying->part, scale) : scale; };
    auto *p = divisor ? b_.CreateFDiv(times(same.part), b_.CreateFMul(divisor->part, below.part)) : times(b_.CreateFDiv(same.part, below.part));
    if (v.number != 0) {
      auto *size = b_.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, p);
      broken_ = b_.CreateOr(broken_, b_.CreateFCmpUGT(size, real(number(v.number))));
    }
    auto *rounded = b_.CreateFAdd(p, real(magic));
    auto *q = b_.CreateSub(b_.CreateBitCast(rounded, type(64u)), constant(magic_bits, 64));
    if (set_->fuses && v.mode <= Rounding::half_down && v.operands.size() == 1 && v.up == 1 && v.down < (Integer(1) << 50)) {
      // A double holds the dividend and the remainder: one fused step gives it, and it is compared with the half.
      auto *near = b_.CreateFSub(rounded, real(magic));
      auto half = number(v.down) / 2;
      auto *x = to_double(at(v.operands[0]));
      auto *rest = b_.CreateIntrinsic(x->getType(), llvm::Intrinsic::fma, {near, real(-number(v.down)), x});
      return nearest(v, q, b_.CreateFCmpOGT(rest, real(half)), b_.CreateFCmpOLT(rest, real(-half)), b_.CreateFCmpOEQ(rest, real(half)),
                     b_.CreateFCmpOEQ(rest, real(-half)));
    }
    auto *r = b_.CreateSub(n, b_.CreateMul(q, d));
    if (v.mode <= Rounding::half_down) { // -d <= r <= d: the nearest is q or its neighbour
      auto *twice = b_.CreateShl(r, 1), *minus = b_.CreateNeg(d);
      return nearest(v, q, b_.CreateICmpSGT(twice, d), b_.CreateICmpSLT(twice, minus), b_.CreateICmpEQ(twice, d), b_.CreateICmpEQ(twice, minus));
    }
    auto *zero = constant(0, 64);
    // The floor and what is above it, then the mode.
    auto *low = b_.CreateICmpSLT(r, zero);
    q = plus(q, low, -1);
    r = b_.CreateSelect(low, b_.CreateAdd(r, d), r);
    auto *high = b_.CreateICmpSGE(r, d);
    q = plus(q, high, 1);
    auto *inexact = b_.CreateICmpNE(b_.CreateSelect(high, zero, r), zero);
    auto *positive = b_.CreateICmpSGE(q, zero);
    switch (v.mode) {
    case Rounding::up: return plus(q, b_.CreateAnd(inexact, positive), 1);
    case Rounding::down: return plus(q, b_.CreateAnd(inexact, b_.CreateNot(positive)), 1);
    case Rounding::ceiling: return plus(q, inexact, 1);
    default: return q;
    }
  }
  llvm::Value *plus(llvm::Value *x, llvm::Value *where, int by) { return b_.CreateSelect(where, b_.CreateAdd(x, constant(by, 64)), x); }

  // q or its neighbour, by where the remainder lies against the half; ties go by the mode.
  llvm::Value *nearest(const MachineValue &v, llvm::Value *q, llvm::Value *up, llvm::Value *down, llvm::Value *above, llvm::Value *under) {
    if (v.operands.size() > v.factors || v.down % 2 == 0) { // an odd divisor has no ties
      auto *zero = constant(0, 64);
      auto *odd = b_.CreateICmpNE(b_.CreateAnd(q, constant(1, 64)), zero);
      llvm::Value *goes_up = odd, *goes_down = odd;
      if (v.mode != Rounding::half_even) {
        auto *positive = b_.CreateICmpSGE(q, zero), *over_zero = b_.CreateICmpSGT(q, zero);
        goes_up = v.mode == Rounding::half_up ? positive : b_.CreateNot(positive);
        goes_down = v.mode == Rounding::half_up ? b_.CreateNot(over_zero) : over_zero;
      }
      up = b_.CreateOr(up, b_.CreateAnd(above, goes_up));
      down = b_.CreateOr(down, b_.CreateAnd(under, goes_down));
    }
    return plus(plus(q, up, 1), down, -1);
  }

  const std::vector<Input> &inputs_;
  std::map<Region, unsigned> uniform_; // what is the same in all rows, by argument
  std::vector<bool> uniform_values_;
  const Instructions *set_ = &row;
  bool masked_ = false;
  llvm::Function *fn_ = nullptr;
  llvm::BasicBlock *entry_ = nullptr;
  llvm::Value *index_ = nullptr, *broken_ = nullptr;
  std::map<unsigned, llvm::Value *> beyond_;
  std::map<std::pair<unsigned, std::size_t>, llvm::Value *> pointers_;
};

// A function that another part of the library may define.
llvm::Constant *function_of(llvm::Module &, const std::string &symbol, bool hidden);
bool wanted(const EmitOptions &, std::size_t set);

} // namespace deal::codegen
