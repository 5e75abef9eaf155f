// Questions put to each row of a table: blocks of records are read in turn, answered on several cores by the kernels over columns, and
// written in turn. What is held does not grow with the number of rows.
#include "driver/cells.h"
#include "driver/commands/commands.h"
#include "session/literals.h"
#include "driver/records.h"
#include "support/date.h"
#include <boost/asio/packaged_task.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <deque>
#include <future>
#include <iostream>
#include <thread>

namespace deal::driver {

using namespace check;

namespace {

// A column of the table: what its cells are, and where they go.
struct Input {
  std::string name;
  enum Kind { day, fact, parameter, kept } kind = kept;
  const interface::Slot *slot = nullptr; // any of them: all are of one type
  Type type;
  // Where a record has no such cell: of a fact for a key, the column of the fact for all keys; else as it was set and given; none: unknown.
  int general = -1;
  std::optional<std::int64_t> otherwise;
};

// The values of a column in a block, in Arrow's layout.
struct Values {
  std::vector<std::uint8_t> bytes, validity;
  unsigned size = 0;
  bool varies = false; // some record has a cell

  void grow(std::size_t rows) {
    bytes.resize(rows * size);
    validity.resize((rows + 7) / 8);
  }
  void put(std::size_t row, std::int64_t word) {
    std::memcpy(bytes.data() + row * size, &word, size);
    validity[row / 8] = static_cast<std::uint8_t>(validity[row / 8] | 1u << row % 8);
  }
  void none(std::size_t row) {
    std::memset(bytes.data() + row * size, 0, size);
    validity[row / 8] = static_cast<std::uint8_t>(validity[row / 8] & ~(1u << row % 8));
  }
};

struct Answered {
  std::string text;
  std::int64_t lines = 0;
  bool failures = false; // some answer is one
  std::string wrong;     // what stopped it, at the line `lines`
};

unsigned bytes_of(const ValueType &t) { return size_of(interface::elem_of(t)); }

std::int64_t word_at(const std::uint8_t *values, const ValueType &t, std::size_t row) {
  auto at = [&](auto word) {
    std::memcpy(&word, values + row * sizeof word, sizeof word);
    return static_cast<std::int64_t>(word);
  };
  auto size = bytes_of(t);
  return size == 1 ? at(std::uint8_t()) : size == 4 ? at(std::int32_t()) : at(std::int64_t());
}

class Table {
public:
  Table(Subject &s, const EvalOptions &o, RecordFile &file)
      : s_(s), instance_(s.interface(), s.running->code), file_(file), json_out_(o.format == "json" || (o.format == "text" && file.json())) {
    apply_given(s, o.given, instance_);
    std::optional<std::int32_t> day;
    if (!o.given.on.empty()) day = day_of_option(o.given.on);
    inputs(o);
    for (auto &q : o.questions) terms_.push_back(term(q));
    bool days = std::any_of(inputs_.begin(), inputs_.end(), [](auto &in) { return in.kind == Input::day; });
    for (auto t : terms_) {
      auto &info = s.interface().terms[t];
      if (info.stateful) throw Stop{fmt::format("`{}` reads the ledger, which a table of facts has not; `deal run` follows a ledger", info.name)};
      if (info.dated) dated_ = info.name;
      if (info.dated && !day && !days) throw Stop{fmt::format("`{}` depends on the day: a column `on`, or `--on YYYY-MM-DD`", info.name)};
    }
    batch_ = instance_.batch(day.value_or(0));
    for (auto &in : inputs_)
      if (in.slot) in.otherwise = as_given(in);
    if (day) day_ = *day;
    for (auto &in : inputs_) members_.push_back(json_text(in.name) + ":");
    for (auto &q : o.questions) members_.push_back(json_text(q) + ":");
  }

  std::string head(const std::vector<std::string> &questions) const {
    if (json_out_) return {};
    std::string out;
    for (auto &in : inputs_)
      if (in.kind == Input::kept) out += csv_cell(in.name) + ",";
    for (auto &q : questions) out += csv_cell(q) + ",";
    return out + "status\n";
  }

  Answered answer(std::string block) {
    Answered out;
    try {
      Records records(block, file_.json(), names_);
      try {
        auto rows = read(records);
        out.lines = records.lines();
        write(rows, out);
      } catch (const Stop &stop) {
        throw BadRecord{records.line(), stop.message};
      }
    } catch (const BadRecord &bad) {
      out.lines = bad.line, out.wrong = bad.what;
    }
    return out;
  }

private:
  struct Rows {
    std::size_t count = 0;
    std::vector<Values> columns;
    std::vector<std::string> kept; // a row after the other
  };

