// Single calls, plain and explained.
#include "workload.h"

namespace deal::bench {

void calls(Bench &bench) {
  auto &[root, quick, compiled, ours, built_for_this, theirs, interface, terms, parameters, state, facts_of_none, readings, entry] = bench;
  {
    // One call for each of three clauses, through a pointer.
    Data d(1 << 16);
    auto *active = ours.get<Term>("Bench_Q1_active"), *share = ours.get<Term>("Bench_Q2"), *first = ours.get<Term>("Bench_Q3");
    auto *traced = ours.get<std::int32_t(const void *, const void *, const std::uint8_t *, const void *, const void *, std::int32_t, void *, void *)>(
        "Bench_Q2_traced");
    auto *hand_active = theirs.get<std::int32_t(std::int32_t, std::uint8_t *)>("by_hand_active");
    auto *hand_share = theirs.get<std::int32_t(std::int32_t, std::int64_t, std::int64_t, std::int64_t *)>("by_hand_share");
    auto *hand_first = theirs.get<std::int32_t(std::uint8_t, std::uint8_t, std::uint8_t, std::uint8_t *)>("by_hand_first");
    auto size = (interface.fact_layout.size + 7) / 8 * 8;
    std::vector<std::uint8_t> facts(size * static_cast<std::size_t>(d.n));
    for (std::size_t i = 0; i < static_cast<std::size_t>(d.n); ++i)
      for (auto &s : interface.fact_layout.slots) {
        auto *at = facts.data() + i * size;
        at[*s.known] = 1;
        auto put = [&](const auto &x) { std::memcpy(at + s.at.offset, &x, sizeof x); };
        if (s.name == "gross") put(d.gross[i]);
        if (s.name == "so_far") put(d.so_far[i]);
        if (s.name == "on_azure") put(d.on_azure[i]);
        if (s.name == "supported") put(d.supported[i]);
        if (s.name == "declines") put(d.declines[i]);
      }
    std::int64_t sum = 0, sum_by_hand = 0, words[2];
    std::uint8_t bytes[2];
    auto calls = static_cast<double>(d.n);
    compare(
        "one call each of Q1, Q2, Q3, through a pointer", 1.20, calls, 0,
        [&] {
          sum = 0;
          for (std::size_t i = 0; i < static_cast<std::size_t>(d.n); ++i) {
            auto *f = facts.data() + i * size;
            active(parameters.data(), f, readings, nullptr, nullptr, d.date[i], &bytes[0]);
            share(parameters.data(), f, readings, nullptr, nullptr, d.date[i], &words[0]);
            first(parameters.data(), f, readings, nullptr, nullptr, d.date[i], &bytes[1]);
            sum += words[0] + bytes[0] + bytes[1];
          }
        },
        [&] {
          sum_by_hand = 0;
          for (std::size_t i = 0; i < static_cast<std::size_t>(d.n); ++i) {
            hand_active(d.date[i], &bytes[0]);
            hand_share(d.date[i], d.gross[i], d.so_far[i], &words[0]);
            hand_first(d.on_azure[i], d.supported[i], d.declines[i], &bytes[1]);
            sum_by_hand += words[0] + bytes[0] + bytes[1];
          }
        });
    if (sum != sum_by_hand) stop("the calls differ");
    std::int64_t trace[64];
    compare(
        "one explained call of Q2 (beside a plain one)", 3.00, calls, 0,
        [&] {
          for (std::size_t i = 0; i < static_cast<std::size_t>(d.n); ++i)
            traced(parameters.data(), facts.data() + i * size, readings, nullptr, nullptr, d.date[i], &words[0], trace);
        },
        [&] {
          for (std::size_t i = 0; i < static_cast<std::size_t>(d.n); ++i)
            share(parameters.data(), facts.data() + i * size, readings, nullptr, nullptr, d.date[i], &words[0]);
        });
  }
}

} // namespace deal::bench
