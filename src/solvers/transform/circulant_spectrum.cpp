#include "solvers/transform/circulant_spectrum.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <vector>

namespace toeplix::detail {

namespace {

using Complex = std::complex<double>;

bool is_circulant(const Pattern& pattern) {
  const Pattern::Channels& c = pattern.channels();
  if (c.rows_per_group != 1 || c.columns_per_group != 1 || pattern.is_per_pixel()) return false;
  for (const Pattern::Axis& axis : pattern.axes()) {
    const AxisGeometry& g = axis.table.geometry();
    const bool circular = g.boundary == Boundary::circular || g.kernel == 1;
    const bool is_cropped = g.lower < 0 || g.cropped_upper > 0;
    if (!circular || is_cropped || g.stride != 1 || g.input_dilation != 1) return false;
    if (g.input != g.output) return false;
  }
  return true;
}

/// Replaces the kernel positions of one axis, in the middle of (before, kernel, after), by the
/// frequencies of its extent. A shift or a flip changes only phases, so zeros stay zeros.
std::vector<Complex> transform(const std::vector<Complex>& values, Index before, Index kernel,
                               Index extent, Index dilation) {
  const Index after = static_cast<Index>(values.size()) / (before * kernel);
  std::vector<Complex> result(static_cast<std::size_t>(before * extent * after));
  std::vector<Complex> roots(static_cast<std::size_t>(extent));
  for (Index k = 0; k < extent; ++k) {
    const double angle =
        -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(extent);
    roots[static_cast<std::size_t>(k)] = std::polar(1.0, angle);
  }
  for (Index b = 0; b < before; ++b) {
    for (Index frequency = 0; frequency < extent; ++frequency) {
      Complex* const to = result.data() + (b * extent + frequency) * after;
      for (Index t = 0; t < kernel; ++t) {
        const Index turn = frequency * (t * dilation % extent) % extent;
        const Complex root = roots[static_cast<std::size_t>(turn)];
        const Complex* const from = values.data() + (b * kernel + t) * after;
        for (Index i = 0; i < after; ++i) to[i] += root * from[i];
      }
    }
  }
  return result;
}

/// The kernel of a channel in the order of the pattern's axes.
std::vector<Complex> kernel_of(const Pattern& pattern, std::span<const double> weights,
                               Index channel) {
  std::vector<Index> places{channel * pattern.channels().weight_group_stride};
  for (const Pattern::Axis& axis : pattern.axes()) {
    std::vector<Index> longer;
    for (const Index place : places) {
      for (Index t = 0; t < axis.table.geometry().kernel; ++t) {
        longer.push_back(place + t * axis.weight_stride);
      }
    }
    places = std::move(longer);
  }
  std::vector<Complex> kernel;
  for (const Index place : places) kernel.emplace_back(weights[static_cast<std::size_t>(place)]);
  return kernel;
}

std::vector<Complex> spectrum_of(const Pattern& pattern, std::vector<Complex> kernel) {
  Index before = 1;
  for (const Pattern::Axis& axis : pattern.axes()) {
    const AxisGeometry& g = axis.table.geometry();
    kernel = transform(kernel, before, g.kernel, g.input, g.dilation);
    before *= g.input;
  }
  return kernel;
}

/// A smaller value of the spectrum is rounding.
double rounding_of(const std::vector<Complex>& kernel) {
  double size = 0;
  for (const Complex& value : kernel) size += std::abs(value);
  return size * 16 * std::numeric_limits<double>::epsilon() * static_cast<double>(kernel.size());
}

std::string name_of(const Pattern& pattern, Index channel, Index at) {
  std::string frequency;
  for (auto axis = pattern.axes().rbegin(); axis != pattern.axes().rend(); ++axis) {
    const Index extent = axis->table.columns();
    const std::string number = std::to_string(at % extent);
    frequency = frequency.empty() ? number : number + ", " + frequency;
    at /= extent;
  }
  const std::string whose =
      pattern.channels().groups == 1 ? "" : " of channel " + std::to_string(channel);
  return "the kernel's spectrum" + whose + " is zero at frequency (" + frequency + ")";
}

}  // namespace

SpectrumZeros spectrum_zeros(const Pattern& pattern, std::span<const double> weights) {
  SpectrumZeros zeros;
  if (!is_circulant(pattern)) return zeros;
  for (Index channel = 0; channel < pattern.channels().groups; ++channel) {
    const std::vector<Complex> kernel = kernel_of(pattern, weights, channel);
    const double rounding = rounding_of(kernel);
    const std::vector<Complex> spectrum = spectrum_of(pattern, kernel);
    for (std::size_t at = 0; at < spectrum.size(); ++at) {
      if (std::abs(spectrum[at]) > rounding) continue;
      if (zeros.count++ == 0) zeros.reason = name_of(pattern, channel, static_cast<Index>(at));
    }
  }
  return zeros;
}

}  // namespace toeplix::detail
