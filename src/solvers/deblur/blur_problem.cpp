#include "solvers/deblur/blur_problem.hpp"

#include <toeplix/normal_equations.hpp>

namespace toeplix::detail {

Convolution whole_blur(const BlurProblem& problem) {
  return Convolution({.input = problem.extents,
                      .kernel = problem.kernel.extents,
                      .padding = Padding::same_upper(),
                      .boundary = problem.options.boundary,
                      .operation = problem.options.operation});
}

Regularizer regularizer_for(RegularizerKind kind, const Convolution& blur) {
  std::vector<Boundary> boundaries;
  for (std::size_t axis = 0; axis < blur.input().size(); ++axis) {
    const Boundary own = blur.spec().boundary[axis];
    const bool is_shared = own == Boundary::circular || own == Boundary::symmetric;
    boundaries.push_back(is_shared ? own : Boundary::replicate);
  }
  switch (kind) {
    case RegularizerKind::gradient:
      return Regularizer::gradient(blur, boundaries);
    case RegularizerKind::laplacian:
      return Regularizer::laplacian(blur, boundaries);
    case RegularizerKind::identity:
      break;
  }
  return Regularizer::identity();
}

TikhonovOptions tikhonov_options(const BlurProblem& problem, SolveMethod method) {
  TikhonovOptions options{.method = method, .resources = problem.options.resources};
  options.tolerance = problem.options.tolerance.value_or(options.tolerance);
  options.max_iterations = problem.options.max_iterations.value_or(options.max_iterations);
  return options;
}

double products_for(const Convolution& blur, SolveMethod method, const Resources& resources) {
  if (method != SolveMethod::factorization) return 0;
  return normal_equations_operations(blur, resources);
}

}  // namespace toeplix::detail
