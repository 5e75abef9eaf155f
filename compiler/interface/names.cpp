#include "interface/names.h"
#include "support/result.h"
#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <set>
#include <vector>

namespace deal::interface {
namespace {

using Words = std::set<std::string, std::less<>>;

// Of C23 and C++23, with the alternative tokens, what compilers add, and the macros of the standard's headers that stand without brackets.
const Words &words_of_c() {
  static const Words words = {
      "alignas",   "alignof",  "and",      "and_eq",        "asm",          "auto",       "bitand",       "bitor",         "bool",
      "break",     "case",     "catch",    "char",          "char8_t",      "char16_t",   "char32_t",     "class",         "co_await",
      "co_return", "co_yield", "compl",    "concept",       "const",        "const_cast", "consteval",    "constexpr",     "constinit",
      "continue",  "decltype", "default",  "delete",        "do",           "double",     "dynamic_cast", "else",          "enum",
      "explicit",  "export",   "extern",   "false",         "float",        "for",        "friend",       "goto",          "if",
      "inline",    "int",      "long",     "mutable",       "namespace",    "new",        "noexcept",     "not",           "not_eq",
      "nullptr",   "operator", "or",       "or_eq",         "private",      "protected",  "public",       "register",      "reinterpret_cast",
      "requires",  "restrict", "return",   "short",         "signed",       "sizeof",     "static",       "static_assert", "static_cast",
      "struct",    "switch",   "template", "this",          "thread_local", "throw",      "true",         "try",           "typedef",
      "typeid",    "typename", "typeof",   "typeof_unqual", "union",        "unsigned",   "using",        "virtual",       "void",
      "volatile",  "while",    "xor",      "xor_eq",        "linux",        "unix",       "i386",         "NULL",          "EOF",
      "I",         "INFINITY", "NAN",      "HUGE_VAL",      "assert",       "complex",    "errno",        "imaginary",     "noreturn",
      "offsetof",  "stderr",   "stdin",    "stdout",        "unreachable"};
  return words;
}

// The types and macros of <stddef.h> and <stdint.h>.
const Words &names_of_headers() {
  static const Words names = [] {
    Words out = {"size_t", "ptrdiff_t", "wchar_t", "max_align_t", "nullptr_t", "wint_t", "SIG_ATOMIC_MAX", "SIG_ATOMIC_MIN", "SIG_ATOMIC_WIDTH"};
    auto macros = [&](const std::string &type) {
      for (auto end : {"_MAX", "_MIN", "_C", "_WIDTH"}) out.insert(type + end);
    };
    for (auto type : {"SIZE", "PTRDIFF", "WCHAR", "WINT"}) macros(type);
    for (std::string kind :
         {"8", "16", "32", "64", "ptr", "max", "_fast8", "_fast16", "_fast32", "_fast64", "_least8", "_least16", "_least32", "_least64"})
      for (auto type : {"int" + kind, "uint" + kind}) {
        out.insert(type + "_t");
        std::string capital;
        for (char c : type) capital += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        macros(capital);
      }
    return out;
  }();
  return names;
}

// What the interface itself calls so: functions and structs, then members.
const Words &own_words() {
  static const Words words = {"parameters", "facts", "state", "init",    "next",    "tick",    "defaults", "batch", "descriptor", "fits",  "loaded",
                              "deal",       "on",    "party", "for_day", "nothing", "padding", "now",      "halt",  "seq",        "layout"};
  return words;
}
// Words that a name of the deal stands behind: a clause that is called so is told from them.
const Words &leading_words() {
  static const Words words = {"does", "may", "pays", "question", "step"};
  return words;
}
constexpr std::array beginnings = {"_", "deal_", "DEAL_", "does_", "may_", "pays_", "question_", "step_"};
// Of members, functions and structs; then the words of clauses and what the state keeps of them. Numbers between the parts do not count.
constexpr std::array endings = {"known",      "over",       "first",  "key",       "events",      "batch",  "traced",  "ledger",
                                "run",        "question",   "active", "exclusive", "entitlement", "earned", "accrued", "payable",
                                "payable_on", "paid",       "owing",  "counted",   "room",        "piece",  "wait",    "wait_day",
                                "period",     "period_sum", "closed", "released",  "total",       "part",     "deferred", "reckoned"};

std::string without_numbers(std::string_view name) {
  std::string out;
  for (std::size_t at = 0; at <= name.size();) {
    auto end = std::min(name.find('_', at), name.size());
    auto part = name.substr(at, end - at);
    if (part.empty() || !std::all_of(part.begin(), part.end(), [](unsigned char c) { return std::isdigit(c); }))
      out += (at > 0 ? "_" : "") + std::string(part);
    at = end + 1;
  }
  return out;
}

bool is_joined(std::string_view name) {
  auto all = without_numbers(name);
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view end) {
    return all.size() > end.size() + 1 && all.ends_with(end) && all[all.size() - end.size() - 1] == '_';
  });
}

