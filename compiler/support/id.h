// Typed ids into stores: nodes name each other by id, never by pointer, so that a tree can be copied, kept and compared.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace deal {

template <class Tag> struct Id {
  std::uint32_t index = UINT32_MAX;
  explicit operator bool() const { return index != UINT32_MAX; }
  friend bool operator==(Id, Id) = default;
  friend auto operator<=>(Id, Id) = default;
};

// A deque: references stay valid while the store grows.
template <class Tag, class T> class Store {
public:
  Id<Tag> add(T value) {
    items_.push_back(std::move(value));
    return {static_cast<std::uint32_t>(items_.size() - 1)};
  }
  T &operator[](Id<Tag> id) { return items_.at(id.index); }
  const T &operator[](Id<Tag> id) const { return items_.at(id.index); }
  std::size_t size() const { return items_.size(); }
  void shrink(std::size_t size) { items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(size), items_.end()); } // nothing may name the rest
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

private:
  std::deque<T> items_;
};

} // namespace deal
