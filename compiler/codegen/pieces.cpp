// A long function, in pieces: LLVM takes more than its share for a long block, where every store may meet every load. A piece leaves what later ones
// read in a room that the function brings; what is a constant, or reads an input, is made again. Stores come last of all: the state that is
// written may be the state that is read.
#include "codegen/emitter.h"

namespace deal::codegen {

using namespace ir;

namespace {

bool is_known(const MachineValue &v) { return v.op == MachineOp::constant || v.op == MachineOp::truth; }
bool is_read(const MachineValue &v) { return (v.op == MachineOp::load || v.op == MachineOp::flag) && v.operands.empty(); }

} // namespace

class Pieces {
public:
  Pieces(Emitter &emitter, const MachineFunction &f, llvm::Function &fn) : e_(emitter), f_(f), fn_(fn), place_(f.values.size(), nowhere) {}

  void run() {
    auto n = f_.values.size();
    e_.values_.assign(n, nullptr);
    for (std::size_t i = 0; i < n; ++i)
      for (auto o : f_.values[i].operands)
        if (!is_known(at(o)) && !is_read(at(o)) && piece_of(o.index) != piece_of(i)) keep(o);
    for (auto &s : f_.stores) keep(s.value);
    keep(f_.result);
    auto &b = e_.b_;
    room_ = b.CreateAlloca(llvm::ArrayType::get(b.getInt64Ty(), std::max<std::uint64_t>(1, size_ / 8)));
    if (f_.guarded) e_.guard(f_, fn_);
    for (std::size_t begin = 0; begin < n; begin += Emitter::of_a_piece)
      piece([&](llvm::Function &made) {
        for (std::size_t i = begin; i < std::min(n, begin + Emitter::of_a_piece); ++i) make(i, made);
      });
    for (std::size_t begin = 0; begin < f_.stores.size(); begin += Emitter::of_a_piece)
      piece([&](llvm::Function &made) {
        if (begin == 0) e_.copy_state(f_.copied);
        for (std::size_t i = begin; i < std::min(f_.stores.size(), begin + Emitter::of_a_piece); ++i) {
          need(f_.stores[i].value, made);
          e_.store(f_.stores[i]);
        }
      });
    need(f_.result, fn_);
    b.CreateRet(b.CreateIntCast(e_.at(f_.result), b.getInt32Ty(), true));
  }

private:
  static constexpr std::uint64_t nowhere = UINT64_MAX;
  const MachineValue &at(ValueId id) const { return f_.values[id.index]; }
  // What a frame holds is read where the frame is filled.
  std::size_t piece_of(std::size_t i) const {
    auto &v = f_.values[i];
    bool of_frame = (v.op == MachineOp::load || v.op == MachineOp::flag) && !v.operands.empty();
    return (of_frame ? v.operands[0].index : i) / Emitter::of_a_piece;
  }
  void keep(ValueId id) {
    if (is_known(at(id)) || place_[id.index] != nowhere) return;
    place_[id.index] = size_;
    size_ += static_cast<std::uint64_t>(std::max(64, at(id).width)) / 8;
  }
  llvm::Type *kept_type(ValueId id) { return e_.type(static_cast<unsigned>(std::max(8, at(id).width))); }
  llvm::Value *place(ValueId id) { return e_.b_.CreateConstInBoundsGEP1_64(e_.b_.getInt8Ty(), room_, place_[id.index]); }

  // Brings a value into the function at hand.
  void need(ValueId id, llvm::Function &made) {
    if (e_.values_[id.index]) return;
    auto &v = at(id);
    if (place_[id.index] == nowhere) e_.values_[id.index] = e_.value(v, made);
    else e_.values_[id.index] = e_.b_.CreateIntCast(e_.b_.CreateAlignedLoad(kept_type(id), place(id), llvm::Align(8)), e_.type(static_cast<unsigned>(v.width)), true);
    touched_.push_back(id.index);
  }
  void make(std::size_t i, llvm::Function &made) {
    auto &v = f_.values[i];
    if (piece_of(i) != i / Emitter::of_a_piece) return; // it was read where its frame was filled
    ValueId id{static_cast<std::uint32_t>(i)};
    if (v.op == MachineOp::sheet) {
      need(v.operands[0], made);
      for (auto of_frame : e_.fill(f_, id, made)) done(of_frame);
    } else if (!e_.values_[i] && !(place_[i] == nowhere && (is_known(v) || is_read(v)))) { // those are made where they are needed
      for (auto o : v.operands) need(o, made);
      e_.values_[i] = e_.value(v, made);
      done(id);
    }
  }
  void done(ValueId id) {
    touched_.push_back(id.index);
    if (place_[id.index] == nowhere) return;
    e_.b_.CreateAlignedStore(e_.b_.CreateIntCast(e_.at(id), kept_type(id), false), place(id), llvm::Align(8));
  }

  template <class F> void piece(F fill) {
    std::vector<llvm::Type *> types;
    std::vector<llvm::Value *> arguments;
    for (auto &a : fn_.args()) types.push_back(a.getType()), arguments.push_back(&a);
    types.push_back(e_.b_.getPtrTy()), arguments.push_back(room_);
    auto *made = e_.create(fn_.getName().str() + ".piece", e_.b_.getVoidTy(), types);
    made->setLinkage(llvm::Function::InternalLinkage);
    made->addFnAttr(llvm::Attribute::NoInline);
    if (f_.traced) e_.make_quickly(*made);
    made->addParamAttr(static_cast<unsigned>(fn_.arg_size()), llvm::Attribute::NoAlias); // so that what is kept waits for no store of the state
    e_.b_.CreateCall(made, arguments);
    auto back = e_.b_.saveIP();
    auto outer = e_.arguments_;
    auto *room = std::exchange(room_, made->getArg(static_cast<unsigned>(made->arg_size() - 1)));
    for (auto &[region, argument] : e_.arguments_) argument = made->getArg(llvm::cast<llvm::Argument>(argument)->getArgNo());
    e_.begin(*made);
    fill(*made);
    e_.b_.CreateRetVoid();
    for (auto i : touched_) e_.values_[i] = nullptr;
    touched_.clear();
    e_.arguments_ = outer, room_ = room;
    e_.b_.restoreIP(back);
  }

  Emitter &e_;
  const MachineFunction &f_;
  llvm::Function &fn_;
  std::vector<std::uint64_t> place_; // in the room
  std::uint64_t size_ = 0;
  llvm::Value *room_ = nullptr;
  std::vector<std::uint32_t> touched_; // values that the piece at hand has
};

void Emitter::in_pieces(const MachineFunction &f, llvm::Function &fn) { Pieces(*this, f, fn).run(); }

} // namespace deal::codegen
