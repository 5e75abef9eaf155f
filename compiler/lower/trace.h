// The reasons of one function while it is made: what each site came to, and 0 where the branch that holds it was not selected. A definition
// is made once and read from several places, so what must hold for its sites is known only at the end.
#pragma once
#include "ir/exact.h"
#include "interface/interface.h"
#include <utility>

namespace deal::lower {

using namespace interface;

class Trace {
public:
  explicit Trace(ir::Builder &b) : b_(b), frames_(1), here_(b.truth(true)) {}

  struct Noted {
    Site site;
    ir::ValueId value, evaluated; // a number, 0 where it was not evaluated; a boolean
  };

  // What `make` notes counts only where the condition holds.
  template <class F> auto within(ir::ValueId condition, F make) {
    struct Back {
      ir::ValueId &here, outer;
      ~Back() { here = outer; }
    } back{here_, here_};
    here_ = b_.both(here_, condition);
    return make();
  }
  // What is made once: `make` runs in a frame of its own, whose number comes with the result; every reader says that it reads it.
  template <class F> auto once(F make) {
    frames_.emplace_back();
    auto number = frames_.size() - 1;
    auto outer = std::pair{std::exchange(frame_, number), std::exchange(here_, b_.truth(true))};
    auto made = make();
    std::tie(frame_, here_) = outer;
    return std::pair{made, number};
  }
  void reads(std::size_t frame) { frames_[frame].readers.emplace_back(frame_, here_); }
  void reads(std::size_t frame, ir::ValueId where) { frames_[frame].readers.emplace_back(frame_, b_.both(here_, where)); }

  void note(Site site, ir::ValueId value) { sites_.push_back({std::move(site), frame_, here_, value}); }
  // All that was noted, each site once, and a fresh start.
  std::vector<Noted> take();

private:
  struct Frame {
    std::vector<std::pair<std::size_t, ir::ValueId>> readers; // from which frame, under which condition of it
  };
  struct Mark {
    Site site;
    std::size_t frame;
    ir::ValueId condition, value;
  };
  std::vector<ir::ValueId> reached(); // by frame

  ir::Builder &b_;
  std::vector<Frame> frames_; // the first is the function itself
  std::vector<Mark> sites_;
  std::size_t frame_ = 0;
  ir::ValueId here_;
};

} // namespace deal::lower
