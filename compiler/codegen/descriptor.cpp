#include "codegen/descriptor.h"
#include "support/date.h"
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/SHA256.h>
#include <nlohmann/json.hpp>

namespace deal::codegen {

using json = nlohmann::ordered_json;
using namespace interface;

namespace {

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
  static json write(const Rational &r) { return denominator(r) == 1 ? numerator(r).str() : numerator(r).str() + "/" + denominator(r).str(); }
  static json write(const Constant &c) {
    if (auto *t = std::get_if<std::string>(&c)) return json{{"text", *t}};
    return write(std::get<Rational>(c));
  }
  static json write(const Span &s) { return json::array({s.begin, s.end}); }
  static json write(const Period &p) { return json{{"unit", unit_words[static_cast<std::size_t>(p.unit)]}, {"contract", p.contract}}; }
  static json write(ValueType::Base b) { return base_words[b]; }
  static json write(Stage s) { return stage_words[static_cast<std::size_t>(s)]; }
  static json write(Becomes b) { return becomes_words[static_cast<std::size_t>(b)]; }
  static json write(Figure f) { return figure_words[static_cast<std::size_t>(f)]; }
  static json write(Elem e) { return e == Elem::i8 ? "i8" : e == Elem::i32 ? "i32" : "i64"; }
  template <class E>
  requires std::is_enum_v<E>
  static json write(E e) { return static_cast<int>(e); }
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
  static void read(const json &x, int &n) { n = x.get<int>(); }
  static void read(const json &x, std::uint32_t &n) { n = x.get<std::uint32_t>(); }
  static void read(const json &x, std::size_t &n) { n = x.get<std::size_t>(); }
  static void read(const json &x, Rational &r) {
    auto t = x.get<std::string>();
    auto slash = t.find('/');
    r = slash == std::string::npos ? Rational(Integer(t)) : Rational(Integer(t.substr(0, slash)), Integer(t.substr(slash + 1)));
  }
  static void read(const json &x, Constant &c) {
    if (x.is_object()) c = x.at("text").get<std::string>();
    else read(x, c.emplace<Rational>());
  }
  static void read(const json &x, Span &s) { s = {x.at(0).get<std::uint32_t>(), x.at(1).get<std::uint32_t>()}; }
  static void read(const json &x, Period &p) {
    p.unit = static_cast<Unit>(std::find(unit_words.begin(), unit_words.end(), x.at("unit").get<std::string>()) - unit_words.begin());
    p.contract = x.at("contract").get<bool>();
  }
  static void read(const json &x, ValueType::Base &b) {
    for (int i = 0; i <= ValueType::verdict; ++i)
      if (x.get<std::string>() == base_words[i]) b = static_cast<ValueType::Base>(i);
  }
  template <class E, std::size_t n> static void read_word(const json &x, E &e, const std::array<std::string_view, n> &words) {
    auto at = std::find(words.begin(), words.end(), x.get<std::string>());
    if (at == words.end()) throw json::other_error::create(501, "a word that is not known", nullptr);
    e = static_cast<E>(at - words.begin());
  }
  static void read(const json &x, Stage &s) { read_word(x, s, stage_words); }
  static void read(const json &x, Becomes &b) { read_word(x, b, becomes_words); }
  static void read(const json &x, Figure &f) { read_word(x, f, figure_words); }
  static void read(const json &x, Elem &e) { e = x == "i8" ? Elem::i8 : x == "i32" ? Elem::i32 : Elem::i64; }
  template <class E>
  requires std::is_enum_v<E>
  static void read(const json &x, E &e) { e = static_cast<E>(x.get<int>()); }
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
template <class A> void fields(A &a, Slot &s) { a("name", s.name)("type", s.type)("at", s.at)("known", s.known)("low", s.low)("high", s.high); }
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
template <class A> void fields(A &a, ClauseInfo::Version &v) {
  a("from", v.from)("ended", v.ended)("texts", v.texts)("badges", v.badges)("span", v.span);
}
template <class A> void fields(A &a, ClauseInfo &c) {
  a("kind", c.kind)("name", c.name)("title", c.title)("currency", c.currency)("versions", c.versions);
}
template <class A> void fields(A &a, Keyed &k) {
  a("kind", k.kind)("index", k.index)("party", k.party)("arguments", k.arguments)("constants", k.constants)("slot", k.slot);
}
template <class A> void fields(A &a, Site &s) { 
  a("kind", s.kind)("clause", s.clause)("stage", s.stage)("figure", s.figure)("chain", s.chain)("name", s.name)("type", s.type)("span", s.span);
  a("badge", s.badge);
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
template <class A> void fields(A &a, BoundaryInfo &b) { a("clause", b.clause)("becomes", b.becomes)("period", b.period); }
template <class A> void fields(A &a, TickInfo &t) { a("symbol", t.symbol)("boundaries", t.boundaries)("sites", t.sites); }
template <class A> void fields(A &a, AmendmentInfo &x) { a("name", x.name)("title", x.title)("effective", x.effective)("texts", x.texts); }
template <class A> void fields(A &a, Interface &i) {
  a("name", i.name)("title", i.title)("prefix", i.prefix)("effective", i.effective)("currency", i.currency)("rounding", i.rounding);
  a("month_end_stated", i.month_end_stated)("month_end_up", i.month_end_up)("parties", i.parties)("assets", i.assets)("texts", i.texts)("notes",
                                                                                                                                        i.notes);
  a("kinds", i.kinds)("parameters", i.parameters)("facts", i.facts)("events", i.events)("actions", i.actions)("clauses", i.clauses)("readings",
                                                                                                                                    i.readings);
  a("amendments", i.amendments)("parameter_layout", i.parameter_layout)("fact_layout", i.fact_layout)("state_layout", i.state_layout);
  a("fact_inputs", i.fact_inputs)("terms", i.terms)("questions", i.questions)("steps", i.steps)("tick", i.tick);
}

} // namespace

std::string sha256(std::string_view bytes) {
  auto hash = llvm::SHA256::hash(llvm::ArrayRef(reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size()));
  return llvm::toHex(llvm::ArrayRef(hash.data(), hash.size()), true);
}

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
  return j.dump(1) + "\n";
}

Result<Interface> read_descriptor(std::string_view text) {
  try {
    auto j = json::parse(text);
    if (j.at("abi").get<int>() != abi_version) return Failure{"the library speaks another version of the interface"};
    Interface out;
    Reader::read(j.at("interface"), out);
    return out;
  } catch (const json::exception &e) {
    return Failure{std::string("the descriptor does not read: ") + e.what()};
  }
}

} // namespace deal::codegen
