#pragma once

#include <string>
#include <string_view>

namespace toeplix::detail {

/// A name out of a file, fit for a message and a terminal: every byte that is not printable ASCII
/// as `\xNN`, and a backslash before a backslash and a quote, so that a shell understands it as
/// `$'...'`. Of a name of more than some 200 characters the beginning and the end, with `...`
/// between: what tells names apart is often the end.
std::string shown_name(std::string_view name);

/// The same within quotes.
std::string quoted_name(std::string_view name);

}  // namespace toeplix::detail
