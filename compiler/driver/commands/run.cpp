// The statement of a ledger: what each row brought, so that every line can be redone on a pocket calculator.
#include "driver/commands/commands.h"
#include "driver/ledger.h"
#include "driver/render.h"
#include "driver/statement.h"
#include "session/refusal.h"
#include "support/date.h"
#include "support/terminal.h"
#include <boost/asio/packaged_task.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <future>
#include <iostream>
#include <thread>
#include <unistd.h>
#include <unordered_map>

namespace deal::driver {
namespace {

// What a row did: written, or why it is refused.
struct Done {
  check::Happening happening;
  host::Row row;
  std::string deal, place;
  std::vector<std::string> kept;
  std::vector<StatementLine> lines; // for people
  std::string text;                 // of a table
  Status status = Status::ok;
  bool stops = false, passed_over = false; // its ledger, here; it had stopped before
};

struct Deal {
  host::Instance instance;
  Accounts accounts;
  bool halted = false;
};

class Run {
public:
  Run(Subject &subject, const RunOptions &o)
      : o_(o), subject_(subject), fresh_(subject.interface(), subject.running->code), statement_(subject.interface()),
        shape_(subject.interface(), o.portfolio, o.given.keep), people_(subject.interface(), o.given.keep, o.wide ? 0 : width_of(STDOUT_FILENO)),
        ledger_(subject, o.given.events, o.given.keep, o.portfolio) {
    for (auto &f : table_formats())
      if (f.name == o.format) format_ = &f;
    apply_given(subject, o.given, fresh_);
    fresh_.keep_no_rows();
    if (!o.given.on.empty()) last_ = day_of_option(o.given.on);
  }

  int all() {
    // A deal's rows are one core's, in their order; what they say is written in the order of the ledger.
    auto threads = o_.portfolio.empty() ? 1u : o_.threads == 0 ? std::max(1u, std::thread::hardware_concurrency()) : o_.threads;
    deals_.resize(threads);
    boost::asio::thread_pool pool(threads);
    if (format_ && format_->head) std::cout << format_->head(shape_);
    for (bool more = true; more;) {
      std::exception_ptr wrong; // a row that cannot be read ends the ledger, after the rows before it
      try {
        more = read();
      } catch (const Stop &stop) {
        wrong = std::make_exception_ptr(Stop{stop.message + "\nthe statement ends before this row", stop.code});
      }
      std::vector<std::future<void>> others;
      for (std::size_t t = 1; t < threads; ++t) others.push_back(boost::asio::post(pool, std::packaged_task<void()>([&, t] { work(t); })));
      work(0);
      for (auto &other : others) other.get();
      write();
      if (wrong) {
        end();
        std::rethrow_exception(wrong);
      }
    }
    end();
    return code_;
  }

private:
  bool text() const { return !format_; }

  // Up to 4096 rows; false after the last.
  bool read() {
    rows_.clear();
    while (rows_.size() < 4096) {
      auto h = ledger_.next();
      if (!h) return false;
      if (last_ && h->on > *last_) continue;
      rows_.push_back({*h, row_of(subject_.model(), *h), ledger_.deal(), ledger_.place(), ledger_.kept(), {}, {}, Status::ok});
    }
    return true;
  }

  void append(std::string &to, StatementLine line, const std::string &deal, const std::vector<std::string> &kept) const {
    format_->append(to, shape_, {std::move(line), deal, kept});
  }

  void work(std::size_t worker) {
    for (auto &r : rows_) {
      if (deals_.size() > 1 && std::hash<std::string>()(r.deal) % deals_.size() != worker) continue;
      auto &deal = deals_[worker].try_emplace(r.deal, Deal{fresh_, {}, false}).first->second;
      r.passed_over = deal.halted;
      if (deal.halted) continue;
      std::vector<StatementLine> lines;
      std::vector<std::int64_t> trace;
      r.status = statement_.apply(deal.instance, r.row, deal.accounts, text(), lines, trace);
      deal.halted = r.stops = deal.instance.halted();
      if (text()) r.lines = std::move(lines);
      else
        for (auto &line : lines) append(r.text, std::move(line), r.deal, r.kept);
    }
  }

  void write() {
    for (auto &r : rows_) {
      std::cout << r.text;
      for (auto &line : r.lines) people_.add({std::move(line), r.deal, r.kept});
      passed_over_ += r.passed_over;
      if (r.passed_over) continue;
      day_ = std::max(day_.value_or(r.row.on), r.row.on);
      if (r.status == Status::ok) {
        ++taken_;
        continue;
      }
      std::cerr << r.place << (r.stops ? "the ledger stops: " : "the row is refused: ") << refusal(subject_.interface(), r.row, r.status) << "\n";
      code_ = std::max(code_, r.status >= Status::tick_needed || r.status == Status::input_out_of_range ? 2 : 1);
    }
    if (!std::cout) throw Stop{"cannot write the output"};
  }

  // What happens by itself up to the day of the statement, and where each payment then stands.
  void end() {
    if (passed_over_ > 0) std::cerr << fmt::format("{} {} after that {} not taken\n", passed_over_, passed_over_ == 1 ? "row" : "rows", passed_over_ == 1 ? "is" : "are");
    if (!text()) return end_table();
    auto day = last_ ? last_ : day_;
    if (!day) return;
    auto &deal = deals_[0].try_emplace("", Deal{fresh_, {}, false}).first->second;
    std::vector<StatementLine> lines;
    if (!deal.halted) statement_.through(deal.instance, *day, deal.accounts, true, lines);
    for (auto &line : lines) people_.add({std::move(line), "", {}});
    if (people_.empty() && taken_ == 0) std::cout << "no row of this ledger was taken\n";
    else if (people_.empty()) std::cout << fmt::format("no payment is concerned by the {} {} of this ledger\n", taken_, taken_ == 1 ? "row" : "rows");
    else std::cout << people_.text(statement_, deal.instance, deal.accounts, *day);
  }

  void end_table() {
    if (!last_) return;
    std::map<std::string, Deal *> all; // in an order that does not depend on the threads
    for (auto &part : deals_)
      for (auto &[name, deal] : part) all[name] = &deal;
    std::string out;
    for (auto &[name, deal] : all) {
      std::vector<StatementLine> lines;
      if (!deal->halted) statement_.through(deal->instance, *last_, deal->accounts, false, lines);
      for (auto &line : lines) append(out, std::move(line), name, std::vector<std::string>(o_.given.keep.size()));
    }
    std::cout << out;
  }

  const RunOptions &o_;
  const TableFormat *format_ = nullptr; // none: for people
  Subject &subject_;
  host::Instance fresh_; // each deal begins as this
  Statement statement_;
  TableShape shape_;
  StatementText people_;
  Ledger ledger_;
  std::optional<std::int32_t> last_, day_; // of --on; of the latest row
  std::vector<std::unordered_map<std::string, Deal>> deals_;
  std::vector<Done> rows_;
  int taken_ = 0, passed_over_ = 0, code_ = 0;
};

} // namespace

int run_command(const RunOptions &o) {
  auto subject = open_subject(o.file);
  bool portfolio = !o.portfolio.empty();
  if (portfolio && o.format == "text") throw Stop{"the statement of a portfolio is a table: say `--format csv` or `--format json`"};
  make_code(subject, lower::Request{}, portfolio ? 1 : 0);
  return Run(subject, o).all();
}

} // namespace deal::driver
