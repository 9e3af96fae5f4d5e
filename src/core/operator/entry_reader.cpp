#include "core/operator/entry_reader.hpp"

#include "core/base/integer_math.hpp"
#include "core/compile/allocate.hpp"
#include "core/compile/repeat.hpp"
#include "core/compile/row_builder.hpp"
#include "core/compile/row_walk.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <complex>
#include <string>

namespace toeplix::detail {
namespace {

/// The first tap of a row that reads `column` or one beyond it.
Index place_of(const TapRow& taps, Index column) {
  Index first = 0;
  Index last = taps.size();
  while (first < last) {
    const Index middle = first + (last - first) / 2;
    if (taps[middle].input < column) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return first;
}

}  // namespace

template <class Scalar>
bool EntryReader<Scalar>::add_axis(const Pattern::Axis& axis, Index row, Index column) {
  const TapRow taps = axis.table.row(row);
  const Index place = place_of(taps, column);
  if (place == taps.size() || taps[place].input != column) return false;
  const Index kernel = row * axis.kernel_row_stride + column * axis.kernel_column_stride;
  const Tap tap = taps[place];
  std::swap(offsets_, previous_);
  offsets_.clear();
  for (const Index offset : previous_) {
    for (const Index k : tap.kernel) offsets_.push_back(offset + kernel + k * axis.weight_stride);
  }
  return true;
}

template <class Scalar>
Scalar EntryReader<Scalar>::at(Index row, Index column) {
  const Pattern::Channels& c = pattern_.channels();
  const Index row_channel = row / c.row_stride % c.rows();
  const Index column_channel = column / c.column_stride % c.columns();
  if (row_channel / c.rows_per_group != column_channel / c.columns_per_group) return Scalar();
  offsets_ = {c.first_weight(row_channel) +
              column_channel % c.columns_per_group * c.weight_column_stride};
  for (const Pattern::Axis& axis : pattern_.axes()) {
    if (!add_axis(axis, row / axis.row_stride % axis.table.rows(),
                  column / axis.column_stride % axis.table.columns())) {
      return Scalar();
    }
  }
  // The first as it is, so that a single -0.0 stays one.
  Scalar sum = weights_[static_cast<std::size_t>(offsets_.front())];
  for (const Index offset : std::span(offsets_).subspan(1)) {
    sum += weights_[static_cast<std::size_t>(offset)];
  }
  return sum;
}

template <class Scalar>
Eigen::SparseVector<Scalar, Eigen::RowMajor, Index> row_of(const Pattern& pattern,
                                                           std::span<const Scalar> weights,
                                                           Index row) {
  RowBuilder<Scalar> builder(pattern, weights);
  builder.go_to(row);
  const std::span<const Index> columns = builder.columns();
  const std::span<const Scalar> values = builder.values();
  Eigen::SparseVector<Scalar, Eigen::RowMajor, Index> result(pattern.cols());
  result.resizeNonZeros(std::ssize(columns));
  std::ranges::copy(columns, result.innerIndexPtr());
  std::ranges::copy(values, result.valuePtr());
  return result;
}

template <class Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> diagonal_of(const Pattern& pattern,
                                                     std::span<const Scalar> weights,
                                                     const Resources& resources) {
  const Index size = std::min(pattern.rows(), pattern.cols());
  check_room("a diagonal of " + std::to_string(size) + " entries",
             checked_product(size, Index{sizeof(Scalar)}), resources,
             "raise Resources::memory_budget");
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> result(size);
  EntryReader<Scalar> entries(pattern, weights);
  const auto read = [&](Index row) { result[row] = entries.at(row, row); };
  const auto repeat_rows = [&](Index row, const Repetition& rows) {
    if (rows.shift == rows.period) {
      repeat(result.data() + (row - rows.period), rows.period, rows.period + rows.rows);
      return;
    }
    for (Index i = row; i < row + rows.rows; ++i) read(i);
  };
  walk_rows(pattern, {0, size}, read, repeat_rows);
  return result;
}

#define TOEPLIX_INSTANTIATE(Scalar)                                    \
  template class EntryReader<Scalar>;                                  \
  template Eigen::SparseVector<Scalar, Eigen::RowMajor, Index> row_of( \
      const Pattern&, std::span<const Scalar>, Index);                 \
  template Eigen::Matrix<Scalar, Eigen::Dynamic, 1> diagonal_of(       \
      const Pattern&, std::span<const Scalar>, const Resources&);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::detail
