// The algebra of results (semantics.md rules 1, 2, 16, 17, 23) in terms of plain values.
#include "check/operators.h"
#include "lower/lowering.h"

namespace deal::lower {

Interval limits(const Type &t) {
  if (t.base == Type::boolean) return {0, 1};
  auto limit = type_limit(t), scale = power_of_ten(t.scale);
  Interval out{-limit, limit};
  if (t.base == Type::date) out = {-719162, 2932896};
  if (t.base == Type::months) out = {-Integer(2147483647), 2147483647};
  if (t.low) out.lo = std::max(out.lo, ceiling_of(*t.low * scale));
  if (t.high) out.hi = std::min(out.hi, floor_of(*t.high * scale));
  return out;
}

Res Body::failed(Status s, const Type &type) { return {status(s), type.base == Type::boolean ? b.truth(false) : b.number(0), {}}; }

Res Body::constant(const Outcome &o, const Type &type) {
  if (o.status != Status::ok) return failed(o.status, type);
  if (auto *v = std::get_if<bool>(&o.value)) return truth(b.truth(*v));
  if (auto *r = std::get_if<Rational>(&o.value)) return number(b.number(numerator(*r), denominator(*r)));
  return number(b.number(p.text(std::get<std::string>(o.value))));
}

// |?|: unknown if one is unknown, else the highest.
ValueId Body::guard_join(const std::vector<ValueId> &all) {
  auto unknown = b.truth(false);
  auto worst = status(Status::ok);
  for (auto s : all) {
    unknown = b.either(unknown, b.equal(s, status(Status::unknown)));
    worst = join(worst, s);
  }
  return b.select(unknown, status(Status::unknown), worst);
}

Res Body::select(ValueId c, Res x, Res y) {
  if (auto k = b.known(c)) return *k ? x : y;
  if (x.d || y.d) {
    auto lift = [&](Res &r) { // beside a run-time denominator the static one moves below
      if (r.d) return;
      auto den = b.number(b[r.v].den);
      r.v = b.mul(r.v, den);
      r.d = den;
    };
    lift(x), lift(y);
    return {b.select(c, x.status, y.status), b.select(c, x.v, y.v), b.select(c, x.d, y.d)};
  }
  return {b.select(c, x.status, y.status), b.select(c, x.v, y.v), {}};
}

Res Body::parallel(bool conjunction, const std::vector<Res> &all) {
  auto decided = b.truth(false);
  std::vector<ValueId> statuses;
  for (auto &r : all) {
    decided = b.either(decided, b.both(is_ok(r.status), conjunction ? b.negation(r.v) : r.v));
    statuses.push_back(r.status);
  }
  return {b.select(decided, status(Status::ok), guard_join(statuses)), conjunction ? b.negation(decided) : decided, {}};
}

Res Body::together(bool conjunction, const std::vector<std::function<Res()>> &parts) {
  std::vector<Res> all;
  std::vector<std::size_t> frames;
  for (auto &make : parts) {
    auto [made, frame] = trace ? trace->once(make) : std::pair{make(), std::size_t{0}};
    all.push_back(made), frames.push_back(frame);
  }
  auto out = parallel(conjunction, all);
  for (std::size_t i = 0; trace && i < all.size(); ++i) {
    auto alike = b.either(b.negation(is_ok(out.status)), b.equal(all[i].v, out.v));
    trace->reads(frames[i], b.both(b.equal(all[i].status, out.status), alike));
  }
  return out;
}

Res Body::store(const Res &r, const Type &t, std::optional<Rounding> mode) {
  switch (t.base) {
  case Type::integer:
  case Type::decimal:
  case Type::percent:
  case Type::money:
  case Type::duration:
  case Type::months: break;
  default: return r;
  }
  auto q = b.quantize(r.v, r.d, mode.value_or(Rounding::half_even), power_of_ten(t.scale));
  auto den = b[q].den;
  Integer up = power_of_ten(t.scale) / den;
  auto whole = limits(t);
  // The value may still stand over a divisor of the scale: its limits move with it.
  Interval own{ceiling_of(Rational(whole.lo, up)), floor_of(Rational(whole.hi, up))};
  auto fits = b.inside(q, own);
  auto s = b.select(is_ok(r.status), b.select(fits, status(Status::ok), status(Status::overflow)), r.status);
  return {s, b.fit(q, own), {}};
}

Res Body::money_fit(ValueId v, const Type &t) { return store(number(v), t, std::nullopt); }

Res Body::stored_money(const Res &r, const PaymentVersion &version, const Type &t) {
  Res out = r;
  if (version.rounding) out = {r.status, b.quantize(r.v, r.d, *version.rounding, power_of_ten(version.places)), {}};
  return store(out, t, version.rounding);
}

Res Body::arithmetic(BinaryOp op, const Res &x, const Res &y) {
  auto s = join(x.status, y.status);
  auto times = [&](ValueId n, ValueId d) { return d ? b.mul(n, d) : n; };
  auto below = [&]() -> ValueId {
    if (x.d && y.d) return b.mul(x.d, y.d);
    return x.d ? x.d : y.d;
  };
  switch (op) {
  case BinaryOp::add:
  case BinaryOp::sub: {
    auto a = times(x.v, y.d), c = times(y.v, x.d);
    return {s, op == BinaryOp::add ? b.add(a, c) : b.sub(a, c), below()};
  }
  case BinaryOp::div: {
    auto &v = b[y.v];
    if (!y.d && v.range.lo == v.range.hi && v.range.lo != 0) {
      Rational inverse = Rational(v.den) / Rational(v.range.lo);
      return {s, b.mul(x.v, b.number(numerator(inverse), denominator(inverse))), x.d};
    }
    // (xn / xd) / (yn / yd) = xn·yd·sign / (xd·|yn|); yn = 0 divides by 1 and fails.
    auto zero = b.equal(y.v, b.number(0));
    auto negative = b.less(y.v, b.number(0));
    auto den = v.den;
    auto whole = b.mul(y.v, b.number(den));
    auto size = b.select(negative, b.negate(whole), whole);
    size = b.select(zero, b.number(1), size);
    auto &range = b[size].range;
    size = b.fit(size, {1, std::max(range.hi, Integer(1))});
    auto n = b.mul(times(x.v, y.d), b.number(den));
    n = b.select(negative, b.negate(n), n);
    return {b.select(is_ok(s), b.select(zero, status(Status::division_by_zero), s), s), n, x.d ? b.mul(x.d, size) : size};
  }
  default: return {s, b.mul(x.v, y.v), below()};
  }
}

ValueId Body::less(const Res &x, const Res &y) { return b.less(y.d ? b.mul(x.v, y.d) : x.v, x.d ? b.mul(y.v, x.d) : y.v); }

ValueId Body::equal(const Res &x, const Res &y) {
  if (b[x.v].boolean) return b.equal(x.v, y.v);
  return b.equal(y.d ? b.mul(x.v, y.d) : x.v, x.d ? b.mul(y.v, x.d) : y.v);
}

// Rule 23: every assignment of the readings in the cone that the caller did not choose.
Res Body::under_readings(const std::function<Res()> &ask) {
  std::set<GroupId> open;
  for (;;) {
    read_groups.clear();
    std::vector<std::pair<ValueId, Res>> results;
    std::vector<Trace::Noted> reasons; // of the readings that are chosen
    assumed = PerId<GroupTag, int>(m.readings.size());
    for (bool more = true; more;) {
      auto mask = b.truth(true);
      for (auto g : open) {
        auto chosen = b.load({Region::readings, g.index, Elem::i8}, {-128, 127});
        mask = b.both(mask, b.either(b.equal(chosen, b.number(0)), b.equal(chosen, b.number(assumed[g] + 1))));
      }
      definitions_.clear(); // they were made under another assignment
      results.emplace_back(mask, ask());
      if (trace)
        for (auto &n : trace->take()) {
          auto at = std::find_if(reasons.begin(), reasons.end(), [&](auto &r) { return r.site.same(n.site); });
          if (at == reasons.end()) at = reasons.insert(reasons.end(), {n.site, b.number(0), b.truth(false)});
          at->value = b.select(mask, n.value, at->value);
          at->evaluated = b.select(mask, n.evaluated, at->evaluated);
        }
      more = false;
      for (auto g : open) {
        if (++assumed[g] < static_cast<int>(m.readings[g].names.size())) {
          more = true;
          break;
        }
        assumed[g] = 0;
      }
    }
    noted = std::move(reasons);
    if (read_groups != open) {
      open.insert(read_groups.begin(), read_groups.end());
      continue;
    }
    auto out = results[0].second;
    if (results.size() == 1) return out;
    auto worst = status(Status::ok);
    for (auto &[mask, r] : results) worst = join(worst, b.select(mask, r.status, status(Status::ok)));
    for (auto &[mask, r] : results) out = select(mask, r, out);
    auto differ = b.truth(false);
    for (auto &[mask, r] : results) differ = b.either(differ, b.both(mask, b.negation(equal(r, out))));
    out.status = b.select(is_ok(worst), b.select(differ, status(Status::readings_differ), worst), worst);
    return out;
  }
}

} // namespace deal::lower
