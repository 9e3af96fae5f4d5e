#include "solvers/transform/kernel_taps.hpp"

#include "solvers/transform/grid_transform.hpp"

#include <algorithm>
#include <map>

namespace toeplix::detail {

namespace {

/// The box that offsets lie in.
struct Box {
  Extents lowest;
  Extents extents;
  Index size = 1;

  explicit Box(const KernelTaps& taps) {
    const auto axes = static_cast<std::size_t>(taps.axes);
    for (std::size_t axis = 0; axis < axes; ++axis) {
      Index low = 0;
      Index high = 0;
      for (std::size_t tap = 0; tap < taps.size(); ++tap) {
        const Index offset = taps.offset(tap)[axis];
        low = tap == 0 ? offset : std::min(low, offset);
        high = tap == 0 ? offset : std::max(high, offset);
      }
      lowest.push_back(low);
      extents.push_back(high - low + 1);
      size *= extents.back();
    }
  }
};

KernelTaps by_pairs(const KernelTaps& taps) {
  std::map<std::vector<Index>, double> sums;
  for (std::size_t first = 0; first < taps.size(); ++first) {
    for (std::size_t second = 0; second < taps.size(); ++second) {
      std::vector<Index> apart(taps.offset(second).begin(), taps.offset(second).end());
      for (std::size_t axis = 0; axis < apart.size(); ++axis) {
        apart[axis] -= taps.offset(first)[axis];
      }
      sums[apart] += taps.weights[first] * taps.weights[second];
    }
  }
  KernelTaps result{.axes = taps.axes};
  for (const auto& [offset, weight] : sums) {
    result.offsets.insert(result.offsets.end(), offset.begin(), offset.end());
    result.weights.push_back(weight);
  }
  return result;
}

/// By the squared spectrum of the kernel, on a box with room for every offset of the result.
KernelTaps by_transform(const KernelTaps& taps, const Box& box) {
  Extents doubled;
  for (const Index extent : box.extents) doubled.push_back(2 * extent);
  const GridTransform transform(doubled, std::vector<Basis>(doubled.size(), Basis::fourier), 1);
  const auto at = [&](const auto& coordinate) {
    Index index = 0;
    for (std::size_t axis = 0; axis < doubled.size(); ++axis) {
      index = index * doubled[axis] + coordinate(axis);
    }
    return static_cast<std::size_t>(index);
  };
  std::vector<double> image(static_cast<std::size_t>(transform.pixels()));
  for (std::size_t tap = 0; tap < taps.size(); ++tap) {
    image[at([&](std::size_t axis) { return taps.offset(tap)[axis] - box.lowest[axis]; })] +=
        taps.weights[tap];
  }
  std::vector<double> spectrum(static_cast<std::size_t>(transform.spectrum_size()));
  transform.forward(image, spectrum);
  for (std::size_t i = 0; i < spectrum.size(); i += 2) {
    spectrum[i] =
        (spectrum[i] * spectrum[i] + spectrum[i + 1] * spectrum[i + 1]) / transform.scale();
    spectrum[i + 1] = 0;
  }
  transform.inverse(spectrum, image);
  KernelTaps result{.axes = taps.axes, .weights = std::move(image)};
  for (Index index = 0; index < transform.pixels(); ++index) {
    Extents offset(doubled.size());
    Index rest = index;
    for (std::size_t axis = doubled.size(); axis-- > 0;) {
      const Index here = rest % doubled[axis];
      offset[axis] = here < box.extents[axis] ? here : here - doubled[axis];
      rest /= doubled[axis];
    }
    result.offsets.insert(result.offsets.end(), offset.begin(), offset.end());
  }
  return result;
}

}  // namespace

KernelTaps taps_of(const Pattern& pattern, std::span<const double> weights,
                   const ChannelPair& channels) {
  const Pattern::Channels& c = pattern.channels();
  const Index base = channels.group * c.weight_group_stride + channels.row * c.weight_row_stride +
                     channels.column * c.weight_column_stride;
  KernelTaps taps{.axes = static_cast<Index>(pattern.axes().size())};
  Index count = 1;
  for (const Pattern::Axis& axis : pattern.axes()) count *= axis.table.geometry().kernel;
  for (Index number = 0; number < count; ++number) {
    Index rest = number;
    Index place = base;
    Extents offset(pattern.axes().size());
    for (std::size_t a = offset.size(); a-- > 0;) {
      const Pattern::Axis& axis = pattern.axes()[a];
      const AxisGeometry& g = axis.table.geometry();
      const Index position = rest % g.kernel;
      rest /= g.kernel;
      place += position * axis.weight_stride;
      const Index read = g.kernel_position(position) * g.dilation - g.lower;
      offset[a] = axis.table.is_transposed() ? -read : read;
    }
    taps.offsets.insert(taps.offsets.end(), offset.begin(), offset.end());
    taps.weights.push_back(weights[static_cast<std::size_t>(place)]);
  }
  return taps;
}

KernelTaps autocorrelation(const KernelTaps& taps) {
  constexpr std::size_t few = 100;
  if (taps.size() <= few || !has_transforms()) return by_pairs(taps);
  return by_transform(taps, Box(taps));
}

bool is_symmetric_along(const KernelTaps& taps, std::size_t axis) {
  std::map<std::vector<Index>, double> sums;
  for (std::size_t tap = 0; tap < taps.size(); ++tap) {
    const std::span<const Index> offset = taps.offset(tap);
    sums[{offset.begin(), offset.end()}] += taps.weights[tap];
  }
  return std::all_of(sums.begin(), sums.end(), [&](const auto& tap) {
    std::vector<Index> mirrored = tap.first;
    mirrored[axis] = -mirrored[axis];
    const auto there = sums.find(mirrored);
    return (there == sums.end() ? 0.0 : there->second) == tap.second;
  });
}

}  // namespace toeplix::detail