  void inputs(const EvalOptions &o) {
    auto &i = s_.interface();
    auto keeps = [&](const std::string &name) { return std::find(o.given.keep.begin(), o.given.keep.end(), name) != o.given.keep.end(); };
    std::vector<std::string> names = file_.head();
    if (file_.json()) {
      names = o.given.keep;
      for (auto &name : may_stand())
        if (!keeps(name)) names.push_back(name);
    }
    for (auto &k : o.given.keep)
      if (std::find(names.begin(), names.end(), k) == names.end()) throw Stop{fmt::format("`--keep {}`: the table has no such column", k)};
    fact_columns_.resize(i.fact_layout.slots.size(), -1), parameter_columns_.resize(i.parameters.size(), -1);
    std::vector<int> generals(fact_columns_.size(), -1);
    std::vector<std::pair<std::size_t, std::size_t>> by_key; // column, slot
    one_of_each(file_, names);
    for (auto &name : names) {
      auto column = static_cast<int>(inputs_.size());
      Input in{name, Input::kept, nullptr, {}, -1, {}};
      if (name == "on" && !keeps(name)) in.kind = Input::day;
      else if (!keeps(name)) {
        Sink sink;
        auto at = check_setting(s_.program, Source("column", name), Source("value", "unknown"), sink);
        if (!at)
          throw Stop{fmt::format("{}:1: the column {}", file_.path(), unknown_column(name, may_stand()))};
        in.kind = at->is_fact ? Input::fact : Input::parameter;
        auto index = at->index;
        in.type = at->is_fact ? s_.model().facts[index].type : s_.model().parameters[index].type;
        if (!at->is_fact) parameter_columns_[index.index] = column, in.slot = &i.parameter_layout.slots[index.index];
        std::vector<host::Constant> keys;
        for (auto &k : at->keys) keys.push_back(constant_of(k));
        for (auto &k : i.fact_inputs) {
          if (!at->is_fact || k.kind != interface::Keyed::fact || k.index != index.number() || (at->keyed && k.constants != keys)) continue;
          if (!at->keyed && instance_.given(index.number(), k.constants)) continue; // what names the key wins
          in.slot = &i.fact_layout.slots[k.slot];
          if (at->keyed) by_key.emplace_back(column, k.slot);
          else fact_columns_[k.slot] = generals[k.slot] = column;
        }
        if (in.slot && in.slot->type.base == ValueType::ratio) throw Stop{fmt::format("`{}`: a column of ratios cannot be read", name)};
        if (in.slot && in.slot->type.base == ValueType::text) throw Stop{fmt::format("`{}`: a column of texts cannot be read", name)};
      }
      names_.push_back(name);
      inputs_.push_back(std::move(in));
    }
    for (auto &[column, slot] : by_key) fact_columns_[slot] = static_cast<int>(column), inputs_[column].general = generals[slot];
  }

