#include "check/model.h"
#include "language/currencies.h"
#include "support/match.h"
#include <fmt/format.h>

namespace deal::check {

std::string describe(const Model &m, const Type &t) {
  switch (t.base) {
  case Type::error: return "an error";
  case Type::boolean: return "boolean";
  case Type::integer: return "integer";
  case Type::number: return "number";
  case Type::ratio: return "ratio";
  case Type::decimal: return t.bare ? "decimal" : fmt::format("decimal({})", t.scale);
  case Type::percent: return "percent";
  case Type::money: return t.currency < 0 ? "money" : fmt::format("money {}", currencies[static_cast<std::size_t>(t.currency)].code);
  case Type::date: return "date";
  case Type::duration: return "duration";
  case Type::months: return "months";
  case Type::text: return "text";
  case Type::choice: return !t.kind ? "a kind" : m.kinds[t.kind].name;
  case Type::party: return "party";
  case Type::asset: return "asset";
  case Type::verdict: return "verdict";
  case Type::list: return "list of " + describe(m, m.types[t.of]);
  case Type::record: return "record";
  }
  return "?";
}

ValueType value_type(const Model &m, const Type &t) {
  ValueType out;
  out.base = t.base == Type::error ? ValueType::boolean : static_cast<ValueType::Base>(t.base - 1);
  out.scale = t.scale;
  if (t.base == Type::money && t.currency >= 0) out.currency = currencies[static_cast<std::size_t>(t.currency)].code;
  auto names = [&](auto &list) {
    for (auto &n : list) out.names.push_back(n.name);
  };
  if (t.base == Type::choice) {
    names(m.kinds[t.kind].alternatives);
    out.kind = m.kinds[t.kind].name;
  }
  if (t.base == Type::party) names(m.parties);
  if (t.base == Type::asset) out.names.assign(m.assets.begin(), m.assets.end());
  if (t.base == Type::verdict) out.names.assign(verdict_words.begin(), verdict_words.end());
  return out;
}

std::vector<TermId> children(const Node &node) {
  using V = std::vector<TermId>;
  return match(
      node, [](const Constant &) { return V{}; }, [](const UnknownTerm &) { return V{}; }, [](const ParameterRef &) { return V{}; },
      [](const FactRef &n) { return n.keys; }, [](const FieldRef &) { return V{}; }, [](const ArgumentRef &) { return V{}; },
      [](const TodayRef &) { return V{}; }, [](const DefinitionRef &) { return V{}; }, [](const StateRef &) { return V{}; },
      [](const TotalRef &) { return V{}; }, [](const Not &n) { return V{n.operand}; }, [](const Negate &n) { return V{n.operand}; },
      [](const Logic &n) {
        return V{n.left, n.right};
      },
      [](const Compare &n) {
        return V{n.left, n.right};
      },
      [](const Arithmetic &n) {
        return V{n.left, n.right};
      },
      [](const If &n) {
        return V{n.condition, n.then, n.otherwise};
      },
      [](const Case &n) {
        V out{n.subject};
        for (auto &arm : n.arms) out.push_back(arm.second);
        return out;
      },
      [](const Extreme &n) { return n.items; },
      [](const Clamp &n) {
        V out{n.subject};
        if (n.low) out.push_back(n.low);
        if (n.high) out.push_back(n.high);
        return out;
      },
      [](const Round &n) { return V{n.subject}; }, [](const Power &n) { return V{n.base}; },
      [](const DateAdd &n) {
        return V{n.date, n.amount};
      },
      [](const DateDifference &n) {
        return V{n.later, n.earlier};
      },
      [](const WholeIn &n) { return V{n.duration}; },
      [](const WholeBetween &n) {
        return V{n.from, n.to};
      },
      [](const Years &n) {
        return V{n.from, n.to};
      },
      [](const InYear &n) { return V{n.date}; }, [](const Occurred &n) { return n.arguments; }, [](const ClauseTerm &) { return V{}; },
      [](const Question &n) {
        V out{n.party};
        out.insert(out.end(), n.arguments.begin(), n.arguments.end());
        return out;
      },
      [](const ReadingChoice &n) { return n.bodies; });
}

const Version &version_of(const Model &m, const Norm &n) {
  return m.clauses[n.clause].versions[static_cast<std::size_t>(n.version)];
}

namespace {

// A license: a grant for each asset, and where it is exclusive or sole a prohibition for each party that it shuts out.
void norms_of_license(const Model &m, const LicenseVersion &l, Norm norm, std::vector<Norm> &out) {
  using E = syntax::ExclusiveLine;
  for (auto asset : l.assets) {
    norm.asset = asset;
    norm.modal = Modal::may;
    norm.party = l.licensee;
    if (l.grants) out.push_back(norm);
    norm.modal = Modal::must_not;
    if (l.exclusivity == E::non_exclusive) continue;
    for (auto p : m.parties.ids()) {
      norm.party = p;
      bool allowed = norm.party == l.licensee || (norm.party == l.licensor && l.exclusivity == E::sole);
      if (!allowed) out.push_back(norm);
    }
  }
}

} // namespace

std::vector<Norm> norms_of(const Model &m) {
  std::vector<Norm> out;
  for (auto c : m.clauses.ids()) {
    auto &versions = m.clauses[c].versions;
    for (std::size_t v = 0; v < versions.size(); ++v) {
      auto through = v + 1 < versions.size() ? versions[v + 1].from - 1 : never;
      Norm norm{c, static_cast<int>(v), versions[v].from, through, Modal::may, {}, use_action, {}, {}, never};
      match(
          versions[v].body, [](const Ended &) {}, [&](const LicenseVersion &l) { norms_of_license(m, l, norm, out); }, [](const PaymentVersion &) {},
          [&](const NormVersion &n) {
            norm.modal = n.modal;
            norm.party = n.party;
            norm.action = n.action;
            norm.pattern = n.pattern;
            norm.by = n.by;
            out.push_back(norm);
          });
    }
  }
  return out;
}

TotalId Model::total_like(const Total &wanted) const {
  for (auto i : totals.ids()) {
    auto &have = totals[i];
    if (have.event == wanted.event && have.field == wanted.field && have.since == wanted.since && have.each == wanted.each) return i;
  }
  return {};
}

Pays pays_of(const Model &m, const Clause &c) {
  Pays out;
  for (auto &v : c.versions)
    if (auto *p = payment_in(v); p && p->amount) out = {p->payer, m.type(p->amount)};
  out.money = without_range(std::move(out.money));
  out.money.bare = false;
  return out;
}

std::vector<PartyId> payees_of(const Clause &c) {
  std::vector<PartyId> out;
  bool split = false;
  auto add = [&](PartyId payee) {
    if (std::find(out.begin(), out.end(), payee) == out.end()) out.push_back(payee);
  };
  for (auto &v : c.versions) {
    auto *p = payment_in(v);
    if (!p) continue;
    split |= !p->portions.empty();
    if (p->portions.empty()) add(p->payee);
    for (auto &portion : p->portions) add(portion.payee);
  }
  return split ? out : std::vector<PartyId>();
}

std::string word_name(const Model &m, const ClauseTerm &n) {
  auto name = fmt::format("{}.{}", m.clauses[n.clause].name, word_row(n.word).name);
  return n.payee ? fmt::format("{}({})", name, m.parties[n.payee].name) : name;
}

Version known_by_money(TermId amount, const std::vector<PartyId> &payees) {
  PaymentVersion body{};
  body.amount = amount;
  for (auto payee : payees) body.portions.push_back({payee, {}});
  return {always_from, {}, std::move(body)};
}

std::vector<std::int32_t> days_of(const Version &v) {
  std::vector<std::int32_t> out{v.from, v.common.term.start};
  for (auto &e : v.common.term.ends) out.push_back(e.through);
  match(
      v.body, [](const Ended &) {}, [](const LicenseVersion &) {},
      [&](const PaymentVersion &p) {
        if (p.counting && p.counting->from) out.push_back(p.counting->from->day);
      },
      [&](const NormVersion &n) { out.push_back(n.by); });
  return out;
}

bool can_meet(const Model &m, const Norm &a, const Norm &b) {
  if (a.action != b.action || a.party != b.party || a.through < b.from || b.through < a.from) return false;
  auto days = [&](const Norm &n) {
    auto &t = version_of(m, n).common.term;
    auto last = never;
    if (!t.ends.empty() && std::all_of(t.ends.begin(), t.ends.end(), [](auto &e) { return !e.until_event; })) {
      last = t.ends[0].through;
      for (auto &e : t.ends) last = t.last ? std::max(last, e.through) : std::min(last, e.through);
    }
    return std::pair{std::max(n.from, t.start), std::min(n.through, last)};
  };
  auto [a0, a1] = days(a);
  auto [b0, b1] = days(b);
  if (a1 < b0 || b1 < a0) return false;
  auto constant = [&](const Norm &n, std::size_t i) -> std::optional<Value> {
    if (n.asset) return Value(Rational(n.asset.number()));
    if (i >= n.pattern.size() || !n.pattern[i]) return std::nullopt;
    auto c = m.constant(n.pattern[i]);
    return c && c->status == Status::ok ? std::optional(c->value) : std::nullopt;
  };
  for (std::size_t i = 0; i < m.actions[a.action].fields.size(); ++i) {
    auto x = constant(a, i), y = constant(b, i);
    if (x && y && *x != *y) return false;
  }
  return true;
}

bool prevails(const Model &m, const Norm &a, const Norm &b) {
  auto names = [](const std::vector<Precedence> &list, ClauseId clause) {
    return std::any_of(list.begin(), list.end(), [&](auto &p) { return p.clause == clause; });
  };
  return names(version_of(m, a).common.beats, b.clause) || names(version_of(m, b).common.yields_to, a.clause);
}

} // namespace deal::check
