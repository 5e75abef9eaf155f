// What a term rests on, walked by the oracle itself.
#pragma once
#include "check/model.h"
#include <functional>
#include <set>

namespace deal::oracle {

using check::TermId;

// Every term under the root, through the bodies of definitions in all their versions.
void for_cone(const check::Model &, TermId root, const std::function<void(const check::Term &)> &);
// Rule 16: the parameters that terms read, through definitions, clauses and states too.
std::set<check::ParameterId> parameters_of(const check::Model &, const std::vector<TermId> &);
// What the versions of a clause say, what the updates of a state say.
std::vector<TermId> terms_of(const check::Clause &);
std::vector<TermId> terms_of(const check::StateCell &);
// The definitions that terms name themselves, not through others.
std::vector<check::DefinitionId> definitions_in(const check::Model &, const std::vector<TermId> &);
// The terms of a version of a definition.
std::vector<TermId> terms_of(const check::Rules &);

} // namespace deal::oracle
