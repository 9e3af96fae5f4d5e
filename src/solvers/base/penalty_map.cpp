#include "solvers/base/penalty_map.hpp"

#include <toeplix/linear_map_operators.hpp>
#include <toeplix/operator.hpp>

#include "solvers/base/regularizer_state.hpp"

#include <algorithm>
#include <memory>

namespace toeplix::detail {

namespace {

/// Boundaries that make [-1 1]^T [-1 1] the stencil [-1 2 -1] with the same boundary.
bool folds_neighbours(const Pattern& pattern) {
  return std::all_of(pattern.axes().begin(), pattern.axes().end(), [](const Pattern::Axis& axis) {
    const Boundary boundary = axis.table.geometry().boundary;
    return boundary == Boundary::replicate || boundary == Boundary::symmetric ||
           boundary == Boundary::circular;
  });
}

PerAxis<Boundary> boundaries_of(const Pattern& pattern) {
  std::vector<Boundary> boundaries;
  for (const Pattern::Axis& axis : pattern.axes()) {
    boundaries.push_back(axis.table.geometry().boundary);
  }
  if (pattern.order() == TensorOrder::column_major) {
    std::reverse(boundaries.begin(), boundaries.end());
  }
  return boundaries;
}

/// L^T L of the gradient: the Laplacian's stencil, its sign changed.
Operator<double> squared_gradient(const Pattern& gradient, const Resources& resources) {
  const Regularizer laplacian = Regularizer::laplacian(gradient, boundaries_of(gradient));
  const auto& compiled = std::get<CompiledL>(state_of(laplacian).l);
  std::vector<double> weights = compiled.weights;
  for (double& weight : weights) weight = -weight;
  return Operator<double>(compiled.pattern, weights, {.threads = resources.threads});
}

PenaltyMap of_compiled(const CompiledL& l, const Resources& resources) {
  const Operator<double> op(l.pattern, l.weights, {.threads = resources.threads});
  const double norm = op.norm_1() * op.norm_inf();
  if (l.stencil == Stencil::gradient && folds_neighbours(l.pattern)) {
    return {squared_gradient(l.pattern, resources), norm};
  }
  return {op.transpose() * op, norm};
}

PenaltyMap of_sparse(const Regularizer::Matrix& matrix, const Resources& resources) {
  Eigen::VectorXd column_sums = Eigen::VectorXd::Zero(matrix.cols());
  double largest_row = 0;
  for (Index row = 0; row < matrix.rows(); ++row) {
    double sum = 0;
    for (Regularizer::Matrix::InnerIterator it(matrix, row); it; ++it) {
      column_sums[it.col()] += std::abs(it.value());
      sum += std::abs(it.value());
    }
    largest_row = std::max(largest_row, sum);
  }
  const double largest_column = matrix.cols() == 0 ? 0 : column_sums.maxCoeff();
  const LinearMap<double> map(matrix, Resources{.threads = resources.threads});
  return {map.transpose() * map, largest_row * largest_column};
}

}  // namespace

PenaltyMap penalty_map(const Regularizer& regularizer, Index columns, const Resources& resources) {
  check_columns(regularizer, columns);
  const RegularizerState& state = state_of(regularizer);
  if (const auto* compiled = std::get_if<CompiledL>(&state.l)) {
    return of_compiled(*compiled, resources);
  }
  if (const auto* sparse = std::get_if<SparseL>(&state.l)) {
    return of_sparse(sparse->matrix, resources);
  }
  return {LinearMap<double>(Eigen::VectorXd::Ones(columns).eval().asDiagonal()), 1};
}

Eigen::VectorXd penalty_diagonal(const Regularizer& regularizer, Index columns) {
  check_columns(regularizer, columns);
  const RegularizerState& state = state_of(regularizer);
  if (const auto* compiled = std::get_if<CompiledL>(&state.l)) {
    return Operator<double>(compiled->pattern, compiled->weights).column_squared_norms();
  }
  Eigen::VectorXd diagonal = Eigen::VectorXd::Ones(columns);
  if (const auto* sparse = std::get_if<SparseL>(&state.l)) {
    diagonal.setZero();
    for (Index row = 0; row < sparse->matrix.rows(); ++row) {
      for (Regularizer::Matrix::InnerIterator it(sparse->matrix, row); it; ++it) {
        diagonal[it.col()] += it.value() * it.value();
      }
    }
  }
  return diagonal;
}

}  // namespace toeplix::detail
