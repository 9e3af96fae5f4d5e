#include "core/inspect/numerical_rank.hpp"
#include "core/inspect/structure.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace toeplix::detail {

namespace {

std::size_t size_of(Index count) {
  return static_cast<std::size_t>(count);
}

/// A kernel with all pairs of channels as its first axis.
struct Kernel {
  Extents extents;  ///< pairs of channels, then kernel positions
  Extents steps;    ///< from one to the next along each
  std::span<const double> weights;
};

Kernel kernel_of(const Extents& shape, std::span<const double> weights) {
  Kernel kernel{{shape[0] * shape[1]}, {}, weights};
  kernel.extents.insert(kernel.extents.end(), shape.begin() + 2, shape.end());
  kernel.steps.assign(kernel.extents.size(), 1);
  for (std::size_t axis = kernel.extents.size(); axis-- > 1;) {
    kernel.steps[axis - 1] = kernel.steps[axis] * kernel.extents[axis];
  }
  return kernel;
}

Index coordinate_of(const Kernel& kernel, Index position, std::size_t axis) {
  return position / kernel.steps[axis] % kernel.extents[axis];
}

/// The line of weights along one axis through one of them.
std::vector<double> line_through(const Kernel& kernel, Index position, std::size_t axis) {
  const Index first = position - coordinate_of(kernel, position, axis) * kernel.steps[axis];
  std::vector<double> line;
  for (Index i = 0; i < kernel.extents[axis]; ++i) {
    line.push_back(kernel.weights[size_of(first + i * kernel.steps[axis])]);
  }
  return line;
}

/// One factor per axis of `kernel`; right if any are. The largest weight is the product of its
/// factors exactly, and so are the weights on the lines through it.
std::vector<std::vector<double>> candidates(const Kernel& kernel) {
  const auto largest = std::ranges::max_element(
      kernel.weights, [](double a, double b) { return std::abs(a) < std::abs(b); });
  const Index position = largest - kernel.weights.begin();
  std::vector<std::vector<double>> factors;
  for (std::size_t axis = 0; axis < kernel.extents.size(); ++axis) {
    factors.push_back(line_through(kernel, position, axis));
    // One factor keeps the size: the channels', or that of axis 0 if there is one pair.
    const std::size_t keeps = kernel.extents[0] == 1 ? 1 : 0;
    if (axis == keeps || *largest == 0) continue;
    for (double& number : factors.back()) number /= *largest;
  }
  return factors;
}

bool is_product(const Kernel& kernel, const std::vector<std::vector<double>>& factors,
                double epsilon) {
  double largest = 0;
  for (const double weight : kernel.weights) largest = std::max(largest, std::abs(weight));
  const double tolerance = 16 * epsilon * static_cast<double>(factors.size()) * largest;
  for (std::size_t position = 0; position < kernel.weights.size(); ++position) {
    double product = 1;
    for (std::size_t axis = 0; axis < factors.size(); ++axis) {
      product *= factors[axis][size_of(coordinate_of(kernel, static_cast<Index>(position), axis))];
    }
    if (!(std::abs(product - kernel.weights[position]) <= tolerance)) return false;
  }
  return true;
}

std::optional<Index> kernel_rank(const Kernel& kernel, double epsilon, Index most_work) {
  if (kernel.extents.size() != 3) return std::nullopt;
  const Index rows = kernel.extents[1];
  const Index cols = kernel.extents[2];
  if (!is_rank_affordable(rows, cols, kernel.extents[0], most_work)) return std::nullopt;
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Index rank = 0;
  for (Index pair = 0; pair < kernel.extents[0]; ++pair) {
    const double* const first = kernel.weights.data() + pair * kernel.steps[0];
    rank = std::max(rank, numerical_rank(Eigen::Map<const RowMajor>(first, rows, cols), epsilon));
  }
  return rank;
}

}  // namespace

Separability find_separability(const Extents& shape, const InspectedWeights& weights,
                               Index most_work) {
  Separability result;
  const Kernel kernel = kernel_of(shape, weights.values);
  if (!std::ranges::all_of(weights.values, [](double weight) { return std::isfinite(weight); })) {
    result.separable = false;
    return result;
  }
  result.kernel_rank = kernel_rank(kernel, weights.epsilon, most_work);
  std::vector<std::vector<double>> factors = candidates(kernel);
  result.separable = is_product(kernel, factors, weights.epsilon);
  if (!*result.separable) return result;
  result.channel_factor = std::move(factors.front());
  result.factors.assign(factors.begin() + 1, factors.end());
  return result;
}

}  // namespace toeplix::detail
