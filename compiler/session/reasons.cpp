#include "session/reasons.h"
#include "language/lines.h"
#include <set>

namespace deal::session {

using namespace interface;

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

// Reads the slots of one answer.
class Reader {
public:
  explicit Reader(const Explained &x) : x_(x), i_(x.i) {}

  bool evaluated(std::size_t k) const { return interface::evaluated(x_.answer.trace, x_.sites.size(), k); }
  std::int64_t word(std::size_t k) const { return x_.answer.trace[k]; }

  // What was read at a place, each once, and what it rests on.
  std::vector<Reason> read_at(const Place &place) {
    std::vector<Reason> out;
    for (std::size_t k = 0; k < x_.sites.size(); ++k)
      if (x_.sites[k].place == place && evaluated(k)) add(out, k);
    return out;
  }
  // The lines of a version of a clause that were looked at.
  std::vector<Reason> lines_of(int clause, int version) {
    std::vector<Reason> out;
    for (std::size_t k = 0; k < x_.sites.size(); ++k) {
      auto &s = x_.sites[k];
      if (s.kind == Site::line && evaluated(k) && s.place.clause == clause && s.place.version == version) out.push_back(line(k));
    }
    return out;
  }

  Reason line(std::size_t k);
  Reason term(const ClauseInfo::Term &, const ClauseInfo::Version &, const Place &);
  Reason version_of(int clause, int version) const;
  std::int32_t first_day(int event) const;

private:
  void add(std::vector<Reason> &out, std::size_t k);
  Reason leaf(std::size_t k) const;
  Reason exception(std::size_t k);

