// The rows that are compared (performance.md, the workload), and what answers them: our library, one built for this machine, the code by hand.
#pragma once
#include "interface/descriptor.h"
#include "session/session.h"
#include "ledger.h"
#include "support/date.h"
#include "table.h"
#include <cmath>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <random>

namespace deal::bench {

struct Library {
  void *handle;
  explicit Library(const std::string &path) : handle(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!handle) stop(dlerror());
  }
  template <class F> F *get(const char *symbol) const {
    auto *at = dlsym(handle, symbol);
    if (!at) stop(fmt::format("no {}", symbol));
    return reinterpret_cast<F *>(at);
  }
};

struct Data {
  std::int64_t n;
  std::vector<std::int32_t> date;
  std::vector<std::int64_t> gross, so_far, both_signs;
  std::vector<std::uint8_t> on_azure, supported, declines;
  explicit Data(std::int64_t rows) : n(rows) {
    std::mt19937_64 random(42);
    auto first = *parse_date("2025-01-01"), last = *parse_date("2034-12-31");
    auto wide = [&](double top) { return static_cast<std::int64_t>(std::exp(std::log(top) * std::generate_canonical<double, 53>(random))); };
    for (std::int64_t i = 0; i < n; ++i) {
      date.push_back(first + static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(last - first + 1)));
      gross.push_back(wide(2e12));
      both_signs.push_back(gross.back() * (random() % 2 ? 1 : -1));
      so_far.push_back(wide(4e12));
      on_azure.push_back(random() % 2), supported.push_back(random() % 2), declines.push_back(random() % 2);
    }
  }
};

struct Outputs {
  std::vector<std::uint8_t> active, exclusive, first;
  std::vector<std::int64_t> share;
  explicit Outputs(std::int64_t n)
      : active(static_cast<std::size_t>(n)), exclusive(static_cast<std::size_t>(n)), first(static_cast<std::size_t>(n)),
        share(static_cast<std::size_t>(n)) {}
  friend bool operator==(const Outputs &, const Outputs &) = default;
};

using ByHand = void(std::int64_t, const std::int32_t *, const std::int64_t *, const std::int64_t *, const std::uint8_t *, const std::uint8_t *,
                    const std::uint8_t *, std::uint8_t *, std::uint8_t *, std::int64_t *, std::uint8_t *);
using Entry = std::int64_t(const deal_batch *, const deal_output *);
using Term = std::int32_t(const void *, const void *, const std::uint8_t *, const void *, const void *, std::int32_t, void *);

// A deal of that workload, compiled.
struct Bench {
  std::string root;
  bool quick;
  session::Compiled compiled;
  Library ours, built_for_this, theirs;
  interface::Interface interface;
  std::map<std::string, std::size_t> terms;
  std::vector<std::uint8_t> parameters, state, facts_of_none;
  std::uint8_t readings[8] = {};
  Entry *entry;
};

// The call over all rows for Q1, Q2 and Q3.
struct Work {
  std::vector<deal_column> facts;
  deal_batch batch;
  std::vector<deal_output> wanted;
  Work(Bench &b, Data &d, Outputs &out) : wanted(b.interface.terms.size()) {
    std::map<std::string, const void *> columns{{"gross", d.gross.data()},
                                                {"so_far", d.so_far.data()},
                                                {"on_azure", d.on_azure.data()},
                                                {"supported", d.supported.data()},
                                                {"declines", d.declines.data()}};
    for (auto &s : b.interface.fact_layout.slots) facts.push_back(deal_column{columns.at(s.name), nullptr, 0});
    batch = {d.n, b.parameters.data(), nullptr, b.readings, b.state.data(), 0, nullptr, facts.data(), nullptr, d.date.data()};
    wanted[b.terms.at("Q1.active")].values = out.active.data();
    wanted[b.terms.at("Q1.exclusive")].values = out.exclusive.data();
    wanted[b.terms.at("Q2")].values = out.share.data();
    wanted[b.terms.at("Q3")].values = out.first.data();
  }
  Work(const Work &) = delete;
  Work &operator=(const Work &) = delete;
};

// The call over a ledger: all rows of one deal, or deals with some rows each; sorted by date within a deal.
struct Reports {
  Data &d;
  std::vector<std::int64_t> instance, earned;
  std::vector<std::uint8_t> first, states;
  deal_column fields[3];
  void *to[1];
  deal_ledger ledger;
  std::int64_t (*run)(const deal_ledger *);

  Reports(Bench &b, Data &data, std::int64_t instances)
      : d(data), instance(static_cast<std::size_t>(d.n)), earned(instance.size()), first(b.interface.state_layout.size),
        states(first.size() * static_cast<std::size_t>(instances)),
        fields{{d.date.data(), nullptr, 0}, {d.date.data(), nullptr, 0}, {d.gross.data(), nullptr, 0}}, to{earned.data()},
        run(b.ours.get<std::int64_t(const deal_ledger *)>("Bench_step_Report_ledger")) {
    for (auto &g : d.gross) g = g * 1000 / d.n + 1; // so that a cap is met somewhere on the way
    for (std::int64_t k = 0; k < d.n; ++k) instance[static_cast<std::size_t>(k)] = k * instances / d.n;
    for (std::size_t k = 0; k < instance.size();) {
      auto end = k;
      while (end < instance.size() && instance[end] == instance[k]) ++end;
      std::sort(d.date.begin() + static_cast<std::ptrdiff_t>(k), d.date.begin() + static_cast<std::ptrdiff_t>(end));
      k = end;
    }
    b.ours.get<std::int32_t(const void *, std::int32_t, void *)>("Bench_init")(b.parameters.data(), std::min(20000, d.date.front()), first.data());
    ledger = {d.n,    b.parameters.data(), b.facts_of_none.data(), b.readings, states.data(), instances == 1 ? nullptr : instance.data(), fields, to,
              nullptr};
  }
  Reports(const Reports &) = delete;
  Reports &operator=(const Reports &) = delete;
  void start() {
    for (std::size_t k = 0; k < states.size(); k += first.size()) std::memcpy(states.data() + k, first.data(), first.size());
  }
};

void columns(Bench &);
void ledgers(Bench &);
void calls(Bench &);
void tool(const Bench &);
void desk(const Bench &); // as the REPL asks it
void peers(Bench &, const std::string &folder);

} // namespace deal::bench
