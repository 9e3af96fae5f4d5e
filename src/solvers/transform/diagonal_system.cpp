#include "solvers/transform/diagonal_system.hpp"

#include "solvers/transform/kernel_taps.hpp"
#include "solvers/transform/symbol.hpp"

#include <algorithm>
#include <complex>
#include <limits>

namespace toeplix::detail {

namespace {

/// Calls `work` with every eigenvalue of a spectrum as a complex number.
template <class Work>
void for_eigenvalues(const std::vector<double>& numbers, bool is_complex, const Work& work) {
  const std::size_t unit = is_complex ? 2 : 1;
  for (std::size_t i = 0; i < numbers.size(); i += unit) {
    work(std::complex<double>(numbers[i], is_complex ? numbers[i + 1] : 0));
  }
}

/// Divides a spectrum by eigenvalues and by the transform's scale.
void divide(std::span<double> spectrum, const std::vector<double>& eigenvalues, bool is_complex,
            double scale) {
  if (!is_complex) {
    for (std::size_t i = 0; i < spectrum.size(); ++i) spectrum[i] /= eigenvalues[i] * scale;
    return;
  }
  for (std::size_t i = 0; i < spectrum.size(); i += 2) {
    const std::complex<double> quotient = std::complex<double>(spectrum[i], spectrum[i + 1]) /
                                          std::complex<double>(eigenvalues[i], eigenvalues[i + 1]);
    spectrum[i] = quotient.real() / scale;
    spectrum[i + 1] = quotient.imag() / scale;
  }
}

}  // namespace

DiagonalSystem::DiagonalSystem(const Pattern& pattern, std::span<const double> weights,
                               const DiagonalBases& bases, int threads)
    : planes_(Planes::of_columns(pattern)),
      threads_(threads),
      transform_(column_extents(pattern), bases.bases, threads),
      least_(std::numeric_limits<double>::infinity()) {
  for (Index channel = 0; channel < planes_.channels; ++channel) {
    const KernelTaps taps = taps_of(pattern, weights, {.group = channel});
    eigenvalues_.push_back(symbol_of(taps, column_extents(pattern), bases.bases, threads));
    for_eigenvalues(eigenvalues_.back(), transform_.is_complex(),
                    [this](const std::complex<double>& value) {
                      least_ = std::min(least_, std::abs(value));
                      greatest_ = std::max(greatest_, std::abs(value));
                    });
  }
}

Index DiagonalSystem::count_up_to(double least) const {
  Index count = 0;
  for (const std::vector<double>& numbers : eigenvalues_) {
    for_eigenvalues(numbers, transform_.is_complex(), [&](const std::complex<double>& value) {
      if (!(std::abs(value) > least * greatest_)) ++count;
    });
  }
  return count;
}

Eigen::VectorXd DiagonalSystem::solve(const Eigen::VectorXd& b) const {
  Eigen::VectorXd x(b.size());
  const bool is_complex = transform_.is_complex();
  std::vector<double> plane(static_cast<std::size_t>(planes_.pixels));
  std::vector<double> spectrum(is_complex ? static_cast<std::size_t>(transform_.spectrum_size())
                                          : 0);
  const std::span<double> numbers = is_complex ? spectrum : std::span<double>(plane);
  const auto all = [](Index) { return 1.0; };
  for (Index channel = 0; channel < planes_.channels; ++channel) {
    planes_.take(b.data(), channel, plane.data(), threads_, all);
    transform_.forward(plane, numbers);
    divide(numbers, eigenvalues_[static_cast<std::size_t>(channel)], is_complex,
           transform_.scale());
    transform_.inverse(numbers, plane);
    planes_.put(plane.data(), channel, x.data(), threads_, all);
  }
  return x;
}

}  // namespace toeplix::detail
