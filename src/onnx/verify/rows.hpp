#pragma once

#include <toeplix/affine_map.hpp>

#include <vector>

namespace toeplix::onnx_verify {

using Numbers = std::vector<double>;
/// Indices of 64 bits, because columns count a whole tensor.
using Map = AffineMap<double, std::int64_t>;

/// A tensor on the way through the nodes: sums of magnitudes, and bounds of the rounding errors.
struct Rounding {
  Numbers magnitudes;
  Numbers errors;
};

/// Sums over rows [first, first + ...) of some matrices and offsets.
struct Sums {
  explicit Sums(std::size_t rows)
      : values(rows), magnitudes(rows), entries(rows), carried(rows), errors(rows) {}

  Numbers values;      ///< A x + b
  Numbers magnitudes;  ///< |A||x| + |b|
  Numbers entries;     ///< how many numbers a row has
  Numbers carried;     ///< |A| m + |b|
  Numbers errors;      ///< |A| e
};

/// Adds a map of rows from `first` on, of an input x with these magnitudes and errors (both empty
/// if they are not known).
void add_map(const Map& map, Index first, const Numbers& x, const Rounding& rounding, Sums& sums);

/// How far a sum of so many terms, of these magnitudes together, may be off.
double rounding_bound(double entries, double magnitude);

/// The last row of a range that begins here and takes no more than so many bytes, if rows are about
/// as long as on average.
Index end_of_range(Index first, Index rows, Index entries, Index bytes);

}  // namespace toeplix::onnx_verify
