// A cap each event (semantics.md rule 5): clamps what the event adds to [-cap, cap], under the version of its day.
#include "lower/clauses/payment/stages.h"

namespace deal::lower {
namespace {

class CapEachEvent : public PaymentStage {
public:
  void pass(Passing &x) const override {
    auto &body = x.body;
    auto before = body.number(x.amount);
    auto limited = body.within(applying(x), [&] {
      return body.by_version(x.clause.versions, x.env, before, [&](const Version &v) {
        auto *version = payment_in(v);
        auto *line = version ? version->limit(Stage::cap_each_event) : nullptr;
        return line ? clamped(x, *line) : before;
      });
    });
    x.needs(limited.status);
    x.amount = body.b.select(x.applies, limited.v, body.b.number(0));
  }

private:
  static ValueId applying(Passing &x) { return x.body.b.both(x.runs, x.applies); }
  static Res clamped(Passing &x, const Limit &line) {
    auto &b = x.body.b;
    auto limit = x.body.store(x.body.eval(line.amount, x.env), x.payment.money, Rounding::floor);
    auto top = b.max(b.number(0), limit.v);
    Res out{limit.status, b.max(b.negate(top), b.min(x.amount, top)), {}};
    auto span = x.body.m[line.amount].span;
    x.figure(Stage::cap_each_event, Figure::limit, limit.v, span);
    x.figure(Stage::cap_each_event, Figure::cut, b.sub(out.v, x.amount), span);
    return out;
  }
};

} // namespace

void add_cap_each_event(Program &p, ClauseId index, Payment &payment) {
  auto has = [](auto &v) {
    auto *version = payment_in(v);
    return version && version->limit(Stage::cap_each_event);
  };
  auto &versions = p.m.clauses[index].versions;
  if (std::any_of(versions.begin(), versions.end(), has)) payment.stages.push_back(std::make_unique<CapEachEvent>());
}

} // namespace deal::lower
