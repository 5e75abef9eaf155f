#include "support/guesses.h"
#include <algorithm>
#include <set>
#include <string_view>

namespace deal {
namespace {

constexpr std::size_t longest = 64, shortest = 3; // letters of a name that is guessed

std::string small_letters(std::string text) {
  for (auto &c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// The name in small letters, and what is left of it without each of its letters.
std::set<std::string> keys(const std::string &name) {
  std::set<std::string> out;
  auto small = small_letters(name);
  if (small.size() > longest) return out;
  out.insert(small);
  for (std::size_t i = 0; i < small.size(); ++i) out.insert(small.substr(0, i) + small.substr(i + 1));
  return out;
}

// One edit: a letter more, less or other, or two neighbours exchanged.
bool close(const std::string &a, const std::string &b) {
  if (a.size() > b.size()) return close(b, a);
  auto from = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
  auto rest = [](const std::string &text, std::size_t at) { return at < text.size() ? std::string_view(text).substr(at) : std::string_view(); };
  if (b.size() == a.size() + 1) return rest(a, from) == rest(b, from + 1);
  if (b.size() != a.size()) return false;
  if (rest(a, from + 1) == rest(b, from + 1)) return true;
  return from + 1 < a.size() && a[from] == b[from + 1] && a[from + 1] == b[from] && rest(a, from + 2) == rest(b, from + 2);
}

} // namespace

void Guesses::add(const std::string &name, int rank) {
  for (auto &key : keys(name)) without_one_.emplace(key, all_.size());
  all_.push_back({name, rank});
}

std::optional<std::string> Guesses::closest(const std::string &name, int rank) const {
  if (name.size() < shortest) return std::nullopt;
  const Candidate *best = nullptr;
  auto better = [&](const Candidate &c) { return !best || std::pair(c.rank != rank, c.name) < std::pair(best->rank != rank, best->name); };
  constexpr int most = 64; // names that are this alike say nothing
  for (auto &key : keys(name)) {
    auto [at, end] = without_one_.equal_range(key);
    for (int k = 0; at != end && k < most; ++at, ++k)
      if (auto &c = all_[at->second]; better(c) && close(small_letters(c.name), small_letters(name))) best = &c;
  }
  return best ? std::optional(best->name) : std::nullopt;
}

} // namespace deal
