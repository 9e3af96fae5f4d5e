#include "core/normal/templates.hpp"

#include "core/base/integer_math.hpp"
#include "core/base/parallel.hpp"
#include "core/geometry/outer_product.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace toeplix::detail {

NormalShape::NormalShape(const Pattern& pattern) {
  const Pattern::Channels& c = pattern.channels();
  for (const Pattern::Axis& axis : pattern.axes()) {
    tables.emplace_back(axis.table);
    pixels *= axis.table.columns();
  }
  innermost = c.innermost();
  channels = c.columns();
  channels_per_group = c.columns_per_group;
  channel_stride = c.column_stride;
  pixel_stride = innermost ? channels : 1;
}

Index NormalShape::length(Index column) const {
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

/// The pairs of kernel positions of one axis.
Index pair_count(const ComposedTable& table) {
  return table.kernel() * table.kernel();
}

/// Where the pair (t, u) of kernel positions lies in a table of products: per axis t, then u.
std::vector<Index> kernel_strides(const NormalShape& shape) {
  std::vector<Index> strides(shape.tables.size());
  Index stride = 1;
  for (std::size_t axis = strides.size(); axis-- > 0;) {
    strides[axis] = stride;
    stride *= pair_count(shape.tables[axis]);
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
    std::vector<Index> places(static_cast<std::size_t>(kernel));
    std::iota(places.begin(), places.end(), 0);
    positions = outer_product(positions, places, [&](const KernelPosition& p, Index t) {
      return KernelPosition{p.weight + t * pattern.axes()[axis].weight_stride,
                            p.as_t + t * kernel * strides[axis], p.as_u + t * strides[axis]};
    });
  }
  return positions;
}

/// What one axis contributes to the columns whose coordinate is of one class. The pairs lie in
/// `room`, until another class takes it.
struct AxisEntries {
  AxisEntries(const ComposedTable& table, Index row_class,
              std::vector<ComposedTable::PositionPair>& room)
      : rows(table.rows()), kernel(table.kernel()), offsets(table.offsets(row_class)), pairs(room) {
    table.collect_pairs(row_class, room);
  }

  Index rows;
  Index kernel;
  const std::vector<Index>& offsets;
  const std::vector<ComposedTable::PositionPair>& pairs;
};

/// Offsets in pixels of the entries of a product, given those of the slower axes and one more axis.
/// Both are ascending, and so is the result.
std::vector<Index> product_offsets(const std::vector<Index>& slower, const AxisEntries& axis) {
  return outer_product(slower, axis.offsets,
                       [&](Index before, Index offset) { return before * axis.rows + offset; });
}

void add(const double* from, Index count, double* to) {
  for (Index i = 0; i < count; ++i) to[i] += from[i];
}

/// Sums over the pairs of kernel positions of one axis. `sums` has a number for every entry of the
/// slower axes, every pair of this axis and each of the `rest` pairs of the faster axes, in C
/// order; the result has one for every entry of the slower axes, every entry of this axis, and the
/// rest.
std::vector<double> contract(std::span<const double> sums, Index rest, const AxisEntries& axis) {
  const Index pairs = axis.kernel * axis.kernel;
  const auto count = std::ssize(axis.offsets);
  const Index slower = std::ssize(sums) / (pairs * rest);
  std::vector<double> contracted(static_cast<std::size_t>(slower * count * rest));
  for (Index before = 0; before < slower; ++before) {
    const double* const from = sums.data() + before * pairs * rest;
    double* const to = contracted.data() + before * count * rest;
    for (const ComposedTable::PositionPair& pair : axis.pairs) {
      add(from + (pair.t * axis.kernel + pair.u) * rest, rest, to + pair.entry * rest);
    }
  }
  return contracted;
}

}  // namespace

