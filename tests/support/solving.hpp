#pragma once

#include <toeplix/compile.hpp>

#include <Eigen/Core>

#include <limits>
#include <string>
#include <vector>

/// \file
/// What the tests of the solvers share.

namespace toeplix::test {

using Numbers = std::vector<double>;

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Numbers as a vector of Eigen's.
inline Eigen::VectorXd vector(const Numbers& numbers) {
  return Eigen::Map<const Eigen::VectorXd>(numbers.data(), static_cast<Index>(numbers.size()));
}

/// As many ones as the matrix has rows.
template <class Conv>
Numbers ones(const Conv& conv) {
  return Numbers(static_cast<std::size_t>(conv.rows()), 1.0);
}

/// The matrix of a convolution, zeros and all.
template <class Conv>
Eigen::MatrixXd dense(const Conv& conv, const Numbers& weights) {
  return Eigen::MatrixXd(compile(conv, weights));
}

/// Empty if x is what it should be, up to `tolerance` times 1 + its norm; otherwise how far it is
/// off.
inline std::string close(const Eigen::VectorXd& x, const Eigen::VectorXd& expected,
                         double tolerance) {
  if (x.size() != expected.size()) return "length " + std::to_string(x.size());
  const double distance = (x - expected).norm();
  if (distance <= tolerance * (1 + expected.norm())) return "";
  return "off by " + std::to_string(distance) + " of " + std::to_string(expected.norm());
}

}  // namespace toeplix::test
