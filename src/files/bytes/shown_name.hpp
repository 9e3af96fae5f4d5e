#pragma once

#include <string>
#include <string_view>

namespace toeplix::detail {

/// A name out of a file, fit for a message and a terminal: every byte that is not printable ASCII
/// as `\xNN`, and of a long name the beginning, some 80 characters, with `...` behind.
std::string shown_name(std::string_view name);

/// The same within quotes.
std::string quoted_name(std::string_view name);

}  // namespace toeplix::detail
