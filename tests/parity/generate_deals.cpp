// Whole deals: clauses with their lines in the order of rule 6, events, states, amendments. Not all are accepted; most are.
#include "parity/generate.h"
#include "support/date.h"
#include <fmt/format.h>
#include <set>

namespace deal::test {

namespace {

class Deal {
public:
  explicit Deal(std::mt19937_64 &random) : random_(random) {}

  std::string text() {
    static constexpr const char *modes[] = {"half even", "half up", "half down", "up", "down", "ceiling", "floor"};
    out_ = fmt::format("deal Random effective 2025-01-01\ncurrency USD\nround {}\nmonth end {}\ncontract year from {}\n", modes[pick(7)], one({"up", "down"}),
                       one({"2024-02-29", "2025-01-31", "2025-03-15", "2026-06-01"}));
    out_ += "party A, B, C, D\nasset x, y, z\nkind Region { North, South }\n"
            "parameter rate: percent = 12.5%\nparameter limit: money = 1_000 USD\nparameter hidden: percent\n"
            "fact ok: boolean\nfact free: boolean\nfact n: integer from -5 through 10\nfact may_go(item: text): boolean\n"
            "event Sale reported by A { gross: money, units: integer from -100 through 100, region: Region, gift: boolean }\n"
            "event Month reported by A for each calendar month { gross: money }\n"
            "event Start\nevent Stop\n"
            "action ship(item: text, lot: integer) by A as shipped\naction tell(region: Region)\n";
    out_ += fmt::format("define base: money = {} USD\n", pick(300));
    out_ += "define part: percent = if Sale.gift then 40% else 62.5%\n";
    if (pick(2)) out_ += "state seen: money = 0 USD { after Sale when not Sale.gift: seen + Sale.gross }\n", state_ = true;
    if (pick(2)) out_ += "state high: money = 5 USD { after Sale when Sale.units > 10: Sale.gross  after Sale when Sale.gift: 0 USD }\n";
    auto payments = 1 + pick(3);
    for (std::size_t k = 0; k < payments; ++k) rarely() ? reckoned(k) : payment(k);
    for (std::size_t k = pick(3); k > 0; --k) license(k);
    norms();
    amendments();
    return out_;
  }

private:
  std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  bool rarely() { return pick(4) == 0; }
  std::string one(std::initializer_list<std::string> list) { return *(list.begin() + pick(list.size())); }
  std::string day() { return format_date(*parse_date("2025-01-01") + static_cast<std::int32_t>(pick(900))); }

  std::string condition() {
    return one({"ok", "not free", "n > 2", "ok or free", "may_go(\"one\")", "today < 2026-03-01", "ok and n < 7"});
  }
  std::string dayless() { return one({"ok", "not free", "n > 2", "ok or free"}); }
  std::string share() { return one({"10%", "rate", "rate", "33.3%", "0.5%", "150%", rarely() ? "hidden" : "rate"}); }
  std::string cap() { return one({"limit", "2 * limit", "500 USD", "0.05 USD", "50% of limit", "base", "0 USD"}); }

  std::string amount(bool monthly) {
    if (monthly) return share() + " of Month.gross";
    switch (pick(11)) {
    case 8: return fmt::format("by slices of {} {{ up to and including limit: {} up to and including 2 * limit: 5% above 2 * limit: {} }}",
                               one({"Sale.gross", "total Sale.gross so far", "total Sale.gross since " + day()}), share(), share());
    case 9: return fmt::format("by level of {} applied to Sale.gross {{ below 100 USD: {} below limit: 3% at or above limit: {} }}",
                               one({"Sale.gross", "total Sale.gross so far", "Sale.units * 10 USD"}), share(), share());
    case 10: return "by level of Sale.gross { below 0 USD: 5 USD from 0 USD through 70 USD: 5 USD to -3 USD above 70 USD: base }";
    case 0: return share() + " of total Sale.gross so far";
    case 1: return "10% of total Sale.gross " + (pick(2) ? "since " + day() : "this " + one({"calendar ", "contract "}) + one({"month", "quarter", "year"}));
    case 2: return fmt::format("(if Sale.region is North then {} else 5%) of Sale.gross", share());
    case 3: return "(" + share() + " of Sale.gross) + Sale.units * 1 USD";
    case 4: return state_ ? "10% of (Sale.gross - seen)" : "(7% of Sale.gross) - base";
    case 5: return "(if total Sale.gross so far > 500 USD then 10% else 5%) of Sale.gross";
    default: return share() + " of Sale.gross";
    }
  }

  // Of a line that holds an amount back: like a condition, or by what is reported.
  std::string held_back(bool monthly) {
    if (pick(3) == 0) return condition();
    return monthly ? "Month.gross < 200 USD" : one({"Sale.units < 20", "Sale.gift", "Sale.gross < 90 USD", "total Sale.gross so far < 400 USD", "ok and Sale.region is North"});
  }

