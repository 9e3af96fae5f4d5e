#pragma once

#include <toeplix/index.hpp>

#include "solvers/direct/cholmod_session.hpp"

#include <SuiteSparseQR.hpp>

#include <Eigen/SparseCore>

#include <cstdint>

namespace toeplix::detail {

/// M E = Q R by SPQR, for an M with at least as many rows as columns, Q and R both kept. No
/// tolerance lowers the rank: only a column that depends on others exactly does.
class QrFactor {
 public:
  using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;

  /// Factorizes. Refers to both as long as it lives. Throws CapacityError if memory runs out.
  QrFactor(const Matrix& m, CholmodSession<std::int64_t>& session);
  QrFactor(const QrFactor&) = delete;
  QrFactor& operator=(const QrFactor&) = delete;
  ~QrFactor();

  [[nodiscard]] Index rank() const { return factor_->rank; }
  [[nodiscard]] bool has_full_rank() const { return rank() == m_.cols(); }
  /// The x of least |M x - b|. Precondition of this and what follows: full rank.
  Eigen::VectorXd solve(const Eigen::VectorXd& b);
  /// The shortest x with M^T x = b.
  Eigen::VectorXd solve_transposed(const Eigen::VectorXd& b);
  /// Of M, as `solve_square` estimates it.
  double reciprocal_condition();

 private:
  Eigen::VectorXd multiply(int with, const Eigen::VectorXd& x);
  Eigen::VectorXd divide(int by, const Eigen::VectorXd& x);

  const Matrix& m_;
  CholmodSession<std::int64_t>& session_;
  SuiteSparseQR_factorization<double>* factor_;
};

}  // namespace toeplix::detail
