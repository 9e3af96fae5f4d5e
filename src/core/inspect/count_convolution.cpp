#include <toeplix/diagonal_structure.hpp>
#include <toeplix/error.hpp>
#include <toeplix/pixel_shuffle.hpp>

#include "core/geometry/row_classes.hpp"
#include "core/inspect/counts.hpp"
#include "core/inspect/offset_runs.hpp"
#include "core/inspect/window_position.hpp"

#include <algorithm>
#include <optional>

namespace toeplix::detail {

namespace {

constexpr std::size_t most_products = std::size_t{1} << 21;

LengthHistogram row_lengths(const TapTable& table) {
  LengthHistogram histogram;
  for (Index row_class = 0; row_class < table.classes(); ++row_class) {
    const Index row = table.representative(row_class);
    histogram[table.row_length(row)] += rows_of_class(table, row);
  }
  return histogram;
}

/// A row's length is the product of its lengths along every axis and of the channels it joins.
/// Empty if there are too many products.
LengthHistogram row_lengths(const Pattern& pattern) {
  const Pattern::Channels& channels = pattern.channels();
  LengthHistogram histogram{{channels.columns_per_group, channels.rows()}};
  for (const Pattern::Axis& axis : pattern.axes()) {
    const LengthHistogram along = row_lengths(axis.table);
    if (histogram.size() > most_products / std::max<std::size_t>(1, along.size())) return {};
    LengthHistogram product;
    for (const auto& [length, rows] : histogram) {
      for (const auto& [factor, count] : along) product[length * factor] += rows * count;
    }
    histogram = std::move(product);
  }
  return histogram;
}

void set_bandwidths(Inspection& inspection, const Pattern& pattern) {
  if (inspection.nnz == 0) return;
  const OffsetInterval range = offset_range(pattern);
  inspection.lower_bandwidth = std::max<Index>(0, -range.first);
  inspection.upper_bandwidth = std::max<Index>(0, range.last);
}

/// What takes too long to count stays nothing.
void set_diagonals(Inspection& inspection, const Pattern& pattern) {
  try {
    const DiagonalStructure structure(pattern);
    inspection.cyclic_diagonals = structure.count();
    inspection.rotations = structure.rotations();
  } catch (const CapacityError&) {
    inspection.cyclic_diagonals = inspection.rotations = std::nullopt;
  }
}

/// Likewise.
std::optional<Index> packed_rotations(const Pattern& pattern) {
  try {
    const PixelShuffle packing = pixel_shuffle(pattern);
    if (packing.is_plain()) return std::nullopt;
    return count_rotations(pattern, 0, packing);
  } catch (const CapacityError&) {
    return std::nullopt;
  }
}

template <AnyConvolution Conv>
Inspection count_any(const Conv& conv, const InspectOptions& options) {
  const Pattern pattern(conv);
  const Pattern transposed = pattern.transposed();
  Inspection inspection;
  inspection.convolution = {to_string(conv.spec()),       conv.in_channels(), conv.input(),
                            conv.out_channels(),          conv.output(),      conv.weights_shape(),
                            padding_value_of(conv.spec())};
  set_sizes(inspection, conv.rows(), conv.cols(), conv.nnz());
  inspection.row_lengths = as_list(row_lengths(pattern));
  inspection.column_lengths = as_list(row_lengths(transposed));
  set_bandwidths(inspection, pattern);
  set_diagonals(inspection, pattern);
  inspection.packed_rotations = packed_rotations(pattern);
  inspection.empty_rows = vacant_rows(pattern, options.most_places);
  inspection.unused_inputs = vacant_rows(transposed, options.most_places);
  return inspection;
}

}  // namespace

Inspection count_convolution(const Convolution& convolution, const InspectOptions& options) {
  return count_any(convolution, options);
}

Inspection count_convolution(const TransposedConvolution& convolution,
                             const InspectOptions& options) {
  return count_any(convolution, options);
}

}  // namespace toeplix::detail
