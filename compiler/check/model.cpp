#include "check/model.h"
#include "language/currencies.h"
#include "support/match.h"
#include <fmt/format.h>

namespace deal::check {

bool is_number(const Type &t) {
  return t.base == Type::integer || t.base == Type::number || t.base == Type::ratio || t.base == Type::decimal || t.base == Type::percent;
}

bool same_dimension(const Type &a, const Type &b) {
  if (is_number(a) || is_number(b)) return is_number(a) && is_number(b);
  return a.base == b.base && a.currency == b.currency && a.kind == b.kind;
}

bool is_storable(const Type &t) { return !t.bare && t.base != Type::number && t.base != Type::verdict && t.base != Type::error; }

bool is_scalar(const Type &t) {
  return is_number(t) || t.base == Type::money || t.base == Type::duration || t.base == Type::months || t.base == Type::date;
}

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
  case Type::choice: return t.kind < 0 ? "a kind" : m.kinds[static_cast<std::size_t>(t.kind)].name;
  case Type::party: return "party";
  case Type::asset: return "asset";
  case Type::verdict: return "verdict";
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
    names(m.kinds[static_cast<std::size_t>(t.kind)].alternatives);
    out.kind = m.kinds[static_cast<std::size_t>(t.kind)].name;
  }
  if (t.base == Type::party) names(m.parties);
  if (t.base == Type::asset) out.names = m.assets;
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
  return m.clauses[static_cast<std::size_t>(n.clause)].versions[static_cast<std::size_t>(n.version)];
}

std::vector<Norm> norms_of(const Model &m) {
  using M = syntax::DutySentence;
  std::vector<Norm> out;
  for (std::size_t c = 0; c < m.clauses.size(); ++c) {
    auto &versions = m.clauses[c].versions;
    for (std::size_t v = 0; v < versions.size(); ++v) {
      auto through = v + 1 < versions.size() ? versions[v + 1].from - 1 : never;
      Norm base{static_cast<int>(c), static_cast<int>(v), versions[v].from, through, M::may, -1, 0, {}, -1, never};
      if (auto *n = std::get_if<NormVersion>(&versions[v].body)) {
        base.modal = n->modal;
        base.party = n->party;
        base.action = n->action;
        base.pattern = n->pattern;
        base.by = n->by;
        out.push_back(base);
      }
      auto *l = std::get_if<LicenseVersion>(&versions[v].body);
      if (!l) continue;
      for (int asset : l->assets) {
        base.asset = asset;
        base.modal = M::may;
        base.party = l->licensee;
        if (l->grants) out.push_back(base);
        base.modal = M::must_not;
        if (l->exclusivity == syntax::ExclusiveLine::non_exclusive) continue;
        for (std::size_t p = 0; p < m.parties.size(); ++p) {
          base.party = static_cast<int>(p);
          bool allowed = base.party == l->licensee || (base.party == l->licensor && l->exclusivity == syntax::ExclusiveLine::sole);
          if (!allowed) out.push_back(base);
        }
      }
    }
  }
  return out;
}

bool can_meet(const Model &m, const Norm &a, const Norm &b) {
  if (a.action != b.action || a.party != b.party || a.through < b.from || b.through < a.from) return false;
  auto days = [&](const Norm &n) {
    auto &t = version_of(m, n).common.term;
    auto last = never;
    if (!t.ends.empty() && std::all_of(t.ends.begin(), t.ends.end(), [](auto &e) { return e.until_event < 0; })) {
      last = t.ends[0].through;
      for (auto &e : t.ends) last = t.last ? std::max(last, e.through) : std::min(last, e.through);
    }
    return std::pair{std::max(n.from, t.start), std::min(n.through, last)};
  };
  auto [a0, a1] = days(a);
  auto [b0, b1] = days(b);
  if (a1 < b0 || b1 < a0) return false;
  auto constant = [&](const Norm &n, std::size_t i) -> std::optional<Value> {
    if (n.asset >= 0) return Value(Rational(n.asset));
    if (i >= n.pattern.size() || !n.pattern[i]) return std::nullopt;
    auto c = m.constant(n.pattern[i]);
    return c && c->status == Status::ok ? std::optional(c->value) : std::nullopt;
  };
  for (std::size_t i = 0; i < m.actions[static_cast<std::size_t>(a.action)].fields.size(); ++i) {
    auto x = constant(a, i), y = constant(b, i);
    if (x && y && *x != *y) return false;
  }
  return true;
}

bool prevails(const Model &m, const Norm &a, const Norm &b) {
  auto names = [](const std::vector<Precedence> &list, int clause) {
    return std::any_of(list.begin(), list.end(), [&](auto &p) { return p.clause == clause; });
  };
  return names(version_of(m, a).common.beats, b.clause) || names(version_of(m, b).common.yields_to, a.clause);
}

} // namespace deal::check
