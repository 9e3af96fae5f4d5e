#include "core/inspect/pattern_tensors.hpp"

#include <toeplix/error.hpp>
#include <toeplix/spec.hpp>

#include "core/geometry/text.hpp"
#include "core/inspect/packed_tensor.hpp"

#include <string>
#include <utility>

namespace toeplix::detail {

namespace {

std::string described(const PackedTensor& tensor) {
  return std::to_string(tensor.channels()) + " channels of " + join(tensor.extents(), " x ") +
         " in the order " + std::string(to_string(tensor.order()));
}

}  // namespace

PixelShuffle plain_tensors(const Pattern& pattern) {
  const std::size_t count = pattern.axes().size();
  const std::vector<std::size_t> axes = axes_in_memory(pattern.order(), count);
  Extents columns(count);
  Extents rows(count);
  for (std::size_t i = 0; i < count; ++i) {
    columns[axes[i]] = pattern.axes()[i].table.columns();
    rows[axes[i]] = pattern.axes()[i].table.rows();
  }
  return {{pattern.channels().columns(), std::move(columns), pattern.order()},
          {pattern.channels().rows(), std::move(rows), pattern.order()}};
}

void check_is_packing_of(const char* side, const PackedTensor& plain, const PackedTensor& packed) {
  const bool same = plain.channels() == packed.channels() && plain.extents() == packed.extents() &&
                    plain.order() == packed.order();
  if (same) return;
  throw GeometryError("packing of " + described(packed) + "; expected the convolution's " + side +
                      ", " + described(plain));
}

}  // namespace toeplix::detail
