#pragma once

#include <toeplix/operator.hpp>

#include "solvers/spectrum/embedding.hpp"
#include "solvers/spectrum/peak.hpp"

#include <Eigen/Core>

namespace toeplix::detail {

/// An image that a matrix stretches nearly as far as any: the wave at a peak, of the channels that
/// its block stretches most, fading towards the ends of axes with zeros beyond; and some noise, so
/// that no direction is left out.
Eigen::VectorXd wave_image(const Pattern& pattern, const FrequencyBlocks& blocks,
                           const std::vector<EmbeddedAxis>& axes, const Peak& peak);

/// Improves an x so that |A x| / |x| grows, by the locally optimal gradient method: of all
/// combinations of x, the gradient and the step before, the one that A stretches most is next.
/// Takes the memory of three columns and four rows besides. Source: A. V. Knyazev, SIAM J. Sci.
/// Comput. 23 (2001), without a preconditioner.
class RayleighQuotient {
 public:
  /// `x` is not zero.
  RayleighQuotient(const Operator<double>& a, Eigen::VectorXd x);

  /// Goes on until three steps together raise the quotient by less than `gain` of it, or `most`
  /// steps are taken.
  void improve(double gain, int most);
  double value() const { return value_; }
  const Eigen::VectorXd& x() const { return x_; }
  /// By A and its transpose.
  Index products() const { return products_; }

 private:
  Eigen::VectorXd gradient();
  void step();
  void move(double share, const Eigen::VectorXd& moved, const Eigen::VectorXd& moved_image);

  const Operator<double>& a_;
  Operator<double> transposed_;
  Eigen::VectorXd x_;       // of length 1
  Eigen::VectorXd image_;   // A x
  Eigen::VectorXd before_;  // the step before, orthogonal to x and of length 1; or empty
  Eigen::VectorXd before_image_;
  double value_ = 0;
  Index products_ = 0;
};

/// A number that |A x| / |x| is not below, whatever rounding did. `absolute_norm` is a bound of the
/// 2-norm of the matrix with the absolute values of all that is added up, `terms` how many numbers
/// an element of A x is the sum of, at most.
double proved_quotient(const Operator<double>& a, const Eigen::VectorXd& x, double absolute_norm,
                       double terms);

}  // namespace toeplix::detail
