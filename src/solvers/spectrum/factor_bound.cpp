#include "solvers/spectrum/factor_bound.hpp"

#include <toeplix/elimination_order.hpp>
#include <toeplix/memory.hpp>
#include <toeplix/normal_equations.hpp>

#include "solvers/base/check.hpp"
#include "solvers/direct/blas_threads.hpp"
#include "solvers/direct/cholmod_session.hpp"
#include "solvers/direct/cholmod_views.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace toeplix::detail {

namespace {

using Functions = CholmodFunctions<std::int64_t>;
using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;

Pattern shorter_side(const Pattern& pattern) {
  return pattern.rows() < pattern.cols() ? pattern.transposed() : pattern;
}

/// -N with every entry of the diagonal, upper triangle.
Matrix negated(const Matrix& normal) {
  Matrix diagonal(normal.cols(), normal.cols());
  diagonal.setIdentity();
  return Matrix(diagonal * 0.0 - normal);
}

/// How many products an entry of A^T A is the sum of, at most.
double most_products(const Pattern& pattern) {
  auto positions = static_cast<double>(pattern.channels().rows_per_group);
  for (const Pattern::Axis& axis : pattern.axes()) {
    const auto kernel = static_cast<double>(axis.table.geometry().kernel);
    positions *= kernel * kernel;
  }
  return positions;
}

}  // namespace

struct FactorBound::State {
  State(const Pattern& pattern, std::span<const double> weights, double absolute,
        const Resources& resources)
      : matrix(negated(normal_equations<std::int64_t>(pattern, weights, resources))),
        terms(most_products(pattern)),
        absolute_squared(absolute) {
    for (std::int64_t column = 0; column < matrix.cols(); ++column) {
      negative.push_back(diagonal(column));
    }
  }

  /// The last entry of a column of an upper triangle.
  double& diagonal(std::int64_t column) {
    return matrix.valuePtr()[matrix.outerIndexPtr()[column + 1] - 1];
  }

  CholmodSession<std::int64_t> session;
  Matrix matrix;
  double terms;
  double absolute_squared;
  std::vector<double> negative;  // the diagonal of -N
  CholmodFactor<std::int64_t> factor{session};
  double flops = 0;
  int threads = 1;
};

FactorBound::FactorBound(const Pattern& pattern, std::span<const double> weights,
                         double absolute_squared, const Resources& resources) {
  const Pattern tall = shorter_side(pattern);
  state_ = std::make_unique<State>(tall, weights, absolute_squared, resources);
  std::vector<Index> order = elimination_order(tall);
  auto& session = state_->session;
  session->nmethods = 1;
  session->method[0].ordering = CHOLMOD_GIVEN;
  session->supernodal = CHOLMOD_SUPERNODAL;
  cholmod_sparse matrix = view(state_->matrix, 1);
  static_assert(sizeof(Index) == sizeof(SuiteSparse_long));
  state_->factor.reset(Functions::analyze(&matrix, order.data(), nullptr, 0, session.get()));
  session.check("the symbolic factor of t^2 I - A^T A");
  state_->flops = session->fl;
  const cholmod_factor& factor = *state_->factor.get();
  const double bytes = 8.0 * static_cast<double>(factor.xsize + factor.ssize + factor.maxcsize) +
                       3 * 16.0 * static_cast<double>(state_->matrix.nonZeros());
  check_factor_budget("a Cholesky factor", static_cast<Index>(session->lnz), bytes,
                      resources.memory_budget);
  state_->threads = blas_threads_for(state_->flops, resources.threads);
}

FactorBound::~FactorBound() = default;

double FactorBound::flops() const {
  return state_->flops;
}

double FactorBound::bound(double t) {
  State& s = *state_;
  for (std::int64_t column = 0; column < s.matrix.cols(); ++column) {
    s.diagonal(column) = t * t + s.negative[static_cast<std::size_t>(column)];
  }
  const BlasThreads blas(s.threads);
  cholmod_sparse matrix = view(s.matrix, 1);
  Functions::factorize(&matrix, s.factor.get(), s.session.get());
  s.session.check("the factor of t^2 I - A^T A");
  if (s.session->status == CHOLMOD_NOT_POSDEF) return 0;
  const double unit = std::numeric_limits<double>::epsilon();
  const auto size = static_cast<double>(s.matrix.cols());
  // The trace of the matrix is at most size * t^2.
  const double of_factor = 2 * unit * (size + 4) * size * t * t;
  const double of_matrix = unit * ((s.terms + 16) * s.absolute_squared + t * t);
  return std::sqrt(t * t + of_factor + of_matrix) * (1 + 4 * unit);
}

double gram_operations(const Pattern& pattern) {
  const Pattern tall = shorter_side(pattern);
  const auto read = static_cast<double>(tall.channels().columns_per_group);
  double entries = static_cast<double>(tall.cols()) * read;
  double products = read * read * static_cast<double>(tall.channels().groups) *
                    static_cast<double>(tall.channels().rows_per_group);
  for (const Pattern::Axis& axis : tall.axes()) {
    const auto kernel = static_cast<double>(axis.table.geometry().kernel);
    const auto columns = static_cast<double>(axis.table.columns());
    entries *= std::min(2 * kernel - 1, columns);
    products *= kernel * kernel;
  }
  return entries + products;
}

}  // namespace toeplix::detail
