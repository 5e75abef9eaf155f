#include "driver/bytes.h"
#include "driver/records.h"
#include "session/subject.h"
#include "support/terminal.h"
#include "support/source.h"
#include <algorithm>
#include <bit>
#include <cstring>
#include <fcntl.h>
#define RAPIDJSON_SSE2
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
#include <unistd.h>

namespace deal::driver {

using namespace session;
namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20, most_bytes = std::size_t{1} << 28;

// Where the last whole record ends; 0 where none does.
std::size_t cut(const std::string &text, bool json) {
  auto at = text.rfind('\n');
  if (json) return at == std::string::npos ? 0 : at + 1;
  // The end of a line within quotes is no end of a record: an even number of quotes stands before one that is.
  auto odd = [](auto from, auto to) { return std::count(from, to, '"') % 2 != 0; };
  bool within = odd(text.begin(), text.end());
  for (auto end = text.end(); at != std::string::npos; at = at == 0 ? std::string::npos : text.rfind('\n', at - 1)) {
    auto here = text.begin() + static_cast<std::ptrdiff_t>(at);
    within ^= odd(here, end);
    if (!within) return at + 1;
    end = here;
  }
  return 0;
}

// The members of one object, each into its column.
struct Members : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Members> {
  const std::vector<std::string> &columns;
  const std::unordered_map<std::string_view, std::size_t> &places;
  std::vector<std::string_view> &cells;
  std::vector<bool> &bare;
  bool open = false;
  std::size_t guess = 0, column = 0;
  std::string wrong;

  Members(const std::vector<std::string> &c, const std::unordered_map<std::string_view, std::size_t> &p, std::vector<std::string_view> &to,
          std::vector<bool> &b)
      : columns(c), places(p), cells(to), bare(b) {}
  bool refuse(std::string what) { return wrong = std::move(what), false; }
  bool put(std::string_view text, bool is_bare) {
    if (!open) return refuse("not a JSON object");
    cells[column] = text, bare[column] = is_bare;
    return true;
  }
  bool deeper(const char *what) {
    return refuse(fmt::format("`{}` is {}", printable(columns[column], 60), what));
  }
  bool StartObject() { return open ? deeper("itself an object") : (open = true); }
  bool EndObject(rapidjson::SizeType) { return true; }
  bool StartArray() { return open ? deeper("a list") : refuse("not a JSON object"); }
  bool EndArray(rapidjson::SizeType) { return true; }
  bool Key(const char *text, rapidjson::SizeType size, bool) {
    std::string_view name(text, size);
    column = guess; // members mostly come in one order
    if (column >= columns.size() || columns[column] != name) {
      auto at = places.find(name);
      if (at == places.end()) return refuse(unknown_column(name, columns));
      column = at->second;
    }
    if (cells[column].data() != nullptr) return refuse(fmt::format("`{}` stands there twice", printable(name, 60)));
    guess = column + 1;
    return true;
  }
  bool String(const char *text, rapidjson::SizeType size, bool) { return put({text, size}, false); }
  bool RawNumber(const char *text, rapidjson::SizeType size, bool) { return put({text, size}, true); }
  bool Bool(bool b) { return put(b ? "true" : "false", true); }
  bool Null() { return put("", true); }
};

// The letters of a name: what is left where people write one otherwise.
std::string letters_of(std::string_view name) {
  std::string out;
  for (unsigned char c : name)
    if (std::isalnum(c) || c >= 0x80) out += static_cast<char>(std::tolower(c));
  return out;
}

// One letter more, less or other.
bool near(std::string_view a, std::string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  if (b.size() < 3 || a.size() > b.size() + 1) return a == b;
  auto same = static_cast<std::size_t>(std::mismatch(b.begin(), b.end(), a.begin()).first - b.begin());
  return same == b.size() || a.substr(same + 1) == b.substr(same + (a.size() == b.size() ? 1 : 0));
}

} // namespace

