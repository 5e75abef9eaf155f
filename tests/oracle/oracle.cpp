#include "oracle/oracle.h"
#include "oracle/outcomes.h"
#include "oracle/arithmetic.h"
#include "oracle/reads.h"
#include "support/match.h"

namespace deal::oracle {
namespace {

bool is_true(const Outcome &o) { return o.status == Status::ok && truth(o); }

} // namespace

Instance::Instance(const Model &m) : m_(m), norms_(norms_in(m)), readings_(m.readings.size(), -1), assumed_(m.readings.size(), 0) {
  s_.payments.resize(m.clauses.size());
  for (auto &s : m.states) s_.states.push_back(s.initial ? *m.constant(s.initial) : fail(Status::unknown));
  for (auto &d : m.definitions) {
    std::vector<std::vector<DefinitionId>> needs;
    for (auto &v : d.versions) needs.push_back(definitions_in(m, terms_of(v.rules)));
    needs_.push_back(std::move(needs));
  }
  if (m.effective) s_.now = s_.begun = *m.effective, s_.started = true;
  first_ = s_;
}

void Instance::give(FactId fact, std::optional<std::vector<Value>> keys, std::optional<Value> value) {
  if (keys) facts_[{fact, *keys}] = std::move(value);
  else general_[fact] = std::move(value);
}

Outcome Instance::input(const std::optional<Value> &v, const Type &t) const {
  if (!v) return fail(Status::unknown);
  auto stored = store(ok(*v), t, std::nullopt);
  return stored.status == Status::ok ? stored : fail(Status::input_out_of_range);
}

Outcome Instance::parameter(ParameterId index, std::int32_t day) const {
  auto &p = m_.parameters[index];
  std::size_t at = 0;
  for (std::size_t i = 1; i < p.versions.size(); ++i)
    if (p.versions[i].from <= day) at = i;
  if (at == 0)
    if (auto set = parameters_.find(index); set != parameters_.end()) return input(set->second, p.type);
  return input(p.versions[at].value, p.type);
}

Outcome Instance::total(const TotalRef &r, const World &w) const {
  if (s_.halt != Status::ok) return fail(s_.halt);
  auto &t = m_.totals[r.total];
  auto count = std::min(w.count, s_.reported.size());
  if (r.before && count > 0) --count;
  Rational sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    auto &e = s_.reported[i];
    bool seen = e.event == t.event && e.economic >= t.since && (!w.through || e.economic <= *w.through);
    if (seen && (!t.each || period_of(e.economic, *t.each) == period_of(w.window.value_or(w.day), *t.each)))
      sum += std::get<Rational>(e.values[static_cast<std::size_t>(t.field)]);
  }
  return store(ok(sum), t.type, std::nullopt);
}

Outcome Instance::parallel(bool conjunction, const std::vector<Outcome> &all) const {
  Status worst = Status::ok;
  bool unknown = false;
  for (auto &o : all) {
    if (o.status == Status::ok && truth(o) != conjunction) return ok(!conjunction);
    unknown |= o.status == Status::unknown;
    worst = std::max(worst, o.status);
  }
  if (unknown) return fail(Status::unknown);
  return worst == Status::ok ? ok(conjunction) : fail(worst);
}

Outcome Instance::rules(const Rules &r, const World &w) {
  auto n = r.exceptions.size();
  std::vector<Outcome> conditions;
  for (auto &e : r.exceptions) conditions.push_back(eval(e.condition, w));
  std::vector<std::size_t> winners;
  bool unknown = false;
  Status failed = Status::ok;
  for (std::size_t i = 0; i < n; ++i) {
    bool dropped =
        std::any_of(r.overridden_by[i].begin(), r.overridden_by[i].end(), [&](int j) { return is_true(conditions[static_cast<std::size_t>(j)]); });
    if (dropped) continue;
    if (conditions[i].status == Status::unknown) unknown = true;
    else if (conditions[i].status != Status::ok) failed = std::max(failed, conditions[i].status);
    else if (truth(conditions[i])) winners.push_back(i);
  }
  if (unknown) return fail(Status::unknown);
  if (failed != Status::ok) return fail(failed);
  if (winners.size() > 1) return fail(Status::conflict);
  if (winners.size() == 1) return eval(r.exceptions[winners[0]].body, w);
  return r.base ? eval(r.base, w) : fail(Status::no_rule_applies);
}

