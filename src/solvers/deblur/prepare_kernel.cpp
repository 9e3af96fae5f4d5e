#include "solvers/deblur/prepare_kernel.hpp"

#include <toeplix/error.hpp>

#include "solvers/base/check.hpp"
#include "solvers/base/judge.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace toeplix {

namespace detail {

namespace {

/// Below this share a sum is rounding, or a difference from 1 that of floats.
constexpr double rounding_of_floats = 1e-6;

Index number_of_values(const Extents& extents) {
  constexpr Index most = Index{1} << 40;
  Index product = 1;
  for (const Index extent : extents) {
    if (extent < 1 || extent > most / product) {
      throw SolverError("the kernel has an extent of " + std::to_string(extent) +
                        "; expected at least 1, and fewer than 2^40 values in all");
    }
    product *= extent;
  }
  return product;
}

void check_kernel(const BlurKernel& kernel, std::size_t axes) {
  if (kernel.extents.size() != axes) {
    throw SolverError("the kernel has " + std::to_string(kernel.extents.size()) +
                      " axes; expected " + std::to_string(axes) + ", as the image has");
  }
  check_numbers("the kernel", kernel.values, number_of_values(kernel.extents));
  const auto is_zero = [](double value) { return value == 0; };
  if (std::all_of(kernel.values.begin(), kernel.values.end(), is_zero)) {
    throw SolverError("the kernel is zero everywhere, so the image is lost");
  }
}

/// Values of the axes behind this one: the step from one of its coordinates to the next.
Index step_of(const Extents& extents, std::size_t axis) {
  Index step = 1;
  for (std::size_t behind = axis + 1; behind < extents.size(); ++behind) step *= extents[behind];
  return step;
}

/// How many lines of zeros there are at both ends of an axis, without its centre.
Index zero_border(const BlurKernel& kernel, std::size_t axis) {
  const Index extent = kernel.extents[axis];
  const Index step = step_of(kernel.extents, axis);
  Index border = (extent - 1) / 2;
  for (std::size_t i = 0; i < kernel.values.size(); ++i) {
    if (kernel.values[i] == 0) continue;
    const Index at = static_cast<Index>(i) / step % extent;
    border = std::min({border, at, extent - 1 - at});
  }
  return border;
}

BlurKernel trimmed(const BlurKernel& kernel) {
  const std::size_t axes = kernel.extents.size();
  Extents borders(axes);
  BlurKernel result;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    borders[axis] = zero_border(kernel, axis);
    result.extents.push_back(kernel.extents[axis] - 2 * borders[axis]);
  }
  for (std::size_t i = 0; i < kernel.values.size(); ++i) {
    bool is_inside = true;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      const Index at = static_cast<Index>(i) / step_of(kernel.extents, axis) % kernel.extents[axis];
      is_inside = is_inside && at >= borders[axis] && at < kernel.extents[axis] - borders[axis];
    }
    if (is_inside) result.values.push_back(kernel.values[i]);
  }
  return result;
}

}  // namespace

PreparedKernel prepare_kernel(const BlurKernel& kernel, std::size_t axes, KernelSum wanted) {
  check_kernel(kernel, axes);
  PreparedKernel prepared{trimmed(kernel), {}};
  std::vector<double>& values = prepared.kernel.values;
  // Added up as shares of a power of two, as the sum may exceed a double.
  const double unit =
      power_of_two(Eigen::Map<const Eigen::VectorXd>(values.data(), std::ssize(values)));
  double sum = 0;
  double absolute = 0;
  for (const double value : values) {
    sum += value / unit;
    absolute += std::abs(value / unit);
  }
  prepared.scaling.sum = sum * unit;
  KernelScale& scale = prepared.scaling.scale;
  if (std::abs(sum * unit - 1) <= rounding_of_floats) return prepared;
  if (wanted == KernelSum::kept) {
    scale = KernelScale::kept;
  } else if (std::abs(sum) <= rounding_of_floats * absolute) {
    scale = KernelScale::vanishing;
  } else {
    scale = KernelScale::divided;
    for (double& value : values) value = value / unit / sum;
  }
  return prepared;
}

}  // namespace detail

}  // namespace toeplix
