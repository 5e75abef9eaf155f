#include "check/check.h"
#include "check/checker.h"
#include "check/cone.h"
#include "syntax/parse.h"

namespace deal::check {

Model check(const syntax::Tree &tree, Sink &sink) {
  Model model;
  Checker(tree, model, sink).file();
  sink.sort_by_place();
  return model;
}

std::optional<TermId> Checker::question(ExprId id) {
  with_state_ = false;
  auto &e = tree_.exprs[id];
  auto *p = std::get_if<syntax::Power>(&e.node); // an answer is a place where a power may stand
  auto term = p ? power(*p, e.span, {}, true) : elaborate(id, {});
  if (sink_.failed()) return std::nullopt;
  for_cone(m_, term, [&](const Term &t) {
    if (auto *f = std::get_if<FieldRef>(&t.node)) sink_.report(Diag::no_event, t.span, m_.events[static_cast<std::size_t>(f->event)].name);
  });
  return sink_.failed() ? std::nullopt : std::optional(term);
}

// Inputs are never rounded (semantics.md rule 29).
std::optional<Value> Checker::outside_value(ExprId e, const Type &t) {
  auto x = elaborate_stored(e, {}, t);
  if (sink_.failed()) return std::nullopt;
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

std::optional<std::pair<int, std::vector<Value>>> Checker::fact_key(const syntax::Ref &r, Span span) {
  auto *s = lookup(r.head, Symbol::fact);
  if (!s) return std::nullopt;
  std::pair<int, std::vector<Value>> out{s->index, {}};
  if (!r.arguments) return out;
  auto fields = m_.facts[static_cast<std::size_t>(s->index)].keys;
  for (auto id : arguments(r.head.text, *r.arguments, fields, span, {}))
    if (auto c = m_.constant(id); c && c->status == Status::ok) out.second.push_back(c->value);
    else sink_.report(Diag::not_constant, span, "the key of a fact");
  return sink_.failed() ? std::nullopt : std::optional(out);
}

std::optional<Setting> check_setting(Program &program, const Source &name, const Source &value, Sink &sink) {
  auto &m = program.model;
  auto n = syntax::parse_expression(name, program.tree, sink);
  if (sink.failed()) return std::nullopt;
  auto *r = std::get_if<syntax::Ref>(&program.tree.exprs[n].node);
  Span all{0, static_cast<std::uint32_t>(name.text().size())};
  if (!r || r->member) {
    sink.report(Diag::unknown_name, all, name.text());
    return std::nullopt;
  }
  Checker names(program.tree, m, sink);
  names.index_symbols();
  Setting out;
  auto *s = names.find(r->head.text);
  out.is_fact = !s || s->kind != Symbol::parameter;
  if (out.is_fact) {
    auto key = names.fact_key(*r, all);
    if (!key) return std::nullopt;
    out.index = key->first;
    out.keys = key->second;
    out.keyed = r->arguments.has_value();
  } else {
    out.index = s->index;
  }
  auto &type = out.is_fact ? m.facts[static_cast<std::size_t>(out.index)].type : m.parameters[static_cast<std::size_t>(out.index)].type;
  if (value.text() == "unknown") return out;
  out.value = check_value(program, type, value, sink);
  return out.value ? std::optional(out) : std::nullopt;
}

std::optional<Value> check_value(Program &program, const Type &type, const Source &value, Sink &sink) {
  auto e = syntax::parse_expression(value, program.tree, sink);
  if (sink.failed()) return std::nullopt;
  Checker values(program.tree, program.model, sink);
  values.index_symbols();
  values.failing_constants_are_answers = true;
  return values.outside_value(e, type);
}

std::vector<Step> check_steps(Program &program, const Source &lines, Sink &sink) {
  Source file(lines.path(), "deal Lines scenario \"\" {\n" + std::string(lines.text()) + "\n}");
  auto tree = syntax::parse(file, sink);
  if (!tree) return {};
  Checker checker(*tree, program.model, sink);
  checker.index_symbols();
  checker.lines();
  auto steps = std::move(program.model.scenarios.back().steps);
  program.model.scenarios.pop_back();
  return steps;
}

std::optional<TermId> check_question(Program &program, const Source &text, Sink &sink) {
  auto e = syntax::parse_expression(text, program.tree, sink);
  if (sink.failed()) return std::nullopt;
  Checker checker(program.tree, program.model, sink);
  checker.index_symbols();
  checker.failing_constants_are_answers = true;
  return checker.question(e);
}

} // namespace deal::check
