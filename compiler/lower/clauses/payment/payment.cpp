// Payments: the list of their stages in the order of semantics.md rule 6, and what walks it.
#include "lower/clauses/payment/closing.h"

namespace deal::lower {
namespace {

constexpr void (*stages[])(Program &, ClauseId index, Payment &) = {
    add_share, add_waived, add_reckoned_again, add_deferred, add_cap_each_event, add_guarantees, add_caps_each_period, add_cap_in_total, add_account, add_split, add_payable};

} // namespace

void Passing::figure(Stage at, Figure figure, ValueId money, Span span) {
  body.within(runs, [&] { body.stage(index, at, figure, value_type(body.m, payment.money), body.number(money), span); });
}

ValueId Asking::cell(std::size_t which) const {
  auto next = body.becomes.find(which);
  bool before = !env.step || env.before || env.paying == index || next == body.becomes.end();
  return before ? body.load(which) : next->second;
}

void Program::add_payment(ClauseId index) {
  auto &c = m.clauses[index];
  auto &out_payment = payments[index].emplace();
  for (auto &v : c.versions) {
    if (auto *version = payment_in(v); version && !out_payment.shape) out_payment.shape = version;
    if (releases(v)) out_payment.release_day = v.from;
  }
  out_payment.reads = events_of(m, c);
  out_payment.parameters = parameters_of(m, terms_of(c));
  out_payment.money = pays_of(m, c).money;
  auto money = value_type(m, out_payment.money);
  out.interface.clauses[index.index].currency = money;
  out_payment.earned = add_cell(c.name + ".earned", money);
  out_payment.accrued = add_cell(c.name + ".accrued", money);
  out_payment.paid = add_cell(c.name + ".paid", money);
  if (out_payment.release_day != no_day) out_payment.released = add_cell(c.name + ".released", of(ValueType::boolean));
  for (auto each : closing_periods(m, c))
    out_payment.closings.push_back(std::make_unique<Closing>(
        *this, index, out_payment, each, [index](Body &body, const Closing &closing, ValueId period, ValueId mine) { body.close(index, closing, period, mine); }));
  if (out_payment.shape->day) add_day(index, out_payment);
  for (auto add : stages) add(*this, index, out_payment);
}

// M6: the day of each version happens if it falls in that version's time, at its end.
void Program::add_day(ClauseId index, Payment &payment) {
  auto &versions = m.clauses[index].versions;
  auto done = add_cell(m.clauses[index].name + ".reckoned", of(ValueType::date));
  payment.reckoned = done;
  std::vector<std::int32_t> days;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    auto *p = payment_in(versions[i]);
    auto until = i + 1 < versions.size() ? versions[i + 1].from : never;
    if (p && p->day && *p->day >= versions[i].from && *p->day < until) days.push_back(*p->day);
  }
  auto next = [done, days](Body &body) {
    auto &b = body.b;
    auto first = b.number(no_day);
    for (auto day = days.rbegin(); day != days.rend(); ++day) first = b.select(b.less(body.load(done), b.number(*day)), b.number(*day + 1), first);
    return first;
  };
  boundary({index.number(), Becomes::closed, std::nullopt}, {next, [done, next, index](Body &body, ValueId mine) {
                                                               auto day = body.b.fit(body.b.sub(next(body), body.b.number(1)), {-719162, 2932896});
                                                               body.becomes_where(mine, done, day);
                                                               Env env;
                                                               env.today = day, env.step = true, env.paying = index;
                                                               body.within(mine, [&] { body.pay(index, env, day, mine); });
                                                             }});
}

// What a close earns, if anything.
void Body::close(ClauseId index, const Closing &closing, ValueId period, ValueId mine) {
  auto last = b.fit(period_last(period, closing.each), {-719162, 2932896});
  auto &payment = *p.payments[index];
  bool earns = payment.shape->each == closing.each ||
               std::any_of(payment.stages.begin(), payment.stages.end(), [&](auto &made) { return made->makes_up(closing.each); });
  if (!earns) return stage(index, Stage::dated, Figure::value, of(ValueType::date), number(last));
  Env env;
  env.today = last, env.step = true, env.paying = index;
  env.close = Env::Close{closing.each, period};
  pay(index, env, b.fit(closing.day(*this, period), {-719162, 2932896}), mine);
}

void Body::reckon_again(ClauseId index, const Env &given, ValueId on) {
  auto &payment = *p.payments[index];
  if (!payment.shape->each || payment.shape->restatable == 0) return;
  auto &closing = *payment.closings.front();
  Env env = given;
  env.close = Env::Close{closing.each, period(given.today, closing.each)};
  env.today = b.fit(period_last(env.close->period, closing.each), {-719162, 2932896});
  auto when = closing.closed(*this, env.close->period);
  within(when, [&] { pay(index, env, on, when); });
}

// Of what shows why: the first of its parameters that is not disclosed.
void Body::standing(ClauseId clause, const Payment &payment) {
  if (payment.parameters.empty()) return;
  auto names = of(ValueType::choice);
  names.names.push_back("");
  for (auto index : payment.parameters) names.names.push_back(m.parameters[index].name);
  auto first = b.number(0);
  auto place = static_cast<int>(payment.parameters.size());
  for (auto at = payment.parameters.rbegin(); at != payment.parameters.rend(); ++at) first = b.select(blocked({*at}), b.number(place--), first);
  stage(clause, Stage::missing, Figure::value, names, number(first));
}

// What a step, or a boundary, does to the cells of one payment.
void Body::pay(ClauseId index, const Env &env, ValueId on, ValueId when) {
  auto &payment = *p.payments[index];
  standing(index, payment);
  auto released = payment.released ? load(*payment.released) : b.truth(false);
  if (payment.released) condition(index, Stage::released, truth(released), {});
  auto runs = b.both(when, b.negation(blocked(payment.parameters)));
  auto stands = b.negation(released);
  Passing x{*this, index, m.clauses[index], payment, env, on, runs, stands, stands, b.number(0), b.number(0), status(Status::ok)};
  auto from = payment.stages.begin();
  if (env.close && payment.shape->each != env.close->each) { // a close that only makes up begins with what makes up
    from = std::find_if(from, payment.stages.end(), [&](auto &stage) { return stage->makes_up(env.close->each); });
    x.applies = b.truth(false);
  }
  for (; from != payment.stages.end(); ++from) (*from)->pass(x);
  fail_with(b.select(x.runs, x.failure, status(Status::ok)));
}

// A word of a payment is unknown where a parameter that its cells rest on is not disclosed; what was paid rests on none.
Res Body::payment_word(const ClauseTerm &n, const Env &env) {
  auto &c = m.clauses[n.clause];
  auto &payment = *p.payments[n.clause];
  stateful = true;
  auto halt = env.step ? status(Status::ok) : load(p.halt_cell);
  Asking asked{*this, n.clause, c, payment, env};
  std::optional<Res> r;
  for (auto &stage : payment.stages)
    if (!r) r = n.payee ? stage->part(asked, n.word, n.payee) : stage->word(asked, n.word);
  DEAL_CHECK(r, "no stage of the payment has this word");
  auto known = n.word == Word::paid ? r->status : b.select(blocked(payment.parameters), status(Status::unknown), r->status);
  auto answer = b.select(is_ok(halt), known, halt);
  return {b.select(since(c.versions.front().from, env), answer, status(Status::no_rule_applies)), r->v, {}};
}

} // namespace deal::lower
