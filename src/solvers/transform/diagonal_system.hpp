#pragma once

#include <toeplix/pattern.hpp>

#include "solvers/base/planes.hpp"
#include "solvers/transform/diagonal_bases.hpp"

#include <Eigen/Core>

#include <span>
#include <vector>

namespace toeplix::detail {

/// A square matrix in the basis in which it is diagonal: A = F^-1 diag F, channel by channel.
class DiagonalSystem {
 public:
  /// Precondition: the bases exist. Cost and memory: a spectrum for each channel.
  DiagonalSystem(const Pattern& pattern, std::span<const double> weights,
                 const DiagonalBases& bases, int threads);

  /// The least absolute eigenvalue over the greatest; 0 if all are zero. The reciprocal condition
  /// in the 2-norm, if the bases are orthogonal.
  [[nodiscard]] double reciprocal_condition() const {
    return greatest_ == 0 ? 0 : least_ / greatest_;
  }
  /// Eigenvalues that are not greater than `least` times the greatest.
  [[nodiscard]] Index count_up_to(double least) const;

  /// F^-1 diag^-1 F b. Precondition: no eigenvalue is zero.
  [[nodiscard]] Eigen::VectorXd solve(const Eigen::VectorXd& b) const;

 private:
  Planes planes_;
  int threads_;
  GridTransform transform_;
  std::vector<std::vector<double>> eigenvalues_;  // of each channel, as its spectrum
  double least_;
  double greatest_ = 0;
};

}  // namespace toeplix::detail
