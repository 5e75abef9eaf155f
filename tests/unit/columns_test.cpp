// Terms in lanes are their single calls, to the bit, on every instruction set: results and amounts at the edges of what the lanes' form holds
// (2^50, 2^51), rates near 8.58 (2^51 cents of 2.6e14), ties, negatives, divisors of zero, nulls with garbage under them, offsets that are no
// whole byte, ends of chunks.
#include "batch.h"
#include "session/session.h"
#include "support/begin.h"
#include <cstring>
#include <gtest/gtest.h>
#include <random>

using namespace deal;

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr const char *modes[] = {"half even", "half up", "half down", "up", "down", "ceiling", "floor"};

std::string forms() {
  std::string text = "deal Forms\ncurrency USD\nround half even\nkind Cloud { Azure, Other }\nparameter rate: percent\nparameter parts: integer\n"
                     "parameter floor: money\nfact a: money\nfact b: money\n"
                     "fact n: integer\nfact flag: boolean\nfact day: date\nfact cloud: Cloud\n";
  for (std::size_t k = 0; k < std::size(modes); ++k) {
    text += fmt::format("define by_rate_{}: money = (rate * a rounded {} to 2 places)\n", k, modes[k]);
    text += fmt::format("define eighth_{}: money = (12.5% * a rounded {} to 2 places)\n", k, modes[k]);
    text += fmt::format("define third_{}: money = (a / 3 rounded {} to 2 places)\n", k, modes[k]);
    text += fmt::format("define each_{}: money = (a / n rounded {} to 2 places)\n", k, modes[k]);
    text += fmt::format("define by_parts_{}: money = (a / parts rounded {} to 2 places)\n", k, modes[k]);
    text += fmt::format("define rated_{}: money = (rate * a / parts rounded {} to 2 places)\n", k, modes[k]);
    text += fmt::format("define over_floor_{}: decimal(6) = (a / floor rounded {} to 6 places)\n", k, modes[k]);
    text += fmt::format("define part_{}: decimal(6) = (a / b rounded {} to 6 places)\n", k, modes[k]);
  }
  return text + "define chosen: money = if flag and day >= 2026-01-01 then rate * a else b\n"
                "define bounded: money = (a + b) but not below 0 USD nor above 38_000_000_000 USD\n"
                "define of_cloud: integer = case cloud { when Azure: n when Other: 0 - n }\n"
                "define dated: boolean = day < today and not flag\n"
                "define dated_and_large: boolean = day < today and not flag and a > floor\n";
}

std::int64_t pick(std::mt19937_64 &random) {
  auto power = std::int64_t{1} << (random() % 60);
  auto near = [&](std::int64_t x) { return x + static_cast<std::int64_t>(random() % 7) - 3; };
  std::int64_t v = 0;
  switch (random() % 8) {
  case 0: v = near(power); break;
  case 1: v = near(std::int64_t{1} << 50); break;
  case 2: v = near(std::int64_t{1} << 51); break;
  case 3: v = near(262'500'000'000'000); break; // by 8.58 near 2^51
  case 4: v = static_cast<std::int64_t>(random() % 1000) * 4; break;
  default: v = static_cast<std::int64_t>(random() % 4'000'000'000'000); break;
  }
  return random() % 2 ? v : -v;
}

struct Machine {
  session::Machine machine;
  interface::Loaded loaded;
  host::Code code;
};

Machine compile(const std::vector<int> &instructions) {
  auto compiled = test::compiled(forms());
  lower::Request whole;
  whole.columns = true;
  auto made = session::machine_code(compiled.program.model, whole);
  auto options = made->options(3);
  options.instructions = instructions;
  auto loaded = codegen::load_jit(made->functions, options);
  host::Code code(made->interface, loaded->symbol);
  return {std::move(*made), std::move(*loaded), std::move(code)};
}

struct Columns {
  std::vector<Bytes> values, validity;
  std::vector<deal_column> columns;
};

struct Kind {
  bool ordinary, nulls, varying; // the last: parameters differ from row to row
};

