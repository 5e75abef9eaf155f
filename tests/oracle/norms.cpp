#include "oracle/norms.h"
#include "support/match.h"

namespace deal::oracle {

using namespace check;

namespace {

constexpr auto use = ActionId::at(0); // the action that every deal has

// A license: a grant of each asset to the licensee, and where it shuts others out a prohibition of each asset for each of them.
void of_license(const Model &m, const LicenseVersion &l, Norm each, std::vector<Norm> &out) {
  each.action = use;
  for (auto asset : l.assets)
    for (auto party : m.parties.ids()) {
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
  for (auto c : m.clauses.ids()) {
    auto end = never;
    for (auto v = m.clauses[c].versions.rbegin(); v != m.clauses[c].versions.rend(); ++v) {
      Norm norm{c, &*v, v->from, end, Modal::may, {}, {}, {}};
      match(
          v->body, [](const Ended &) {}, [&](const LicenseVersion &l) { of_license(m, l, norm, out); }, [](const PaymentVersion &) {},
          [&](const NormVersion &n) {
            norm.modal = n.modal, norm.party = n.party, norm.action = n.action, norm.said = &n;
            out.push_back(norm);
          });
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