  const Explained &x_;
  const Interface &i_;
  std::set<std::pair<int, int>> told_; // the definitions and clauses whose own reasons stand already
};

// What was read, by the kind of its site; of the others the names are those of the descriptor.
constexpr const char *sorts[] = {"figure", "rule",       "bound", "bound", "condition", "exception", "norm",    "line", "argument", "parameter",
                                 "fact",   "definition", "state", "total", "term",      "event",     "occurrence", "reading", "day"};
static_assert(std::size(sorts) == Site::today + 1);

// The first day on which an event happened, as the trace holds it.
std::int32_t Reader::first_day(int event) const {
  for (std::size_t k = 0; k < x_.sites.size(); ++k)
    if (x_.sites[k].kind == Site::event && x_.sites[k].index == event && evaluated(k)) return static_cast<std::int32_t>(word(k));
  return INT32_MAX;
}

Reason Reader::leaf(std::size_t k) const {
  auto &s = x_.sites[k];
  Reason r;
  r.sort = sorts[s.kind];
  r.name = s.kind == Site::fact || s.kind == Site::occurrence ? name_of(i_, s.key, x_.arguments) : s.name;
  r.type = s.type;
  if (auto status = without_value(word(k))) {
    r.found = *status == Status::ok ? Reason::not_here : Reason::no_value;
    r.status = *status;
  } else if (s.kind == Site::event || s.kind == Site::occurrence) {
    bool yet = word(k) <= x_.day;
    r.found = yet ? Reason::happened : Reason::never;
    if (yet) r.on = static_cast<std::int32_t>(word(k));
  } else {
    r.number = Rational(Integer(word(k)), power_of_ten(s.type.scale));
    if (s.type.base == ValueType::text) {
      auto text = s.kind == Site::argument ? std::optional(x_.arguments[at(s.index)]) : x_.instance.known(s.key, x_.arguments);
      if (text) r.words = std::get<std::string>(*text);
    }
  }
  if (s.kind == Site::parameter) {
    auto &versions = i_.parameters[at(s.index)].versions;
    r.badge = versions[at(s.version)].badge;
    if (s.version > 0) r.since = versions[at(s.version)].from;
  }
  return r;
}

Reason Reader::exception(std::size_t k) {
  auto &s = x_.sites[k];
  Reason r;
  r.kind = Reason::exception;
  r.name = s.name;
  r.text = s.text;
  r.row = s.row;
  auto status = without_value(word(k));
  r.found = status ? Reason::no_value : word(k) ? Reason::holds : Reason::fails;
  r.status = status.value_or(Status::ok);
  r.decides = word(k) == 1;
  return r;
}

void Reader::add(std::vector<Reason> &out, std::size_t k) {
  auto &s = x_.sites[k];
  switch (s.kind) {
  case Site::stored:
  case Site::rule:
  case Site::norm:
  case Site::line:
  case Site::bound: return;
  case Site::exception: return out.push_back(exception(k));
  case Site::clamp: {
    if (word(k) == 0 || without_value(word(k))) return; // within its bounds
    Reason r;
    r.kind = Reason::clamp, r.name = word(k) == 1 ? "low" : "high", r.text = s.text, r.row = s.row, r.found = Reason::not_here;
    for (std::size_t n = 0; n < x_.sites.size(); ++n)
      if (x_.sites[n].kind == Site::bound && x_.sites[n].span == s.span && x_.sites[n].place == s.place && evaluated(n))
        r.found = Reason::is, r.type = x_.sites[n].type, r.number = Rational(Integer(word(n)), power_of_ten(r.type.scale));
    return out.push_back(std::move(r));
  }
  case Site::reading: {
    Reason r;
    auto &choice = i_.readings[at(s.index)][at(s.version)];
    r.kind = Reason::reading, r.name = choice.name, r.title = choice.title, r.text = s.text;
    return out.insert(out.begin(), std::move(r)), void();
  }
  default: break;
  }
  auto r = leaf(k);
  if (s.kind == Site::definition && told_.insert({0, s.index}).second) {
    for (std::size_t n = 0; n < x_.sites.size(); ++n)
      if (x_.sites[n].place.definition == s.index && evaluated(n)) add(r.under, n);
    bool abbreviation = std::none_of(x_.sites.begin(), x_.sites.end(), [&](auto &o) { return o.kind == Site::stored && o.name == s.name; });
    if (abbreviation) { // no figure of its own: what it rests on stands for it
      for (auto &u : r.under) out.push_back(std::move(u));
      return;
    }
  }
  if (s.kind == Site::word && told_.insert({1, s.index}).second)
    if (auto *v = version_at(i_.clauses[at(s.index)], x_.day)) r.under = lines_of(s.index, static_cast<int>(v - i_.clauses[at(s.index)].versions.data()));
  out.push_back(std::move(r));
}

Reason Reader::term(const ClauseInfo::Term &t, const ClauseInfo::Version &v, const Place &place) {
  Reason r;
  r.kind = Reason::line;
  r.name = "term";
  auto start = t.start_event >= 0 ? first_day(t.start_event) : t.start == INT32_MIN ? v.from : t.start;
  std::optional<std::int32_t> last;
  for (auto &e : t.ends) {
    auto day = e.until < 0 ? e.through : first_day(e.until);
    if (e.until >= 0 && day != INT32_MAX) --day;
    last = !last ? day : t.last ? std::max(*last, day) : std::min(*last, day);
  }
  r.found = start > x_.day ? Reason::not_begun : last && *last < x_.day ? Reason::ended : Reason::runs;
  if (r.found == Reason::not_begun && start != INT32_MAX) r.on = start;
  if (r.found == Reason::ended) r.on = *last;
  r.under = read_at(place);
  return r;
}

Reason Reader::line(std::size_t k) {
  auto &s = x_.sites[k];
  static constexpr const char *leads[] = {"", "term", "pattern", "when", "unless", "performed"};
  auto &v = i_.clauses[at(s.place.clause)].versions[at(s.place.version)];
  Reason r;
  if (s.place.part == Place::term && v.term) r = term(*v.term, v, s.place);
  else {
    r.kind = Reason::line;
    r.name = leads[s.place.part];
    auto status = without_value(word(k));
    r.found = status ? Reason::no_value : word(k) ? Reason::holds : Reason::fails;
    r.status = status.value_or(Status::ok);
    r.under = read_at(s.place);
  }
  r.text = s.text;
  for (auto &l : v.lines)
    if (!l.lead.empty() && l.lead == r.name) {
      if (r.text.empty()) r.text = l.text.substr(std::min(l.text.size(), l.lead.size() + 1));
      r.badge = l.badge;
    }
  return r;
}

Reason Reader::version_of(int clause, int version) const {
  auto &c = i_.clauses[at(clause)];
  auto &v = c.versions[at(version)];
  Reason r;
  r.kind = Reason::clause, r.name = c.name, r.sort = clause_row(c.kind).word, r.title = c.title, r.texts = v.texts, r.row = v.row;
  if (v.from != INT32_MIN) r.since = v.from;
  if (!v.lines.empty()) r.badge = v.lines[0].badge;
  return r;
}

// What one norm says of the act; nothing where its version is not the one in force.
class Norms {
public:
  Norms(const Explained &x, int party);
  bool silent() const { return x_.answer.status == Status::ok && verdict_ == Verdict::silent; }
  std::optional<Reason> say(std::size_t n);
  Reason not_in_force(const ClauseInfo &c) const;

private:
  bool in_force(const NormInfo &n) const {
    auto &c = i_.clauses[at(n.clause)];
    return version_at(c, x_.day) == &c.versions[at(n.version)];
  }
  bool asset_asked(const NormInfo &n) const {
    return n.asset < 0 || (!x_.arguments.empty() && std::get<Rational>(x_.arguments[0]) == n.asset);
  }
  void hold_up();
  bool decides(std::size_t n, std::int64_t word) const;
  void why_not(std::size_t n, Reason &r);

