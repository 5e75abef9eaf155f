#include "session/scenario_text.h"
#include "support/date.h"
#include "support/match.h"
#include <fmt/format.h>

namespace deal::session {

using namespace check;

std::string literal(const Model &m, const Type &t, const Value &v) {
  if (auto *flag = std::get_if<bool>(&v)) return *flag ? "true" : "false";
  if (auto *text = std::get_if<std::string>(&v)) return "\"" + *text + "\"";
  return format_value(value_type(m, t), std::get<Rational>(v));
}

namespace {

std::string list(const Model &m, const std::vector<Field> &fields, const std::vector<Value> &values, bool named) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i)
    out += fmt::format("{}{}{}", i ? ", " : "", named ? fields[i].name + ": " : "", literal(m, fields[i].type, values[i]));
  return out;
}

std::string happening_text(const Model &m, const Happening &h) {
  auto subject = h.subject;
  auto who = [&] { return m.parties[h.party].name; };
  auto out = "on " + format_date(h.on);
  if (h.kind == Happening::does)
    return out + fmt::format(" {} does {}({})", who(), m.actions[subject].name, list(m, m.actions[subject].fields, h.values, false));
  if (h.kind == Happening::pays)
    return out + fmt::format(" {} pays {} {}", who(), m.clauses[subject].name, literal(m, pays_of(m, m.clauses[subject]).money, h.values[0]));
  auto &event = m.events[subject];
  if (event.fields.empty()) out += " " + event.name;
  else out += fmt::format(" {} reports {} {{ {} }}", who(), event.name, list(m, event.fields, h.values, true));
  return h.economic != h.on || event.each ? out + " for " + format_date(h.economic) : out;
}

} // namespace

std::string step_text(const Model &m, const Step &s) {
  return match(
      s.node,
      [&](const With &n) {
        auto &p = m.parameters[n.parameter];
        return fmt::format("with {} = {}", p.name, literal(m, p.type, n.value));
      },
      [&](const Given &n) {
        auto &f = m.facts[n.fact];
        auto keys = f.keys.empty() || n.all_keys ? std::string() : "(" + list(m, f.keys, n.keys, false) + ")";
        return fmt::format("given {}{} = {}", f.name, keys, n.value ? literal(m, f.type, *n.value) : "unknown");
      },
      [&](const ReadingStep &n) {
        return "reading " + m.readings[n.group].names[static_cast<std::size_t>(n.choice)].name;
      },
      [&](const Happening &n) { return happening_text(m, n); }, [](const AsOf &n) { return "as of " + format_date(n.day); },
      [](const Expect &) { return std::string("expect"); });
}

std::string expect_text(const Model &m, const std::string &text, const Type &t, const Outcome &o) {
  auto claim = text.find(' ') == std::string::npos || t.base == Type::verdict ? text : "(" + text + ")";
  if (o.status == Status::unknown) return "expect " + claim + " is not known";
  if (o.status != Status::ok) return fmt::format("expect {} is {}", claim, status_word(o.status));
  if (auto *flag = std::get_if<bool>(&o.value)) return *flag ? "expect " + claim : "expect not " + claim;
  auto named = t.base == Type::choice || t.base == Type::party || t.base == Type::asset || t.base == Type::verdict || t.base == Type::text;
  return fmt::format("expect {} {} {}", claim, named ? "is" : "=", literal(m, t, o.value));
}

} // namespace deal::session
