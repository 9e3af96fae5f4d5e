#include <toeplix/convolution.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/separated.hpp>

#include "reference/instantiate.hpp"

#include <Eigen/SVD>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace toeplix {
namespace {

template <class Scalar>
using Real = typename Eigen::NumTraits<Scalar>::Real;
/// What factors are found in.
template <class Scalar>
using Wide =
    std::conditional_t<Eigen::NumTraits<Scalar>::IsComplex != 0, std::complex<double>, double>;

/// One factor per axis.
template <class Number>
using Term = std::vector<std::vector<Number>>;

/// Multiplications per pixel that take as long as one more pass over the image. Measured were 10 to
/// 35, with kernels of 5 to 31 pixels on images of 512 x 512 to 2048 x 2048.
constexpr Index pass_overhead = 24;

/// Splits a kernel, whose axes have `extents`, along its first axis, and the rest likewise.
/// `epsilon` is the rounding of its numbers.
template <class Number>
std::vector<Term<Number>> split(std::span<const Number> kernel, std::span<const Index> extents,
                                double epsilon) {
  if (extents.size() == 1) return {{std::vector<Number>(kernel.begin(), kernel.end())}};
  using RowMajor = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Index rows = extents.front();
  const Index cols = std::ssize(kernel) / rows;
  const Eigen::JacobiSVD<Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic>> svd(
      Eigen::Map<const RowMajor>(kernel.data(), rows, cols),
      Eigen::ComputeThinU | Eigen::ComputeThinV);
  const auto& values = svd.singularValues();
  const double limit = static_cast<double>(std::max(rows, cols)) * epsilon * values[0];
  std::vector<Term<Number>> terms;
  for (Index i = 0; i < values.size() && values[i] > limit; ++i) {
    // Half of the size on either side.
    const double root = std::sqrt(values[i]);
    const Eigen::Matrix<Number, Eigen::Dynamic, 1> first = svd.matrixU().col(i) * root;
    const Eigen::Matrix<Number, Eigen::Dynamic, 1> rest = svd.matrixV().col(i).conjugate() * root;
    for (Term<Number>& term : split<Number>({rest.data(), static_cast<std::size_t>(rest.size())},
                                            extents.subspan(1), epsilon)) {
      term.insert(term.begin(), {first.begin(), first.end()});
      terms.push_back(std::move(term));
    }
  }
  return terms;
}

/// The kernel of a group, its axes in the order of memory.
template <class Scalar>
std::vector<Wide<Scalar>> kernel_of(const Pattern& pattern, std::span<const Scalar> weights,
                                    Index group) {
  std::vector<Index> places = {group * pattern.channels().weight_group_stride};
  for (const Pattern::Axis& axis : pattern.axes()) {
    std::vector<Index> next;
    for (const Index place : places) {
      for (Index k = 0; k < axis.table.geometry().kernel; ++k) {
        next.push_back(place + k * axis.weight_stride);
      }
    }
    places = std::move(next);
  }
  std::vector<Wide<Scalar>> kernel;
  for (const Index place : places) kernel.emplace_back(weights[static_cast<std::size_t>(place)]);
  return kernel;
}

/// Padding of an axis that gives its output, and crops what was cropped.
Index upper_padding(const AxisGeometry& g) {
  if (g.cropped_upper > 0) return -g.cropped_upper;
  const Index end = g.coordinate(g.output - 1, g.kernel - 1) + 1;
  return std::max<Index>(0, end - g.spread_input());
}

/// Whether an axis with a kernel of one pixel changes nothing but the size of the numbers.
bool is_plain(const AxisGeometry& g) {
  return g.kernel == 1 && g.stride == 1 && g.lower == 0 && g.input == g.output &&
         g.input_dilation == 1;
}

/// The convolutions along one axis each, of a forward pattern whose channels are groups of one, in
/// the order in which they are applied: the last axis first.
class Passes {
 public:
  explicit Passes(const Pattern& pattern) {
    const std::size_t axes = pattern.axes().size();
    Extents extents;
    for (const Pattern::Axis& axis : pattern.axes()) {
      extents.push_back(axis.table.geometry().input);
    }
    for (std::size_t axis = axes; axis-- > 0;) {
      const AxisGeometry& g = pattern.axes()[axis].table.geometry();
      if (is_plain(g)) continue;
      passes_.push_back({axis, Convolution(spec_of(pattern, g, extents, axis))});
      extents[axis] = g.output;
    }
  }

  struct Pass {
    std::size_t axis;
    Convolution convolution;
  };
  [[nodiscard]] const std::vector<Pass>& list() const { return passes_; }

  /// Multiplies the factors of axes that have no pass into that of the first one.
  template <class Number>
  void take_in_plain_factors(Term<Number>& term) const {
    std::vector<bool> has_pass(term.size());
    for (const Pass& pass : passes_) has_pass[pass.axis] = true;
    for (std::size_t axis = 0; axis < term.size(); ++axis) {
      if (has_pass[axis]) continue;
      for (Number& number : term[passes_.front().axis]) number *= term[axis].front();
    }
  }