int Instance::version_of(DefinitionId definition, std::int32_t day) const {
  auto &versions = m_.definitions[definition].versions;
  int at = -1;
  for (std::size_t i = 0; i < versions.size(); ++i)
    if (versions[i].from <= day) at = static_cast<int>(i);
  return at;
}

Outcome Instance::compute(DefinitionId index, const World &w) {
  auto &d = m_.definitions[index];
  auto at = version_of(index, w.day);
  if (at < 0) return fail(Status::no_rule_applies);
  auto r = rules(d.versions[static_cast<std::size_t>(at)].rules, w);
  return is_storable(d.type) ? store(r, d.type, d.rounding) : r;
}

// What a definition names is computed before it, so that a chain of definitions is no chain of calls.
Outcome Instance::definition(DefinitionId index, const World &w) {
  auto seen = [&](DefinitionId i) { return Seen{i, w.day, w.event, w.count, w.step, w.through}; };
  if (auto at = known_.find(seen(index)); at != known_.end()) return at->second;
  bool outermost = known_.empty();
  std::vector<DefinitionId> open{index};
  while (!open.empty()) {
    auto next = open.back();
    auto size = open.size();
    if (auto at = version_of(next, w.day); at >= 0 && !known_.count(seen(next)))
      for (auto i : needs_[next][static_cast<std::size_t>(at)])
        if (!known_.count(seen(i))) open.push_back(i);
    if (open.size() > size) continue;
    open.pop_back();
    if (!known_.count(seen(next))) known_.insert_or_assign(seen(next), compute(next, w));
  }
  auto out = known_.at(seen(index));
  if (outermost) known_.clear();
  return out;
}

