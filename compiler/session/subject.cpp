#include "session/subject.h"
#include "check/cone.h"
#include "host/library.h"
#include "session/literals.h"
#include "language/currencies.h"
#include "support/date.h"
#include "support/terminal.h"
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace deal::session {

using namespace check;

bool color_wanted(int fd) {
  auto *term = std::getenv("TERM");
  return isatty(fd) && !std::getenv("NO_COLOR") && term && std::strcmp(term, "dumb") != 0;
}

std::string read_file(const std::string &path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) throw Stop{fmt::format("cannot read `{}`: {}", path, std::strerror(errno))};
  if (S_ISDIR(info.st_mode)) throw Stop{fmt::format("cannot read `{}`: it is a folder", path)};
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) throw Stop{fmt::format("cannot read `{}`: {}", path, std::strerror(errno))};
  return text.str();
}

namespace {

Type type_of(const Model &m, const ValueType &v) {
  Type t;
  t.base = static_cast<Type::Base>(v.base + 1);
  t.scale = v.scale;
  if (v.base == ValueType::money) t.currency = currency_index(v.currency);
  if (v.base == ValueType::choice)
    for (auto k : m.kinds.ids())
      if (m.kinds[k].name == v.kind) t.kind = k;
  return t;
}

// The names and types of a library's interface, so that questions to it are checked like those to a file.
Model skeleton(const interface::Interface &i) {
  Model m;
  m.name = i.name;
  m.title = i.title;
  m.effective = i.effective;
  m.currency = currency_index(i.currency);
  for (std::size_t r = 0; r < rounding_words.size(); ++r)
    if (rounding_words[r] == i.rounding) m.rounding = static_cast<Rounding>(r);
  if (i.month_end_stated) m.month_end_up = i.month_end_up;
  m.contract_from = i.contract_from;
  auto party = [&](const std::string &name) { return m.parties.find([&](auto &p) { return p.name == name; }); };
  for (auto &p : i.parties) m.parties.add({p.name, p.title});
  for (auto &a : i.assets) m.assets.add(a);
  for (auto &k : i.kinds) {
    Kind kind{k.name, {}, {}};
    for (auto &a : k.alternatives) kind.alternatives.push_back({a.name, a.title});
    m.kinds.add(std::move(kind));
  }
  auto field = [&](const interface::FieldInfo &f) {
    check::Field out{f.name, type_of(m, f.type)};
    out.type.low = f.low, out.type.high = f.high;
    return out;
  };
  for (std::size_t k = 0; k < i.parameters.size(); ++k) {
    Parameter p{i.parameters[k].name, i.parameters[k].title, type_of(m, i.parameter_layout.slots[k].type), {}, {}};
    for (auto &v : i.parameters[k].versions) p.versions.push_back({v.from, v.value ? std::optional<Value>(*v.value) : std::nullopt, std::nullopt});
    m.parameters.add(std::move(p));
  }
  for (auto &f : i.facts) {
    Fact fact{f.name, f.title, {}, field(f.self).type, f.decider, f.decider_not_stated, {}};
    for (auto &k : f.keys) fact.keys.push_back(field(k));
    m.facts.add(std::move(fact));
  }
  for (auto &e : i.events) {
    Event event{e.name, {}, e.title, party(e.reporter), e.each, {}, {}};
    for (auto &f : e.fields) event.fields.push_back(field(f));
    m.events.add(std::move(event));
  }
  for (auto &a : i.actions) {
    Action action{a.name, a.title, a.as, {}, party(a.by), {}};
    for (auto &f : a.fields) action.fields.push_back(field(f));
    m.actions.add(std::move(action));
  }
  for (auto &r : i.readings) {
    ReadingGroup group;
    for (auto &n : r) group.names.push_back({n.name, n.title});
    m.readings.add(std::move(group));
  }
  std::set<std::string> terms;
  for (auto &t : i.terms) terms.insert(t.name);
  for (auto &c : i.clauses) {
    Clause clause{c.kind, c.name, c.title, {}, {}, {}};
    std::vector<PartyId> payees;
    for (auto p : m.parties.ids())
      if (terms.count(fmt::format("{}.{}({})", c.name, word_row(Word::earned).name, m.parties[p].name))) payees.push_back(p);
    if (says(c.kind) == Says::pay) clause.versions.push_back(known_by_money(m.add(check::Constant{}, type_of(m, c.currency), {}), payees));
    m.clauses.add(std::move(clause));
  }
  for (auto &t : i.terms)
    if (t.clause < 0) m.definitions.add({t.name, type_of(m, t.type), {}, {}, {}, {}});
  index_names(m);
  return m;
}

// nlohmann's reader, but for numbers with a point or an exponent, which become texts.
class ExactReader : public nlohmann::detail::json_sax_dom_parser<nlohmann::ordered_json> {
public:
  using Base = nlohmann::detail::json_sax_dom_parser<nlohmann::ordered_json>;
  using Base::Base;
  bool number_float(double, const std::string &written) {
    auto copy = written;
    return string(copy);
  }
};

} // namespace

