#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace toeplix::detail {

/// What MATLAB or Octave call the format of a file that is not a MATLAB 5 file, told by its first
/// bytes (up to 128 of them); empty for a file that neither of them writes.
std::string_view other_format(std::span<const std::byte> start);

}  // namespace toeplix::detail
