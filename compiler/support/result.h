// Files, linking, hosts: what can fail outside the user's text. Mistakes in the text go to the diagnostic sink instead.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

namespace deal {

struct Failure {
  std::string message;
};

template <class T> class Result {
public:
  Result(T value) : held_(std::move(value)) {}
  Result(Failure failure) : held_(std::move(failure)) {}
  explicit operator bool() const { return held_.index() == 0; }
  T &operator*() { return std::get<0>(held_); }
  T *operator->() { return &std::get<0>(held_); }
  const std::string &error() const { return std::get<1>(held_).message; }

private:
  std::variant<T, Failure> held_;
};

// Our own mistakes: says where and stops, rather than answer wrongly.
#define DEAL_CHECK(condition, what)                                                                                                                  \
  do {                                                                                                                                               \
    if (!(condition)) {                                                                                                                              \
      std::fprintf(stderr, "internal error in %s (line %d): %s\n", __func__, __LINE__, what);                                                        \
      std::abort();                                                                                                                                  \
    }                                                                                                                                                \
  } while (false)

} // namespace deal
