#include "language/value_type.h"
#include "support/date.h"
#include <fmt/format.h>

namespace deal {

std::string format_decimal(const Rational &v, int places) {
  Integer n = numerator(v) * power_of_ten(places) / denominator(v);
  auto digits = Integer(abs(n)).str();
  auto width = static_cast<std::size_t>(places) + 1;
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - static_cast<std::size_t>(places), ".");
  return (n < 0 ? "-" : "") + digits;
}

namespace {

// The places a fraction needs after the point; -1 where no number of places suffices.
int places_needed(const Rational &v) {
  Integer d = denominator(v);
  int twos = 0, fives = 0;
  for (; d % 2 == 0; d /= 2) ++twos;
  for (; d % 5 == 0; d /= 5) ++fives;
  return d == 1 ? std::max(twos, fives) : -1;
}

std::string fraction(const Rational &v) { return denominator(v) == 1 ? numerator(v).str() : numerator(v).str() + "/" + denominator(v).str(); }

} // namespace

std::string format_value(const ValueType &t, const Rational &v) {
  switch (t.base) {
  case ValueType::boolean: return v == 0 ? "false" : "true";
  case ValueType::integer: return numerator(v).str();
  case ValueType::number:
  case ValueType::ratio: return fraction(v);
  case ValueType::decimal: return format_decimal(v, t.scale);
  case ValueType::percent: {
    Rational shown = v * 100;
    auto places = places_needed(shown);
    return (places < 0 ? fraction(shown) : format_decimal(shown, places)) + "%";
  }
  case ValueType::money: {
    auto places = places_needed(v);
    return (places < 0 ? fraction(v) : format_decimal(v, std::max(places, t.scale))) + " " + t.currency;
  }
  case ValueType::date: return format_date(static_cast<std::int32_t>(numerator(v)));
  case ValueType::duration: {
    if (denominator(v) != 1) return fraction(v) + " seconds";
    auto n = numerator(v);
    for (auto [size, word] : {std::pair{86400, "days"}, {3600, "hours"}, {60, "minutes"}})
      if (n % size == 0) return Integer(n / size).str() + " " + word;
    return n.str() + " seconds";
  }
  case ValueType::months: return numerator(v).str() + " months";
  default: {
    auto i = static_cast<std::size_t>(numerator(v));
    return i < t.names.size() ? t.names[i] : numerator(v).str();
  }
  }
}

} // namespace deal
