#include "check/check.h"
#include "check/checker.h"
#include "check/cone.h"
#include "syntax/parse.h"

namespace deal::check {

Program check(Source file, Sink &sink) {
  Program out{Sources(std::move(file)), {}, {}};
  out.tree = syntax::parse(out.sources[0], sink);
  out.model = check(out.tree, sink);
  return out;
}

Model check(const syntax::Tree &tree, Sink &sink) {
  Model model;
  Checker(tree, model, sink).file();
  sink.sort_by_place();
  return model;
}

std::optional<TermId> Checker::question(ExprId id) {
  auto &e = tree_.exprs[id];
  auto *p = std::get_if<syntax::Power>(&e.node); // an answer is a place where a power may stand
  auto term = p ? power(*p, e.span, {}, true) : elaborate(id, {});
  if (failed()) return std::nullopt;
  for_cone(m_, term, [&](const Term &t) {
    if (auto *f = std::get_if<FieldRef>(&t.node)) sink_.report(Diag::no_event, t.span, m_.events[f->event].name);
  });
  return failed() ? std::nullopt : std::optional(term);
}

// Inputs are never rounded (semantics.md rule 29).
std::optional<Value> Checker::outside_value(ExprId e, const Type &t) {
  auto x = elaborate_stored(e, {}, t);
  if (failed()) return std::nullopt;
  auto c = m_.constant(x);
  if (!c) sink_.report(Diag::not_constant, m_[x].span, "a value that is set");
  else if (c->status != Status::ok) sink_.report(Diag::constant_fails, m_[x].span, status_word(c->status));
  else {
    auto *v = std::get_if<Rational>(&c->value);
    bool whole = !v || t.base == Type::ratio || t.base == Type::number || is_integral(*v * power_of_ten(t.scale));
    if (whole) return c->value;
    sink_.report(Diag::bad_number, m_[x].span, v->str(), fmt::format("{} stores fewer places, and inputs are never rounded", describe(t)));
  }
  return std::nullopt;
}

std::optional<std::pair<FactId, std::vector<Value>>> Checker::fact_key(const syntax::Ref &r, Span span) {
  auto *s = lookup(r.head, Symbol::fact);
  if (!s) return std::nullopt;
  std::pair<FactId, std::vector<Value>> out{s->index, {}};
  if (!r.arguments) return out;
  auto fields = m_.facts[s->index].keys;
  for (auto id : arguments(r.head.text, *r.arguments, fields, span, {}))
    if (auto c = m_.constant(id); c && c->status == Status::ok) out.second.push_back(c->value);
    else sink_.report(Diag::not_constant, span, "the key of a fact");
  return failed() ? std::nullopt : std::optional(out);
}

namespace {

// What was read for its value alone leaves nothing behind; where it has a mistake, its text stays, which the diagnostic shows.
class Passing {
public:
  Passing(Program &p, const Sink &sink)
      : p_(p), sink_(sink), errors_(sink.errors()), texts_(p.sources.size()), exprs_(p.tree.exprs.size()), terms_(p.model.terms.size()),
        uses_(p.model.names.uses.size()) {}
  ~Passing() {
    if (failed()) return;
    p_.sources.shrink(texts_);
    p_.tree.exprs.shrink(exprs_);
    p_.model.terms.shrink(terms_);
    p_.model.names.uses.resize(uses_);
  }
  bool failed() const { return sink_.errors() > errors_; }

private:
  Program &p_;
  const Sink &sink_;
  std::size_t errors_, texts_, exprs_, terms_, uses_;
};

} // namespace

std::optional<Setting> check_setting(Program &program, Source name, Source value, Sink &sink) {
  Passing passing(program, sink);
  auto &m = program.model;
  auto &written = program.sources.add(std::move(name));
  auto n = syntax::parse_expression(written, program.tree, sink);
  if (passing.failed()) return std::nullopt;
  auto *r = std::get_if<syntax::Ref>(&program.tree.exprs[n].node);
  if (!r || r->member) {
    sink.report(Diag::unknown_name, written.span(), written.text());
    return std::nullopt;
  }
  Checker names(program.tree, m, sink, Checker::outside);
  Setting out;
  auto *s = names.find(r->head.text);
  out.is_fact = !s || s->kind != Symbol::parameter;
  if (out.is_fact) {
    auto key = names.fact_key(*r, written.span());
    if (!key) return std::nullopt;
    out.index = key->first;
    out.keys = key->second;
    out.keyed = r->arguments.has_value();
  } else {
    out.index = s->index;
  }
  auto &type = out.is_fact ? m.facts[out.index].type : m.parameters[out.index].type;
  if (value.text() == "unknown") return out;
  out.value = check_value(program, type, std::move(value), sink);
  return out.value ? std::optional(out) : std::nullopt;
}

std::optional<Value> check_value(Program &program, const Type &type, Source value, Sink &sink) {
  Passing passing(program, sink);
  auto e = syntax::parse_expression(program.sources.add(std::move(value)), program.tree, sink);
  if (passing.failed()) return std::nullopt;
  Checker values(program.tree, program.model, sink, Checker::outside);
  values.failing_constants_are_answers = true;
  return values.outside_value(e, type);
}

std::vector<Step> check_steps(Program &program, Source lines, Sink &sink, Valued valued) {
  auto steps = syntax::parse_steps(program.sources.add(std::move(lines)), program.tree, sink);
  Checker checker(program.tree, program.model, sink, Checker::outside);
  checker.valued = std::move(valued);
  return checker.steps(steps);
}

std::optional<TermId> check_question(Program &program, Source text, Sink &sink) {
  auto errors = sink.errors();
  auto e = syntax::parse_expression(program.sources.add(std::move(text)), program.tree, sink);
  if (sink.errors() > errors) return std::nullopt;
  Checker checker(program.tree, program.model, sink, Checker::outside);
  checker.failing_constants_are_answers = true;
  return checker.question(e);
}

} // namespace deal::check
