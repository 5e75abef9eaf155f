// Oracle, JIT -O0, JIT -O3 and shared library -O3 agree to the bit, value and status: random programs on random inputs, random ledgers on
// every golden deal; and the properties that semantics.md promises. DEAL_LONG=1 runs ten times as many.
#include "check/operators.h"
#include "driver/random.h"
#include "session/scenario_text.h"
#include "support/begin.h"
#include "oracle/amendments.h"
#include "parity/generate.h"
#include "support/backend.h"
#include "support/date.h"
#include "support/refused.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sstream>

using namespace deal;
using namespace deal::check;
namespace fs = std::filesystem;

namespace {

int times() { return std::getenv("DEAL_LONG") ? 10 : 1; }
long compared = 0;

std::string show(const Model &m, TermId t, const Outcome &o) {
  if (o.status != Status::ok) return std::string(status_word(o.status));
  if (auto *r = std::get_if<Rational>(&o.value)) return format_value(value_type(m, m.type(t)), *r);
  if (auto *b = std::get_if<bool>(&o.value)) return *b ? "true" : "false";
  return std::get<std::string>(o.value);
}

bool same(const Outcome &a, const Outcome &b) { return a.status == b.status && (a.status != Status::ok || a.value == b.value); }

struct Contestant {
  std::string name;
  session::Factory make;
};

std::vector<Contestant> contestants(const Model &m, const std::vector<TermId> &questions, bool library) {
  std::vector<Contestant> out{{"jit -O0", test::native_of(m, questions, test::How::jit_o0)}};
  if (library) {
    out.push_back({"jit -O3", test::native_of(m, questions, test::How::jit_o3)});
    out.push_back({"library -O3", test::native_of(m, questions, test::How::library_o3)});
    out.push_back({"traced", test::native_of(m, questions, test::How::traced)});
  }
  return out;
}

std::map<std::string, int> refused; // random programs, by the code of the first error

std::string first_error(const Sink &sink) {
  for (auto &d : sink.all())
    if (row_of(d.kind).severity == Severity::error) return std::string(row_of(d.kind).code);
  return "no error";
}

// One random program; the difference found, or empty. `definitions` is what a failure shrinks.
std::string program_differs(std::uint64_t seed, int definitions, int inputs, bool library) {
  std::mt19937_64 random(seed);
  auto text = test::random_program(random, definitions);
  Sink sink;
  auto compiled = session::compile(Source("random.deal", text), sink);
  if (sink.failed()) { // nothing to compare, and that has a reason that the test below names
    ++refused[first_error(sink)];
    return {};
  }
  auto &m = compiled.program.model;
  std::vector<TermId> questions;
  for (auto &d : m.definitions) {
    Sink quiet;
    if (auto q = check_question(compiled.program, Source("q", d.name), quiet)) questions.push_back(*q);
  }
  auto native = contestants(m, questions, library);
  auto oracle = test::oracle_of(m);
  for (int k = 0; k < inputs; ++k) {
    auto reference = oracle();
    std::vector<std::unique_ptr<session::Evaluator>> others;
    for (auto &c : native) others.push_back(c.make());
    std::string given;
    for (auto f : m.facts.ids()) {
      auto v = test::random_input(m, m.facts[f].type, random);
      if (!v) continue;
      given += fmt::format(" {}={}", m.facts[f].name,
                           std::holds_alternative<Rational>(*v) ? std::get<Rational>(*v).str()
                           : std::holds_alternative<bool>(*v)   ? (std::get<bool>(*v) ? "true" : "false")
                                                                : std::get<std::string>(*v));
      reference->give(f, std::nullopt, v);
      for (auto &o : others) o->give(f, std::nullopt, v);
    }
    if (!m.readings.empty() && random() % 2) {
      int choice = static_cast<int>(random() % 2);
      reference->read({0}, choice);
      for (auto &o : others) o->read({0}, choice);
    }
    auto day = *parse_date("2024-02-28") + static_cast<std::int32_t>(random() % 4);
    for (auto q : questions) {
      auto wanted = reference->ask(q, day);
      for (std::size_t c = 0; c < others.size(); ++c) {
        auto found = others[c]->ask(q, day);
        ++compared;
        if (!same(wanted, found))
          return fmt::format("{}: {} on {} with{}\n  oracle: {}\n  {}: {}\nseed {}\n{}", native[c].name,
                             m.definitions[std::get<DefinitionRef>(m[q].node).definition].name, format_date(day), given,
                             show(m, q, wanted), native[c].name, show(m, q, found), seed, text);
      }
    }
  }
  return {};
}

TEST(Parity, RandomPrograms) {
  auto wanted = 400 * times();
  for (int k = 0; k < wanted; ++k) {
    auto d = program_differs(static_cast<std::uint64_t>(k), 12, 120, k % 8 == 0);
    if (d.empty()) continue;
    for (int fewer = 1; fewer < 12; ++fewer) // shrink: the fewest definitions that still differ
      if (auto small = program_differs(static_cast<std::uint64_t>(k), fewer, 120, k % 8 == 0); !small.empty()) FAIL() << small;
    FAIL() << d;
  }
  // A program may be refused for what its generator cannot see: a value beyond 256 bits, a constant that fails, a share that reads two ways.
  int all = 0;
  for (auto &[code, count] : refused) std::cout << "refused by " << code << ": " << count << "\n", all += count;
  EXPECT_LT(all, wanted / 2);
}

TEST(Parity, RandomProgramsFoundByRapidcheck) {
  EXPECT_TRUE(rc::check("oracle and native code agree", [] {
    auto seed = *rc::gen::arbitrary<std::uint32_t>();
    auto definitions = *rc::gen::inRange(1, 10);
    auto d = program_differs(seed, definitions, 20, false);
    if (!d.empty()) RC_FAIL(d);
  }));
}

// Products that need exactly as many bits as a machine's word has, one less, one more: 2^59 is a fact's value, 2^63 is its sixteenfold.
TEST(Parity, EdgesOfWords) {
  std::string text = "deal Edges\nround half even\nfact a: integer\nfact b: integer\nfact c: integer\nfact d: integer\n";
  const std::pair<const char *, std::vector<int>> products[] = {{"a", {8, 9, 15, 16, 17, 18, 19, 32, 33}},
                                                                {"a * b", {170, 171, 256, 340, 341, 511, 512, 513, 1024}},
                                                                {"a * b * c", {3138, 3139, 6277, 6278, 8192, 16383, 16384, 16385, 32768}},
                                                                {"a * b * c * d", {1, 2, 16384, 32768}}};
  int k = 0;
  for (auto &[product, factors] : products)
    for (int factor : factors)
      for (auto sign : {"", "-"}) {
        auto value = fmt::format("{} * {}{}", product, sign, factor);
        text += fmt::format("define above{}: boolean = {} > {} - 1\ndefine positive{}: boolean = {} > 1\n", k, value, value, k, value);
        if (product != products[3].first) // the quotient of four would need 300 bits
          text += fmt::format("define back{}: integer = {} / ({} / a * {}{})\n", k, value, product, sign, factor);
        ++k;
      }
  Sink sink;
  auto compiled = session::compile(Source("edges.deal", text), sink);
  ASSERT_FALSE(sink.failed()) << render_all(sink, compiled.program.sources);
  auto &m = compiled.program.model;
  std::vector<TermId> questions;
  for (auto &d : m.definitions) questions.push_back(*check_question(compiled.program, Source("q", d.name), sink));
  auto native = contestants(m, questions, true);
  auto oracle = test::oracle_of(m);
  const std::int64_t values[] = {576460752303423488, -576460752303423488, 576460752303423487, 999999999999999999, -999999999999999999, 1, -1};
  std::mt19937_64 random(31);
  for (int round = 0; round < 40; ++round) {
    auto reference = oracle();
    std::vector<std::unique_ptr<session::Evaluator>> others;
    for (auto &c : native) others.push_back(c.make());
    for (auto f : Ids<FactTag>(4)) {
      Value v = Rational(values[round < 7 ? round : static_cast<int>(random() % 7)]);
      reference->give(f, std::nullopt, v);
      for (auto &o : others) o->give(f, std::nullopt, v);
    }
    for (auto q : questions)
      for (std::size_t c = 0; c < others.size(); ++c, ++compared) {
        auto wanted = reference->ask(q, 20000), found = others[c]->ask(q, 20000);
        ASSERT_TRUE(same(wanted, found)) << native[c].name << ": " << compiled.program.sources.text(m.definitions[std::get<DefinitionRef>(m[q].node).definition].span)
                                         << ": " << show(m, q, wanted) << " against " << show(m, q, found);
      }
  }
}

// Every word of every payment and license, every definition and state, every verdict for some arguments.
std::vector<TermId> all_questions(Program &p, driver::Draw &draw) {
  std::vector<std::string> texts;
  auto &m = p.model;
  for (auto &c : m.clauses) {
    for (auto &row : word_rows)
      if (row.of == says(c.kind)) texts.push_back(fmt::format("{}.{}", c.name, row.name));
    for (auto payee : payees_of(c))
      for (auto &row : word_rows)
        if (row.parts) texts.push_back(fmt::format("{}.{}({})", c.name, row.name, m.parties[payee].name));
  }
  for (auto &d : m.definitions)
    if (!d.scope && is_storable(d.type)) texts.push_back(d.name);
  for (auto &s : m.states) texts.push_back(s.name);
  for (auto &party : m.parties)
    for (auto &action : m.actions)
      for (std::size_t variant = 0; variant < 3 && !(action.fields.empty() && variant); ++variant) {
        std::string args;
        bool told = true; // an asset, say, of a deal that has none
        for (auto &f : action.fields) {
          if (f.type.base == Type::asset && m.assets.empty()) told = false;
          else args += (args.empty() ? "" : ", ") + session::literal(m, f.type, draw.value(f.type));
        }
        if (!told) continue;
        texts.push_back(fmt::format("may {} {}({})", party.name, action.name, args));
        texts.push_back(fmt::format("must {} {}({})", party.name, action.name, args));
        if (!action.as.empty()) texts.push_back(fmt::format("{}({})", action.as, args));
      }
  std::vector<TermId> out;
  for (auto &t : texts) {
    Sink sink;
    auto q = check_question(p, Source("q", t), sink);
    EXPECT_TRUE(q) << p.model.name << ": " << t << " is refused";
    if (q) out.push_back(*q);
  }
  return out;
}

struct Golden {
  std::string name;
  session::Compiled compiled;
};

// Every deal with events; one that does not compile and is not named as refused is a failure.
std::vector<Golden> goldens() {
  std::vector<Golden> out;
  std::vector<fs::path> files;
  for (auto folder : {"examples", "tests/vectors/ledgers", "tests/golden/deals"})
    for (auto &e : fs::recursive_directory_iterator(fs::path(DEAL_ROOT) / folder))
      if (e.path().extension() == ".deal") files.push_back(e.path());
  std::sort(files.begin(), files.end());
  auto named = test::named_as_refused(fs::path(DEAL_ROOT) / "tests/vectors");
  for (auto &f : files) {
    Sink sink;
    auto compiled = session::compile(Source(f.filename().string(), test::read(f)), sink);
    auto name = f.parent_path().filename().string() + "/" + f.stem().string();
    EXPECT_EQ(!sink.failed(), !named.count(name)) << f << (sink.failed() ? " is refused" : " is named in tests/vectors/refused");
    if (!sink.failed()) {
      EXPECT_EQ(oracle::woven_otherwise(compiled.program), "") << f;
    }
    if (!sink.failed() && !compiled.program.model.events.empty()) out.push_back({f.filename().string(), std::move(compiled)});
  }
  return out;
}

// Random inputs and a random ledger on all of them, with questions after each row: the first difference, or empty.
class Ledgers {
public:
  Ledgers(Program &p, std::vector<Contestant> (*make)(const Model &, const std::vector<TermId> &), std::uint64_t seed)
      : m_(p.model), random_(seed), draw_(p.model, seed), questions_(all_questions(p, draw_)), native_(make(p.model, questions_)),
        oracle_(test::oracle_of(p.model)) {}

