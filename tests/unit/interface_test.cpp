// What hosts see: names in C, the descriptor, the header; files that are cut off or edited.
#include "host/library.h"
#include "host/migrate.h"
#include "interface/descriptor.h"
#include "interface/fingerprint.h"
#include "interface/names.h"
#include "session/session.h"
#include "support/begin.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

using namespace deal;
namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

namespace {

const fs::path root = DEAL_ROOT;

std::optional<check::Model> model_of(const std::string &text) {
  Sink sink;
  auto compiled = session::compile(Source("test.deal", text), sink);
  if (sink.failed()) return std::nullopt;
  return std::move(compiled.program.model);
}

struct Library {
  interface::Interface interface;
  std::string bytes;
};
Library library_of(const std::string &text) {
  auto made = session::machine_code(*model_of(text), {});
  auto described = interface::descriptor(made->interface, {});
  auto linked = codegen::link_shared(codegen::emit_objects(made->functions, made->options(1, described)));
  return {made->interface, *linked};
}

const std::string base = "currency USD\nround half even\nparty A, B\n";
const std::string two_payments = "deal D effective 2026-01-01\n" + base +
                                 "event Sale reported by B { gross: money }\npayment P { A pays 10% of Sale.gross to B }\n"
                                 "payment Q { A pays 20% of Sale.gross to B }\n";

TEST(Names, OnesThatCAlreadyHasGetAnUnderscore) {
  std::pair<const char *, const char *> rows[] = {{"rate", "rate"},
                                                  {"rate_to_openai", "rate_to_openai"},
                                                  {"rate_1", "rate_1"},
                                                  {"class", "class_"},
                                                  {"class_", "class__"},
                                                  {"NULL", "NULL_"},
                                                  {"on", "on_"},
                                                  {"for_day", "for_day_"},
                                                  {"a_known", "a_known_"},
                                                  {"next", "next_"},
                                                  {"step_Sale", "step_Sale_"},
                                                  {"P_earned", "P_earned_"},
                                                  {"P.earned", "P_earned"},
                                                  {"P_earned_X_part", "P_earned_X_part_"},
                                                  {"P.payable_on", "P_payable_on"},
                                                  {"facts", "facts_"},
                                                  {"halt", "halt_"},
                                                  {"int32_t", "int32_t_"},
                                                  {"INT32_MAX", "INT32_MAX_"},
                                                  {"DEAL_OK", "DEAL_OK_"},
                                                  {"\xC3\xA9t\xC3\xA9", "xC3xA9txC3xA9"},
                                                  {"maxAB", "max78AB"},
                                                  {"tax_rate", "tax_rate"},
                                                  {"earned", "earned"},
                                                  {"_", "__"}};
  for (auto &[name, c] : rows) EXPECT_EQ(interface::c_name(name), c) << name;
  EXPECT_EQ(interface::c_prefix("deal"), "deal_");
  EXPECT_EQ(interface::c_prefix("INT32"), "INT32_");
  EXPECT_EQ(interface::c_prefix("uint"), "uint_");
  EXPECT_EQ(interface::c_behind("does_", "ship_"), "does_shipx5F");
  EXPECT_EQ(interface::c_behind("", "does_ship"), "x64oes_ship");
  EXPECT_EQ(interface::c_name("step.earned"), "x73tep_earned");
  EXPECT_EQ(interface::c_part("P", "earned", "X"), "P_earned_X_part");
  EXPECT_EQ(interface::c_part("step", "accrued", "X_Y"), "x73tep_accrued_Xx5FY_part");
}

// Whatever is declared together: no two names become one, and each can be had back.
TEST(Names, NoTwoBecomeOne) {
  const char *parts[] = {"P", "a", "class", "earned", "known", "step", "does", "x41", "A", "_", "1", "first", "key", "Sale", "batch", "piece", "part"};
  std::map<std::string, std::string> seen;
  auto take = [&](const std::string &c, const std::string &what) {
    auto [at, fresh] = seen.try_emplace(c, what);
    EXPECT_TRUE(fresh || at->second == what) << what << " and " << at->second << " are both " << c;
  };
  std::mt19937 random(1);
  std::string payee = "a";
  for (int round = 0; round < 20000; ++round) {
    std::string name = parts[random() % 9];
    for (auto n = random() % 4; n > 0; --n) name += (random() % 3 ? "_" : "") + std::string(parts[random() % std::size(parts)]);
    if (std::isdigit(static_cast<unsigned char>(name[0]))) continue;
    auto c = interface::c_name(name);
    take(c, name);
    take(c + "_batch", name + " over columns");
    for (auto word : {".earned", ".payable_on", ".first", ".key.1"}) take(interface::c_name(name + word), name + word);
    for (auto word : {"earned", "accrued"}) take(interface::c_part(name, word, payee), fmt::format("{}.{}({})", name, word, payee));
    payee = name;
    take(interface::c_behind("step_", name), "the step of " + name);
    take("step_" + interface::c_behind("does_", name), "the step of the act " + name);
    take(interface::c_behind("does_", name), "the act " + name);
    take(interface::c_behind("may_", name), "may " + name);
  }
}

TEST(Descriptor, ReadsAsItWasWritten) {
  for (auto folder : {"tests/golden/deals", "examples/partnership", "tests/vectors/ledgers"})
    for (auto &e : fs::directory_iterator(root / folder)) {
      if (e.path().extension() != ".deal") continue;
      auto model = model_of(test::read(e.path()));
      if (!model) continue;
      auto i = lower::lower(*model, {}).interface;
      auto text = interface::descriptor(i, {});
      auto back = interface::read_descriptor(text);
      ASSERT_TRUE(back) << e.path() << ": " << back.error();
      EXPECT_EQ(interface::descriptor(*back, {}), text);
    }
}

std::string sealed(json j) {
  j["fingerprint"] = interface::fingerprint(j["interface"].dump());
  return j.dump();
}

// Every number and every word of it, changed to what cannot be; where it is taken all the same, an instance still stays inside its structs.
TEST(Descriptor, AnEditedOneIsRefusedOrHarmless) {
  auto text = interface::descriptor(lower::lower(*model_of(two_payments), {}).interface, {});
  auto whole = json::parse(text);
  std::vector<json::json_pointer> leaves;
  auto flat = whole["interface"].flatten();
  for (auto &[path, value] : flat.items()) leaves.emplace_back("/interface" + path);
  int refused = 0;
  for (std::size_t n = 0; n < leaves.size(); n += 3)
    for (auto &leaf = leaves[n]; json wrong : {json(-1), json(2147483647), json(1099511627776), json("nonsense"), json::array()}) {
      auto edited = whole;
      if (edited[leaf] == wrong) continue;
      edited[leaf] = wrong;
      EXPECT_FALSE(interface::read_descriptor(edited.dump())) << leaf.to_string(); // its fingerprint says so
      refused += !interface::read_descriptor(sealed(edited));
    }
  EXPECT_GT(refused, static_cast<int>(leaves.size()));
  for (auto path :
       {"/interface/state_layout/size", "/interface/steps/0/subject", "/interface/terms/0/type/scale", "/interface/state_layout/slots/1/at/offset"}) {
    auto edited = whole;
    edited[json::json_pointer(path)] = 8000;
    EXPECT_FALSE(interface::read_descriptor(sealed(edited))) << path;
  }
}

TEST(Library, ACutOffOrDamagedFileIsRefused) {
  auto made = library_of(two_payments);
  ASSERT_TRUE(host::read_library(made.bytes));
  for (std::size_t n = 0; n < made.bytes.size(); n += n < 4096 ? 7 : 501)
    EXPECT_FALSE(host::read_library(std::string_view(made.bytes).substr(0, n))) << n;
  std::mt19937 random(2);
  for (int round = 0; round < 3000; ++round) {
    auto damaged = made.bytes;
    for (int k = 0; k < 4; ++k) damaged[random() % (round % 2 ? 1024 : damaged.size())] = static_cast<char>(random());
    host::read_library(damaged); // says what it says, and stands
  }
}

TEST(Library, AnotherVersionOfTheInterfaceIsRefusedByItsNumber) {
  auto made = library_of(two_payments);
  auto at = made.bytes.find("\"abi\": ");
  ASSERT_NE(at, std::string::npos);
  made.bytes[at + 7] = '9';
  auto read = host::read_library(made.bytes);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().find("version 9"), std::string::npos) << read.error();
}

