#pragma once

#include "solvers/deblur/blur_problem.hpp"

namespace toeplix::detail {

/// Deblurs by one of the methods that need products alone: any model but Tikhonov's. `lambda` is
/// that of `DeblurNonnegative`. Replaces the pixels, a channel after the other.
IterationReport deblur_by_products(const BlurProblem& problem, double lambda,
                                   Eigen::MatrixXd& pixels);

}  // namespace toeplix::detail
