#include <toeplix/affine.hpp>
#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>

#include "core/affine/padding.hpp"
#include "core/base/check_resources.hpp"
#include "core/compile/allocate.hpp"
#include "core/compile/row_range.hpp"
#include "core/geometry/check_weights.hpp"
#include "reference/instantiate.hpp"
#include "reference/number_text.hpp"

#include <algorithm>
#include <string>

namespace toeplix::detail {

namespace {

template <class Scalar>
[[noreturn]] void refuse_sum(Index channel, Index row) {
  throw GeometryError("the bias of channel " + std::to_string(channel) +
                      " plus what padding_value adds, in row " + std::to_string(row) +
                      " of the matrix, is beyond " +
                      floats_name<typename Eigen::NumTraits<Scalar>::Real>());
}

/// Adds to every row, from `first_row` on, the bias of its channel. Throws GeometryError for a sum
/// of finite numbers that is none.
template <class Scalar>
void add_bias(const Pattern& pattern, std::span<const Scalar> bias, Index first_row,
              std::span<Scalar> offset) {
  const Pattern::Channels& channels = pattern.channels();
  for (std::size_t row = 0; row < offset.size(); ++row) {
    const Index channel =
        (first_row + static_cast<Index>(row)) / channels.row_stride % channels.rows();
    const Scalar& added = bias[static_cast<std::size_t>(channel)];
    const Scalar sum = offset[row] + added;
    const bool overflows = !(Eigen::numext::isfinite)(sum) &&
                           (Eigen::numext::isfinite)(offset[row]) &&
                           (Eigen::numext::isfinite)(added);
    if (overflows) refuse_sum<Scalar>(channel, first_row + static_cast<Index>(row));
    offset[row] = sum;
  }
}

constexpr const char* offset_advice =
    "use affine_offset_rows for a part of it, or raise Resources::memory_budget";

/// Throws CapacityError for an offset that has no room in the budget.
void check_offset_room(const Pattern& pattern, Index rows, std::size_t scalar_bytes,
                       const Resources& resources) {
  // The offset, and to find it at most as many sums.
  const auto numbers = checked_product(rows, static_cast<Index>(2 * scalar_bytes));
  const auto bytes = checked_sum(numbers, padding_class_bytes(pattern));
  check_room("the offset of " + std::to_string(rows) + " rows", bytes, resources, offset_advice);
}

}  // namespace

void check_bias(std::size_t length, Index channels) {
  if (static_cast<Index>(length) == channels) return;
  throw GeometryError("bias has length " + std::to_string(length) +
                      "; expected one number per output channel (" + std::to_string(channels) +
                      ")");
}

template <MatrixScalar Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> offset_rows_span(const Pattern& pattern,
                                                          double padding_value,
                                                          std::span<const Scalar> weights,
                                                          std::span<const Scalar> bias, Index first,
                                                          Index last, const Resources& resources) {
  check_resources(resources);
  check_weights(weights.size(), pattern);
  check_row_range({first, last}, pattern.rows());
  check_offset_room(pattern, last - first, sizeof(Scalar), resources);
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> offset(last - first);
  const std::span<Scalar> rows(offset.data(), static_cast<std::size_t>(offset.size()));
  write_padding_offset(pattern, padding_value, weights, first, resources, rows);
  if (!bias.empty()) add_bias(pattern, bias, first, rows);
  return offset;
}

#define TOEPLIX_INSTANTIATE(Scalar)                                                           \
  template Eigen::Matrix<Scalar, Eigen::Dynamic, 1> offset_rows_span(                         \
      const Pattern&, double, std::span<const Scalar>, std::span<const Scalar>, Index, Index, \
      const Resources&);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::detail
