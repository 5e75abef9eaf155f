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

std::string say(const Asked &a, const host::Answer &x, const Subject &) {
  if (x.status == Status::ok) return for_people(a.type, x.value);
  return std::string(x.status == Status::unknown ? "not known" : status_word(x.status));
}

namespace {

// The facts and parameters that a term can read and that are not given: where the state holds it up, its own reasons do not name them.
std::vector<std::string> not_given(const interface::Interface &i, const interface::TermInfo &t, const host::Instance &instance) {
  std::vector<std::string> names;
  for (auto slot : t.facts)
    for (auto &k : i.fact_inputs)
      if (k.slot == slot && k.kind == interface::Keyed::fact && !instance.known(k, {})) names.push_back(name_of(i, k, {}));
  for (int p : t.parameters)
    if (!instance.disclosed(p)) names.push_back(i.parameters[static_cast<std::size_t>(p)].name);
  return names;
}

// Under the readings that are chosen.
Told tell_here(const Subject &s, const Asked &a, host::Instance &instance, std::int32_t day) {
  auto &i = s.interface();
  Told out;
  out.answer = answer(a, instance, day, true);
  bool unknown = out.answer.status == Status::unknown;
  if (a.question >= 0) {
    auto &q = i.questions[static_cast<std::size_t>(a.question)];
    out.reasons = reasons_of_verdict({i, q.sites, out.answer, instance, day, a.arguments}, q.action, a.party);
    for (auto *r : deciding(out.reasons))
      if (out.answer.status == Status::ok) out.by.push_back(r->name);
    if (unknown) out.settled_by = settled_by(out.reasons);
  } else {
    auto &t = i.terms[static_cast<std::size_t>(a.index)];
    Explained explained{i, t.sites, out.answer, instance, day, {}};
    auto *question = s.library ? nullptr : std::get_if<check::Question>(&s.model()[a.term].node);
    bool spoken = !question || std::any_of(i.norms.begin(), i.norms.end(), [&](auto &n) { return n.action == question->action.number(); });
    out.reasons = spoken ? reasons_of_term(explained, t) : std::vector{unspoken(explained, question->action.number(), a.party)};
    if (unknown) out.settled_by = settled_by(out.reasons);
    if (unknown && out.settled_by.empty()) out.settled_by = not_given(i, t, instance);
  }
  return out;
}

bool alike(const Told &a, const Told &b) {
  return a.answer.status == b.answer.status && a.answer.value == b.answer.value && a.by == b.by && a.settled_by == b.settled_by;
}

using Choices = std::vector<std::pair<int, int>>; // group, choice

// The groups that are open and that the question reads.
std::vector<int> open_groups(const interface::Interface &i, const Asked &a, const host::Instance &instance) {
  std::vector<int> out;
  auto &read = a.question >= 0 ? i.questions[static_cast<std::size_t>(a.question)].readings : i.terms[static_cast<std::size_t>(a.index)].readings;
  for (int g : read)
    if (!instance.chosen(g)) out.push_back(g);
  return out;
}

} // namespace

Told tell(const Subject &s, const Asked &a, const host::Instance &asked, std::int32_t day) {
  auto &i = s.interface();
  auto instance = asked; // asking changes nothing
  auto out = tell_here(s, a, instance, day);
  auto groups = open_groups(i, a, asked);
  if (groups.empty()) return out;
  std::map<Choices, std::shared_ptr<Told>> under;
  std::vector<Choices> all{{}};
  for (int g : groups) {
    std::vector<Choices> longer;
    for (auto &c : all)
      for (int n = 0; n < static_cast<int>(i.readings[static_cast<std::size_t>(g)].size()); ++n) longer.push_back(c), longer.back().emplace_back(g, n);
    all = std::move(longer);
  }
  for (auto &c : all) {
    auto chosen = asked;
    for (auto [g, n] : c) chosen.choose(g, n);
    under[c] = std::make_shared<Told>(tell_here(s, a, chosen, day));
  }
  // A group matters where another choice of it alone changes something.
  std::set<int> matters;
  for (auto &c : all)
    for (std::size_t k = 0; k < c.size(); ++k) {
      auto first = c;
      first[k].second = 0;
      if (!alike(*under[c], *under[first])) matters.insert(c[k].first);
    }
  if (matters.empty()) {
    out.reasons = under[all[0]]->reasons;
    return out;
  }
  for (auto &c : all) {
    Choices taken;
    bool first = true; // of those that differ in what does not matter
    for (auto &choice : c)
      if (matters.count(choice.first)) taken.push_back(choice);
      else first &= choice.second == 0;
    if (first) out.readings.push_back({std::move(taken), under[c]});
  }
  return out;
}

