// Answers and their reasons in the forms in which they are shown: one file each.
#pragma once
#include "session/subject.h"

namespace deal::driver {

// How wide a text may be: the terminal's width, 120 where there is none.
std::size_t width_of(int fd);
std::string wrapped(std::size_t indent, const std::string &text, std::size_t width);

std::string text_of(const std::vector<session::Reason> &, std::size_t width, std::size_t indent);
// The answer, what would settle it, the readings that make a difference, and where wanted the reasons.
std::string text_of(const session::Subject &, const session::Asked &, const session::Told &, bool explain, std::size_t width);

// A payment's latest event and the figures on the way from it.
std::string text_of(const session::LatestEvent &);

nlohmann::ordered_json json_of(const std::vector<session::Reason> &);
nlohmann::ordered_json json_of(const session::LatestEvent &);
nlohmann::ordered_json json_of(const session::Subject &, const session::Asked &, const session::Told &, bool explain);

} // namespace deal::driver
