// What a text is shown as: nothing that a terminal obeys or that nobody sees goes out as it is.
#pragma once
#include <string>
#include <string_view>

namespace deal {

// Control characters and those without a glyph of their own by number, `\u{a0}`; after `most` characters an ellipsis.
std::string printable(std::string_view text, std::size_t most = std::string_view::npos);

} // namespace deal
