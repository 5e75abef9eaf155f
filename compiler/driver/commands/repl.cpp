// A plain read-eval-print loop over a session: expressions, `let`, declarations and clauses, reports in the words of scenarios.
#include "driver/commands/commands.h"
#include "driver/render.h"
#include "session/desk.h"
#include "support/date.h"
#include <chrono>
#include <iostream>
#include <unistd.h>

namespace deal::driver {

namespace {

constexpr const char *help_text = R"(an expression            ModelsAndProducts.exclusive · may OpenAI offer("GPT", other_product, AWS)
let NAME = EXPRESSION    a definition; again: another
define …, payment … { }  a declaration or a clause, new or in place of the one of its name
on DATE PARTY reports …  a report, an act, a payment, in the words of a scenario; also given … and reading …
:on DATE                 the day that questions are asked as of
:set NAME=VALUE          a parameter or a fact
:reading NAME            choose a reading
:explain EXPRESSION      the answer and its reasons
:forget NAME             takes a definition or a clause back
:undo                    takes the last report back
:quit
)";

constexpr std::string_view declared_by[] = {"define",  "parameter",  "fact",       "event",       "action", "state",       "kind",     "party",
                                            "asset",   "license",    "payment",    "obligation",  "permission", "prohibition", "exclusivity", "amendment"};
constexpr std::string_view steps_begin[] = {"on", "given", "reading", "with"};

std::string trimmed(const std::string &t) {
  auto a = t.find_first_not_of(" \t\r"), b = t.find_last_not_of(" \t\r");
  return a == std::string::npos ? "" : t.substr(a, b - a + 1);
}

bool is_name(const std::string &t) {
  auto letter = [](unsigned char c) { return std::isalpha(c) || c == '_'; };
  return !t.empty() && letter(static_cast<unsigned char>(t[0])) &&
         std::all_of(t.begin(), t.end(), [&](char c) { return letter(static_cast<unsigned char>(c)) || std::isdigit(static_cast<unsigned char>(c)); });
}

Desk open_desk(const std::string &file) {
  if (file.empty()) return Desk(Source("(empty)", "deal Scratch\nround half even\n"));
  auto bytes = read_file(file);
  if (bytes.starts_with("\x7f"
                        "ELF"))
    return Desk(open_subject(file));
  return Desk(Source(file, std::move(bytes)));
}

[[noreturn]] void refuse(const Mistakes &mistakes) {
  std::string out;
  for (auto &d : mistakes.all) out += render(d, *mistakes.texts, {color_wanted(STDERR_FILENO)}) + "\n";
  throw Stop{out};
}

void demand(const Change &change) {
  if (change.failure) throw Stop{change.failure->message};
  if (!change.taken()) refuse(change.mistakes);
}

class Repl {
public:
  explicit Repl(const std::string &file) : desk_(open_desk(file)) {
    auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    day_ = static_cast<std::int32_t>(today.time_since_epoch().count());
    if (desk_.mistakes().all.empty()) return;
    for (auto &d : desk_.mistakes().all) std::cerr << render(d, *desk_.mistakes().texts, {color_wanted(STDERR_FILENO)}) << "\n";
    std::cerr << "what is free of these mistakes can be asked\n";
  }

  int loop() {
    bool person = isatty(STDIN_FILENO);
    if (person) std::cout << "as of " << format_date(day_) << "; :help for help\n";
    std::string line;
    while (true) {
      if (person) std::cout << "deal> " << std::flush;
      if (!std::getline(std::cin, line)) break;
      try {
        if (!take(trimmed(line))) break;
      } catch (const Stop &stop) {
        std::cout.flush();
        std::cerr << stop.message << (stop.message.ends_with('\n') ? "" : "\n");
      } catch (const std::exception &failure) { // no memory, a broken invariant: of this line alone
        std::cerr << failure.what() << "\n";
      }
    }
    if (person) std::cout << "\n";
    return 0;
  }

private:
  bool take(const std::string &line) {
    auto after = [&](std::size_t n) { return trimmed(line.substr(n)); };
    auto word = line.substr(0, line.find_first_of(" \t"));
    auto begins = [&](auto &words) { return word != line && std::find(std::begin(words), std::end(words), word) != std::end(words); };
    if (line.empty() || line.starts_with("#")) return true;
    if (line == ":quit" || line == ":q") return false;
    if (line == ":help") std::cout << help_text;
    else if (word == ":on") day_ = day_of_option(after(3));
    else if (word == ":set") demand(desk_.set(after(4)));
    else if (word == ":reading") demand(desk_.read(after(8)));
    else if (word == ":explain") ask(after(8), true);
    else if (word == ":forget") demand(desk_.take_back(after(7))), lets_.erase(after(7));
    else if (line == ":undo") demand(desk_.take_back_step());
    else if (line.starts_with(":")) throw Stop{fmt::format("`{}` is no command; :help lists them", line)};
    else if (word == "let") let(after(3));
    else if (begins(steps_begin)) step(line);
    else if (begins(declared_by)) demand(desk_.put(line));
    else ask(line, false);
    return true;
  }

  // A definition of the type that the expression has: names keep their meaning, and what is written wrong is refused at once.
  void let(const std::string &text) {
    auto at = text.find('=');
    auto name = trimmed(text.substr(0, at));
    if (at == std::string::npos) throw Stop{"write `let NAME = EXPRESSION`"};
    if (!is_name(name)) throw Stop{fmt::format("`{}` is no name: letters from a to z, digits and `_`, a letter first", name)};
    auto expression = trimmed(text.substr(at + 1));
    Sink sink;
    auto &s = desk_.subject();
    if (s.library) throw Stop{"a library cannot be changed: that needs its `.deal` file"};
    auto asked = read_question(s, expression, sink);
    if (!asked) throw Stop{render_all(sink, s.program.sources, {color_wanted(STDERR_FILENO)})};
    auto type = s.model().type(asked->term);
    if (type.base == check::Type::verdict || type.base == check::Type::party || type.base == check::Type::asset) {
      sink.report(Diag::not_storable, s.model()[asked->term].span, check::describe(s.model(), type))
          .with_help("ask it as it is: `" + expression + "`");
      throw Stop{render_all(sink, s.program.sources, {color_wanted(STDERR_FILENO)})};
    }
    auto bring = [&](const std::string &words) {
      auto item = fmt::format("define {}: {} = {}", name, words, expression);
      return lets_.count(name) ? desk_.put(item) : desk_.add(item);
    };
    auto stored = type;
    stored.bare = false;
    auto change = bring(type.bare && type.base != check::Type::money ? "number" : check::describe(s.model(), stored));
    demand(change);
    lets_.insert(name);
  }

  void step(const std::string &line) {
    demand(desk_.step(line));
    if (auto last = desk_.last_day()) day_ = std::max(day_, *last);
  }

  void ask(const std::string &text, bool explained) {
    auto posed = desk_.pose(text, day_, explained);
    auto &s = desk_.subject();
    std::cout << text_of(s, posed.asked, tell(s, posed.asked, posed.instance, day_), explained, width_of(STDOUT_FILENO));
    if (!explained) return;
    auto steps = desk_.last_steps();
    std::vector<host::Ticked> ahead; // what the question's day brings
    auto then = posed.instance;
    then.advance(day_, &ahead);
    remember(s, steps, ahead);
    auto latest = latest_event(s, posed.asked, steps);
    if (latest) std::cout << text_of(*latest);
  }

  Desk desk_;
  std::set<std::string> lets_;
  std::int32_t day_ = 0;
};

} // namespace

int repl_command(const std::string &file) { return Repl(file).loop(); }

} // namespace deal::driver
