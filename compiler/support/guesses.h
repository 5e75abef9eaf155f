// What a writer may have meant by a word that is not known.
#pragma once
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace deal {

// Among the words that are known: one letter more, less or other, two letters exchanged, capitals or not.
// Names are found by what is left of them without one letter, so that many faults among many names take linear time.
class Guesses {
public:
  void add(const std::string &name, int rank);
  // Of the names that are close, one of the rank wanted, else one of another; the first of the alphabet.
  std::optional<std::string> closest(const std::string &name, int rank) const;

private:
  struct Candidate {
    std::string name;
    int rank;
  };
  std::vector<Candidate> all_;
  std::unordered_multimap<std::string, std::size_t> without_one_;
};

// The names of a list of things that have one, all of one rank.
template <class List> Guesses names_of(const List &list) {
  Guesses out;
  for (auto &x : list) out.add(x.name, 0);
  return out;
}

} // namespace deal
