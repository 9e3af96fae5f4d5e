#include <toeplix/solvers/regularizer.hpp>

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>

#include "solvers/base/check.hpp"
#include "solvers/base/regularizer_state.hpp"

#include <algorithm>

namespace toeplix {

namespace {

/// A boundary for every axis in the order of memory.
std::vector<Boundary> in_memory(const Pattern& image, const PerAxis<Boundary>& boundary) {
  const std::size_t axes = image.axes().size();
  if (!boundary.fits(axes)) {
    throw GeometryError("the regularizer's boundary is for " +
                        std::to_string(boundary.values().size()) + " axes; expected " +
                        std::to_string(axes));
  }
  std::vector<Boundary> result;
  for (std::size_t axis = 0; axis < axes; ++axis) result.push_back(boundary[axis]);
  if (image.order() == TensorOrder::column_major) std::reverse(result.begin(), result.end());
  return result;
}

/// The convolution of `kernel` positions along every axis, from each of the image's channels to
/// `outputs` of its own.
Pattern stencil(const Pattern& image, Index kernel, AxisPadding padding, Index outputs,
                const PerAxis<Boundary>& boundary) {
  const Pattern::Channels& c = image.channels();
  const Index channels = c.columns();
  ConvolutionSpec spec{.input = {}, .kernel = {}};
  std::vector<AxisPadding> sides;
  for (const Pattern::Axis& axis : image.axes()) {
    spec.input.push_back(axis.table.columns());
    spec.kernel.push_back(kernel);
    sides.push_back(padding);
  }
  // Axes are taken in the order of memory, so that an image in column_major is one in C order.
  spec.in_channels = channels;
  spec.out_channels = channels * outputs;
  spec.groups = channels;
  spec.padding = Padding(sides);
  spec.boundary = in_memory(image, boundary);
  spec.order = c.innermost() ? TensorOrder::channels_last : TensorOrder::channels_first;
  return Pattern(Convolution(spec));
}

/// Repeats the kernels of one channel for every channel.
std::vector<double> for_channels(const std::vector<double>& one, const Pattern& pattern) {
  std::vector<double> all;
  for (Index channel = 0; channel < pattern.channels().groups; ++channel) {
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

Index power(Index base, std::size_t exponent) {
  Index result = 1;
  for (std::size_t i = 0; i < exponent; ++i) result *= base;
  return result;
}

}  // namespace

Regularizer Regularizer::gradient(const Pattern& image, const PerAxis<Boundary>& boundary) {
  const std::size_t axes = image.axes().size();
  const Index positions = power(2, axes);
  std::vector<double> kernels(axes * static_cast<std::size_t>(positions));
  for (std::size_t axis = 0; axis < axes; ++axis) {
    double* const kernel = kernels.data() + static_cast<Index>(axis) * positions;
    kernel[0] = -1;
    kernel[power(2, axes - 1 - axis)] = 1;
  }
  const Pattern pattern = stencil(image, 2, {0, 1}, static_cast<Index>(axes), boundary);
  detail::CompiledL gradient{pattern, for_channels(kernels, pattern), detail::Stencil::gradient};
  return Regularizer(std::make_shared<const detail::RegularizerState>(
      detail::RegularizerState{std::move(gradient)}));
}

Regularizer Regularizer::laplacian(const Pattern& image, const PerAxis<Boundary>& boundary) {
  const std::size_t axes = image.axes().size();
  std::vector<double> kernel(static_cast<std::size_t>(power(3, axes)));
  const Index centre = static_cast<Index>(kernel.size()) / 2;
  kernel[static_cast<std::size_t>(centre)] = -2.0 * static_cast<double>(axes);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const Index step = power(3, axis);
    kernel[static_cast<std::size_t>(centre - step)] = 1;
    kernel[static_cast<std::size_t>(centre + step)] = 1;
  }
  const Pattern pattern = stencil(image, 3, {1, 1}, 1, boundary);
  return Regularizer(pattern, for_channels(kernel, pattern));
}

Regularizer Regularizer::identity() {
  return Regularizer(std::make_shared<const detail::RegularizerState>());
}

Regularizer::Regularizer(const Pattern& pattern, std::span<const double> weights) {
  detail::check_numbers("the regularizer's weights", weights, pattern.weight_count());
  detail::CompiledL compiled{pattern, {weights.begin(), weights.end()}};
  state_ = std::make_shared<const detail::RegularizerState>(
      detail::RegularizerState{std::move(compiled)});
}

Regularizer::Regularizer(Matrix matrix) {
  matrix.makeCompressed();
  detail::check_finite("the regularizer",
                       {matrix.valuePtr(), static_cast<std::size_t>(matrix.nonZeros())});
  state_ = std::make_shared<const detail::RegularizerState>(
      detail::RegularizerState{detail::SparseL{std::move(matrix)}});
}

std::optional<Index> Regularizer::cols() const {
  if (const auto* compiled = std::get_if<detail::CompiledL>(&state_->l)) {
    return compiled->pattern.cols();
  }
  if (const auto* sparse = std::get_if<detail::SparseL>(&state_->l)) return sparse->matrix.cols();
  return {};
}

Regularizer::Matrix Regularizer::matrix(Index columns) const {
  detail::check_columns(*this, columns);
  if (const auto* sparse = std::get_if<detail::SparseL>(&state_->l)) return sparse->matrix;
  Matrix matrix;
  if (const auto* compiled = std::get_if<detail::CompiledL>(&state_->l)) {
    compile_into(matrix, compiled->pattern, std::span(compiled->weights));
    return matrix;
  }
  matrix.resize(columns, columns);
  matrix.setIdentity();
  return matrix;
}

namespace detail {

const RegularizerState& state_of(const Regularizer& regularizer) {
  return *regularizer.state_;
}

void check_columns(const Regularizer& regularizer, Index columns) {
  const Index own = regularizer.cols().value_or(columns);
  if (own == columns) return;
  throw SolverError("the regularizer has " + std::to_string(own) + " columns; expected " +
                    std::to_string(columns));
}

}  // namespace detail

}  // namespace toeplix
