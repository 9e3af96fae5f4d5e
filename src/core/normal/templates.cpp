#include "core/normal/templates.hpp"

#include "core/base/integer_math.hpp"
#include "core/base/memory.hpp"
#include "core/base/parallel.hpp"

#include <toeplix/error.hpp>

#include <algorithm>
#include <string>

namespace toeplix::detail {

using Place = Pattern::Channels::Place;

NormalShape::NormalShape(const Pattern& pattern) : place(pattern.channels().place) {
  const Pattern::Channels& c = pattern.channels();
  for (const Pattern::Axis& axis : pattern.axes()) {
    tables.emplace_back(axis.table);
    pixels *= axis.table.columns();
  }
  channels = c.groups * c.columns_per_group;
  channels_per_group = c.columns_per_group;
  channel_stride = c.column_stride;
  pixel_stride = place == Place::innermost ? channels : 1;
}

Index NormalShape::length(Index column) const {
  const bool innermost = place == Place::innermost;
  Index pixel = innermost ? column / channels : column % pixels;
  const Index channel = innermost ? column % channels : column / pixels;
  // Entries of the product of the axes from some axis on: all, and those before the pixel itself.
  Index all = 1;
  Index below = 0;
  for (auto table = tables.rbegin(); table != tables.rend(); ++table) {
    const Index row_class = table->class_of(pixel % table->rows());
    pixel /= table->rows();
    below += table->below(row_class) * all;
    all *= static_cast<Index>(table->offsets(row_class).size());
  }
  if (all == 0) return 0;
  const Index position = channel % channels_per_group;
  return innermost ? below * channels_per_group + position + 1 : position * all + below + 1;
}

namespace {

/// Where the pair (t, u) of kernel positions lies in a table of products: per axis t, then u.
std::vector<Index> kernel_strides(const NormalShape& shape) {
  std::vector<Index> strides(shape.tables.size());
  Index stride = 1;
  for (std::size_t axis = strides.size(); axis-- > 0;) {
    strides[axis] = stride;
    stride *= shape.tables[axis].kernel() * shape.tables[axis].kernel();
  }
  return strides;
}

/// One kernel position: its weight, and its place in a table of products as `t`. As `u` it is at
/// `as_u`.
struct KernelPosition {
  Index weight;
  Index as_t;
  Index as_u;
};

std::vector<KernelPosition> kernel_positions(const Pattern& pattern, const NormalShape& shape) {
  const std::vector<Index> strides = kernel_strides(shape);
  std::vector<KernelPosition> positions{{0, 0, 0}};
  for (std::size_t axis = 0; axis < strides.size(); ++axis) {
    const Index kernel = shape.tables[axis].kernel();
    std::vector<KernelPosition> longer;
    for (const KernelPosition& p : positions) {
      for (Index t = 0; t < kernel; ++t) {
        longer.push_back({p.weight + t * pattern.axes()[axis].weight_stride,
                          p.as_t + t * kernel * strides[axis], p.as_u + t * strides[axis]});
      }
    }
    positions = std::move(longer);
  }
  return positions;
}

}  // namespace

NormalTemplates::NormalTemplates(const Pattern& pattern, const NormalShape& shape,
                                 std::span<const double> weights, const Resources& resources)
    : shape_(shape) {
  std::optional<Index> count = checked_product(shape.channels, shape.channels_per_group);
  std::optional<Index> pairs = 1;
  for (const ComposedTable& table : shape.tables) {
    pairs = checked_product(pairs, checked_product(table.kernel(), table.kernel()));
  }
  count = checked_product(count, pairs);
  const auto bytes = checked_product(count, Index{sizeof(double)});
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  if (!bytes || *bytes > budget) {
    throw CapacityError("the products of all pairs of weights (" +
                            (bytes ? std::to_string(*bytes) : std::string("over 2^63")) +
                            " bytes) exceed the memory budget of " + std::to_string(budget) +
                            " bytes; use a smaller kernel",
                        CapacityCause::memory_budget, count, bytes);
  }
  pairs_ = *pairs;
  products_.resize(static_cast<std::size_t>(*count));
  sum_products(pattern, weights, resources);
}

void NormalTemplates::sum_products(const Pattern& pattern, std::span<const double> weights,
                                   const Resources& resources) {
  const Pattern::Channels& c = pattern.channels();
  const std::vector<KernelPosition> positions = kernel_positions(pattern, shape_);
  const Index per_group = shape_.channels_per_group;
  const auto add_pair = [&](Index channel, Index other, double* to) {
    const Index group = channel / per_group;
    const double* const base = weights.data() + group * c.weight_group_stride;
    for (Index row = 0; row < c.rows_per_group; ++row) {
      const double* const from = base + row * c.weight_row_stride;
      const double* const a = from + channel % per_group * c.weight_column_stride;
      const double* const b = from + other * c.weight_column_stride;
      for (const KernelPosition& t : positions) {
        const double weight = a[t.weight];
        for (const KernelPosition& u : positions) to[t.as_t + u.as_u] += weight * b[u.weight];
      }
    }
  };
  const Index useful = 1 + pairs_ * per_group * c.rows_per_group / (Index{1} << 14);
  const auto threads = static_cast<int>(std::min<Index>(thread_count(resources.threads), useful));
  for_each_chunk(threads, shape_.channels * per_group, [&] {
    return [&](Index pair) {
      add_pair(pair / per_group, pair % per_group, products_.data() + pair * pairs_);
    };
  });
}

Index NormalTemplates::met(Index channel) const {
  const bool innermost = shape_.place == Place::innermost;
  return innermost ? shape_.channels_per_group : channel % shape_.channels_per_group + 1;
}

void NormalTemplates::Builder::go_to(Index channel, Index line) {
  const NormalShape& shape = templates_.shape_;
  const std::size_t outer_axes = shape.tables.size() - 1;
  std::vector<Index> classes(outer_axes);
  for (std::size_t axis = outer_axes; axis-- > 0;) {
    classes[axis] = shape.tables[axis].class_of(line % shape.tables[axis].rows());
    line /= shape.tables[axis].rows();
  }
  if (channel == channel_ && classes == classes_) return;
  channel_ = channel;
  classes_ = std::move(classes);
  contract_outer();
  const auto inner_classes = static_cast<std::size_t>(shape.tables.back().classes());
  columns_.resize(inner_classes);
  made_.assign(inner_classes, false);
}

void NormalTemplates::Builder::contract_outer() {
  const NormalShape& shape = templates_.shape_;
  outer_offsets_ = {0};
  sums_.resize(static_cast<std::size_t>(templates_.met(channel_)));
  for (std::size_t other = 0; other < sums_.size(); ++other) {
    const double* const from =
        templates_.products_.data() +
        (channel_ * shape.channels_per_group + static_cast<Index>(other)) * templates_.pairs_;
    sums_[other].values.assign(from, from + templates_.pairs_);
    sums_[other].entries = 1;
  }
  Index pairs = templates_.pairs_;
  for (std::size_t axis = 0; axis < classes_.size(); ++axis) {
    const ComposedTable& table = shape.tables[axis];
    const std::vector<Index>& offsets = table.offsets(classes_[axis]);
    const std::vector<ComposedTable::Meeting> meetings = table.meetings(classes_[axis]);
    const Index kernel = table.kernel();
    const Index rest = pairs / (kernel * kernel);
    const auto count = static_cast<Index>(offsets.size());
    for (Sums& sums : sums_) {
      std::vector<double> next(static_cast<std::size_t>(sums.entries * count * rest));
      for (Index entry = 0; entry < sums.entries; ++entry) {
        for (const ComposedTable::Meeting& m : meetings) {
          const double* const from =
              sums.values.data() + entry * pairs + (m.t * kernel + m.u) * rest;
          double* const to = next.data() + (entry * count + m.entry) * rest;
          for (Index i = 0; i < rest; ++i) to[i] += from[i];
        }
      }
      sums.values = std::move(next);
      sums.entries *= count;
    }
    std::vector<Index> longer;
    for (const Index before : outer_offsets_) {
      for (const Index offset : offsets) longer.push_back(before * table.rows() + offset);
    }
    outer_offsets_ = std::move(longer);
    pairs = rest;
  }
}

const ColumnTemplate& NormalTemplates::Builder::column(Index inner_class) {
  const auto at = static_cast<std::size_t>(inner_class);
  if (!made_[at]) make_column(inner_class, columns_[at]);
  made_[at] = true;
  return columns_[at];
}

void NormalTemplates::Builder::make_column(Index inner_class, ColumnTemplate& column) const {
  const NormalShape& shape = templates_.shape_;
  const ComposedTable& table = shape.tables.back();
  const std::vector<Index>& offsets = table.offsets(inner_class);
  const std::vector<ComposedTable::Meeting> meetings = table.meetings(inner_class);
  const Index kernel = table.kernel();
  const std::size_t count = offsets.size();
  const Index position = channel_ % shape.channels_per_group;
  const bool innermost = shape.place == Place::innermost;
  column.offsets.clear();
  column.values.clear();
  std::vector<std::vector<double>> values(sums_.size());
  // Entries of the product of all axes, for every channel.
  for (std::size_t other = 0; other < sums_.size(); ++other) {
    values[other].resize(outer_offsets_.size() * count);
    for (std::size_t outer = 0; outer < outer_offsets_.size(); ++outer) {
      // Only a channel before this one has entries behind the pixel in the upper triangle.
      const bool needed = outer_offsets_[outer] <= 0 || (!innermost && sums_.size() > 1);
      if (!needed) break;
      const double* const from =
          sums_[other].values.data() + static_cast<Index>(outer) * kernel * kernel;
      double* const to = values[other].data() + outer * count;
      for (const ComposedTable::Meeting& m : meetings) to[m.entry] += from[m.t * kernel + m.u];
    }
  }
  const auto append = [&](std::size_t outer, std::size_t inner, std::size_t other) {
    const Index pixels = outer_offsets_[outer] * table.rows() + offsets[inner];
    const Index offset =
        pixels * shape.pixel_stride + (static_cast<Index>(other) - position) * shape.channel_stride;
    if (offset > 0) return;
    column.offsets.push_back(offset);
    column.values.push_back(values[other][outer * count + inner]);
  };
  const std::size_t outermost_channels = innermost ? 1 : sums_.size();
  const std::size_t innermost_channels = innermost ? sums_.size() : 1;
  for (std::size_t first = 0; first < outermost_channels; ++first) {
    for (std::size_t outer = 0; outer < outer_offsets_.size(); ++outer) {
      for (std::size_t inner = 0; inner < count; ++inner) {
        for (std::size_t last = 0; last < innermost_channels; ++last) {
          append(outer, inner, first + last);
        }
      }
    }
  }
}

}  // namespace toeplix::detail
