#include "syntax/print.h"
#include "support/date.h"
#include "support/match.h"
#include <fmt/format.h>

namespace deal::syntax {
namespace {

std::string word(Unit u) { return std::string(unit_words[static_cast<std::size_t>(u)]); }
std::string word(Rounding r) { return std::string(rounding_words[static_cast<std::size_t>(r)]); }
std::string word(Period p) { return (p.contract ? "contract " : "calendar ") + word(p.unit); }
std::string list(const std::vector<Name> &names) {
  std::string out;
  for (auto &n : names) out += (out.empty() ? "" : ", ") + n.text;
  return out;
}
std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (char c : text) out += c == '\n' ? "\\n" : c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return out + "\"";
}
std::string title(const std::string &text) { return text.empty() ? "" : " " + quoted(text); }
std::string badge(const std::optional<Badge> &b) {
  static constexpr std::string_view words[] = {"according to", "inferred from", "assumed"};
  return b ? fmt::format(" [{}{}]", words[b->kind], title(b->source)) : "";
}

class Printer {
public:
  Printer(const Tree &tree, const Sources &sources) : tree_(tree), sources_(sources) {}

  std::string file() {
    auto &h = tree_.header;
    add(0,
        fmt::format("deal {}{}{}{}", h.name.text, title(h.title), h.effective ? " effective " + format_date(h.effective->day) : "", badge(h.badge)));
    for (auto &i : tree_.items) item(i, 0);
    return std::move(out_);
  }

private:
  void add(int depth, const std::string &text) { out_ += std::string(static_cast<std::size_t>(2 * depth), ' ') + text + "\n"; }
  void add(int depth, Span s, const std::string &text) {
    auto at = sources_.place(s.begin);
    add(depth, fmt::format("{}:{} {}", at.line, at.column, text));
  }