namespace {

const interface::StepInfo &step_of(const interface::Interface &i, const host::Row &r) {
  return *std::find_if(i.steps.begin(), i.steps.end(), [&](auto &step) { return step.kind == r.kind && step.subject == r.subject; });
}

// What a step says of a site.
LatestEvent::Figured figured(const interface::Site &site, std::int64_t word) {
  LatestEvent::Figured out{site.stage == Stage::none || site.stage == Stage::split ? site.name : "", site.stage, site.figure, site.type, Rational(Integer(word)), Status::ok, {}};
  if (site.kind != interface::Site::truth) out.value /= power_of_ten(site.type.scale);
  else out.type = {ValueType::boolean, 0, {}, {}, {}};
  if (site.kind == interface::Site::truth && word < 0) out.status = static_cast<Status>(-word), out.value = 0;
  return out;
}

// The parameters that the payment's words read.
std::set<std::string> read_by(const interface::Interface &i, int clause) {
  std::set<std::string> out;
  for (auto &t : i.terms)
    if (t.clause == clause && t.name.ends_with(".accrued"))
      for (int p : t.parameters) out.insert(i.parameters[static_cast<std::size_t>(p)].name);
  return out;
}

// What happened, without its figures.
LatestEvent happened(const Subject &s, const LastStep &last, int clause) {
  auto &i = s.interface();
  if (!last.row) {
    auto dated = interface::noted(i.tick.sites, last.trace, clause, Stage::dated);
    return {last.tick.day - 1, dated ? static_cast<std::int32_t>(*dated) : last.tick.day - 1, {}, "close", {}, {}};
  }
  auto &row = *last.row;
  LatestEvent out{row.on, row.economic, {}, i.events[row.subject.index].name, {}, {}};
  if (row.party) out.party = i.parties[row.party.index].name;
  auto &slots = step_of(i, row_of(s.model(), row)).layout.slots;
  for (std::size_t f = 0; f < row.values.size(); ++f) out.fields.push_back({slots[f + 2].name, slots[f + 2].type, constant_of(row.values[f])});
  return out;
}

LatestEvent latest_of(const Subject &s, int clause, const LastStep &last) {
  auto &i = s.interface();
  auto out = happened(s, last, clause);
  auto &sites = last.row ? step_of(i, row_of(s.model(), *last.row)).sites : i.tick.sites;
  auto reads = read_by(i, clause);
  for (std::size_t k = 0; k < sites.size(); ++k) {
    auto &site = sites[k];
    if (!interface::evaluated(last.trace, sites.size(), k)) continue;
    bool parameter = site.kind == interface::Site::parameter && reads.erase(site.name) > 0; // each once
    if (site.clause != clause && (!parameter || interface::without_value(last.trace[k]))) continue;
    if ((site.stage == Stage::missing || site.stage == Stage::floor) && last.trace[k] == 0) continue;
    out.figures.push_back(figured(site, last.trace[k]));
    if (parameter)
      out.figures.back().badge = i.parameters[static_cast<std::size_t>(site.index)].versions[static_cast<std::size_t>(site.version)].badge;
  }
  return out;
}

// The payments that the trace says something of: what was earned, or that they stand still.
std::set<int> concerned(const std::vector<interface::Site> &sites, const std::vector<std::int64_t> &trace) {
  std::set<int> out;
  for (std::size_t k = 0; k < sites.size(); ++k)
    if (interface::evaluated(trace, sites.size(), k) && (sites[k].stage == Stage::earned || (sites[k].stage == Stage::missing && trace[k] != 0)))
      out.insert(sites[k].clause);
  return out;
}

} // namespace

void remember(const Subject &s, LastSteps &steps, const Happening &row, const std::vector<std::int64_t> &trace) {
  if (row.kind != Happening::reports && row.kind != Happening::happens) return;
  for (auto clause : concerned(step_of(s.interface(), row_of(s.model(), row)).sites, trace)) steps[clause] = {row, {}, trace};
}

void remember(const Subject &s, LastSteps &steps, const std::vector<host::Ticked> &ticks) {
  for (auto &tick : ticks)
    for (auto clause : concerned(s.interface().tick.sites, tick.trace)) steps[clause] = {std::nullopt, tick, tick.trace};
}

std::optional<LatestEvent> latest_event(const Subject &s, const Asked &a, const LastSteps &steps) {
  if (a.question >= 0) return std::nullopt;
  auto &t = s.interface().terms[static_cast<std::size_t>(a.index)];
  auto last = t.clause < 0 ? steps.end() : steps.find(t.clause);
  return last == steps.end() ? std::nullopt : std::optional(latest_of(s, t.clause, last->second));
}

} // namespace deal::session
