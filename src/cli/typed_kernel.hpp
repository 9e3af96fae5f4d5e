#pragma once

#include <toeplix/index.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace toeplix::cli {

/// A kernel of two axes that was typed as numbers.
struct TypedKernel {
  Extents extents;
  std::vector<double> values;  ///< C order
};

/// Reads `0,1;2,3`: numbers with commas between them, rows with semicolons; nothing if `text` does
/// not begin like a number, or is the name of a file. Throws UsageError for a word that is not a
/// finite number, and for rows of different lengths.
std::optional<TypedKernel> typed_kernel(std::string_view text);

}  // namespace toeplix::cli
