#pragma once

#include <toeplix/solvers/report.hpp>

#include <umfpack.h>
#include <Eigen/SparseCore>

#include <array>

namespace toeplix::detail {

/// The LU factorization of a square matrix by UMFPACK: `analyze`, `factorize`, then `solve`.
class LuFactor {
 public:
  using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;

  /// Refers to `a`, which is compressed, as long as it lives.
  explicit LuFactor(const Matrix& a);
  LuFactor(const LuFactor&) = delete;
  LuFactor& operator=(const LuFactor&) = delete;
  ~LuFactor();

  /// The symbolic phase. Throws CapacityError if it predicts more bytes than `budget` (0: what is
  /// free); sets `report.bytes`, and `report.flops` to an upper bound.
  void analyze(SolveReport& report, Index budget);
  /// The numeric phase; sets what the report says of it, the condition too: 0 for a singular
  /// matrix.
  void factorize(SolveReport& report);
  /// The x with A x = b, and with A^T x = b.
  Eigen::VectorXd solve(const Eigen::VectorXd& b);
  Eigen::VectorXd solve_transposed(const Eigen::VectorXd& b);

 private:
  Eigen::VectorXd solve(int system, const Eigen::VectorXd& b);
  double reciprocal_condition();

  const Matrix& a_;
  void* symbolic_ = nullptr;
  void* numeric_ = nullptr;
  std::array<double, UMFPACK_CONTROL> control_{};
  std::array<double, UMFPACK_INFO> info_{};
};

}  // namespace toeplix::detail
