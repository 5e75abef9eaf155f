// Terms over columns: beside the code by hand, the oracle, one thread, memory.
#include "oracle/oracle.h"
#include "workload.h"
#include <atomic>
#include <functional>
#include <thread>

namespace deal::bench {

namespace {

// A thread that is ready, as the threads of whoever calls the library are: what is measured is the work, not how a thread is started.
class Ready {
public:
  Ready() : thread_([this] { loop(); }) {}
  ~Ready() { state_ = ended, thread_.join(); }
  Ready(const Ready &) = delete;
  void start(const std::function<void()> &work) { work_ = &work, state_ = working; }
  void wait() const {
    while (state_ == working) __builtin_ia32_pause();
  }

private:
  enum State { idle, working, ended };
  void loop() {
    for (;;) {
      auto now = state_.load();
      if (now == ended) return;
      if (now == working) (*work_)(), state_ = idle;
      else __builtin_ia32_pause();
    }
  }
  const std::function<void()> *work_ = nullptr;
  std::atomic<State> state_{idle};
  std::thread thread_;
};

} // namespace

void columns(Bench &bench) {
  auto &[root, quick, compiled, ours, built_for_this, theirs, interface, terms, parameters, state, facts_of_none, readings, entry] = bench;
  auto &m = compiled.program.model;
  Sink sink;
  for (std::int64_t n : {std::int64_t{1'000'000}, std::int64_t{10'000'000}}) {
    if (quick && n > 1'000'000) n = 4'000'000;
    Data d(n);
    auto millions = fmt::format("{} M rows", n / 1'000'000);
    Outputs a(n), b(n);
    Work work(bench, d, a);
    auto &[facts, batch, wanted] = work;
    auto run_ours = [&] {
      if (entry(&batch, wanted.data()) != 0) stop("a row has a status");
    };
    auto by = [&](const char *name) {
      auto *f = theirs.get<ByHand>(name);
      return [&, f] {
        f(n, d.date.data(), d.gross.data(), d.so_far.data(), d.on_azure.data(), d.supported.data(), d.declines.data(), b.active.data(),
          b.exclusive.data(), b.share.data(), b.first.data());
      };
    };
    // Verified: every row against the code by hand, every so many against the oracle.
    run_ours();
    for (auto *name : {"by_hand_int64", "by_hand_vector", "by_hand_chunks"}) {
      b = Outputs(n);
      by(name)();
      if (a != b) stop(fmt::format("{} answers otherwise", name));
    }
    std::vector<check::TermId> questions;
    for (auto *text : {"Q1.active", "Q1.exclusive", "Q2", "Q3", "Q4"})
      questions.push_back(*check_question(compiled.program, Source("q", text), sink));
    std::vector<std::int64_t> fourth(static_cast<std::size_t>(n)), fourth_by_hand(static_cast<std::size_t>(n));
    auto batch4 = batch;
    auto facts4 = facts;
    for (std::size_t s = 0; s < facts4.size(); ++s)
      if (interface.fact_layout.slots[s].name == "gross") facts4[s].values = d.both_signs.data();
    batch4.fact_columns = facts4.data();
    deal_output output4{fourth.data(), nullptr};
    auto *entry4 = ours.get<Entry>("Bench_Q4_batch");
    auto run_q4 = [&] {
      if (entry4(&batch4, &output4) != 0) stop("a row has a status");
    };
    auto *hand4 = theirs.get<void(std::int64_t, const std::int64_t *, std::int64_t *)>("by_hand_q4");
    auto run_hand4 = [&] { hand4(n, d.both_signs.data(), fourth_by_hand.data()); };
    run_q4(), run_hand4();
    if (fourth != fourth_by_hand) stop("Q4 by hand answers otherwise");
    auto from_oracle = now();
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); i += static_cast<std::size_t>(n) / 2000) {
      oracle::Instance oracle(m);
      auto give = [&](const char *name, check::Value v) {
        for (auto f : m.facts.ids())
          if (m.facts[f].name == name) oracle.give(f, std::nullopt, std::move(v));
      };
      give("gross", Rational(d.gross[i], 100)), give("so_far", Rational(d.so_far[i], 100));
      give("on_azure", d.on_azure[i] != 0), give("supported", d.supported[i] != 0), give("declines", d.declines[i] != 0);
      auto is = [&](std::size_t q, const check::Value &v) {
        auto o = oracle.ask(questions[q], d.date[i]);
        if (o.status != Status::ok || !(o.value == v)) stop(fmt::format("row {}: the oracle answers otherwise to question {}", i, q));
      };
      is(0, a.active[i] != 0), is(1, a.exclusive[i] != 0), is(2, Rational(a.share[i], 100)), is(3, a.first[i] != 0);
      give("gross", Rational(d.both_signs[i], 100));
      is(4, Rational(fourth[i], 100));
    }
    auto oracle_row = (now() - from_oracle) / 2000;
    auto rows = static_cast<double>(n);
    // The best of the three by hand is the opponent.
    std::map<double, const char *> best;
    for (auto *name : {"by_hand_int64", "by_hand_vector", "by_hand_chunks"}) {
      auto f = by(name);
      std::vector<double> t;
      for (int k = 0; k < 3; ++k) {
        auto from = now();
        f();
        t.push_back(now() - from);
      }
      best[median(t)] = name;
    }
    compare(fmt::format("batch Q1+Q2+Q3, {} (by hand: {})", millions, best.begin()->second + 8), 1.00, rows, rows * 34, run_ours,
            by(best.begin()->second));
    if (n <= 1'000'000) {
      auto from_here = now();
      run_ours();
      auto ours_row = (now() - from_here) / rows;
      Row r{"batch Q1+Q2+Q3 (the oracle: a tree walk in rationals)",
            ours_row / oracle_row,
            ours_row / oracle_row,
            1 / ours_row,
            0,
            ours_row * 1e9,
            oracle_row * 1e9,
            {}};
      fmt::print("{:<58} {:>7.5f} {:>23.2f} {:>9.0f}\n", r.name, r.ratio, r.ours_ns, r.theirs_ns);
      table.push_back(r);
    }
    compare(fmt::format("batch Q4, {}", millions), 1.00, rows, rows * 16, run_q4, run_hand4);
    auto *entry_here = built_for_this.get<Entry>("Bench_batch");
    compare(fmt::format("the library for all machines, {} (for this one)", millions), 1.05, rows, rows * 34, run_ours,
            [&] { entry_here(&batch, wanted.data()); });
    // The same rows by two threads, half each.
    {
      Ready other;
      auto halves = [&] {
        auto run_half = [&](std::int64_t from, std::int64_t count) {
          auto part = batch;
          auto columns_here = facts;
          for (auto &c : columns_here) c.offset = from;
          part.rows = count, part.fact_columns = columns_here.data(), part.today_column = d.date.data() + from;
          auto outputs_here = wanted;
          for (std::size_t t = 0; t < outputs_here.size(); ++t)
            if (outputs_here[t].values)
              outputs_here[t].values =
                  static_cast<std::uint8_t *>(outputs_here[t].values) + from * (interface.terms[t].type.base == ValueType::boolean ? 1 : 8);
          entry(&part, outputs_here.data());
        };
        std::function<void()> second = [&] { run_half(n / 2, n - n / 2); };
        other.start(second);
        run_half(0, n / 2);
        other.wait();
      };
      compare(fmt::format("two threads, {} (one)", millions), 0.56, rows, rows * 34, halves, run_ours);
      if (a != b) stop("two threads answer otherwise");
    }
    std::vector<std::uint8_t> from(static_cast<std::size_t>(n) * 17), to(static_cast<std::size_t>(n) * 17);
    compare(fmt::format("batch Q1+Q2+Q3, {} (memcpy of the same bytes)", millions), std::nullopt, rows, rows * 34, run_ours,
            [&] { std::memcpy(to.data(), from.data(), to.size()); });
  }
}

} // namespace deal::bench
