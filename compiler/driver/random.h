// Ledgers and inputs that a model takes, drawn at random: dates around bounds and amendments, amounts of both signs, at edges and
// around the constants that the deal itself names.
#pragma once
#include "check/model.h"
#include <random>

namespace deal::driver {

class Draw {
public:
  Draw(const check::Model &, std::uint64_t seed);
  // Amounts up to what a type holds, so that ledgers overflow too.
  Draw &extreme(bool on) { return extreme_ = on, *this; }

  std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  std::int32_t day(std::int32_t from);
  check::Value value(const check::Type &);
  std::vector<check::Happening> ledger(int rows, std::int32_t from);

private:
  std::optional<check::Happening> row(std::int32_t on, std::int32_t from);
  check::Happening deed();
  check::Happening payment(check::ClauseId clause);
  Rational amount(const check::Type &);

  const check::Model &m_;
  std::mt19937_64 random_;
  bool extreme_ = false;
  std::vector<std::int32_t> days_;                              // where something changes, and the days beside
  std::map<check::Type::Base, std::vector<check::Value>> said_; // the constants of the deal
  std::vector<check::ClauseId> payments_;
};

} // namespace deal::driver
