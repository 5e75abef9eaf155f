#include "check/types.h"
#include <tuple>

namespace deal::check {

bool operator<(const Type &a, const Type &b) {
  auto key = [](const Type &t) { return std::tie(t.base, t.scale, t.currency, t.kind, t.bare, t.optional, t.of, t.members, t.low, t.high); };
  return key(a) < key(b);
}

Type without_range(Type t) {
  t.low = t.high = std::nullopt;
  return t;
}

bool is_number(const Type &t) {
  return t.base == Type::integer || t.base == Type::number || t.base == Type::ratio || t.base == Type::decimal || t.base == Type::percent;
}

bool same_dimension(const Type &a, const Type &b) {
  if (is_number(a) || is_number(b)) return is_number(a) && is_number(b);
  return a.base == b.base && a.currency == b.currency && a.kind == b.kind && a.of == b.of && a.members == b.members;
}

bool is_storable(const Type &t) { return !t.bare && t.base != Type::number && t.base < Type::verdict && t.base != Type::error && !t.optional; }

bool is_refused(const Type &t) { return t.base == Type::error || t.base == Type::list || t.base == Type::record || t.optional; }

bool is_scalar(const Type &t) {
  return is_number(t) || t.base == Type::money || t.base == Type::duration || t.base == Type::months || t.base == Type::date;
}

TypeId Types::add(const Type &t) {
  auto [at, fresh] = known_.try_emplace(t);
  if (fresh) at->second = all_.add(t);
  return at->second;
}

} // namespace deal::check
