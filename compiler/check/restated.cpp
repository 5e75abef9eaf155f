// Which payments end elsewhere on a corrected ledger than on one that is corrected by reversal (semantics.md rule 15, M44).
#include "check/checker.h"
#include "check/cone.h"
#include "support/match.h"
#include <functional>

namespace deal::check {
namespace {

// How what is added moves with the amounts that an event reports. A reversal cancels what is proportional to them.
enum class Shape : std::uint8_t { nothing, fixed, proportional, bent }; // nothing: 0

class Shapes {
public:
  Shapes(const Model &m, EventId event) : m_(m), event_(event) {}

  Shape of(TermId id) {
    auto [at, fresh] = known_.try_emplace(id, Shape::fixed);
    if (fresh) at->second = shape(m_[id].node);
    return known_[id];
  }

private:
  Shape shape(const Node &node) {
    return match(
        node, [&](const Constant &n) { return n.outcome.status == Status::ok && n.outcome.value == Value(Rational(0)) ? Shape::nothing : Shape::fixed; },
        [&](const FieldRef &n) { return n.event == event_ && is_amount(n) ? Shape::proportional : Shape::fixed; },
        [&](const DefinitionRef &n) { return definition(m_.definitions[n.definition]); },
        [&](const Negate &n) { return of(n.operand); }, [&](const Arithmetic &n) { return arithmetic(n); },
        [&](const If &n) { return reads_amount(n.condition) ? Shape::bent : branches({n.then, n.otherwise}); },
        [&](const Case &n) {
          std::vector<TermId> bodies;
          for (auto &arm : n.arms) bodies.push_back(arm.second);
          return reads_amount(n.subject) ? Shape::bent : branches(bodies);
        },
        [&](const ReadingChoice &n) { return branches(n.bodies); },
        [&](const Round &n) {
          auto s = of(n.subject);
          bool mirrored = n.mode != Rounding::ceiling && n.mode != Rounding::floor;
          return s == Shape::proportional && !mirrored ? Shape::bent : s;
        },
        [&](const auto &n) {
          for (auto child : children(Node(n)))
            if (reads_amount(child)) return Shape::bent;
          return Shape::fixed;
        });
  }
  bool is_amount(const FieldRef &f) const {
    auto &t = m_.events[f.event].fields[static_cast<std::size_t>(f.field)].type;
    return is_scalar(t) && t.base != Type::date;
  }
  bool reads_amount(TermId id) { return of(id) >= Shape::proportional; }
  // One of several is chosen, whatever the amounts: each alone has to be proportional, or nothing.
  Shape branches(const std::vector<TermId> &bodies) {
    Shape out = Shape::nothing;
    for (auto b : bodies) {
      auto s = of(b);
      if (s == Shape::bent) return s;
      if (out == Shape::nothing) out = s;
      else if (s != Shape::nothing && s != out) return Shape::bent;
    }
    return out;
  }
  Shape arithmetic(const Arithmetic &n) {
    auto a = of(n.left), b = of(n.right);
    if (a == Shape::bent || b == Shape::bent) return Shape::bent;
    bool moves = a == Shape::proportional || b == Shape::proportional;
    if (n.op == BinaryOp::add || n.op == BinaryOp::sub) {
      if (a == Shape::nothing || b == Shape::nothing || a == b) return std::max(a, b);
      return Shape::bent;
    }
    if (n.op == BinaryOp::div && b == Shape::proportional) return Shape::bent;
    if (moves && a == b) return Shape::bent;
    if (a == Shape::nothing || b == Shape::nothing) return Shape::nothing;
    return moves ? Shape::proportional : Shape::fixed;
  }
  Shape definition(const Definition &d) {
    std::vector<TermId> bodies;
    for (auto &v : d.versions) {
      if (v.rules.base) bodies.push_back(v.rules.base);
      for (auto &e : v.rules.exceptions) {
        if (reads_amount(e.condition)) return Shape::bent;
        bodies.push_back(e.body);
      }
    }
    return branches(bodies);
  }

  const Model &m_;
  EventId event_;
  std::map<TermId, Shape> known_;
};

// Whether what is read has more than one version.
bool changes(const Model &m, TermId id) {
  bool found = false;
  for_cone(m, id, [&](const Term &t) {
    if (auto *p = std::get_if<ParameterRef>(&t.node)) found |= m.parameters[p->parameter].versions.size() > 1;
    if (auto *d = std::get_if<DefinitionRef>(&t.node)) found |= m.definitions[d->definition].versions.size() > 1;
  });
  return found;
}

} // namespace

// A reversal is waived, or waits, by what holds when it is booked.
void Checker::by_conditions(const PaymentVersion &p) {
  auto id = p.waived;
  if (reads<FieldRef>(m_, id) || reads<TotalRef>(m_, id) || reads<StateRef>(m_, id) || reads<ClauseTerm>(m_, id))
    sink_.report(Diag::not_restated, m_[id].span, "what is waived goes by what was reported");
  if (p.deferred) sink_.report(Diag::not_restated, m_[p.deferred].span, "what is deferred comes in at a later step");
}

void Checker::restated(const Clause &c) {
  const PaymentVersion *before = nullptr;
  for (auto &v : c.versions) {
    auto *p = payment_in(v);
    if (!p || !p->trigger) continue;
    auto warn = [&](std::string_view why) -> Diagnostic & { return sink_.report(Diag::not_restated, v.common.span, why); };
    auto on_totals = "on a running total it ends alike: read `total E.f so far` instead of `E.f`";
    bool own = !p->total;
    bool again = before && before->amount == p->amount;
    if (own && !again && reads<StateRef>(m_, p->amount)) warn("it reads a state, which goes by the order of the ledger").with_help(on_totals);
    bool waits_again = before && before->waived == p->waived && before->deferred == p->deferred;
    bool moved = before && p->total && before->amount != p->amount;
    before = p;
    auto &event = m_.events[p->trigger];
    bool negative = std::any_of(event.fields.begin(), event.fields.end(),
                                [](auto &f) { return f.type.base == Type::money && (!f.type.low || *f.type.low < 0); });
    if (!negative) continue;
    if (moved || (!again && !own && changes(m_, p->amount))) warn("its rate changes by an amendment, and it runs on a total");
    if (own && !again && reads<TotalRef>(m_, p->amount)) warn("it moves with a running total").with_help(on_totals);
    if (own && !again) {
      auto shape = Shapes(m_, p->trigger).of(p->amount);
      if (shape == Shape::bent) warn("its amount is not proportional to what the event reports").with_help(on_totals);
      if (shape == Shape::fixed) warn("a reversal is charged like any other event: its amount does not move with what is reported");
    }
    if (p->rounding == Rounding::ceiling || p->rounding == Rounding::floor) warn("it rounds by `ceiling` or `floor`");
    if (p->limit(Stage::cap_each_event)) warn("it has a cap each event");
    if (p->carries) warn("it carries negative amounts forward");
    if (!waits_again) by_conditions(*p);
  }
}

} // namespace deal::check
