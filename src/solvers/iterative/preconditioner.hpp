#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/solvers/regularizer.hpp>

#include "solvers/base/planes.hpp"
#include "solvers/transform/grid_transform.hpp"

#include <Eigen/Core>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace toeplix::detail {

/// An approximate inverse of A^T A + lambda L^T L that a transform applies. Along circular axes it
/// is the inverse of a circulant; along others of a matrix that the DCT-II diagonalizes, made from
/// the symmetric part of the kernel's autocorrelation, and scaled on both sides by sqrt(median(d) /
/// d), d being the exact diagonal, because columns at the border are heavier or lighter there.
///
/// Unscaled it needs 2 to 4 times as many iterations for `replicate`; made from the kernel's own
/// symmetric part ten times as many, if the kernel is not symmetric.
class TransformPreconditioner {
 public:
  /// Whether there is one for this geometry: strides are 1, no channels are mixed, and the library
  /// has FFTW.
  static bool exists(const Pattern& pattern, const Regularizer& regularizer);

  /// For a lambda, and the diagonal of A^T A + lambda L^T L. Precondition: it exists. Memory: for
  /// each unknown two numbers, one while it is applied. Cost: two transforms for each channel.
  TransformPreconditioner(const Pattern& pattern, std::span<const double> weights,
                          const Regularizer& regularizer, double lambda, Eigen::VectorXd diagonal,
                          int threads);

  /// z = P^-1 r. Any number of threads may call this at a time. Cost: two transforms for each
  /// channel.
  void apply(const Eigen::VectorXd& r, Eigen::VectorXd& z) const;

  /// What it is, in words.
  [[nodiscard]] std::string name() const;

 private:
  Planes planes_;
  int threads_;
  std::vector<Basis> bases_;
  GridTransform transform_;
  std::vector<std::vector<double>> inverse_;  // for each channel, over the transform's scale
  Eigen::VectorXd scale_;                     // empty if every axis is circular
};

}  // namespace toeplix::detail
