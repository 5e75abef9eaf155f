#include "host/migrate.h"
#include "support/date.h"
#include <cstring>
#include <fmt/format.h>

namespace deal::host {
namespace {

using interface::Slot;

const Slot *cell_of(const Interface &i, const std::string &name) {
  for (auto &s : i.state_layout.slots)
    if (s.name == name) return &s;
  return nullptr;
}

std::uint32_t bytes_of(const Slot &s) { return size_of(s.at.elem) * (s.type.base == ValueType::ratio ? 2 : 1); }

template <class T> T read(std::span<const std::uint8_t> state, const Slot &s) {
  T out;
  std::memcpy(&out, state.data() + s.at.offset, sizeof out);
  return out;
}

// The descriptors say that a value means the same: its type, and of a text what its number stands for.
bool means_the_same(const Interface &older, const Interface &newer, const Slot &from, const Slot &to, std::span<const std::uint8_t> state) {
  if (from.type != to.type) return false;
  if (from.type.base != ValueType::text) return true;
  auto at = static_cast<std::size_t>(read<std::int32_t>(state, from));
  return at < older.texts.size() && at < newer.texts.size() && older.texts[at] == newer.texts[at];
}

} // namespace

bool fits(const Interface &i, std::span<const std::uint8_t> state) {
  std::int64_t layout;
  if (state.size() != i.state_layout.size) return false;
  std::memcpy(&layout, state.data(), sizeof layout);
  return layout == i.layout;
}

Result<std::vector<std::uint8_t>> migrate(const Interface &older, const Interface &newer, const Code &code, std::span<const std::uint8_t> state) {
  if (older.name != newer.name) return Failure{fmt::format("the libraries are of two deals, `{}` and `{}`", older.name, newer.name)};
  if (!fits(older, state)) return Failure{"the state is not of the older library's layout"};
  auto *now = cell_of(older, "now");
  if (!now || now->at.elem != Elem::i32 || !code.init) return Failure{"a library keeps no state"};
  auto day = read<std::int32_t>(state, *now);
  auto out = Instance(newer, code).fresh_state(newer.effective.value_or(day));
  std::string refused;
  auto refuse = [&](const std::string &cell, const std::string &why) { refused += fmt::format("\n  {}: {}", cell, why); };
  for (auto &to : newer.state_layout.slots) {
    if (to.name == "layout") continue;
    auto *from = cell_of(older, to.name);
    if (from && means_the_same(older, newer, *from, to, state)) std::memcpy(out.data() + to.at.offset, state.data() + from->at.offset, bytes_of(to));
    else if (from) refuse(to.name, "it holds another type, or another text, than it did");
    else if (!to.since) refuse(to.name, "the older library does not keep it, and what it would hold by now is not known");
    else if (day >= *to.since)
      refuse(to.name, fmt::format("it counts from {}, and the state stands at {}", format_date(*to.since), format_date(day)));
  }
  for (auto &from : older.state_layout.slots)
    if (!cell_of(newer, from.name)) refuse(from.name, "the newer library does not keep it");
  if (!refused.empty()) return Failure{"the state cannot be carried over; replay the ledger on the newer library:" + refused};
  return out;
}

} // namespace deal::host