// A state of one library, in another's hands.
struct Loaded {
  explicit Loaded(const std::string &text) : library(library_of(text)) {
    loaded = test::loaded(library.bytes);
    code = host::Code(library.interface, loaded.symbol);
  }
  template <class F> F *function(const std::string &name) const { return reinterpret_cast<F *>(loaded.symbol(library.interface.prefix + name)); }
  std::vector<std::uint8_t> after_a_sale() const {
    auto &i = library.interface;
    std::vector<std::uint8_t> parameters(i.parameter_layout.size), facts(i.fact_layout.size), state(i.state_layout.size), readings(8);
    function<int(void *, int, void *)>("_init")(parameters.data(), day, state.data());
    struct {
      std::int32_t on, for_day;
      std::int64_t gross;
    } sale{day, day, 10000};
    EXPECT_EQ(step(parameters, facts, readings, state, &sale), 0);
    return state;
  }
  int step(auto &parameters, auto &facts, auto &readings, auto &state, void *event) const {
    return function<int(void *, void *, void *, void *, void *, void *)>("_step_Sale")(parameters.data(), facts.data(), readings.data(), state.data(),
                                                                                       event, state.data());
  }
  int ask(const std::string &term, const std::vector<std::uint8_t> &state, std::int64_t &value) const {
    auto &i = library.interface;
    std::vector<std::uint8_t> parameters(i.parameter_layout.size), facts(i.fact_layout.size), readings(8);
    return function<int(void *, void *, void *, const void *, void *, int, void *)>(term)(parameters.data(), facts.data(), readings.data(),
                                                                                          state.data(), nullptr, day, &value);
  }
  static constexpr std::int32_t day = 20500; // 2026-02-16
  Library library;
  interface::Loaded loaded;
  host::Code code;
};

