// The kinds of clause and the words that can be asked of them, each said once. Syntax, checker, lowering, descriptor, reference page and the
// oracle read these rows.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace deal {

enum class ClauseKind : std::uint8_t { license, payment, obligation, permission, prohibition, option, exclusivity, cap, waterfall };

// What a clause says, and so which words can be asked of it: every switch over it names them all.
enum class Says : std::uint8_t { grant, pay, norm, nothing_yet };

enum class Modal : std::uint8_t { may, must, must_not };
inline constexpr std::array<std::string_view, 3> modal_words = {"may", "must", "must not"};

struct ClauseRow {
  std::string_view word;    // that begins it
  std::string_view a_clause; // with its article, as a message names it
  Says says;
  Modal modal = Modal::may; // of a norm
};
inline constexpr std::array<ClauseRow, 9> clause_rows = {{
    {"license", "a license", Says::grant},
    {"payment", "a payment", Says::pay},
    {"obligation", "an obligation", Says::norm, Modal::must},
    {"permission", "a permission", Says::norm, Modal::may},
    {"prohibition", "a prohibition", Says::norm, Modal::must_not},
    {"option", "an option", Says::norm, Modal::may},
    {"exclusivity", "an exclusivity", Says::grant},
    {"cap", "a cap over several payments", Says::nothing_yet},
    {"waterfall", "a waterfall", Says::nothing_yet},
}};
inline constexpr auto clause_words = [] {
  std::array<std::string_view, clause_rows.size()> out;
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = clause_rows[k].word;
  return out;
}();
constexpr const ClauseRow &clause_row(ClauseKind kind) { return clause_rows[static_cast<std::size_t>(kind)]; }
constexpr Says says(ClauseKind kind) { return clause_row(kind).says; }

// The kind that a word begins; `license` where it begins none.
constexpr ClauseKind clause_kind(std::string_view word) {
  for (std::size_t k = 0; k < clause_rows.size(); ++k)
    if (clause_rows[k].word == word) return static_cast<ClauseKind>(k);
  return ClauseKind::license;
}

// What can be asked of a clause by name.
enum class Word : std::uint8_t { active, exclusive, entitlement, earned, accrued, payable, payable_on, paid, owing, counted, room };
enum class WordType : std::uint8_t { boolean, money, date };
// What a word's figure is of: the sum of all that happened, the latest event, or what stands on the day asked.
enum class Covers : std::uint8_t { all_so_far, latest_event, day_asked };

struct WordRow {
  Word word;
  std::string_view name;
  Says of;
  WordType type;
  Covers covers;
  bool steps = true; // read from what steps keep; else worked out when it is asked
  bool parts = false; // of a split, each payee has its own
};
inline constexpr std::array<WordRow, 11> word_rows = {{
    {Word::active, "active", Says::grant, WordType::boolean, Covers::day_asked, false},
    {Word::exclusive, "exclusive", Says::grant, WordType::boolean, Covers::day_asked, false},
    {Word::entitlement, "entitlement", Says::pay, WordType::money, Covers::all_so_far},
    {Word::earned, "earned", Says::pay, WordType::money, Covers::latest_event, true, true},
    {Word::accrued, "accrued", Says::pay, WordType::money, Covers::all_so_far, true, true},
    {Word::payable, "payable", Says::pay, WordType::money, Covers::day_asked},
    {Word::payable_on, "payable_on", Says::pay, WordType::date, Covers::latest_event},
    {Word::paid, "paid", Says::pay, WordType::money, Covers::all_so_far},
    {Word::owing, "owing", Says::pay, WordType::money, Covers::day_asked},
    {Word::counted, "counted", Says::pay, WordType::money, Covers::all_so_far, false},
    {Word::room, "room", Says::pay, WordType::money, Covers::day_asked, false},
}};
constexpr const WordRow &word_row(Word word) { return word_rows[static_cast<std::size_t>(word)]; }

} // namespace deal
