#include "solvers/transform/line_plan.hpp"

#include <toeplix/error.hpp>

#include <fftw3.h>

#include <limits>
#include <mutex>
#include <string>

namespace toeplix::detail {

namespace {

/// FFTW plans and destroys plans by one thread at a time.
std::mutex& planner() {
  static std::mutex mutex;
  return mutex;
}

bool is_complex_source(LineKind kind) {
  return kind == LineKind::complex_to_real || kind == LineKind::forward ||
         kind == LineKind::backward;
}

bool is_complex_target(LineKind kind) {
  return kind == LineKind::real_to_complex || kind == LineKind::forward ||
         kind == LineKind::backward;
}

/// Doubles on the source's side, or on the target's, of a line of `extent` pixels.
Index size_of(LineKind kind, bool is_complex, Index extent) {
  if (!is_complex) return extent;
  const bool half = kind == LineKind::real_to_complex || kind == LineKind::complex_to_real;
  return 2 * (half ? extent / 2 + 1 : extent);
}

fftw_complex* as_complex(double* numbers) {
  return reinterpret_cast<fftw_complex*>(numbers);
}

fftw_plan make(LineKind kind, int n, double* source, double* target) {
  constexpr unsigned flags = FFTW_ESTIMATE | FFTW_DESTROY_INPUT;
  switch (kind) {
    case LineKind::cosine:
      return fftw_plan_r2r_1d(n, source, target, FFTW_REDFT10, flags);
    case LineKind::inverse_cosine:
      return fftw_plan_r2r_1d(n, source, target, FFTW_REDFT01, flags);
    case LineKind::even:
      return fftw_plan_r2r_1d(n, source, target, FFTW_REDFT00, flags);
    case LineKind::real_to_complex:
      return fftw_plan_dft_r2c_1d(n, source, as_complex(target), flags);
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
  explicit Plan(fftw_plan made) : plan(made) {}
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  ~Plan() {
    const std::lock_guard turn(planner());
    fftw_destroy_plan(plan);
  }

  fftw_plan plan;
};

LinePlan::LinePlan(LineKind kind, Index extent)
    : kind_(kind),
      source_(size_of(kind, is_complex_source(kind), extent)),
      target_(size_of(kind, is_complex_target(kind), extent)) {
  // FFTW numbers a line with an int, and its own products of extents must fit one as well.
  if (extent > std::numeric_limits<int>::max() / 4) {
    throw CapacityError("an axis of " + std::to_string(extent) + " pixels is too long to transform",
                        CapacityCause::index_type);
  }
  struct Free {
    void operator()(double* numbers) const { fftw_free(numbers); }
  };
  using Line = std::unique_ptr<double, Free>;
  const Line source(fftw_alloc_real(static_cast<std::size_t>(source_)));
  const Line target(fftw_alloc_real(static_cast<std::size_t>(target_)));
  if (!source || !target) {
    throw CapacityError(
        "the transform of a line of " + std::to_string(extent) + " pixels: out of memory",
        CapacityCause::memory_budget);
  }
  const std::lock_guard turn(planner());
  plan_ = std::make_shared<const Plan>(
      make(kind, static_cast<int>(extent), source.get(), target.get()));
}

void LinePlan::run(double* source, double* target) const {
  const fftw_plan plan = plan_->plan;
  switch (kind_) {
    case LineKind::cosine:
    case LineKind::inverse_cosine:
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

}  // namespace toeplix::detail
