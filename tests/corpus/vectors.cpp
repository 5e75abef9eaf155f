// The vectors of an exact reference, as ledgers (scenarios) and as terms (expression, date, inputs, readings → value, status).
#include "check/check.h"
#include "oracle/amendments.h"
#include "support/backend.h"
#include "support/begin.h"
#include "support/date.h"
#include "support/refused.h"
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace fs = std::filesystem;
using namespace deal;
using namespace deal::check;
using json = nlohmann::ordered_json;

namespace {

struct Tally {
  int pass = 0, differs = 0;
  test::Refused refused;
};

std::optional<Program> load(const fs::path &p, std::string &code, std::string &why) {
  Sink sink;
  auto out = check::check(Source(p.filename().string(), test::read(p)), sink);
  if (!sink.failed()) return out;
  for (auto &d : sink.all())
    if (row_of(d.kind).severity == Severity::error) {
      code = row_of(d.kind).code;
      why = d.message;
      break;
    }
  return std::nullopt;
}

int shown = 0;
void show(const std::string &text) {
  if (++shown <= 40) std::cout << "    " << text << "\n";
}

Happening row_of_csv(Program &p, const std::vector<std::string> &head, const std::vector<std::string> &cells) {
  auto &m = p.model;
  auto cell = [&](std::string_view name) -> std::string {
    for (std::size_t i = 0; i < head.size(); ++i)
      if (head[i] == name) return i < cells.size() ? cells[i] : "";
    return "";
  };
  auto index = [](auto &list, const std::string &name) {
    return list.find([&](auto &x) { return x.name == name; });
  };
  Happening h{};
  auto kind = cell("kind");
  h.kind = kind == "reports" ? Happening::reports : kind == "does" ? Happening::does : kind == "pays" ? Happening::pays : Happening::happens;
  h.on = *parse_date(cell("on"));
  h.economic = cell("for").empty() ? h.on : *parse_date(cell("for"));
  h.party = index(m.parties, cell("party"));
  bool does = h.kind == Happening::does;
  if (does) h.subject = index(m.actions, cell("name"));
  else h.subject = index(m.events, cell("name"));
  auto &fields = does ? m.actions[h.subject].fields : m.events[h.subject].fields;
  for (auto &f : fields) {
    Sink sink;
    auto text = cell(f.name);
    if (f.type.base == Type::text) h.values.push_back(text);
    else h.values.push_back(check_value(p, f.type, Source("cell", text), sink).value_or(Value(Rational(0))));
  }
  return h;
}

std::vector<std::string> split(const std::string &line) {
  std::vector<std::string> out;
  std::stringstream s(line);
  for (std::string cell; std::getline(s, cell, ',');) out.push_back(cell);
  if (!line.empty() && line.back() == ',') out.emplace_back();
  return out;
}

// One expectation of a term vector on one backend; says what differs.
std::string term_case(Program &p, const json &x, session::Evaluator &b, TermId term) {
  auto &m = p.model;
  for (auto &[name, value] : x["set"].items()) {
    Sink sink;
    auto s = check_setting(p, Source("name", name), Source("value", value.get<std::string>()), sink);
    if (!s) return "the setting " + name + " is refused";
    if (!s->is_fact) b.set(s->index, s->value);
    else
      b.give(s->index,
             s->keyed || m.facts[s->index].keys.empty() ? (s->keyed ? std::optional(s->keys) : std::nullopt) : std::nullopt,
             s->value);
  }
  for (auto &r : x["readings"])
    for (auto g : m.readings.ids())
      for (std::size_t i = 0; i < m.readings[g].names.size(); ++i)
        if (m.readings[g].names[i].name == r.get<std::string>()) b.read(g, static_cast<int>(i));
  auto day = x["on"].is_null() ? 0 : *parse_date(x["on"].get<std::string>());
  if (x.contains("events")) {
    std::stringstream s(x["events"].get<std::string>());
    std::string line;
    std::getline(s, line);
    auto head = split(line);
    while (std::getline(s, line)) {
      auto h = row_of_csv(p, head, split(line));
      if (h.on <= day)
        if (auto st = b.apply(h); st != Status::ok) return "a row is refused: " + std::string(status_word(st));
    }
  }
  auto o = b.ask(term, day);
  std::string status(status_word(o.status)), value;
  if (o.status == Status::ok) {
    if (auto *v = std::get_if<bool>(&o.value)) value = *v ? "true" : "false";
    else if (auto *r = std::get_if<Rational>(&o.value)) value = format_value(value_type(m, m.type(term)), *r);
    else value = std::get<std::string>(o.value);
  }
  auto wanted = x["value"].is_null()      ? std::string()
                : x["value"].is_boolean() ? (x["value"].get<bool>() ? "true" : "false")
                                          : x["value"].get<std::string>();
  if (status == x["status"].get<std::string>() && value == wanted) return {};
  return fmt::format("found {} {}, expected {} {}", status, value, x["status"].get<std::string>(), wanted);
}

std::optional<test::How> how; // none: the oracle

session::Factory evaluator(const Model &m, const std::vector<TermId> &questions) {
  return how ? test::native_of(m, questions, *how) : test::oracle_of(m);
}

void check_weave(const fs::path &deal, const Program &p, Tally &t) {
  auto otherwise = oracle::woven_otherwise(p);
  if (!otherwise.empty()) ++t.differs, show(deal.filename().string() + ": " + otherwise);
}

Tally terms(const fs::path &deal) {
  Tally t;
  auto cases = json::parse(test::read(fs::path(deal).replace_extension(".json")));
  std::string why;
  auto p = load(deal, t.refused.code, why);
  if (!p) {
    t.refused.cases = static_cast<int>(cases.size());
    show(deal.filename().string() + ": " + why);
    return t;
  }
  check_weave(deal, *p, t);
  std::map<std::string, std::optional<TermId>> known;
  for (auto &x : cases) {
    auto text = x["expr"].get<std::string>();
    if (known.count(text)) continue;
    Sink sink;
    known[text] = check_question(*p, Source("expression", text), sink);
    if (!known[text]) show(deal.filename().string() + ": " + render_all(sink, p->sources));
  }
  std::vector<TermId> questions;
  for (auto &[text, term] : known)
    if (term) questions.push_back(*term);
  auto factory = evaluator(p->model, questions);
  for (auto &x : cases) {
    auto term = known[x["expr"].get<std::string>()];
    if (!term) {
      ++t.differs; // its file is taken: a question that is not is a fault of the one or the other
      continue;
    }
    auto b = factory();
    auto d = term_case(*p, x, *b, *term);
    if (d.empty()) ++t.pass;
    else ++t.differs, show(deal.filename().string() + ": " + x.dump() + ": " + d);
  }
  return t;
}

Tally ledgers(const fs::path &deal, bool good) {
  Tally t;
  std::string why;
  auto p = load(deal, t.refused.code, why);
  auto text = test::read(deal);
  if (!p) {
    for (std::size_t at = 0; (at = text.find("\n  expect ", at)) != std::string::npos; ++at) ++t.refused.cases;
    std::cout << "    refused: " << deal.filename().string() << ": " << why << "\n";
    return t;
  }
  Source source(deal.filename().string(), text);
  check_weave(deal, *p, t);
  auto factory = evaluator(p->model, session::claims_of(p->model));
  for (auto &s : p->model.scenarios) {
    auto b = factory();
    int failures = 0;
    auto expectations = session::run_scenario(p->model, s, *b);
    if (good && expectations.empty()) ++t.differs, show(fmt::format("{}: “{}” asserts nothing", deal.filename().string(), s.title));
    for (auto &e : expectations) {
      failures += !e.passed;
      if (good) e.passed ? ++t.pass : ++t.differs;
      if (good && !e.passed) {
        auto at = source.place(e.span.begin);
        show(fmt::format("{}:{}: {} ({}): {}", deal.filename().string(), at.line, source.text(e.span), s.title, e.found));
      }
    }
    if (!good) failures > 0 ? ++t.pass : ++t.differs;
  }
  return t;
}

// Day counts: a question for each, on constants and on facts.
Tally day_counts(const fs::path &file) {
  Tally t;
  auto cases = json::parse(test::read(file));
  Sink sink;
  Source source("daycounts", "deal D\nfact a: date\nfact b: date\n");
  auto compiled = session::compile(source, sink);
  auto &p = compiled.program;
  std::map<std::string, TermId> questions;
  std::vector<TermId> all;
  for (auto word : day_count_words) {
    auto q = check_question(p, Source("q", fmt::format("days from a to b {}", word)), sink);
    questions[std::string(word)] = *q;
    all.push_back(*q);
  }
  auto factory = evaluator(p.model, all);
  for (auto &x : cases) {
    auto b = factory();
    b->give({0}, std::nullopt, Value(Rational(*parse_date(x["start"].get<std::string>()))));
    b->give({1}, std::nullopt, Value(Rational(*parse_date(x["end"].get<std::string>()))));
    auto o = b->ask(questions[x["convention"].get<std::string>()], 0);
    Rational wanted(Integer(x["numerator"].get<std::string>()), Integer(x["denominator"].get<std::string>()));
    if (o.status == Status::ok && std::get<Rational>(o.value) == wanted) ++t.pass;
    else ++t.differs, show(x.dump());
  }
  return t;
}

// Files that check must refuse, with a label on the line that is stated. One that it refuses elsewhere, for a word that it does not
// know yet, is counted as refused: it has to be named.
Tally refused_files(const fs::path &file) {
  Tally t;
  for (auto &x : json::parse(test::read(file))) {
    Source source(x["file"].get<std::string>(), x["text"].get<std::string>());
    Sink sink;
    session::compile(source, sink);
    bool there = false, beyond = false;
    for (auto &d : sink.all()) {
      beyond |= d.kind == Diag::not_supported || row_of(d.kind).code.starts_with("D01");
      for (auto &l : d.labels)
        there |= row_of(d.kind).severity == Severity::error && source.place(l.span.begin).line == x["line"].get<std::uint32_t>();
    }
    if (there) ++t.pass;
    else if (beyond) ++t.refused.cases, t.refused.code = "elsewhere";
    else ++t.differs;
    if (!there) show(x["file"].get<std::string>() + ": " + x["reason"].get<std::string>());
  }
  return t;
}

class Report {
public:
  explicit Report(const fs::path &root) : named_(test::named_as_refused(root)) {}

