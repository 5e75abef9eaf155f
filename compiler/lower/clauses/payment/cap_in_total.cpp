// The cap in total (semantics.md rule 5): time is cut where the cap changes, the sums of the pieces are folded over what does not count (F) and what
// counts (K). Every payment has this stage: it ends with the floor at zero.
#include "lower/clauses/payment/stages.h"
#include "support/date.h"
#include <fmt/format.h>

namespace deal::lower {
namespace {

class CapInTotal : public PaymentStage {
public:
  CapInTotal(Program &p, ClauseId index, const Payment &payment) : clause_(p.m.clauses[index]), money_(payment.money) {
    cut(p.m);
    auto piece = [&](const std::string &which) { pieces_.push_back(p.add_cell(clause_.name + ".piece_" + which, value_type(p.m, money_))); };
    piece("0");
    for (auto &c : cuts_) { // by its day: it means the same wherever it has this name
      auto date = format_date(c.day);
      std::erase(date, '-');
      piece(date);
      p.out.interface.state_layout.slots.back().since = c.day;
    }
  }
  void pass(Passing &) const override;
  std::optional<Res> word(const Asking &, Word) const override;

private:
  struct Cut {
    std::int32_t day;
    bool changes; // the cap or its counting; else a restart or a counting date
  };
  struct Fold {
    ValueId a, k, cap, has_cap, status;
    ValueId since, brought; // amounts from this day on are in K one by one; what was in it before
  };
  void cut(const Model &);
  const PaymentVersion *version_at(std::int32_t day) const;
  Res cap_at(Body &, std::int32_t day, const Env &) const;
  Fold fold(Body &, const std::vector<ValueId> &pieces, const Env &, ValueId as_of) const;
  static ValueId room(Body &body, const Fold &f) {
    auto zero = body.b.number(0);
    return body.b.max(zero, body.b.sub(f.cap, body.b.max(zero, f.k)));
  }
  static std::optional<std::int32_t> counts_from(const PaymentVersion *p) {
    return p && p->counting && p->counting->from ? std::optional(p->counting->from->day) : std::nullopt;
  }

