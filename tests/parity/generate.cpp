#include "parity/generate.h"
#include <fmt/format.h>
#include "support/date.h"

namespace deal::test {

namespace {

// Expressions by dimension; the depth bounds the width, so that most programs are accepted.
class Generator {
public:
  explicit Generator(std::mt19937_64 &random) : random_(random) {}

  std::string program(int definitions) {
    static constexpr const char *modes[] = {"half even", "half up", "half down", "up", "down", "ceiling", "floor"};
    std::string out =
        fmt::format("deal Random effective 2020-01-01\ncurrency USD\nround {}\nmonth end {}\n", modes[pick(7)], pick(2) ? "up" : "down");
    out += "party P, Q\nkind Colour { Red, Green, Blue }\n";
    out += "fact a: money\nfact b: money from -1_000 USD through 1_000_000 USD\nfact n: integer from -1000 through 1000\nfact m: integer from 0 "
           "through 50\n"
           "fact big: integer\nfact p: percent from 0% through 100%\nfact w: percent\nfact x: decimal(4) from -100 through 100\nfact q: ratio\nfact "
           "f: boolean\nfact g: boolean\nfact h: boolean\n"
           "fact c: Colour\nfact d: date from 1990-01-01 through 2060-12-31\nfact e: date\nfact mo: months from -60 months through 60 months\nfact "
           "t: text\n";
    out += "parameter rate: percent = 12.5%\nparameter limit: money = 1_000 USD\n";
    for (int k = 0; k < definitions; ++k) {
      static constexpr const char *types[] = {"money", "boolean", "integer", "percent", "decimal(3)", "date"};
      auto kind = pick(6);
      auto body = [&] { return expression(kind, 3); };
      auto name = fmt::format("v{}", k);
      if (pick(4) == 0) {
        out += fmt::format("define {}: {} {{\n", name, types[kind]);
        if (pick(5)) out += "  " + body() + "\n";
        auto n = 1 + pick(3);
        for (std::size_t i = 0; i < n; ++i) out += fmt::format("  except e{} when {}: {}\n", i, boolean(2), body());
        for (std::size_t i = 1; i < n; ++i)
          if (pick(2)) out += fmt::format("  prefer e{} over e{}\n", i, i - 1);
        out += "}\n";
      } else if (pick(8) == 0) {
        out += fmt::format("define {}: {} {{\n  reading {}: {}\n  reading {}: {}\n}}\n", name, types[kind], pick(2) ? "A" : "A", body(), "B", body());
      } else {
        out += fmt::format("define {}: {} = {}\n", name, types[kind], body());
      }
      defined_[kind].push_back(name);
    }
    out += fmt::format("amendment One effective 2024-03-01 {{ set rate = {}% }}\n", 1 + pick(40));
    return out;
  }

private:
  std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  std::string one(std::initializer_list<const char *> list) { return *(list.begin() + pick(list.size())); }
  // A definition that stands already, at times.
  std::string known(std::size_t kind, const std::string &otherwise) {
    return !defined_[kind].empty() && pick(4) == 0 ? defined_[kind][pick(defined_[kind].size())] : otherwise;
  }
  std::string expression(std::size_t kind, int depth) {
    switch (kind) {
    case 0: return money(depth);
    case 1: return boolean(depth);
    case 2: return number(depth);
    case 3: return fmt::format("({} / 7)", one({"p", "rate", "100%", "33.3333333%"}));
    case 4: return fmt::format("({} * {})", number(1), one({"x", "0.125", "1.5", "m"}));
    default: return date(depth);
    }
  }
  std::string number(int depth) {
    if (depth == 0) return known(2, one({"n", "m", "x", "2", "3", "0.5", "7", "-1", "p", "rate"}));
    switch (pick(9)) {
    case 0: return fmt::format("({} + {})", number(depth - 1), number(depth - 1));
    case 1: return fmt::format("({} - {})", number(depth - 1), number(0));
    case 2: return fmt::format("({} * {})", number(depth - 1), number(0));
    case 3: return fmt::format("({} / {})", number(depth - 1), one({"n", "m", "3", "8", "x"}));
    case 4: return fmt::format("(if {} then {} else {})", boolean(1), number(depth - 1), number(0));
    case 5:
      return fmt::format("({} rounded {} to {} places)", number(depth - 1),
                         one({"half even", "half up", "up", "down", "ceiling", "floor", "half down"}), pick(4));
    case 6: return fmt::format("max({}, {})", number(depth - 1), number(0));
    case 7:
      return one({"(whole days in (e - d))", "(whole months from d to 2030-06-15)", "(whole weeks in (d - 2020-02-29))",
                  "(days from d to 2031-03-31 ACT/360)", "(days from d to 2031-03-31 30/360)"});
    default: return number(0);
    }
  }
  std::string money(int depth) {
    if (depth == 0) return known(0, one({"a", "b", "0 USD", "12.34 USD", "limit", "0.005 USD"}));
    switch (pick(9)) {
    case 0: return fmt::format("({} + {})", money(depth - 1), money(depth - 1));
    case 1: return fmt::format("({} - {})", money(depth - 1), money(0));
    case 2: return fmt::format("({} of {})", one({"p", "rate", "12.5%", "0.5", "w"}), money(0));
    case 3: return fmt::format("({} / {})", money(depth - 1), one({"3", "8", "n", "m"}));
    case 4: return fmt::format("({} but not below 0 USD nor above {})", money(depth - 1), one({"limit", "100 USD", "b"}));
    case 5: return fmt::format("(if {} then {} else {})", boolean(1), money(depth - 1), money(0));
    case 6: return fmt::format("min({}, {})", money(depth - 1), money(0));
    case 7: return fmt::format("(case c {{ when Red: {} when Green, Blue: {} }})", money(0), money(depth - 1));
    default: return fmt::format("(q * {})", one({"b", "10 USD"}));
    }
  }
  std::string date(int depth) {
    if (depth == 0) return known(5, one({"d", "e", "2024-02-29", "today"}));
    switch (pick(5)) {
    case 0: return fmt::format("({} + {})", date(depth - 1), one({"1 days", "30 days", "2 weeks", "1 months", "1 years", "mo"}));
    case 1: return fmt::format("({} - {})", date(depth - 1), one({"1 days", "1 months", "3 quarters"}));
    case 2: return fmt::format("(if {} then {} else {})", boolean(1), date(depth - 1), date(0));
    case 3: return fmt::format("max({}, {})", date(depth - 1), date(0));
    default: return date(0);
    }
  }
  std::string boolean(int depth) {
    if (depth == 0) return known(1, one({"f", "g", "h", "true", "false"}));
    switch (pick(10)) {
    case 0: return fmt::format("({} and {})", boolean(depth - 1), boolean(depth - 1));
    case 1: return fmt::format("({} or {})", boolean(depth - 1), boolean(depth - 1));
    case 2: return fmt::format("(not {})", boolean(depth - 1));
    case 3: return fmt::format("({} {} {})", number(1), one({"=", "!=", "<", "<=", ">", ">="}), number(1));
    case 4: return fmt::format("({} {} {})", money(1), one({"=", "!=", "<", "<=", ">", ">="}), money(1));
    case 5: return fmt::format("({} {} {})", date(1), one({"=", "<", ">="}), date(0));
    case 6: return fmt::format("(c is {})", one({"Red", "Green", "Blue", "not Red"}));
    case 7: return fmt::format("(if {} then {} else {})", boolean(depth - 1), boolean(0), boolean(0));
    case 8: return fmt::format("(t is {})", one({"\"one\"", "\"two\""}));
    default: return fmt::format("(d is in year {})", 2019 + pick(4));
    }
  }
  std::mt19937_64 &random_;
  std::vector<std::string> defined_[6];
};

} // namespace

std::string random_program(std::mt19937_64 &random, int definitions) { return Generator(random).program(definitions); }

std::optional<check::Value> random_input(const check::Model &m, const check::Type &t, std::mt19937_64 &random) {
  using check::Type;
  auto pick = [&](std::int64_t low, std::int64_t high) { return std::uniform_int_distribution<std::int64_t>(low, high)(random); };
  if (pick(0, 9) == 0) return std::nullopt;
  auto scale = power_of_ten(t.scale);
  auto scaled = [&](const Integer &n) { return check::Value(Rational(n, scale)); };
  static constexpr std::int64_t limit = 999999999999999999;
  switch (t.base) {
  case Type::boolean: return pick(0, 1) == 1;
  case Type::text: return std::string(pick(0, 1) ? "one" : pick(0, 1) ? "two" : "three");
  case Type::choice: return Rational(pick(0, static_cast<std::int64_t>(m.kinds[t.kind].alternatives.size()) - 1));
  case Type::ratio: return Rational(pick(-40, 40), pick(1, 60));
  case Type::date: {
    static const std::int32_t edges[] = {
        first_day, last_day, *parse_date("2024-02-29"), *parse_date("2023-01-31"), *parse_date("1990-01-01"), *parse_date("2060-12-31")};
    return Rational(pick(0, 3) == 0 ? edges[pick(0, 5)] : pick(*parse_date("1989-12-01"), *parse_date("2061-02-01")));
  }
  case Type::months: return Rational(pick(-70, 70));
  default: break;
  }
  if (t.low && t.high && pick(0, 2)) {
    if (pick(0, 5) == 0) return *t.low;
    if (pick(0, 5) == 0) return *t.high;
    auto low = ceiling_of(*t.low * scale), high = floor_of(*t.high * scale);
    return scaled(low + Integer(static_cast<std::uint64_t>(random())) % (high - low + 1));
  }
  if (t.base == Type::percent) return scaled(pick(0, 4) == 0 ? Integer(1000) * scale : Integer(pick(-2'000'000'000, 2'000'000'000)));
  switch (pick(0, 6)) {
  case 0: return scaled(limit);
  case 1: return scaled(-limit);
  case 2: return scaled(Integer(limit) + 1); // beyond the type: input out of range
  case 3: return scaled(pick(-10, 10));
  case 4: return scaled((Integer(1) << 51) + pick(-3, 3));
  default: return scaled(pick(-100'000, 1'000'000));
  }
}

} // namespace deal::test
