// Answers as people read them: values, what an unknown waits for, reasons.
#include "check/cone.h"
#include "session/subject.h"
#include "support/date.h"

namespace deal::session {

using namespace check;

std::string for_people(const ValueType &t, const Rational &v) {
  auto text = format_value(t, v);
  if (t.base != ValueType::money && t.base != ValueType::integer && t.base != ValueType::decimal) return text;
  auto end = std::min(text.find_first_of(". /"), text.size());
  auto begin = text.starts_with('-') ? 1u : 0u;
  for (auto at = end; at > begin + 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

namespace {

std::string key_text(const interface::Interface &i, const interface::Keyed &k, const std::vector<host::Constant> &arguments) {
  auto &fact = i.facts[static_cast<std::size_t>(k.index)];
  std::string out;
  for (std::size_t j = 0; j < k.arguments.size(); ++j) {
    auto &c = k.arguments[j] < 0 ? k.constants[j] : arguments[static_cast<std::size_t>(k.arguments[j])];
    auto *text = std::get_if<std::string>(&c);
    out += (j == 0 ? "(" : ", ") + (text ? "\"" + *text + "\"" : format_value(fact.keys[j].type, std::get<Rational>(c)));
  }
  return fact.name + (out.empty() ? "" : out + ")");
}

const interface::ClauseInfo::Version *version_at(const interface::ClauseInfo &c, std::int32_t day) {
  const interface::ClauseInfo::Version *at = nullptr;
  for (auto &v : c.versions)
    if (v.from <= day) at = &v;
  return at;
}

std::string contract(const interface::ClauseInfo &c, std::int32_t day) {
  auto *v = version_at(c, day);
  std::string out;
  if (!v) return out;
  if (v->from != INT32_MIN) out += fmt::format("    version of {}\n", format_date(v->from));
  for (auto &t : v->texts) out += fmt::format("    “{}”{}\n", t.text, t.source.empty() ? "" : " — " + t.source);
  for (auto &[line, badge] : v->badges)
    out += fmt::format("    {}: {}{}\n", line.empty() ? "the sentence" : "`" + line + "`", badge.kind,
                       badge.source.empty() ? "" : " “" + badge.source + "”");
  return out;
}

std::string site_value(const interface::Site &s, std::int64_t n) {
  if (s.kind == interface::Site::truth) return n == 1 ? "holds" : n == 0 ? "does not hold" : std::string(status_word(static_cast<Status>(-n)));
  return for_people(s.type, Rational(Integer(n), power_of_ten(s.type.scale)));
}

} // namespace

namespace {

struct NormAsked {
  const interface::ClauseInfo *clause;
  std::int64_t state; // 1 holds, 0 does not, otherwise minus its status
  bool decides;
};

// The norms in force for a question, those that decide first.
std::vector<NormAsked> norms_asked(const Subject &s, const Asked &a, const host::Answer &x, std::int32_t day) {
  auto &i = s.interface();
  auto &q = i.questions[static_cast<std::size_t>(a.question)];
  std::vector<NormAsked> out;
  for (std::size_t k = 0; k < q.sites.size(); ++k) {
    auto *clause = &i.clauses[static_cast<std::size_t>(q.sites[k].clause)];
    auto *v = version_at(*clause, day);
    if (!v || !(v->span == q.sites[k].span)) continue;
    auto state = x.trace[k];
    auto verdict = x.status == Status::ok ? static_cast<Verdict>(static_cast<int>(x.value)) : Verdict::silent;
    auto &kind = clause->kind;
    bool wanted = verdict == Verdict::forbidden   ? kind == "prohibition" || kind == "license" || kind == "exclusivity"
                  : verdict == Verdict::required  ? kind == "obligation"
                  : verdict == Verdict::permitted ? kind != "prohibition" && kind != "obligation"
                                                  : false;
    bool decides = x.status == Status::ok ? state == 1 && wanted : x.status == Status::conflict ? state == 1 : state < 0;
    auto known = std::find_if(out.begin(), out.end(), [&](auto &n) { return n.clause == clause; });
    if (known == out.end()) out.push_back({clause, state, decides});
    else if (decides && !known->decides) *known = {clause, state, true}; // a license has a norm for each asset and party
  }
  std::stable_sort(out.begin(), out.end(), [](auto &l, auto &r) { return l.decides > r.decides; });
  return out;
}

} // namespace

std::string deciding(const Subject &s, const Asked &a, const host::Answer &x, std::int32_t day) {
  if (a.question < 0 || x.status != Status::ok) return {};
  std::string out;
  for (auto &n : norms_asked(s, a, x, day))
    if (n.decides) out += (out.empty() ? ", by " : ", ") + n.clause->name;
  return out;
}

std::string waits_for(const Subject &s, const Asked &a, const host::Instance &instance) {
  auto &i = s.interface();
  std::vector<std::string> names;
  auto fact = [&](const interface::Keyed &k) {
    if (k.kind == interface::Keyed::fact && !instance.given(k.index)) names.push_back(key_text(i, k, a.arguments));
  };
  if (a.question >= 0) {
    for (auto &k : i.questions[static_cast<std::size_t>(a.question)].inputs) fact(k);
  } else {
    auto &t = i.terms[static_cast<std::size_t>(a.index)];
    for (auto slot : t.facts)
      for (auto &k : i.fact_inputs)
        if (k.slot == slot) fact(k);
    for (int p : t.parameters)
      if (!i.parameters[static_cast<std::size_t>(p)].versions[0].value) names.push_back(i.parameters[static_cast<std::size_t>(p)].name);
  }
  std::string out;
  for (auto &n : names) out += (out.empty() ? "" : ", ") + n;
  return out;
}

std::string say(const Asked &a, const host::Answer &x, const Subject &) {
  if (x.status == Status::ok) return for_people(a.type, x.value);
  return std::string(x.status == Status::unknown ? "not known" : status_word(x.status));
}

namespace {

const interface::StepInfo &step_of(const interface::Interface &i, const host::Row &r) {
  return *std::find_if(i.steps.begin(), i.steps.end(), [&](auto &step) { return step.kind == r.kind && step.subject == r.subject; });
}

std::string name_of(const interface::Site &s) {
  if (s.kind == interface::Site::rule) return s.name + " by";
  if (s.stage == Stage::none) return s.name;
  std::string out(stage_words[static_cast<std::size_t>(s.stage)]);
  if (s.figure != Figure::value) out += ", " + std::string(figure_words[static_cast<std::size_t>(s.figure)]);
  return out;
}

// The latest event of a payment and the figures on the way from it.
std::string figures(const Subject &s, int clause, const LastStep &last) {
  auto &i = s.interface();
  auto &step = step_of(i, row_of(s.model(), last.row));
  std::string out = fmt::format("    {}", format_date(last.row.on));
  if (last.row.party >= 0) out += " " + i.parties[static_cast<std::size_t>(last.row.party)].name + " reports";
  out += " " + i.events[static_cast<std::size_t>(last.row.subject)].name;
  for (std::size_t f = 0; f < last.row.values.size(); ++f) {
    auto &slot = step.layout.slots[f + 2];
    auto value = constant_of(last.row.values[f]);
    auto *words = std::get_if<std::string>(&value);
    out += fmt::format(" {} {}", slot.name, words ? "“" + *words + "”" : for_people(slot.type, std::get<Rational>(value)));
  }
  if (last.row.economic != last.row.on) out += " for " + format_date(last.row.economic);
  out += "\n";
  std::set<std::string> reads;
  for (auto &t : i.terms)
    if (t.clause == clause && t.name.ends_with(".accrued"))
      for (int p : t.parameters) reads.insert(i.parameters[static_cast<std::size_t>(p)].name);
  for (std::size_t k = 0; k < step.sites.size(); ++k) {
    auto &site = step.sites[k];
    if (!interface::evaluated(last.trace, step.sites.size(), k)) continue;
    bool own = site.clause == clause;
    if (!own && (site.clause >= 0 || !reads.count(site.name))) continue;
    if (site.stage == Stage::missing && last.trace[k] == 0) continue;
    out += fmt::format("      {:<22} {}{}\n", name_of(site), site_value(site, last.trace[k]), site.badge.empty() ? "" : ": " + site.badge);
  }
  return out;
}

} // namespace

void remember(const Subject &s, LastSteps &steps, const Happening &row, const std::vector<std::int64_t> &trace) {
  auto &i = s.interface();
  if (row.kind != Happening::reports && row.kind != Happening::happens) return;
  for (auto &site : step_of(i, row_of(s.model(), row)).sites)
    if (site.stage == Stage::earned) steps[site.clause] = {row, trace};
}

std::string explain(const Subject &s, const Asked &a, const host::Answer &x, std::int32_t day, const LastSteps &steps) {
  auto &i = s.interface();
  std::string out;
  if (a.question >= 0) {
    for (auto &n : norms_asked(s, a, x, day)) {
      out += fmt::format("  {} {} {}: {}\n", n.decides ? "→" : " ", n.clause->kind, n.clause->name,
                         site_value({.kind = interface::Site::truth}, n.state));
      if (n.decides) out += contract(*n.clause, day);
    }
    return out;
  }
  auto &t = i.terms[static_cast<std::size_t>(a.index)];
  if (t.clause >= 0) {
    auto &c = i.clauses[static_cast<std::size_t>(t.clause)];
    out += fmt::format("  {} {}{}\n", c.kind, c.name, c.title.empty() ? "" : " (" + c.title + ")");
    out += contract(c, day);
    if (auto at = steps.find(t.clause); at != steps.end()) out += figures(s, t.clause, at->second);
  }
  for (std::size_t k = 0; k < t.sites.size(); ++k) {
    if ((t.sites[k].kind == interface::Site::stored && t.sites[k].name == t.name) || !interface::evaluated(x.trace, t.sites.size(), k)) continue;
    out += fmt::format("    {} = {}{}\n", name_of(t.sites[k]), site_value(t.sites[k], x.trace[k]),
                       t.sites[k].badge.empty() ? "" : " (" + t.sites[k].badge + ")");
  }
  return out;
}

} // namespace deal::session