  // ---- terms ----
  std::string all(const std::vector<ExprId> &list) const {
    std::string out;
    for (auto e : list) out += " " + term(e);
    return out;
  }
  std::string ref(const Ref &r) const {
    auto name = r.head.text + (r.member ? "." + r.member->text : "");
    return r.arguments ? fmt::format("({}{})", name, all(*r.arguments)) : name;
  }
  std::string deed(const Deed &d) const { return fmt::format("({}{})", d.action.text, all(d.arguments)); }
  std::string term(ExprId id) const {
    if (!id) return "-";
    auto &e = tree_.exprs[id];
    return match(
        e.node, [](const Broken &) { return std::string("broken"); }, [](const Beyond &n) { return "(beyond " + n.what + ")"; },
        [](const NumberLit &n) { return n.value.str() + (n.currency ? " " + n.currency->text : "") + (n.unit ? " " + word(*n.unit) : ""); },
        [](const PercentLit &n) { return Rational(n.value * 100).str() + "%"; }, [](const DateLit &n) { return format_date(n.day); },
        [](const TextLit &n) { return quoted(n.value); }, [](const BoolLit &n) { return std::string(n.value ? "true" : "false"); },
        [](const UnknownLit &) { return std::string("unknown"); }, [](const TodayLit &) { return std::string("today"); },
        [&](const Unary &n) { return fmt::format("({} {})", n.op == UnaryOp::not_ ? "not" : "-", term(n.operand)); },
        [&](const Binary &n) { return fmt::format("({} {} {})", binary_words[static_cast<std::size_t>(n.op)], term(n.left), term(n.right)); },
        [&](const If &n) { return fmt::format("(if {} {} {})", term(n.condition), term(n.then), term(n.otherwise)); },
        [&](const Case &n) {
          std::string arms;
          for (auto &a : n.arms) arms += fmt::format(" ({}: {})", list(a.names), term(a.body));
          return fmt::format("(case {}{})", term(n.subject), arms);
        },
        [&](const Is &n) { return is(n); },
        [&](const Bounds &n) { return fmt::format("(bounds {} {} {})", term(n.subject), term(n.low), term(n.high)); },
        [&](const Bands &n) { return bands(n); },
        [&](const Power &n) { return fmt::format("(^ {} {})", term(n.base), term(n.exponent)); },
        [&](const Rounded &n) { return fmt::format("(rounded {} {} {})", term(n.subject), word(n.mode), n.places); },
        [&](const WholeIn &n) { return fmt::format("(whole {} {})", word(n.unit), term(n.span)); },
        [&](const WholeBetween &n) { return fmt::format("(whole {} {} {})", word(n.unit), term(n.from), term(n.to)); },
        [&](const DayCounted &n) {
          return fmt::format("({} {} {} {})", n.kind == DayCounted::days ? "days" : "years", term(n.from), term(n.to), day_count_words[static_cast<std::size_t>(n.convention)]);
        },
        [&](const Total &n) { return total(n); },
        [&](const Question &n) { return fmt::format("({} {} {})", n.must ? "must" : "may", n.party.text, deed(n.deed)); },
        [&](const Ref &n) { return ref(n); });
  }
  std::string bands(const Bands &n) const {
    static constexpr std::string_view kinds[] = {"through", "below", "above", "at-or-above", "from"};
    auto out = fmt::format("({} {}{}", n.slices ? "slices" : "level", term(n.of), n.applied ? " applied-to " + term(n.applied) : "");
    for (auto &b : n.bands) {
      bool points = b.kind == Bands::Band::points;
      out += fmt::format(" ({} {}{}: {}{})", kinds[b.kind], points ? term(b.low) + " through " : "", term(b.bound), term(b.value),
                         points ? " to " + term(b.to) : "");
    }
    return out + ")";
  }
  std::string is(const Is &n) const {
    auto subject = fmt::format("({} {}", n.negated ? "is-not" : "is", term(n.subject));
    switch (n.kind) {
    case Is::known: return subject + " known)";
    case Is::given: return subject + " given)";
    case Is::in_year: return fmt::format("{} in-year {})", subject, n.year);
    case Is::in_list: return fmt::format("{} in {})", subject, term(n.operand));
    case Is::status: return fmt::format("{} status {})", subject, quoted(std::string(status_word(n.wanted))));
    case Is::value: break;
    }
    return fmt::format("{} {})", subject, term(n.operand));
  }
  std::string total(const Total &n) const {
    switch (n.window) {
    case Total::unsaid: return fmt::format("(total {})", term(n.over));
    case Total::so_far: return fmt::format("(total {} so-far)", term(n.over));
    case Total::before_this_event: return fmt::format("(total {} before)", term(n.over));
    case Total::since: return fmt::format("(total {} since {})", term(n.over), format_date(n.since_day));
    case Total::this_period: break;
    }
    return fmt::format("(total {} this {})", term(n.over), word(n.period));
  }
  std::string alternatives(const Alternatives &a) const { return a.readings.empty() ? term(a.single) : "(" + readings(a.readings).substr(1) + ")"; }
  std::string readings(const std::vector<Reading> &list) const {
    std::string out;
    for (auto &r : list) out += fmt::format(" (reading {}{}: {})", r.name.text, title(r.title), term(r.body));
    return out;
  }

  // ---- declarations ----
  std::string type(const Type &t) const {
    static constexpr std::string_view bases[] = {"boolean", "integer", "number",   "ratio",  "decimal", "percent", "money",
                                                 "date",    "instant", "duration", "months", "text",    "list",    ""};
    std::string out = t.optional ? "optional " : "";
    out += bases[t.base];
    if (t.name) out += (t.base == Type::named ? "" : " ") + t.name->text;
    if (t.digits) out += fmt::format("({})", *t.digits);
    for (auto &x : t.of) out += " of " + type(x);
    return out + (t.low ? fmt::format(" from {} through {}", term(t.low), term(t.high)) : "");
  }
  std::string fields(const std::vector<Field> &list) const {
    std::string out;
    for (auto &f : list) out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", f.name.text, type(f.type));
    return list.empty() ? "" : "(" + out + ")";
  }
  static std::string titles(const std::vector<Title> &list) {
    std::string out;
    for (auto &t : list) out += (out.empty() ? " " : ", ") + t.name.text + title(t.title);
    return out;
  }
  std::string value(const Value &v) const {
    auto out = v.broken ? " broken" : v.base ? " = " + term(v.base) : std::string();
    for (auto &e : v.exceptions) out += fmt::format(" (except {} {}: {})", e.name ? e.name->text : "-", term(e.condition), term(e.body));
    for (auto &p : v.prefers) out += fmt::format(" (prefer {} {})", p.winner.text, p.loser.text);
    return out + readings(v.readings);
  }
  static std::string of(const char *lead, const std::optional<Name> &n) { return n ? fmt::format(" {} {}", lead, n->text) : ""; }