  std::string differ(int k) {
    begin();
    auto ledger = draw_.extreme(k % 4 == 1).ledger(14, m_.effective.value_or(*parse_date("2025-06-01")));
    if (k % 3 == 0 && ledger.size() > 2) std::swap(ledger[0], ledger[1]); // at times out of order
    auto now = m_.effective.value_or(*parse_date("2025-06-01"));
    for (std::size_t i = 0; i < ledger.size(); ++i) {
      auto wanted = reference_->apply(ledger[i]);
      auto row = session::step_text(m_, {ledger[i], {}});
      done_ += "\n  " + row + "   # " + std::string(status_word(wanted));
      for (std::size_t c = 0; c < others_.size(); ++c)
        if (auto found = others_[c]->apply(ledger[i]); ++compared, found != wanted)
          return fmt::format("{}: {} against {}: {}{}", native_[c].name, status_word(wanted), status_word(found), row, done_);
      now = std::max(now, ledger[i].on);
      // On that day, some time after it, on a day on which something changes: also beyond the next row, for asking changes nothing.
      auto day = random_() % 3 ? now : random_() % 2 ? draw_.day(now) : now + static_cast<std::int32_t>(random_() % 120);
      if (auto d = asked_on(day); !d.empty()) return d;
    }
    return {};
  }

private:
  void begin() {
    reference_ = oracle_();
    others_.clear();
    for (auto &c : native_) others_.push_back(c.make());
    done_.clear();
    auto each = [&](const Step &s, auto f) {
      done_ += "\n  " + session::step_text(m_, s);
      f(*reference_);
      for (auto &o : others_) f(*o);
    };
    for (auto q : m_.parameters.ids()) {
      auto p = q;
      auto v = random_() % 6 == 0 ? std::nullopt : std::optional(draw_.value(m_.parameters[q].type));
      if (!v) {
        done_ += "\n  # without " + m_.parameters[q].name;
        reference_->set(p, v);
        for (auto &o : others_) o->set(p, v);
      } else if (random_() % 4 == 0) each({With{p, *v}, {}}, [&](auto &e) { e.set(p, v); });
    }
    for (auto f : m_.facts.ids())
      for (auto times = random_() % 3; times > 0; --times) {
        auto &fact = m_.facts[f];
        Given g{f, {}, !fact.keys.empty() && random_() % 2, draw_.value(fact.type)};
        if (!g.all_keys)
          for (auto &key : fact.keys) g.keys.push_back(draw_.value(key.type));
        each({g, {}}, [&](auto &e) { e.give(g.fact, g.all_keys || fact.keys.empty() ? std::nullopt : std::optional(g.keys), g.value); });
      }
    for (auto r : m_.readings.ids())
      if (random_() % 2) {
        ReadingStep s{r, static_cast<int>(random_() % m_.readings[r].names.size())};
        each({s, {}}, [&](auto &e) { e.read(s.group, s.choice); });
      }
  }
  std::string asked_on(std::int32_t day) {
    for (auto q : questions_) {
      auto wanted = reference_->ask(q, day);
      for (std::size_t c = 0; c < others_.size(); ++c) {
        auto found = others_[c]->ask(q, day);
        ++compared;
        if (!same(wanted, found)) return fmt::format("{}: {} on {}: {} against {}{}", native_[c].name, named(q), format_date(day), show(m_, q, wanted), show(m_, q, found), done_);
      }
    }
    return {};
  }
  std::string named(TermId q) const {
    if (auto *w = std::get_if<ClauseTerm>(&m_[q].node))
      return word_name(m_, *w);
    if (auto *d = std::get_if<DefinitionRef>(&m_[q].node)) return m_.definitions[d->definition].name;
    return fmt::format("question {}", q.index);
  }

