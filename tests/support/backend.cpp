#include "support/backend.h"
#include "driver/session.h"
#include "oracle/oracle.h"
#include "support/date.h"
#include <filesystem>
#include <fstream>
#include <unistd.h>

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

host::Constant constant_of(const Value &v) {
  if (auto *flag = std::get_if<bool>(&v)) return Rational(*flag ? 1 : 0);
  if (auto *r = std::get_if<Rational>(&v)) return *r;
  return std::get<std::string>(v);
}
std::vector<host::Constant> constants_of(const std::vector<Value> &list) {
  std::vector<host::Constant> out;
  for (auto &v : list) out.push_back(constant_of(v));
  return out;
}

struct Built {
  std::unique_ptr<driver::Running> running;
  std::map<TermId, std::size_t> terms;
};

class Native : public Backend {
public:
  Native(std::shared_ptr<Built> built, const Model &m) : built_(std::move(built)), m_(m), instance_(built_->running->interface, built_->running->code) {}
  void set(int p, std::optional<Value> v) override { instance_.set(p, v ? std::optional(constant_of(*v)) : std::nullopt); }
  void give(int f, std::optional<std::vector<Value>> k, std::optional<Value> v) override {
    instance_.give(f, k ? std::optional(constants_of(*k)) : std::nullopt, v ? std::optional(constant_of(*v)) : std::nullopt);
  }
  void read(int g, int c) override { instance_.choose(g, c); }
  Status apply(const Happening &h) override {
    host::Row row;
    row.kind = h.kind == Happening::does ? lower::StepInfo::does : h.kind == Happening::pays ? lower::StepInfo::pays : m_.events[static_cast<std::size_t>(h.subject)].fields.empty() ? lower::StepInfo::happens : lower::StepInfo::reports;
    row.subject = h.subject;
    row.on = h.on;
    row.economic = h.economic;
    row.party = h.party;
    row.values = constants_of(h.values);
    return instance_.apply(row);
  }
  Outcome ask(TermId t, std::int32_t day) override {
    auto a = instance_.ask(built_->terms.at(t), day);
    if (a.status != Status::ok) return {a.status, false};
    if (m_[t].type.base == Type::boolean) return {Status::ok, a.value != 0};
    return {Status::ok, a.value};
  }

private:
  std::shared_ptr<Built> built_;
  const Model &m_;
  host::Instance instance_;
};

Result<std::unique_ptr<driver::Running>> as_library(const Model &m, const lower::Request &request) {
  auto machine = driver::machine_code(m, request);
  auto object = codegen::emit_as(codegen::Form::object, machine.functions, {3, {}, machine.interface.prefix});
  auto bytes = codegen::link_shared(object);
  if (!bytes) return Failure{bytes.error()};
  auto path = (std::filesystem::temp_directory_path() / fmt::format("deal-test-{}-{}.so", getpid(), static_cast<const void *>(&machine))).string();
  std::ofstream(path, std::ios::binary) << *bytes;
  auto loaded = codegen::load_library(path);
  std::filesystem::remove(path);
  if (!loaded) return Failure{loaded.error()};
  host::Code code(machine.interface, loaded->symbol);
  return std::make_unique<driver::Running>(driver::Running{std::move(machine.interface), std::move(*loaded), std::move(code)});
}

} // namespace

Factory native_of(const Model &m, const std::vector<TermId> &questions, How how) {
  lower::Request request{false, true, questions};
  auto running = how == How::library_o3 ? as_library(m, request) : driver::run_here(m, request, how == How::jit_o0 ? 0 : 3);
  if (!running) {
    std::fprintf(stderr, "%s\n", running.error().c_str());
    std::abort();
  }
  auto built = std::make_shared<Built>();
  built->running = std::move(*running);
  for (std::size_t i = 0; i < questions.size(); ++i) built->terms[questions[i]] = i;
  return [built, &m] { return std::make_unique<Native>(built, m); };
}

std::vector<TermId> claims_of(const Model &m) {
  std::vector<TermId> out;
  for (auto &s : m.scenarios)
    for (auto &step : s.steps)
      if (auto *e = std::get_if<Expect>(&step.node); e && e->claim) out.push_back(e->claim);
  return out;
}

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
