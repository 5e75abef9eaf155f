// What holds, or does not hold, of the whole file: widths, scopes, norms that meet, payments across versions.
#include "check/checker.h"
#include "check/cone.h"
#include "check/order.h"
#include "support/date.h"
#include "support/match.h"

namespace deal::check {
namespace {

constexpr int day_span = 3652059;

struct Measure {
  const Model &m;
  Sink &sink;
  std::map<std::uint32_t, Range> &known;

  Range limited(Range r, Span span) {
    if (bits(r) <= widest) return r;
    sink.report(Diag::too_wide, span, bits(r)).with_help("declare a range (`from A through B`) for what it reads");
    return {{0, 1}, 1, false, 1};
  }
  Range of_definition(const Definition &d) {
    if (is_storable(d.type)) return range_of(d.type);
    std::optional<Range> all;
    for (auto &v : d.versions) {
      auto add = [&](TermId t) { all = all ? hull(*all, of(t)) : of(t); };
      if (v.rules.base) add(v.rules.base);
      for (auto &e : v.rules.exceptions) add(e.body);
    }
    return all.value_or(range_of(d.type));
  }
  Range of(TermId id) {
    if (auto at = known.find(id.index); at != known.end()) return at->second;
    auto &t = m[id];
    auto r = limited(raw(t), t.span);
    return known[id.index] = r;
  }
  Range raw(const Term &t) {
    for (auto child : children(t.node)) of(child);
    auto typed = [&] { return range_of(m.types[t.type]); };
    return match(
        t.node,
        [&](const Constant &n) {
          return n.outcome.status == Status::ok && std::holds_alternative<Rational>(n.outcome.value) ? range_of(std::get<Rational>(n.outcome.value))
                                                                                                     : typed();
        },
        [&](const UnknownTerm &) { return typed(); }, [&](const ParameterRef &) { return typed(); }, [&](const FactRef &) { return typed(); },
        [&](const FieldRef &) { return typed(); }, [&](const ArgumentRef &) { return typed(); }, [&](const TodayRef &) { return typed(); },
        [&](const DefinitionRef &n) { return of_definition(m.definitions[n.definition]); },
        [&](const StateRef &) { return typed(); }, [&](const TotalRef &) { return typed(); }, [&](const Not &) { return typed(); },
        [&](const Negate &n) {
          auto r = of(n.operand);
          return Range{{-r.n.hi, -r.n.lo}, r.den, r.pair, r.dhi};
        },
        [&](const Logic &) { return typed(); },
        [&](const Compare &n) {
          if (is_scalar(m.type(n.left)) && comparison_bits(of(n.left), of(n.right)) > widest)
            sink.report(Diag::too_wide, t.span, comparison_bits(of(n.left), of(n.right)))
                .with_help("declare a range (`from A through B`) for what it reads");
          return typed();
        },
        [&](const Arithmetic &n) {
          auto a = of(n.left), b = of(n.right);
          return n.op == BinaryOp::add || n.op == BinaryOp::sub ? sum(a, b, n.op == BinaryOp::sub)
                 : n.op == BinaryOp::div                        ? quotient(a, b)
                                                                : product(a, b);
        },
        [&](const If &n) { return hull(of(n.then), of(n.otherwise)); },
        [&](const Case &n) {
          auto r = of(n.arms[0].second);
          for (auto &arm : n.arms) r = hull(r, of(arm.second));
          return r;
        },
        [&](const Extreme &n) {
          auto r = of(n.items[0]);
          for (auto x : n.items) r = hull(r, of(x));
          return r;
        },
        [&](const Clamp &n) {
          auto r = of(n.subject);
          if (n.low) r = hull(r, of(n.low));
          if (n.high) r = hull(r, of(n.high));
          return r;
        },
        [&](const Round &n) {
          auto r = of(n.subject);
          if (store_bits(r, n.places) > widest) return Range{{0, Integer(1) << (store_bits(r, n.places) - 1)}, 1, false, 1};
          auto ten = power_of_ten(n.places);
          Integer under = r.pair ? Integer(1) : r.den;
          return Range{{floor_of(Rational(r.n.lo * ten, under)) - 1, ceiling_of(Rational(r.n.hi * ten, under)) + 1}, ten, false, 1};
        },
        [&](const Power &n) {
          Range one = range_of(Rational(1)), r = one, base = of(n.base);
          for (int i = 0; i < std::abs(n.exponent) && bits(r) <= widest; ++i) r = product(r, base);
          if (bits(r) > widest) {
            sink.report(Diag::not_supported, t.span, "a power whose exact value needs more than 256 bits");
            return one;
          }
          return n.exponent < 0 ? quotient(one, r) : r;
        },
        [&](const DateAdd &) { return typed(); },
        [&](const DateDifference &) {
          return Range{{-Integer(day_span) * 86400, Integer(day_span) * 86400}, 1, false, 1};
        },
        [&](const WholeIn &n) {
          auto r = of(n.duration);
          Integer size = unit_sizes[static_cast<std::size_t>(n.unit)] * r.den;
          return r.pair ? r : Range{{r.n.lo / size, r.n.hi / size}, 1, false, 1};
        },
        [&](const WholeBetween &) {
          return Range{{-Integer(day_span) * 86400, Integer(day_span) * 86400}, 1, false, 1};
        },
        [&](const Years &) {
          return Range{{-Integer(10000) * 133590, Integer(10000) * 133590}, 133590, false, 1};
        },
        [&](const InYear &) { return typed(); }, [&](const Occurred &) { return typed(); }, [&](const ClauseTerm &) { return typed(); },
        [&](const Question &) { return typed(); },
        [&](const ReadingChoice &n) {
          auto r = of(n.bodies[0]);
          for (auto x : n.bodies) r = hull(r, of(x));
          return r;
        });
  }
};

} // namespace

void Checker::widths() {
  Measure measure{m_, sink_, ranges_};
  auto stored = [&](TermId body, const Type &t, std::optional<Rounding> mode, int places) {
    auto rounds = [&](TermId x) {
      auto r = measure.of(x);
      if (t.base == Type::ratio || t.base == Type::number || t.base == Type::date || !is_scalar(t)) return;
      if (!mode && !exact_at(r, places) && !m_.constant(x))
        sink_.report(Diag::no_rounding, m_[x].span)
            .with_help("write `round half even` (or another rule) at the top, or `(… rounded half even to 2 places)` here");
      if (store_bits(r, places) > widest)
        sink_.report(Diag::too_wide, m_[x].span, store_bits(r, places)).with_help("declare a range (`from A through B`) for what it reads");
    };
    if (auto *choice = std::get_if<ReadingChoice>(&m_[body].node))
      for (auto x : choice->bodies) rounds(x);
    else rounds(body);
  };
  for (auto d : m_.definition_order) measure.of_definition(m_.definitions[d]); // none waits for another
  for (auto &d : m_.definitions)
    for (auto &v : d.versions) {
      for (auto &e : v.rules.exceptions) measure.of(e.condition);
      auto body = [&](TermId t) { stored(t, d.type, d.rounding, d.type.scale); };
      if (v.rules.base) body(v.rules.base);
      for (auto &e : v.rules.exceptions) body(e.body);
    }
  for (auto &s : m_.states)
    for (auto &u : s.updates) {
      if (u.condition) measure.of(u.condition);
      stored(u.body, s.type, m_.rounding, s.type.scale);
    }
  for (auto &c : m_.clauses)
    for (auto &v : c.versions) {
      for_version(v, [&](TermId id) { measure.of(id); });
      if (auto *p = payment_in(v)) {
        Type t = m_.type(p->amount);
        t.bare = false;
        stored(p->amount, t, p->rounding, p->places);
      }
    }
  for (auto &s : m_.scenarios)
    for (auto &step : s.steps)
      if (auto *e = std::get_if<Expect>(&step.node); e && e->claim) measure.of(e->claim);
  for (auto &c : m_.claims) measure.of(c.claim);
}

void Checker::scopes() {
  using Events = std::map<EventId, Span>; // what is read of them, and where; two are enough to say that there are too many
  PerId<DefinitionTag, Events> read(m_.definitions.size());
  auto fields = [&](TermId id) {
    Events out;
    auto add = [&](EventId event, Span at) {
      if (out.size() < 2) out.emplace(event, at);
    };
    for_cone(m_, {id}, Cone::terms, [&](const Term &t) {
      if (auto *f = std::get_if<FieldRef>(&t.node)) add(f->event, t.span);
      if (auto *total = std::get_if<TotalRef>(&t.node); total && total->before)
        add(m_.totals[total->total].event, t.span);
      if (auto *d = std::get_if<DefinitionRef>(&t.node))
        for (auto &[event, at] : read[d->definition]) add(event, at);
    });
    return out;
  };
  auto name = [&](EventId event) { return m_.events[event].name; };
  auto none = [&](TermId id, Span span) {
    for (auto &[event, at] : fields(id)) sink_.report(Diag::no_event, span, name(event)).at(at, "read here");
  };
  for (auto index : m_.definition_order) {
    auto &d = m_.definitions[index];
    auto &own = read[index];
    for (auto t : terms_of(d)) own.merge(fields(t));
    for (auto &[event, span] : own) {
      if (d.scope) sink_.report(Diag::two_events, d.span, name(d.scope), name(event));
      d.scope = event;
    }
    if (own.size() > 2) own.erase(std::next(own.begin(), 2), own.end());
  }
  for (auto &s : m_.states)
    for (auto &u : s.updates)
      for (auto id : {u.condition, u.body})
        for (auto &[event, span] : fields(id))
          if (event != u.event) sink_.report(Diag::no_event, span, name(event));
  for (auto &s : m_.states)
    for (auto &u : s.updates)
      for_cone(m_, {u.condition, u.body}, Cone::definitions, [&](const Term &t) {
        auto *total = std::get_if<TotalRef>(&t.node);
        if (total && m_.totals[total->total].each) sink_.report(Diag::not_supported, t.span, "a state that reads a total of a period, which no payment closes");
      });
  for (auto &c : m_.clauses)
    for (auto &v : c.versions) {
      auto *p = payment_in(v);
      for (auto id : {v.common.guard.when, v.common.guard.unless})
        for (auto &[event, span] : fields(id))
          if (!p || p->trigger != event) sink_.report(Diag::no_event, m_[id].span, name(event)).at(span, "read here");
      if (!p) continue;
      auto own = [&](TermId id) {
        for (auto &[event, span] : fields(id))
          if (event != p->trigger) sink_.report(Diag::no_event, m_[id].span, name(event)).at(span, "read here");
      };
      own(p->waived), own(p->deferred);
      for (auto &limit : p->limits) // a cap each event may read the event, any other stands for more than one
        if (limit.at == Stage::cap_each_event) own(limit.amount);
        else none(limit.amount, m_[limit.amount].span);
      for (auto &portion : p->portions)
        if (portion.share) own(portion.share);
    }
  for (auto &s : m_.scenarios)
    for (auto &step : s.steps)
      if (auto *e = std::get_if<Expect>(&step.node); e && e->claim) none(e->claim, step.span);
  for (auto &c : m_.claims) none(c.claim, c.span);
}

void Checker::norms() {
  auto all = norms_of(m_);
  std::map<std::pair<PartyId, ActionId>, std::vector<const Norm *>> groups;
  for (auto &n : all) groups[{n.party, n.action}].push_back(&n);
  auto span_of = [&](const Norm &n) { return version_of(m_, n).common.span; };
  auto clause_span = [&](const Norm &n) { return m_.clauses[n.clause].span; };
  auto name_of = [&](const Norm &n) { return m_.clauses[n.clause].name; };
  using M = Modal;
  for (auto &[key, list] : groups) {
    std::vector<const Norm *> prohibitions;
    for (auto *n : list)
      if (n->modal == M::must_not) prohibitions.push_back(n);
    for (auto *a : list)
      for (auto *b : prohibitions) {
        if (a->modal == M::must_not || a->clause == b->clause || !can_meet(m_, *a, *b) || prevails(m_, *a, *b) || prevails(m_, *b, *a)) continue;
        if (a->modal == M::may)
          sink_.report(Diag::which_yields, clause_span(*b), name_of(*a), name_of(*b))
              .at(clause_span(*a), "this one permits")
              .with_help("add `subject to …` to one of the two");
        if (a->modal == M::must) sink_.report(Diag::duty_forbidden, span_of(*b), name_of(*a), name_of(*b)).at(span_of(*a), "required here");
      }
  }
  std::map<ClauseId, std::vector<const Norm *>> by_clause;
  for (auto &n : all) by_clause[n.clause].push_back(&n);
  auto meet = [&](ClauseId one, ClauseId other) {
    for (auto *a : by_clause[one])
      for (auto *b : by_clause[other])
        if (a->party == b->party && a->action == b->action && can_meet(m_, *a, *b)) return true;
    return false;
  };
  std::map<ClauseId, std::vector<std::pair<ClauseId, Span>>> edges; // winner → losers
  for (auto c : m_.clauses.ids())
    for (auto &v : m_.clauses[c].versions) {
      auto check = [&](const Precedence &p, ClauseId winner, ClauseId loser) {
        edges[winner].emplace_back(loser, p.span);
        if (!meet(c, p.clause)) sink_.report(Diag::never_meet, p.span, m_.clauses[c].name, m_.clauses[p.clause].name);
      };
      for (auto &p : v.common.yields_to) check(p, p.clause, c);
      for (auto &p : v.common.beats) check(p, c, p.clause);
    }
  auto losers = [&](ClauseId c) {
    std::vector<ClauseId> out;
    for (auto &[loser, span] : edges[c]) out.push_back(loser);
    return out;
  };
  ordered(m_.clauses.ids(), losers, [&](ClauseId c, std::size_t k) { // the circle shows at both of its ends
    auto &[loser, span] = edges[c][k];
    auto back = edges[loser].front().second;
    sink_.report(Diag::beats_cycle, back.begin > span.begin ? back : span).at(back.begin > span.begin ? span : back, "and here");
  });
}

namespace {

// The caps each period of two versions are the same lines.
bool same_periods(const PaymentVersion &a, const PaymentVersion &b) {
  auto lines = [](const PaymentVersion &p) {
    std::vector<TermId> out;
    for (auto &limit : p.limits)
      if (limit.at == Stage::cap_each_period) out.push_back(limit.amount);
    return out;
  };
  return lines(a) == lines(b);
}

} // namespace

void Checker::payments() {
  payment_order();
  for (auto &[clause, payee, span] : parts_) has_part(clause, payee, span);
  for (auto &c : m_.clauses) {
    if (says(c.kind) != Says::pay) continue;
    const PaymentVersion *before = nullptr;
    for (auto &v : c.versions) {
      auto *p = payment_in(v);
      if (!p) continue;
      if (before) {
        if (p->cap() && !before->cap() && !p->counting)
          sink_.report(Diag::no_counting, m_[p->cap()].span).with_help("add `counting all` or `counting from DATE`");
        if (p->trigger != before->trigger || p->currency != before->currency || p->each != before->each || !p->day != !before->day)
          sink_.report(Diag::not_supported, m_[p->amount].span, "an amendment that moves a payment to another event, period or currency");
        if (p->total != before->total) sink_.report(Diag::not_supported, m_[p->amount].span, "an amendment that changes what a payment runs on");
        if (p->carries != before->carries) sink_.report(Diag::not_supported, v.common.span, "an amendment of `carries negative amounts forward`");
        auto same_rule = [](auto &x, auto &y) { return x.has_value() == y.has_value() && (!x || (x->count == y->count && x->after == y->after)); };
        if (!same_rule(p->payable, before->payable)) sink_.report(Diag::not_supported, v.common.span, "an amendment of `payable`");
        if (!same_periods(*p, *before)) sink_.report(Diag::not_supported, v.common.span, "an amendment of a cap for each period");
        if (p->restatable != before->restatable) sink_.report(Diag::not_supported, v.common.span, "an amendment of `restatable`");
        if ((p->closes ? p->closes->count : 0) != (before->closes ? before->closes->count : 0))
          sink_.report(Diag::not_supported, v.common.span, "an amendment of `closes`");
        for (const PaymentVersion *cap : {before, static_cast<const PaymentVersion *>(p)})
          if (cap->cap() && before->cap() != p->cap())
            for_cone(m_, cap->cap(), [&](const Term &t) {
              bool total = std::holds_alternative<TotalRef>(t.node), fact = std::holds_alternative<FactRef>(t.node);
              if (total || fact)
                sink_.report(Diag::cap_moves, m_[cap->cap()].span, total ? "a running total" : "a fact")
                    .with_help("`end` the payment and add a new one");
            });
      }
      auto slots = [](int days, Unit unit) {
        return (days + shortest_days[static_cast<std::size_t>(unit)] - 1) / shortest_days[static_cast<std::size_t>(unit)] + 2;
      };
      if (p->payable && slots(p->payable->count, p->payable->after.unit) > most_slots)
        sink_.report(Diag::not_supported, v.common.span, "amounts that wait in more than 64 places at once");
      for (auto &limit : p->limits)
        if ((limit.at == Stage::cap_each_period || limit.at == Stage::guarantee) && slots(p->closes ? p->closes->count : 0, limit.each.unit) + p->restatable > most_slots)
          sink_.report(Diag::not_supported, v.common.span, "more than 64 periods that are open at once");
      if (!c.restarts.empty() && p->total) sink_.report(Diag::not_supported, v.common.span, "`restart` of a payment on a running total");
      if (p->part == syntax::PartLine::in_proportion && p->total && p->trigger)
        sink_.report(Diag::not_supported, v.common.span, "a running total in proportion to days");
      auto no_day = [&](TermId id, std::string_view what) {
        if (id)
          for_cone(m_, id, [&](const Term &t) {
            if (std::holds_alternative<TodayRef>(t.node) || std::holds_alternative<ClauseTerm>(t.node))
              sink_.report(Diag::not_supported, m_[id].span, what);
          });
      };
      no_day(p->cap(), "a cap in total that moves with the day or another clause");
      if (p->part == syntax::PartLine::in_proportion) {
        no_day(p->amount, "an amount in proportion to days that moves with the day");
        for (auto condition : {v.common.guard.when, v.common.guard.unless})
          no_day(condition, "an amount in proportion to days under a condition that moves with the day");
      }
      before = p;
    }
    deferrals(c);
    restated(c);
    part_periods(c);
    guarantees(c);
    known_by_period(c);
    days_to_come(c);
    released_parts(c);
  }
}

void Checker::part_periods(const Clause &c) {
  auto versions = [&](auto f) {
    for (auto &v : c.versions)
      if (auto *p = payment_in(v)) f(v, *p);
  };
  bool stated = false;
  std::optional<Period> of_periods;
  versions([&](auto &, auto &p) {
    stated |= p.part.has_value();
    auto &each = p.trigger ? m_.events[p.trigger].each : p.each;
    if (each) of_periods = each;
  });
  if (!of_periods || stated) return;
  auto periods = periods_of(m_);
  auto inside = [&](std::int32_t first) { return first != always_from && periods.first(periods.of(first, *of_periods), *of_periods) != first; };
  auto say = [&](Span span, const std::string &what) {
    sink_.report(Diag::part_periods, span, what).with_help("add `part periods by their last day`, `in proportion to days` or `not counted`");
  };
  for (std::size_t i = 0; i < c.versions.size(); ++i) {
    auto &v = c.versions[i];
    if (i > 0 && inside(v.from)) say(c.versions[i - 1].common.span, "the amendment of " + format_date(v.from));
    auto &t = v.common.term;
    auto line = std::find_if(v.common.lines.begin(), v.common.lines.end(), [](auto &l) { return l.lead == "term"; });
    if (line == v.common.lines.end()) continue;
    if (inside(t.start) || t.start_event) say(line->span, "the start of its term");
    for (auto &e : t.ends)
      if (e.until_event || (e.through != never && inside(e.through + 1))) say(line->span, "the end of its term");
  }
  std::set<std::int32_t> cuts;
  versions([&](auto &, auto &p) {
    std::vector<TermId> read{p.amount, p.waived, p.deferred};
    for (auto &portion : p.portions) read.push_back(portion.share);
    for_cone(m_, read, Cone::definitions, [&](const Term &t) {
      if (auto *r = std::get_if<ParameterRef>(&t.node))
        for (auto &pv : m_.parameters[r->parameter].versions) cuts.insert(pv.from);
      if (auto *d = std::get_if<DefinitionRef>(&t.node))
        for (auto &dv : m_.definitions[d->definition].versions) cuts.insert(dv.from);
    });
  });
  for (auto day : cuts)
    if (inside(day)) say(c.versions[0].common.span, "the amendment of " + format_date(day));
}

void Checker::readings() {
  auto product = [&](const std::set<GroupId> &groups) {
    std::size_t out = 1;
    for (auto g : groups) out = std::min<std::size_t>(1000, out * m_.readings[g].names.size());
    return out;
  };
  PerId<DefinitionTag, std::set<GroupId>> read(m_.definitions.size()); // no more than it takes to be too many
  auto combinations = [&](std::set<GroupId> &groups, const std::vector<TermId> &terms) {
    auto add = [&](GroupId group) {
      if (product(groups) <= 64) groups.insert(group);
    };
    for_cone(m_, terms, Cone::terms, [&](const Term &t) {
      if (auto *r = std::get_if<ReadingChoice>(&t.node)) add(r->group);
      if (auto *d = std::get_if<DefinitionRef>(&t.node))
        for (auto group : read[d->definition]) add(group);
    });
  };
  auto check = [&](const std::set<GroupId> &groups, Span span) {
    if (product(groups) > 64) sink_.report(Diag::too_many_readings, span);
  };
  for (auto index : m_.definition_order) {
    auto &d = m_.definitions[index];
    auto &groups = read[index];
    combinations(groups, terms_of(d));
    check(groups, d.span);
  }
  std::map<ActionId, std::set<GroupId>> by_action;
  for (auto &n : norms_of(m_)) {
    auto &v = version_of(m_, n);
    auto &groups = by_action[n.action];
    combinations(groups, {v.common.guard.when, v.common.guard.unless});
    check(groups, v.common.span);
  }
}

} // namespace deal::check