Outcome Instance::eval(TermId id, const World &w) {
  auto &term = m_[id];
  auto strict = [&](auto f) {
    std::vector<Outcome> v;
    Status worst = Status::ok;
    for (auto c : children(term.node)) {
      v.push_back(eval(c, w));
      worst = std::max(worst, v.back().status);
    }
    return worst == Status::ok ? Outcome(f(v)) : fail(worst);
  };
  using V = std::vector<Outcome>;
  bool up = m_.month_end_up.value_or(false);
  return match(
      term.node, [&](const Constant &n) { return n.outcome; }, [&](const UnknownTerm &) { return fail(Status::unknown); },
      [&](const ParameterRef &n) { return parameter(n.parameter, w.day); },
      [&](const FactRef &n) {
        return strict([&](V &v) {
          auto &fact = m_.facts[n.fact];
          std::vector<Value> keys;
          for (auto &o : v) keys.push_back(o.value);
          if (auto at = facts_.find({n.fact, keys}); at != facts_.end()) return input(at->second, fact.type);
          if (auto at = general_.find(n.fact); at != general_.end()) return input(at->second, fact.type);
          return fail(Status::unknown);
        });
      },
      [&](const FieldRef &n) { return w.event ? ok(w.event->values[static_cast<std::size_t>(n.field)]) : fail(Status::no_rule_applies); },
      [&](const ArgumentRef &n) { return (*w.arguments)[static_cast<std::size_t>(n.index)]; }, [&](const TodayRef &) { return ok(Rational(w.day)); },
      [&](const DefinitionRef &n) { return definition(n.definition, w); },
      [&](const StateRef &n) {
        auto i = n.state;
        if (s_.halt != Status::ok) return fail(s_.halt);
        return rests_on_missing(terms_of(m_.states[i])) ? fail(Status::unknown) : s_.states[i];
      },
      [&](const TotalRef &n) { return total(n, w); }, [&](const Not &) { return strict([](V &v) { return ok(!truth(v[0])); }); },
      [&](const Negate &) { return strict([](V &v) { return ok(Rational(-num(v[0]))); }); },
      [&](const Logic &n) {
        return parallel(n.conjunction, {eval(n.left, w), eval(n.right, w)});
      },
      [&](const Compare &n) {
        return strict([&](V &v) {
          auto &a = v[0].value, &b = v[1].value;
          switch (n.op) {
          case BinaryOp::eq: return ok(a == b);
          case BinaryOp::ne: return ok(a != b);
          case BinaryOp::lt: return ok(a < b);
          case BinaryOp::le: return ok(a <= b);
          case BinaryOp::gt: return ok(a > b);
          default: return ok(a >= b);
          }
        });
      },
      [&](const Arithmetic &n) {
        return strict([&](V &v) {
          auto &a = num(v[0]), &b = num(v[1]);
          switch (n.op) {
          case BinaryOp::add: return ok(a + b);
          case BinaryOp::sub: return ok(a - b);
          case BinaryOp::div: return b == 0 ? fail(Status::division_by_zero) : ok(a / b);
          default: return ok(a * b);
          }
        });
      },
      [&](const If &n) {
        auto c = eval(n.condition, w);
        return c.status != Status::ok ? c : eval(truth(c) ? n.then : n.otherwise, w);
      },
      [&](const Case &n) {
        auto s = eval(n.subject, w);
        if (s.status != Status::ok) return s;
        for (auto &[labels, body] : n.arms)
          for (int l : labels)
            if (num(s) == l) return eval(body, w);
        return fail(Status::no_rule_applies);
      },
      [&](const Extreme &n) {
        return strict([&](V &v) {
          auto best = num(v[0]);
          for (auto &o : v) best = n.highest ? std::max(best, num(o)) : std::min(best, num(o));
          return ok(best);
        });
      },
      [&](const Clamp &n) {
        return strict([&](V &v) { // crossed at run time: the high bound wins
          auto x = num(v[0]);
          if (n.low) x = std::max(x, num(v[1]));
          if (n.high) x = std::min(x, num(v.back()));
          return ok(x);
        });
      },
      [&](const Round &n) { return strict([&](V &v) { return ok(round_to_places(num(v[0]), n.mode, n.places)); }); },
      [&](const Power &n) { return strict([&](V &v) { return power(num(v[0]), n.exponent); }); },
      [&](const DateAdd &n) {
        return strict([&](V &v) {
          auto day = static_cast<std::int32_t>(num(v[0]));
          Rational by = n.backward ? Rational(-num(v[1])) : num(v[1]);
          return m_.type(n.amount).base == Type::months ? add_months(day, by, up) : add_days(day, by / 86400);
        });
      },
      [&](const DateDifference &) { return strict([](V &v) { return ok(Rational((num(v[0]) - num(v[1])) * 86400)); }); },
      [&](const WholeIn &n) { return strict([&](V &v) { return ok(Rational(whole_in(n.unit, num(v[0])))); }); },
      [&](const WholeBetween &n) {
        return strict([&](V &v) { return whole_between(n.unit, static_cast<std::int32_t>(num(v[0])), static_cast<std::int32_t>(num(v[1])), up); });
      },
      [&](const Years &n) {
        return strict(
            [&](V &v) { return ok(years_between(static_cast<std::int32_t>(num(v[0])), static_cast<std::int32_t>(num(v[1])), n.convention)); });
      },
      [&](const InYear &n) { return strict([&](V &v) { return ok(year_of(static_cast<std::int32_t>(num(v[0]))) == n.year); }); },
      [&](const Occurred &n) {
        return strict([&](V &v) {
          for (auto &d : s_.did) {
            bool same = d.action == n.action;
            for (std::size_t i = 0; same && i < v.size(); ++i) same = d.arguments[i] == v[i].value;
            if (same) return ok(true);
          }
          return ok(false);
        });
      },
      [&](const ClauseTerm &n) { return clause_word(n, w); },
      [&](const Question &n) {
        std::vector<Outcome> args;
        for (auto a : n.arguments) args.push_back(eval(a, w));
        return question(n.must, PartyId::of(static_cast<int>(num(eval(n.party, w)))), n.action, args, w);
      },
      [&](const ReadingChoice &n) {
        read_.insert(n.group);
        auto g = n.group;
        if (w.step && readings_[g] < 0) return fail(Status::readings_differ);
        return eval(n.bodies[static_cast<std::size_t>(readings_[g] >= 0 ? readings_[g] : assumed_[g])], w);
      });
}