  const Clause &clause_;
  Type money_;
  std::vector<Cut> cuts_;           // each begins a piece
  std::vector<std::size_t> pieces_; // S
};

void CapInTotal::cut(const Model &m) {
  std::map<std::int32_t, bool> days;
  auto counting = [](auto *x) { return x && x->counting ? std::pair{true, counts_from(x)} : std::pair{false, counts_from(nullptr)}; };
  auto cap = [](auto *x) {
    auto *line = x ? x->limit(Stage::cap_in_total) : nullptr;
    return line ? line->amount : TermId{};
  };
  const PaymentVersion *before = nullptr;
  for (auto &v : clause_.versions) {
    auto *now = payment_in(v);
    if (&v != &clause_.versions.front() && (cap(now) != cap(before) || counting(now) != counting(before))) days[v.from] = true;
    if (auto from = counts_from(now)) days.try_emplace(*from, false);
    auto each = [&](auto &versions) {
      for (auto &inner : versions)
        if (inner.from != always_from) days[inner.from] = true;
    };
    if (cap(now))
      for_cone(m, cap(now), [&](const Term &t) {
        if (auto *r = std::get_if<ParameterRef>(&t.node)) each(m.parameters[r->parameter].versions);
        if (auto *d = std::get_if<DefinitionRef>(&t.node)) each(m.definitions[d->definition].versions);
      });
    before = now;
  }
  for (auto day : clause_.restarts) days.try_emplace(day, false);
  for (auto &[day, changes] : days) cuts_.push_back({day, changes});
}

const PaymentVersion *CapInTotal::version_at(std::int32_t day) const {
  const PaymentVersion *at = nullptr;
  for (auto &v : clause_.versions)
    if (v.from <= std::max(day, clause_.versions.front().from)) at = payment_in(v);
  return at;
}

// A cap as it stood in the version of a day, rounded down to the minor unit; no value where there is none.
Res CapInTotal::cap_at(Body &body, std::int32_t day, const Env &env) const {
  auto *version = version_at(day);
  auto *line = version ? version->limit(Stage::cap_in_total) : nullptr;
  if (!line) return {{}, {}, {}};
  Env fixed = env;
  fixed.fixed = std::max(day, clause_.versions.front().from);
  return body.store(body.eval(line->amount, fixed), money_, Rounding::floor);
}

// The S of the pieces in date order over F and K. `as_of`: stop at the piece that holds that day.
CapInTotal::Fold CapInTotal::fold(Body &body, const std::vector<ValueId> &pieces, const Env &env, ValueId as_of) const {
  auto &b = body.b;
  auto zero = b.number(0);
  auto positive = [&](ValueId x) { return b.max(zero, x); };
  ValueId A = zero, F = zero, K = zero, failed = body.status(Status::ok);
  Res cap{{}, {}, {}};
  std::map<std::int32_t, ValueId> stood; // U at a counting date
  auto used = [&](const Res &limit) { return limit.v ? b.add(F, b.min(K, positive(limit.v))) : b.add(F, K); };
  Fold out{zero, zero, zero, b.truth(false), failed, zero, zero};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    auto start = i == 0 ? always_from : cuts_[i - 1].day;
    auto next = cap_at(body, start, env);
    auto counting = counts_from(version_at(start));
    if (i > 0) {
      auto u = used(cap);
      stood[start] = u;
      if (cuts_[i - 1].changes) {
        if (!counting) F = zero, K = u;
        else if (*counting > start) F = u, K = zero;
        else F = stood.count(*counting) ? stood[*counting] : u, K = b.sub(u, F);
        if (next.v) { // what is above the new cap goes from K to F: any cap is lower than none
          auto over = positive(b.sub(K, positive(next.v)));
          K = b.sub(K, over);
          F = b.add(F, over);
        }
      }
      if (std::find(clause_.restarts.begin(), clause_.restarts.end(), start) != clause_.restarts.end()) F = zero, K = zero;
    }
    cap = next;
    if (cap.v) failed = body.join(failed, cap.status);
    auto before = positive(used(cap)), brought = K;
    auto since = std::max(counting.value_or(always_from), start);
    if (counting && start < *counting) F = b.add(F, pieces[i]);
    else K = b.add(K, pieces[i]);
    A = b.add(A, b.sub(positive(used(cap)), before));
    Fold here{A, K, cap.v ? cap.v : zero, b.truth(cap.v ? true : false), failed, b.number(since), brought};
    if (!as_of || i == 0) {
      out = here;
      continue;
    }
    auto reached = b.less_equal(b.number(start), as_of);
    out = {b.select(reached, here.a, out.a), b.select(reached, here.k, out.k), b.select(reached, here.cap, out.cap),
           b.select(reached, here.has_cap, out.has_cap), b.select(reached, here.status, out.status),
           b.select(reached, here.since, out.since), b.select(reached, here.brought, out.brought)};
  }
  return out;
}

void CapInTotal::pass(Passing &x) const {
  auto &body = x.body;
  auto &b = body.b;
  auto zero = b.number(0);
  std::vector<ValueId> before, after;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    auto here = b.truth(true);
    if (i > 0) here = b.both(here, b.less_equal(b.number(cuts_[i - 1].day), x.env.today));
    if (i < cuts_.size()) here = b.both(here, b.less(x.env.today, b.number(cuts_[i].day)));
    before.push_back(body.load(pieces_[i]));
    after.push_back(x.checked(body.money_fit(b.add(before[i], b.select(here, x.amount, zero)), money_)));
    x.keep(pieces_[i], after[i]);
  }
  Env earlier = x.env;
  earlier.before = true;
  auto a0 = fold(body, before, earlier, {}), a1 = fold(body, after, x.env, {});
  x.needs(body.join(a0.status, a1.status));
  auto change = x.payment.shape->carries ? b.max(zero, b.sub(a1.a, body.load(x.payment.accrued))) : b.sub(a1.a, a0.a);
  auto given = b.select(x.applies, change, zero);
  bool capped = std::any_of(clause_.versions.begin(), clause_.versions.end(), [](auto &v) {
    auto *version = payment_in(v);
    return version && version->limit(Stage::cap_in_total);
  });
  if (body.trace && capped) { // the cap that stands in the event's piece
    auto found = fold(body, before, earlier, x.env.today), left = fold(body, after, x.env, x.env.today);
    body.within(b.both(left.has_cap, body.is_ok(left.status)), [&] {
      x.figure(Stage::cap_in_total, Figure::limit, left.cap);
      x.figure(Stage::cap_in_total, Figure::room_before, room(body, found));
      x.figure(Stage::cap_in_total, Figure::room_after, room(body, left));
    });
  }
  x.figure(capped ? Stage::cap_in_total : Stage::floor, Figure::cut, b.sub(given, x.amount));
  x.amount = given;
}

std::optional<Res> CapInTotal::word(const Asking &a, Word word) const {
  if (word != Word::counted && word != Word::room) return std::nullopt;
  auto &body = a.body;
  auto &b = body.b;
  std::vector<ValueId> pieces;
  for (auto piece : pieces_) pieces.push_back(a.cell(piece));
  auto f = fold(body, pieces, a.env, body.today(a.env));
  auto zero = b.number(0);
  if (!a.env.step) {
    body.stage(a.index, Stage::cap_in_total, Figure::since, of(ValueType::date), body.number(f.since));
    body.stage(a.index, Stage::cap_in_total, Figure::brought, value_type(body.m, money_), {f.status, f.brought, {}});
  }
  if (word == Word::counted) return Res{f.status, b.select(f.has_cap, b.max(zero, b.min(f.k, f.cap)), zero), {}};
  auto left = body.money_fit(room(body, f), money_);
  auto status = b.select(f.has_cap, left.status, body.status(Status::no_rule_applies));
  return Res{b.select(body.is_ok(f.status), status, f.status), left.v, {}};
}

} // namespace

void add_cap_in_total(Program &p, ClauseId index, Payment &payment) { payment.stages.push_back(std::make_unique<CapInTotal>(p, index, payment)); }

} // namespace deal::lower
