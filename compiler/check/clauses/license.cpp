#include "check/checker.h"

namespace deal::check {

ClauseBody Checker::license(const Draft &d, const syntax::GrantSentence &s, Common &common) {
  unique_lines(d);
  LicenseVersion out{
      party(s.licensor), party(s.licensee), {}, {}, s.grants ? syntax::ExclusiveLine::non_exclusive : syntax::ExclusiveLine::exclusive, s.grants};
  for (auto &name : s.assets)
    if (auto *asset = lookup(name, Symbol::asset)) out.assets.push_back(asset->index);
  two_parties(s.licensor, s.licensee);
  bool said = !s.grants;
  for (auto &l : d.lines) {
    common_line(l, common, {});
    if (auto *e = std::get_if<syntax::ExclusiveLine>(&l.node)) out.exclusivity = e->kind, said = true;
    if (auto *x = std::get_if<syntax::ExcludesLine>(&l.node))
      for (auto &name : x->names)
        if (auto *asset = lookup(name, Symbol::asset)) std::erase(out.assets, asset->index), out.excluded.push_back(asset->index);
  }
  if (!said && !incomplete(d)) sink_.report(Diag::no_exclusivity, d.sentence_span).with_help("add one of the three lines");
  return out;
}

} // namespace deal::check
