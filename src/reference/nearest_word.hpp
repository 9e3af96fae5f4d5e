#pragma once

#include <span>
#include <string_view>

namespace toeplix::detail {

/// The known word that is not more than two letters away, and not half of itself; or nothing.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);

}  // namespace toeplix::detail