NormalTemplates::NormalTemplates(const Pattern& pattern, const NormalShape& shape,
                                 std::span<const double> weights, const Resources& resources,
                                 Triangle triangle)
    : shape_(shape), triangle_(triangle) {
  products_.resize(static_cast<std::size_t>(shape.product_count(resources)));
  for (const ComposedTable& table : shape.tables) pairs_ *= pair_count(table);
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
  const bool all = shape_.innermost || triangle_ == Triangle::both;
  return all ? shape_.channels_per_group : channel % shape_.channels_per_group + 1;
}

std::span<const double> NormalTemplates::products_of(Index channel, Index other) const {
  const Index begin = (channel * shape_.channels_per_group + other) * pairs_;
  return std::span(products_).subspan(static_cast<std::size_t>(begin),
                                      static_cast<std::size_t>(pairs_));
}

void NormalTemplates::Builder::go_to(Index channel, Index line) {
  const std::vector<ComposedTable>& tables = templates_.shape_.tables;
  std::vector<Index> classes(tables.size() - 1);
  for (std::size_t axis = classes.size(); axis-- > 0;) {
    classes[axis] = tables[axis].class_of(line % tables[axis].rows());
    line /= tables[axis].rows();
  }
  if (channel == channel_ && classes == classes_) return;
  channel_ = channel;
  classes_ = std::move(classes);
  contract_outer();
  columns_.assign(static_cast<std::size_t>(tables.back().classes()), std::nullopt);
}

void NormalTemplates::Builder::contract_outer() {
  const std::vector<ComposedTable>& tables = templates_.shape_.tables;
  outer_offsets_ = {0};
  sums_.resize(static_cast<std::size_t>(templates_.met(channel_)));
  Index rest = templates_.pairs_;
  for (std::size_t axis = 0; axis < classes_.size(); ++axis) {
    const AxisEntries entries(tables[axis], classes_[axis], pairs_);
    rest /= pair_count(tables[axis]);
    for (std::size_t other = 0; other < sums_.size(); ++other) {
      const auto products = templates_.products_of(channel_, static_cast<Index>(other));
      sums_[other] = contract(axis == 0 ? products : sums_[other], rest, entries);
    }
    outer_offsets_ = product_offsets(outer_offsets_, entries);
  }
}

const ColumnTemplate& NormalTemplates::Builder::column(Index inner_class) {
  std::optional<ColumnTemplate>& column = columns_[static_cast<std::size_t>(inner_class)];
  if (!column) column = make_column(inner_class);
  return *column;
}

ColumnTemplate NormalTemplates::Builder::make_column(Index inner_class) {
  const NormalShape& shape = templates_.shape_;
  const AxisEntries inner(shape.tables.back(), inner_class, pairs_);
  const std::vector<Index> pixels = product_offsets(outer_offsets_, inner);
  std::vector<std::vector<double>> values;
  for (std::size_t other = 0; other < sums_.size(); ++other) {
    const auto products = templates_.products_of(channel_, static_cast<Index>(other));
    values.push_back(contract(classes_.empty() ? products : sums_[other], 1, inner));
  }
  const Index position = channel_ % shape.channels_per_group;
  ColumnTemplate column;
  const auto append = [&](std::size_t other, std::size_t pixel) {
    const Index channels = static_cast<Index>(other) - position;
    const Index offset = pixels[pixel] * shape.pixel_stride + channels * shape.channel_stride;
    if (offset > 0 && templates_.triangle_ == Triangle::upper) return;
    column.offsets.push_back(offset);
    column.values.push_back(values[other][pixel]);
  };
  if (shape.innermost) {
    for (std::size_t pixel = 0; pixel < pixels.size(); ++pixel) {
      for (std::size_t other = 0; other < values.size(); ++other) append(other, pixel);
    }
  } else {
    for (std::size_t other = 0; other < values.size(); ++other) {
      for (std::size_t pixel = 0; pixel < pixels.size(); ++pixel) append(other, pixel);
    }
  }
  return column;
}

}  // namespace toeplix::detail
