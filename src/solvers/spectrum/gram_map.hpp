#pragma once

#include <toeplix/operator.hpp>

#include <Eigen/Core>

namespace toeplix::detail {

/// x -> P A^T A P x, P being the projection onto what is orthogonal to some vectors.
class GramMap {
 public:
  explicit GramMap(const Operator<double>& a) : a_(a), transposed_(a.transpose()) {}

  /// Projects these out: orthonormal columns, as long as A has columns.
  void project_out(Eigen::MatrixXd vectors) { out_ = std::move(vectors); }
  Index size() const { return a_.cols(); }
  /// `x` and `y` point to size() numbers each.
  void apply(const double* x, double* y) const;
  /// By A and its transpose.
  Index products() const { return products_; }

 private:
  void project(Eigen::VectorXd& x) const;

  Operator<double> a_;
  Operator<double> transposed_;
  Eigen::MatrixXd out_;
  mutable Index products_ = 0;
};

/// Whether the library was built with Spectra, without which there are no `top_vectors`.
bool has_top_vectors();

/// Eigenvectors of the largest eigenvalues.
struct TopVectors {
  Eigen::MatrixXd vectors;
  bool converged = false;
};

/// Vectors for the `k` largest eigenvalues, orthonormal, to a residual of `tolerance` times the
/// eigenvalue; fewer if they do not converge. `start` is where Lanczos's method begins: of the
/// vectors of a value that repeats it finds the one that `start` has a share of, so that others
/// take another start. Precondition: 1 <= k <= size() / 2, the map does not take `start` to zero.
/// Throws SolverError in a build without Spectra.
TopVectors top_vectors(const GramMap& map, const Eigen::VectorXd& start, Index k, double tolerance);

/// How many vectors `top_vectors` keeps in memory.
Index basis_of(Index k, Index size);

}  // namespace toeplix::detail
