// Scenarios and claims.
#include "check/checker.h"
#include "support/date.h"
#include "support/match.h"

namespace deal::check {

void Checker::scenario(const syntax::Scenario &s) { m_.scenarios.push_back({s.title.value, steps(s.steps), s.title.span}); }

std::vector<Step> Checker::steps(const std::vector<syntax::Step> &list) {
  std::vector<Step> out;
  bool started = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto &step = list[i];
    auto *on = std::get_if<syntax::OnStep>(&step.node);
    line_day_ = on ? std::optional(on->on.day) : std::nullopt;
    auto *next = i + 1 < list.size() ? std::get_if<syntax::ExpectStep>(&list[i + 1].node) : nullptr;
    auto push = [&](auto node) { out.push_back({std::move(node), step.span}); };
    match(
        step.node, [](const syntax::Broken &) {},
        [&](const syntax::WithStep &n) {
          if (started) sink_.report(Diag::with_after_start, step.span);
          auto *p = lookup(n.name, Symbol::parameter);
          if (!p) return;
          if (auto v = constant(n.value, m_.parameters[p->index].type, "the value of a parameter"))
            push(With{p->index, *v});
        },
        [&](const syntax::GivenStep &n) {
          auto *f = lookup(n.fact.head, Symbol::fact);
          if (!f) return;
          auto &fact = m_.facts[f->index];
          Given given{f->index, {}, !fact.keys.empty() && !n.fact.arguments, {}};
          if (n.fact.arguments) {
            for (auto t : arguments(fact.name, *n.fact.arguments, fact.keys, step.span, {}))
              if (auto c = m_.constant(t)) given.keys.push_back(c->value);
              else sink_.report(Diag::not_constant, step.span, "the key of a fact");
          }
          if (!std::holds_alternative<syntax::UnknownLit>(tree_.exprs[n.value].node)) {
            given.value = constant(n.value, fact.type, "the value of a fact");
            if (!given.value) return;
          }
          push(std::move(given));
        },
        [&](const syntax::ReadingStep &n) {
          auto at = m_.names.readings.find(n.name.text);
          if (at == m_.names.readings.end()) {
            sink_.report(Diag::unknown_name, n.name.span, n.name.text);
            return;
          }
          auto [group, choice] = at->second;
          used(n.name.span, m_.readings[group].names[static_cast<std::size_t>(choice)].span);
          push(ReadingStep{group, choice});
        },
        [&](const syntax::OnStep &n) {
          started = true;
          auto h = happening(n, step.span);
          if (h && !(next && next->rejected)) ends_a_period(*h, step.span);
          if (h) push(std::move(*h));
        },
        [&](const syntax::AsOfStep &n) {
          started = true;
          push(AsOf{n.day.day});
        },
        [&](const syntax::ExpectStep &n) {
          started = true;
          push(expectation(n, step.span));
        },
        [&](const syntax::BeyondStep &n) { sink_.report(Diag::not_supported, step.span, n.what); });
  }
  return out;
}

// Rule 7: what is reported for each period names the last day of one. A scenario that expects the refusal may say otherwise.
void Checker::ends_a_period(const Happening &h, Span span) {
  if (h.kind != Happening::reports && h.kind != Happening::happens) return;
  auto &event = m_.events[h.subject];
  if (!event.each) return;
  auto periods = periods_of(m_);
  auto last = periods.last(periods.of(h.economic, *event.each), *event.each);
  if (last != h.economic)
    sink_.report(Diag::not_period_end, span, event.name, unit_words[static_cast<std::size_t>(event.each->unit)], format_date(h.economic))
        .with_help("write `for " + format_date(last) + "`");
}