 private:
  static ConvolutionSpec spec_of(const Pattern& pattern, const AxisGeometry& g,
                                 const Extents& extents, std::size_t axis) {
    const std::size_t axes = extents.size();
    const auto alone = [&]<class T>(const T& here, const T& elsewhere) {
      std::vector<T> values(axes, elsewhere);
      values[axis] = here;
      return values;
    };
    ConvolutionSpec spec{.input = extents, .kernel = Extents(axes, 1)};
    spec.kernel[axis] = g.kernel;
    spec.in_channels = pattern.channels().groups;
    spec.out_channels = spec.in_channels;
    spec.groups = spec.in_channels;
    spec.stride = alone(g.stride, Index{1});
    spec.dilation = alone(g.dilation, Index{1});
    spec.input_dilation = alone(g.input_dilation, Index{1});
    spec.padding = alone(AxisPadding{g.lower, upper_padding(g)}, AxisPadding{0, 0});
    spec.boundary = alone(g.boundary, Boundary::zero);
    spec.operation = g.operation;
    spec.order =
        pattern.channels().innermost() ? TensorOrder::channels_last : TensorOrder::channels_first;
    return spec;
  }

  std::vector<Pass> passes_;
};

/// Whether one channel is read and written by a group, with one kernel for all pixels.
bool has_one_channel(const Pattern& pattern) {
  const Pattern::Channels& c = pattern.channels();
  return c.rows_per_group == 1 && c.columns_per_group == 1 && !pattern.is_per_pixel();
}

bool pays(const Pattern& pattern, Index terms) {
  Index whole = 1;
  Index apart = 0;
  for (const Pattern::Axis& axis : pattern.axes()) {
    const AxisGeometry& g = axis.table.geometry();
    whole *= g.kernel;
    if (!is_plain(g)) apart += g.kernel + pass_overhead;
  }
  return whole > terms * apart + pass_overhead;
}

/// The factors of every group along one axis, one group after the other; of groups of fewer terms,
/// zero.
template <class Scalar>
std::vector<Scalar> weights_of(const std::vector<std::vector<Term<Wide<Scalar>>>>& groups,
                               std::size_t term, std::size_t axis, Index kernel) {
  std::vector<Scalar> weights;
  for (const auto& terms : groups) {
    if (term < terms.size()) {
      for (const Wide<Scalar>& number : terms[term][axis]) {
        weights.push_back(static_cast<Scalar>(number));
      }
    } else {
      weights.insert(weights.end(), static_cast<std::size_t>(kernel), Scalar());
    }
  }
  return weights;
}

}  // namespace

template <MatrixScalar Scalar>
std::optional<Separated<Scalar>> separated(const Operator<Scalar>& op) {
  const Pattern& pattern = op.pattern();
  if (!has_one_channel(pattern) || pattern.axes().size() < 2 || !pays(pattern, 1)) return {};
  const std::span<const Scalar> weights = op.weights();
  // This bounds the singular values.
  double size = 0;
  for (const Scalar& weight : weights) size += std::abs(Wide<Scalar>(weight));
  if (!std::isfinite(size)) return {};
  Extents extents;
  for (const Pattern::Axis& axis : pattern.axes()) {
    extents.push_back(axis.table.geometry().kernel);
  }
  std::vector<std::vector<Term<Wide<Scalar>>>> groups;
  std::size_t terms = 1;
  for (Index group = 0; group < pattern.channels().groups; ++group) {
    const std::vector<Wide<Scalar>> kernel = kernel_of(pattern, weights, group);
    groups.push_back(
        split<Wide<Scalar>>(kernel, extents, std::numeric_limits<Real<Scalar>>::epsilon()));
    terms = std::max(terms, groups.back().size());
    if (!pays(pattern, static_cast<Index>(terms))) return {};
  }
  const Passes passes(pattern);
  for (auto& group : groups) {
    for (Term<Wide<Scalar>>& term : group) passes.take_in_plain_factors(term);
  }
  const auto product_of = [&](std::size_t term) {
    std::optional<LinearMap<Scalar>> product;
    for (const Passes::Pass& pass : passes.list()) {
      const LinearMap<Scalar> next = Operator<Scalar>(
          pass.convolution, weights_of<Scalar>(groups, term, pass.axis, extents[pass.axis]),
          op.resources());
      product = product ? next * *product : next;
    }
    return *product;
  };
  LinearMap<Scalar> sum = product_of(0);
  for (std::size_t term = 1; term < terms; ++term) sum = sum + product_of(term);
  const bool turned = pattern.axes().front().table.is_transposed();
  return Separated<Scalar>{turned ? sum.transpose() : sum, static_cast<Index>(terms)};
}

#define TOEPLIX_INSTANTIATE(Scalar) \
  template std::optional<Separated<Scalar>> separated(const Operator<Scalar>&);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
