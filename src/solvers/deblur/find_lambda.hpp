#pragma once

#include "solvers/deblur/blur_problem.hpp"

namespace toeplix::detail {

/// How lambda is to be found for an image, and on what.
struct LambdaSearch {
  RegularizerKind regularizer;
  Extents part;        ///< extents of the middle; those of the image if transforms take it whole
  Convolution blur;    ///< from the unknowns to the pixels of the part
  SolveMethod method;  ///< not automatic
  bool faded = false;  ///< whether the part's border is faded, so that it goes round
};

/// Plans the search: on the whole image if `whole_method` is transforms, otherwise on the middle,
/// whose pixels are blurred from a part that is larger by the kernel, all of which is unknown. So
/// nothing is assumed of what lies beside it. `channels` share a factorization there, but not
/// iterations. Where all lambdas are expected to take more than half a minute of a core, the middle
/// is larger, its border is faded, and it is taken to go round, so that transforms solve it: the
/// lambda of a Gaussian of 9 x 9 was half of what it is otherwise, which costs 0.1 to 0.3 dB.
LambdaSearch plan_search(const BlurProblem& problem, RegularizerKind regularizer,
                         SolveMethod whole_method, Index channels);

/// Finds lambda, by the discrepancy principle if there is a noise, otherwise by cross-validation.
/// `whole` is the solver of the whole image, which is left with some lambda if it is used.
DeblurLambda find_lambda(const BlurProblem& problem, const LambdaSearch& search, Tikhonov& whole,
                         const Eigen::MatrixXd& pixels);

}  // namespace toeplix::detail