  std::string term() {
    switch (pick(6)) {
    case 0: return "term through " + day();
    case 1: return "term from " + day() + " through 2027-05-20";
    case 2: return "term until Stop";
    case 3: return "term from Start until Stop or through " + day() + ", whichever is " + one({"first", "last"});
    case 4: return "term from " + day() + " for " + one({"1 years", "3 months", "45 days", "2 weeks"});
    default: return "term from Start";
    }
  }

  std::string paid(std::size_t k, bool monthly, const std::string &amount) {
    if (!rarely()) return fmt::format("{} to {}", amount, one({"B", "C"}));
    split_.insert(k);
    auto moves = pick(3) == 0;
    if (moves) moving_.insert(fmt::format("P{}", k));
    auto portions = moves ? one({"rate to B, the rest to C", "rate to C, rate to D, the rest to B", monthly ? "50% to D, rate to B" : "part to C, the rest to B"})
                          : one({"50% to B, 50% to C", "33.3333333% to C, 33.3333333% to B, the rest to D", "12.5% to B, 62.5% to D, 25% to C",
                                 "0.0000001% to D, the rest to B", "the rest to B"});
    return "split " + portions + " of " + amount;
  }

  void payment(std::size_t k) {
    bool monthly = pick(4) == 0;
    auto name = fmt::format("P{}", k);
    auto mine = amount(monthly);
    if (auto other = k > 0 && !monthly && !mine.starts_with("by ") && rarely() ? pick(k) : k; other < k)
      mine = fmt::format("({}) + (1% of P{}.accrued{})", mine, other, split_.count(other) ? "(B)" : "");
    out_ += fmt::format("payment {} {{\n  A pays {}\n", name, paid(k, monthly, mine));
    auto line = [&](const std::string &text) { out_ += "  " + text + "\n"; };
    auto part = one({"by their last day", "in proportion to days", "not counted"});
    if (pick(3) == 0) line(one({"when ", "unless "}) + (monthly && part == "in proportion to days" ? dayless() : condition()));
    if (pick(3) == 0) line(term());
    if (monthly) line("part periods " + part);
    if (rarely()) line("round " + one({"half up", "down", "ceiling"}) + one({"", " to 0 places", " to 1 places"}));
    if (rarely()) line("carries negative amounts forward");
    if (rarely()) line("waived when " + held_back(monthly)), waived_.push_back({name, monthly});
    bool deferred = rarely();
    if (deferred) line("deferred when " + held_back(monthly));
    if (rarely()) line("capped at " + cap() + " each event");
    bool periods = !monthly && rarely();
    auto unit = one({"month", "quarter", "year"});
    bool least = !monthly && !deferred && rarely() && !moving_.count(name); // no portion that reads the event
    if (least) line(at_least("calendar " + unit));
    if (periods) line("capped at " + cap() + " each calendar " + unit);
    if (pick(2)) {
      line("capped at " + cap() + " in total");
      capped_.push_back(name);
      if (rarely()) line("counting from " + day());
    }
    if ((periods || least) && pick(2)) line("closes 10 days after each calendar " + unit);
    if ((periods || least) && !deferred && pick(2)) line("restatable for " + one({"1 ", "2 ", "3 "}) + unit + "s");
    if (rarely()) line(fmt::format("payable within {} days after each calendar {}", pick(70), one({"month", "quarter"})));
    out_ += "}\n";
    payments_.push_back(name);
    splittable_.emplace_back(name, mine);
    if (!deferred && mine.find("total Sale.gross s") == std::string::npos) restartable_.push_back(name);
  }

  std::string at_least(const std::string &each) { return "at least " + cap() + " each " + each + one({" in proportion to days", " in full"}); }

  // A payment that is reckoned at closes, or on a day.
  void reckoned(std::size_t k) {
    auto name = fmt::format("P{}", k);
    auto kind = one({"calendar ", "contract "}), each = kind + one({"month", "month", "quarter", "year"});
    bool on_a_day = rarely();
    auto window = rarely() ? "so far" : rarely() ? "since " + day() : rarely() ? "this " + kind + "year" : "this " + each;
    if (on_a_day) window = one({"so far", "since " + day()});
    bool own = window == "this " + each, flat = !on_a_day && rarely();
    auto total = "total Sale.gross " + window;
    auto sentence = share() + " of " + total;
    if (flat) sentence = one({"250 USD", "base", "limit"}), own = true;
    else if (rarely()) sentence = fmt::format("by slices of {} {{ up to and including limit: {} above limit: 5% }}", total, share());
    else if (own && rarely()) sentence = fmt::format("by level of total Sale.gross so far applied to {} {{ below limit: {} at or above limit: 3% }}", total, share());
    out_ += fmt::format("payment {} {{\n  A pays {}\n", name, paid(k, true, sentence));
    auto line = [&](const std::string &text) { out_ += "  " + text + "\n"; };
    line(on_a_day ? "on " + day() : "each " + each);
    auto part = one({"by their last day", "not counted", own ? "in proportion to days" : "by their last day"});
    if (pick(3) == 0) line(one({"when ", "unless "}) + (part == "in proportion to days" ? dayless() : condition()));
    if (pick(3) == 0) line(term());
    if (!on_a_day) line("part periods " + part);
    if (rarely()) line("waived when " + total + one({" < 100 USD", " > limit"}));
    bool deferred = !on_a_day && rarely();
    if (deferred) line("deferred when " + total + " < 150 USD");
    if (!on_a_day && rarely()) line(at_least(pick(2) ? each : kind + "year"));
    if (!on_a_day && rarely()) line("capped at " + cap() + " each " + each);
    if (rarely()) line("capped at " + cap() + " in total"), capped_.push_back(name);
    if (!on_a_day && pick(2)) line(fmt::format("closes {} days after each {}", pick(50), each));
    if (own && !flat && !on_a_day && !deferred && pick(2)) line(fmt::format("restatable for {} {}s", 1 + pick(3), each.substr(9)));
    if (rarely()) line(fmt::format("payable within {} days after each {}", pick(70), on_a_day ? "calendar month" : each));
    out_ += "}\n";
    payments_.push_back(name);
  }

