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
#include <optional>
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
  std::vector<Index> begins;  ///< the first output of each

  [[nodiscard]] Index class_of(Index output) const {
    return std::ranges::upper_bound(begins, output) - begins.begin() - 1;
  }
};

Inside inside_of(const AxisGeometry& g, Index output) {
  // A boundary that folds has a pixel everywhere.
  if (g.boundary != Boundary::zero) return {0, g.kernel};
  const Index begin = g.coordinate(output, 0);
  const Index first = std::clamp<Index>(ceil_div(-begin, g.dilation), 0, g.kernel);
  return {first,
          std::clamp<Index>(ceil_div(g.spread_input() - begin, g.dilation), first, g.kernel)};
}

/// The first output after `output` that is of another class. Neither end ever grows, so that the
/// outputs of a class are neighbours.
Index class_end(const AxisGeometry& geometry, Index output) {
  const Inside inside = inside_of(geometry, output);
  Index same = output;
  Index end = geometry.output;
  while (end - same > 1) {
    const Index middle = same + (end - same) / 2;
    (inside_of(geometry, middle) == inside ? same : end) = middle;
  }
  return end;
}

AxisClasses classes_of(const Pattern::Axis& axis) {
  AxisClasses result{&axis, {}, {}};
  const AxisGeometry& geometry = axis.table.geometry();
  for (Index output = 0; output < geometry.output; output = class_end(geometry, output)) {
    result.classes.push_back(inside_of(geometry, output));
    result.begins.push_back(output);
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

/// Writes `number(i)` for every i into `numbers`, on as many threads as so much work is worth.
template <class Scalar, class Number>
void write_numbers(std::span<Scalar> numbers, std::optional<Index> work, int threads,
                   const Number& number) {
  const int used = threads_to_write(work.value_or(std::numeric_limits<Index>::max()), threads);
  const Index count = std::ssize(numbers);
  const Index chunks = std::min<Index>(count, Index{used} * 64);
  for_each_own_chunk(used, chunks, [&] {
    return [&](Index chunk) {
      const Index last = chunk_begin(count, chunks, chunk + 1);
      for (Index i = chunk_begin(count, chunks, chunk); i < last; ++i) {
        numbers[static_cast<std::size_t>(i)] = number(i);
      }
    };
  });
}

/// A row: its channel, the classes of its coordinates, where its kernel begins.
struct PaddedRow {
  Index channel = 0;
  Index combination = 0;
  Index kernel = 0;
};

PaddedRow padded_row(const Pattern& pattern, const std::vector<AxisClasses>& axes, Index row) {
  const Pattern::Channels& channels = pattern.channels();
  PaddedRow result{.channel = row / channels.row_stride % channels.rows()};
  for (const AxisClasses& of : axes) {
    const Index output = row / of.axis->row_stride % of.axis->table.geometry().output;
    result.combination = result.combination * std::ssize(of.classes) + of.class_of(output);
    result.kernel += output * of.axis->kernel_row_stride;
  }
  return result;
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

/// Writes the padding value times the sums of rows from `first_row` on.
template <class Scalar>
void write_products(const Pattern& pattern, double padding_value, std::span<const Scalar> weights,
                    Index first_row, int threads, std::span<Scalar> offset) {
  using Real = typename Eigen::NumTraits<Scalar>::Real;
  const Real value = padding_number<Real>(padding_value);
  std::vector<AxisClasses> axes;
  for (const Pattern::Axis& axis : pattern.axes()) axes.push_back(classes_of(axis));
  const Index channels = pattern.channels().rows();
  const PaddingSums<Scalar> padding(pattern, weights, axes);
  const auto write_all = [&](Index steps, const auto& sum_of) {
    write_numbers(offset, checked_product(std::ssize(offset), steps), threads, [&](Index i) {
      const PaddedRow row = padded_row(pattern, axes, first_row + i);
      const Scalar product = value * sum_of(row);
      if (!(Eigen::numext::isfinite)(product) &&
          padding.are_finite(row.combination, row.channel, row.kernel)) {
        refuse_offset<Real>(padding_value, first_row + i);
      }
      return product;
    });
  };
  Index sums_of_all = channels;  // for every combination of classes and every channel
  for (const AxisClasses& axis : axes) sums_of_all *= std::ssize(axis.classes);
  const Index steps = pattern.weight_count() / channels;
  if (pattern.is_per_pixel() || sums_of_all > std::ssize(offset)) {
    return write_all(steps, [&](const PaddedRow& row) {
      return padding.sum(row.combination, row.channel, row.kernel);
    });
  }
  std::vector<Scalar> sums(static_cast<std::size_t>(sums_of_all));
  write_numbers(std::span(sums), checked_product(sums_of_all, steps), threads,
                [&](Index i) { return padding.sum(i / channels, i % channels, 0); });
  write_all(1, [&](const PaddedRow& row) {
    return sums[static_cast<std::size_t>(row.combination * channels + row.channel)];
  });
}

}  // namespace

std::optional<Index> padding_class_bytes(const Pattern& pattern) {
  std::optional<Index> bytes = 0;
  for (const Pattern::Axis& axis : pattern.axes()) {
    const AxisGeometry& geometry = axis.table.geometry();
    // Each class has fewer positions on the image than another beside it.
    const Index classes = std::min(geometry.output, 2 * geometry.kernel + 1);
    bytes = checked_sum(bytes, classes * static_cast<Index>(sizeof(Inside) + sizeof(Index)));
  }
  return bytes;
}

template <class Scalar>
void write_padding_offset(const Pattern& pattern, double padding_value,
                          std::span<const Scalar> weights, Index first_row,
                          const Resources& resources, std::span<Scalar> offset) {
  std::ranges::fill(offset, Scalar());
  if (padding_value == 0) return;
  write_products(pattern, padding_value, weights, first_row, resources.threads, offset);
}

#define TOEPLIX_INSTANTIATE(Scalar)                                                          \
  template void write_padding_offset(const Pattern&, double, std::span<const Scalar>, Index, \
                                     const Resources&, std::span<Scalar>);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::detail
