#include "solvers/iterative/dual_field.hpp"

#include <array>
#include <cmath>

namespace toeplix::detail {

namespace {

/// |D|^2 is at most this for each axis.
constexpr double squared_norm_of_difference = 4;

double weight_for(double norm, std::size_t axes) {
  if (axes == 0) return 1;
  return norm / std::sqrt(squared_norm_of_difference * static_cast<double>(axes));
}

}  // namespace

/// Pixels side by side with neighbours along the same axes, and sums over the axes at each.
struct DualField::Segment {
  Index first;
  Index count;
  double squared_length[PixelGrid::longest];  // |y|^2
  double squared_slope[PixelGrid::longest];   // |D x|^2
  double product[PixelGrid::longest];         // y^T D x
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
      for (Index j = 0; j < count; ++j) {
        const double most = mu_ * std::sqrt(segment.squared_slope[j]);
        sum[0] += most;
        sum[1] += std::max(most - weight_ * segment.product[j], 0.0);
      }
    });
    return sum;
  });
  return {sums[0], sums[1]};
}

/// y <- y + step c D (2 x - x_before).
void DualField::move(Segment& segment, const double* x, const double* x_before, double step) {
  std::fill_n(segment.squared_length, segment.count, 0.0);
  std::fill_n(segment.squared_slope, segment.count, 0.0);
  double* y = y_.data() + segment.first;
  x += segment.first;
  x_before += segment.first;
  for (const PixelGrid::Axis& axis : grid_.axes()) {
    if (PixelGrid::has_next(axis, segment.first)) {
      const Index next = axis.stride;
      for (Index j = 0; j < segment.count; ++j) {
        const double slope = x[j + next] - x[j];
        const double slope_before = x_before[j + next] - x_before[j];
        y[j] += step * weight_ * (2 * slope - slope_before);
        segment.squared_length[j] += y[j] * y[j];
        segment.squared_slope[j] += slope * slope;
      }
    }
    y += grid_.size();
  }
}

/// y, no longer than mu / c; and y^T D x.
void DualField::cut(Segment& segment, const double* x) {
  const double longest = most();
  std::fill_n(segment.product, segment.count, 0.0);
  for (Index j = 0; j < segment.count; ++j) {
    const double length = std::sqrt(segment.squared_length[j]);
    segment.squared_length[j] = length > longest ? longest / length : 1;  // the factor from here on
  }
  double* y = y_.data() + segment.first;
  x += segment.first;
  for (const PixelGrid::Axis& axis : grid_.axes()) {
    if (PixelGrid::has_next(axis, segment.first)) {
      const Index next = axis.stride;
      for (Index j = 0; j < segment.count; ++j) {
        y[j] *= segment.squared_length[j];
        segment.product[j] += y[j] * (x[j + next] - x[j]);
      }
    }
    y += grid_.size();
  }
}

void DualField::add_transposed(Index begin, Index end, Eigen::VectorXd& q) const {
  grid_.for_segments(begin, end, [&](Index first, Index count) {
    const double* y = y_.data() + first;
    double* const pull = q.data() + first;
    for (const PixelGrid::Axis& axis : grid_.axes()) {
      const Index previous = axis.stride;
      // At the axis's end y is 0.
      for (Index j = 0; j < count; ++j) pull[j] -= weight_ * y[j];
      if (PixelGrid::has_previous(axis, first)) {
        for (Index j = 0; j < count; ++j) pull[j] += weight_ * y[j - previous];
      }
      y += grid_.size();
    }
  });
}

}  // namespace toeplix::detail
