#include "support/backend.h"
#include "oracle/oracle.h"
#include "support/date.h"

namespace deal::test {

using namespace check;

namespace {

class Oracle : public Backend {
public:
  explicit Oracle(const Model &m) : instance_(m) {}
  void set(int p, std::optional<Value> v) override { instance_.set(p, std::move(v)); }
  void give(int f, std::optional<std::vector<Value>> k, std::optional<Value> v) override { instance_.give(f, std::move(k), std::move(v)); }
  void read(int g, int c) override { instance_.read(g, c); }
  Status apply(const Happening &h) override { return instance_.apply(h); }
  Outcome ask(TermId t, std::int32_t day) override { return instance_.ask(t, day); }

private:
  oracle::Instance instance_;
};

} // namespace

Factory oracle_of(const Model &m) {
  return [&m] { return std::make_unique<Oracle>(m); };
}

std::vector<Expectation> run_scenario(const Model &m, const Scenario &s, Backend &b) {
  std::vector<Expectation> out;
  std::int32_t day = m.effective.value_or(0);
  auto &steps = s.steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto &step = steps[i];
    if (auto *w = std::get_if<With>(&step.node)) b.set(w->parameter, w->value);
    else if (auto *g = std::get_if<Given>(&step.node)) b.give(g->fact, g->all_keys || m.facts[static_cast<std::size_t>(g->fact)].keys.empty() ? std::nullopt : std::optional(g->keys), g->value);
    else if (auto *r = std::get_if<ReadingStep>(&step.node)) b.read(r->group, r->choice);
    else if (auto *a = std::get_if<AsOf>(&step.node)) day = a->day;
    else if (auto *h = std::get_if<Happening>(&step.node)) {
      auto status = b.apply(*h);
      auto *next = i + 1 < steps.size() ? std::get_if<Expect>(&steps[i + 1].node) : nullptr;
      bool expected = next && next->test == Expect::rejected;
      if (expected != (status != Status::ok)) out.push_back({false, step.span, fmt::format("the row is {}", status == Status::ok ? "taken" : status_word(status))});
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

} // namespace deal::test
