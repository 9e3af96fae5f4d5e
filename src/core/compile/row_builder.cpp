#include "core/compile/row_builder.hpp"

#include "reference/instantiate.hpp"

namespace toeplix::detail {

namespace {

/// Adds up the weights at some offsets. The first is taken as it is, so that a single -0.0 stays
/// one.
template <class Scalar>
Scalar sum_weights(const Scalar* weights, std::span<const Index> offsets) {
  Scalar sum = weights[offsets.front()];
  for (const Index offset : offsets.subspan(1)) sum += weights[offset];
  return sum;
}

}  // namespace

template <class Scalar>
void RowBuilder<Scalar>::go_to(Index row) {
  std::swap(coordinates_, previous_);
  coordinates_.clear();
  for (const Pattern::Axis& axis : pattern_.axes()) {
    coordinates_.push_back(row / axis.row_stride % axis.table.rows());
  }
  // Rows of neighbouring channels often share their coordinates, and so their taps.
  if (coordinates_ != previous_) product_ = tap_product(pattern_.axes(), coordinates_);
  channel_ = row / pattern_.channels().row_stride % pattern_.channels().rows();
}

template <class Scalar>
std::span<const Index> RowBuilder<Scalar>::columns() {
  const Pattern::Channels& c = pattern_.channels();
  const Index first = c.first_column(channel_);
  columns_.resize(static_cast<std::size_t>(c.columns_per_group * product_.size()));
  for_each_entry(c, product_.size(), [&](std::size_t entry, Index k, std::size_t tap) {
    columns_[entry] = first + k * c.column_stride + product_.columns[tap];
  });
  return columns_;
}

template <class Scalar>
std::span<const Scalar> RowBuilder<Scalar>::values() {
  const Pattern::Channels& c = pattern_.channels();
  const Scalar* const first = weights_.data() + c.first_weight(channel_);
  values_.resize(static_cast<std::size_t>(c.columns_per_group * product_.size()));
  if (product_.single) {
    for_each_entry(c, product_.size(), [&](std::size_t entry, Index k, std::size_t tap) {
      values_[entry] = first[k * c.weight_column_stride + product_.weights[tap]];
    });
  } else {
    for_each_entry(c, product_.size(), [&](std::size_t entry, Index k, std::size_t tap) {
      values_[entry] = sum_weights(first + k * c.weight_column_stride, weights_of(product_, tap));
    });
  }
  return values_;
}

#define TOEPLIX_INSTANTIATE(Scalar) template class RowBuilder<Scalar>;
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::detail