std::string unknown_column(std::string_view name, const std::vector<std::string> &known) {
  auto out = fmt::format("`{}` is not known here", printable(name, 60));
  auto meant = std::find_if(known.begin(), known.end(), [&](auto &k) { return letters_of(k) == letters_of(name); });
  if (meant == known.end()) meant = std::find_if(known.begin(), known.end(), [&](auto &k) { return near(letters_of(k), letters_of(name)); });
  if (meant != known.end()) out += fmt::format(" (is `{}` meant?)", *meant);
  return out + fmt::format("; `--keep '{}'` lets it through", printable(name, 60));
}

void one_of_each(const RecordFile &file, const std::vector<std::string> &names) {
  for (auto at = names.begin(); at != names.end(); ++at) {
    if (at->empty()) throw Stop{fmt::format("{}:1: the column {} has no name", file.path(), at - names.begin() + 1)};
    if (std::find(names.begin(), at, *at) != at) throw Stop{fmt::format("{}:1: two columns are named `{}`", file.path(), printable(*at, 60))};
  }
}

RecordFile::RecordFile(std::string path) : path_(std::move(path)) {
  json_ = path_.ends_with(".ndjson") || path_.ends_with(".jsonl");
  auto cannot = [&] { throw Stop{fmt::format("cannot read `{}`: {}", path_, errno == EISDIR ? "it is a folder" : std::strerror(errno))}; };
  file_ = path_ == "-" ? dup(0) : open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0 || read(file_, nullptr, 0) < 0) cannot();
  if (!json_) read_head();
}

RecordFile::~RecordFile() {
  if (file_ >= 0) close(file_);
}

void RecordFile::read_head() {
  auto first = next();
  if (!first) throw Stop{fmt::format("`{}` is empty: the first line names the columns", path_)};
  try {
    auto text = *first;
    Records records(text, false, head_);
    if (records.next()) head_.assign(records.cells().begin(), records.cells().end());
    lines_ = records.lines();
  } catch (const BadRecord &bad) {
    throw Stop{fmt::format("{}:{}: {}", path_, bad.line + 1, bad.what)};
  }
  for (auto at = lines_; at > 0; --at) first->erase(0, first->find('\n') == std::string::npos ? first->size() : first->find('\n') + 1);
  rest_ = std::move(*first) + rest_;
}

std::optional<std::string> RecordFile::next() {
  auto block = std::exchange(rest_, {});
  for (auto want = block_bytes; !ended_; want *= 2) {
    auto have = block.size();
    if (have < want) block.resize(want);
    while (have < want) {
      auto n = read(file_, block.data() + have, want - have);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw Stop{fmt::format("cannot read `{}`: {}", path_, std::strerror(errno))};
      if (n == 0) break;
      have += static_cast<std::size_t>(n);
    }
    if (have < want) ended_ = true, block.resize(have);
    if (ended_) break;
    if (auto end = cut(block, json_)) {
      rest_.assign(block, end);
      block.resize(end);
      break;
    }
    if (want >= most_bytes) throw Stop{fmt::format("`{}`: a record of more than {} MB (a quote that is not closed?)", path_, most_bytes >> 20)};
  }
  if (!std::exchange(started_, true) && block.starts_with("\xEF\xBB\xBF")) block.erase(0, 3);
  if (block.empty()) return std::nullopt;
  return block;
}

Records::Records(std::string &block, bool json, const std::vector<std::string> &columns)
    : text_(block), json_(json), columns_(columns) {
  cells_.resize(columns.size()), bare_.resize(columns.size());
  for (std::size_t k = 0; k < columns.size(); ++k) places_.try_emplace(columns[k], k);
  window_ = std::size_t(0) - 64;
  if (auto bad = first_invalid_utf8(text_); bad != std::string_view::npos)
    throw BadRecord{std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(bad), '\n'), "not UTF-8"};
}

bool Records::next() { return json_ ? next_json() : next_csv(); }

