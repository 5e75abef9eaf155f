#include "session/literals.h"
#include "language/currencies.h"
#include "language/words.h"
#include "support/date.h"
#include "support/terminal.h"
#include <algorithm>
#include <fmt/format.h>

namespace deal::session {
namespace {

using interface::Constant;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool digits(std::string_view t) { return !t.empty() && std::all_of(t.begin(), t.end(), is_digit); }

// More digits than any type or range holds: what stands behind them changes no answer.
constexpr std::size_t most_digits = 40;

std::optional<Rational> number(std::string_view t) {
  bool negative = t.starts_with('-');
  if (negative || t.starts_with('+')) t.remove_prefix(1);
  auto point = std::min(t.find('.'), t.size());
  auto whole = t.substr(0, point), part = point == t.size() ? std::string_view("0") : t.substr(point + 1);
  if (!digits(whole) || !digits(part)) return std::nullopt;
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  part = part.substr(0, part.find_last_not_of('0') + 1);
  if (whole.size() > most_digits) return Rational(negative ? Integer(-power_of_ten(most_digits)) : power_of_ten(most_digits));
  std::string behind(part.substr(0, most_digits));
  if (part.size() > most_digits) behind += '1';
  auto all = std::string(whole) + behind;
  all.erase(0, std::min(all.find_first_not_of('0'), all.size())); // a zero in front would make it octal
  Rational n(Integer(all.empty() ? "0" : all), power_of_ten(static_cast<int>(behind.size())));
  return negative ? Rational(-n) : n;
}

std::optional<Rational> fraction(std::string_view t) {
  auto slash = t.find('/');
  if (slash == std::string_view::npos) return number(t);
  auto over = number(t.substr(0, slash));
  auto under = digits(t.substr(slash + 1)) ? number(t.substr(slash + 1)) : std::nullopt;
  if (!over || !under || *under == 0) return std::nullopt;
  return Rational(*over / *under);
}

// 45 days, 2 years: a count and a unit of the one kind or of the other.
std::optional<Rational> span(std::string_view t, bool calendar) {
  auto blank = t.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  auto unit = t.substr(blank + 1);
  auto count = number(t.substr(0, blank));
  if (unit.ends_with('s')) unit.remove_suffix(1);
  for (std::size_t k = 0; count && k < unit_words.size(); ++k)
    if (unit_words[k] == unit && is_calendar(static_cast<Unit>(k)) == calendar) return Rational(*count * unit_sizes[k]);
  return std::nullopt;
}

std::optional<Rational> value_of(const ValueType &t, std::string_view text) {
  auto without = [&](std::string_view end) { return text.ends_with(end) ? text.substr(0, text.size() - end.size()) : text; };
  switch (t.base) {
  case ValueType::boolean: return text == "true" ? std::optional(Rational(1)) : text == "false" ? std::optional(Rational(0)) : std::nullopt;
  case ValueType::integer:
  case ValueType::decimal: return number(text);
  case ValueType::number:
  case ValueType::ratio: return fraction(text);
  case ValueType::money: return number(without(" " + t.currency));
  case ValueType::percent: {
    auto n = text.ends_with('%') ? number(without("%")) : std::nullopt;
    return n ? std::optional(Rational(*n / 100)) : std::nullopt;
  }
  case ValueType::date: {
    auto day = parse_date(text);
    return day ? std::optional(Rational(*day)) : std::nullopt;
  }
  case ValueType::duration: return span(text, false);
  case ValueType::months: return span(text, true);
  default: {
    auto at = std::find(t.names.begin(), t.names.end(), text);
    return at == t.names.end() ? std::nullopt : std::optional(Rational(static_cast<long>(at - t.names.begin())));
  }
  }
}

bool is_number(const ValueType &t) { return t.base >= ValueType::integer && t.base <= ValueType::money; }

// Of a type that stores few: how many digits may stand after the point as the value is written.
std::optional<int> places(const ValueType &t) {
  if (t.base == ValueType::integer) return 0;
  if (t.base == ValueType::decimal || t.base == ValueType::money) return t.scale;
  if (t.base == ValueType::percent) return t.scale - 2;
  return std::nullopt;
}

bool fits(const ValueType &t, const Rational &v) {
  if (t.base == ValueType::duration || t.base == ValueType::months) return is_integral(v);
  return !places(t) || is_integral(v * power_of_ten(t.scale));
}

std::string what_it_is(const ValueType &t) {
  switch (t.base) {
  case ValueType::money: return "amount in " + t.currency;
  case ValueType::decimal: return fmt::format("decimal with {} places", t.scale);
  case ValueType::months: return "number of months";
  case ValueType::choice: return t.kind;
  default: return base_words[t.base];
  }
}

std::string example(const ValueType &t) {
  switch (t.base) {
  case ValueType::boolean: return "`true` or `false`";
  case ValueType::integer: return "`1234`";
  case ValueType::decimal: return t.scale == 0 ? "`1234`" : "`1234." + std::string(static_cast<std::size_t>(t.scale), '5') + "`";
  case ValueType::number:
  case ValueType::ratio: return "`2/37` or `0.5`";
  case ValueType::percent: return "`12.5%`";
  case ValueType::money: {
    auto amount = t.scale == 0 ? std::string("1234") : "1234." + std::string(static_cast<std::size_t>(t.scale), '5');
    return fmt::format("`{}` or `{} {}`", amount, amount, t.currency);
  }
  case ValueType::date: return "`2026-01-31`";
  case ValueType::duration: return "`45 days`";
  case ValueType::months: return "`12 months`";
  default: {
    std::string out;
    for (std::size_t k = 0; k < t.names.size() && k < 8; ++k) out += (k == 0 ? "`" : ", `") + t.names[k] + "`";
    return out + (t.names.size() > 8 ? " …" : "");
  }
  }
}

void replace_all(std::string &in, std::string_view what, std::string_view by) {
  for (auto at = in.find(what); at != std::string::npos; at = in.find(what, at + by.size())) in.replace(at, what.size(), by);
}

constexpr std::string_view wide_blanks[] = {"\u00A0", "\u2007", "\u2009", "\u202F", "\u3000", "\t"};
constexpr std::pair<std::string_view, std::string_view> signs_of_currencies[] = {{"$", "USD"}, {"€", "EUR"}, {"£", "GBP"}, {"¥", "JPY"}};

// What people and spreadsheets write otherwise: how it reads here, or the text as it was. Each is tried on what the one before it left.
struct Habit {
  std::string_view what;
  std::string (*mend)(const ValueType &, std::string);
};

std::string without_blanks_around(const ValueType &, std::string t) {
  for (auto blank : wide_blanks) replace_all(t, blank, " ");
  auto from = t.find_first_not_of(' ');
  return from == std::string::npos ? "" : t.substr(from, t.find_last_not_of(' ') - from + 1);
}

std::string plain_minus(const ValueType &, std::string t) {
  for (auto minus : {"\u2212", "\u2012", "\u2013", "\uFE63", "\uFF0D"}) replace_all(t, minus, "-");
  return t;
}

std::string without_brackets(const ValueType &t, std::string text) {
  bool both = is_number(t) && text.size() > 2 && text.front() == '(' && text.back() == ')' && text[1] != '-';
  return both ? "-" + text.substr(1, text.size() - 2) : text;
}

std::string sign_before(const ValueType &t, std::string text) {
  if (!is_number(t) || !text.ends_with('-') || text.starts_with('-')) return text;
  text.pop_back();
  return "-" + text;
}

// $100, USD 100, 100USD, 100 usd, 100 $
std::string currency_behind(const ValueType &t, std::string text) {
  if (t.base != ValueType::money) return text;
  auto upper = text;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  std::vector<std::string> names{t.currency};
  for (auto &[sign, currency] : signs_of_currencies)
    if (currency == t.currency) names.emplace_back(sign);
  bool negative = upper.starts_with('-');
  if (negative) upper.erase(0, 1);
  for (auto &name : names) {
    if (upper.starts_with(name)) upper.erase(0, name.size());
    else if (upper.ends_with(name)) upper.resize(upper.size() - name.size());
    else continue;
    return (negative ? "-" : "") + without_blanks_around(t, upper) + " " + t.currency;
  }
  return text;
}

std::string without_exponent(const ValueType &t, std::string text) {
  auto e = text.find_first_of("eE");
  if (!is_number(t) || e == std::string::npos) return text;
  auto mantissa = number(std::string_view(text).substr(0, e));
  auto power = std::string_view(text).substr(e + 1);
  bool down = power.starts_with('-');
  if (down || power.starts_with('+')) power.remove_prefix(1);
  if (!mantissa || !digits(power)) return text;
  power.remove_prefix(std::min(power.find_first_not_of('0'), power.size() - 1));
  auto by = power.size() > 2 ? 99 : std::stoi(std::string(power));
  Rational value = down ? Rational(*mantissa / power_of_ten(by)) : Rational(*mantissa * power_of_ten(by));
  auto written = format_decimal(value, is_integral(value) ? 0 : by + static_cast<int>(most_digits));
  return written.find('.') == std::string::npos ? written : written.substr(0, written.find_last_not_of('0') + 1);
}

// Whether the mark stands before every third digit of the whole number, and nowhere else.
bool groups(std::string_view text, std::string_view mark) {
  auto at = text.find(mark);
  if (at == std::string_view::npos) return false;
  for (; at != std::string_view::npos; at = text.find(mark, at + mark.size())) {
    auto group = text.substr(at + mark.size(), 4);
    if (group.size() < 3 || !digits(group.substr(0, 3)) || (group.size() == 4 && is_digit(group[3]))) return false;
  }
  return true;
}

// 1,000.00 · 1.000,00 · 1 000 · 1'000 · 1_000 · 100,00
std::string digits_together(const ValueType &t, std::string text) {
  if (!is_number(t)) return text;
  auto comma = text.rfind(','), point = text.rfind('.');
  bool comma_is_point = comma != std::string::npos && (point == std::string::npos ? !groups(text, ",") : point < comma && groups(text, "."));
  if (comma_is_point) {
    replace_all(text, ".", "");
    replace_all(text, ",", ".");
  }
  for (auto mark : {",", " ", "'", "_", "\u2019"})
    if (groups(text, mark)) replace_all(text, mark, "");
  return text;
}

std::string digits_on_both_sides(const ValueType &t, std::string text) {
  auto point = is_number(t) ? text.find('.') : std::string::npos;
  if (point == std::string::npos) return text;
  if (point + 1 == text.size() || !is_digit(text[point + 1])) text.erase(point, 1);
  else if (point == 0 || !is_digit(text[point - 1])) text.insert(point, "0");
  return text;
}

std::string percent_joined(const ValueType &t, std::string text) {
  if (t.base == ValueType::percent) replace_all(text, " %", "%");
  return text;
}

// 12.5 is 12.5%, but 0.2 may be 20% too.
std::string with_percent(const ValueType &t, std::string text) {
  auto n = t.base == ValueType::percent ? number(text) : std::nullopt;
  return n && abs(*n) > 1 ? text + "%" : text;
}

std::string in_its_case(const ValueType &t, std::string text) {
  auto same = [&](std::string_view name) {
    return std::equal(name.begin(), name.end(), text.begin(), text.end(), [](char l, char r) { return std::tolower(l) == std::tolower(r); });
  };
  if (t.base == ValueType::boolean) return same("true") ? "true" : same("false") ? "false" : text;
  for (auto &name : t.names)
    if (same(name)) return name;
  return text;
}

// 2026/1/5, 2026-01-05T00:00:00Z, 31.1.2026: only where the day and the month cannot be taken for each other.
std::string year_month_day(const ValueType &t, std::string text) {
  if (t.base != ValueType::date) return text;
  if (auto time = text.find_first_of("T "); time != std::string::npos) text.resize(time);
  int parts[3] = {0, 0, 0}, at = 0;
  std::size_t sizes[3] = {0, 0, 0};
  for (char c : text) {
    if (is_digit(c) && ++sizes[at] < 5) parts[at] = parts[at] * 10 + (c - '0');
    else if ((c != '-' && c != '/' && c != '.') || ++at == 3) return text;
  }
  if (sizes[2] == 4 && (parts[0] > 12 || text.find('.') != std::string::npos)) std::swap(parts[0], parts[2]);
  else if (sizes[0] != 4) return text;
  return fmt::format("{:04}-{:02}-{:02}", parts[0], parts[1], parts[2]);
}

constexpr Habit habits[] = {
    {"blanks stand around it", without_blanks_around},
    {"its minus is another character", plain_minus},
    {"brackets do not make it negative", without_brackets},
    {"the sign stands before the number", sign_before},
    {"the currency stands behind the amount, a blank before it", currency_behind},
    {"it has an exponent", without_exponent},
    {"digits are not grouped, and a point stands before the places", digits_together},
    {"digits stand on both sides of the point", digits_on_both_sides},
    {"no blank stands before `%`", percent_joined},
    {"a bare number never stands for a share", with_percent},
    {"letters are in another case", in_its_case},
    {"a date is its year, month and day", year_month_day},
};

// What is wrong where nothing can be mended without guessing.
std::string plainly(const ValueType &t, std::string_view text) {
  if (text.empty()) return "it is empty";
  if (text.size() > 200) return fmt::format("it has {} bytes", text.size());
  if (text.starts_with('#')) return "it is a spreadsheet's error";
  for (auto none : {"-", "–", "—", "?", "N/A", "n/a", "NA", "NULL", "null", "NaN", "nan", "None", "nil", "unknown"})
    if (text == none) return "it states nothing";
  if (t.base == ValueType::money && text.size() > 4 && text[text.size() - 4] == ' ')
    if (auto last = text.substr(text.size() - 3); last != t.currency && currency_index(last) >= 0) return fmt::format("it is in {}", last);
  if (t.base == ValueType::date && text.size() == 10 && text[4] == '-' && text[7] == '-') return "there is no such day";
  if (t.base == ValueType::percent && number(text))
    return fmt::format("a bare number never stands for a share, and `{}%` is not `{}`", text, format_value(t, *number(text)));
  if (!t.names.empty()) return "it is none of them";
  return t.base == ValueType::date ? "a date is its year, month and day" : "a cell is one literal, no expression and no other text";
}

std::string refused(const ValueType &t, std::string_view text) {
  auto verdict = fmt::format("`{}` is no {}: ", shown(text), what_it_is(t));
  std::string mended(text.size() > 200 ? std::string_view() : text);
  std::string why;
  for (auto &h : habits) {
    auto next = h.mend(t, mended);
    if (next == mended) continue;
    mended = std::move(next);
    if (why.empty()) why = h.what;
    if (auto v = value_of(t, mended); v && fits(t, *v)) return verdict + fmt::format("{}; write `{}`", why, mended);
  }
  auto names = t.names.empty() && t.base >= ValueType::choice;
  return verdict + plainly(t, text) + (names ? "" : "; write " + example(t));
}

} // namespace

std::string shown(std::string_view cell) { return printable(cell, 60); }

Result<Constant> read_literal(const ValueType &t, std::string_view text, bool json_number) {
  if (t.base == ValueType::text) return Constant(std::string(text));
  std::string plain(text);
  if (json_number) plain = without_exponent(t, std::move(plain));
  auto v = value_of(t, plain);
  if (!v) return Failure{refused(t, text)};
  if (fits(t, *v)) return Constant(*v);
  auto most = places(t);
  return Failure{fmt::format("`{}` is no {}: {}", shown(text), what_it_is(t),
                             !most        ? std::string("a part of one cannot be kept")
                             : *most == 0 ? std::string("no digits stand after the point, and inputs are never rounded")
                                          : fmt::format("at most {} digits stand after the point, and inputs are never rounded", *most))};
}

} // namespace deal::session
