#include "naive.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace toeplix::conformance {

namespace {

/// Calls `visit` with all coordinates below `extents`, the last one fastest.
template <class Visit>
void for_each_coordinate(const Extents& extents, Visit visit) {
  for (const Index extent : extents) {
    if (extent < 1) return;
  }
  Extents at(extents.size());
  for (;;) {
    visit(at);
    std::size_t axis = at.size();
    while (axis > 0 && ++at[axis - 1] == extents[axis - 1]) at[--axis] = 0;
    if (axis == 0) return;
  }
}

/// The place of a coordinate in C order.
Index flat(const Extents& at, const Extents& extents) {
  Index index = 0;
  for (std::size_t axis = 0; axis < at.size(); ++axis) index = index * extents[axis] + at[axis];
  return index;
}

AxisPadding side_of(const Padding& padding, std::size_t axis) {
  const std::vector<AxisPadding>& sides = padding.sides();
  if (sides.empty()) throw std::logic_error("the naive reference wants padding in numbers");
  return sides[sides.size() == 1 ? 0 : axis];
}

// --- AveragePool
// ----------------------------------------------------------------------------------

/// Lays windows side by side as long as they fit. In ceil mode one more catches the rest of the
/// padded image, and the last is dropped if it begins beyond the image.
Index count_windows(const AveragePool& pool, std::size_t axis) {
  const AxisPadding side = side_of(pool.padding, axis);
  const Index reach = (pool.kernel[axis] - 1) * pool.dilation[axis];
  const Index end = pool.input[axis] + side.upper;
  Index count = 0;
  Index next = -side.lower;
  for (; next + reach < end; next += pool.stride[axis]) ++count;
  if (!pool.ceil_mode) return count;
  const bool rest = next - pool.stride[axis] + reach + 1 < end;
  if (rest) {
    ++count;
    next += pool.stride[axis];
  }
  const bool last_begins_beyond = next - pool.stride[axis] >= pool.input[axis];
  return last_begins_beyond ? count - 1 : count;
}

void visit_window(const AveragePool& pool, const Extents& output, Index channel, Index row,
                  const NaiveOperator::Visit& visit) {
  std::vector<Index> pixels;
  Index divisor = 0;
  for_each_coordinate(pool.kernel, [&](const Extents& tap) {
    Extents pixel = output;
    bool real = true;
    bool counts = true;
    for (std::size_t axis = 0; axis < pixel.size(); ++axis) {
      const AxisPadding side = side_of(pool.padding, axis);
      Index& at = pixel[axis];
      at = output[axis] * pool.stride[axis] - side.lower + tap[axis] * pool.dilation[axis];
      real = real && at >= 0 && at < pool.input[axis];
      counts = counts && at < pool.input[axis] + side.upper;
    }
    if (real) pixels.push_back(channel * product(pool.input) + flat(pixel, pool.input));
    divisor += pool.count_include_pad ? counts : real;
  });
  for (const Index pixel : pixels) visit(row, pixel, 1 / static_cast<double>(divisor));
}

// --- Pad
// ------------------------------------------------------------------------------------------

/// Walks out of the image pixel by pixel. Returns -1 if there is nothing.
Index walk(Index coordinate, Index extent, Boundary boundary) {
  while (coordinate < 0 || coordinate >= extent) {
    const bool below = coordinate < 0;
    switch (boundary) {
      case Boundary::zero:
        return -1;
      case Boundary::replicate:
        coordinate += below ? 1 : -1;
        break;
      case Boundary::circular:
        coordinate += below ? extent : -extent;
        break;
      case Boundary::reflect:
        if (extent == 1) return 0;
        coordinate = below ? -coordinate : 2 * (extent - 1) - coordinate;
        break;
      case Boundary::symmetric:
        coordinate = below ? -1 - coordinate : 2 * extent - 1 - coordinate;
        break;
    }
  }
  return coordinate;
}

/// The pixel that an output pixel shows, or -1.
Index source(const Pad& pad, const Extents& output) {
  Extents pixel = output;
  for (std::size_t axis = 0; axis < pixel.size(); ++axis) {
    const Index at = output[axis] - side_of(pad.padding, axis).lower;
    pixel[axis] = walk(at, pad.input[axis], pad.boundary[axis]);
    if (pixel[axis] < 0) return -1;
  }
  return flat(pixel, pad.input);
}

// --- Resize
// ---------------------------------------------------------------------------------------

/// The formulas of ONNX's operator Resize, in double.
double original_coordinate(const Resize& resize, std::size_t axis, Index o, Index output) {
  const auto input = static_cast<double>(resize.input[axis]);
  const bool sized = !resize.sizes.empty();
  const double scale = sized ? static_cast<double>(output) / input : resize.scales[axis];
  const double length = sized ? static_cast<double>(output) : scale * input;
  const auto at = static_cast<double>(o);
  switch (resize.coordinates) {
    case CoordinateMode::half_pixel:
      return (at + 0.5) / scale - 0.5;
    case CoordinateMode::pytorch_half_pixel:
      return output > 1 ? (at + 0.5) / scale - 0.5 : 0;
    case CoordinateMode::align_corners:
      return length == 1 ? 0 : at * (input - 1) / (length - 1);
    case CoordinateMode::asymmetric:
      return at / scale;
    case CoordinateMode::half_pixel_symmetric:
      return input / 2 * (1 - static_cast<double>(output) / length) + (at + 0.5) / scale - 0.5;
  }
  throw std::logic_error("unknown coordinate mode");
}

double rounded(double coordinate, NearestPixel rule) {
  switch (rule) {
    case NearestPixel::round_prefer_floor:
      return std::ceil(coordinate - 0.5);
    case NearestPixel::round_prefer_ceil:
      return std::floor(coordinate + 0.5);
    case NearestPixel::floor:
      return std::floor(coordinate);
    case NearestPixel::ceil:
      return std::ceil(coordinate);
  }
  throw std::logic_error("unknown rule");
}

Extents resized(const Resize& resize) {
  if (!resize.sizes.empty()) return resize.sizes;
  Extents output;
  for (std::size_t axis = 0; axis < resize.input.size(); ++axis) {
    const double length = static_cast<double>(resize.input[axis]) * resize.scales[axis];
    output.push_back(static_cast<Index>(std::floor(length)));
  }
  return output;
}

/// All corners of the cell around an output pixel's place.
void visit_corners(const Resize& resize, const Extents& at, const Extents& output, Index row,
                   const NaiveOperator::Visit& visit) {
  const bool linear = resize.interpolation == Interpolation::linear;
  for_each_coordinate(Extents(at.size(), linear ? 2 : 1), [&](const Extents& corner) {
    Extents pixel = at;
    double coefficient = 1;
    for (std::size_t axis = 0; axis < at.size(); ++axis) {
      const double place = original_coordinate(resize, axis, at[axis], output[axis]);
      double neighbour = rounded(place, resize.nearest);
      if (linear) {
        neighbour = std::floor(place) + static_cast<double>(corner[axis]);
        coefficient *= 1 - std::abs(place - neighbour);
      }
      pixel[axis] = static_cast<Index>(
          std::clamp(neighbour, 0.0, static_cast<double>(resize.input[axis] - 1)));
    }
    visit(row, flat(pixel, resize.input), coefficient);
  });
}

}  // namespace

