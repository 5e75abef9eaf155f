// Code that is called where it stands. `symbol` gives addresses; `keep` owns the code.
#pragma once
#include <functional>
#include <memory>
#include <string>

namespace deal::interface {

struct Loaded {
  std::function<void *(const std::string &)> symbol;
  std::shared_ptr<void> keep;
};

} // namespace deal::interface
