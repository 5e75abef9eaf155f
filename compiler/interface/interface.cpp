#include "interface/interface.h"
#include "interface/fingerprint.h"
#include <fmt/format.h>

namespace deal::interface {

Elem elem_of(const ValueType &t) {
  switch (t.base) {
  case ValueType::boolean: return Elem::i8;
  case ValueType::date:
  case ValueType::months:
  case ValueType::choice:
  case ValueType::text:
  case ValueType::party:
  case ValueType::asset:
  case ValueType::verdict: return Elem::i32;
  default: return Elem::i64;
  }
}

std::vector<Location> flags_of(const Interface &i) {
  std::vector<Location> out;
  for (auto *layout : {&i.parameter_layout, &i.fact_layout})
    for (auto &slot : layout->slots)
      if (slot.known) out.push_back({slot.at.region, *slot.known, Elem::i8});
  return out;
}

std::int64_t fingerprint_of(const Interface &i) {
  std::string all;
  bool texts = false;
  for (auto &s : i.state_layout.slots) {
    auto &t = s.type;
    all += fmt::format("{} {} {} {} {} {}", s.name, s.at.offset, base_words[t.base], t.scale, t.currency, t.kind);
    for (auto &name : t.names) all += " " + name;
    all += "\n";
    texts |= t.base == ValueType::text;
  }
  for (auto &text : i.texts)
    if (texts) all += text + "\n";
  return fingerprint(all);
}

} // namespace deal::interface
