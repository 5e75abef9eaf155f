#include "interface/descriptor.h"
#include "interface/fingerprint.h"
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <utility>

namespace deal::interface {

using json = nlohmann::ordered_json;

namespace {

// What a closed set is called in the descriptor.
template <class E> constexpr std::span<const char *const> words = {};
template <> constexpr std::span<const char *const> words<ValueType::Base> = base_words;
constexpr const char *region_words[] = {"parameters", "facts", "readings", "state", "event", "question", "today", "value", "next_state", "trace"};
template <> constexpr std::span<const char *const> words<Region> = region_words;
constexpr const char *elem_words[] = {"i8", "i32", "i64", "i256"};
template <> constexpr std::span<const char *const> words<Elem> = elem_words;
constexpr const char *keyed_words[] = {"fact", "occurrence"};
template <> constexpr std::span<const char *const> words<Keyed::Kind> = keyed_words;
constexpr const char *site_words[] = {"stored", "rule", "clamp", "bound", "truth", "exception", "norm", "line", "argument", "parameter", "fact", "definition", "state", "total", "word", "event", "occurrence", "reading", "today"};
template <> constexpr std::span<const char *const> words<Site::Kind> = site_words;
template <> constexpr std::span<const std::string_view> words<Modal> = modal_words;
template <> constexpr std::span<const std::string_view> words<ClauseKind> = clause_words;
constexpr const char *part_words[] = {"whole", "term", "pattern", "when", "unless", "performed"};
template <> constexpr std::span<const char *const> words<Place::Part> = part_words;
constexpr const char *step_words[] = {"reports", "happens", "does", "pays"};
template <> constexpr std::span<const char *const> words<StepInfo::Kind> = step_words;

template <> constexpr std::span<const std::string_view> words<Stage> = stage_words;
template <> constexpr std::span<const std::string_view> words<Figure> = figure_words;
template <> constexpr std::span<const std::string_view> words<Becomes> = becomes_words;

// A value that is not of its form.
struct Unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One description of each struct serves both directions.
struct Writer {
  json j = json::object();
  template <class T> Writer &operator()(const char *name, const T &value) {
    auto written = write(value);
    if (!written.is_null()) j[name] = std::move(written);
    return *this;
  }
  static json write(const std::string &s) { return s; }
  static json write(bool b) { return b; }
  static json write(int n) { return n; }
  static json write(std::uint32_t n) { return n; }
  static json write(std::size_t n) { return n; }
  static json write(std::int64_t n) { return n; }
  static json write(const Rational &r) { return denominator(r) == 1 ? numerator(r).str() : numerator(r).str() + "/" + denominator(r).str(); }
  static json write(const Constant &c) {
    if (auto *t = std::get_if<std::string>(&c)) return json{{"text", *t}};
    return write(std::get<Rational>(c));
  }
  static json write(const Span &s) { return json::array({s.begin, s.end}); }
  static json write(const Period &p) { return json{{"unit", unit_words[static_cast<std::size_t>(p.unit)]}, {"contract", p.contract}}; }
  template <class E>
  requires std::is_enum_v<E>
  static json write(E e) {
    static_assert(!words<E>.empty(), "a closed set has no words in the descriptor");
    return std::string(words<E>[static_cast<std::size_t>(e)]);
  }
  template <class T> static json write(const std::optional<T> &o) { return o ? write(*o) : json(); }
  template <class A, class B> static json write(const std::pair<A, B> &p) { return json::array({write(p.first), write(p.second)}); }
  template <class T> static json write(const std::vector<T> &list) {
    auto out = json::array();
    for (const auto &x : list) out.push_back(write(x));
    return out;
  }
  template <class T>
  requires std::is_class_v<T>
  static json write(const T &value) {
    Writer w;
    fields(w, const_cast<T &>(value));
    return std::move(w.j);
  }
};

struct Reader {
  const json &j;
  template <class T> Reader &operator()(const char *name, T &value) {
    if (j.contains(name)) read(j.at(name), value);
    return *this;
  }
  static void read(const json &x, std::string &s) { s = x.get<std::string>(); }
  static void read(const json &x, bool &b) { b = x.get<bool>(); }
  template <class N>
  requires std::is_integral_v<N>
  static void read(const json &x, N &n) {
    if (!x.is_number_integer() || (x.is_number_unsigned() ? !std::in_range<N>(x.get<std::uint64_t>()) : !std::in_range<N>(x.get<std::int64_t>())))
      throw Unreadable(fmt::format("`{}` is no number that can stand here", x.dump()));
    n = x.get<N>();
  }
  static Integer whole(std::string_view written) {
    auto digits = written.substr(written.starts_with('-') ? 1 : 0);
    bool good = !digits.empty() && digits.size() < 200 && digits.find_first_not_of("0123456789") == std::string_view::npos &&
                (digits[0] != '0' || digits.size() == 1);
    if (!good) throw Unreadable(fmt::format("`{}` is no number", written.substr(0, 40)));
    return Integer(std::string(written));
  }
  static void read(const json &x, Rational &r) {
    auto t = x.get<std::string>();
    auto slash = t.find('/');
    auto below = slash == std::string::npos ? Integer(1) : whole(std::string_view(t).substr(slash + 1));
    if (below <= 0) throw Unreadable(fmt::format("`{}` is no number", t.substr(0, 40)));
    r = Rational(whole(std::string_view(t).substr(0, slash)), below);
  }
  static void read(const json &x, Constant &c) {
    if (x.is_object()) c = x.at("text").get<std::string>();
    else read(x, c.emplace<Rational>());
  }
  static void read(const json &x, Span &s) { s = {x.at(0).get<std::uint32_t>(), x.at(1).get<std::uint32_t>()}; }
  static void read(const json &x, Period &p) {
    auto word = std::find(unit_words.begin(), unit_words.end(), x.at("unit").get<std::string>());
    if (word == unit_words.end()) throw Unreadable(fmt::format("`{}` is no unit", x.at("unit").dump()));
    p.unit = static_cast<Unit>(word - unit_words.begin());
    p.contract = x.at("contract").get<bool>();
  }
  template <class E>
  requires std::is_enum_v<E>
  static void read(const json &x, E &e) {
    auto word = x.get<std::string>();
    auto at = std::find(words<E>.begin(), words<E>.end(), word);
    if (at == words<E>.end()) throw Unreadable(fmt::format("`{}` is no word that can stand here", word));
    e = static_cast<E>(at - words<E>.begin());
  }
  template <class T> static void read(const json &x, std::optional<T> &o) { read(x, o.emplace()); }
  template <class A, class B> static void read(const json &x, std::pair<A, B> &p) { read(x.at(0), p.first), read(x.at(1), p.second); }
  template <class T> static void read(const json &x, std::vector<T> &list) {
    list.clear();
    for (auto &item : x) read(item, list.emplace_back());
  }
  template <class T>
  requires std::is_class_v<T>
  static void read(const json &x, T &value) {
    Reader r{x};
    fields(r, value);
  }
};

template <class A> void fields(A &a, ValueType &t) { a("base", t.base)("scale", t.scale)("currency", t.currency)("names", t.names)("kind", t.kind); }
template <class A> void fields(A &a, Location &l) { a("region", l.region)("offset", l.offset)("elem", l.elem); }
template <class A> void fields(A &a, Slot &s) {
  a("name", s.name)("type", s.type)("at", s.at)("known", s.known)("low", s.low)("high", s.high)("since", s.since);
}
template <class A> void fields(A &a, Layout &l) { a("name", l.name)("size", l.size)("slots", l.slots); }
template <class A> void fields(A &a, Titled &t) { a("name", t.name)("title", t.title); }
template <class A> void fields(A &a, Badge &b) { a("kind", b.kind)("source", b.source); }
template <class A> void fields(A &a, Contract &c) { a("text", c.text)("source", c.source); }
template <class A> void fields(A &a, ParameterInfo::Version &v) { a("from", v.from)("value", v.value)("badge", v.badge); }
template <class A> void fields(A &a, ParameterInfo &p) { a("name", p.name)("title", p.title)("versions", p.versions); }
template <class A> void fields(A &a, FieldInfo &f) { a("name", f.name)("type", f.type)("low", f.low)("high", f.high); }
template <class A> void fields(A &a, FactInfo &f) {
  a("name", f.name)("title", f.title)("decider", f.decider)("keys", f.keys)("self", f.self)("decider_not_stated", f.decider_not_stated);
}
template <class A> void fields(A &a, EventInfo &e) {
  a("name", e.name)("title", e.title)("reporter", e.reporter)("each", e.each)("fields", e.fields);
}
template <class A> void fields(A &a, ActionInfo &x) { a("name", x.name)("title", x.title)("as", x.as)("by", x.by)("fields", x.fields); }
template <class A> void fields(A &a, KindInfo &k) { a("name", k.name)("alternatives", k.alternatives); }
template <class A> void fields(A &a, ClauseInfo::Line &l) { a("lead", l.lead)("text", l.text)("badge", l.badge); }
template <class A> void fields(A &a, ClauseInfo::Ending &e) { a("through", e.through)("until", e.until); }
template <class A> void fields(A &a, ClauseInfo::Term &t) { a("start", t.start)("start_event", t.start_event)("ends", t.ends)("last", t.last); }
template <class A> void fields(A &a, ClauseInfo::Version &v) {
  a("from", v.from)("ended", v.ended)("texts", v.texts)("lines", v.lines)("term", v.term)("excluded", v.excluded)("span", v.span)("row", v.row);
}
template <class A> void fields(A &a, ClauseInfo &c) {
  a("kind", c.kind)("name", c.name)("title", c.title)("currency", c.currency)("versions", c.versions);
}
template <class A> void fields(A &a, Keyed &k) {
  a("kind", k.kind)("index", k.index)("party", k.party)("arguments", k.arguments)("constants", k.constants)("slot", k.slot);
}
template <class A> void fields(A &a, NormInfo &n) {
  a("modal", n.modal)("clause", n.clause)("version", n.version)("party", n.party)("action", n.action)("asset", n.asset)("by", n.by);
  a("yields_to", n.yields_to);
}
template <class A> void fields(A &a, Place &p) { a("part", p.part)("clause", p.clause)("definition", p.definition)("version", p.version); }
template <class A> void fields(A &a, Site &s) {
  a("kind", s.kind)("clause", s.clause)("stage", s.stage)("figure", s.figure)("chain", s.chain)("name", s.name)("type", s.type)("span", s.span)("place", s.place)("index", s.index)("version", s.version);
  a("key", s.key)("text", s.text)("row", s.row);
}
template <class A> void fields(A &a, TermInfo &t) {
  a("name", t.name)("symbol", t.symbol)("type", t.type)("clause", t.clause)("dated", t.dated)("stateful", t.stateful)("readings", t.readings)(
      "parameters", t.parameters)("facts", t.facts)("sites", t.sites);
}
template <class A> void fields(A &a, QuestionInfo &q) {
  a("action", q.action)("symbol", q.symbol)("layout", q.layout)("inputs", q.inputs)("readings", q.readings)("stateful", q.stateful)("sites", q.sites);
}
template <class A> void fields(A &a, StepInfo &s) {
  a("kind", s.kind)("subject", s.subject)("symbol", s.symbol)("layout", s.layout)("earned", s.earned)("readings", s.readings)("sites", s.sites);
}
template <class A> void fields(A &a, BoundaryInfo &b) { a("clause", b.clause)("becomes", b.becomes)("period", b.period)("after", b.after)("restatable", b.restatable)("events", b.events); }
template <class A> void fields(A &a, TickInfo &t) { a("symbol", t.symbol)("boundaries", t.boundaries)("sites", t.sites); }
template <class A> void fields(A &a, AmendmentInfo &x) { a("name", x.name)("title", x.title)("effective", x.effective)("texts", x.texts); }
template <class A> void fields(A &a, Interface &i) {
  a("name", i.name)("title", i.title)("prefix", i.prefix)("effective", i.effective)("currency", i.currency)("rounding", i.rounding);
  a("month_end_stated", i.month_end_stated)("month_end_up", i.month_end_up)("contract_from", i.contract_from)("parties", i.parties)("assets", i.assets)("texts", i.texts)("notes",
                                                                                                                                        i.notes);
  a("kinds", i.kinds)("parameters", i.parameters)("facts", i.facts)("events", i.events)("actions", i.actions)("clauses", i.clauses)("norms", i.norms);
  a("readings", i.readings);
  a("amendments", i.amendments)("parameter_layout", i.parameter_layout)("fact_layout", i.fact_layout)("state_layout", i.state_layout);
  a("layout", i.layout);
  a("fact_inputs", i.fact_inputs)("terms", i.terms)("questions", i.questions)("steps", i.steps)("tick", i.tick);
}

} // namespace

std::string descriptor(const Interface &i, const std::vector<SourceHash> &sources) {
  json j;
  j["abi"] = abi_version;
  j["language"] = language_version;
  for (auto &s : sources) j["sources"].push_back({{"path", s.path}, {"sha256", s.sha256}});
  json statuses = json::object();
  for (std::size_t s = 0; s < status_words.size(); ++s) statuses[std::to_string(s)] = status_words[s];
  for (std::size_t s = 0; s < refusal_words.size(); ++s) statuses[std::to_string(s + 16)] = refusal_words[s];
  j["statuses"] = statuses;
  j["booleans"] = "one byte each, 0 or 1";
  j["interface"] = Writer::write(i);
  j["fingerprint"] = fingerprint(j["interface"].dump());
  return j.dump(1) + "\n";
}

Result<Interface> read_descriptor(std::string_view text) {
  try {
    auto j = json::parse(text);
    auto abi = j.at("abi").get<int>();
    if (abi != abi_version)
      return Failure{fmt::format("it speaks version {} of the interface, and this is version {}: build it again", abi, abi_version)};
    if (j.at("fingerprint") != fingerprint(j.at("interface").dump())) return Failure{"its descriptor was changed after it was built"};
    Interface out;
    Reader::read(j.at("interface"), out);
    if (auto breach = breach_of(out); !breach.empty()) return Failure{"its descriptor does not agree with itself: " + breach};
    return out;
  } catch (const std::exception &e) {
    return Failure{std::string("its descriptor does not read: ") + e.what()};
  }
}

} // namespace deal::interface
