// The ids of what is declared.
#pragma once
#include "support/id.h"

namespace deal::check {

using PartyId = Id<struct PartyTag>;
using AssetId = Id<struct AssetTag>;
using KindId = Id<struct KindTag>;
using ParameterId = Id<struct ParameterTag>;
using FactId = Id<struct FactTag>;
using EventId = Id<struct EventTag>;
using ActionId = Id<struct ActionTag>;
using DefinitionId = Id<struct DefinitionTag>;
using StateId = Id<struct StateTag>;
using TotalId = Id<struct TotalTag>;
using ClauseId = Id<struct ClauseTag>;
using GroupId = Id<struct GroupTag>; // of readings that are chosen together

// The action that every deal has: to use an asset.
inline constexpr auto use_action = ActionId::at(0);

} // namespace deal::check
