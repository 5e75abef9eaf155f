#include "support/backend.h"
#include "support/begin.h"
#include "oracle/oracle.h"

namespace deal::test {

using namespace check;

namespace {

class Oracle : public session::Evaluator {
public:
  explicit Oracle(const Model &m) : instance_(m) {}
  void set(ParameterId p, std::optional<Value> v) override { instance_.set(p, std::move(v)); }
  void give(FactId f, std::optional<std::vector<Value>> k, std::optional<Value> v) override { instance_.give(f, std::move(k), std::move(v)); }
  void read(GroupId g, int c) override { instance_.read(g, c); }
  Status apply(const Happening &h) override { return instance_.apply(h); }
  Outcome ask(TermId t, std::int32_t day) override { return instance_.ask(t, day); }

private:
  oracle::Instance instance_;
};

// Steps that leave a trace do what the others do; the questions are as many as were asked, behind the terms of the deal.
class Traced : public session::Evaluator {
public:
  Traced(std::shared_ptr<session::Running> running, const std::vector<TermId> &questions, const Model &m)
      : running_(std::move(running)), m_(m), instance_(running_->interface, running_->code) {
    for (std::size_t i = 0; i < questions.size(); ++i) terms_[questions[i]] = running_->interface.terms.size() - questions.size() + i;
  }
  void set(ParameterId p, std::optional<Value> v) override { instance_.set(p.number(), v ? std::optional(session::constant_of(*v)) : std::nullopt); }
  void give(FactId f, std::optional<std::vector<Value>> k, std::optional<Value> v) override {
    std::optional<std::vector<host::Constant>> keys;
    if (k) {
      keys.emplace();
      for (auto &key : *k) keys->push_back(session::constant_of(key));
    }
    instance_.give(f.number(), keys, v ? std::optional(session::constant_of(*v)) : std::nullopt);
  }
  void read(GroupId g, int c) override { instance_.choose(g.number(), c); }
  Status apply(const Happening &h) override { return instance_.apply(session::row_of(m_, h), &trace_); }
  Outcome ask(TermId t, std::int32_t day) override {
    auto a = instance_.ask(terms_.at(t), day, true);
    if (a.status != Status::ok) return {a.status, false};
    return {Status::ok, m_.type(t).base == Type::boolean ? Value(a.value != 0) : Value(a.value)};
  }

private:
  std::shared_ptr<session::Running> running_;
  std::map<TermId, std::size_t> terms_;
  std::vector<std::int64_t> trace_;
  const Model &m_;
  host::Instance instance_;
};

Result<std::unique_ptr<session::Running>> as_library(const Model &m, const lower::Request &request) {
  auto made = session::machine_code(m, request);
  if (!made) return Failure{made.error()};
  auto &machine = *made;
  auto object = codegen::emit_objects(machine.functions, machine.options(3));
  auto bytes = codegen::link_shared(object);
  if (!bytes) return Failure{bytes.error()};
  auto library = loaded(*bytes);
  host::Code code(machine.interface, library.symbol);
  return std::make_unique<session::Running>(session::Running{std::move(machine.interface), std::move(library), std::move(code)});
}

} // namespace

session::Factory native_of(const Model &m, const std::vector<TermId> &questions, How how) {
  lower::Request request{how == How::traced, true, questions, {}};
  auto running = how == How::library_o3 ? as_library(m, request) : session::run_here(m, request, how == How::jit_o3 ? 3 : 0);
  if (!running) {
    std::fprintf(stderr, "%s\n", running.error().c_str());
    std::abort();
  }
  if (how == How::traced)
    return [questions, &m, shared = std::shared_ptr<session::Running>(std::move(*running))] { return std::make_unique<Traced>(shared, questions, m); };
  return session::native_of(m, questions, std::move(*running));
}

session::Factory oracle_of(const Model &m) {
  return [&m] { return std::make_unique<Oracle>(m); };
}

} // namespace deal::test