NaiveOperator naive(const AveragePool& pool) {
  Extents windows;
  for (std::size_t axis = 0; axis < pool.input.size(); ++axis) {
    windows.push_back(count_windows(pool, axis));
  }
  NaiveOperator made;
  made.output = {pool.channels};
  made.output.insert(made.output.end(), windows.begin(), windows.end());
  made.for_each_entry = [=](const NaiveOperator::Visit& visit) {
    Index row = 0;
    for (Index channel = 0; channel < pool.channels; ++channel) {
      for_each_coordinate(windows, [&](const Extents& output) {
        visit_window(pool, output, channel, row++, visit);
      });
    }
  };
  return made;
}

NaiveOperator naive(const Pad& pad) {
  NaiveOperator made;
  for (std::size_t axis = 0; axis < pad.input.size(); ++axis) {
    const AxisPadding side = side_of(pad.padding, axis);
    made.output.push_back(side.lower + pad.input[axis] + side.upper);
  }
  for_each_coordinate(made.output, [&](const Extents& output) {
    made.offset.push_back(source(pad, output) < 0 ? pad.constant : 0);
  });
  made.for_each_entry = [pad, extents = made.output](const NaiveOperator::Visit& visit) {
    Index row = 0;
    for_each_coordinate(extents, [&](const Extents& output) {
      const Index column = source(pad, output);
      if (column >= 0) visit(row, column, 1);
      ++row;
    });
  };
  return made;
}

NaiveOperator naive(const Resize& resize) {
  NaiveOperator made;
  made.output = resized(resize);
  made.for_each_entry = [resize, extents = made.output](const NaiveOperator::Visit& visit) {
    Index row = 0;
    for_each_coordinate(extents, [&](const Extents& output) {
      visit_corners(resize, output, extents, row++, visit);
    });
  };
  return made;
}

}  // namespace toeplix::conformance
