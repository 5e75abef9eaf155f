#include "session/desk.h"
#include "session/refusal.h"
#include "session/scenario_text.h"
#include "support/date.h"
#include "support/match.h"
#include "syntax/parse.h"

namespace deal::session {

using namespace check;

namespace {

// A row of the ledger that is refused.
struct Refused {
  Status status;
  std::string why;
};

Mistakes mistakes_of(const Sink &sink, const Sources &texts) {
  Mistakes out;
  for (auto &d : sink.all())
    if (row_of(d.kind).severity == Severity::error) out.all.push_back(d);
  if (!out.all.empty()) out.texts = std::make_shared<Sources>(texts);
  return out;
}

// What fails is the answer's, never the session's.
template <class T, class F> T guarded(F f) {
  T out;
  try {
    return f();
  } catch (const Refused &r) {
    out.failure = Failure{"the row is refused: " + r.why};
    if constexpr (requires { out.refused; }) out.refused = r.status;
  } catch (const Stop &stop) {
    out.failure = Failure{stop.message};
  } catch (const std::exception &e) {
    out.failure = Failure{e.what()};
  }
  return out;
}

// What a declaration is taken back by; of several names the first.
std::string name_of(const syntax::Item &item) {
  return std::visit(
      [](auto &n) -> std::string {
        if constexpr (requires { n.name.text; }) return n.name.text;
        else if constexpr (requires { n.title.value; }) return n.title.value;
        else if constexpr (requires { n.parties; }) return n.parties.empty() ? "" : n.parties[0].name.text;
        else if constexpr (requires { n.names; }) return n.names.empty() ? "" : n.names[0].text;
        else return {};
      },
      item.node);
}

auto find_item(std::vector<syntax::Item> &items, const std::string &name) {
  return std::find_if(items.begin(), items.end(), [&](auto &i) { return !name.empty() && name_of(i) == name; });
}

bool inside(Span s, Span in) { return s.begin >= in.begin && s.end <= in.end; }

} // namespace

Desk::Desk(Source file) {
  s_.kept = std::make_shared<Kept>();
  Sink sink;
  whole_ = check::check(std::move(file), sink);
  errors_ = sink.errors();
  mistakes_ = mistakes_of(sink, whole_.sources);
  s_.program = sound(whole_, sink);
}

Desk::Desk(Subject library) : s_(std::move(library)) {
  s_.kept = std::make_shared<Kept>();
}

// `fresh`: what the change brought; there nothing may be wrong, elsewhere nothing more than before.
Change Desk::changed(Program next, const Sink &read, const std::vector<Span> &fresh) {
  if (read.failed()) return {mistakes_of(read, next.sources), {}, {}};
  Sink sink;
  next.model = check::check(next.tree, sink);
  bool own = std::any_of(sink.all().begin(), sink.all().end(), [&](auto &d) {
    return row_of(d.kind).severity == Severity::error && !d.labels.empty() &&
           std::any_of(fresh.begin(), fresh.end(), [&](Span s) { return inside(d.labels[0].span, s); });
  });
  if (own || sink.errors() > errors_) return {mistakes_of(sink, next.sources), {}, {}};
  auto program = s_.program;
  auto errors = errors_;
  auto kept = std::tuple(std::move(whole_), mistakes_);
  whole_ = std::move(next), errors_ = sink.errors(), mistakes_ = mistakes_of(sink, whole_.sources);
  try {
    s_.program = sound(whole_, sink);
    refit();
  } catch (...) {
    std::tie(whole_, mistakes_) = std::move(kept);
    errors_ = errors, s_.program = std::move(program);
    refit();
    throw;
  }
  return {};
}

void Desk::needs_file() const {
  if (s_.library) throw Stop{"a library cannot be changed: that needs its `.deal` file"};
}

Change Desk::bring(const std::string &text, bool replacing) {
  return guarded<Change>([&]() -> Change {
    needs_file();
    auto next = whole_;
    Sink sink;
    auto items = syntax::parse_items(next.sources.add(Source("line", text)), next.tree, sink);
    std::vector<Span> fresh;
    for (auto &item : items) {
      fresh.push_back(item.span);
      auto at = replacing ? find_item(next.tree.items, name_of(item)) : next.tree.items.end();
      if (at != next.tree.items.end()) *at = std::move(item);
      else next.tree.items.push_back(std::move(item));
    }
    return changed(std::move(next), sink, fresh);
  });
}

Change Desk::take_back(const std::string &name) {
  return guarded<Change>([&]() -> Change {
    needs_file();
    auto next = whole_;
    auto at = find_item(next.tree.items, name);
    if (at == next.tree.items.end()) throw Stop{fmt::format("nothing is called `{}`", name)};
    next.tree.items.erase(at);
    return changed(std::move(next), Sink(), {});
  });
}

void Desk::begin_ledger() {
  make_code(s_, lower::Request{.whole = false}, 0);
  ledger_code_ = s_.running;
  ledger_ = std::make_unique<host::Instance>(ledger_code_->interface, ledger_code_->code);
  last_.clear();
  s_.running = ledger_code_;
  apply_given(s_, given_, *ledger_);
}

void Desk::apply(const std::vector<Step> &steps) {
  for (auto &step : steps)
    match(
        step.node,
        [&](const With &w) { ledger_->set(w.parameter.number(), constant_of(w.value)); },
        [&](const check::Given &g) {
          std::vector<host::Constant> keys;
          for (auto &k : g.keys) keys.push_back(constant_of(k));
          ledger_->give(g.fact.number(), keys.empty() ? std::nullopt : std::optional(keys), g.value ? std::optional(constant_of(*g.value)) : std::nullopt);
        },
        [&](const ReadingStep &r) { ledger_->choose(r.group.number(), r.choice); },
        [&](const Happening &h) {
          std::vector<std::int64_t> trace;
          auto row = row_of(s_.model(), h);
          std::vector<host::Ticked> ticks;
          if (auto status = ledger_->apply(row, &trace, &ticks); status != Status::ok)
            throw Refused{status, refusal(ledger_code_->interface, row, status)};
          s_.running = ledger_code_;
          remember(s_, last_, ticks);
          remember(s_, last_, h, trace);
        },
        [&](const AsOf &) { throw Stop{"`as of` stands in scenarios; here the day is asked with the question"}; },
        [&](const Expect &) { throw Stop{"`expect` stands in scenarios"}; });
}

// The ledger under the program as it is now, from its texts.
void Desk::refit() {
  prepared_.clear();
  ledger_.reset();
  if (lines_.empty()) return;
  begin_ledger();
  for (auto &text : lines_) {
    Sink sink;
    auto steps = check_steps(s_.program, Source("line", text), sink);
    if (sink.failed()) throw Stop{fmt::format("the ledger does not fit any more: `{}`: {}", text, sink.all()[0].message)};
    apply(steps);
    ++replayed_;
  }
}

// With these in place of what is given and of the ledger, or as before.
Change Desk::retried(const Given &given, const std::vector<std::string> &lines) {
  auto given_before = given_;
  auto lines_before = lines_;
  return guarded<Change>([&]() -> Change {
    given_ = given, lines_ = lines;
    try {
      if (lines_.empty()) begin_ledger();
      refit();
    } catch (...) {
      given_ = given_before, lines_ = lines_before;
      refit();
      throw;
    }
    return {};
  });
}

// The deal as it stood on a day, under code that knows the questions.
host::Instance Desk::standing(const Running &running, std::int32_t day) {
  if (ledger_ && day < ledger_->now()) return ledger_->as_of(day).under(running.interface, running.code);
  if (ledger_) return ledger_->under(running.interface, running.code);
  host::Instance out(running.interface, running.code);
  apply_given(s_, given_, out);
  return out;
}

// What an expression of a line comes to, before that line. A text is none.
std::optional<Outcome> Desk::value_of(TermId term, std::optional<std::int32_t> day) {
  auto &type = s_.model().type(term);
  if (type.base == Type::text) return std::nullopt;
  auto text = std::string(s_.program.sources.text(s_.model()[term].span));
  std::vector<Asked> asked{{text, term, -1, -1, false, -1, {}, value_type(s_.model(), type)}};
  bind(s_, asked, false, false);
  if (ledger_ && !fits(s_.interface())) refit(), bind(s_, asked, false, false);
  if (!day) day = last_day() ? last_day() : s_.model().effective;
  if (!day && needs_day(s_, asked[0])) throw Stop{fmt::format("`{}` depends on the day, and none is given here", text)};
  auto running = s_.running;
  auto on = day.value_or(0);
  auto instance = standing(*running, on);
  auto x = answer(asked[0], instance, on, false);
  if (x.status != Status::ok) throw Stop{fmt::format("`{}` has no value on {}: {}", text, format_date(on), say(asked[0], x, s_))};
  if (type.base == Type::boolean) return Outcome{Status::ok, x.value != 0};
  return Outcome{Status::ok, x.value};
}

Change Desk::step(const std::string &text) {
  return guarded<Change>([&]() -> Change {
    Sink sink;
    bool valued = false;
    auto steps = check_steps(s_.program, Source("line", text), sink, [&](TermId term, std::optional<std::int32_t> day) {
      valued = true;
      return value_of(term, day);
    });
    if (sink.failed()) return {mistakes_of(sink, s_.program.sources), {}, {}};
    if (!ledger_) begin_ledger();
    auto before = steps.size() > 1 ? std::optional(host::Instance(*ledger_)) : std::nullopt;
    try {
      apply(steps);
    } catch (...) {
      if (before) ledger_ = std::make_unique<host::Instance>(std::move(*before));
      throw;
    }
    std::string written;
    for (auto &s : steps) written += (written.empty() ? "" : "\n") + step_text(s_.model(), s);
    lines_.push_back(valued ? written : text);
    return {};
  });
}

Change Desk::take_back_step() {
  if (lines_.empty()) return {{}, Failure{"the ledger is empty"}, {}};
  auto lines = lines_;
  lines.pop_back();
  return retried(given_, lines);
}

Change Desk::set(const std::string &setting) {
  auto given = given_;
  given.settings.push_back(setting);
  return retried(given, lines_);
}

Change Desk::read(const std::string &reading) {
  auto given = given_;
  given.readings.push_back(reading);
  return retried(given, lines_);
}

std::optional<std::int32_t> Desk::last_day() const { return ledger_ && ledger_->rows() > 0 ? std::optional(ledger_->now()) : std::nullopt; }

bool Desk::fits(const interface::Interface &i) const {
  return i.state_layout.size == ledger_code_->interface.state_layout.size && i.state_layout.slots.size() == ledger_code_->interface.state_layout.slots.size();
}

Desk::Prepared &Desk::prepared(const std::string &question, bool explained) {
  auto at = prepared_.find({question, explained});
  if (at != prepared_.end()) return at->second;
  auto asked = prepare(s_, {question}, false, explained);
  return prepared_.try_emplace({question, explained}, Prepared{std::move(asked[0]), s_.running}).first->second;
}

Desk::Posed Desk::pose(const std::string &question, std::int32_t day, bool explained) {
  auto *at = &prepared(question, explained);
  if (ledger_ && !fits(at->running->interface)) { // it keeps a total that nothing kept before
    refit();
    at = &prepared(question, explained);
  }
  s_.running = at->running;
  return {at->asked, standing(*s_.running, day)};
}

Answer Desk::ask(const std::string &question, std::int32_t day) {
  return guarded<Answer>([&]() -> Answer {
    Answer out;
    if (!prepared_.count({question, false})) {
      Sink sink;
      auto asked = read_question(s_, question, sink);
      out.mistakes = mistakes_of(sink, s_.program.sources);
      if (!asked) return out;
    }
    auto posed = pose(question, day, false);
    auto told = tell(s_, posed.asked, posed.instance, day);
    out.status = told.answer.status, out.value = told.answer.value, out.type = posed.asked.type;
    out.reasons = std::move(told.reasons), out.waits_for = std::move(told.settled_by);
    return out;
  });
}

} // namespace deal::session
