#include "onnx/verify/rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace toeplix::onnx_verify {

void add_map(const Map& map, Index first, const Numbers& x, const Rounding& rounding, Sums& sums) {
  const auto& matrix = map.matrix();
  const bool carries = !rounding.magnitudes.empty();
  for (Index row = 0; row < map.rows(); ++row) {
    const auto to = static_cast<std::size_t>(first + row);
    for (Map::Matrix::InnerIterator entry(matrix, row); entry; ++entry) {
      const auto from = static_cast<std::size_t>(entry.col());
      const double size = std::abs(entry.value());
      sums.values[to] += entry.value() * x[from];
      sums.magnitudes[to] += size * std::abs(x[from]);
      sums.entries[to] += 1;
      if (!carries) continue;
      sums.carried[to] += size * rounding.magnitudes[from];
      sums.errors[to] += size * rounding.errors[from];
    }
    const double offset = map.offset()[row];
    sums.values[to] += offset;
    sums.magnitudes[to] += std::abs(offset);
    sums.carried[to] += std::abs(offset);
  }
}

double rounding_bound(double entries, double magnitude) {
  return 2 * (entries + 8) * std::numeric_limits<double>::epsilon() * magnitude;
}

Index end_of_range(Index first, Index rows, Index entries, Index bytes) {
  // An entry has a value and a column, a row its begin and the offset.
  const Index row_bytes = 16 * (entries / rows + 1) + 16;
  return std::min(rows, first + std::max<Index>(1, bytes / row_bytes));
}

}  // namespace toeplix::onnx_verify
