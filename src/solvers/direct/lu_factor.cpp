#include "solvers/direct/lu_factor.hpp"

#include <toeplix/error.hpp>

#include "solvers/base/check.hpp"
#include "solvers/direct/inverse_norm.hpp"

#include <algorithm>
#include <string>

namespace toeplix::detail {

namespace {

void check_status(SuiteSparse_long status) {
  if (status == UMFPACK_OK) return;
  if (status == UMFPACK_ERROR_out_of_memory) {
    throw CapacityError("the LU factorization: out of memory", CapacityCause::memory_budget);
  }
  if (status == UMFPACK_ERROR_invalid_matrix) {
    throw SolverError("A must have ascending indices without duplicates in every row and column");
  }
  throw SolverError("the LU factorization failed with status " + std::to_string(status));
}

}  // namespace

LuFactor::LuFactor(const Matrix& a) : a_(a) {
  umfpack_dl_defaults(control_.data());
  control_[UMFPACK_PRL] = 0;
}

LuFactor::~LuFactor() {
  umfpack_dl_free_symbolic(&symbolic_);
  umfpack_dl_free_numeric(&numeric_);
}

void LuFactor::analyze(SolveReport& report, Index budget) {
  check_status(umfpack_dl_symbolic(a_.rows(), a_.cols(), a_.outerIndexPtr(), a_.innerIndexPtr(),
                                   a_.valuePtr(), &symbolic_, control_.data(), info_.data()));
  const double bytes = info_[UMFPACK_PEAK_MEMORY_ESTIMATE] * info_[UMFPACK_SIZE_OF_UNIT];
  report.bytes = whole_number(bytes);
  report.flops = info_[UMFPACK_FLOPS_ESTIMATE];
  const double entries = info_[UMFPACK_LNZ_ESTIMATE] + info_[UMFPACK_UNZ_ESTIMATE];
  check_factor_budget("an LU factorization", whole_number(entries), bytes, budget);
}

void LuFactor::factorize(SolveReport& report) {
  const auto status = umfpack_dl_numeric(a_.outerIndexPtr(), a_.innerIndexPtr(), a_.valuePtr(),
                                         symbolic_, &numeric_, control_.data(), info_.data());
  if (status != UMFPACK_WARNING_singular_matrix) check_status(status);
  report.reciprocal_condition = status == UMFPACK_OK ? reciprocal_condition() : 0;
  report.fill = static_cast<Index>(info_[UMFPACK_LNZ] + info_[UMFPACK_UNZ]);
  report.flops = info_[UMFPACK_FLOPS];
}

Eigen::VectorXd LuFactor::solve(const Eigen::VectorXd& b) {
  return solve(UMFPACK_A, b);
}

Eigen::VectorXd LuFactor::solve_transposed(const Eigen::VectorXd& b) {
  return solve(UMFPACK_Aat, b);
}

Eigen::VectorXd LuFactor::solve(int system, const Eigen::VectorXd& b) {
  Eigen::VectorXd x(a_.cols());
  const auto status =
      umfpack_dl_solve(system, a_.outerIndexPtr(), a_.innerIndexPtr(), a_.valuePtr(), x.data(),
                       b.data(), numeric_, control_.data(), info_.data());
  if (status != UMFPACK_WARNING_singular_matrix) check_status(status);
  return x;
}

/// 1 / (|A| |A^-1|) in the 1-norm. UMFPACK's own figure, the ratio of the pivots, is too large for
/// matrices that are singular but for rounding.
double LuFactor::reciprocal_condition() {
  const double pivots = info_[UMFPACK_RCOND];
  if (!(pivots > 0)) return 0;
  const double estimate = detail::reciprocal_condition(
      a_, [this](Eigen::VectorXd& x) { x = solve(x); },
      [this](Eigen::VectorXd& x) { x = solve_transposed(x); });
  return std::min(pivots, estimate);
}

}  // namespace toeplix::detail
