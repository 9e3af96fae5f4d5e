#pragma once

#include "support/sparse_fixtures.hpp"

#include <Eigen/SparseCore>

#include <bit>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace format_test {

/// Numbers that a careless format loses: zeros of both signs, denormals, the limits, infinities,
/// a NaN, and some whose shortest text is long.
template <class Real>
std::vector<Real> extreme_values() {
  using Limits = std::numeric_limits<Real>;
  std::vector<Real> values{0,
                           1,
                           Limits::denorm_min(),
                           3 * Limits::denorm_min(),
                           Limits::min(),
                           std::nextafter(Limits::min(), Real(0)),
                           Limits::max(),
                           Limits::epsilon(),
                           std::nextafter(Real(1), Real(2)),
                           Real(1) / 3,
                           Real(0.1),
                           Real(1e22),
                           Real(123456789),
                           Limits::infinity(),
                           Limits::quiet_NaN()};
  const std::size_t count = values.size();
  for (std::size_t i = 0; i < count; ++i) values.push_back(-values[i]);
  return values;
}

/// A matrix with all of them, compressed, in several rows and columns.
template <class Matrix>
Matrix extreme_matrix() {
  using Scalar = typename Matrix::Scalar;
  using Real = typename Eigen::NumTraits<Scalar>::Real;
  const std::vector<Real> values = extreme_values<Real>();
  const int cols = 4;
  const int count = static_cast<int>(values.size());
  std::vector<Triplet> places;
  for (int i = 0; i < count; ++i) places.push_back({i / cols, i % cols, static_cast<double>(i)});
  auto matrix = matrix_of<Matrix>(count / cols + 2, cols, places);
  for (int place = 0; place < count; ++place) {
    // The order of the matrix has put the numbers of the values in their places.
    const auto i = static_cast<std::size_t>(std::real(matrix.valuePtr()[place]));
    if constexpr (Eigen::NumTraits<Scalar>::IsComplex) {
      matrix.valuePtr()[place] = Scalar(values[i], values[values.size() - 1 - i]);
    } else {
      matrix.valuePtr()[place] = values[i];
    }
  }
  return matrix;
}

}  // namespace format_test