  void line(const std::string &name, const Tally &t) {
    std::cout << fmt::format("{:<32} pass {:>6}  differs {:>5}  refused {:>5}\n", name, t.pass, t.differs, t.refused.cases);
    all_.pass += t.pass, all_.differs += t.differs, all_.refused.cases += t.refused.cases;
    auto row = named_.extract(name);
    auto said = row ? row.mapped() : test::Refused{};
    if (said == t.refused) return;
    failed_ = true;
    std::cout << fmt::format("    tests/vectors/refused says: {}\n    found:                      {}\n", as_row(name, said), as_row(name, t.refused));
  }
  int end() {
    std::cout << fmt::format("{:<32} pass {:>6}  differs {:>5}  refused {:>5}\n", "all", all_.pass, all_.differs, all_.refused.cases);
    for (auto &[name, row] : named_) std::cout << "    tests/vectors/refused names what is not there: " << name << "\n";
    return all_.differs || failed_ || !named_.empty() || all_.pass == 0;
  }

private:
  static std::string as_row(const std::string &name, const test::Refused &r) {
    return r.cases ? fmt::format("{} {} {}", name, r.cases, r.code) : "nothing of " + name;
  }
  std::map<std::string, test::Refused> named_; // not met yet
  Tally all_;
  bool failed_ = false;
};

} // namespace