  const Explained &x_;
  const Interface &i_;
  Reader reader_;
  int party_;
  Verdict verdict_ = Verdict::silent;
  std::map<std::size_t, std::int64_t> slots_;
  std::set<std::size_t> held_up_; // the norms that have no value, and so the verdict has none
};

Norms::Norms(const Explained &x, int party) : x_(x), i_(x.i), reader_(x), party_(party) {
  for (std::size_t k = 0; k < x.sites.size(); ++k) {
    if (x.sites[k].kind != Site::norm || !reader_.evaluated(k)) continue;
    auto n = at(x.sites[k].index);
    slots_[n] = reader_.word(k);
    static constexpr Verdict of[] = {Verdict::permitted, Verdict::required, Verdict::forbidden};
    if (slots_[n] == 1) verdict_ = std::max(verdict_, of[static_cast<std::size_t>(i_.norms[n].modal)]);
  }
  if (x.answer.status != Status::ok) hold_up();
}

// A prohibition goes before a duty, a duty before a permission; what a norm yields to holds it up.
void Norms::hold_up() {
  auto stuck = [&](std::size_t n) {
    auto slot = slots_.find(n);
    return slot != slots_.end() && slot->second == no_value(x_.answer.status);
  };
  for (auto modal : {Modal::must_not, Modal::must, Modal::may}) {
    std::vector<std::size_t> open;
    for (auto &[n, word] : slots_)
      if (i_.norms[n].modal == modal && stuck(n)) open.push_back(n);
    while (!open.empty()) {
      auto n = open.back();
      open.pop_back();
      if (!held_up_.insert(n).second) continue;
      for (auto other : i_.norms[n].yields_to)
        if (stuck(other)) open.push_back(other);
    }
    if (!held_up_.empty()) return;
  }
}

bool Norms::decides(std::size_t index, std::int64_t word) const {
  auto &n = i_.norms[index];
  if (without_value(word)) return held_up_.count(index) > 0;
  if (word == 0) return false;
  if (x_.answer.status == Status::conflict) return n.modal != Modal::may;
  if (x_.answer.status != Status::ok) return false;
  return verdict_ == (n.modal == Modal::must_not ? Verdict::forbidden : n.modal == Modal::must ? Verdict::required : Verdict::permitted);
}

void Norms::why_not(std::size_t index, Reason &r) {
  auto &n = i_.norms[index];
  r.found = Reason::fails;
  if (n.modal == Modal::must && n.by < x_.day) r.found = Reason::past, r.on = n.by;
  for (std::size_t k = 0; k < x_.sites.size(); ++k) {
    auto &s = x_.sites[k];
    if (s.kind == Site::occurrence && s.place == Place{Place::performed, n.clause, -1, n.version} && reader_.evaluated(k) && reader_.word(k) <= std::min(x_.day, n.by))
      r.found = Reason::performed, r.on = static_cast<std::int32_t>(reader_.word(k));
  }
  for (auto other : n.yields_to)
    if (auto slot = slots_.find(other); slot != slots_.end() && slot->second == 1) {
      r.found = Reason::yields;
      r.to.push_back(i_.clauses[at(i_.norms[other].clause)].name);
    }
}

std::optional<Reason> Norms::say(std::size_t index) {
  auto &n = i_.norms[index];
  auto slot = slots_.find(index);
  if (!in_force(n) || slot == slots_.end()) return std::nullopt;
  auto r = reader_.version_of(n.clause, n.version);
  if (n.party != party_ || !asset_asked(n)) { // only where nothing else was found does it matter of whom it speaks
    if (!silent() || (n.asset >= 0 && n.modal == Modal::must_not)) return std::nullopt;
    auto &excluded = i_.clauses[at(n.clause)].versions[at(n.version)].excluded;
    auto asset = n.asset < 0 ? std::string() : i_.assets[at(static_cast<int>(std::get<Rational>(x_.arguments[0])))];
    bool out = std::find(excluded.begin(), excluded.end(), asset) != excluded.end();
    if (n.asset >= 0 && n.party != party_ && !asset_asked(n)) return std::nullopt;
    r.texts.clear();
    r.found = out ? Reason::excludes : Reason::elsewhere;
    r.to = {out ? asset : n.party != party_ ? i_.parties[at(n.party)].name : i_.assets[at(n.asset)]};
    return r;
  }
  r.decides = decides(index, slot->second);
  if (auto status = without_value(slot->second)) r.found = Reason::no_value, r.status = *status;
  else if (slot->second == 0) why_not(index, r);
  else r.found = n.modal == Modal::must ? Reason::open : n.asset < 0 ? Reason::holds : n.modal == Modal::may ? Reason::grants : Reason::shuts_out;
  if (r.found == Reason::open && n.by != INT32_MAX) r.on = n.by;
  if (r.found != Reason::yields) r.under = reader_.lines_of(n.clause, n.version);
  if (!r.decides) r.texts.clear();
  return r;
}

// A clause that spoke of this act, or will.
Reason Norms::not_in_force(const ClauseInfo &c) const {
  auto *v = version_at(c, x_.day);
  Reason r;
  r.kind = Reason::clause, r.name = c.name, r.sort = clause_row(c.kind).word, r.title = c.title;
  r.found = v ? Reason::ended : Reason::not_begun;
  r.on = v ? v->from : c.versions.front().from;
  return r;
}

} // namespace