bool is_taken(std::string_view name) {
  return words_of_c().contains(name) || names_of_headers().contains(name) || own_words().contains(name) || leading_words().contains(name) ||
         is_joined(name) || std::any_of(beginnings.begin(), beginnings.end(), [&](std::string_view begin) { return name.starts_with(begin); });
}

// ASCII as it stands, every other byte as `x` and two capital hexadecimal digits; an `x` that could be read so is written so.
std::string spelt(std::string_view name) {
  auto hex = [&](std::size_t at) {
    return at < name.size() && (std::isdigit(static_cast<unsigned char>(name[at])) || (name[at] >= 'A' && name[at] <= 'F'));
  };
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    auto c = static_cast<unsigned char>(name[i]);
    bool plain = std::isalnum(c) || c == '_';
    if (!plain || (c == 'x' && hex(i + 1) && hex(i + 2))) out += fmt::format("x{:02X}", c);
    else out += static_cast<char>(c);
  }
  return out;
}

// A name that is taken, with any number of underscores behind it, gets one more.
std::string escaped(std::string name, bool (*taken)(std::string_view)) {
  std::string_view stem = name;
  while (!stem.empty() && stem.back() == '_') stem.remove_suffix(1);
  return taken(stem) || stem.empty() ? name + "_" : name;
}

// What stands before a point: never read as a name behind a leading word.
std::string owner(std::string_view name) {
  auto first = name.substr(0, name.find('_'));
  if (!leading_words().contains(first)) return spelt(name);
  return fmt::format("x{:02X}", name[0]) + spelt(name.substr(1));
}

bool begins_a_name_of_c(std::string_view prefix) {
  auto longer = std::string(prefix) + "_";
  auto at = names_of_headers().lower_bound(longer);
  return is_taken(prefix) || (at != names_of_headers().end() && at->starts_with(longer));
}

} // namespace

std::string c_name(std::string_view name) {
  auto point = name.find('.');
  if (point == std::string_view::npos) return escaped(spelt(name), is_taken);
  auto joined = owner(name.substr(0, point));
  for (auto rest = name.substr(point + 1);;) {
    auto end = rest.find('.');
    joined += "_" + spelt(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest = rest.substr(end + 1);
  }
  DEAL_CHECK(is_taken(joined), "a word that the state or a clause joins to a name is no ending in interface/names.cpp");
  return joined;
}

// The payee has no underscore, so that it is told from what stands before it.
std::string c_part(std::string_view clause, std::string_view word, std::string_view payee) {
  std::string who;
  for (char c : spelt(payee)) who += c == '_' ? fmt::format("x{:02X}", c) : std::string(1, c);
  return fmt::format("{}_{}_{}_part", owner(clause), word, who);
}

std::string c_behind(std::string_view word, std::string_view name) {
  bool another = name.starts_with("does_") || name.starts_with("pays_"); // `step_does_x` is the step of an act
  auto out = std::string(word), plain = spelt(name);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    bool edge = plain[i] == '_' && (i == 0 || i + 1 == plain.size() || plain[i - 1] == '_');
    if (edge || (another && i == 0)) out += fmt::format("x{:02X}", plain[i]);
    else out += plain[i];
  }
  return out;
}

std::string c_prefix(std::string_view name) { return escaped(spelt(name), begins_a_name_of_c); }

} // namespace deal::interface
