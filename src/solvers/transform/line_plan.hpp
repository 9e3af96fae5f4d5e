#pragma once

#include <toeplix/index.hpp>

#include <memory>

namespace toeplix::detail {

/// What FFTW does to one line.
enum class LineKind {
  cosine,           ///< n real numbers to n, as FFTW's REDFT10
  inverse_cosine,   ///< n real numbers to n, as REDFT01
  even,             ///< n real numbers to n, REDFT00; its own inverse
  real_to_complex,  ///< n real numbers to n / 2 + 1 complex ones
  complex_to_real,  ///< and back
  forward,          ///< n complex numbers to n
  backward,         ///< and back
};

/// A plan of FFTW for a line of n pixels. The DCT-II and its inverse go through the transform of a
/// real line in another order, which FFTW has vector instructions for: its own take twice as long.
/// Source: J. Makhoul, IEEE Trans. Acoust. Speech Signal Process. 28 (1980). A plan is the same
/// whenever it is made: nothing is measured, and no wisdom kept, so that a sum is always taken in
/// the same order.
class LinePlan {
 public:
  /// Plans; only one thread does so at a time, as FFTW demands.
  LinePlan(LineKind kind, Index extent);

  /// Transforms a line; the source is overwritten. Both are aligned as `line_alignment` says, have
  /// room for `size` doubles, and do not overlap. Any number of threads may do so at a time.
  void run(double* source, double* target) const;

  /// Doubles of the source, and of the target, with what is needed on the way.
  [[nodiscard]] Index size() const { return size_; }

 private:
  struct Plan;

  void run_cosine(double* source, double* target) const;
  void run_inverse_cosine(double* source, double* target) const;

  LineKind kind_;
  Index extent_;
  Index size_;
  std::shared_ptr<const Plan> plan_;
};

/// Bytes.
inline constexpr std::size_t line_alignment = 64;

}  // namespace toeplix::detail
