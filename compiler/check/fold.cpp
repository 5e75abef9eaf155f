#include "check/fold.h"
#include "check/operators.h"
#include "support/match.h"

namespace deal::check {
namespace {

using Maybe = std::optional<Outcome>;
const Rational &num(const Outcome &o) { return std::get<Rational>(o.value); }
bool truth(const Outcome &o) { return std::get<bool>(o.value); }
Outcome ok(Value v) { return {Status::ok, std::move(v)}; }

struct Folder {
  const Model &m;

  // The operands as constants. Strict operators take the highest failure among them.
  std::optional<std::vector<Outcome>> constants(const std::vector<TermId> &ids) const {
    std::vector<Outcome> out;
    for (auto id : ids) {
      auto c = m.constant(id);
      if (!c) return std::nullopt;
      out.push_back(*c);
    }
    return out;
  }
  template <class F> Maybe strict(const std::vector<TermId> &ids, F apply) const {
    auto v = constants(ids);
    if (!v) return std::nullopt;
    Status worst = Status::ok;
    for (auto &o : *v) worst = std::max(worst, o.status);
    if (worst != Status::ok) return Outcome{worst, false};
    return apply(*v);
  }
  static Outcome arithmetic(BinaryOp op, const Rational &a, const Rational &b) {
    switch (op) {
    case BinaryOp::add: return ok(a + b);
    case BinaryOp::sub: return ok(a - b);
    case BinaryOp::div: return b == 0 ? Outcome{Status::division_by_zero, false} : ok(a / b);
    default: return ok(a * b);
    }
  }
  static bool compare(BinaryOp op, const Value &a, const Value &b) {
    switch (op) {
    case BinaryOp::eq: return a == b;
    case BinaryOp::ne: return a != b;
    case BinaryOp::lt: return a < b;
    case BinaryOp::le: return a <= b;
    case BinaryOp::gt: return b < a;
    default: return b <= a;
    }
  }
};

} // namespace

std::optional<Outcome> fold(const Model &m, const Node &node) {
  Folder f{m};
  auto none = [](const auto &) { return Maybe{}; };
  bool up = m.month_end_up.value_or(false);
  using V = std::vector<Outcome>;
  if (std::holds_alternative<If>(node)) {
    auto &n = std::get<If>(node);
    auto c = m.constant(n.condition);
    if (!c) return std::nullopt;
    if (c->status != Status::ok) return c;
    return m.constant(truth(*c) ? n.then : n.otherwise);
  }
  return match(
      node, [](const Constant &n) { return Maybe(n.outcome); },
      [&](const Not &n) { return f.strict({n.operand}, [](const V &v) { return ok(!truth(v[0])); }); },
      [&](const Negate &n) { return f.strict({n.operand}, [](const V &v) { return ok(Rational(-num(v[0]))); }); },
      [&](const Logic &n) -> Maybe {
        auto v = f.constants({n.left, n.right});
        if (!v) return std::nullopt;
        for (auto &o : *v)
          if (o.status == Status::ok && truth(o) != n.conjunction) return ok(!n.conjunction);
        auto worst = std::max((*v)[0].status, (*v)[1].status);
        return worst == Status::ok ? ok(n.conjunction) : Outcome{worst, false};
      },
      [&](const Compare &n) {
        return f.strict({n.left, n.right}, [&](const V &v) { return ok(Folder::compare(n.op, v[0].value, v[1].value)); });
      },
      [&](const Arithmetic &n) {
        return f.strict({n.left, n.right}, [&](const V &v) { return Folder::arithmetic(n.op, num(v[0]), num(v[1])); });
      },
      [&](const If &) { return Maybe{}; },
      [&](const Case &n) -> Maybe {
        auto s = m.constant(n.subject);
        if (!s) return std::nullopt;
        if (s->status != Status::ok) return s;
        for (auto &[labels, body] : n.arms)
          for (int label : labels)
            if (num(*s) == label) return m.constant(body);
        return std::nullopt;
      },
      [&](const Extreme &n) {
        return f.strict(n.items, [&](const V &v) {
          auto best = num(v[0]);
          for (auto &o : v) best = n.highest ? std::max(best, num(o)) : std::min(best, num(o));
          return ok(best);
        });
      },
      [&](const Clamp &n) {
        return f.strict(children(node), [&](const V &v) {
          auto x = num(v[0]);
          if (n.low) x = std::max(x, num(v[1]));
          if (n.high) x = std::min(x, num(v.back()));
          return ok(x);
        });
      },
      [&](const Round &n) { return f.strict({n.subject}, [&](const V &v) { return ok(round_to_places(num(v[0]), n.mode, n.places)); }); },
      [&](const Power &n) { return f.strict({n.base}, [&](const V &v) { return power(num(v[0]), n.exponent); }); },
      [&](const DateAdd &n) {
        return f.strict({n.date, n.amount}, [&](const V &v) {
          auto day = static_cast<std::int32_t>(num(v[0]));
          Rational by = n.backward ? Rational(-num(v[1])) : num(v[1]);
          return m.type(n.amount).base == Type::months ? add_months(day, by, up) : add_days(day, by / 86400);
        });
      },
      [&](const DateDifference &n) {
        return f.strict({n.later, n.earlier}, [&](const V &v) { return ok(Rational((num(v[0]) - num(v[1])) * 86400)); });
      },
      [&](const WholeIn &n) { return f.strict({n.duration}, [&](const V &v) { return ok(Rational(whole_in(n.unit, num(v[0])))); }); },
      [&](const WholeBetween &n) {
        return f.strict({n.from, n.to}, [&](const V &v) {
          return whole_between(n.unit, static_cast<std::int32_t>(num(v[0])), static_cast<std::int32_t>(num(v[1])), up);
        });
      },
      [&](const Years &n) {
        return f.strict({n.from, n.to}, [&](const V &v) {
          return ok(years_between(static_cast<std::int32_t>(num(v[0])), static_cast<std::int32_t>(num(v[1])), n.convention));
        });
      },
      [&](const InYear &n) {
        return f.strict({n.date}, [&](const V &v) { return ok(period_of(static_cast<std::int32_t>(num(v[0])), Unit::year) == n.year - 1970); });
      },
      [&](const UnknownTerm &n) { return none(n); }, [&](const ParameterRef &n) { return none(n); }, [&](const FactRef &n) { return none(n); },
      [&](const FieldRef &n) { return none(n); }, [&](const ArgumentRef &n) { return none(n); }, [&](const TodayRef &n) { return none(n); },
      [&](const DefinitionRef &n) { return none(n); }, [&](const StateRef &n) { return none(n); }, [&](const TotalRef &n) { return none(n); },
      [&](const Occurred &n) { return none(n); }, [&](const ClauseTerm &n) { return none(n); }, [&](const Question &n) { return none(n); },
      [&](const ReadingChoice &n) { return none(n); });
}

} // namespace deal::check
