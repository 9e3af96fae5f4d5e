#pragma once

#include <toeplix/toeplix.hpp>

namespace bench {

using toeplix::Index;

/// The loop that people write by hand: calls `add(row, column, value)` for every entry, with zero
/// padding and channels first. It is tight (bounds are taken out of the inner loop) so that the
/// peers it feeds are measured at their best.
template <class Add>
void for_each_triplet(const toeplix::Convolution& conv, const std::vector<float>& weights,
                      Add add) {
  // One loop nest for up to three axes: missing ones have extent 1.
  Index in[3] = {1, 1, 1}, out[3] = {1, 1, 1}, k[3] = {1, 1, 1}, s[3] = {1, 1, 1}, p[3] = {0, 0, 0};
  const std::size_t first = 3 - conv.axes();
  for (std::size_t axis = 0; axis < conv.axes(); ++axis) {
    in[first + axis] = conv.input()[axis];
    out[first + axis] = conv.output()[axis];
    k[first + axis] = conv.kernel()[axis];
    s[first + axis] = conv.spec().stride[axis];
    p[first + axis] = conv.padding(axis).lower;
  }
  const auto low = [&](int a, Index o) { return std::max<Index>(0, p[a] - o * s[a]); };
  const auto high = [&](int a, Index o) { return std::min(k[a], in[a] + p[a] - o * s[a]); };
  Index row = 0;
  for (Index co = 0; co < conv.out_channels(); ++co)
    for (Index z = 0; z < out[0]; ++z)
      for (Index y = 0; y < out[1]; ++y)
        for (Index x = 0; x < out[2]; ++x, ++row)
          for (Index ci = 0; ci < conv.in_channels(); ++ci)
            for (Index c = low(0, z); c < high(0, z); ++c)
              for (Index b = low(1, y); b < high(1, y); ++b) {
                const Index column =
                    ((ci * in[0] + z * s[0] - p[0] + c) * in[1] + y * s[1] - p[1] + b) * in[2] +
                    x * s[2] - p[2];
                const float* const weight = &weights[static_cast<std::size_t>(
                    (((co * conv.in_channels() + ci) * k[0] + c) * k[1] + b) * k[2])];
                for (Index a = low(2, x); a < high(2, x); ++a) add(row, column + a, weight[a]);
              }
}

}  // namespace bench