  Model &m_;
  std::mt19937_64 random_;
  driver::Draw draw_;
  std::vector<TermId> questions_;
  std::vector<Contestant> native_;
  session::Factory oracle_;
  std::unique_ptr<session::Evaluator> reference_;
  std::vector<std::unique_ptr<session::Evaluator>> others_;
  std::string done_;
};

TEST(Parity, RandomLedgers) {
  auto all = goldens();
  ASSERT_GE(all.size(), 10u);
  for (auto &g : all) {
    Ledgers ledgers(g.compiled.program, [](auto &m, auto &questions) { return contestants(m, questions, true); }, 3);
    for (int k = 0; k < 60 * times(); ++k) {
      auto d = ledgers.differ(k);
      ASSERT_TRUE(d.empty()) << g.name << ", ledger " << k << ": " << d;
    }
  }
}

// Of whole deals, most are accepted; one that is refused is so for what its generator cannot see.
TEST(Parity, RandomDeals) {
  int accepted = 0, wanted = 120 * times();
  std::map<std::string, int> by_code;
  for (int seed = 0; seed < wanted; ++seed) {
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    auto text = test::random_deal(random);
    Sink sink;
    auto compiled = session::compile(Source("random.deal", text), sink);
    if (sink.failed()) {
      ++by_code[first_error(sink)];
      continue;
    }
    ++accepted;
    Ledgers ledgers(compiled.program, [](auto &m, auto &questions) { return contestants(m, questions, false); }, static_cast<std::uint64_t>(seed));
    for (int k = 0; k < 12; ++k) {
      auto d = ledgers.differ(k);
      ASSERT_TRUE(d.empty()) << "seed " << seed << ", ledger " << k << ": " << d << "\n" << text;
    }
  }
  for (auto &[code, count] : by_code) std::cout << "refused by " << code << ": " << count << "\n";
  EXPECT_GT(accepted, wanted * 9 / 10);
}

// Rule 17: settling a fact never changes a value, nor turns a failure into one.
TEST(Property, SettlingAFact) {
  for (int k = 0; k < 60 * times(); ++k) {
    std::mt19937_64 random(static_cast<std::uint64_t>(k) + 1000);
    auto text = test::random_program(random, 8);
    Sink sink;
    auto compiled = session::compile(Source("random.deal", text), sink);
    if (sink.failed()) continue;
    auto &m = compiled.program.model;
    std::vector<TermId> questions;
    for (auto &d : m.definitions) {
      Sink quiet;
      if (auto q = check_question(compiled.program, Source("q", d.name), quiet)) questions.push_back(*q);
    }
    auto make = test::native_of(m, questions, test::How::jit_o0);
    for (int round = 0; round < 40; ++round) {
      auto less = make(), more = make();
      auto settled = FactId::at(random() % m.facts.size());
      for (auto f : m.facts.ids()) {
        auto v = test::random_input(m, m.facts[f].type, random);
        if (!v || (std::holds_alternative<Rational>(*v) && check::store({Status::ok, *v}, m.facts[f].type, std::nullopt).status != Status::ok))
          continue;
        if (f != settled) less->give(f, std::nullopt, v);
        more->give(f, std::nullopt, v);
      }
      for (auto q : questions) {
        auto a = less->ask(q, 19780), b = more->ask(q, 19780);
        if (a.status == Status::unknown || a.status == Status::readings_differ) continue;
        if (a.status == Status::ok) ASSERT_TRUE(same(a, b)) << text;
        else ASSERT_NE(b.status, Status::ok) << text;
      }
    }
  }
}

// Rule 15: a ledger and its restated equivalent (a reversal, same `for`) end in the same state,
// where amounts are proportional to the field.
TEST(Property, RestatedLedgers) {
  for (auto name : {"tests/vectors/ledgers/counting.deal", "tests/vectors/ledgers/late.deal", "tests/vectors/ledgers/amended_caps.deal"}) {
    Sink sink;
    auto compiled = session::compile(Source(name, test::read(fs::path(DEAL_ROOT) / name)), sink);
    ASSERT_FALSE(sink.failed());
    auto &p = compiled.program;
    auto &m = p.model;
    std::vector<TermId> questions;
    for (auto &c : m.clauses)
      if (c.kind == ClauseKind::payment)
        for (auto w : {".accrued", ".entitlement", ".counted"})
          if (auto q = check_question(p, Source("q", c.name + w), sink)) questions.push_back(*q);
    auto make = test::native_of(m, questions, test::How::jit_o0);
    std::mt19937_64 random(17);
    driver::Draw draw(m, 17);
    for (int k = 0; k < 400 * times(); ++k) {
      auto ledger = draw.ledger(8, *m.effective);
      std::erase_if(ledger, [](auto &h) { return h.kind != Happening::reports; });
      if (ledger.empty()) continue;
      auto wrong = ledger;
      auto at = random() % ledger.size();
      auto mistaken = Value(Rational(static_cast<std::int64_t>(random() % 100000)));
      wrong[at].values[0] = mistaken;
      auto end = ledger.back().on;
      auto back = ledger[at], again = ledger[at];
      back.on = again.on = end;
      back.values[0] = Rational(-std::get<Rational>(mistaken));
      wrong.push_back(back), wrong.push_back(again);
      auto a = make(), b = make();
      bool taken = true;
      for (auto &h : ledger) taken &= a->apply(h) == Status::ok;
      for (auto &h : wrong) taken &= b->apply(h) == Status::ok;
      if (!taken) continue;
      for (auto q : questions) {
        auto x = a->ask(q, end), y = b->ask(q, end);
        ++compared;
        ASSERT_TRUE(same(x, y)) << name << ": " << show(m, q, x) << " against " << show(m, q, y);
      }
    }
  }
}

// Rule 5: what counts never exceeds the cap, what accrued never the highest cap that was ever in force (counting all).
TEST(Property, Caps) {
  Sink sink;
  auto compiled = session::compile(Source("counting", test::read(fs::path(DEAL_ROOT) / "tests/vectors/ledgers/counting.deal")), sink);
  auto &p = compiled.program;
  std::vector<TermId> claims;
  for (auto text : {"Added.counted <= max(0 USD, limit)", "Before.counted <= max(0 USD, limit)", "Whole.counted <= max(0 USD, limit)",
                    "Raised.counted <= max(0 USD, 3 * limit)", "Raised.accrued <= max(0 USD, 3 * limit)", "Lowered.accrued <= max(0 USD, 2 * limit)",
                    "Added.room >= 0 USD"}) {
    auto q = check_question(p, Source("claim", text), sink);
    ASSERT_TRUE(q) << text;
    claims.push_back(*q);
  }
  auto make = test::native_of(p.model, claims, test::How::jit_o0);
  std::mt19937_64 random(23);
  driver::Draw draw(p.model, 23);
  for (int k = 0; k < 300 * times(); ++k) {
    auto e = make();
    if (k % 3) e->set({0}, Value(Rational(static_cast<std::int64_t>(random() % 4000) - 500)));
    for (auto &h : draw.ledger(12, *p.model.effective)) {
      if (e->apply(h) != Status::ok) continue;
      for (auto c : claims) {
        auto o = e->ask(c, h.on);
        if (o.status == Status::ok) {
          ASSERT_EQ(o.value, Value(true)) << "ledger " << k;
        }
      }
    }
  }
}

TEST(Summary, Comparisons) {
  std::cout << compared << " comparisons, none different\n";
  EXPECT_GT(compared, 1'000'000);
}

} // namespace
