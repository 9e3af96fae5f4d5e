#include <toeplix/compile.hpp>
#include <toeplix/solvers/solve.hpp>

#include "solvers/direct/inverse_norm.hpp"
#include "solvers/direct/report.hpp"
#include "solvers/transform/circulant_spectrum.hpp"

#include <umfpack.h>

#include <algorithm>
#include <array>
#include <vector>

namespace toeplix {

namespace {

using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;

/// Below this reciprocal condition no digit of x means anything: rounding A's entries can make it
/// singular.
constexpr double lost_condition = 1e-15;

/// The symbolic and the numeric factorization, given back.
struct Factors {
  Factors() = default;
  Factors(const Factors&) = delete;
  Factors& operator=(const Factors&) = delete;
  ~Factors() {
    umfpack_dl_free_symbolic(&symbolic);
    umfpack_dl_free_numeric(&numeric);
  }

  void* symbolic = nullptr;
  void* numeric = nullptr;
};

class Umfpack {
 public:
  explicit Umfpack(const Matrix& a) : a_(a) {
    umfpack_dl_defaults(control_.data());
    control_[UMFPACK_PRL] = 0;
  }

  void analyze(SolveReport& report, const SolveOptions& options) {
    check(umfpack_dl_symbolic(size(), size(), begin(), rows(), a_.valuePtr(), &factors_.symbolic,
                              control_.data(), info_.data()));
    const double unit = info_[UMFPACK_SIZE_OF_UNIT];
    const double bytes = info_[UMFPACK_PEAK_MEMORY_ESTIMATE] * unit;
    report.bytes = static_cast<Index>(std::min(bytes, 9e18));
    const double entries = info_[UMFPACK_LNZ_ESTIMATE] + info_[UMFPACK_UNZ_ESTIMATE];
    detail::check_factor_budget("an LU factorization", static_cast<Index>(std::min(entries, 9e18)),
                                bytes, options.resources.memory_budget);
  }

  void factorize(SolveReport& report) {
    const auto status = umfpack_dl_numeric(begin(), rows(), a_.valuePtr(), factors_.symbolic,
                                           &factors_.numeric, control_.data(), info_.data());
    if (status != UMFPACK_WARNING_singular_matrix) check(status);
    report.reciprocal_condition = status == UMFPACK_OK ? reciprocal_condition() : 0;
    report.fill = static_cast<Index>(info_[UMFPACK_LNZ] + info_[UMFPACK_UNZ]);
    report.flops = info_[UMFPACK_FLOPS];
  }

  /// System: UMFPACK_A for A x = b, UMFPACK_Aat for A^T x = b.
  Eigen::VectorXd solve(int system, const Eigen::VectorXd& b) {
    Eigen::VectorXd x(a_.cols());
    const auto status = umfpack_dl_solve(system, begin(), rows(), a_.valuePtr(), x.data(), b.data(),
                                         factors_.numeric, control_.data(), info_.data());
    if (status != UMFPACK_WARNING_singular_matrix) check(status);
    return x;
  }

 private:
  /// 1 / (|A| |A^-1|) in the 1-norm. UMFPACK's own figure, the ratio of the pivots, is too large
  /// for matrices that are singular but for rounding.
  double reciprocal_condition() {
    const double pivots = info_[UMFPACK_RCOND];
    if (!(pivots > 0)) return 0;
    double norm = 0;
    for (Eigen::Index column = 0; column < a_.cols(); ++column) {
      norm = std::max(norm, a_.col(column).cwiseAbs().sum());
    }
    const double inverse = detail::inverse_norm(
        a_.cols(), [this](Eigen::VectorXd& x) { x = solve(UMFPACK_A, x); },
        [this](Eigen::VectorXd& x) { x = solve(UMFPACK_Aat, x); });
    return std::min(pivots, 1 / norm / inverse);
  }

  SuiteSparse_long size() const { return static_cast<SuiteSparse_long>(a_.rows()); }
  const SuiteSparse_long* begin() const { return a_.outerIndexPtr(); }
  const SuiteSparse_long* rows() const { return a_.innerIndexPtr(); }

