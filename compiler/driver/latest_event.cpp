// A payment's latest event and the figures on the way from it, for people and as JSON.
#include "driver/render.h"
#include "support/date.h"
#include <fmt/format.h>

namespace deal::driver {

using json = nlohmann::ordered_json;
using session::LatestEvent;

namespace {

std::string words_of(const LatestEvent::Figured &f) {
  if (f.stage == Stage::none) return f.name;
  std::string out(stage_words[static_cast<std::size_t>(f.stage)]);
  if (f.stage == Stage::split) out += " of " + f.name;
  return f.figure == Figure::value ? out : out + ", " + std::string(figure_words[static_cast<std::size_t>(f.figure)]);
}

std::string value_of(const LatestEvent::Figured &f) {
  if (f.status != Status::ok) return std::string(status_word(f.status));
  if (f.stage != Stage::none && f.type.base == ValueType::boolean) return f.value != 0 ? "holds" : "does not hold";
  return session::for_people(f.type, f.value);
}

} // namespace

std::string text_of(const LatestEvent &e) {
  auto out = fmt::format("    {}{} {}", format_date(e.on), e.party.empty() ? "" : " " + e.party + " reports", e.event);
  for (auto &f : e.fields) {
    auto *words = std::get_if<std::string>(&f.value);
    out += fmt::format(" {} {}", f.name, words ? "“" + *words + "”" : session::for_people(f.type, std::get<Rational>(f.value)));
  }
  if (e.economic != e.on) out += " for " + format_date(e.economic);
  out += "\n";
  for (auto &f : e.figures) out += fmt::format("      {:<22} {}{}\n", words_of(f), value_of(f), f.badge ? ": " + session::words_of(*f.badge) : "");
  return out;
}

json json_of(const LatestEvent &e) {
  json out{{"on", format_date(e.on)}, {"for", format_date(e.economic)}};
  if (!e.party.empty()) out["party"] = e.party;
  out["event"] = e.event;
  for (auto &f : e.fields) {
    auto *words = std::get_if<std::string>(&f.value);
    out["fields"][f.name] = words ? *words : format_value(f.type, std::get<Rational>(f.value));
  }
  for (auto &f : e.figures) {
    json figure{{"name", words_of(f)}};
    if (f.status != Status::ok) figure["status"] = status_word(f.status);
    else figure["value"] = f.type.base == ValueType::boolean ? json(f.value != 0) : json(format_value(f.type, f.value));
    if (f.badge) figure["badge"] = {{"kind", f.badge->kind}, {"source", f.badge->source}};
    out["figures"].push_back(std::move(figure));
  }
  return out;
}

} // namespace deal::driver
