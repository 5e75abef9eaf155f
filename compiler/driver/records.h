// Records of CSV (RFC 4180) and NDJSON, a block at a time: what is held does not grow with their number.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace deal::driver {

// A file cut into blocks of whole records. The cuts follow from the bytes alone. `-` is the standard input; NDJSON where the name ends in
// .ndjson or .jsonl. Throws Stop where it cannot be read.
class RecordFile {
public:
  explicit RecordFile(std::string path);
  ~RecordFile();
  RecordFile(const RecordFile &) = delete;
  RecordFile &operator=(const RecordFile &) = delete;

  const std::string &path() const { return path_; }
  bool json() const { return json_; }
  const std::vector<std::string> &head() const { return head_; } // of CSV
  std::int64_t lines() const { return lines_; }                  // that the head takes
  std::optional<std::string> next();

private:
  void read_head();

  std::string path_, rest_;
  std::vector<std::string> head_;
  std::int64_t lines_ = 0;
  int file_ = -1;
  bool json_ = false, started_ = false, ended_ = false;
};

// A record that cannot be read: its line in the block, from 0.
struct BadRecord {
  std::int64_t line;
  std::string what;
};

// The records of a block, one after the other; cells are valid as long as the block and this.
class Records {
public:
  // NDJSON: the members that may stand there.
  Records(std::string &block, bool json, const std::vector<std::string> &columns);

  bool next();                                                       // false after the last; throws BadRecord
  std::span<const std::string_view> cells() const { return cells_; } // one for each column; null is empty, and so is what is missing
  bool missing(std::size_t column) const { return cells_[column].data() == nullptr; }
  bool bare(std::size_t column) const { return bare_[column]; } // of JSON: not a string
  std::int64_t line() const { return line_; }                   // of the record at hand
  std::int64_t lines() const { return passed_; }                // up to here

private:
  [[noreturn]] void fail(std::string what) const { throw BadRecord{line_, std::move(what)}; }
  bool next_csv();
  bool next_json();
  std::size_t mark();
  std::string_view quoted(std::size_t &end);

  std::string &text_;
  bool json_;
  const std::vector<std::string> &columns_;
  std::unordered_map<std::string_view, std::size_t> places_;
  std::vector<std::string_view> cells_;
  std::vector<bool> bare_;
  std::deque<std::string> unescaped_;
  std::size_t at_ = 0;
  std::uint64_t marks_ = 0; // of the 64 bytes at window_: commas, quotes, ends of lines that are still ahead
  std::size_t window_ = 0;
  std::int64_t line_ = 0, passed_ = 0;
};

std::string csv_cell(std::string_view); // quoted where it has to be

// What is said of a column that nobody knows; names what it may be meant for.
std::string unknown_column(std::string_view name, const std::vector<std::string> &known);
// Refuses a head with a column twice or without a name.
void one_of_each(const RecordFile &, const std::vector<std::string> &names);

} // namespace deal::driver
