#pragma once

#include <string_view>

namespace toeplix::detail {

/// The page without its data, which belong between the two parts: page.html with its style and
/// script, put here when the library is built.
extern const std::string_view page_before_data;
extern const std::string_view page_after_data;

}  // namespace toeplix::detail