std::optional<Happening> Checker::happening(const syntax::OnStep &n, Span span) {
  Happening out{static_cast<Happening::Kind>(0), n.on.day, n.economic ? n.economic->day : n.on.day, {}, {}, {}};
  if (n.kind == syntax::OnStep::happens) {
    auto *e = lookup(n.subject, Symbol::event);
    if (!e) return std::nullopt;
    out.kind = Happening::happens;
    out.subject = e->index;
    if (!m_.events[e->index].fields.empty()) {
      sink_.report(Diag::wrong_count, span, n.subject.text, m_.events[e->index].fields.size(), 0);
      return std::nullopt;
    }
    return out;
  }
  out.party = party(n.subject);
  if (!out.party) return std::nullopt;
  auto value = [&](ExprId e, const Type &t) {
    auto v = constant(e, t, "what a scenario reports");
    if (v) out.values.push_back(*v);
    return v.has_value();
  };
  if (n.kind == syntax::OnStep::pays) {
    out.kind = Happening::pays;
    auto *c = lookup(n.object, Symbol::clause);
    if (!c) return std::nullopt;
    auto &clause = m_.clauses[c->index];
    if (says(clause.kind) != Says::pay) {
      sink_.report(Diag::wrong_kind_of_name, n.object.span, n.object.text, "a clause of another kind", "a payment");
      return std::nullopt;
    }
    out.subject = c->index;
    return value(n.amount, pays_of(m_, clause).money) ? std::optional(out) : std::nullopt;
  }
  if (n.kind == syntax::OnStep::does) {
    out.kind = Happening::does;
    auto *a = lookup(n.deed.action, Symbol::action);
    if (!a) return std::nullopt;
    out.subject = a->index;
    auto fields = m_.actions[a->index].fields;
    auto args = arguments(n.deed.action.text, n.deed.arguments, fields, span, {});
    if (args.size() != fields.size()) return std::nullopt;
    for (auto t : args)
      if (auto c = m_.constant(t)) out.values.push_back(c->value);
      else return sink_.report(Diag::not_constant, span, "what a scenario reports"), std::nullopt;
    return out;
  }
  out.kind = Happening::reports;
  auto *e = lookup(n.object, Symbol::event);
  if (!e) return std::nullopt;
  out.subject = e->index;
  auto &event = m_.events[e->index];
  if (event.reporter && event.reporter != out.party)
    sink_.report(Diag::type_mismatch, n.subject.span, "`" + m_.parties[event.reporter].name + "`, who reports it",
                 "`" + n.subject.text + "`");
  auto count = n.amount ? 1 : n.arguments.size();
  if (count != event.fields.size()) {
    sink_.report(Diag::wrong_count, span, event.name, event.fields.size(), count);
    return std::nullopt;
  }
  if (n.amount) return value(n.amount, event.fields[0].type) ? std::optional(out) : std::nullopt;
  for (auto &f : event.fields) {
    auto at = std::find_if(n.arguments.begin(), n.arguments.end(), [&](auto &a) { return a.name.text == f.name; });
    if (at == n.arguments.end()) {
      auto other = std::find_if(n.arguments.begin(), n.arguments.end(), [&](auto &a) {
        return std::none_of(event.fields.begin(), event.fields.end(), [&](auto &known) { return known.name == a.name.text; });
      });
      if (other != n.arguments.end()) no_member(other->name, event.name, names_of(event.fields)).at(event.span, "declared here");
      else sink_.report(Diag::no_such_member, span, "this report", f.name);
      return std::nullopt;
    }
    used(at->name.span, f.span);
    if (!value(at->value, f.type)) return std::nullopt;
  }
  return out;
}

Expect Checker::expectation(const syntax::ExpectStep &n, Span) {
  Expect out;
  if (n.rejected) {
    out.test = Expect::rejected;
    out.reason = n.reason;
    return out;
  }
  auto &e = tree_.exprs[n.claim];
  auto *is = std::get_if<syntax::Is>(&e.node);
  if (is && is->kind == syntax::Is::known) {
    out.test = is->negated ? Expect::not_known : Expect::known;
    out.claim = elaborate(is->subject, {});
    return out;
  }
  if (is && is->kind == syntax::Is::status) out.wanted = is->wanted;
  if (is && is->kind == syntax::Is::value) {
    auto *r = std::get_if<syntax::Ref>(&tree_.exprs[is->operand].node);
    bool word = r && !r->member && !r->arguments && !find(r->head.text);
    if (word && r->head.text == "conflict") out.wanted = Status::conflict;
    if (word && r->head.text == "overflow") out.wanted = Status::overflow;
  }
  if (out.wanted != Status::ok) {
    out.test = is->negated ? Expect::not_status : Expect::status;
    out.claim = elaborate(is->subject, {});
    return out;
  }
  out.claim = elaborate_as(n.claim, {}, Type{Type::boolean});
  return out;
}

void Checker::claim(const syntax::Always &a, Span span) {
  Claim out{a.title.value, {}, {}, {}, {}, a.badge, span};
  if (a.independent_of.empty()) out.claim = elaborate_as(a.claim, {}, Type{Type::boolean});
  else out.claim = elaborate(a.claim, {});
  if (a.when) out.when = elaborate_as(a.when, {}, Type{Type::boolean});
  for (auto &name : a.independent_of) {
    auto *s = find(name.text);
    if (!s || (s->kind != Symbol::event && s->kind != Symbol::fact)) lookup(name, Symbol::event);
    else used(name.span, s->span), out.independent_of.push_back(name.text);
  }
  if (a.from) out.from = a.from->day;
  m_.claims.push_back(std::move(out));
}

} // namespace deal::check