nlohmann::ordered_json parse_exact(const std::string &text) {
  nlohmann::ordered_json out;
  ExactReader reader(out, false);
  if (!nlohmann::ordered_json::sax_parse(text, &reader)) return {};
  return out;
}

Subject open_subject(const std::string &path) {
  auto bytes = read_file(path);
  Subject s;
  if (bytes.starts_with("\x7f"
                        "ELF")) {
    auto interface = host::read_library(bytes);
    if (!interface) throw Stop{fmt::format("`{}`: {}", path, interface.error())};
    s.library = true;
    s.path = path;
    s.program.model = skeleton(*interface);
    s.running = std::make_shared<Running>(Running{std::move(*interface), {}, {}});
    return s;
  }
  Sink sink;
  s.program = compile(Source(path, std::move(bytes)), sink).program;
  if (sink.failed()) throw Stop{render_all(sink, s.program.sources, {color_wanted(STDERR_FILENO)}), 1};
  return s;
}

namespace {

// Only a command that asks or runs something brings a library's code in: to read it is no reason to run it.
void load_code(Subject &s) {
  auto &running = *s.running;
  if (running.loaded.keep) return;
  auto loaded = host::load_library(s.path);
  if (!loaded) throw Stop{loaded.error()};
  host::Code code(running.interface, loaded->symbol);
  if (!code.missing.empty()) throw Stop{fmt::format("`{}`: it has no function {}", s.path, code.missing)};
  running.loaded = std::move(*loaded);
  running.code = std::move(code);
}

} // namespace

void make_code(Subject &s, const lower::Request &request, int level) {
  if (s.library) return load_code(s);
  auto quoted = request;
  quoted.sources = &s.program.sources;
  auto running = run_here(s.model(), quoted, level, s.kept.get());
  if (!running) throw Stop{running.error(), 2};
  s.running = std::move(*running);
}

std::optional<Asked> read_question(Subject &s, const std::string &text, Sink &sink) {
  auto term = check_question(s.program, Source("question", text), sink);
  if (!term) return std::nullopt;
  return Asked{text, *term, -1, -1, false, -1, {}, value_type(s.model(), s.model().type(*term))};
}

std::vector<Asked> prepare(Subject &s, const std::vector<std::string> &texts, bool history, bool explain) {
  std::vector<Asked> out;
  std::string mistakes;
  for (auto &text : texts) {
    Sink sink;
    if (auto asked = read_question(s, text, sink)) out.push_back(std::move(*asked));
    else mistakes += render_all(sink, s.program.sources, {color_wanted(STDERR_FILENO)});
  }
  if (!mistakes.empty()) throw Stop{mistakes, 2};
  bind(s, out, history, explain);
  return out;
}

void bind(Subject &s, std::vector<Asked> &out, bool history, bool explain) {
  lower::Request request{explain, history, {}, {}};
  request.reasons = true;
  for (auto &a : out) {
    request.extra.push_back(a.term);
    if (auto *q = std::get_if<check::Question>(&s.model()[a.term].node)) request.actions.insert(q->action);
  }
  make_code(s, request, 0);
  auto &i = s.interface();
  auto named = [&](const std::string &name) {
    for (std::size_t k = 0; k < i.terms.size(); ++k)
      if (i.terms[k].name == name) return static_cast<int>(k);
    return -1;
  };
  for (std::size_t n = 0; n < out.size(); ++n) {
    auto &a = out[n];
    auto &node = s.model()[a.term].node;
    auto *q = std::get_if<check::Question>(&node);
    if (q) {
      a.must = q->must;
      bool constant = true;
      for (auto id : q->arguments) {
        auto c = s.model().constant(id);
        constant &= c && c->status == Status::ok;
        if (constant) a.arguments.push_back(constant_of(c->value));
      }
      a.party = static_cast<int>(std::get<Rational>(s.model().constant(q->party)->value));
      for (std::size_t k = 0; constant && k < i.questions.size(); ++k)
        if (i.questions[k].action == q->action.number()) a.question = static_cast<int>(k);
    }
    if (auto *d = std::get_if<DefinitionRef>(&node)) a.index = named(s.model().definitions[d->definition].name);
    if (auto *c = std::get_if<ClauseTerm>(&node)) {
      a.index = named(word_name(s.model(), *c));
    }
    if (a.index < 0 && a.question < 0 && !s.library) a.index = named(fmt::format("?{}", n));
    if (a.index < 0 && a.question < 0)
      throw Stop{fmt::format("`{}`: a shared library answers its terms, `may … act(…)` and `must … act(…)`; other expressions need the `.deal` file", a.text)};
  }
}

