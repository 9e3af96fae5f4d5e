#pragma once

#include <string>
#include <string_view>

namespace toeplix::detail {

/// Three significant digits.
std::string short_number(double value);

/// A title in printable ASCII, which is what the type of pictures has: every other character, of
/// UTF-8, is a question mark. It ends with "..." after 200 characters.
std::string drawn_title(std::string_view title);

}  // namespace toeplix::detail
