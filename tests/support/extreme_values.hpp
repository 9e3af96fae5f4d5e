#pragma once

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
  Matrix matrix(static_cast<int>(values.size()) / cols + 2, cols);
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto& element = matrix.coeffRef(static_cast<int>(i) / cols, static_cast<int>(i) % cols);
    if constexpr (Eigen::NumTraits<Scalar>::IsComplex) {
      element = Scalar(values[i], values[values.size() - 1 - i]);
    } else {
      element = values[i];
    }
  }
  matrix.makeCompressed();
  return matrix;
}

}  // namespace format_test