const std::string amended = two_payments + "amendment X effective 2026-07-01 { change P { capped at 500 USD in total counting from 2026-07-01 } }\n";

TEST(State, OfAnotherLayoutIsRefusedAndNotTouched) {
  Loaded older(two_payments);
  auto kept = older.after_a_sale();
  std::int64_t value = 7;
  EXPECT_EQ(older.ask("_Q_accrued", kept, value), 0);
  EXPECT_EQ(value, 2000);
  for (auto &text : {amended, "deal D effective 2026-01-01\n" + base +
                                  "event Sale reported by B { gross: money }\npayment P { A pays 10% of Sale.gross to B }\n"
                                  "payment R { A pays 1% of Sale.gross to B }\npayment Q { A pays 20% of Sale.gross to B }\n"}) {
    Loaded newer(text);
    auto size = newer.library.interface.state_layout.size;
    auto &i = newer.library.interface;
    std::vector<std::vector<std::uint8_t>> strangers{kept, std::vector<std::uint8_t>(size), std::vector<std::uint8_t>(size, 0xFF)};
    strangers[0].resize(std::max<std::size_t>(size, kept.size()));
    for (auto state : strangers) {
      auto before = state;
      EXPECT_EQ(newer.function<int(void *)>("_fits")(state.data()), 0);
      value = 7;
      EXPECT_EQ(newer.ask("_Q_accrued", state, value), 20);
      EXPECT_EQ(value, 0);
      std::vector<std::uint8_t> parameters(i.parameter_layout.size), facts(i.fact_layout.size), readings(8);
      std::uint8_t event[64] = {};
      EXPECT_EQ(newer.step(parameters, facts, readings, state, event), 20);
      EXPECT_EQ(newer.function<int(void *, void *, void *, void *, void *)>("_tick")(parameters.data(), facts.data(), readings.data(), state.data(),
                                                                                     state.data()),
                20);
      EXPECT_EQ(newer.function<int(void *, void *)>("_next")(parameters.data(), state.data()), INT32_MAX);
      std::int64_t values[3] = {7, 7, 7};
      std::uint8_t statuses[3] = {};
      deal_batch batch{3, parameters.data(), facts.data(), readings.data(), state.data(), Loaded::day, nullptr, nullptr, nullptr, nullptr};
      deal_output output{values, statuses};
      EXPECT_EQ(newer.function<std::int64_t(deal_batch *, deal_output *)>("_Q_accrued_batch")(&batch, &output), 3);
      for (auto s : statuses) EXPECT_EQ(s, 20);
      for (auto v : values) EXPECT_EQ(v, 0);
      std::int32_t days[3] = {Loaded::day, Loaded::day, Loaded::day};
      deal_column fields[3] = {{days, nullptr, 0}, {days, nullptr, 0}, {values, nullptr, 0}};
      deal_ledger ledger{3, parameters.data(), facts.data(), readings.data(), state.data(), nullptr, fields, nullptr, statuses};
      EXPECT_EQ(newer.function<std::int64_t(deal_ledger *)>("_step_Sale_ledger")(&ledger), 3);
      for (auto s : statuses) EXPECT_EQ(s, 20);
      EXPECT_EQ(state, before);
    }
  }
}