// Rule 23: every assignment of the readings that are read and not chosen.
Outcome Instance::under_readings(const std::function<Outcome()> &ask) {
  std::set<GroupId> open;
  for (;;) {
    read_.clear();
    Status worst = Status::ok;
    std::optional<Value> value;
    bool differ = false, more = true;
    for (auto &a : assumed_) a = 0;
    while (more) {
      Outcome o = ask();
      worst = std::max(worst, o.status);
      if (o.status == Status::ok) {
        if (value && *value != o.value) differ = true;
        value = o.value;
      }
      more = false;
      for (auto g : open) {
        if (++assumed_[g] < static_cast<int>(m_.readings[g].names.size())) {
          more = true;
          break;
        }
        assumed_[g] = 0;
      }
    }
    std::set<GroupId> wanted = open;
    for (auto g : read_)
      if (readings_[g] < 0) wanted.insert(g);
    if (wanted == open) {
      if (worst != Status::ok) return fail(worst);
      return differ ? fail(Status::readings_differ) : ok(*value);
    }
    open = wanted;
  }
}

const Version *Instance::version_at(const Clause &c, std::int32_t day) const {
  const Version *at = nullptr;
  for (auto &v : c.versions)
    if (v.from <= day) at = &v;
  return at;
}

bool Instance::in_term(const Clause &c, const TermSpec &t, std::int32_t day) const {
  auto start = t.start != always_from ? t.start : c.versions.front().from;
  if (t.start_event) {
    auto at = s_.happened.find(t.start_event);
    if (at == s_.happened.end()) return false;
    start = at->second;
  }
  if (day < start) return false;
  if (t.ends.empty()) return true;
  auto open = [&](const TermSpec::End &e) {
    if (!e.until_event) return day <= e.through;
    auto at = s_.happened.find(e.until_event);
    return at == s_.happened.end() || day < at->second;
  };
  return t.last ? std::any_of(t.ends.begin(), t.ends.end(), open) : std::all_of(t.ends.begin(), t.ends.end(), open);
}

Outcome Instance::guard(const Common &c, const World &w) {
  std::vector<Outcome> all{ok(true)};
  if (c.guard.when) all.push_back(eval(c.guard.when, w));
  if (c.guard.unless) {
    auto u = eval(c.guard.unless, w);
    all.push_back(u.status == Status::ok ? ok(!truth(u)) : u);
  }
  return parallel(true, all);
}

Outcome Instance::clause_word(const ClauseTerm &n, const World &w) {
  auto &c = m_.clauses[n.clause];
  auto *v = version_at(c, w.day);
  if (word_row(n.word).of == Says::pay) {
    if (!v) return fail(Status::no_rule_applies);
    if (s_.halt != Status::ok) return fail(s_.halt); // what rests on state is lost with it
    bool earlier = w.step && (n.clause == paying_ || w.count < s_.reported.size());
    return payment_word(c, (earlier ? before_ : s_.payments)[n.clause], n, w);
  }
  auto *l = v ? std::get_if<LicenseVersion>(&v->body) : nullptr;
  if (!l) return ok(false); // not in force: nobody is licensed, nobody shut out
  std::vector<Outcome> all{ok(in_term(c, v->common.term, w.day)), guard(v->common, w)};
  if (n.word == Word::exclusive) all.push_back(ok(l->exclusivity != syntax::ExclusiveLine::non_exclusive));
  return parallel(true, all);
}

