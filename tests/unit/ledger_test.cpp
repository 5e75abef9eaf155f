// A ledger in columns ends in the state, and earns the amounts, that its steps end in one by one: over lanes, ends of chunks, instances, refused
// rows, amounts beyond what lanes hold.
#include "codegen/artifact.h"
#include "session/session.h"
#include "ledger.h"
#include "support/begin.h"
#include <cstring>
#include <gtest/gtest.h>
#include <random>

using namespace deal;

namespace {

using Bytes = std::vector<std::uint8_t>;

struct Rows {
  std::vector<Bytes> fields; // columns
  std::vector<std::int64_t> instances;
};

// Mostly ordinary rows in order; now and then one that is refused, or an amount at an edge.
Rows random_rows(const interface::StepInfo &step, std::mt19937_64 &random, std::size_t n, std::int64_t instances, bool odd) {
  Rows out;
  for (std::size_t k = 0; k < n; ++k) out.instances.push_back(static_cast<std::int64_t>(k) * instances / static_cast<std::int64_t>(n));
  std::vector<std::int32_t> on(n), economic(n);
  std::int32_t day = 20600;
  for (std::size_t k = 0; k < n; ++k) {
    if (k > 0 && out.instances[k] != out.instances[k - 1]) day = 20600;
    day += static_cast<std::int32_t>(random() % 3);
    on[k] = day, economic[k] = day - static_cast<std::int32_t>(random() % 40);
    if (odd && random() % 97 == 0) on[k] -= 100;
    if (odd && random() % 97 == 0) economic[k] = day + 1;
  }
  for (std::size_t f = 0; f < step.layout.slots.size(); ++f) {
    auto &slot = step.layout.slots[f];
    auto size = size_of(slot.at.elem);
    Bytes column(n * size);
    for (std::size_t k = 0; k < n; ++k) {
      std::int64_t v = f == 0 ? on[k] : f == 1 ? economic[k] : static_cast<std::int64_t>(random() % 2'000'000'000) - 500'000'000;
      if (f > 1 && size == 1) v = static_cast<std::int64_t>(random() % 2);
      if (f > 1 && slot.type.base == ValueType::choice) v = static_cast<std::int64_t>(random() % slot.type.names.size());
      if (f > 1 && odd && size == 8 && random() % 61 == 0)
        v = static_cast<std::int64_t>(random() % 2'000'000'000'000'000'000) - 1'000'000'000'000'000'000;
      std::memcpy(column.data() + k * size, &v, size);
    }
    out.fields.push_back(std::move(column));
  }
  return out;
}

void same_as_steps(session::Running &running, std::uint64_t seed, std::size_t n, std::int64_t instances, bool odd) {
  auto &i = running.interface;
  auto &code = running.code;
  auto find = [&](const std::string &name) { return running.loaded.symbol(name); };
  std::mt19937_64 random(seed);
  Bytes parameters(i.parameter_layout.size + 8), facts(i.fact_layout.size + 8), readings(64, 1);
  reinterpret_cast<std::int32_t (*)(void *)>(find(i.prefix + "_defaults"))(parameters.data());
  for (std::size_t s = 0; s < i.steps.size(); ++s) {
    auto &step = i.steps[s];
    if (step.kind > interface::StepInfo::happens) continue;
    auto size = i.state_layout.size;
    Bytes states(size * static_cast<std::size_t>(instances)), by_steps, next(size);
    for (std::int64_t k = 0; k < instances; ++k) code.init(parameters.data(), 20500, states.data() + static_cast<std::size_t>(k) * size);
    by_steps = states;
    auto rows = random_rows(step, random, n, instances, odd);
    std::vector<deal_column> columns;
    for (auto &c : rows.fields) columns.push_back({c.data(), nullptr, 0});
    auto &emitted = step.earned;
    std::vector<std::vector<std::int64_t>> earned(emitted.size(), std::vector<std::int64_t>(n)), wanted = earned;
    std::vector<void *> to;
    for (auto &e : earned) to.push_back(e.data());
    Bytes statuses(n, 77), expected(n);
    deal_ledger ledger{static_cast<std::int64_t>(n), parameters.data(), facts.data(), readings.data(), states.data(),
                       rows.instances.data(),        columns.data(),    to.data(),    statuses.data()};
    reinterpret_cast<std::int64_t (*)(const deal_ledger *)>(find(step.symbol + "_ledger"))(&ledger);
    for (std::size_t k = 0; k < n; ++k) {
      auto *state = by_steps.data() + static_cast<std::size_t>(rows.instances[k]) * size;
      Bytes event(step.layout.size);
      std::int32_t on;
      for (std::size_t f = 0; f < columns.size(); ++f) {
        auto bytes = rows.fields[f].size() / n;
        std::memcpy(event.data() + step.layout.slots[f].at.offset, rows.fields[f].data() + k * bytes, bytes);
      }
      std::memcpy(&on, event.data(), 4);
      while (code.next(parameters.data(), state) <= on && code.tick(parameters.data(), facts.data(), readings.data(), state, state, nullptr) == 0) {}
      expected[k] =
          static_cast<std::uint8_t>(code.steps[s](parameters.data(), facts.data(), readings.data(), state, event.data(), next.data(), nullptr));
      std::memcpy(state, next.data(), size);
      for (std::size_t e = 0; e < emitted.size(); ++e)
        if (expected[k] == 0) std::memcpy(&wanted[e][k], next.data() + emitted[e], 8);
    }
    ASSERT_EQ(statuses, expected) << step.symbol << ", " << n << " rows";
    ASSERT_EQ(states, by_steps) << step.symbol << ", " << n << " rows";
    ASSERT_EQ(earned, wanted) << step.symbol << ", " << n << " rows";
  }
}

void every_form(int instructions) {
  std::uint64_t seed = 1;
  for (auto *name :
       {"tests/golden/deals/bench.deal", "tests/golden/deals/mixed.deal", "tests/golden/deals/order.deal",
        "tests/golden/deals/prior.deal", "examples/partnership/partnership.deal"}) {
    auto compiled = test::compiled(test::read(std::filesystem::path(DEAL_ROOT) / name));
    lower::Request whole;
    whole.columns = true;
    auto made = session::machine_code(compiled.program.model, whole);
    ASSERT_TRUE(made);
    auto options = made->options(3);
    options.instructions = {instructions};
    auto loaded = codegen::load_jit(made->functions, options);
    ASSERT_TRUE(loaded);
    host::Code code(made->interface, loaded->symbol);
    session::Running running{std::move(made->interface), std::move(*loaded), std::move(code)};
    for (std::size_t n : {1u, 15u, 16u, 33u, 700u, 3000u})
      for (std::int64_t instances :
           std::set<std::int64_t>{1, std::min(static_cast<std::int64_t>(n), std::int64_t{7}), static_cast<std::int64_t>(n + 9) / 10,
                                  static_cast<std::int64_t>(n + 1) / 2, static_cast<std::int64_t>(n)})
        for (bool odd : {false, true}) same_as_steps(running, seed++, n, instances, odd);
  }
}

// Where the machine has no such instructions, the sets it has are tested.
TEST(Ledger, EveryMachine) { every_form(0); }
TEST(Ledger, Avx2) { every_form(std::min(1, codegen::instructions_here())); }
TEST(Ledger, Avx512) { every_form(std::min(2, codegen::instructions_here())); }

} // namespace