  void item(const Item &i, int depth) {
    auto say = [&](const std::string &text) { add(depth, i.span, text); };
    match(
        i.node, [&](const BrokenItem &n) { say(fmt::format("broken {} {}", n.lead, list(n.names))); },
        [&](const CurrencyItem &n) { say("currency " + n.name.text); }, [&](const RoundItem &n) { say("round " + word(n.mode)); },
        [&](const MonthEndItem &n) { say(n.up ? "month end up" : "month end down"); }, 
        [&](const ContractYearItem &n) { say("contract year from " + format_date(n.from.day)); },
        [&](const PartyItem &n) { say("party" + titles(n.parties)); },
        [&](const AssetItem &n) { say("asset " + list(n.names)); }, [&](const NoteItem &n) { say("note " + quoted(n.text)); },
        [&](const KindItem &n) { say(fmt::format("kind {}{}", n.name.text, titles(n.alternatives))); },
        [&](const ParameterItem &n) {
          say(fmt::format("parameter {}: {}{}{}{}", n.name.text, type(n.type), n.value ? " = " + term(n.value) : "", badge(n.badge), title(n.title)));
        },
        [&](const FactItem &n) {
          say(fmt::format("fact {}{}: {}{}{}{}", n.name.text, fields(n.keys), type(n.type), title(n.title), of("decided by", n.decider),
                          n.decider_not_stated ? " decider not stated" : ""));
        },
        [&](const EventItem &n) {
          say(fmt::format("event {}{}{}{}{}{}", n.name.text, fields(n.fields), of("by", n.reporter), n.each ? " each " + word(*n.each) : "",
                          of("as", n.alias), title(n.title)));
        },
        [&](const ActionItem &n) {
          say(fmt::format("action {}{}{}{}{}", n.name.text, fields(n.fields), of("by", n.by), of("as", n.as), title(n.title)));
        },
        [&](const DefineItem &n) { say(fmt::format("define {}{}: {}{}", n.name.text, fields(n.parameters), type(n.type), value(n.value))); },
        [&](const StateItem &n) {
          say(fmt::format("state {}: {} = {}{}", n.name.text, type(n.type), term(n.initial), n.broken ? " broken" : ""));
          for (auto &u : n.updates) add(depth + 1, fmt::format("after {} when {}: {}", u.event.text, term(u.condition), term(u.body)));
        },
        [&](const RequireItem &n) { say("require " + term(n.condition) + title(n.title)); }, [&](const BeyondItem &n) { say("beyond " + n.what); },
        [&](const Clause &n) { clause(n, i.span, depth); },
        [&](const Amendment &n) {
          say(fmt::format("amendment {}{} {}", n.name.text, title(n.title), format_date(n.effective.day)));
          for (auto &t : n.texts) add(depth + 1, text(t));
          for (auto &c : n.changes) change(c, depth + 1);
        },
        [&](const Scenario &n) {
          say("scenario " + quoted(n.title.value));
          for (auto &s : n.steps) add(depth + 1, s.span, step(s));
        },
        [&](const Always &n) {
          say(fmt::format("always {}{} {} when {}{}{}", quoted(n.title.value), badge(n.badge), term(n.claim), term(n.when),
                          n.independent_of.empty() ? "" : " independent of " + list(n.independent_of),
                          n.from ? " from " + format_date(n.from->day) : ""));
        });
  }