// The next comma, quote or end of a line; the size of the text after the last.
std::size_t Records::mark() {
  while (marks_ == 0) {
    window_ += 64;
    if (window_ >= text_.size()) return window_ -= 64, text_.size();
    char tail[64];
    auto *from = text_.data() + window_;
    if (text_.size() - window_ < 64) {
      std::memset(tail, 0, sizeof tail);
      std::memcpy(tail, from, text_.size() - window_);
      from = tail;
    }
    marks_ = marks_of(from, ',', '\n', '"');
  }
  auto at = window_ + static_cast<unsigned>(std::countr_zero(marks_));
  marks_ &= marks_ - 1;
  return at;
}

// A cell that begins with a quote at `at_`, whose mark was taken; `end` becomes the mark after it.
std::string_view Records::quoted(std::size_t &end) {
  auto begin = at_ + 1;
  bool doubled = false;
  for (;;) {
    auto close = mark();
    if (close >= text_.size()) fail("a quote is not closed");
    if (text_[close] == '\n') ++passed_;
    if (text_[close] != '"') continue;
    end = mark();
    if (end == close + 1 && end < text_.size() && text_[end] == '"') {
      doubled = true;
      continue;
    }
    auto after = std::string_view(text_).substr(close + 1, end - close - 1);
    if (!after.empty() && !(after == "\r" && (end == text_.size() || text_[end] == '\n'))) fail("text after a closing quote");
    if (end < text_.size() && text_[end] == '"') fail("text after a closing quote");
    auto inside = std::string_view(text_).substr(begin, close - begin);
    if (!doubled) return inside;
    auto &out = unescaped_.emplace_back();
    for (std::size_t i = 0; i < inside.size(); ++i) {
      out += inside[i];
      if (inside[i] == '"') ++i;
    }
    return out;
  }
}

bool Records::next_csv() {
  bool head = columns_.empty();
  for (;;) {
    if (at_ >= text_.size()) return false;
    line_ = passed_;
    std::size_t cell = 0;
    if (head) cells_.clear();
    bool blank = false;
    for (bool more = true; more; ++cell) {
      auto end = mark();
      std::string_view text;
      if (end == at_ && end < text_.size() && text_[end] == '"') text = quoted(end);
      else {
        if (end < text_.size() && text_[end] == '"') fail("a quote within a cell that does not begin with one");
        text = std::string_view(text_).substr(at_, end - at_);
        if (text.ends_with('\r') && (end == text_.size() || text_[end] == '\n')) text.remove_suffix(1);
      }
      more = end < text_.size() && text_[end] == ',';
      blank = cell == 0 && !more && text.find_first_not_of(" \t") == std::string_view::npos;
      if (end < text_.size() && !more) ++passed_;
      at_ = end + 1;
      if (head) cells_.push_back(text);
      else if (cell < cells_.size()) cells_[cell] = text;
    }
    if (blank) continue;
    if (head) return true;
    if (cell > cells_.size()) fail(fmt::format("{} cells under {} columns", cell, cells_.size()));
    for (; cell < cells_.size(); ++cell) cells_[cell] = {};
    return true;
  }
}

bool Records::next_json() {
  while (at_ < text_.size()) {
    line_ = passed_++;
    auto end = std::min(text_.find('\n', at_), text_.size());
    auto begin = text_.data() + at_;
    bool blank = std::string_view(text_).substr(at_, end - at_).find_first_not_of(" \t\r") == std::string_view::npos;
    at_ = end + 1;
    if (blank) continue;
    text_[end] = '\0'; // the end of the line ends the text; strings are unescaped in place
    std::fill(cells_.begin(), cells_.end(), std::string_view());
    Members members(columns_, places_, cells_, bare_);
    rapidjson::InsituStringStream stream(begin);
    thread_local rapidjson::Reader reader; // keeps its room
    auto done = reader.Parse<rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag>(stream, members);
    if (!members.wrong.empty()) fail(members.wrong);
    if (done.IsError()) fail(fmt::format("not JSON: {} (byte {})", rapidjson::GetParseError_En(done.Code()), done.Offset() + 1));
    return true;
  }
  return false;
}

std::string csv_cell(std::string_view t) {
  if (t.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(t);
  std::string out = "\"";
  for (char c : t) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

} // namespace deal::driver
