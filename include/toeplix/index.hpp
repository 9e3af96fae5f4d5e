#pragma once

// MSVC keeps __cplusplus at 199711 unless asked.
#if __cplusplus < 202002L && (!defined(_MSVC_LANG) || _MSVC_LANG < 202002L)
#error \
    "Toeplix needs C++20: compile with -std=c++20 (in CMake, target_compile_features(... cxx_std_20))"
#endif

#include <cstdint>
#include <vector>

namespace toeplix {

/// Every count, extent and coordinate of the library. 64 bits, signed.
///
///     toeplix::Index rows = conv.rows();
using Index = std::int64_t;

/// Lengths along the spatial axes, outermost first (depth, height, width).
///
///     toeplix::Extents image = {480, 640};  // 480 rows of 640 pixels
using Extents = std::vector<Index>;

}  // namespace toeplix