TEST(State, IsCarriedOverAnAmendmentThatHasNotBegun) {
  Loaded older(two_payments), newer(amended);
  auto kept = older.after_a_sale();
  EXPECT_TRUE(host::fits(older.library.interface, kept));
  EXPECT_FALSE(host::fits(newer.library.interface, kept));
  auto carried = host::migrate(older.library.interface, newer.library.interface, newer.code, kept);
  ASSERT_TRUE(carried) << carried.error();
  EXPECT_EQ(newer.function<int(const void *)>("_fits")(carried->data()), 1);
  std::int64_t value = 0;
  EXPECT_EQ(newer.ask("_Q_accrued", *carried, value), 0);
  EXPECT_EQ(value, 2000);
  // The other way round money would be lost, and what began before the state's day has an unknown past: both are said by name.
  auto back = host::migrate(newer.library.interface, older.library.interface, older.code, *carried);
  ASSERT_FALSE(back);
  EXPECT_NE(back.error().find("P_piece_20260701: the newer library does not keep it"), std::string::npos) << back.error();
  Loaded late(two_payments + "amendment X effective 2026-02-01 { change P { capped at 500 USD in total counting from 2026-02-01 } }\n");
  auto refused = host::migrate(older.library.interface, late.library.interface, late.code, kept);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("P_piece_20260201: it counts from 2026-02-01, and the state stands at 2026-02-16"), std::string::npos)
      << refused.error();
  Loaded more(two_payments + "payment R { A pays 1% of Sale.gross to B }\n");
  auto unknown = host::migrate(older.library.interface, more.library.interface, more.code, kept);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().find("R_earned: it counts from 2026-01-01, and the state stands at 2026-02-16"), std::string::npos) << unknown.error();
}

// Every struct as the descriptor says it, and nothing that a compiler warns of: C11 and C++17, with -Wall -Wextra -Wpedantic -Werror.
class Headers {
public:
  bool add(const std::string &text) { // whether it is a deal
    auto model = model_of(text);
    if (!model) return false;
    auto i = lower::lower(*model, {}).interface;
    if (!names_.insert(i.prefix).second) return others_.push_back(text), true;
    std::ofstream(folder_ / (i.prefix + ".h")) << interface::header(i);
    source_ += fmt::format("#include \"{}.h\"\n", i.prefix);
    layout(i.parameter_layout), layout(i.fact_layout), layout(i.state_layout);
    for (auto &q : i.questions) layout(q.layout);
    for (auto &s : i.steps) layout(s.layout);
    ++count;
    return true;
  }
  // The deals whose names were taken come in the next round.
  void compile() {
    while (true) {
      std::ofstream(folder_ / "all.c") << "#include <stddef.h>\n#ifndef __cplusplus\n#define static_assert _Static_assert\n#endif\n" << source_;
      for (auto command : {"cc -std=c11 -x c", "c++ -std=c++17 -x c++"}) {
        auto line = fmt::format("cd {} && {} -Wall -Wextra -Wpedantic -Werror -fsyntax-only all.c 2>&1", folder_.string(), command);
        auto *pipe = popen(line.c_str(), "r");
        std::string said;
        char buffer[4096];
        for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) said.append(buffer, n);
        EXPECT_EQ(pclose(pipe), 0) << line << "\n" << said.substr(0, 4000);
      }
      if (others_.empty()) return;
      auto next = std::exchange(others_, {});
      names_.clear(), source_.clear();
      for (auto &text : next) add(text);
    }
  }
  int count = 0;

