#include "oracle/amendments.h"
#include <fmt/format.h>
#include <set>

namespace deal::oracle {

using namespace check;

namespace {

struct Woven {
  std::int32_t from;
  bool ended = false, released = false;
  syntax::Sentence sentence;
  std::vector<syntax::Line> lines;
};

// Two lines say the same thing, so that the later replaces the earlier: first word, caps and guarantees by their scope too.
bool same_line(const syntax::Line &a, const syntax::Line &b) {
  using namespace syntax;
  if (std::holds_alternative<TextLine>(a.node) || std::holds_alternative<TextLine>(b.node)) return false;
  if (std::holds_alternative<ExclusiveLine>(a.node)) return std::holds_alternative<ExclusiveLine>(b.node);
  auto *x = std::get_if<CappedLine>(&a.node), *y = std::get_if<CappedLine>(&b.node);
  if (x && y) {
    if (x->scope.kind != y->scope.kind) return false;
    return x->scope.kind != Scope::period || x->scope.each == y->scope.each;
  }
  auto *g = std::get_if<AtLeastLine>(&a.node), *h = std::get_if<AtLeastLine>(&b.node);
  if (g && h) return g->scope.kind == h->scope.kind && g->scope.each == h->scope.each;
  return a.lead == b.lead;
}

class Weaver {
public:
  Weaver(const syntax::Tree &tree, const Model &m) : m_(m) {
    auto first = m.effective.value_or(always_from);
    for (auto &item : tree.items)
      if (auto *c = std::get_if<syntax::Clause>(&item.node)) open(*c, first);
    for (auto &item : tree.items)
      if (auto *a = std::get_if<syntax::Amendment>(&item.node)) amend(*a);
  }
  const std::vector<Woven> &versions(const std::string &clause) const { return versions_.at(clause); }
  const std::vector<std::int32_t> &restarts(const std::string &clause) { return restarts_[clause]; }

private:
  void open(const syntax::Clause &c, std::int32_t from) { versions_[c.name.text].push_back({from, false, false, c.sentence, c.lines}); }
  // The version of that day, a copy of the one before it; one that an earlier amendment of the same day made is changed further.
  Woven &fresh(const std::string &name, std::int32_t from) {
    auto &all = versions_.at(name);
    if (all.back().from != from) {
      auto next = all.back();
      next.from = from;
      all.push_back(std::move(next));
    }
    return all.back();
  }
  void amend(const syntax::Amendment &a) {
    auto from = a.effective.day;
    for (auto &change : a.changes) {
      if (auto *n = std::get_if<syntax::ChangeClause>(&change.node)) revise(fresh(n->name.text, from), *n);
      if (auto *n = std::get_if<syntax::AddItem>(&change.node))
        for (auto &item : n->item)
          if (auto *c = std::get_if<syntax::Clause>(&item.node)) open(*c, from);
      if (auto *n = std::get_if<syntax::RestartTotals>(&change.node))
        for (auto &name : n->names) restarts_[name.text].push_back(from);
      if (auto *n = std::get_if<syntax::EndClauses>(&change.node))
        for (auto &name : n->names) versions_.at(name.text).push_back({from, true, n->accrued == syntax::EndClauses::released, {}, {}});
    }
  }
  static void revise(Woven &v, const syntax::ChangeClause &change) {
    std::erase_if(v.lines, [](auto &l) { return std::holds_alternative<syntax::TextLine>(l.node); });
    for (auto &r : change.revisions) {
      if (auto *s = std::get_if<syntax::Sentence>(&r.node)) v.sentence = *s;
      if (auto *lead = std::get_if<std::string>(&r.node)) drop(v, *lead, r.scope);
      auto *line = std::get_if<syntax::Line>(&r.node);
      if (!line) continue;
      std::erase_if(v.lines, [&](auto &l) { return same_line(l, *line); });
      v.lines.push_back(*line);
    }
  }
  static void drop(Woven &v, const std::string &lead, const std::string &) {
    static const std::set<std::string> exclusivity{"exclusive", "sole", "non-exclusive"};
    std::erase_if(v.lines, [&](auto &l) {
      return l.lead == lead || (exclusivity.count(lead) && std::holds_alternative<syntax::ExclusiveLine>(l.node));
    });
  }

