#pragma once

#include <toeplix/solvers/regularizer.hpp>

#include <variant>
#include <vector>

namespace toeplix::detail {

/// L = I.
struct IdentityL {};

/// What is known of a matrix L beyond its pattern.
enum class Stencil {
  gradient,  ///< differences of neighbours, [-1 1], along every axis
  other,
};

/// L is the matrix of a pattern and its weights.
struct CompiledL {
  Pattern pattern;
  std::vector<double> weights;
  Stencil stencil = Stencil::other;
};

/// L is any sparse matrix, compressed.
struct SparseL {
  Regularizer::Matrix matrix;
};

/// What a Regularizer is.
struct RegularizerState {
  std::variant<IdentityL, CompiledL, SparseL> l;
};

/// Throws SolverError unless L has as many columns as A, or any number.
void check_columns(const Regularizer& regularizer, Index columns);

}  // namespace toeplix::detail
