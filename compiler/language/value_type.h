// The type of a value as the compiled interface knows it, and how a value is written for people and in JSON (semantics.md rule 29).
#pragma once
#include "support/exact.h"
#include <string>
#include <vector>

namespace deal {

struct ValueType {
  enum Base : std::uint8_t { boolean, integer, number, ratio, decimal, percent, money, date, duration, months, text, choice, party, asset, verdict };
  Base base = boolean;
  int scale = 0;                  // a stored value is n / 10^scale
  std::string currency;           // ISO 4217, of money
  std::vector<std::string> names; // the alternatives of a choice, the parties, the assets, the verdicts
  std::string kind;               // the name of a choice's kind
  friend bool operator==(const ValueType &, const ValueType &) = default;
};

inline constexpr const char *base_words[] = {"boolean",  "integer", "number", "ratio",  "decimal", "percent", "money",  "date",
                                             "duration", "months",  "text",   "choice", "party",   "asset",   "verdict"};

// 8000000000.00 USD · 12.5% · 2/37 · 45 days · 2027-03-31 · AWS
std::string format_value(const ValueType &, const Rational &);
// n with places digits after the point.
std::string format_decimal(const Rational &, int places);

} // namespace deal
