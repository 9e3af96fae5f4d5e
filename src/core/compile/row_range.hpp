#pragma once

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>

#include <string>

namespace toeplix::detail {

/// Rows [first, last) of a matrix.
struct RowRange {
  Index first;
  Index last;

  [[nodiscard]] Index size() const { return last - first; }
};

/// Throws GeometryError for a range that is not within a matrix of so many rows.
inline void check_row_range(RowRange range, Index rows) {
  if (range.first >= 0 && range.first <= range.last && range.last <= rows) return;
  throw GeometryError("rows [" + std::to_string(range.first) + ", " + std::to_string(range.last) +
                      ") are not within the matrix; it has " + std::to_string(rows) + " rows");
}

}  // namespace toeplix::detail
