#include "solvers/iterative/dual_field.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace toeplix::detail {

namespace {

using Line = Eigen::Map<const Eigen::ArrayXd>;

/// |D|^2 is at most this for each axis.
constexpr double squared_norm_of_difference = 4;

double weight_for(double norm, std::size_t axes) {
  if (axes == 0) return 1;
  return norm / std::sqrt(squared_norm_of_difference * static_cast<double>(axes));
}

}  // namespace

/// Pixels side by side with neighbours along the same axes, and sums over the axes at each. Arrays
/// of Eigen's, as their roots are taken by vectors.
struct DualField::Segment {
  using PerPixel = Eigen::Array<double, PixelGrid::longest, 1>;

  Index first;
  Index count;
  PerPixel squared_length;  // |y|^2
  PerPixel squared_slope;   // |D x|^2
  PerPixel product;         // y^T D x
  PerPixel factor;          // what cuts y to length
};

DualField::DualField(const Pattern& pattern, double norm, double mu)
    : grid_(pattern),
      weight_(weight_for(norm, grid_.axes().size())),
      mu_(mu),
      y_(Eigen::VectorXd::Zero(grid_.size() * static_cast<Index>(grid_.axes().size()))) {}

DualField::Variation DualField::ascend(Pieces& pieces, const Eigen::VectorXd& x,
                                       const Eigen::VectorXd& x_before, double step) {
  const auto sums = pieces.sums<2>(grid_.size(), [&](Index begin, Index end) {
    std::array<double, 2> sum{};
    Segment segment;
    grid_.for_segments(begin, end, [&](Index first, Index count) {
      segment.first = first;
      segment.count = count;
      move(segment, x.data(), x_before.data(), step);
      cut(segment, x.data());
      auto most = segment.squared_slope.head(count);
      most = mu_ * most.sqrt();
      sum[0] += most.sum();
      sum[1] += (most - weight_ * segment.product.head(count)).max(0.0).sum();
    });
    return sum;
  });
  return {sums[0], sums[1]};
}

/// y <- y + step c D (2 x - x_before).
void DualField::move(Segment& segment, const double* x, const double* x_before, double step) {
  const Index count = segment.count;
  segment.squared_length.head(count).setZero();
  segment.squared_slope.head(count).setZero();
  x += segment.first;
  x_before += segment.first;
  for (std::size_t i = 0; i < grid_.axes().size(); ++i) {
    const PixelGrid::Axis& axis = grid_.axes()[i];
    if (!PixelGrid::has_next(axis, segment.first)) continue;
    auto y = along(i, segment);
    const auto slope = Line(x + axis.stride, count) - Line(x, count);
    const auto slope_before = Line(x_before + axis.stride, count) - Line(x_before, count);
    y += step * weight_ * (2 * slope - slope_before);
    segment.squared_length.head(count) += y.square();
    segment.squared_slope.head(count) += slope.square();
  }
}

/// y, no longer than mu / c; and y^T D x.
void DualField::cut(Segment& segment, const double* x) {
  const Index count = segment.count;
  constexpr double least = std::numeric_limits<double>::min();  // 0 / 0 is no factor
  auto factor = segment.factor.head(count);
  factor = (most() / segment.squared_length.head(count).sqrt().max(least)).min(1.0);
  segment.product.head(count).setZero();
  x += segment.first;
  for (std::size_t i = 0; i < grid_.axes().size(); ++i) {
    const PixelGrid::Axis& axis = grid_.axes()[i];
    if (!PixelGrid::has_next(axis, segment.first)) continue;
    auto y = along(i, segment);
    y *= factor;
    segment.product.head(count) += y * (Line(x + axis.stride, count) - Line(x, count));
  }
}

Eigen::Map<Eigen::ArrayXd> DualField::along(std::size_t axis, const Segment& segment) {
  return {y_.data() + static_cast<Index>(axis) * grid_.size() + segment.first, segment.count};
}

void DualField::add_transposed(Index begin, Index end, Eigen::VectorXd& q) const {
  grid_.for_segments(begin, end, [&](Index first, Index count) {
    const double* y = y_.data() + first;
    Eigen::Map<Eigen::ArrayXd> pull(q.data() + first, count);
    for (const PixelGrid::Axis& axis : grid_.axes()) {
      // At the axis's end y is 0.
      if (PixelGrid::has_previous(axis, first)) {
        pull += weight_ * (Line(y - axis.stride, count) - Line(y, count));
      } else {
        pull -= weight_ * Line(y, count);
      }
      y += grid_.size();
    }
  });
}

}  // namespace toeplix::detail
