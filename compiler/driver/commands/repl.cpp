// A plain read-eval-print loop: expressions, `let`, reports in the words of scenarios, :on, :set, :reading, :explain.
#include "driver/commands/commands.h"
#include "driver/render.h"
#include "support/date.h"
#include <chrono>
#include <iostream>
#include <unistd.h>

namespace deal::driver {

using namespace check;

namespace {

constexpr const char *help_text = R"(an expression            ModelsAndProducts.exclusive · may OpenAI offer("GPT", other_product, AWS)
let NAME = EXPRESSION    a name for an expression
on DATE PARTY reports …  a report, an act, a payment, in the words of a scenario; also given … and reading …
:on DATE                 the day that questions are asked as of
:set NAME=VALUE          a parameter or a fact
:reading NAME            choose a reading
:explain EXPRESSION      the answer and its reasons
:quit
)";

class Repl {
public:
  explicit Repl(const std::string &file) : subject_(file.empty() ? Subject{} : open_subject(file)) {
    auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    day_ = static_cast<std::int32_t>(today.time_since_epoch().count());
    if (file.empty()) {
      Sink sink;
      subject_.program = compile(Source("(empty)", "deal Scratch\nround half even\n"), sink).program;
    }
  }

  int loop() {
    bool person = isatty(STDIN_FILENO);
    if (person) std::cout << "as of " << format_date(day_) << "; :help for help\n";
    std::string line;
    while (true) {
      if (person) std::cout << "deal> " << std::flush;
      if (!std::getline(std::cin, line)) break;
      try {
        if (!take(line)) break;
      } catch (const Stop &stop) {
        std::cerr << stop.message << (stop.message.ends_with('\n') ? "" : "\n");
      }
    }
    if (person) std::cout << "\n";
    return 0;
  }

private:
  static std::string trimmed(const std::string &t) {
    auto a = t.find_first_not_of(" \t\r"), b = t.find_last_not_of(" \t\r");
    return a == std::string::npos ? "" : t.substr(a, b - a + 1);
  }

  bool take(const std::string &raw) {
    auto line = trimmed(raw);
    auto after = [&](std::size_t n) { return trimmed(line.substr(n)); };
    if (line.empty() || line.starts_with("#")) return true;
    if (line == ":quit" || line == ":q") return false;
    if (line == ":help") std::cout << help_text;
    else if (line.starts_with(":on ")) day_ = day_of_option(after(4));
    else if (line.starts_with(":set ")) change([&](session::Given &g) { g.settings.push_back(after(5)); });
    else if (line.starts_with(":reading ")) change([&](session::Given &g) { g.readings.push_back(after(9)); });
    else if (line.starts_with(":explain ")) ask(after(9), true);
    else if (line.starts_with(":")) throw Stop{fmt::format("`{}` is no command; :help lists them", line)};
    else if (line.starts_with("let ")) let(after(4));
    else if (line.starts_with("on ") || line.starts_with("given ") || line.starts_with("reading ")) step(line);
    else ask(line, false);
    return true;
  }

  // What is given is tried before it is kept.
  template <class F> void change(F f) {
    auto tried = given_;
    f(tried);
    make_code(subject_, {false, false, {}, {}}, 0);
    host::Instance probe(subject_.interface(), subject_.running->code);
    apply_given(subject_, tried, probe);
    given_ = tried;
  }

  void let(const std::string &text) {
    auto at = text.find('=');
    if (at == std::string::npos) throw Stop{"write `let NAME = EXPRESSION`"};
    lets_[trimmed(text.substr(0, at))] = "(" + expanded(trimmed(text.substr(at + 1))) + ")";
  }

  std::string expanded(const std::string &text) const {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
      if (text[i] == '"') {
        auto end = std::min(text.find('"', i + 1), text.size() - 1);
        out += text.substr(i, end - i + 1);
        i = end + 1;
      } else if (std::isalpha(static_cast<unsigned char>(text[i])) || text[i] == '_') {
        auto end = i;
        while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_')) ++end;
        auto word = text.substr(i, end - i);
        auto at = lets_.find(word);
        out += at != lets_.end() && (i == 0 || text[i - 1] != '.') ? at->second : word;
        i = end;
      } else {
        out += text[i++];
      }
    }
    return out;
  }

  void step(const std::string &line) {
    Sink sink;
    auto taken = check_steps(subject_.program, Source("line", line), sink);
    if (sink.failed()) throw Stop{render_all(sink, subject_.program.sources)};
    auto tried = steps_;
    tried.insert(tried.end(), taken.begin(), taken.end());
    prepare(subject_, {"true"}, true, false);
    host::Instance probe(subject_.interface(), subject_.running->code);
    replay(probe, tried);
    steps_ = tried;
    for (auto &s : taken)
      if (auto *h = std::get_if<Happening>(&s.node)) day_ = std::max(day_, h->on);
  }

  LastSteps replay(host::Instance &instance, const std::vector<Step> &steps) {
    LastSteps last;
    apply_given(subject_, given_, instance);
    for (auto &s : steps) {
      if (auto *g = std::get_if<check::Given>(&s.node)) {
        std::vector<host::Constant> keys;
        for (auto &k : g->keys) keys.push_back(constant_of(k));
        instance.give(g->fact, keys.empty() ? std::nullopt : std::optional(keys), g->value ? std::optional(constant_of(*g->value)) : std::nullopt);
      }
      if (auto *r = std::get_if<ReadingStep>(&s.node)) instance.choose(r->group, r->choice);
      auto *h = std::get_if<Happening>(&s.node);
      if (!h) continue;
      std::vector<std::int64_t> trace;
      if (auto status = instance.apply(row_of(subject_.model(), *h), &trace); status != Status::ok)
        throw Stop{"refused: " + std::string(status_word(status))};
      remember(subject_, last, *h, trace);
    }
    return last;
  }

  void ask(const std::string &text, bool explained) {
    auto asked = prepare(subject_, {expanded(text)}, !steps_.empty(), explained);
    host::Instance instance(subject_.interface(), subject_.running->code);
    auto last = replay(instance, steps_);
    std::cout << text_of(subject_, asked[0], tell(subject_, asked[0], instance, day_), explained, width_of(STDOUT_FILENO));
    if (explained) std::cout << figures(subject_, asked[0], last);
  }

  Subject subject_;
  session::Given given_;
  std::map<std::string, std::string> lets_;
  std::vector<Step> steps_;
  std::int32_t day_ = 0;
};

} // namespace

int repl_command(const std::string &file) { return Repl(file).loop(); }

} // namespace deal::driver