  // ---- clauses ----
  void clause(const Clause &c, Span span, int depth) {
    add(depth, span, fmt::format("{} {}{}", clause_row(c.kind).word, c.name.text, title(c.title)));
    add(depth + 1, c.sentence_span, sentence(c.sentence) + badge(c.badge));
    for (auto &l : c.lines) line(l, depth + 1);
  }
  std::string sentence(const Sentence &s) const {
    return match(
        s, [](const Broken &) { return std::string("broken"); },
        [](const GrantSentence &n) {
          return fmt::format("{} {} to {} of {}", n.licensor.text, n.grants ? "grants" : "reserves", n.licensee.text, list(n.assets));
        },
        [&](const PaySentence &n) {
          if (!n.portions.empty()) return fmt::format("{} pays split{} of {}", n.payer.text, portions(n.portions), alternatives(n.amount));
          return fmt::format("{} pays {} to {}", n.payer.text, alternatives(n.amount), n.payee.text);
        },
        [&](const DutySentence &n) {
          return fmt::format("{} {} {}{}", n.party.text, modal_words[static_cast<std::size_t>(n.modal)], deed(n.deed), n.by ? " by " + format_date(n.by->day) : "");
        },
        [](const BeyondSentence &n) { return "beyond " + n.what; });
  }
  std::string portions(const std::vector<Portion> &list) const {
    std::string out;
    for (auto &p : list) out += fmt::format("{} {} to {}", out.empty() ? "" : ",", p.share ? term(p.share) : "the rest", p.payee.text);
    return out;
  }
  static std::string text(const TextLine &t) { return "text " + quoted(t.text) + (t.source.empty() ? "" : " source " + quoted(t.source)); }
  static std::string scope(const Scope &s) {
    switch (s.kind) {
    case Scope::total: return "in total";
    case Scope::event: return "each event";
    case Scope::rolling: return "rolling";
    case Scope::period: break;
    }
    return "each " + word(s.each);
  }
  static std::string ending(const Ending &e) {
    switch (e.kind) {
    case Ending::through: return " through " + format_date(e.date.day);
    case Ending::until_date: return " until " + format_date(e.date.day);
    case Ending::until_event: return " until " + e.event.text;
    case Ending::lasting: break;
    }
    return fmt::format(" for {} {}", e.count, word(e.unit));
  }
  static std::string term_line(const TermLine &n) {
    auto out = "term" + (n.start ? " from " + format_date(n.start->day) : of("from", n.start_event));
    for (auto &e : n.endings) out += ending(e);
    return out + (n.which == TermLine::first ? " first" : n.which == TermLine::last ? " last" : "");
  }
  void line(const Line &l, int depth) { add(depth, l.span, provision(l.node) + badge(l.badge)); }
  std::string provision(const Provision &p) const {
    static constexpr std::string_view exclusive[] = {"non-exclusive", "sole", "exclusive"}, part[] = {"by last day", "in proportion", "not counted"};
    return match(
        p, [](const Broken &) { return std::string("broken"); }, [&](const WhenLine &n) { return "when " + alternatives(n.condition); },
        [&](const UnlessLine &n) { return "unless " + alternatives(n.condition); }, [](const TermLine &n) { return term_line(n); },
        [](const SubjectLine &n) { return "subject to " + list(n.names); },
        [](const NotwithstandingLine &n) { return "notwithstanding " + list(n.names); }, [](const TextLine &n) { return text(n); },
        [](const ExclusiveLine &n) { return std::string(exclusive[n.kind]); }, [](const ExcludesLine &n) { return "excludes " + list(n.names); },
        [](const OnLine &n) { return "on " + (n.date ? format_date(n.date->day) : n.event.text); },
        [](const EachLine &n) { return "each " + word(n.each); },
        [&](const CappedLine &n) { return fmt::format("capped {} {}", term(n.amount), scope(n.scope)); },
        [&](const AtLeastLine &n) {
          auto of_part = !n.part ? "" : *n.part == OfPart::in_full ? " in full" : " in proportion";
          return fmt::format("at least {} {}{}", term(n.amount), scope(n.scope), of_part);
        },
        [](const CountingLine &n) { return "counting " + (n.from ? "from " + format_date(n.from->day) : std::string("all")); },
        [](const PartLine &n) { return "part periods " + std::string(part[n.kind]); },
        [&](const WaivedLine &n) { return "waived when " + term(n.condition); },
        [&](const DeferredLine &n) { return "deferred when " + term(n.condition); },
        [](const CarriesLine &) { return std::string("carries negative amounts forward"); },
        [](const RoundLine &n) { return "round " + word(n.mode) + (n.places ? fmt::format(" to {}", *n.places) : ""); },
        [](const PayableLine &n) {
          return n.at_once ? std::string("payable at once") : fmt::format("payable {} {} after {}", n.count, word(n.unit), word(*n.after));
        },
        [](const RestatableLine &n) { return fmt::format("restatable {} {}", n.count, word(n.unit)); },
        [](const ClosesLine &n) { return fmt::format("closes {} {} after {}", n.count, word(n.unit), word(n.after)); },
        [](const BeyondLine &n) { return "beyond " + n.what; });
  }

