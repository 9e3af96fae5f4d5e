#include "solvers/direct/qr_factor.hpp"

#include "solvers/direct/cholmod_views.hpp"
#include "solvers/direct/inverse_norm.hpp"

namespace toeplix::detail {

namespace {

/// A dense result of SPQR, which has failed if there is none.
Eigen::VectorXd taken(cholmod_dense* result, CholmodSession<std::int64_t>& session) {
  session.check("the QR factorization", result);
  return take(result, session);
}

}  // namespace

QrFactor::QrFactor(const Matrix& m, CholmodSession<std::int64_t>& session)
    : m_(m), session_(session) {
  constexpr double no_tolerance = 0;
  cholmod_sparse matrix = view(m, 0);
  factor_ =
      SuiteSparseQR_factorize<double>(SPQR_ORDERING_DEFAULT, no_tolerance, &matrix, session.get());
  session.check("the QR factorization", factor_);
}

QrFactor::~QrFactor() {
  SuiteSparseQR_free(&factor_, session_.get());
}

// E R^-1 Q^T b
Eigen::VectorXd QrFactor::solve(const Eigen::VectorXd& b) {
  return divide(SPQR_RETX_EQUALS_B, multiply(SPQR_QTX, b));
}

// Q R^-T E^T b
Eigen::VectorXd QrFactor::solve_transposed(const Eigen::VectorXd& b) {
  return multiply(SPQR_QX, divide(SPQR_RTX_EQUALS_ETB, b));
}

double QrFactor::reciprocal_condition() {
  return detail::reciprocal_condition(
      m_, [this](Eigen::VectorXd& x) { x = solve(x); },
      [this](Eigen::VectorXd& x) { x = solve_transposed(x); });
}

Eigen::VectorXd QrFactor::multiply(int with, const Eigen::VectorXd& x) {
  cholmod_dense columns = view(x.data(), x.size(), 1);
  return taken(SuiteSparseQR_qmult<double>(with, factor_, &columns, session_.get()), session_);
}

Eigen::VectorXd QrFactor::divide(int by, const Eigen::VectorXd& x) {
  cholmod_dense columns = view(x.data(), x.size(), 1);
  return taken(SuiteSparseQR_solve<double>(by, factor_, &columns, session_.get()), session_);
}

}  // namespace toeplix::detail
