// Answers and reasons as JSON: every part of a reason is a field.
#include "driver/render.h"
#include "support/date.h"

namespace deal::driver {

using json = nlohmann::ordered_json;
using session::Reason;

namespace {

constexpr const char *kinds[] = {"clause", "line", "exception", "reading", "bound", "unspoken", "value"};
constexpr const char *found_words[] = {"is",     "no value", "given",     "holds",     "does not hold", "open",     "grants",   "shuts out", "yields to",
                                       "runs",   "not begun", "ended",    "performed", "past",          "elsewhere", "excludes", "happened",  "has not happened"};

json value_of(const ValueType &t, const Rational &v) {
  if (t.base == ValueType::boolean) return v != 0;
  return format_value(t, v);
}

json one(const Reason &r) {
  json j;
  j["kind"] = r.kind == Reason::value || r.kind == Reason::clause ? r.sort : kinds[r.kind];
  if (!r.name.empty()) j[r.kind == Reason::line ? "line" : "name"] = r.name;
  if (!r.title.empty()) j["title"] = r.title;
  if (r.kind == Reason::clause) j["decides"] = r.decides;
  if (r.since) j[r.kind == Reason::clause ? "version" : "since"] = format_date(*r.since);
  if (!r.text.empty()) j["text"] = r.text;
  if (r.row) j["row"] = r.row;
  if (r.found == Reason::no_value) j["status"] = status_word(r.status);
  else if (r.found != Reason::is) j["found"] = found_words[r.found];
  else if (r.kind == Reason::value || r.kind == Reason::clamp) j["value"] = r.type.base == ValueType::text ? json(r.words) : value_of(r.type, r.number);
  if (r.on) j["on"] = format_date(*r.on);
  if (!r.to.empty()) j["to"] = r.to;
  if (r.badge) j["badge"] = {{"kind", r.badge->kind}, {"source", r.badge->source}};
  for (auto &t : r.texts) j["texts"].push_back({{"text", t.text}, {"source", t.source}});
  if (!r.under.empty()) j["reasons"] = driver::json_of(r.under);
  return j;
}

void put_answer(json &j, const session::Asked &a, const session::Told &t, bool explain) {
  j["value"] = t.answer.status == Status::ok ? value_of(a.type, t.answer.value) : json();
  j["status"] = status_word(t.answer.status);
  for (auto *r : session::deciding(t.reasons))
    if (!t.by.empty()) j["by"].push_back({{"clause", r->name}, {"version", r->since ? json(format_date(*r->since)) : json()}});
  if (t.answer.status == Status::unknown) j["settled_by"] = t.settled_by;
  if (explain && t.readings.empty()) j["reasons"] = driver::json_of(t.reasons);
}

} // namespace

json json_of(const std::vector<Reason> &reasons) {
  auto out = json::array();
  for (auto &r : reasons) out.push_back(one(r));
  return out;
}

json json_of(const session::Subject &s, const session::Asked &a, const session::Told &t, bool explain) {
  json j;
  j["term"] = a.text;
  j["type"] = base_words[a.type.base];
  put_answer(j, a, t, explain);
  for (auto &r : t.readings) {
    json under;
    for (auto [g, n] : r.taken) under["under"].push_back(s.interface().readings[static_cast<std::size_t>(g)][static_cast<std::size_t>(n)].name);
    put_answer(under, a, *r.told, explain);
    j["readings"].push_back(std::move(under));
  }
  return j;
}

} // namespace deal::driver
