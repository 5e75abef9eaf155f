// What a terminal shows of a text.
#pragma once
#include <string>
#include <string_view>

namespace deal {

// Columns that a text takes: none for marks that combine with what stands before them, two for wide characters (Unicode's East Asian Width).
std::size_t columns(std::string_view text);

// A text that can only be seen: what would move the cursor, change colours, turn the direction of writing or hide stands there by its number
// (`\x1b`, `\u{202e}`), and so do bytes that are no UTF-8. Ends of lines and tabs stay.
std::string for_terminal(std::string_view text);

// A text as it stands inside a sentence: what nobody sees is spelt in the same way, ends of lines too; after `most` characters an ellipsis.
std::string printable(std::string_view text, std::size_t most = std::string_view::npos);

} // namespace deal
