// Every row of a batch is the single call of that row: nulls with garbage under them, offsets that are no whole byte.
#include "batch.h"
#include "session/session.h"
#include "stream.h"
#include "support/begin.h"
#include <cstring>
#include <gtest/gtest.h>
#include <random>

using namespace deal;

namespace {

TEST(Batch, RowsAreSingleCalls) {
  auto compiled = test::compiled(test::read(std::string(DEAL_ROOT) + "/tests/golden/deals/bench.deal"));
  // As a library: each term has an entry of its own.
  auto made = session::machine_code(compiled.program.model, {});
  ASSERT_TRUE(made);
  auto linked = codegen::link_shared(codegen::emit_objects(made->functions, made->options(2)));
  ASSERT_TRUE(linked);
  auto loaded = test::loaded(*linked);
  auto &i = made->interface;
  host::Code code(i, loaded.symbol);
  std::mt19937_64 random(5);
  constexpr std::int64_t rows = 257, offset = 3, all = rows + offset;
  auto slots = i.fact_layout.slots.size();
  std::vector<std::vector<std::uint8_t>> values(slots), validity(slots);
  std::vector<deal_column> columns(slots);
  for (std::size_t s = 0; s < slots; ++s) {
    auto size = size_of(i.fact_layout.slots[s].at.elem);
    values[s].resize(static_cast<std::size_t>(all) * size);
    for (std::size_t k = 0; k < static_cast<std::size_t>(all); ++k) {
      std::int64_t v =
          size == 1 ? static_cast<std::int64_t>(random() % 2) : static_cast<std::int64_t>(random() % 400'000'000'000'000) - 200'000'000'000'000;
      if (random() % 10 == 0) v = static_cast<std::int64_t>(random());
      if (size == 1) v &= 1;
      std::memcpy(values[s].data() + k * size, &v, size);
    }
    validity[s].resize(static_cast<std::size_t>(all) / 8 + 1);
    for (auto &byte : validity[s]) byte = static_cast<std::uint8_t>(random());
    columns[s] = {values[s].data(), s % 2 ? nullptr : validity[s].data(), offset};
  }
  std::vector<std::int32_t> days(rows);
  for (auto &d : days) d = 20000 + static_cast<std::int32_t>(random() % 4000);
  for (std::size_t t = 0; t < i.terms.size(); ++t) {
    if (i.terms[t].stateful) continue;
    std::vector<std::uint8_t> parameters(i.parameter_layout.size + 8), facts(i.fact_layout.size + 8), out(rows * 8), statuses(rows);
    std::uint8_t readings[1] = {0};
    deal_batch batch{rows, parameters.data(), facts.data(), readings, nullptr, 0, nullptr, columns.data(), nullptr, days.data()};
    deal_output output{out.data(), statuses.data()};
    using Entry = std::int64_t (*)(const deal_batch *, const deal_output *);
    reinterpret_cast<Entry>(loaded.symbol(i.terms[t].symbol + "_batch"))(&batch, &output);
    bool byte = i.terms[t].type.base == ValueType::boolean;
    for (std::int64_t r = 0; r < rows; ++r) {
      std::vector<std::uint8_t> row(i.fact_layout.size + 8);
      for (std::size_t s = 0; s < slots; ++s) {
        auto &slot = i.fact_layout.slots[s];
        auto at = static_cast<std::size_t>(r + offset);
        bool known = !columns[s].validity || (validity[s][at / 8] >> (at % 8) & 1);
        auto size = size_of(slot.at.elem);
        if (known) std::memcpy(row.data() + slot.at.offset, values[s].data() + at * size, size);
        row[*slot.known] = known;
      }
      std::int64_t value = 0, found = 0;
      auto status = code.terms[t](parameters.data(), row.data(), readings, nullptr, nullptr, days[static_cast<std::size_t>(r)], &value, nullptr);
      std::memcpy(&found, out.data() + static_cast<std::size_t>(r) * (byte ? 1 : 8), byte ? 1 : 8);
      ASSERT_EQ(statuses[static_cast<std::size_t>(r)], status) << i.terms[t].name << " row " << r;
      ASSERT_EQ(found, value) << i.terms[t].name << " row " << r;
    }
  }
}

// Results that go past the caches are those of small batches, wherever they begin.
TEST(Batch, ManyRows) {
  auto compiled = test::compiled("deal Many\ncurrency USD\nround half even\nfact a: money\ndefine x: money = 12.5% * a\n"
                                 "define y: boolean = a > 0 USD\n");
  auto running = session::run_here(compiled.program.model, {}, 3);
  ASSERT_TRUE(running);
  auto &i = (*running)->interface;
  using Entry = std::int64_t (*)(const deal_batch *, const deal_output *);
  auto entry = reinterpret_cast<Entry>((*running)->loaded.symbol("Many_batch"));
  constexpr std::int64_t rows = deal_stream_bytes / 9 + 777, few = 1000;
  std::mt19937_64 random(11);
  std::vector<std::int64_t> a;
  for (std::int64_t k = 0; k < rows; ++k) a.push_back(static_cast<std::int64_t>(random() >> 20) - (std::int64_t{1} << 43));
  std::vector<std::uint8_t> facts(i.fact_layout.size + 8), parameters(8), x(rows * 8 + 64), y(rows + 64);
  auto run = [&](std::int64_t from, std::int64_t n, std::uint8_t *to_x, std::uint8_t *to_y) {
    deal_column column{a.data() + from, nullptr, 0};
    deal_batch batch{n, parameters.data(), facts.data(), nullptr, nullptr, 0, nullptr, &column, nullptr, nullptr};
    deal_output outputs[2] = {{to_x, nullptr}, {to_y, nullptr}};
    ASSERT_EQ(entry(&batch, outputs), 0);
  };
  for (std::size_t shift : {0u, 1u, 8u, 13u}) {
    run(0, rows, x.data() + shift, y.data() + shift);
    std::vector<std::uint8_t> few_x(few * 8), few_y(few);
    for (std::int64_t from = 0; from < rows; from += few) {
      auto n = std::min(few, rows - from);
      run(from, n, few_x.data(), few_y.data());
      ASSERT_EQ(std::memcmp(x.data() + shift + from * 8, few_x.data(), static_cast<std::size_t>(n) * 8), 0) << from;
      ASSERT_EQ(std::memcmp(y.data() + shift + from, few_y.data(), static_cast<std::size_t>(n)), 0) << from;
    }
  }
}

TEST(Build, TheSameBytesEachTime) {
  Sink sink;
  auto make = [&](const char *path) {
    auto compiled = session::compile(Source(path, "deal A\ncurrency USD\nround half even\nfact a: money\ndefine x: money = 12.5% * a\n"), sink);
    auto made = session::machine_code(compiled.program.model, {});
    auto &machine = *made;
    return *codegen::link_shared(codegen::emit_objects(machine.functions, machine.options(2, "{}")));
  };
  EXPECT_EQ(make("one/a.deal"), make("two/b.deal"));
}

} // namespace
