#include "session/statement.h"
#include "support/date.h"
#include <algorithm>
#include <fmt/format.h>

namespace deal::session {

using interface::StepInfo;

// What a row, or time, did to one payment: what the trace says of a stage.
struct Statement::Step {
  const interface::Interface &i;
  const std::vector<interface::Site> &sites;
  const std::vector<std::int64_t> &trace;
  int clause;

  std::optional<std::int64_t> raw(Stage stage, Figure figure = Figure::value) const {
    return interface::noted(sites, trace, clause, stage, figure);
  }
  Figured money(Stage stage, Figure figure = Figure::value) const {
    auto n = raw(stage, figure);
    return n ? Figured(Rational(Integer(*n), power_of_ten(currency().scale))) : Figured();
  }
  const ValueType &currency() const { return i.clauses[static_cast<std::size_t>(clause)].currency; }
  bool is_false(Stage stage) const { return raw(stage) == 0; }
  // What reaches the caps of periods and in total: waivers, deferrals and what is made up are before them.
  Rational reaches_limits() const {
    return money(Stage::amount).value + money(Stage::waived, Figure::cut).value + money(Stage::deferred, Figure::cut).value +
           money(Stage::guarantee, Figure::made_up).value;
  }
  bool only_makes_up() const { return !raw(Stage::amount) && raw(Stage::earned); }
};

namespace {

const StepInfo &step_of(const interface::Interface &i, const host::Row &r) {
  return *std::find_if(i.steps.begin(), i.steps.end(), [&](auto &step) { return step.kind == r.kind && step.subject == r.subject; });
}

bool earns(const std::vector<interface::Site> &sites, int clause) {
  return std::any_of(sites.begin(), sites.end(), [&](auto &s) { return s.clause == clause && s.stage == Stage::earned; });
}

Cents cents(const ValueType &currency, const Rational &v) {
  return static_cast<Cents>(numerator(Rational(v * power_of_ten(currency.scale))));
}

// Of a payment in a step: the three kinds of caps, and how a note names them.
constexpr std::pair<Stage, std::string_view> caps[] = {
    {Stage::cap_each_event, "the cap each event"}, {Stage::cap_each_period, "the cap of the period"}, {Stage::cap_in_total, "the cap"}};

} // namespace

Statement::Statement(const interface::Interface &i) : i_(i) {
  for (std::size_t c = 0; c < i.clauses.size(); ++c) {
    auto &clause = i.clauses[c];
    if (says(clause.kind) != Says::pay) continue;
    payments_.push_back(static_cast<int>(c));
  }
  for (auto &site : i.tick.sites) {
    if (site.stage == Stage::amount) reckoned_.insert(site.clause);
    if (site.stage == Stage::amount || site.stage == Stage::guarantee) closing_.insert(site.clause);
  }
  earning_ = std::any_of(payments_.begin(), payments_.end(), [&](int c) { return earns(i.tick.sites, c); });
  auto capped = [&](auto &sites) {
    for (auto &site : sites)
      if (site.stage == Stage::cap_in_total && site.figure == Figure::limit) capped_.insert(site.clause);
  };
  capped(i.tick.sites);
  for (auto &step : i.steps) capped(step.sites);
  for (std::size_t t = 0; t < i.terms.size(); ++t)
    if (auto &term = i.terms[t]; term.clause >= 0) terms_.try_emplace({term.clause, term.name.substr(term.name.rfind('.') + 1)}, t);
}

Figured Statement::word(host::Instance &instance, int clause, std::string_view word, std::int32_t day) const {
  auto at = terms_.find({clause, std::string(word)});
  if (at == terms_.end()) return {};
  auto x = instance.ask(at->second, day);
  return x.status == Status::ok ? Figured(x.value) : x.status == Status::unknown ? Figured::unknown() : Figured();
}

// What a boundary earned or took, where it did: closes, and ends of payments (`accrued is released`). The instance stands right behind it.
void Statement::booked(host::Instance &instance, const host::Ticked &tick, Accounts &accounts, bool keep_amounts,
                       std::vector<StatementLine> &found) const {
  auto which = interface::noted(i_.tick.sites, tick.trace, -1, Stage::boundary);
  auto *boundary = which ? &i_.tick.boundaries[static_cast<std::size_t>(*which)] : nullptr;
  if (!boundary) return;
  Step step{i_, i_.tick.sites, tick.trace, boundary->clause};
  StatementLine line;
  line.clause = boundary->clause;
  if (boundary->becomes == Becomes::released) release(instance, line, step, tick.day, accounts);
  else if (!close(instance, line, step, *boundary, tick.day, accounts, keep_amounts)) return;
  found.push_back(std::move(line));
}

void Statement::release(host::Instance &instance, StatementLine &line, const Step &step, std::int32_t day, Accounts &accounts) const {
  line.what = StatementLine::release, line.on = line.economic = day;
  line.earned = step.money(Stage::earned);
  line.notes = {"what was accrued and not paid is released"};
  if (auto to = parts(step); !to.empty()) line.notes.push_back(to);
  balances(instance, line);
  if (auto at = accounts.find(line.clause); at != accounts.end()) at->second.release(day, cents(step.currency(), -line.earned.value));
}

// A close that this payment earns at; none before the clause is there.
bool Statement::close(host::Instance &instance, StatementLine &line, const Step &step, const interface::BoundaryInfo &boundary, std::int32_t day,
                      Accounts &accounts, bool keep_amounts) const {
  auto dated = step.raw(Stage::dated);
  bool stands_still = step.raw(Stage::missing).value_or(0) != 0;
  if (step.raw(Stage::released) == 1) return false; // for good
  if (!closing_.count(line.clause) || (!stands_still && !step.raw(Stage::earned))) return false; // a period that only closes
  line.what = StatementLine::close, line.on = day - 1;
  line.economic = dated ? static_cast<std::int32_t>(*dated) : line.on - boundary.after;
  if (line.economic < i_.clauses[static_cast<std::size_t>(line.clause)].versions.front().from) return false;
  balances(instance, line);
  stages(line, step);
  if (line.earned) accounts.try_emplace(line.clause, keep_amounts).first->second.earn(amount_of(line, step));
  for (auto &n : notes(line, step)) line.notes.push_back(std::move(n));
  return true;
}

void Statement::through(host::Instance &instance, std::int32_t day, Accounts &accounts, bool keep_amounts, std::vector<StatementLine> &found,
                        std::vector<host::Ticked> *ticks) const {
  host::Ticked tick;
  while (earning_ && instance.advance_once(day, &tick) == Status::ok) {
    booked(instance, tick, accounts, keep_amounts, found);
    if (ticks) ticks->push_back(tick);
  }
}

Status Statement::apply(host::Instance &instance, const host::Row &row, Accounts &accounts, bool keep_amounts,
                        std::vector<StatementLine> &found, std::vector<std::int64_t> &trace,
                        std::vector<host::Ticked> *ticks) const {
  std::optional<host::Instance> before; // the row: a row that is refused ends no payment
  if (earning_ && row.on >= instance.now()) before.emplace(instance.as_of(row.on));
  auto status = instance.apply(row, &trace);
  if (status != Status::ok) return status;
  if (before) through(*before, row.on, accounts, keep_amounts, found, ticks);
  auto &info = step_of(i_, row);
  for (int c : payments_) {
    Step step{i_, info.sites, trace, c};
    bool pays = row.kind == StepInfo::pays && row.subject == c;
    bool open_to_it = reckoned_.count(c) && !step.raw(Stage::earned); // an event is a line only where it reworks a period
    if (!pays && (!earns(info.sites, c) || open_to_it)) continue;
    auto &account = accounts.try_emplace(c, keep_amounts).first->second;
    StatementLine line;
    line.what = pays ? StatementLine::payment : StatementLine::event;
    line.clause = c, line.subject = row.subject, line.on = row.on, line.economic = row.economic;
    balances(instance, line);
    if (pays) {
      line.paid_now = std::get<Rational>(row.values[0]);
      if (line.room) line.cap = Rational(line.counted.value + line.room.value);
      if (auto due = account.overdue(row.on)) line.notes.push_back(fmt::format("due since {}: {} day{} late", format_date(due->day), row.on - due->day, row.on - due->day == 1 ? "" : "s"));
      account.pay(row.on, cents(step.currency(), line.paid_now.value));
    } else {
      for (std::size_t f = 0; f < row.values.size(); ++f) line.fields.emplace_back(&info.layout.slots[f + 2], row.values[f]);
      stages(line, step);
      if (line.earned) account.earn(amount_of(line, step));
    }
    for (auto &n : notes(line, step)) line.notes.push_back(std::move(n));
    found.push_back(std::move(line));
  }
  return status;
}

Account::Amount Statement::amount_of(const StatementLine &line, const Step &step) const {
  auto in = [&](const Figured &f) { return cents(step.currency(), f.value); };
  auto given = in(step.reaches_limits()) + in(step.money(Stage::cap_each_event, Figure::cut)) + in(step.money(Stage::cap_each_period, Figure::cut));
  return {line.on,         line.economic,   line.what == StatementLine::close ? "close" : i_.events[static_cast<std::size_t>(line.subject)].name, in(line.before_limits), given,
          in(line.earned), static_cast<std::int32_t>(numerator(line.payable_on.value))};
}

// The sum that makes a word of a payment, from the amounts that were kept.
std::vector<Summand> Statement::sum(host::Instance &instance, const Accounts &accounts, int clause, std::string_view of, std::int32_t day) const {
  auto at = accounts.find(clause);
  auto balance = word(instance, clause, of, day);
  if (at == accounts.end() || !balance) return {};
  auto figure = of == "payable_on" ? static_cast<Cents>(numerator(balance.value)) : cents(i_.clauses[static_cast<std::size_t>(clause)].currency, balance.value);
  return sum_of(at->second, of, day, figure, counting(instance, clause, day));
}

// What the question about it saw of the cap in total.
std::optional<Counting> Statement::counting(host::Instance &instance, int clause, std::int32_t day) const {
  auto at = terms_.find({clause, "counted"});
  if (at == terms_.end()) return std::nullopt;
  auto &sites = i_.terms[at->second].sites;
  auto x = instance.ask(at->second, day, true);
  auto since = interface::noted(sites, x.trace, clause, Stage::cap_in_total, Figure::since);
  auto brought = interface::noted(sites, x.trace, clause, Stage::cap_in_total, Figure::brought);
  if (x.status != Status::ok || !since || !brought) return std::nullopt;
  auto counted = cents(i_.clauses[static_cast<std::size_t>(clause)].currency, x.value);
  return Counting{bool(word(instance, clause, "room", day)), counted, static_cast<std::int32_t>(*since), *brought};
}

void Statement::stages(StatementLine &line, const Step &step) const {
  if (line.accrued.state == Figured::not_known) {
    line.before_limits = line.cut = line.earned = line.payable_on = Figured::unknown();
    line.rate_not_known = true;
    return;
  }
  rates(line, step);
  line.before_limits = step.money(Stage::amount);
  line.earned = step.money(Stage::earned);
  if (auto day = step.raw(Stage::payable)) line.payable_on = Rational(*day);
  bool limited = false;
  for (auto &[stage, name] : caps)
    if (auto limit = step.money(stage, Figure::limit)) line.cap = limit, limited = true; // the last stage's: that in total
  Rational cut = line.earned.value - line.before_limits.value;
  if (limited || cut != 0) line.cut = cut;
}

void Statement::rates(StatementLine &line, const Step &step) const {
  std::map<int, StatementLine::Rate> chains;
  auto &sites = step.sites;
  for (std::size_t k = 0; k < sites.size(); ++k) {
    auto &site = sites[k];
    bool share = site.stage == Stage::rate, base = site.stage == Stage::base;
    if (site.clause != step.clause || !(share || base) || !interface::evaluated(step.trace, sites.size(), k)) continue;
    Rational value(Integer(step.trace[k]), power_of_ten(site.type.scale));
    if (share) chains[site.chain].shares.push_back(value);
    else chains[site.chain].base = value;
  }
  for (auto &[number, rate] : chains) line.rates.push_back(std::move(rate));
}

void Statement::balances(host::Instance &instance, StatementLine &line) const {
  auto ask = [&](std::string_view name) {
    auto x = word(instance, line.clause, name, line.on);
    if (x.state == Figured::not_known) line.status = Status::unknown;
    return x;
  };
  line.accrued = ask("accrued"), line.counted = ask("counted"), line.room = ask("room"), line.payable = ask("payable"), line.paid = ask("paid"),
  line.owing = ask("owing");
  if (!capped_.count(line.clause)) line.room = {};
  if (line.room.state == Figured::not_known) line.cap = Figured::unknown();
  if (line.room.state == Figured::empty) line.counted = {};
  if (line.status != Status::unknown) return;
  std::string names;
  int count = 0;
  for (int p : i_.terms[terms_.at({line.clause, "accrued"})].parameters)
    if (!instance.disclosed(p)) {
      names += fmt::format("{}`{}`", names.empty() ? "" : ", ", i_.parameters[static_cast<std::size_t>(p)].name);
      ++count;
    }
  line.notes.push_back(names.empty() ? "not known" : fmt::format("{} {} not disclosed", names, count == 1 ? "is" : "are"));
}

std::vector<std::string> Statement::notes(const StatementLine &line, const Step &step) const {
  if ((line.what != StatementLine::event && line.what != StatementLine::close) || line.status == Status::unknown) return {};
  std::vector<std::string> out;
  if (auto why = line.before_limits.value == 0 && !step.only_makes_up() ? why_nothing(line, step) : std::string(); !why.empty()) out.push_back(std::move(why));
  for (auto &n : held_back(step)) out.push_back(std::move(n));
  if (auto guaranteed = made_up(step); !guaranteed.empty()) out.push_back(guaranteed);
  if (step.reaches_limits() == 0) return out;
  for (auto &n : limits(line, step)) out.push_back(std::move(n));
  if (auto to = parts(step); !to.empty() && line.earned.value != 0) out.push_back(std::move(to));
  return out;
}

// What became of the amount by `waived` and `deferred`.
std::vector<std::string> Statement::held_back(const Step &step) const {
  std::vector<std::string> out;
  auto waived = step.money(Stage::waived, Figure::cut), deferred = step.money(Stage::deferred, Figure::cut),
       kept = step.money(Stage::deferred, Figure::kept);
  auto written = [&](const Rational &v) { return format_value(step.currency(), v); };
  if (waived.value != 0) out.push_back(step.raw(Stage::waived) == 1 ? "waived" : "no longer waived");
  if (deferred.value == 0) return out;
  if (step.raw(Stage::deferred) != 1) out.push_back(fmt::format("{} that was deferred comes in", written(deferred.value)));
  else if (kept.value == -deferred.value) out.push_back("deferred");
  else out.push_back(fmt::format("deferred ({} in all)", written(kept.value)));
  return out;
}

// What the guarantee did to the amount.
std::string Statement::made_up(const Step &step) {
  auto by = step.money(Stage::guarantee, Figure::made_up), low = step.money(Stage::guarantee, Figure::limit);
  if (!low) return {};
  auto guarantee = fmt::format("the guarantee ({})", format_value(step.currency(), low.value));
  if (by.value > 0) return "made up to " + guarantee;
  if (by.value < 0) return guarantee + " had made it up"; // an event for a period that has closed
  return step.only_makes_up() ? guarantee + " is reached" : std::string();
}

// Who got what of a split.
std::string Statement::parts(const Step &step) const {
  std::string out;
  for (std::size_t k = 0; k < step.sites.size(); ++k)
    if (auto &site = step.sites[k]; site.clause == step.clause && site.stage == Stage::split && interface::evaluated(step.trace, step.sites.size(), k))
      out += fmt::format("{}{} to {}", out.empty() ? "" : ", ",
                         format_value(step.currency(), Rational(Integer(step.trace[k]), power_of_ten(step.currency().scale))), site.name);
  return out;
}

// Why an event brought nothing, before any limit.
std::string Statement::why_nothing(const StatementLine &line, const Step &step) const {
  auto &versions = i_.clauses[static_cast<std::size_t>(line.clause)].versions;
  auto at = std::find_if(versions.rbegin(), versions.rend(), [&](auto &v) { return v.from <= line.economic; });
  if (step.raw(Stage::released) == 1) return "what was accrued is released: nothing is added";
  if (at == versions.rend()) return fmt::format("before the clause is in force ({})", format_date(versions.front().from));
  if (at->ended) return fmt::format("after the clause ended ({})", format_date(at->from));
  if (step.is_false(Stage::term)) return "outside its term";
  if (step.is_false(Stage::when)) return "its condition does not hold";
  if (step.raw(Stage::unless) == 1) return "its exception (`unless`) holds";
  if (step.is_false(Stage::part)) return "its period is not covered whole";
  return why_it_comes_to_nothing(line, step.currency());
}

// The amount was computed and is 0: why, as far as what it was computed from says it.
std::string Statement::why_it_comes_to_nothing(const StatementLine &line, const ValueType &currency) {
  bool numbers = false, reported = false;
  for (auto &[slot, value] : line.fields) {
    if (slot->type.base < ValueType::integer || slot->type.base > ValueType::money) continue;
    numbers = true, reported |= std::get<Rational>(value) != 0;
  }
  if (numbers && !reported) return "nothing was reported";
  auto &rates = line.rates;
  if (rates.empty()) return "it comes to nothing";
  auto product = [](const StatementLine::Rate &r) {
    Rational out = 1;
    for (auto &share : r.shares) out *= share;
    return out;
  };
  if (std::all_of(rates.begin(), rates.end(), [](auto &r) { return r.base && r.base.value == 0; })) return "its base is 0";
  if (std::all_of(rates.begin(), rates.end(), [&](auto &r) { return product(r) == 0; })) return "its rate is 0%";
  Rational unit(1, power_of_ten(currency.scale));
  bool small = rates.size() == 1 && rates[0].base && abs(product(rates[0]) * rates[0].base.value) < unit;
  return small ? "rounds to nothing" : "it comes to nothing";
}

// What the caps and the floor at zero did to the amount.
std::vector<std::string> Statement::limits(const StatementLine &line, const Step &step) const {
  std::vector<std::string> out;
  bool caught = false, grew = false, full = false;
  for (auto &[stage, name] : caps) {
    auto limit = step.money(stage, Figure::limit), cut = step.money(stage, Figure::cut), before = step.money(stage, Figure::room_before),
         after = step.money(stage, Figure::room_after);
    if (!limit) continue;
    bool spent = stage == Stage::cap_each_event || after.value == 0;
    auto which = limit.value == line.cap.value ? std::string(name) : fmt::format("{} ({})", name, format_value(step.currency(), limit.value));
    if (cut && cut.value < 0 && spent) out.push_back(which + " bites"), caught = true;
    grew |= before && after && after.value > before.value;
    full |= stage != Stage::cap_each_event && after.value == 0;
  }
  auto reaches = step.reaches_limits();
  Rational cut = line.earned.value - reaches;
  if (reaches < 0) {
    if (grew) out.push_back("room is given back");
    else if (full && cut > 0) out.push_back("still above the cap");
    if (cut > 0 && !full && line.accrued.value == 0) out.push_back("nothing below zero is owed");
    else if (cut > 0 && !full && !grew && line.accrued.value > 0) out.push_back("what is below zero is carried forward");
  } else if (cut < 0 && !caught) {
    out.push_back("what was below zero is made up first");
  }
  return out;
}

} // namespace deal::session
