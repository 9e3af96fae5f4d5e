#pragma once

#include <array>
#include <charconv>
#include <string>

namespace toeplix::detail {

/// The shortest digits that read back as the same number.
template <class Real>
std::string shortest_text(Real value) {
  std::array<char, 32> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), result.ptr};
}

/// What messages call the scalars of such numbers: `32-bit floats`.
template <class Real>
std::string floats_name() {
  return std::to_string(8 * sizeof(Real)) + "-bit floats";
}

}  // namespace toeplix::detail