  // What a row can state: the day, each parameter and fact, and what terms read of a fact for a key.
  std::vector<std::string> may_stand() const {
    auto &i = s_.interface();
    std::vector<std::string> out = {"on"};
    for (auto &p : i.parameters) out.push_back(p.name);
    for (auto &f : i.facts) out.push_back(f.name);
    for (auto &k : i.fact_inputs) {
      if (k.kind != interface::Keyed::fact || k.constants.empty()) continue;
      auto name = keyed_name(i.facts[static_cast<std::size_t>(k.index)], k.constants);
      if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
    return out;
  }

  // supported("GPT")
  static std::string keyed_name(const interface::FactInfo &fact, const std::vector<host::Constant> &keys) {
    std::string out;
    for (std::size_t k = 0; k < keys.size(); ++k) {
      auto *text = std::get_if<std::string>(&keys[k]);
      out += (k == 0 ? "" : ", ") + (text ? "\"" + *text + "\"" : format_value(fact.keys[k].type, std::get<Rational>(keys[k])));
    }
    return fact.name + "(" + out + ")";
  }

  // What a slot holds where no cell says otherwise.
  std::optional<std::int64_t> as_given(const Input &in) const {
    auto *bytes = static_cast<const std::uint8_t *>(in.kind == Input::fact ? batch_.facts : batch_.parameters);
    if (!bytes[*in.slot->known]) return std::nullopt;
    return word_at(bytes + in.slot->at.offset, in.slot->type, 0);
  }

  std::size_t term(const std::string &question) const {
    auto &terms = s_.interface().terms;
    for (std::size_t t = 0; t < terms.size(); ++t)
      if (terms[t].name == question) return t;
    throw Stop{
        fmt::format("`{}` is no term of the deal; for a table write `define NAME: TYPE = {}` in the file and ask for NAME", question, question)};
  }

  // What is not written plainly.
  std::int64_t unusual(const Input &in, std::string_view text, bool json_number) {
    auto v = read_literal(in.slot->type, text, json_number);
    if (!v) throw Stop{fmt::format("column `{}`: {}", in.name, v.error())};
    return instance_.word(*in.slot, *v);
  }

  // The day of a row: its own, else that of --on; where no term that is asked depends on it, any.
  std::int32_t day_of_row(std::string_view text) const {
    if (text.empty()) {
      if (!day_ && dated_) throw Stop{fmt::format("`{}` depends on the day: the row needs `on`, or say `--on YYYY-MM-DD`", *dated_)};
      return static_cast<std::int32_t>(day_.value_or(0));
    }
    auto day = read_literal({ValueType::date, 0, {}, {}, {}}, text);
    if (!day) throw Stop{"column `on`: " + day.error()};
    return static_cast<std::int32_t>(numerator(std::get<Rational>(*day)));
  }

  Rows read(Records &records) {
    Rows out;
    std::size_t room = 0;
    for (auto &in : inputs_) {
      auto &values = out.columns.emplace_back();
      values.size = in.kind == Input::day ? 4 : in.slot ? bytes_of(in.slot->type) : 0;
    }
    for (; records.next(); ++out.count) {
      auto cells = records.cells();
      if (out.count == room) {
        room = room == 0 ? 1024 : room * 2;
        for (auto &values : out.columns) values.grow(room);
      }
      for (std::size_t k = 0; k < inputs_.size(); ++k) {
        auto &in = inputs_[k];
        auto from = in.general >= 0 && records.missing(k) ? static_cast<std::size_t>(in.general) : k;
        auto text = cells[from];
        auto &to = out.columns[k];
        if (in.kind == Input::kept) {
          bool json = file_.json();
          if (!json_out_) out.kept.push_back(csv_cell(text));
          else if (json && (records.missing(k) || records.bare(k))) out.kept.emplace_back(text.empty() ? "null" : text);
          else out.kept.push_back(json_text(std::string(text)));
          continue;
        }
        if (in.kind == Input::day) {
          auto day = parse_date(text);
          to.put(out.count, day ? *day : day_of_row(text));
          to.varies = true;
          continue;
        }
        if (!in.slot) continue; // no term that is asked reads it
        to.varies |= !records.missing(from);
        auto word = in.otherwise;
        if (!records.missing(from)) word = text.empty() || text == "unknown" ? std::nullopt : plain_word(in.slot->type, text);
        if (!word && !text.empty() && text != "unknown") word = unusual(in, text, records.bare(from));
        if (word) to.put(out.count, *word);
        else to.none(out.count);
      }
    }
    return out;
  }

  void write(const Rows &rows, Answered &to) const {
    auto &i = s_.interface();
    auto n = rows.count;
    auto b = batch_;
    b.rows = static_cast<std::int64_t>(n);
    auto columns = [&](const std::vector<int> &from) {
      std::vector<deal_column> out;
      for (int k : from) {
        auto *values = k < 0 ? nullptr : &rows.columns[static_cast<std::size_t>(k)];
        if (!values || !values->varies) out.push_back({nullptr, nullptr, 0});
        else out.push_back({values->bytes.data(), values->validity.data(), 0});
      }
      return out;
    };
    auto facts = columns(fact_columns_), parameters = columns(parameter_columns_);
    b.fact_columns = facts.data();
    if (std::any_of(parameters.begin(), parameters.end(), [](auto &c) { return c.values; })) b.parameter_columns = parameters.data();
    for (std::size_t k = 0; k < inputs_.size(); ++k)
      if (inputs_[k].kind == Input::day) b.today_column = reinterpret_cast<const std::int32_t *>(rows.columns[k].bytes.data());
    std::vector<deal_output> outputs(i.terms.size());
    std::vector<std::vector<std::uint8_t>> values(i.terms.size()), statuses(i.terms.size());
    for (auto t : terms_) {
      values[t].resize(n * bytes_of(i.terms[t].type)), statuses[t].resize(n);
      outputs[t] = {values[t].data(), statuses[t].data()};
    }
    bool all_known = s_.running->code.batch(&b, outputs.data()) == 0;
    std::size_t kept = 0, keeps = n == 0 ? 0 : rows.kept.size() / n;
    std::size_t names = 0;
    if (json_out_)
      for (auto &m : members_) names += m.size() + 8;
    to.text.reserve(n * (names + keeps * 12 + terms_.size() * 14 + 8));
    for (std::size_t row = 0; row < n; ++row) {
      std::string status;
      if (json_out_) to.text += '{';
      auto member = [&](const std::string &quoted) { (to.text.back() == '{' ? to.text : to.text += ',') += quoted; };
      for (std::size_t k = 0; k < inputs_.size(); ++k) {
        if (inputs_[k].kind != Input::kept) continue;
        auto &text = rows.kept[kept++];
        if (json_out_) member(members_[k]), to.text += text;
        else to.text += text, to.text += ',';
      }
      for (std::size_t k = 0; k < terms_.size(); ++k) {
        auto t = terms_[k];
        auto &info = i.terms[t];
        auto s = static_cast<Status>(all_known ? 0 : statuses[t][row]);
        if (s > Status::unknown && s != Status::readings_differ) to.failures = true;
        if (s != Status::ok) status += fmt::format("{}{}: {}", status.empty() ? "" : "; ", info.name, status_word(s));
        if (json_out_) member(members_[inputs_.size() + k]);
        if (s == Status::ok) {
          auto word = word_at(values[t].data(), info.type, row);
          if (!json_out_) append_word(to.text, info.type, word);
          else if (info.type.base == ValueType::boolean) to.text += word ? "true" : "false";
          else if (info.type.base == ValueType::money) (append_word(to.text += '"', info.type, word), to.text += ' ') += info.type.currency + "\"";
          else to.text += json_text(format_value(info.type, Rational(Integer(word), power_of_ten(info.type.scale))));
        } else if (json_out_) to.text += "null";
        if (!json_out_) to.text += ',';
      }
      if (!json_out_) to.text += csv_cell(status), to.text += '\n';
      else {
        if (!status.empty()) to.text += ",\"status\":" + json_text(status);
        to.text += "}\n";
      }
    }
  }

  static std::string json_text(const std::string &t) { return nlohmann::json(t).dump(); }

  Subject &s_;
  host::Instance instance_;
  const RecordFile &file_;
  bool json_out_;
  std::vector<Input> inputs_;
  std::vector<std::string> names_, members_;          // members: as JSON, of the inputs, then of the terms
  std::vector<int> fact_columns_, parameter_columns_; // of a slot, its column in the table; -1: it does not vary
  std::vector<std::size_t> terms_;
  deal_batch batch_{};
  std::optional<std::int64_t> day_; // of --on
  std::optional<std::string> dated_;  // a term that is asked and depends on the day
};

} // namespace

int rows_command(const EvalOptions &o) {
  if (o.explain) throw Stop{"`--explain` explains one answer: ask for it without `--rows`"};
  if (!o.given.events.empty()) throw Stop{"`--rows` are facts, `--events` a ledger: one of the two"};
  auto subject = open_subject(o.file);
  lower::Request request{true, false, {}, {}, std::set<std::string>(o.questions.begin(), o.questions.end()), true};
  make_code(subject, request, 3);
  RecordFile file(o.rows);
  Table table(subject, o, file);
  auto line = file.lines();
  int code = 0;
  auto put = [&](const Answered &a) {
    std::fwrite(a.text.data(), 1, a.text.size(), stdout);
    if (!a.wrong.empty()) throw Stop{fmt::format("{}:{}: {}", file.path(), line + a.lines + 1, a.wrong)};
    if (std::ferror(stdout)) throw Stop{"cannot write the output"};
    line += a.lines;
    if (a.failures) code = 1;
  };
  put({table.head(o.questions), 0, false, {}});
  auto threads = o.threads == 0 ? std::max(1u, std::thread::hardware_concurrency()) : o.threads;
  if (threads == 1) {
    while (auto block = file.next()) put(table.answer(std::move(*block)));
    return code;
  }
  std::deque<std::future<Answered>> ahead;
  boost::asio::thread_pool pool(threads);
  auto first = [&] {
    auto answered = ahead.front().get();
    ahead.pop_front();
    put(answered);
  };
  while (auto block = file.next()) {
    ahead.push_back(boost::asio::post(
        pool, std::packaged_task<Answered()>([&table, text = std::move(*block)]() mutable { return table.answer(std::move(text)); })));
    if (ahead.size() > 2 * threads) first();
  }
  while (!ahead.empty()) first();
  return code;
}

} // namespace deal::driver