private:
  void layout(const interface::Layout &l) {
    source_ += fmt::format("static_assert(sizeof({}) == {}, \"size\");\n", l.name, l.size);
    for (auto &s : l.slots) {
      source_ += fmt::format("static_assert(offsetof({}, {}) == {}, \"place\");\n", l.name, s.name, s.at.offset);
      if (s.known) source_ += fmt::format("static_assert(offsetof({}, {}_known) == {}, \"flag\");\n", l.name, s.name, *s.known);
    }
  }
  fs::path folder_ = [] {
    auto out = fs::path(testing::TempDir()) / "deal_headers";
    fs::create_directories(out);
    return out;
  }();
  std::set<std::string> names_;
  std::string source_;
  std::vector<std::string> others_;
};

TEST(Header, OfEveryDealCompilesWithoutAWarning) {
  Headers all;
  for (auto folder : {"examples", "tests/golden", "tests/vectors"})
    for (auto &e : fs::recursive_directory_iterator(root / folder))
      if (e.path().extension() == ".deal") all.add(test::read(e.path()));
  all.compile();
  EXPECT_GT(all.count, 20);
}

TEST(Header, NamesOfADealNeverBreakIt) {
  Headers all;
  int n = 0;
  auto deal = [&](const std::string &body) { EXPECT_TRUE(all.add(fmt::format("deal N{} effective 2026-01-01\n{}{}", n++, base, body))) << body; };
  for (auto word :
       {"class",     "int",      "default", "double",  "register",   "goto",  "NULL",     "new",   "errno",      "typename", "int32_t", "size_t",
        "INT32_MAX", "offsetof", "bool",    "DEAL_OK", "DEAL_BATCH", "_Bool", "__LINE__", "linux", "deal_batch", "nothing",  "padding"}) {
    deal(fmt::format("parameter {}: integer = 1\ndefine d: integer = {}\n", word, word));
    deal(fmt::format("event Sale reported by B {{ {}: money }}\nfact f: boolean\n", word));
    deal(fmt::format("define {}: integer = 1\n", word));
  }
  for (auto word : {"on", "for_day", "on_known"}) deal(fmt::format("event Sale reported by B {{ {}: money }}\n", word));
  for (auto word : {"facts", "parameters", "does_x", "pays_x"}) deal(fmt::format("event {} reported by B {{ g: money }}\n", word));
  for (auto word : {"next", "init", "tick", "step_Sale", "batch", "descriptor", "defaults", "fits", "P_earned", "P_earned_batch", "may_use",
                    "question_0", "loaded"})
    deal(fmt::format("event Sale reported by B {{ g: money }}\npayment P {{ A pays 10% of Sale.g to B }}\ndefine {}: money = 1 USD\n", word));
  for (auto word : {"halt", "seq", "layout", "P_earned", "P_piece_0", "Sale_first"})
    deal(fmt::format(
        "event Sale reported by B {{ g: money }}\npayment P {{ A pays 10% of Sale.g to B }}\nstate {}: money = 0 USD {{ after Sale: Sale.g }}\n",
        word));
  for (auto word : {"P_earned_B_part", "P_accrued_B_part_batch"})
    deal(fmt::format("party X_Y\nevent Sale reported by A {{ g: money }}\npayment P {{ A pays split 50% to B, 50% to X_Y of Sale.g }}\n"
                     "define {}: money = 1 USD\nstate {}_: money = 0 USD {{ after Sale: Sale.g }}\n",
                     word, word));
  deal("fact a: boolean\nfact a_known: boolean\nfact a_known_: boolean\nparameter r: ratio = 1/2\nparameter r_over: integer = 1\n");
  deal("party C \"*/ int x; /* /*/ \xE2\x80\xAE\", D\nfact f: boolean\naction go(n: integer) by A\npermission Q { A may go(n) when f }\n");
  deal("event \xC3\x89 reported by B { \xC3\xA9t\xC3\xA9: money }\ndefine x41: integer = 1\nfact ok(n: integer): boolean\n"
       "action go(n: integer) by A as gone\nprohibition Q { A must not go(n) when ok(n) and gone(1) }\n");
  all.compile();
  EXPECT_GT(all.count, 60) << "too few of them are taken by the checker";
}

} // namespace
