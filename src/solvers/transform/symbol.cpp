#include "solvers/transform/symbol.hpp"

#include <algorithm>
#include <cstdlib>

namespace toeplix::detail {

namespace {

/// Pixels after which the extension of an image repeats.
Index period_of(Basis basis, Index extent) {
  if (basis == Basis::fourier) return extent;
  if (basis == Basis::cosine) return 2 * extent;
  return std::max<Index>(1, 2 * (extent - 1));
}

/// The extent of what a kernel is folded to: for a kernel that is its own mirror image, one half of
/// a period and both its ends.
Index folded_extent(Basis basis, Index extent) {
  return basis == Basis::cosine ? extent + 1 : extent;
}

/// Where a tap lands. Fourier's frequencies turn with the offset, and FFTW's against it.
Index folded(Basis basis, Index extent, Index offset) {
  const Index period = period_of(basis, extent);
  if (basis == Basis::fourier) return ((-offset) % period + period) % period;
  const Index turned = std::abs(offset) % period;
  return std::min(turned, period - turned);
}

struct Folded {
  Extents extents;
  std::vector<double> numbers;
};

/// The kernel on one period. REDFT00 counts what lies between the ends of a half twice, and so it
/// gets halves of that.
Folded fold(const KernelTaps& taps, const Extents& extents, const std::vector<Basis>& bases) {
  Folded result;
  Index size = 1;
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    result.extents.push_back(folded_extent(bases[axis], extents[axis]));
    size *= result.extents.back();
  }
  result.numbers.resize(static_cast<std::size_t>(size));
  for (std::size_t tap = 0; tap < taps.size(); ++tap) {
    Index at = 0;
    double weight = taps.weights[tap];
    for (std::size_t axis = 0; axis < extents.size(); ++axis) {
      const Index here = folded(bases[axis], extents[axis], taps.offset(tap)[axis]);
      const bool is_between = here > 0 && here < result.extents[axis] - 1;
      if (bases[axis] != Basis::fourier && is_between) weight /= 2;
      at = at * result.extents[axis] + here;
    }
    result.numbers[static_cast<std::size_t>(at)] += weight;
  }
  return result;
}

/// Keeps the first `kept` extents of an array of `extents`, of numbers of `unit` doubles.
std::vector<double> cropped(const std::vector<double>& numbers, const Extents& extents,
                            const Extents& kept, Index unit) {
  if (extents == kept) return numbers;
  const std::size_t axes = extents.size();
  const Index run = kept[axes - 1] * unit;
  Index rows = 1;
  for (std::size_t axis = 0; axis + 1 < axes; ++axis) rows *= kept[axis];
  std::vector<double> result(static_cast<std::size_t>(rows * run));
  for (Index row = 0; row < rows; ++row) {
    Index rest = row;
    Index from = 0;
    Index step = extents[axes - 1];
    for (std::size_t axis = axes - 1; axis-- > 0;) {
      from += rest % kept[axis] * step;
      rest /= kept[axis];
      step *= extents[axis];
    }
    std::copy_n(numbers.begin() + from * unit, run, result.begin() + row * run);
  }
  return result;
}

}  // namespace

std::vector<double> symbol_of(const KernelTaps& taps, const Extents& extents,
                              const std::vector<Basis>& bases, int threads) {
  std::vector<Basis> of_kernel(bases);
  std::replace(of_kernel.begin(), of_kernel.end(), Basis::cosine, Basis::even);
  Folded kernel = fold(taps, extents, bases);
  const GridTransform transform(kernel.extents, of_kernel, threads);
  std::vector<double> spectrum(static_cast<std::size_t>(transform.spectrum_size()));
  transform.forward(kernel.numbers, spectrum);
  Extents kept = transform.frequencies();
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    if (bases[axis] == Basis::cosine) kept[axis] = extents[axis];
  }
  return cropped(spectrum, transform.frequencies(), kept, transform.is_complex() ? 2 : 1);
}

std::vector<double> real_symbol_of(const KernelTaps& taps, const Extents& extents,
                                   const std::vector<Basis>& bases, int threads) {
  std::vector<double> symbol = symbol_of(taps, extents, bases, threads);
  const bool is_complex = std::find(bases.begin(), bases.end(), Basis::fourier) != bases.end();
  if (!is_complex) return symbol;
  for (std::size_t i = 0; 2 * i < symbol.size(); ++i) symbol[i] = symbol[2 * i];
  symbol.resize(symbol.size() / 2);
  return symbol;
}

}  // namespace toeplix::detail
