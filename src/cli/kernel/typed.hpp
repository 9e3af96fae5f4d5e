#pragma once

#include <toeplix/index.hpp>

#include <string_view>
#include <vector>

namespace toeplix::cli {

/// A kernel that was typed as numbers.
struct TypedKernel {
  Extents extents;             ///< rows and columns
  std::vector<double> values;  ///< C order
};

/// Reads `0,1;2,3`: numbers with commas between them, rows with semicolons. Throws UsageError for a
/// word that is not a finite number, and for rows of different lengths.
TypedKernel typed_kernel(std::string_view text);

}  // namespace toeplix::cli