  const Model &m_;
  std::map<std::string, std::vector<Woven>> versions_;
  std::map<std::string, std::vector<std::int32_t>> restarts_;
};

// What a version says, as the model has it and as the tree has it: places of expressions, and the plain values of lines.
class Saying {
public:
  Saying(const syntax::Tree &tree, const Model &m) : tree_(tree), m_(m) {}

  std::multiset<std::string> of(const Woven &w) const {
    std::multiset<std::string> out;
    for (auto &l : w.lines) line(l, out);
    if (auto *s = std::get_if<syntax::PaySentence>(&w.sentence); s && s->amount.single) out.insert("amount " + place(tree_.exprs[s->amount.single].span));
    if (auto *s = std::get_if<syntax::PaySentence>(&w.sentence))
      for (auto &p : s->portions) out.insert("to " + p.payee.text + (p.share ? " " + place(tree_.exprs[p.share].span) : " the rest"));
    if (auto *s = std::get_if<syntax::DutySentence>(&w.sentence); s && s->by) out.insert(fmt::format("by {}", s->by->day));
    return out;
  }
  std::multiset<std::string> of(const Version &v) const {
    std::multiset<std::string> out;
    condition("when", v.common.guard.when, out), condition("unless", v.common.guard.unless, out);
    if (v.common.term.stated) out.insert(fmt::format("term of {} endings", v.common.term.ends.size()));
    for (std::size_t i = 0; i < v.common.yields_to.size(); ++i) out.insert("subject");
    for (std::size_t i = 0; i < v.common.beats.size(); ++i) out.insert("notwithstanding");
    for (auto &t : v.common.texts) out.insert("text " + t.text);
    if (auto *l = std::get_if<LicenseVersion>(&v.body); l && l->grants) out.insert(fmt::format("exclusivity {}", static_cast<int>(l->exclusivity)));
    if (auto *n = std::get_if<NormVersion>(&v.body); n && n->by != never) out.insert(fmt::format("by {}", n->by));
    if (auto *p = payment_in(v)) payment(*p, out);
    return out;
  }

private:
  static std::string place(Span s) { return fmt::format("{}-{}", s.begin, s.end); }
  static std::string each(Period p) { return fmt::format("each {} {}", p.contract, static_cast<int>(p.unit)); }
  static std::string least(Period p, std::optional<syntax::OfPart> part, Span s) {
    return fmt::format("at least {} {} {}", each(p), part ? static_cast<int>(*part) : -1, place(s));
  }
  static std::string cap(syntax::Scope::Kind kind, Span s) { return fmt::format("cap {} {}", static_cast<int>(kind), place(s)); }

