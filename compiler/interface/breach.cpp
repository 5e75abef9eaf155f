// What has to hold between the parts of an interface, so that whoever drives an evaluator by it stays inside its structs.
#include "interface/descriptor.h"
#include "interface/names.h"
#include "language/currencies.h"
#include <algorithm>
#include <fmt/format.h>

namespace deal::interface {
namespace {

constexpr std::uint32_t most_bytes = 1u << 26; // of a struct
constexpr int most_places = 18;

struct Breach {
  std::string what;
};

template <class... A> void hold(bool condition, fmt::format_string<A...> what, A &&...args) {
  if (!condition) throw Breach{fmt::format(what, std::forward<A>(args)...)};
}
void index(long long at, std::size_t size, bool or_none, const std::string &of) {
  hold(at < static_cast<long long>(size) && at >= (or_none ? -1 : 0), "{} names number {} of {}", of, at, size);
}

class Checker {
public:
  explicit Checker(const Interface &i) : i_(i) {}

  void all() {
    hold(!i_.prefix.empty() && i_.prefix == c_prefix(i_.name), "the prefix `{}` is not that of `{}`", i_.prefix, i_.name);
    hold(i_.currency.empty() || currency_index(i_.currency) >= 0, "`{}` is no currency", i_.currency);
    for (auto &k : i_.kinds) hold(!k.alternatives.empty(), "the kind `{}` has no alternatives", k.name);
    declared();
    structs();
    for (auto &t : i_.terms) term(t);
    for (auto &q : i_.questions) question(q);
    for (auto &s : i_.steps) step(s);
    for (auto &b : i_.tick.boundaries) index(b.clause, i_.clauses.size(), false, "a boundary");
    sites(i_.tick.sites);
  }

private:
  void type(const ValueType &t, const std::string &of) {
    hold(t.scale >= 0 && t.scale <= most_places, "{} has {} places", of, t.scale);
    hold(t.base != ValueType::money || t.currency.empty() || currency_index(t.currency) >= 0, "{} is in `{}`, which is no currency", of, t.currency);
  }

  void declared() {
    hold(i_.parameters.size() == i_.parameter_layout.slots.size(), "{} parameters stand in {} members", i_.parameters.size(),
         i_.parameter_layout.slots.size());
    for (auto &p : i_.parameters) hold(!p.versions.empty(), "the parameter `{}` has no version", p.name);
    for (auto &f : i_.facts) {
      type(f.self.type, f.name);
      for (auto &k : f.keys) type(k.type, f.name);
    }
    for (auto &e : i_.events)
      for (auto &f : e.fields) type(f.type, e.name);
    for (auto &a : i_.actions)
      for (auto &f : a.fields) type(f.type, a.name);
    for (auto &c : i_.clauses) {
      hold(!c.versions.empty(), "the clause `{}` has no version", c.name);
      type(c.currency, c.name);
    }
  }

  void layout(const Layout &l, Region region) {
    hold(l.size > 0 && l.size % 8 == 0 && l.size <= most_bytes, "the struct {} has {} bytes", l.name, l.size);
    std::uint32_t end = 0;
    for (auto &s : l.slots) {
      auto name = l.name + "." + s.name;
      type(s.type, name);
      hold(s.at.region == region && s.at.elem == elem_of(s.type), "{} does not stand as its type does", name);
      auto size = size_of(s.at.elem);
      auto bytes = s.type.base == ValueType::ratio ? 2 * size : size;
      hold(s.at.offset >= end && s.at.offset % size == 0 && s.at.offset <= l.size && bytes <= l.size - s.at.offset, "{} does not lie in its struct",
           name);
      end = s.at.offset + bytes;
      if (!s.known) continue;
      hold(*s.known >= end && *s.known < l.size, "{} has its flag outside its struct", name);
      end = *s.known + 1;
    }
    hold(l.size <= end + 8, "the struct {} has {} bytes, {} of them used", l.name, l.size, end);
  }