// A norm, for an action with arguments on a day: its party, its days, its pattern, its guard, and nothing that prevails over it.
Outcome Instance::effective(std::size_t index, PartyId party, const std::vector<Outcome> &arguments, const World &w,
                            std::map<std::size_t, Outcome> &known) {
  if (auto at = known.find(index); at != known.end()) return at->second;
  auto &n = norms_[index];
  auto &common = n.version->common;
  World inner = w;
  inner.arguments = &arguments;
  std::vector<Outcome> all{ok(n.party == party), ok(w.day >= n.from && w.day < n.end),
                           ok(in_term(m_.clauses[n.clause], common.term, w.day))};
  auto same = [&](const Outcome &a, const Outcome &b) {
    auto worst = std::max(a.status, b.status);
    return worst == Status::ok ? ok(a.value == b.value) : fail(worst);
  };
  if (n.asset) all.push_back(same(arguments[0], ok(Rational(n.asset.number()))));
  if (n.said)
    for (std::size_t i = 0; i < n.said->pattern.size(); ++i)
      if (n.said->pattern[i]) all.push_back(same(arguments[i], eval(n.said->pattern[i], inner)));
  all.push_back(guard(common, inner));
  if (n.modal == Modal::must) all.push_back(ok(!performed(n, arguments)));
  for (std::size_t other = 0; other < norms_.size(); ++other) {
    if (!oracle::prevails(norms_[other], n)) continue;
    auto h = effective(other, party, arguments, w, known);
    all.push_back(h.status == Status::ok ? ok(!truth(h)) : h);
  }
  return known[index] = parallel(true, all);
}

// Done by the party that owes it, with these arguments: open is active, or breached and still owed.
bool Instance::performed(const Norm &n, const std::vector<Outcome> &arguments) const {
  return std::any_of(s_.did.begin(), s_.did.end(), [&](auto &d) {
    bool same = d.action == n.action && d.party == n.party;
    for (std::size_t i = 0; same && i < arguments.size(); ++i)
      same = arguments[i].status == Status::ok && d.arguments[i] == arguments[i].value;
    return same;
  });
}

Outcome Instance::question(bool must, PartyId party, ActionId action, const std::vector<Outcome> &arguments, const World &w) {
  using M = Modal;
  std::map<std::size_t, Outcome> known;
  std::map<Modal, std::vector<Outcome>> by;
  for (std::size_t i = 0; i < norms_.size(); ++i)
    if (norms_[i].action == action) by[norms_[i].modal].push_back(effective(i, party, arguments, w, known));
  auto f = parallel(false, by[M::must_not]), q = parallel(false, by[M::must]), a = parallel(false, by[M::may]);
  auto verdict = [&]() -> Outcome {
    auto is = [](Verdict v) { return ok(Rational(static_cast<int>(v))); };
    if (f.status != Status::ok) return f;
    if (truth(f)) {
      if (q.status != Status::ok) return q;
      return truth(q) ? fail(Status::conflict) : is(Verdict::forbidden);
    }
    if (q.status != Status::ok) return q;
    if (truth(q)) return is(Verdict::required);
    if (a.status != Status::ok) return a;
    return is(truth(a) ? Verdict::permitted : Verdict::silent);
  }();
  if (!must || verdict.status != Status::ok) return verdict;
  return ok(num(verdict) == static_cast<int>(Verdict::required));
}

// Rule 27: of a copy, so that asking changes nothing; as of an earlier day, after the rows through that day.
Outcome Instance::as_of(std::int32_t day, const std::function<Outcome()> &question) {
  auto saved = s_;
  if (s_.started && day < s_.now) {
    s_ = first_;
    for (auto &h : taken_)
      if (h.on <= day) step(h);
  }
  tick(day);
  auto out = question();
  s_ = std::move(saved);
  return out;
}

Outcome Instance::ask(TermId id, std::int32_t day) {
  return as_of(day, [&] { return under_readings([&] { return eval(id, {day, nullptr, SIZE_MAX, nullptr}); }); });
}

Outcome Instance::verdict(bool must, PartyId party, ActionId action, const std::vector<Value> &arguments, std::int32_t day) {
  std::vector<Outcome> args;
  for (auto &a : arguments) args.push_back(ok(a));
  return as_of(day, [&] { return under_readings([&] { return question(must, party, action, args, {day, nullptr, SIZE_MAX, nullptr}); }); });
}

} // namespace deal::oracle
