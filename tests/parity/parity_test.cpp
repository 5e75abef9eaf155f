// Oracle, JIT -O0, JIT -O3 and shared library -O3 agree to the bit, value and status: random programs on random inputs, random ledgers on
// every golden deal; and the properties that semantics.md promises. DEAL_LONG=1 runs ten times as many.
#include "check/operators.h"
#include "driver/claims.h"
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
  if (auto *r = std::get_if<Rational>(&o.value)) return format_value(value_type(m, m[t].type), *r);
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
  }
  return out;
}

// One random program; the difference found, or empty. `definitions` is what a failure shrinks.
std::string program_differs(std::uint64_t seed, int definitions, int inputs, bool library) {
  std::mt19937_64 random(seed);
  auto text = test::random_program(random, definitions);
  Sink sink;
  auto compiled = session::compile(Source("random.deal", text), sink);
  if (sink.failed()) return {}; // refused: nothing to compare
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
    for (std::size_t f = 0; f < m.facts.size(); ++f) {
      auto v = test::random_input(m, m.facts[f].type, random);
      if (!v) continue;
      given += fmt::format(" {}={}", m.facts[f].name,
                           std::holds_alternative<Rational>(*v) ? std::get<Rational>(*v).str()
                           : std::holds_alternative<bool>(*v)   ? (std::get<bool>(*v) ? "true" : "false")
                                                                : std::get<std::string>(*v));
      reference->give(static_cast<int>(f), std::nullopt, v);
      for (auto &o : others) o->give(static_cast<int>(f), std::nullopt, v);
    }
    if (!m.readings.empty() && random() % 2) {
      int choice = static_cast<int>(random() % 2);
      reference->read(0, choice);
      for (auto &o : others) o->read(0, choice);
    }
    auto day = *parse_date("2024-02-28") + static_cast<std::int32_t>(random() % 4);
    for (auto q : questions) {
      auto wanted = reference->ask(q, day);
      for (std::size_t c = 0; c < others.size(); ++c) {
        auto found = others[c]->ask(q, day);
        ++compared;
        if (!same(wanted, found))
          return fmt::format("{}: {} on {} with{}\n  oracle: {}\n  {}: {}\nseed {}\n{}", native[c].name,
                             m.definitions[static_cast<std::size_t>(std::get<DefinitionRef>(m[q].node).definition)].name, format_date(day), given,
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
}

TEST(Parity, RandomProgramsFoundByRapidcheck) {
  EXPECT_TRUE(rc::check("oracle and native code agree", [] {
    auto seed = *rc::gen::arbitrary<std::uint32_t>();
    auto definitions = *rc::gen::inRange(1, 10);
    auto d = program_differs(seed, definitions, 20, false);
    if (!d.empty()) RC_FAIL(d);
  }));
}

std::string read(const fs::path &p) {
  std::ifstream in(p, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

// Every word of every payment and license, every definition.
std::vector<TermId> all_questions(Program &p) {
  std::vector<std::string> texts;
  for (auto &c : p.model.clauses) {
    if (c.kind == syntax::Clause::license || c.kind == syntax::Clause::exclusivity)
      for (auto w : {".active", ".exclusive"}) texts.push_back(c.name + w);
    if (c.kind == syntax::Clause::payment)
      for (auto w : {".entitlement", ".earned", ".accrued", ".payable", ".payable_on", ".paid", ".owing", ".counted", ".room"})
        texts.push_back(c.name + w);
  }
  for (auto &d : p.model.definitions)
    if (d.scope < 0 && is_storable(d.type)) texts.push_back(d.name);
  for (auto &s : p.model.states) texts.push_back(s.name);
  for (auto &party : p.model.parties)
    for (auto &action : p.model.actions)
      for (std::size_t variant = 0; variant < 3; ++variant) {
        std::string args;
        for (auto &f : action.fields) {
          auto names = value_type(p.model, f.type).names;
          auto text = f.type.base == Type::text ? fmt::format("\"item{}\"", variant + 1)
                      : names.empty()           ? fmt::format("{} USD", variant)
                                                : names[variant % names.size()];
          args += (args.empty() ? "" : ", ") + text;
        }
        texts.push_back(fmt::format("may {} {}({})", party.name, action.name, args));
        if (!action.as.empty()) texts.push_back(fmt::format("{}({})", action.as, args));
      }
  std::vector<TermId> out;
  for (auto &t : texts) {
    Sink sink;
    if (auto q = check_question(p, Source("q", t), sink)) out.push_back(*q);
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
    auto compiled = session::compile(Source(f.filename().string(), read(f)), sink);
    auto name = f.parent_path().filename().string() + "/" + f.stem().string();
    EXPECT_EQ(!sink.failed(), !named.count(name)) << f << (sink.failed() ? " is refused" : " is named in tests/vectors/refused");
    if (!sink.failed() && !compiled.program.model.events.empty()) out.push_back({f.filename().string(), std::move(compiled)});
  }
  return out;
}

TEST(Parity, RandomLedgers) {
  auto all = goldens();
  ASSERT_GE(all.size(), 10u);
  for (auto &g : all) {
    auto &p = g.compiled.program;
    auto &m = p.model;
    auto questions = all_questions(p);
    auto native = contestants(m, questions, true);
    auto oracle = test::oracle_of(m);
    std::mt19937_64 random(3);
    for (int k = 0; k < 60 * times(); ++k) {
      auto ledger = driver::random_ledger(m, random, 14, m.effective.value_or(*parse_date("2025-06-01")));
      if (k % 3 == 0 && ledger.size() > 2) std::swap(ledger[0], ledger[1]); // at times out of order
      auto reference = oracle();
      std::vector<std::unique_ptr<session::Evaluator>> others;
      for (auto &c : native) others.push_back(c.make());
      auto each = [&](auto f) {
        f(*reference);
        for (auto &o : others) f(*o);
      };
      for (std::size_t q = 0; q < m.parameters.size(); ++q)
        if (random() % 6 == 0) each([&](auto &e) { e.set(static_cast<int>(q), std::nullopt); });
      for (std::size_t f = 0; f < m.facts.size(); ++f)
        if (m.facts[f].type.base == Type::boolean && random() % 2)
          each([&, v = random() % 2 == 0](auto &e) { e.give(static_cast<int>(f), std::nullopt, Value(v)); });
      for (std::size_t r = 0; r < m.readings.size(); ++r)
        if (random() % 2) each([&, v = static_cast<int>(random() % 2)](auto &e) { e.read(static_cast<int>(r), v); });
      std::int32_t now = INT32_MIN;
      for (std::size_t i = 0; i < ledger.size(); ++i) {
        auto wanted = reference->apply(ledger[i]);
        for (std::size_t c = 0; c < others.size(); ++c) {
          auto found = others[c]->apply(ledger[i]);
          ++compared;
          ASSERT_EQ(wanted, found) << g.name << ", " << native[c].name << ", ledger " << k << ", row " << i << " on " << format_date(ledger[i].on)
                                   << ": " << status_word(wanted) << " against " << status_word(found);
        }
        now = std::max(now, ledger[i].on);
        auto day = now + static_cast<std::int32_t>(random() % 3 == 0 ? random() % 120 : 0);
        if (i + 1 < ledger.size()) day = std::min(day, std::max(now, ledger[i + 1].on));
        for (auto q : questions) {
          auto value = reference->ask(q, day);
          for (std::size_t c = 0; c < others.size(); ++c) {
            auto found = others[c]->ask(q, day);
            ++compared;
            ASSERT_TRUE(same(value, found))
                << g.name << ", " << native[c].name << ", ledger " << k << " after row " << i << " on " << format_date(day) << ": "
                << fmt::format("{}", m[q].span.begin) << " "
                << m.clauses[static_cast<std::size_t>(std::holds_alternative<ClauseTerm>(m[q].node) ? std::get<ClauseTerm>(m[q].node).clause : 0)]
                       .name
                << " word " << (std::holds_alternative<ClauseTerm>(m[q].node) ? static_cast<int>(std::get<ClauseTerm>(m[q].node).word) : -1) << ": "
                << show(m, q, value) << " against " << show(m, q, found);
          }
        }
      }
    }
  }
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
      auto settled = random() % m.facts.size();
      for (std::size_t f = 0; f < m.facts.size(); ++f) {
        auto v = test::random_input(m, m.facts[f].type, random);
        if (!v || (std::holds_alternative<Rational>(*v) && check::store({Status::ok, *v}, m.facts[f].type, std::nullopt).status != Status::ok))
          continue;
        if (f != settled) less->give(static_cast<int>(f), std::nullopt, v);
        more->give(static_cast<int>(f), std::nullopt, v);
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
    auto compiled = session::compile(Source(name, read(fs::path(DEAL_ROOT) / name)), sink);
    ASSERT_FALSE(sink.failed());
    auto &p = compiled.program;
    auto &m = p.model;
    std::vector<TermId> questions;
    for (auto &c : m.clauses)
      if (c.kind == syntax::Clause::payment)
        for (auto w : {".accrued", ".entitlement", ".counted"})
          if (auto q = check_question(p, Source("q", c.name + w), sink)) questions.push_back(*q);
    auto make = test::native_of(m, questions, test::How::jit_o0);
    std::mt19937_64 random(17);
    for (int k = 0; k < 400 * times(); ++k) {
      auto ledger = driver::random_ledger(m, random, 8, *m.effective);
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
  auto compiled = session::compile(Source("counting", read(fs::path(DEAL_ROOT) / "tests/vectors/ledgers/counting.deal")), sink);
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
  for (int k = 0; k < 300 * times(); ++k) {
    auto e = make();
    if (k % 3) e->set(0, Value(Rational(static_cast<std::int64_t>(random() % 4000) - 500)));
    for (auto &h : driver::random_ledger(p.model, random, 12, *p.model.effective)) {
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
