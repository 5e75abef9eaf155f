// Ledgers and portfolios beside a loop by hand.
#include "oracle/oracle.h"
#include "workload.h"

namespace deal::bench {

void ledgers(Bench &bench) {
  auto &[root, quick, compiled, ours, built_for_this, theirs, interface, terms, parameters, state, facts_of_none, readings, entry] = bench;
  auto &m = compiled.program.model;
  Sink sink;
  for (std::int64_t instances : {std::int64_t{1}, std::int64_t{1'000'000}}) {
    // A ledger sorted by date; a portfolio of deals with ten reports each.
    std::int64_t n = instances == 1 ? 1'000'000 : quick ? 2'000'000 : 10'000'000;
    if (quick) instances = std::min<std::int64_t>(instances, n / 10);
    Data d(n);
    for (auto &g : d.gross) g = g * 1000 / n + 1; // so that a cap is met somewhere on the way
    std::vector<std::int64_t> instance(static_cast<std::size_t>(n));
    for (std::int64_t k = 0; k < n; ++k) instance[static_cast<std::size_t>(k)] = k * instances / n;
    for (std::size_t k = 0; k < instance.size();) {
      auto end = k;
      while (end < instance.size() && instance[end] == instance[k]) ++end;
      std::sort(d.date.begin() + static_cast<std::ptrdiff_t>(k), d.date.begin() + static_cast<std::ptrdiff_t>(end));
      k = end;
    }
    auto *init = ours.get<std::int32_t(const void *, std::int32_t, void *)>("Bench_init");
    auto *run = ours.get<std::int64_t(const deal_ledger *)>("Bench_step_Report_ledger");
    std::vector<std::uint8_t> first(interface.state_layout.size), states(interface.state_layout.size * static_cast<std::size_t>(instances));
    init(parameters.data(), d.date.front() > 20000 ? 20000 : d.date.front(), first.data());
    std::vector<std::int64_t> earned(static_cast<std::size_t>(n)), by_hand_earned(static_cast<std::size_t>(n)),
        totals(static_cast<std::size_t>(instances));
    deal_column fields[] = {{d.date.data(), nullptr, 0}, {d.date.data(), nullptr, 0}, {d.gross.data(), nullptr, 0}};
    void *to[] = {earned.data()};
    deal_ledger ledger{
        n, parameters.data(), facts_of_none.data(), readings, states.data(), instances == 1 ? nullptr : instance.data(), fields, to, nullptr};
    auto *hand_one = theirs.get<void(std::int64_t, const std::int32_t *, const std::int64_t *, std::int64_t *, std::int64_t *)>("by_hand_ledger");
    auto *hand_many =
        theirs.get<void(std::int64_t, const std::int64_t *, const std::int32_t *, const std::int64_t *, std::int64_t *, std::int64_t *)>(
            "by_hand_portfolio");
    auto start = [&] {
      for (std::size_t k = 0; k < states.size(); k += first.size()) std::memcpy(states.data() + k, first.data(), first.size());
      std::fill(totals.begin(), totals.end(), 0);
    };
    auto run_ours = [&] {
      if (run(&ledger) != 0) stop("a row has a status");
    };
    auto run_theirs = [&] {
      if (instances == 1) hand_one(n, d.date.data(), d.gross.data(), totals.data(), by_hand_earned.data());
      else hand_many(n, instance.data(), d.date.data(), d.gross.data(), totals.data(), by_hand_earned.data());
    };
    start(), run_ours(), run_theirs();
    if (earned != by_hand_earned) stop("the ledger by hand answers otherwise");
    {
      // The oracle: the first rows of one instance.
      oracle::Instance oracle(m);
      auto question = *check_question(compiled.program, Source("q", "Q2s.earned"), sink);
      for (std::size_t k = 0; k < 200 && instance[k] == instance[0]; ++k) {
        check::Happening h{check::Happening::reports, d.date[k], d.date[k], -1, 0, {Rational(d.gross[k], 100)}};
        auto o = oracle.apply(h) == Status::ok ? oracle.ask(question, d.date[k]) : check::Outcome{Status::conflict, false};
        if (o.status != Status::ok || !(o.value == check::Value(Rational(earned[k], 100))))
          stop(fmt::format("row {} of the ledger: the oracle answers otherwise", k));
      }
    }
    compare(instances == 1 ? std::string("ledger Q2s, 1 M rows of one deal")
                           : fmt::format("portfolio Q2s, {} deals, {} M events", instances, n / 1'000'000),
            1.05, static_cast<double>(n), static_cast<double>(n) * 20, run_ours, run_theirs, start);
  }
}

} // namespace deal::bench