host::Answer answer(const Asked &a, host::Instance &instance, std::int32_t day, bool traced) {
  if (a.question >= 0) {
    auto x = instance.may(static_cast<std::size_t>(a.question), a.party, a.arguments, day, traced);
    if (a.must && x.status == Status::ok) x.value = x.value == static_cast<int>(Verdict::required);
    return x;
  }
  return instance.ask(static_cast<std::size_t>(a.index), day, traced);
}

bool needs_day(const Subject &s, const Asked &a) {
  if (a.question >= 0) return true;
  auto &t = s.interface().terms[static_cast<std::size_t>(a.index)];
  return t.dated || t.stateful;
}

std::int32_t day_of_option(const std::string &text) {
  auto day = parse_date(text);
  if (!day) throw Stop{fmt::format("`{}` is not a date (YYYY-MM-DD)", text)};
  return *day;
}

namespace {

// What a name stands for; with a value, also that of the language (`--set`).
Setting setting_of(Subject &s, const std::string &name, const std::string &value) {
  Sink sink;
  auto setting = check_setting(s.program, Source("setting", name), Source("value", value), sink);
  if (setting) return *setting;
  std::string why;
  for (auto &d : sink.all()) why += (why.empty() ? "" : "; ") + d.message + (d.help.empty() ? "" : " (" + d.help + ")");
  throw Stop{fmt::format("`{}={}`: {}", printable(name, 60), shown(value), why)};
}

void put(host::Instance &instance, const Setting &setting, std::optional<host::Constant> value) {
  if (!setting.is_fact) return instance.set(setting.index.number(), value);
  std::vector<host::Constant> keys;
  for (auto &k : setting.keys) keys.push_back(constant_of(k));
  instance.give(setting.index.number(), setting.keyed ? std::optional(keys) : std::nullopt, std::move(value));
}

// Data: one literal, as in a cell.
void put_literal(Subject &s, host::Instance &instance, const std::string &name, const nlohmann::ordered_json &value) {
  auto setting = setting_of(s, name, "unknown");
  auto text = value.is_string() ? value.get<std::string>() : value.dump();
  if (value.is_null() || text == "unknown") return put(instance, setting, std::nullopt);
  auto read = read_literal(value_type(s.model(), setting.is_fact ? s.model().facts[setting.index].type : s.model().parameters[setting.index].type), text);
  if (!read) throw Stop{fmt::format("`{}`: {}", printable(name, 60), read.error())};
  put(instance, setting, *read);
}

} // namespace

void apply_given(Subject &s, const Given &given, host::Instance &instance) {
  if (!given.inputs.empty()) {
    auto j = parse_exact(read_file(given.inputs));
    if (!j.is_object()) throw Stop{fmt::format("`{}` is not a JSON object", given.inputs)};
    for (auto &[group, values] : j.items()) {
      if ((group != "parameters" && group != "facts") || !values.is_object())
        throw Stop{fmt::format("`{}`: `{}` is neither `parameters` nor `facts`", given.inputs, group)};
      for (auto &[name, value] : values.items()) {
        try {
          put_literal(s, instance, name, value);
        } catch (const Stop &stop) {
          throw Stop{given.inputs + ": " + stop.message};
        }
      }
    }
  }
  for (auto &setting : given.settings) {
    auto depth = 0;
    std::size_t at = 0;
    bool quoted = false;
    for (; at < setting.size(); ++at) {
      if (setting[at] == '"') quoted = !quoted;
      if (!quoted && setting[at] == '(') ++depth;
      if (!quoted && setting[at] == ')') --depth;
      if (!quoted && depth == 0 && setting[at] == '=') break;
    }
    if (at == setting.size()) throw Stop{fmt::format("`--set {}`: write NAME=VALUE", setting)};
    auto set = setting_of(s, setting.substr(0, at), setting.substr(at + 1));
    put(instance, set, set.value ? std::optional(constant_of(*set.value)) : std::nullopt);
  }
  std::map<GroupId, std::string> chosen;
  for (auto &name : given.readings) {
    bool found = false;
    auto &groups = s.model().readings;
    for (auto g : groups.ids())
      for (std::size_t n = 0; n < groups[g].names.size(); ++n)
        if (groups[g].names[n].name == name) {
          auto [at, fresh] = chosen.try_emplace(g, name);
          if (!fresh && at->second != name) throw Stop{fmt::format("`--reading {}` and `--reading {}` exclude each other", at->second, name)};
          instance.choose(g.number(), static_cast<int>(n));
          found = true;
        }
    if (!found) throw Stop{fmt::format("`--reading {}`: the file has no such reading", name)};
  }
}

} // namespace deal::session
