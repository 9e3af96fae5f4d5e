#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <memory>
#include <span>

namespace toeplix::detail {

/// Proves bounds of the norm of A by Cholesky factors of t^2 I - A^T A, or of t^2 I - A A^T if A is
/// wide. The order is that of `elimination_order`; the factors are CHOLMOD's.
///
/// Source: S. M. Rump, Verification of positive definiteness, BIT 46 (2006).
class FactorBound {
 public:
  /// Analyzes. Throws CapacityError if matrix or factor exceed the memory budget.
  /// `absolute_squared` is a bound of the squared norm of the matrix of absolute weights.
  FactorBound(const Pattern& pattern, std::span<const double> weights, double absolute_squared,
              const Resources& resources);
  ~FactorBound();
  FactorBound(const FactorBound&) = delete;
  FactorBound& operator=(const FactorBound&) = delete;

  /// Operations of a factorization.
  double flops() const;
  /// A number that |A| is proved not to exceed, hardly above t; or 0 if there is no factor, which
  /// means that |A| exceeds t, or rounding does not tell.
  double bound(double t);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A rough number of operations and of entries that forming A^T A, or A A^T if A is wide, takes.
double gram_operations(const Pattern& pattern);

}  // namespace toeplix::detail
