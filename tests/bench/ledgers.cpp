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
    Reports reports(bench, d, instances);
    auto &[data, instance, earned, first, states, fields, to, ledger, run] = reports;
    std::vector<std::int64_t> by_hand_earned(earned.size()), totals(static_cast<std::size_t>(instances));
    auto *hand_one = theirs.get<void(std::int64_t, const std::int32_t *, const std::int64_t *, std::int64_t *, std::int64_t *)>("by_hand_ledger");
    auto *hand_many =
        theirs.get<void(std::int64_t, const std::int64_t *, const std::int32_t *, const std::int64_t *, std::int64_t *, std::int64_t *)>(
            "by_hand_portfolio");
    auto start = [&] {
      reports.start();
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
        check::Happening h{check::Happening::reports, d.date[k], d.date[k], {}, check::EventId::at(0), {Rational(d.gross[k], 100)}};
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
