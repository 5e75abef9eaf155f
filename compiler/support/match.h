// match(variant, lambdas…): every alternative needs a case of its own; a missing one does not compile.
#pragma once
#include <utility>
#include <variant>

namespace deal {

template <class... F> struct Overloaded : F... { using F::operator()...; };
template <class... F> Overloaded(F...) -> Overloaded<F...>;

template <class... T, class... F> decltype(auto) match(const std::variant<T...> &node, F &&...cases) {
  using Cases = Overloaded<std::decay_t<F>...>;
  static_assert((std::is_invocable_v<const Cases &, const T &> && ...), "a node kind has no case in this match");
  return std::visit(Cases{std::forward<F>(cases)...}, node);
}

} // namespace deal
