#include "core/compile/row_builder.hpp"

#include <algorithm>
#include <array>
#include <complex>

namespace toeplix::detail {

template <class StorageIndex>
void ColumnRows<StorageIndex>::build(const TapProduct& outer, const TapProduct& inner,
                                     Index channel, Element* out) const {
  const Pattern::Channels& c = channels_;
  if (c.place == Pattern::Channels::Place::innermost) {
    const Index first = channel / c.rows_per_group * c.columns_per_group;
    for (const Index far : outer.columns) {
      for (const Index near : inner.columns) {
        for (Index k = 0; k < c.columns_per_group; ++k) {
          *out++ = static_cast<Element>(far + near + first + k);
        }
      }
    }
    return;
  }
  for (Index k = 0; k < c.columns_per_group; ++k) {
    for (const Index far : outer.columns) {
      const Index base = k * c.column_stride + far;
      for (const Index near : inner.columns) *out++ = static_cast<Element>(base + near);
    }
  }
}

namespace {

/// The value of entry (i, j) of outer x inner: the sum of its weights, in the order of the taps.
template <class Scalar>
Scalar sum_weights(const Scalar* weights, const TapProduct& outer, std::size_t i,
                   const TapProduct& inner, std::size_t j) {
  Scalar sum = Scalar();
  bool first = true;
  for (auto p = outer.weight_begin[i]; p < outer.weight_begin[i + 1]; ++p) {
    const Scalar* from = weights + outer.weights[static_cast<std::size_t>(p)];
    for (auto q = inner.weight_begin[j]; q < inner.weight_begin[j + 1]; ++q) {
      const Scalar weight = from[inner.weights[static_cast<std::size_t>(q)]];
      // The first weight is taken as it is, so that a single -0.0 stays one.
      sum = first ? weight : sum + weight;
      first = false;
    }
  }
  return sum;
}

/// The values of one pair of channels, `step` elements apart.
template <class Scalar>
void build_pair(const Scalar* weights, const TapProduct& outer, const TapProduct& inner,
                Scalar* out, Index step) {
  for (std::size_t i = 0; i < outer.columns.size(); ++i) {
    for (std::size_t j = 0; j < inner.columns.size(); ++j) {
      *out = sum_weights(weights, outer, i, inner, j);
      out += step;
    }
  }
}

/// As many entries of a pair of channels as have their weights looked up once for all channels.
constexpr Index few_entries = 128;

/// Where the weight of every entry of a pair of channels lies, where each has exactly one.
std::array<Index, few_entries> weight_offsets(const TapProduct& outer, const TapProduct& inner) {
  std::array<Index, few_entries> offsets;
  auto offset = offsets.begin();
  for (const Index far : outer.weights) {
    for (const Index near : inner.weights) *offset++ = far + near;
  }
  return offsets;
}

/// Whether every offset is the one before it plus 1.
bool is_run(std::span<const Index> offsets) {
  const auto not_next = [](Index a, Index b) { return b != a + 1; };
  return std::ranges::adjacent_find(offsets, not_next) == offsets.end();
}

/// Copies blocks of `Length` elements from places that lie evenly to others that do.
template <std::size_t Length, class Scalar>
void copy_blocks(const Scalar* from, Index from_step, Scalar* to, Index to_step, Index count) {
  for (Index block = 0; block < count; ++block) {
    std::copy_n(from + block * from_step, Length, to + block * to_step);
  }
}

}  // namespace

template <class Scalar>
void ValueRows<Scalar>::build(const TapProduct& outer, const TapProduct& inner, Index channel,
                              Element* out) const {
  const Pattern::Channels& c = channels_;
  const bool innermost = c.place == Pattern::Channels::Place::innermost;
  const Index pairs = outer.size() * inner.size();
  if (pairs == 0) return;  // `out` may then be null
  const Scalar* weights = weights_.data() + channel / c.rows_per_group * c.weight_group_stride +
                          channel % c.rows_per_group * c.weight_row_stride;
  const Index channel_step = innermost ? 1 : pairs;
  const Index entry_step = innermost ? c.columns_per_group : 1;
  if (!outer.single || !inner.single || pairs > few_entries) {
    for (Index k = 0; k < c.columns_per_group; ++k) {
      build_pair(weights + k * c.weight_column_stride, outer, inner, out + k * channel_step,
                 entry_step);
    }
    return;
  }
  const auto all_offsets = weight_offsets(outer, inner);
  std::span<const Index> offsets(all_offsets.data(), static_cast<std::size_t>(pairs));
  const Index weight_step = c.weight_column_stride;
  if (channel_step == pairs && weight_step == pairs && is_run(offsets)) {
    std::copy_n(weights + offsets.front(), pairs * c.columns_per_group, out);
    return;
  }
  // One weight for all channels, or two that lie together, which one instruction moves (but for
  // complex numbers of double precision).
  while (!offsets.empty()) {
    const Scalar* const from = weights + offsets[0];
    const bool two = !innermost && offsets.size() > 1 && offsets[1] == offsets[0] + 1;
    if (two) {
      copy_blocks<2>(from, weight_step, out, channel_step, c.columns_per_group);
    } else {
      copy_blocks<1>(from, weight_step, out, channel_step, c.columns_per_group);
    }
    offsets = offsets.subspan(two ? 2 : 1);
    out += two ? 2 : entry_step;
  }
}

template class ColumnRows<std::int32_t>;
template class ColumnRows<std::int64_t>;
template class ValueRows<float>;
template class ValueRows<double>;
template class ValueRows<std::complex<float>>;
template class ValueRows<std::complex<double>>;

}  // namespace toeplix::detail