const ClauseInfo::Version *version_at(const ClauseInfo &c, std::int32_t day) {
  const ClauseInfo::Version *found = nullptr;
  for (auto &v : c.versions)
    if (v.from <= day) found = &v;
  return found;
}

std::string words_of(const Badge &b) {
  auto source = b.source.empty() ? "" : "“" + b.source + "”";
  return b.source.empty() ? b.kind : b.kind == "inferred" ? "inferred from " + source : b.kind + " " + source;
}

namespace {

std::string called(const std::string &name, const std::vector<interface::FieldInfo> &fields, const std::vector<host::Constant> &arguments) {
  std::string out;
  for (std::size_t j = 0; j < arguments.size(); ++j) {
    auto *text = std::get_if<std::string>(&arguments[j]);
    out += (j == 0 ? "(" : ", ") + (text ? "\"" + *text + "\"" : format_value(fields[j].type, std::get<Rational>(arguments[j])));
  }
  return name + (out.empty() ? "" : out + ")");
}

} // namespace

std::string name_of(const Interface &i, const Keyed &k, const std::vector<host::Constant> &arguments) {
  std::vector<host::Constant> keys;
  for (std::size_t j = 0; j < k.arguments.size(); ++j) keys.push_back(k.arguments[j] < 0 ? k.constants[j] : arguments[at(k.arguments[j])]);
  if (k.kind == Keyed::fact) return called(i.facts[at(k.index)].name, i.facts[at(k.index)].keys, keys);
  auto &act = i.actions[at(k.index)];
  return called(act.as.empty() ? act.name : act.as, act.fields, keys);
}

// Of any such act, or of this one by this party.
Reason unspoken(const Explained &x, int action, int party) {
  auto &act = x.i.actions[at(action)];
  Reason r;
  r.kind = Reason::unspoken, r.name = act.name;
  if (std::none_of(x.i.norms.begin(), x.i.norms.end(), [&](auto &n) { return n.action == action; })) return r;
  r.name = called(act.name, act.fields, x.arguments) + " by " + x.i.parties[at(party)].name;
  return r;
}

