#pragma once

#include "solvers/base/pieces.hpp"
#include "solvers/iterative/pixel_grid.hpp"

#include <Eigen/Core>

namespace toeplix::detail {

/// The dual variables y of mu TV(x) = max y^T c D x: for every pixel a vector with a number per
/// axis, no longer than mu / c. D are forward differences, 0 at the ends of the axes; c makes c D
/// as long as the matrix beside it. Memory: a double per pixel and axis.
class DualField {
 public:
  /// |c D| is at most `norm`.
  DualField(const Pattern& pattern, double norm, double mu);

  /// No vector is longer: mu / c.
  double most() const { return mu_ / weight_; }

  /// mu TV(x), and by how much c y^T D x is below it.
  struct Variation {
    double value;
    double slack;  ///< never negative
  };
  /// y <- y + step c D (2 x - x_before), cut to length; and what y then makes of x.
  Variation ascend(Pieces& pieces, const Eigen::VectorXd& x, const Eigen::VectorXd& x_before,
                   double step);

  /// q += c D^T y, for the pixels [begin, end).
  void add_transposed(Index begin, Index end, Eigen::VectorXd& q) const;

 private:
  struct Segment;

  Eigen::Map<Eigen::ArrayXd> along(std::size_t axis, const Segment& segment);
  void move(Segment& segment, const double* x, const double* x_before, double step);
  void cut(Segment& segment, const double* x);

  PixelGrid grid_;
  double weight_;  // c
  double mu_;
  Eigen::VectorXd y_;  // of all pixels along one axis, then along the next; 0 at the axis's end
};

}  // namespace toeplix::detail