  static void check(SuiteSparse_long status) {
    if (status == UMFPACK_OK) return;
    if (status == UMFPACK_ERROR_out_of_memory) {
      throw CapacityError("the LU factorization: out of memory", CapacityCause::memory_budget);
    }
    throw SolverError("the LU factorization failed with status " + std::to_string(status));
  }

  const Matrix& a_;
  Factors factors_;
  std::array<double, UMFPACK_CONTROL> control_{};
  std::array<double, UMFPACK_INFO> info_{};
};

/// Why a matrix is singular, and its nullity where that is known (else -1).
struct Singularity {
  std::string reason;
  Index nullity = -1;
};

/// Which row or column has no entries; empty where all have some.
std::string empty_line(const Pattern& pattern, const std::string& what) {
  for (Index row = 0; row < pattern.rows(); ++row) {
    if (pattern.row_length(row) == 0) return what + " " + std::to_string(row) + " has no entries";
  }
  return {};
}

/// What the structure says of a matrix that cannot be inverted; no reason where it says nothing.
Singularity structural_singularity(const Pattern& pattern, std::span<const double> weights) {
  if (std::ranges::all_of(weights, [](double w) { return w == 0; })) {
    return {"every weight is zero", pattern.cols()};
  }
  if (std::string reason = empty_line(pattern, "row"); !reason.empty()) return {reason};
  if (std::string reason = empty_line(pattern.transposed(), "column"); !reason.empty()) {
    return {reason};
  }
  detail::SpectrumZeros zeros = detail::spectrum_zeros(pattern, weights);
  if (zeros.count == 0) return {};
  return {std::move(zeros.reason), zeros.count};
}

void refuse(const Singularity& why, Index columns, SolveReport& report) {
  report.status = SolveStatus::singular;
  report.reason = why.reason;
  report.reciprocal_condition = std::max(0.0, report.reciprocal_condition);
  report.nullity = why.nullity;
  if (why.nullity >= 0) report.rank = columns - why.nullity;
}

/// Solves for b divided by a power of two, so that no norm overflows.
void solve(Umfpack& umfpack, const Matrix& a, std::span<const double> right, Solution& solution) {
  const Eigen::Map<const Eigen::VectorXd> whole(right.data(), a.rows());
  const double unit = detail::power_of_two(whole);
  const Eigen::VectorXd b = whole / unit;
  const Eigen::VectorXd x = umfpack.solve(UMFPACK_A, b);
  SolveReport& report = solution.report;
  const double residual = (a * x - b).stableNorm();
  const double size = a.coeffs().matrix().stableNorm();
  report.residual = residual * unit;
  report.relative_residual = detail::ratio(residual, b.stableNorm());
  report.error = detail::ratio(residual, size * x.stableNorm() + b.stableNorm());
  report.rank = a.cols();
  report.nullity = 0;
  solution.x = x * unit;
  detail::judge(solution.x, report);
}

}  // namespace

Solution invert(const Pattern& pattern, std::span<const double> weights,
                std::span<const double> right, const SolveOptions& options) {
  if (pattern.rows() != pattern.cols()) {
    throw SolverError("the matrix has " + std::to_string(pattern.rows()) + " rows and " +
                      std::to_string(pattern.cols()) + " columns; expected a square one");
  }
  detail::check_numbers("weights", weights, pattern.weight_count());
  detail::check_numbers("b", right, pattern.rows());
  Solution solution;
  SolveReport& report = solution.report;
  detail::Stopwatch watch;
  if (const Singularity why = structural_singularity(pattern, weights); !why.reason.empty()) {
    refuse(why, pattern.cols(), report);
    report.seconds.assembly = watch.lap();
    return solution;
  }
  Matrix a;
  compile_into(a, pattern, weights, {.resources = options.resources});
  report.seconds.assembly = watch.lap();
  Umfpack umfpack(a);
  umfpack.analyze(report, options);
  report.seconds.analysis = watch.lap();
  umfpack.factorize(report);
  report.seconds.factorization = watch.lap();
  if (!(report.reciprocal_condition >= lost_condition)) {
    const std::string figure = detail::format_number(report.reciprocal_condition);
    refuse({"the matrix is singular to rounding (reciprocal condition " + figure + ")"}, a.cols(),
           report);
    return solution;
  }
  solve(umfpack, a, right, solution);
  report.seconds.solution = watch.lap();
  return solution;
}

}  // namespace toeplix