  // ---- versions, tests ----
  void change(const Change &c, int depth) {
    auto say = [&](const std::string &what) { add(depth, c.span, what); };
    match(
        c.node, [&](const Broken &) { say("broken"); },
        [&](const ChangeClause &n) {
          say("change " + n.name.text);
          for (auto &r : n.revisions)
            match(
                r.node, [&](const Broken &) { add(depth + 1, r.span, "broken"); }, [&](const Line &l) { line(l, depth + 1); },
                [&](const std::string &lead) { add(depth + 1, r.span, "drop " + lead); },
                [&](const Sentence &s) { add(depth + 1, r.span, "replace " + sentence(s)); });
        },
        [&](const EndClauses &n) {
          static constexpr std::string_view accrued[] = {"", ", accrued stays", ", accrued is released"};
          say(fmt::format("end {}{}", list(n.names), accrued[n.accrued]));
        },
        [&](const AddItem &n) {
          say("add");
          for (auto &i : n.item) item(i, depth + 1);
        },
        [&](const SetParameter &n) { say(fmt::format("set {} = {}{}", n.name.text, term(n.value), badge(n.badge))); },
        [&](const RestartTotals &n) { say("restart " + list(n.names)); },
        [&](const ReplaceDefinition &n) { say("replace " + n.name.text + value(n.value)); }, [&](const BeyondChange &n) { say("beyond " + n.what); });
  }
  std::string step(const Step &s) const {
    return match(
        s.node, [](const Broken &) { return std::string("broken"); },
        [&](const WithStep &n) { return fmt::format("with {} = {}", n.name.text, term(n.value)); },
        [&](const GivenStep &n) { return fmt::format("given {} = {}", ref(n.fact), term(n.value)); },
        [](const ReadingStep &n) { return "reading " + n.name.text; }, [&](const OnStep &n) { return on(n); },
        [](const AsOfStep &n) { return "as of " + format_date(n.day.day); },
        [&](const ExpectStep &n) { return n.rejected ? "expect rejected" + title(n.reason) : "expect " + term(n.claim); },
        [](const BeyondStep &n) { return "beyond " + n.what; });
  }
  std::string on(const OnStep &n) const {
    static constexpr std::string_view kinds[] = {"happens", "reports", "does", "pays"};
    auto out = fmt::format("on {} {} {}", format_date(n.on.day), n.subject.text, kinds[n.kind]);
    if (!n.object.text.empty()) out += " " + n.object.text;
    if (n.kind == OnStep::does) out += " " + deed(n.deed);
    if (n.amount) out += " " + term(n.amount);
    for (auto &a : n.arguments) out += fmt::format(" ({}: {})", a.name.text, term(a.value));
    return out + (n.economic ? " for " + format_date(n.economic->day) : "");
  }

  const Tree &tree_;
  const Sources &sources_;
  std::string out_;
};

} // namespace

std::string print(const Tree &tree, const Sources &sources) { return Printer(tree, sources).file(); }

} // namespace deal::syntax