  void license(std::size_t k) {
    out_ += fmt::format("license L{} {{\n  A grants {} a license to {}\n  {}\n", k, one({"B", "C"}), k == 1 ? one({"x", "x, y"}) : "z",
                        one({"exclusive", "sole", "non-exclusive"}));
    if (pick(2)) out_ += "  " + term() + "\n";
    if (pick(3) == 0) out_ += "  " + one({"when ", "unless "}) + condition() + "\n";
    out_ += "}\n";
  }

  void norms() {
    if (pick(2))
      out_ += "prohibition No {\n  A must not ship(item, lot)\n  when lot > " + one({"0", "1", "n"}) + " and " + one({"ok", "not may_go(item)"}) +
              "\n}\npermission Yes {\n  A may ship(" + one({"item", "\"one\""}) + ", lot)\n  subject to No\n}\n",
          no_ = true;
    if (pick(2)) out_ += fmt::format("obligation Tell {{\n  B must tell({}) by {}\n{}}}\n", one({"North", "region"}), day(), rarely() ? "  when ok\n" : "");
  }

  void amendments() {
    std::int32_t at = *parse_date("2025-03-01");
    for (std::size_t k = 0; k < pick(4); ++k) {
      at += static_cast<std::int32_t>(pick(200));
      out_ += fmt::format("amendment X{} effective {} {{\n", k, format_date(at));
      if (pick(2)) out_ += fmt::format("  set rate = {}%\n", pick(30));
      if (pick(3) == 0) out_ += fmt::format("  set limit = {} USD\n", pick(1500));
      if (pick(4) == 0) out_ += fmt::format("  replace base = {} USD\n", pick(200));
      if (!capped_.empty() && pick(2))
        out_ += fmt::format("  change {} {{ capped at {} in total {} }}\n", capped_[pick(capped_.size())], cap(),
                            one({"", " counting all", " counting from " + day()}));
      if (!restartable_.empty() && pick(4) == 0) out_ += "  restart " + restartable_[pick(restartable_.size())] + "\n";
      if (!waived_.empty() && pick(3) == 0) {
        auto &[waived, monthly] = waived_.back();
        if (pick(2)) out_ += "  change " + waived + " { waived when " + held_back(monthly) + " }\n";
        else out_ += "  change " + waived + " { drop waived }\n", waived_.pop_back();
      }
      if (no_ && pick(3) == 0) out_ += "  change No { when lot > " + one({"2", "n"}) + " }\n";
      if (!splittable_.empty() && pick(5) == 0)
        if (auto &[name, sentence] = splittable_[pick(splittable_.size())]; payments_.back() != name)
          out_ += fmt::format("  change {} {{ replace A pays split 20% to D, the rest to {} of {} }}\n", name, one({"B", "C"}), sentence);
      if (payments_.size() > 1 && pick(6) == 0) {
        out_ += "  end " + payments_.back() + ", accrued " + one({"stays payable", moving_.count(payments_.back()) ? "stays payable" : "is released"}) + "\n";
        std::erase_if(splittable_, [&](auto &x) { return x.first == payments_.back(); });
        if (!capped_.empty() && capped_.back() == payments_.back()) capped_.pop_back();
        if (!restartable_.empty() && restartable_.back() == payments_.back()) restartable_.pop_back();
        if (!waived_.empty() && waived_.back().first == payments_.back()) waived_.pop_back();
        payments_.pop_back();
      }
      out_ += "}\n";
    }
  }

  std::mt19937_64 &random_;
  std::string out_;
  std::vector<std::string> payments_, capped_, restartable_;
  std::vector<std::pair<std::string, bool>> waived_; // monthly
  std::vector<std::pair<std::string, std::string>> splittable_; // payments with their amounts
  std::set<std::size_t> split_;                                 // by number
  std::set<std::string> moving_;                                // of those, whose portions are not constant
  bool state_ = false, no_ = false;
};

} // namespace

std::string random_deal(std::mt19937_64 &random) { return Deal(random).text(); }

} // namespace deal::test
