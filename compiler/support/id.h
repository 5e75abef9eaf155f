// Typed ids into stores: nodes name each other by id, never by pointer, so that a tree can be copied, kept and compared; an id of one kind of
// thing is no id of another.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace deal {

template <class Tag> struct Id {
  std::uint32_t index = UINT32_MAX; // none
  static constexpr Id at(std::size_t index) { return {static_cast<std::uint32_t>(index)}; }
  static constexpr Id of(int number) { return {static_cast<std::uint32_t>(number)}; }
  constexpr int number() const { return static_cast<int>(index); } // for the interface, whose ids are numbers; none: -1
  constexpr explicit operator bool() const { return index != UINT32_MAX; }
  friend constexpr bool operator==(Id, Id) = default;
  friend constexpr auto operator<=>(Id, Id) = default;
};

// What a name stands for: which kind of thing is said beside it.
struct SomeId {
  std::uint32_t index = UINT32_MAX;
  template <class Tag> constexpr SomeId(Id<Tag> id) : index(id.index) {}
  constexpr SomeId() = default;
  static constexpr SomeId of(int number) { return Id<void>::of(number); }
  template <class Tag> constexpr operator Id<Tag>() const { return {index}; }
  constexpr int number() const { return static_cast<int>(index); }
};

template <class Ids> std::vector<int> numbers(const Ids &ids) {
  std::vector<int> out;
  for (auto id : ids) out.push_back(id.number());
  return out;
}

// All ids below a size, in order.
template <class Tag> class Ids {
public:
  explicit constexpr Ids(std::size_t size) : size_(static_cast<std::uint32_t>(size)) {}
  struct Iterator {
    std::uint32_t at;
    constexpr Id<Tag> operator*() const { return {at}; }
    constexpr Iterator &operator++() { return ++at, *this; }
    friend constexpr bool operator==(Iterator, Iterator) = default;
  };
  constexpr Iterator begin() const { return {0}; }
  constexpr Iterator end() const { return {size_}; }
  constexpr std::size_t size() const { return size_; }

private:
  std::uint32_t size_;
};

// A deque: references stay valid while the store grows.
template <class Tag, class T> class Store {
public:
  Id<Tag> add(T value) {
    items_.push_back(std::move(value));
    return Id<Tag>::at(items_.size() - 1);
  }
  Id<Tag> next() const { return Id<Tag>::at(items_.size()); } // that the next one will have
  template <class F> Id<Tag> find(F is) const { // none where there is none
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (is(items_[i])) return Id<Tag>::at(i);
    return {};
  }
  T &operator[](Id<Tag> id) { return items_.at(id.index); }
  const T &operator[](Id<Tag> id) const { return items_.at(id.index); }
  Ids<Tag> ids() const { return Ids<Tag>(items_.size()); }
  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  void shrink(std::size_t size) { items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(size), items_.end()); } // nothing may name the rest
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

private:
  std::deque<T> items_;
};

// What is known of each thing of a store.
template <class Tag, class T> class PerId {
public:
  explicit PerId(std::size_t size = 0) : items_(size) {}
  PerId(std::size_t size, const T &first) : items_(size, first) {}
  void push_back(T value) { items_.push_back(std::move(value)); }
  void resize(std::size_t size) { items_.resize(size); }
  typename std::vector<T>::reference operator[](Id<Tag> id) { return items_.at(id.index); }
  typename std::vector<T>::const_reference operator[](Id<Tag> id) const { return items_.at(id.index); }
  Ids<Tag> ids() const { return Ids<Tag>(items_.size()); }
  std::size_t size() const { return items_.size(); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

private:
  std::vector<T> items_;
};

} // namespace deal