Columns random_columns(const interface::Layout &layout, std::mt19937_64 &random, std::int64_t rows, std::int64_t offset, const Kind &kind) {
  Columns out;
  auto all = rows + offset;
  for (auto &slot : layout.slots) {
    auto size = size_of(slot.at.elem);
    Bytes column(static_cast<std::size_t>(all) * size), bits(static_cast<std::size_t>(all) / 8 + 1, 0xFF);
    for (std::int64_t r = 0; r < all; ++r) {
      bool known = !kind.nulls || random() % 5 != 0;
      auto v = kind.ordinary && known ? static_cast<std::int64_t>(random() % 1'000'000'000) - 300'000'000 : pick(random);
      if (!known) v = static_cast<std::int64_t>(random()); // garbage
      if (size == 1) v &= 1;
      if (size == 4)
        v = slot.type.base == ValueType::choice ? static_cast<std::int64_t>(random() % 2) : 20000 + static_cast<std::int64_t>(random() % 1000);
      if (slot.name == "n" && random() % 50 == 0) v = 0;
      std::memcpy(column.data() + static_cast<std::size_t>(r) * size, &v, size);
      if (!known) bits[static_cast<std::size_t>(r / 8)] &= static_cast<std::uint8_t>(~(1 << (r % 8)));
    }
    out.values.push_back(std::move(column));
    out.validity.push_back(std::move(bits));
  }
  for (std::size_t s = 0; s < out.values.size(); ++s)
    out.columns.push_back({out.values[s].data(), kind.nulls ? out.validity[s].data() : nullptr, offset});
  return out;
}

// The struct of a single call.
Bytes row_of(const interface::Layout &layout, const Columns &from, std::int64_t row) {
  Bytes out(layout.size + 8);
  for (std::size_t s = 0; s < layout.slots.size(); ++s) {
    auto &slot = layout.slots[s];
    auto at = static_cast<std::size_t>(row + from.columns[s].offset);
    bool known = from.validity[s][at / 8] >> (at % 8) & 1;
    auto size = size_of(slot.at.elem);
    if (known) std::memcpy(out.data() + slot.at.offset, from.values[s].data() + at * size, size);
    out[*slot.known] = known;
  }
  return out;
}

void compare(const Machine &x, std::mt19937_64 &random, std::int64_t rows, const Kind &kind, const std::array<std::int64_t, 3> &given) {
  auto &i = x.machine.interface;
  auto facts = random_columns(i.fact_layout, random, rows, static_cast<std::int64_t>(random() % 9), kind);
  auto varying = random_columns(i.parameter_layout, random, rows, static_cast<std::int64_t>(random() % 9), kind);
  if (kind.varying && random() % 2) varying.columns[0] = {nullptr, nullptr, 0}; // one stays as the struct says
  Bytes parameters(i.parameter_layout.size + 8), none(i.fact_layout.size + 8);
  for (std::size_t p = 0; p < given.size(); ++p) {
    auto &slot = i.parameter_layout.slots[p];
    std::memcpy(parameters.data() + slot.at.offset, &given[p], 8);
    parameters[*slot.known] = p == 0 || !kind.nulls || random() % 4 != 0;
  }
  std::uint8_t readings[8] = {};
  deal_batch batch{rows,
                   parameters.data(),
                   none.data(),
                   readings,
                   nullptr,
                   20500,
                   kind.varying ? varying.columns.data() : nullptr,
                   facts.columns.data(),
                   nullptr,
                   nullptr};
  std::vector<std::vector<std::int64_t>> out(i.terms.size(), std::vector<std::int64_t>(static_cast<std::size_t>(rows)));
  std::vector<Bytes> statuses(i.terms.size(), Bytes(static_cast<std::size_t>(rows), 99));
  std::vector<deal_output> outputs;
  bool some = random() % 3 == 0; // not all terms are wanted, not of all their statuses
  for (std::size_t t = 0; t < i.terms.size(); ++t)
    outputs.push_back({some && random() % 2 ? nullptr : out[t].data(), some && random() % 2 ? nullptr : statuses[t].data()});
  using Entry = std::int64_t (*)(const deal_batch *, const deal_output *);
  auto failed = reinterpret_cast<Entry>(x.loaded.symbol("Forms_batch"))(&batch, outputs.data());
  std::int64_t expected = 0;
  for (std::int64_t r = 0; r < rows; ++r) {
    auto row = row_of(i.fact_layout, facts, r);
    auto set = parameters;
    if (kind.varying) {
      set = row_of(i.parameter_layout, varying, r);
      if (!varying.columns[0].values) {
        auto &slot = i.parameter_layout.slots[0];
        std::memcpy(set.data() + slot.at.offset, &given[0], 8);
        set[*slot.known] = 1;
      }
    }
    for (std::size_t t = 0; t < i.terms.size(); ++t) {
      auto bytes = i.terms[t].type.base == ValueType::boolean ? 1u : 8u;
      std::int64_t value = 0, found = 0;
      auto status = x.code.terms[t](set.data(), row.data(), readings, nullptr, nullptr, 20500, &value, nullptr);
      if (outputs[t].values) expected += status != 0;
      else value = 0, status = 99;
      if (!outputs[t].statuses) status = 99;
      std::memcpy(&found, reinterpret_cast<std::uint8_t *>(out[t].data()) + static_cast<std::size_t>(r) * bytes, bytes);
      ASSERT_EQ(statuses[t][static_cast<std::size_t>(r)], status) << i.terms[t].name << " row " << r << " of " << rows;
      ASSERT_EQ(found, value) << i.terms[t].name << " row " << r << " of " << rows;
    }
  }
  ASSERT_EQ(failed, expected);
}

void every_form(const std::vector<int> &instructions) {
  auto x = compile(instructions);
  std::mt19937_64 random(static_cast<std::uint64_t>(instructions.size()));
  // A rate, an integer, an amount: ordinary ones, at edges, beyond what the lanes' form holds, of no size, below zero.
  const std::array<std::int64_t, 3> all[] = {{200'000'000, 12, 1'000'00},
                                             {125'000'000, 8, 1},
                                             {8'580'000'000, 1'000'000'007, (std::int64_t{1} << 50) - 1},
                                             {1, -3, std::int64_t{1} << 53},
                                             {123'456'789, 0, -7}};
  for (auto &given : all)
    for (std::int64_t rows : std::initializer_list<std::int64_t>{1, 63, 64, 511, 512, 513, 1100})
      for (bool ordinary : {true, false})
        for (bool nulls : {false, true})
          for (bool varying : {false, true}) compare(x, random, rows, {ordinary, nulls, varying}, given);
}

TEST(Columns, EveryMachine) { every_form({0}); }
TEST(Columns, Avx2) { every_form({0, 1}); }
TEST(Columns, Avx512) { every_form({0, 1, 2}); }

TEST(Columns, EveryTermHasAForm) {
  auto x = compile({0});
  EXPECT_FALSE(x.machine.options(3).shared.empty());
  for (auto &c : x.machine.columns) EXPECT_TRUE(c.known && c.masked) << x.machine.functions[c.row].symbol;
}

} // namespace
