#include "core/affine/padding.hpp"

#include <toeplix/error.hpp>

#include "core/base/integer_math.hpp"
#include "core/base/parallel.hpp"
#include "reference/instantiate.hpp"
#include "reference/number_text.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace toeplix::detail {

namespace {

/// Window positions [first, last) of one output that lie on the image, on pixels or holes.
struct Inside {
  Index first;
  Index last;

  friend bool operator==(const Inside&, const Inside&) = default;
};

/// One axis: what is inside of its windows. Outputs of which the same positions lie on the image
/// are of one class; in the middle all are.
struct AxisClasses {
  const Pattern::Axis* axis;
  std::vector<Inside> classes;
  std::vector<Index> class_of;  ///< for every output coordinate
};

Inside inside_of(const AxisGeometry& g, Index output) {
  // A boundary that folds has a pixel everywhere.
  if (g.boundary != Boundary::zero) return {0, g.kernel};
  const Index begin = g.coordinate(output, 0);
  const Index first = std::clamp<Index>(ceil_div(-begin, g.dilation), 0, g.kernel);
  return {first,
          std::clamp<Index>(ceil_div(g.spread_input() - begin, g.dilation), first, g.kernel)};
}

AxisClasses classes_of(const Pattern::Axis& axis) {
  AxisClasses result{&axis, {}, {}};
  const AxisGeometry& geometry = axis.table.geometry();
  for (Index output = 0; output < geometry.output; ++output) {
    // Neither end ever grows, so that the outputs of a class are neighbours.
    const Inside inside = inside_of(geometry, output);
    const bool is_new = result.classes.empty() || result.classes.back() != inside;
    if (is_new) result.classes.push_back(inside);
    result.class_of.push_back(std::ssize(result.classes) - 1);
  }
  return result;
}

/// The sums of weights that lie on padding, for a class of every axis and a row channel.
template <class Scalar>
class PaddingSums {
 public:
  PaddingSums(const Pattern& pattern, std::span<const Scalar> weights,
              const std::vector<AxisClasses>& axes)
      : pattern_(pattern), weights_(weights), axes_(axes) {}

  /// `combination` numbers the classes of all axes, the last axis fastest. `kernel` is where the
  /// kernel of the pixel begins.
  Scalar sum(Index combination, Index channel, Index kernel) const {
    Scalar total{};
    visit(combination, channel, kernel, [&](const Scalar& weight) { total += weight; });
    return total;
  }

  /// Whether all summands of `sum` are finite.
  bool are_finite(Index combination, Index channel, Index kernel) const {
    bool finite = true;
    visit(combination, channel, kernel,
          [&](const Scalar& weight) { finite = finite && (Eigen::numext::isfinite)(weight); });
    return finite;
  }

 private:
  /// Calls `use(weight)` for the weights that lie on padding.
  template <class Use>
  void visit(Index combination, Index channel, Index kernel, const Use& use) const {
    std::vector<Inside> inside(axes_.size());
    for (std::size_t axis = axes_.size(); axis-- > 0;) {
      const auto count = std::ssize(axes_[axis].classes);
      inside[axis] = axes_[axis].classes[static_cast<std::size_t>(combination % count)];
      combination /= count;
    }
    visit_from(0, inside, false, kernel + pattern_.channels().first_weight(channel), use);
  }

  /// Visits the weights at all window positions from `axis` on, if one lies on padding.
  template <class Use>
  void visit_from(std::size_t axis, const std::vector<Inside>& inside, bool on_padding,
                  Index weight, const Use& use) const {
    if (axis == axes_.size()) {
      if (on_padding) visit_channels(weight, use);
      return;
    }
    const bool must_leave = axis + 1 == axes_.size() && !on_padding;
    const AxisGeometry& geometry = axes_[axis].axis->table.geometry();
    for (Index position = 0; position < geometry.kernel; ++position) {
      const bool is_inside = position >= inside[axis].first && position < inside[axis].last;
      if (is_inside && must_leave) {
        position = inside[axis].last - 1;
        continue;
      }
      visit_from(axis + 1, inside, on_padding || !is_inside,
                 weight + geometry.kernel_position(position) * axes_[axis].axis->weight_stride,
                 use);
    }
  }

  /// The weights of all column channels of a group at one place.
  template <class Use>
  void visit_channels(Index weight, const Use& use) const {
    const Pattern::Channels& channels = pattern_.channels();
    for (Index k = 0; k < channels.columns_per_group; ++k) {
      use(weights_[static_cast<std::size_t>(weight + k * channels.weight_column_stride)]);
    }
  }

