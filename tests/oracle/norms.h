// Rules 25 and 33, as the oracle reads them: what each version of a clause permits, requires or forbids, and what prevails.
#pragma once
#include "check/model.h"

namespace deal::oracle {


struct Norm {
  check::ClauseId clause;
  const check::Version *version;
  std::int32_t from, end; // in force from that day until the day before the end
  Modal modal;
  check::PartyId party;
  check::ActionId action;
  check::AssetId asset;                             // of a license: the one that is used
  const check::NormVersion *said = nullptr;    // of a norm: its pattern and its deadline
};
std::vector<Norm> norms_in(const check::Model &);
// Two norms of one party's one action, of which the first is stated to prevail, by either. Whether they ever meet need not be asked: where
// they do not, the first does not hold.
bool prevails(const Norm &, const Norm &over);

} // namespace deal::oracle
