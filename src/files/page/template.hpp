#pragma once

#include <span>
#include <string_view>

namespace toeplix::detail {

/// The page without its data, which belong between the two parts: page.html with its style and
/// script, put here when the library is built. In pieces, one after the other.
extern const std::span<const std::string_view> page_before_data;
extern const std::span<const std::string_view> page_after_data;

}  // namespace toeplix::detail
