#include "check/checker.h"

namespace deal::check {

std::variant<Ended, LicenseVersion, PaymentVersion, NormVersion> Checker::license(const Draft &d, const syntax::GrantSentence &s, Common &common) {
  unique_lines(d, "a license", {"exclusive", "excludes", "term", "when", "unless", "text"});
  LicenseVersion out{party(s.licensor), party(s.licensee), {}, syntax::ExclusiveLine::non_exclusive};
  for (auto &name : s.assets)
    if (auto *asset = lookup(name, Symbol::asset)) out.assets.push_back(asset->index);
  bool said = false;
  for (auto &l : d.lines) {
    common_line(l, common, {});
    if (auto *e = std::get_if<syntax::ExclusiveLine>(&l.node)) out.exclusivity = e->kind, said = true;
    if (auto *x = std::get_if<syntax::ExcludesLine>(&l.node))
      for (auto &name : x->names)
        if (auto *asset = lookup(name, Symbol::asset)) std::erase(out.assets, asset->index);
  }
  if (!said) sink_.report(Diag::no_exclusivity, d.sentence_span).with_help("add one of the three lines");
  return out;
}

} // namespace deal::check
