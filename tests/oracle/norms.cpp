#include "oracle/norms.h"

namespace deal::oracle {

using namespace check;

namespace {

constexpr int use = 0; // the action that every deal has

// A license: a grant of each asset to the licensee, and where it shuts others out a prohibition of each asset for each of them.
void of_license(const Model &m, const LicenseVersion &l, Norm each, std::vector<Norm> &out) {
  each.action = use;
  for (int asset : l.assets)
    for (int party = 0; party < static_cast<int>(m.parties.size()); ++party) {
      each.asset = asset, each.party = party;
      bool licensee = party == l.licensee, licensor = party == l.licensor;
      each.modal = Modal::may;
      if (licensee && l.grants) out.push_back(each);
      each.modal = Modal::must_not;
      bool shut_out = l.exclusivity == syntax::ExclusiveLine::exclusive ? !licensee
                      : l.exclusivity == syntax::ExclusiveLine::sole    ? !licensee && !licensor
                                                                        : false;
      if (shut_out) out.push_back(each);
    }
}

} // namespace

std::vector<Norm> norms_in(const Model &m) {
  std::vector<Norm> out;
  for (std::size_t c = 0; c < m.clauses.size(); ++c) {
    auto end = never;
    for (auto v = m.clauses[c].versions.rbegin(); v != m.clauses[c].versions.rend(); ++v) {
      Norm norm{static_cast<int>(c), &*v, v->from, end, Modal::may, -1, -1};
      if (auto *l = std::get_if<LicenseVersion>(&v->body)) of_license(m, *l, norm, out);
      if (auto *n = std::get_if<NormVersion>(&v->body)) {
        norm.modal = n->modal, norm.party = n->party, norm.action = n->action, norm.said = n;
        out.push_back(norm);
      }
      end = v->from;
    }
  }
  return out;
}

bool prevails(const Norm &a, const Norm &b) {
  if (a.action != b.action || a.party != b.party) return false;
  for (auto &p : a.version->common.beats)
    if (p.clause == b.clause) return true;
  for (auto &p : b.version->common.yields_to)
    if (p.clause == a.clause) return true;
  return false;
}

} // namespace deal::oracle