std::vector<Reason> reasons_of_verdict(const Explained &x, int action, int party) {
  Norms norms(x, party);
  std::vector<Reason> out;
  std::set<int> absent; // clauses that speak of the act, and are not in force
  for (std::size_t n = 0; n < x.i.norms.size(); ++n) {
    auto &norm = x.i.norms[n];
    if (norm.action != action) continue;
    auto *v = version_at(x.i.clauses[at(norm.clause)], x.day);
    if (!v || v->ended) absent.insert(norm.clause);
    auto r = norms.say(n);
    if (!r) continue;
    auto same = [&](auto &o) { return o.name == r->name; };
    auto known = std::find_if(out.begin(), out.end(), same); // a license has a norm for each asset and party
    if (known == out.end()) out.push_back(std::move(*r));
    else if (known->found == Reason::elsewhere && r->found != Reason::elsewhere) *known = std::move(*r);
    else if (known->found == Reason::elsewhere && known->to != r->to) known->to.push_back(r->to[0]);
  }
  if (norms.silent())
    for (int c : absent) out.push_back(norms.not_in_force(x.i.clauses[at(c)]));
  if (norms.silent() && out.empty()) out.push_back(unspoken(x, action, party));
  std::stable_sort(out.begin(), out.end(), [](auto &l, auto &r) { return l.decides > r.decides; });
  return out;
}

std::vector<const Reason *> deciding(const std::vector<Reason> &all) {
  std::vector<const Reason *> out;
  for (auto &r : all)
    if (r.decides) out.push_back(&r);
  return out;
}

std::vector<Reason> reasons_of_term(const Explained &x, const TermInfo &t) {
  Reader reader(x);
  if (t.clause < 0) {
    for (std::size_t k = 0; k < x.sites.size(); ++k) // the definition that is asked, or what an expression reads
      if (x.sites[k].kind == Site::definition && x.sites[k].name == t.name && x.sites[k].place == Place{} && reader.evaluated(k)) {
        auto all = reader.read_at(Place{});
        for (auto &r : all)
          if (r.name == t.name) return std::move(r.under);
      }
    return reader.read_at(Place{});
  }
  auto &c = x.i.clauses[at(t.clause)];
  auto *v = version_at(c, x.day);
  if (!v) {
    Reason r;
    r.kind = Reason::clause, r.name = c.name, r.sort = clause_row(c.kind).word, r.title = c.title, r.found = Reason::not_begun, r.on = c.versions.front().from;
    return {r};
  }
  auto version = static_cast<int>(v - c.versions.data());
  auto r = reader.version_of(t.clause, version);
  r.found = v->ended ? Reason::ended : Reason::is;
  if (v->ended) r.on = v->from;
  r.under = reader.lines_of(t.clause, version);
  bool payment = says(c.kind) == Says::pay, exclusive = t.name.ends_with(".exclusive") && (r.under.empty() || x.answer.value != 0);
  for (auto &l : v->lines) {
    auto *row = line_row(l.lead);
    if (!(payment && l.badge) && !(exclusive && row && row->key == "exclusive")) continue;
    Reason line;
    line.kind = Reason::line, line.name = l.lead, line.badge = l.badge;
    line.text = l.text.substr(std::min(l.text.size(), l.lead.empty() ? 0 : l.lead.size() + 1));
    r.under.push_back(std::move(line));
  }
  if (payment) r.badge.reset();
  return {r};
}

namespace {

void collect_unknown(const Reason &r, std::vector<std::string> &out) {
  bool missing = r.kind == Reason::value && r.found == Reason::no_value && r.status == Status::unknown && (r.sort == "fact" || r.sort == "parameter");
  if (missing && std::find(out.begin(), out.end(), r.name) == out.end()) out.push_back(r.name);
  for (auto &u : r.under) collect_unknown(u, out);
}

} // namespace

std::vector<std::string> settled_by(const std::vector<Reason> &all) {
  std::vector<std::string> out;
  bool verdict = !deciding(all).empty();
  for (auto &r : all)
    if (!verdict || r.decides) collect_unknown(r, out);
  return out;
}

} // namespace deal::session