  const Pattern& pattern_;
  std::span<const Scalar> weights_;
  const std::vector<AxisClasses>& axes_;
};

/// The sums for every combination of classes and every row channel, channels fastest.
template <class Scalar>
std::vector<Scalar> all_sums(const Pattern& pattern, const PaddingSums<Scalar>& padding,
                             const std::vector<AxisClasses>& axes, int threads) {
  Index combinations = 1;
  for (const AxisClasses& axis : axes) combinations *= std::ssize(axis.classes);
  const Index channels = pattern.channels().rows();
  std::vector<Scalar> sums(static_cast<std::size_t>(combinations * channels));
  const auto work = checked_product(std::ssize(sums), pattern.weight_count() / channels);
  const int used = threads_to_write(work.value_or(std::numeric_limits<Index>::max()), threads);
  const Index chunks = std::min<Index>(std::ssize(sums), Index{used} * 64);
  for_each_own_chunk(used, chunks, [&] {
    return [&](Index chunk) {
      const Index last = chunk_begin(std::ssize(sums), chunks, chunk + 1);
      for (Index i = chunk_begin(std::ssize(sums), chunks, chunk); i < last; ++i) {
        sums[static_cast<std::size_t>(i)] = padding.sum(i / channels, i % channels, 0);
      }
    };
  });
  return sums;
}

/// An output pixel: its row in channel 0, the classes of its coordinates, where its kernel begins.
struct PaddedPixel {
  Index row = 0;
  Index combination = 0;
  Index kernel = 0;
};

/// Calls `visit(pixel)` for every output pixel.
template <class Visit>
void for_each_padded_pixel(const std::vector<AxisClasses>& axes, std::size_t axis,
                           PaddedPixel pixel, const Visit& visit) {
  if (axis == axes.size()) return visit(pixel);
  const Index before = pixel.combination * std::ssize(axes[axis].classes);
  for (const Index number : axes[axis].class_of) {
    pixel.combination = before + number;
    for_each_padded_pixel(axes, axis + 1, pixel, visit);
    pixel.row += axes[axis].axis->row_stride;
    pixel.kernel += axes[axis].axis->kernel_row_stride;
  }
}

/// Throws GeometryError for a padding value that no number of the scalar type is.
template <class Real>
Real padding_number(double padding_value) {
  const auto value = static_cast<Real>(padding_value);
  if (std::isfinite(value)) return value;
  throw GeometryError("padding_value " + shortest_text(padding_value) + " is beyond " +
                      floats_name<Real>());
}

template <class Real>
[[noreturn]] void refuse_offset(double padding_value, Index row) {
  throw GeometryError("padding_value " + shortest_text(padding_value) +
                      " times the weights on padding, in row " + std::to_string(row) +
                      " of the matrix, is beyond " + floats_name<Real>());
}

}  // namespace

template <class Scalar>
void write_padding_offset(const Pattern& pattern, double padding_value,
                          std::span<const Scalar> weights, const Resources& resources,
                          std::span<Scalar> offset) {
  std::ranges::fill(offset, Scalar());
  if (padding_value == 0) return;
  using Real = typename Eigen::NumTraits<Scalar>::Real;
  const Real value = padding_number<Real>(padding_value);
  std::vector<AxisClasses> axes;
  for (const Pattern::Axis& axis : pattern.axes()) axes.push_back(classes_of(axis));
  const Pattern::Channels& channels = pattern.channels();
  const PaddingSums<Scalar> padding(pattern, weights, axes);
  const auto write_all = [&](const auto& sum_of) {
    for_each_padded_pixel(axes, 0, {}, [&](const PaddedPixel& pixel) {
      for (Index channel = 0; channel < channels.rows(); ++channel) {
        const Index row = pixel.row + channel * channels.row_stride;
        const Scalar product = value * sum_of(pixel, channel);
        offset[static_cast<std::size_t>(row)] = product;
        if ((Eigen::numext::isfinite)(product)) continue;
        if (!padding.are_finite(pixel.combination, channel, pixel.kernel)) continue;
        refuse_offset<Real>(padding_value, row);
      }
    });
  };
  if (pattern.is_per_pixel()) {
    return write_all([&](const PaddedPixel& pixel, Index channel) {
      return padding.sum(pixel.combination, channel, pixel.kernel);
    });
  }
  const std::vector<Scalar> sums = all_sums(pattern, padding, axes, resources.threads);
  write_all([&](const PaddedPixel& pixel, Index channel) {
    return sums[static_cast<std::size_t>(pixel.combination * channels.rows() + channel)];
  });
}

#define TOEPLIX_INSTANTIATE(Scalar)                                                   \
  template void write_padding_offset(const Pattern&, double, std::span<const Scalar>, \
                                     const Resources&, std::span<Scalar>);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::detail
