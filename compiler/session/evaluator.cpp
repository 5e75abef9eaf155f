#include "session/evaluator.h"
#include "session/refusal.h"
#include "support/date.h"

namespace deal::session {

using namespace check;

host::Constant constant_of(const Value &v) {
  if (auto *flag = std::get_if<bool>(&v)) return Rational(*flag ? 1 : 0);
  if (auto *r = std::get_if<Rational>(&v)) return *r;
  return std::get<std::string>(v);
}

namespace {

std::vector<host::Constant> constants_of(const std::vector<Value> &list) {
  std::vector<host::Constant> out;
  for (auto &v : list) out.push_back(constant_of(v));
  return out;
}

class Native : public Evaluator {
public:
  Native(std::shared_ptr<Running> running, const std::map<TermId, std::size_t> &terms, const Model &m)
      : running_(std::move(running)), terms_(terms), m_(m), instance_(running_->interface, running_->code) {}
  void set(ParameterId p, std::optional<Value> v) override { instance_.set(p.number(), v ? std::optional(constant_of(*v)) : std::nullopt); }
  void give(FactId f, std::optional<std::vector<Value>> k, std::optional<Value> v) override {
    instance_.give(f.number(), k ? std::optional(constants_of(*k)) : std::nullopt, v ? std::optional(constant_of(*v)) : std::nullopt);
  }
  void read(GroupId g, int c) override { instance_.choose(g.number(), c); }
  Status apply(const Happening &h) override { return instance_.apply(row_of(m_, h)); }
  std::string refusal(const Happening &h, Status s) const override { return session::refusal(running_->interface, row_of(m_, h), s); }
  Outcome ask(TermId t, std::int32_t day) override {
    auto a = instance_.ask(terms_.at(t), day);
    if (a.status != Status::ok) return {a.status, false};
    if (m_.type(t).base == Type::boolean) return {Status::ok, a.value != 0};
    return {Status::ok, a.value};
  }

private:
  std::shared_ptr<Running> running_;
  std::map<TermId, std::size_t> terms_;
  const Model &m_;
  host::Instance instance_;
};

} // namespace

host::Row row_of(const Model &m, const Happening &h) {
  using S = interface::StepInfo;
  auto plain = [&] { return m.events[h.subject].fields.empty() ? S::happens : S::reports; };
  host::Row row;
  row.kind = h.kind == Happening::does ? S::does : h.kind == Happening::pays ? S::pays : plain();
  row.subject = h.subject.number();
  row.on = h.on;
  row.economic = h.economic;
  row.party = h.party.number();
  row.values = constants_of(h.values);
  return row;
}

Factory native_of(const Model &m, const std::vector<TermId> &questions, const std::shared_ptr<Running> &running) {
  std::map<TermId, std::size_t> terms;
  for (std::size_t i = 0; i < questions.size(); ++i) terms[questions[i]] = i;
  return [running, terms, &m] { return std::make_unique<Native>(running, terms, m); };
}

std::vector<TermId> claims_of(const Model &m) {
  std::vector<TermId> out;
  for (auto &s : m.scenarios)
    for (auto &step : s.steps)
      if (auto *e = std::get_if<Expect>(&step.node); e && e->claim) out.push_back(e->claim);
  return out;
}

namespace {

bool as_expected(const Expect &e, const Outcome &o) {
  switch (e.test) {
  case Expect::known: return o.status == Status::ok;
  case Expect::not_known: return o.status == Status::unknown || o.status == Status::readings_differ;
  case Expect::status: return o.status == e.wanted;
  case Expect::not_status: return o.status != e.wanted;
  default: return o.status == Status::ok && o.value == Value(true);
  }
}

class Run {
public:
  Run(const Model &m, const Scenario &s, Evaluator &b) : m_(m), s_(s), b_(b), day_(m.effective.value_or(0)) {}

  std::vector<Expectation> all() {
    for (std::size_t i = 0; i < s_.steps.size(); ++i) step(i);
    return std::move(out_);
  }

private:
  void say(std::size_t step, bool passed, std::string found, bool asked = false) {
    if (!passed && refused_) found += fmt::format("{}the row of {} before it was refused: {}", found.empty() ? "" : "; ", format_date(refused_->on), why_);
    out_.push_back({passed, s_.steps[step].span, std::move(found), step, day_, asked});
  }

  const Expect *rejection(std::size_t i) const {
    auto *e = i < s_.steps.size() ? std::get_if<Expect>(&s_.steps[i].node) : nullptr;
    return e && e->test == Expect::rejected ? e : nullptr;
  }

  void row(std::size_t i, const Happening &h) {
    auto status = b_.apply(h);
    auto why = status == Status::ok ? std::string() : b_.refusal(h, status);
    auto *expected = rejection(i + 1);
    if (expected) say(i, status != Status::ok && why.find(expected->reason) != std::string::npos, status == Status::ok ? "the row is taken" : "the row is refused: " + why);
    else if (status != Status::ok) {
      say(i, false, "the row is refused: " + why);
      if (!refused_) refused_ = &h, why_ = why;
    }
    if (status == Status::ok || h.on > day_) day_ = h.on; // a day that has come has come, whatever was refused on it
  }

  void step(std::size_t i) {
    auto &node = s_.steps[i].node;
    if (auto *w = std::get_if<With>(&node)) b_.set(w->parameter, w->value);
    else if (auto *g = std::get_if<Given>(&node))
      b_.give(g->fact, g->all_keys || m_.facts[g->fact].keys.empty() ? std::nullopt : std::optional(g->keys), g->value);
    else if (auto *r = std::get_if<ReadingStep>(&node)) b_.read(r->group, r->choice);
    else if (auto *a = std::get_if<AsOf>(&node)) day_ = a->day;
    else if (auto *h = std::get_if<Happening>(&node)) row(i, *h);
    else if (rejection(i)) {
      if (i == 0 || !std::holds_alternative<Happening>(s_.steps[i - 1].node)) say(i, false, "no row stands before it that could be rejected");
    } else {
      auto &e = std::get<Expect>(node);
      say(i, as_expected(e, b_.ask(e.claim, day_)), {}, true);
    }
  }

  const Model &m_;
  const Scenario &s_;
  Evaluator &b_;
  std::int32_t day_;
  std::vector<Expectation> out_;
  const Happening *refused_ = nullptr; // the first
  std::string why_;
};

} // namespace

std::vector<Expectation> run_scenario(const Model &m, const Scenario &s, Evaluator &b) { return Run(m, s, b).all(); }

} // namespace deal::session
