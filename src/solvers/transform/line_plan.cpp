#include "solvers/transform/line_plan.hpp"

#include <toeplix/error.hpp>

#include <fftw3.h>

#include <complex>
#include <limits>
#include <mutex>
#include <numbers>
#include <string>
#include <vector>

namespace toeplix::detail {

namespace {

/// FFTW plans and destroys plans by one thread at a time.
std::mutex& planner() {
  static std::mutex mutex;
  return mutex;
}

fftw_complex* as_complex(double* numbers) {
  return reinterpret_cast<fftw_complex*>(numbers);
}

fftw_plan make(LineKind kind, int n, double* source, double* target) {
  constexpr unsigned flags = FFTW_ESTIMATE | FFTW_DESTROY_INPUT;
  switch (kind) {
    case LineKind::even:
      return fftw_plan_r2r_1d(n, source, target, FFTW_REDFT00, flags);
    case LineKind::cosine:
    case LineKind::real_to_complex:
      return fftw_plan_dft_r2c_1d(n, source, as_complex(target), flags);
    case LineKind::inverse_cosine:
    case LineKind::complex_to_real:
      return fftw_plan_dft_c2r_1d(n, as_complex(source), target, flags);
    case LineKind::forward:
      return fftw_plan_dft_1d(n, as_complex(source), as_complex(target), FFTW_FORWARD, flags);
    case LineKind::backward:
      break;
  }
  return fftw_plan_dft_1d(n, as_complex(source), as_complex(target), FFTW_BACKWARD, flags);
}

}  // namespace

struct LinePlan::Plan {
  Plan(fftw_plan made, Index extent) : plan(made) {
    for (Index k = 0; k <= extent / 2; ++k) {
      turns.push_back(std::polar(
          1.0, std::numbers::pi * static_cast<double>(k) / (2 * static_cast<double>(extent))));
    }
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  ~Plan() {
    const std::lock_guard turn(planner());
    fftw_destroy_plan(plan);
  }

  fftw_plan plan;
  std::vector<std::complex<double>> turns;  // exp(i pi k / (2 n)), for the cosines
};

LinePlan::LinePlan(LineKind kind, Index extent)
    : kind_(kind), extent_(extent), size_(2 * extent + 2) {
  // FFTW numbers a line with an int, and its own products of extents must fit one as well.
  if (extent > std::numeric_limits<int>::max() / 4) {
    throw CapacityError("an axis of " + std::to_string(extent) + " pixels is too long to transform",
                        CapacityCause::index_type);
  }
  struct Free {
    void operator()(double* numbers) const { fftw_free(numbers); }
  };
  using Line = std::unique_ptr<double, Free>;
  const Line source(fftw_alloc_real(static_cast<std::size_t>(size_)));
  const Line target(fftw_alloc_real(static_cast<std::size_t>(size_)));
  if (!source || !target) {
    throw CapacityError(
        "the transform of a line of " + std::to_string(extent) + " pixels: out of memory",
        CapacityCause::memory_budget);
  }
  const std::lock_guard turn(planner());
  plan_ = std::make_shared<const Plan>(
      make(kind, static_cast<int>(extent), source.get(), target.get()), extent);
}

void LinePlan::run(double* source, double* target) const {
  const fftw_plan plan = plan_->plan;
  switch (kind_) {
    case LineKind::cosine:
      return run_cosine(source, target);
    case LineKind::inverse_cosine:
      return run_inverse_cosine(source, target);
    case LineKind::even:
      return fftw_execute_r2r(plan, source, target);
    case LineKind::real_to_complex:
      return fftw_execute_dft_r2c(plan, source, as_complex(target));
    case LineKind::complex_to_real:
      return fftw_execute_dft_c2r(plan, as_complex(source), target);
    case LineKind::forward:
    case LineKind::backward:
      return fftw_execute_dft(plan, as_complex(source), as_complex(target));
  }
}

/// The pixels with an even number ascend, then those with an odd one descend; of the spectrum of
/// that, turned, the real parts are the first half of the cosines and the imaginary ones the other.
void LinePlan::run_cosine(double* source, double* target) const {
  const Index n = extent_;
  for (Index i = 0; 2 * i < n; ++i) target[i] = source[2 * i];
  for (Index i = 0; 2 * i + 1 < n; ++i) target[n - 1 - i] = source[2 * i + 1];
  fftw_execute_dft_r2c(plan_->plan, target, as_complex(source));
  for (Index k = 0; 2 * k <= n; ++k) {
    const std::complex<double> turn = plan_->turns[static_cast<std::size_t>(k)];
    const double real = source[2 * k] * turn.real() + source[2 * k + 1] * turn.imag();
    const double imaginary = source[2 * k + 1] * turn.real() - source[2 * k] * turn.imag();
    if (k > 0) target[n - k] = -2 * imaginary;
    target[k] = 2 * real;
  }
}

void LinePlan::run_inverse_cosine(double* source, double* target) const {
  const Index n = extent_;
  for (Index k = 0; 2 * k <= n; ++k) {
    const std::complex<double> turn = plan_->turns[static_cast<std::size_t>(k)];
    const double low = source[k];
    const double high = k > 0 ? source[n - k] : 0;
    target[2 * k] = turn.real() * low + turn.imag() * high;
    target[2 * k + 1] = turn.imag() * low - turn.real() * high;
  }
  fftw_execute_dft_c2r(plan_->plan, as_complex(target), source);
  for (Index i = 0; 2 * i < n; ++i) target[2 * i] = source[i];
  for (Index i = 0; 2 * i + 1 < n; ++i) target[2 * i + 1] = source[n - 1 - i];
}

}  // namespace toeplix::detail
