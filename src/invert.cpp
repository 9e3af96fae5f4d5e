#include <toeplix/solve.hpp>

#include "circulant_spectrum.hpp"
#include "solve_support.hpp"

#include <umfpack.h>

#include <algorithm>
#include <array>
#include <vector>

namespace toeplix {

namespace {

using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;

/// Below this the estimate of the reciprocal condition means that digits are all lost.
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
                                bytes, options.memory_budget);
  }

  void factorize(SolveReport& report) {
    const auto status = umfpack_dl_numeric(begin(), rows(), a_.valuePtr(), factors_.symbolic,
                                           &factors_.numeric, control_.data(), info_.data());
    if (status != UMFPACK_WARNING_singular_matrix) check(status);
    report.reciprocal_condition = info_[UMFPACK_RCOND];
    report.fill = static_cast<Index>(info_[UMFPACK_LNZ] + info_[UMFPACK_UNZ]);
    report.flops = info_[UMFPACK_FLOPS];
  }

  Eigen::VectorXd solve(std::span<const double> b) {
    Eigen::VectorXd x(a_.cols());
    check(umfpack_dl_solve(UMFPACK_A, begin(), rows(), a_.valuePtr(), x.data(), b.data(),
                           factors_.numeric, control_.data(), info_.data()));
    return x;
  }

 private:
  SuiteSparse_long size() const { return static_cast<SuiteSparse_long>(a_.rows()); }
  const SuiteSparse_long* begin() const { return a_.outerIndexPtr(); }
  const SuiteSparse_long* rows() const { return a_.innerIndexPtr(); }

  static void check(SuiteSparse_long status) {
    if (status == UMFPACK_OK) return;
    if (status == UMFPACK_ERROR_out_of_memory) {
      throw CapacityError("the LU factorization: out of memory", -1, -1);
    }
    throw SolverError("the LU factorization failed with status " + std::to_string(status));
  }

  const Matrix& a_;
  Factors factors_;
  std::array<double, UMFPACK_CONTROL> control_{};
  std::array<double, UMFPACK_INFO> info_{};
};

/// What the structure says of a matrix that cannot be inverted; empty where it says nothing.
std::string structural_reason(const Pattern& pattern, std::span<const double> weights) {
  for (Index row = 0; row < pattern.rows(); ++row) {
    if (pattern.row_length(row) == 0) return "row " + std::to_string(row) + " has no entries";
  }
  if (std::ranges::all_of(weights, [](double w) { return w == 0; })) {
    return "every weight is zero";
  }
  return detail::spectrum_zero(pattern, weights);
}

void refuse(SolveReport& report, std::string reason) {
  report.status = SolveStatus::singular;
  report.reason = std::move(reason);
  report.reciprocal_condition = std::max(0.0, report.reciprocal_condition);
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
  if (std::string reason = structural_reason(pattern, weights); !reason.empty()) {
    refuse(report, std::move(reason));
    return solution;
  }
  Matrix a;
  compile_into(a, pattern, weights,
               {.threads = options.threads, .memory_budget = options.memory_budget});
  report.seconds.assembly = watch.lap();
  Umfpack umfpack(a);
  umfpack.analyze(report, options);
  report.seconds.analysis = watch.lap();
  umfpack.factorize(report);
  report.seconds.factorization = watch.lap();
  if (report.reciprocal_condition < lost_condition) {
    refuse(report, "the matrix is singular to rounding (reciprocal condition " +
                       detail::format_number(report.reciprocal_condition) + ")");
    return solution;
  }
  solution.x = umfpack.solve(right);
  const Eigen::Map<const Eigen::VectorXd> b(right.data(), a.rows());
  report.residual = (a * solution.x - b).norm();
  report.relative_residual = detail::ratio(report.residual, b.norm());
  report.error = detail::ratio(report.residual, a.norm() * solution.x.norm() + b.norm());
  report.seconds.solution = watch.lap();
  detail::judge(report);
  return solution;
}

}  // namespace toeplix
