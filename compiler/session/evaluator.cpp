#include "session/evaluator.h"

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
  void set(int p, std::optional<Value> v) override { instance_.set(p, v ? std::optional(constant_of(*v)) : std::nullopt); }
  void give(int f, std::optional<std::vector<Value>> k, std::optional<Value> v) override {
    instance_.give(f, k ? std::optional(constants_of(*k)) : std::nullopt, v ? std::optional(constant_of(*v)) : std::nullopt);
  }
  void read(int g, int c) override { instance_.choose(g, c); }
  Status apply(const Happening &h) override { return instance_.apply(row_of(m_, h)); }
  Outcome ask(TermId t, std::int32_t day) override {
    auto a = instance_.ask(terms_.at(t), day);
    if (a.status != Status::ok) return {a.status, false};
    if (m_[t].type.base == Type::boolean) return {Status::ok, a.value != 0};
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
  auto plain = [&] { return m.events[static_cast<std::size_t>(h.subject)].fields.empty() ? S::happens : S::reports; };
  host::Row row;
  row.kind = h.kind == Happening::does ? S::does : h.kind == Happening::pays ? S::pays : plain();
  row.subject = h.subject;
  row.on = h.on;
  row.economic = h.economic;
  row.party = h.party;
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

std::vector<Expectation> run_scenario(const Model &m, const Scenario &s, Evaluator &b) {
  std::vector<Expectation> out;
  std::int32_t day = m.effective.value_or(0);
  auto &steps = s.steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto &step = steps[i];
    if (auto *w = std::get_if<With>(&step.node)) b.set(w->parameter, w->value);
    else if (auto *g = std::get_if<Given>(&step.node))
      b.give(g->fact, g->all_keys || m.facts[static_cast<std::size_t>(g->fact)].keys.empty() ? std::nullopt : std::optional(g->keys), g->value);
    else if (auto *r = std::get_if<ReadingStep>(&step.node)) b.read(r->group, r->choice);
    else if (auto *a = std::get_if<AsOf>(&step.node)) day = a->day;
    else if (auto *h = std::get_if<Happening>(&step.node)) {
      auto status = b.apply(*h);
      auto *next = i + 1 < steps.size() ? std::get_if<Expect>(&steps[i + 1].node) : nullptr;
      bool expected = next && next->test == Expect::rejected;
      bool as_said = expected && status_word(status).find(next->reason) != std::string_view::npos;
      if (expected != (status != Status::ok) || (expected && !as_said))
        out.push_back({false, step.span, fmt::format("the row is {}", status == Status::ok ? "taken" : status_word(status))});
      else if (expected) out.push_back({true, step.span, {}});
      if (status == Status::ok) day = h->on;
    } else if (auto *e = std::get_if<Expect>(&step.node); e->test != Expect::rejected) {
      auto o = b.ask(e->claim, day);
      bool ok = false;
      switch (e->test) {
      case Expect::known: ok = o.status == Status::ok; break;
      case Expect::not_known: ok = o.status == Status::unknown || o.status == Status::readings_differ; break;
      case Expect::status: ok = o.status == e->wanted; break;
      case Expect::not_status: ok = o.status != e->wanted; break;
      default: ok = o.status == Status::ok && o.value == Value(true);
      }
      out.push_back({ok, step.span, std::string(status_word(o.status))});
    }
  }
  return out;
}

} // namespace deal::session