  // A condition with readings is a term of its own, without a place in the tree.
  void condition(const std::string &word, TermId id, std::multiset<std::string> &out) const {
    if (id) out.insert(word + (std::holds_alternative<ReadingChoice>(m_[id].node) ? " readings" : " " + place(m_[id].span)));
  }
  std::string condition(const std::string &word, const syntax::Alternatives &a) const {
    return word + (a.readings.empty() ? " " + place(tree_.exprs[a.single].span) : " readings");
  }
  void line(const syntax::Line &l, std::multiset<std::string> &out) const {
    using namespace syntax;
    if (auto *x = std::get_if<WhenLine>(&l.node)) out.insert(condition("when", x->condition));
    if (auto *x = std::get_if<UnlessLine>(&l.node)) out.insert(condition("unless", x->condition));
    if (auto *x = std::get_if<TermLine>(&l.node)) out.insert(fmt::format("term of {} endings", x->endings.size()));
    if (auto *x = std::get_if<SubjectLine>(&l.node))
      for (std::size_t i = 0; i < x->names.size(); ++i) out.insert("subject");
    if (auto *x = std::get_if<NotwithstandingLine>(&l.node))
      for (std::size_t i = 0; i < x->names.size(); ++i) out.insert("notwithstanding");
    if (auto *x = std::get_if<TextLine>(&l.node)) out.insert("text " + x->text);
    if (auto *x = std::get_if<ExclusiveLine>(&l.node)) out.insert(fmt::format("exclusivity {}", static_cast<int>(x->kind)));
    if (auto *x = std::get_if<AtLeastLine>(&l.node)) out.insert(least(x->scope.each, x->part, tree_.exprs[x->amount].span));
    if (auto *x = std::get_if<OnLine>(&l.node); x && x->date) out.insert(fmt::format("on {}", x->date->day));
    if (auto *x = std::get_if<EachLine>(&l.node)) out.insert(each(x->each));
    if (auto *x = std::get_if<CappedLine>(&l.node)) out.insert(cap(x->scope.kind, tree_.exprs[x->amount].span));
    if (auto *x = std::get_if<WaivedLine>(&l.node)) out.insert("waived " + place(tree_.exprs[x->condition].span));
    if (auto *x = std::get_if<DeferredLine>(&l.node)) out.insert("deferred " + place(tree_.exprs[x->condition].span));
    if (auto *x = std::get_if<CountingLine>(&l.node)) out.insert(fmt::format("counting {}", x->from ? x->from->day : always_from));
    if (auto *x = std::get_if<PartLine>(&l.node)) out.insert(fmt::format("part {}", static_cast<int>(x->kind)));
    if (std::holds_alternative<CarriesLine>(l.node)) out.insert("carries");
    if (auto *x = std::get_if<PayableLine>(&l.node); x && !x->at_once) out.insert(fmt::format("payable {}", x->count * (x->unit == Unit::week ? 7 : 1)));
    if (auto *x = std::get_if<RestatableLine>(&l.node)) out.insert(fmt::format("restatable {}", x->count));
    if (auto *x = std::get_if<ClosesLine>(&l.node)) out.insert(fmt::format("closes {}", x->count * (x->unit == Unit::week ? 7 : 1)));
  }
  void payment(const PaymentVersion &p, std::multiset<std::string> &out) const {
    if (!std::holds_alternative<ReadingChoice>(m_[p.amount].node)) out.insert("amount " + place(m_[p.amount].span));
    for (auto &portion : p.portions)
      out.insert("to " + m_.parties[portion.payee].name + (portion.share ? " " + place(m_[portion.share].span) : " the rest"));
    if (p.each) out.insert(each(*p.each));
    if (p.day) out.insert(fmt::format("on {}", *p.day));
    for (auto &l : p.limits) {
      if (l.at == Stage::guarantee) {
        out.insert(least(l.each, l.part, m_[l.amount].span));
        continue;
      }
      auto scope = l.at == Stage::cap_in_total ? syntax::Scope::total : l.at == Stage::cap_each_event ? syntax::Scope::event : syntax::Scope::period;
      out.insert(cap(scope, m_[l.amount].span));
    }
    condition("waived", p.waived, out), condition("deferred", p.deferred, out);
    if (p.counting) out.insert(fmt::format("counting {}", p.counting->from ? p.counting->from->day : always_from));
    if (p.part) out.insert(fmt::format("part {}", static_cast<int>(*p.part)));
    if (p.carries) out.insert("carries");
    if (p.payable) out.insert(fmt::format("payable {}", p.payable->count));
    if (p.restatable) out.insert(fmt::format("restatable {}", p.restatable));
    if (p.closes) out.insert(fmt::format("closes {}", p.closes->count));
  }

  const syntax::Tree &tree_;
  const Model &m_;
};

std::string joined(const std::multiset<std::string> &all) {
  std::string out;
  for (auto &x : all) out += (out.empty() ? "" : ", ") + x;
  return out;
}

} // namespace

std::string woven_otherwise(const Program &p) {
  Weaver woven(p.tree, p.model);
  Saying saying(p.tree, p.model);
  for (auto &c : p.model.clauses) {
    auto &mine = woven.versions(c.name);
    if (mine.size() != c.versions.size()) return fmt::format("{} has {} versions, not {}", c.name, c.versions.size(), mine.size());
    if (woven.restarts(c.name) != c.restarts) return c.name + " restarts on other days";
    for (std::size_t i = 0; i < mine.size(); ++i) {
      auto &v = c.versions[i];
      auto *ended = std::get_if<Ended>(&v.body);
      if (v.from != mine[i].from || (ended != nullptr) != mine[i].ended || (ended && ended->released != mine[i].released))
        return fmt::format("{}, version {}: other days, or another end", c.name, i + 1);
      if (ended) continue;
      auto has = joined(saying.of(v)), wanted = joined(saying.of(mine[i]));
      if (has != wanted) return fmt::format("{}, version {}, says: {}\n  and should say: {}", c.name, i + 1, has, wanted);
    }
  }
  return {};
}

} // namespace deal::oracle
