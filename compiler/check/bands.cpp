// Bands: each rate on its own slice, or one rate on the whole (semantics.md rule 4, M4, M28, M42). They are made of what there is: a choice by the
// bounds, and products; so that whatever reads an amount knows them.
#include "check/checker.h"

namespace deal::check {

using Band = syntax::Bands::Band;

// The measured subject, what rates are of, and by band the bound that it ends at (absent: of the last).
struct Checker::Banded {
  TermId subject, base;
  std::vector<TermId> tops;
};

namespace {

// The same by what they are made of, not only by their value.
bool alike(const Model &m, TermId a, TermId b) {
  auto &x = m[a].node, &y = m[b].node;
  if (x.index() != y.index() || m[a].type != m[b].type) return false;
  if (auto *c = std::get_if<Constant>(&x)) return c->outcome.status == Status::ok && m.constant(b)->status == Status::ok && c->outcome.value == m.constant(b)->value;
  if (auto *p = std::get_if<ParameterRef>(&x)) return p->parameter == std::get<ParameterRef>(y).parameter;
  if (auto *d = std::get_if<DefinitionRef>(&x)) return d->definition == std::get<DefinitionRef>(y).definition;
  auto *n = std::get_if<Arithmetic>(&x);
  return n && n->op == std::get<Arithmetic>(y).op && alike(m, n->left, std::get<Arithmetic>(y).left) && alike(m, n->right, std::get<Arithmetic>(y).right);
}

std::string_view word_of(Band::Kind kind) {
  static constexpr std::string_view words[] = {"up to and including", "below", "above", "at or above", "from"};
  return words[kind];
}
bool ends(Band::Kind kind) { return kind == Band::above || kind == Band::at_or_above; }
bool holds_its_bound(Band::Kind kind) { return kind != Band::below; } // of a band that another follows

} // namespace

TermId Checker::bands(const syntax::Bands &n, Span span, const Context &context) {
  Banded b;
  b.subject = b.base = elaborate(n.of, context);
  if (n.applied) b.base = elaborate(n.applied, context);
  auto &t = m_.type(b.subject);
  if (t.base == Type::error || m_.type(b.base).base == Type::error) return broken(span);
  if (!is_number(t) && t.base != Type::money) {
    sink_.report(Diag::type_mismatch, m_[b.subject].span, "a number or an amount", describe(t));
    return broken(span);
  }
  for (auto &band : n.bands) {
    b.tops.push_back(elaborate_as(band.bound, context, t));
    if (m_.type(b.tops.back()).base == Type::error) return broken(span);
  }
  if (!bands_meet(n, b)) return broken(span);
  return n.slices ? slices(n, b, span, context) : level(n, b, span, context);
}

// From below upwards, without a gap or an overlap, the last one open: gaps and overlaps show the bound that mends them.
bool Checker::bands_meet(const syntax::Bands &n, const Banded &b) {
  auto value = [&](TermId id) -> std::optional<Rational> {
    auto c = m_.constant(id);
    return c && c->status == Status::ok ? std::optional(std::get<Rational>(c->value)) : std::nullopt;
  };
  auto shown = [&](TermId id) {
    auto v = value(id);
    return v ? format_value(value_type(m_, m_.type(id)), *v) : std::string("this bound");
  };
  auto apart = [&](TermId ends, TermId begins) {
    bool known = value(ends) && value(begins);
    return known ? fmt::format("one ends at {}, the next begins at {}", shown(ends), shown(begins)) : "the next begins at another bound than the one before ends at";
  };
  bool good = true;
  auto fault = [&](Diag kind, Span at, auto &&...of) -> Diagnostic & {
    good = false;
    return sink_.report(kind, at, of...);
  };
  for (std::size_t i = 0; i < n.bands.size(); ++i) {
    auto &band = n.bands[i];
    bool last = i + 1 == n.bands.size();
    if (ends(band.kind) != last)
      fault(Diag::band_misplaced, band.span, last ? "the bands end without one that takes the rest" : fmt::format("`{}` takes the rest, and a band follows it", word_of(band.kind)))
          .with_help(last ? "add `above …` or `at or above …`" : "put it last");
    if (band.kind == Band::points && (i == 0 || n.slices)) fault(Diag::band_misplaced, band.span, "points stand between two other bands of a level");
    if (i == 0) continue;
    auto &before = n.bands[i - 1];
    auto lower = band.kind == Band::points ? elaborate_as(band.low, {}, m_.type(b.subject)) : b.tops[i];
    bool begins = ends(band.kind) || band.kind == Band::points; // it says where it begins
    if (begins && !alike(m_, lower, b.tops[i - 1]))
      fault(Diag::bands_apart, m_[lower].span, apart(b.tops[i - 1], lower))
          .at(m_[b.tops[i - 1]].span, "ends here")
          .with_help("write the bound at which the one before ends");
    else if (ends(band.kind) && holds_its_bound(before.kind) == (band.kind == Band::at_or_above))
      fault(Diag::bands_apart, band.span, (holds_its_bound(before.kind) ? "two of them hold " : "none of them holds ") + shown(b.tops[i]))
          .at(before.span, "the one before")
          .with_help(fmt::format("write `{} …`", word_of(holds_its_bound(before.kind) ? Band::above : Band::at_or_above)));
    auto top = value(b.tops[i]), under = value(b.tops[i - 1]);
    if (!last && top && under && *top <= *under) fault(Diag::band_empty, band.span, shown(b.tops[i]), shown(b.tops[i - 1]));
  }
  return good;
}

// What a band says: a share, or money; between two points (M28) r + (s - r) * (x - a) / (b - a).
TermId Checker::band_value(const Band &band, const Banded &b, std::size_t index, const Context &context) {
  no_bare_share(band.value);
  auto from = elaborate(band.value, context);
  if (band.kind != Band::points) return from;
  auto to = elaborate_as(band.to, context, m_.type(from));
  auto low = b.tops[index - 1], high = b.tops[index];
  for (auto id : {low, high, from, to})
    if (!m_.constant(id)) {
      sink_.report(Diag::not_constant, m_[id].span, "a point between bands");
      return broken(band.span);
    }
  auto way = additive(BinaryOp::sub, b.subject, low, band.span, band.span), length = additive(BinaryOp::sub, high, low, band.span, band.span);
  auto part = multiplicative(BinaryOp::div, way, length, band.span, band.span);
  auto rise = additive(BinaryOp::sub, to, from, band.span, band.span);
  return additive(BinaryOp::add, from, multiplicative(BinaryOp::mul, rise, part, band.span, band.span), band.span, band.span);
}

// Band by band from the last, by its bound; `here(i)`: what the amount is in the i-th.
template <class Here> TermId Checker::by_band(const syntax::Bands &n, const Banded &b, Span span, Here here) {
  TermId out;
  for (auto i = n.bands.size(); i-- > 0;) {
    auto &band = n.bands[i];
    TermId amount = here(i);
    if (m_.type(amount).base == Type::error) return broken(span);
    if (!out) {
      out = amount;
      continue;
    }
    Type t;
    if (unify(amount, out, t) == TermId{}) return broken(span);
    auto inside = make(Compare{holds_its_bound(band.kind) ? BinaryOp::le : BinaryOp::lt, b.subject, b.tops[i]}, plain(Type::boolean), band.span);
    out = make(If{inside, amount, out}, t, span);
  }
  return out;
}

TermId Checker::level(const syntax::Bands &n, const Banded &b, Span span, const Context &context) {
  return by_band(n, b, span, [&](std::size_t i) {
    auto at = n.bands[i].span;
    auto value = band_value(n.bands[i], b, i, context);
    bool amount = m_.type(value).base == Type::money && !n.applied; // the amount itself (M42)
    return amount || m_.type(value).base == Type::error ? value : multiplicative(BinaryOp::mul, value, b.base, at, at);
  });
}

// Below zero the first band goes on (M4). `full[i]`: what the bands under the i-th come to where each is filled.
TermId Checker::slices(const syntax::Bands &n, const Banded &b, Span span, const Context &context) {
  std::vector<TermId> values, full{{}};
  auto sum = [&](TermId so_far, TermId more) { return so_far ? additive(BinaryOp::add, so_far, more, span, span) : more; };
  auto slice = [&](std::size_t i, TermId through) {
    auto at = n.bands[i].span;
    auto length = i == 0 ? through : additive(BinaryOp::sub, through, b.tops[i - 1], at, at);
    auto product = multiplicative(BinaryOp::mul, values[i], length, at, at);
    bool folded = m_.constant(product) && m_.type(product).base != Type::error; // a statement says its rate too
    return folded ? m_.add(Arithmetic{BinaryOp::mul, values[i], length}, m_.type(product), at) : product;
  };
  for (std::size_t i = 0; i < n.bands.size(); ++i) {
    values.push_back(band_value(n.bands[i], b, i, context));
    if (m_.type(values[i]).base == Type::error) return broken(span);
    if (i + 1 < n.bands.size()) full.push_back(sum(full[i], slice(i, b.tops[i])));
  }
  return by_band(n, b, span, [&](std::size_t i) { return sum(full[i], slice(i, b.subject)); });
}

} // namespace deal::check