  void structs() {
    layout(i_.parameter_layout, Region::parameters);
    layout(i_.fact_layout, Region::facts);
    layout(i_.state_layout, Region::state);
    for (auto &s : i_.parameter_layout.slots) hold(s.known.has_value(), "the parameter `{}` has no flag", s.name);
    auto &cells = i_.state_layout.slots;
    hold(!cells.empty() && cells[0].name == "layout" && cells[0].at.offset == 0 && cells[0].at.elem == Elem::i64,
         "the state does not begin with its layout");
    hold(i_.layout == fingerprint_of(i_), "the fingerprint of the state is another");
    hold(i_.fact_inputs.size() == i_.fact_layout.slots.size(), "{} facts stand in {} members", i_.fact_inputs.size(), i_.fact_layout.slots.size());
    for (auto &k : i_.fact_inputs) keyed(k, 0, i_.fact_layout, i_.fact_layout.name);
  }

  // What a slot is looked up by: as many keys as its fact or action has, each of the right sort.
  void keyed(const Keyed &k, std::size_t arguments, const Layout &l, const std::string &of) {
    bool fact = k.kind == Keyed::fact;
    index(k.index, fact ? i_.facts.size() : i_.actions.size(), false, of);
    index(k.party, i_.parties.size(), true, of);
    index(static_cast<long long>(k.slot), l.slots.size(), false, of);
    auto at = static_cast<std::size_t>(k.index);
    auto &fields = fact ? i_.facts[at].keys : i_.actions[at].fields;
    hold(k.constants.size() == fields.size() && (k.arguments.empty() || k.arguments.size() == fields.size()), "{} has {} keys for {}", of,
         k.constants.size(), fields.size());
    for (std::size_t n = 0; n < fields.size(); ++n) {
      bool constant = k.arguments.empty() || k.arguments[n] < 0;
      if (!constant) index(k.arguments[n], arguments, false, of);
      else hold(std::holds_alternative<std::string>(k.constants[n]) == (fields[n].type.base == ValueType::text), "{} has a key of another type", of);
    }
  }

  void sites(const std::vector<Site> &all) {
    for (auto &s : all) {
      type(s.type, s.name);
      index(s.clause, i_.clauses.size(), true, "a reason");
    }
  }
  void readings(const std::vector<int> &groups, const std::string &of) {
    for (int g : groups) index(g, i_.readings.size(), false, of);
  }
  void symbol(const std::string &s) {
    bool plain = std::all_of(s.begin(), s.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; });
    hold(plain && s.starts_with(i_.prefix + "_"), "`{}` is no function of this deal", s);
  }

  void term(const TermInfo &t) {
    symbol(t.symbol);
    type(t.type, t.name);
    index(t.clause, i_.clauses.size(), true, t.name);
    readings(t.readings, t.name);
    for (int p : t.parameters) index(p, i_.parameters.size(), false, t.name);
    for (auto f : t.facts) index(static_cast<long long>(f), i_.fact_inputs.size(), false, t.name);
    sites(t.sites);
  }

  void question(const QuestionInfo &q) {
    symbol(q.symbol);
    index(q.action, i_.actions.size(), false, q.symbol);
    layout(q.layout, Region::question);
    auto &fields = i_.actions[static_cast<std::size_t>(q.action)].fields;
    hold(q.layout.slots.size() == 1 + fields.size() + q.inputs.size(), "{} has {} members", q.layout.name, q.layout.slots.size());
    for (auto &k : q.inputs) keyed(k, fields.size(), q.layout, q.symbol);
    readings(q.readings, q.symbol);
    sites(q.sites);
  }

  void step(const StepInfo &s) {
    symbol(s.symbol);
    layout(s.layout, Region::event);
    auto subjects = s.kind == StepInfo::does ? i_.actions.size() : s.kind == StepInfo::pays ? i_.clauses.size() : i_.events.size();
    index(s.subject, subjects, false, s.symbol);
    auto at = static_cast<std::size_t>(s.subject);
    auto fields = s.kind == StepInfo::does ? 1 + i_.actions[at].fields.size() : s.kind == StepInfo::pays ? 1 : i_.events[at].fields.size();
    hold(s.layout.slots.size() == 2 + fields, "{} has {} members", s.layout.name, s.layout.slots.size());
    for (auto offset : s.earned) hold(offset % 8 == 0 && offset + 8 <= i_.state_layout.size, "{} earns outside the state", s.symbol);
    readings(s.readings, s.symbol);
    sites(s.sites);
  }

  const Interface &i_;
};

} // namespace

std::string breach_of(const Interface &i) {
  try {
    Checker(i).all();
    return {};
  } catch (const Breach &b) {
    return b.what;
  }
}

} // namespace deal::interface