int main(int argc, char **argv) {
  if (argc < 2) return std::cerr << "usage: vectors FOLDER [oracle|jit-O0|jit-O3|library-O3]\n", 2;
  std::string_view on = argc > 2 ? argv[2] : "oracle";
  if (on == "jit-O0") how = test::How::jit_o0;
  if (on == "jit-O3") how = test::How::jit_o3;
  if (on == "library-O3") how = test::How::library_o3;
  fs::path root = argv[1];
  Report report(root);
  for (auto folder : {"ledgers", "terms", "duties", "rules"}) {
    std::vector<fs::path> files;
    for (auto &e : fs::directory_iterator(root / folder))
      if (e.path().extension() == ".deal") files.push_back(e.path());
    std::sort(files.begin(), files.end());
    for (auto &f : files) {
      shown = 0;
      bool scenarios = std::string_view(folder) != "terms" || f.stem().string().starts_with("scen_");
      auto name = std::string(folder) + "/" + f.stem().string();
      report.line(name, scenarios ? ledgers(f, f.stem() != "scen_bad") : terms(f));
    }
  }
  report.line("terms/daycounts", day_counts(root / "terms" / "daycounts.json"));
  for (auto folder : {"ledgers", "terms"}) report.line(std::string(folder) + "/bad", refused_files(root / folder / "bad.json"));
  return report.end();
}
