#pragma once

#include "cli/deblur/pictures.hpp"

#include <toeplix/solvers/deblur.hpp>

#include <optional>
#include <string>

namespace toeplix::cli {

/// What the command line says of how to deblur. Nothing: it says nothing.
struct DeblurWishes {
  Boundary boundary = Boundary::reflect;
  Operation operation = Operation::convolution;
  std::optional<RegularizerKind> regularizer;
  std::optional<SolveMethod> method;
  bool is_nonnegative = false;
  std::optional<double> total_variation;  ///< the weight
  std::optional<int> richardson_lucy;     ///< iterations
  std::optional<std::string> lambda;      ///< a number, or auto
  std::optional<double> noise;            ///< in samples
  std::optional<double> tolerance;
  std::optional<int> max_iterations;
  bool keeps_sum = false;
  Resources resources = {};
};

/// Throws UsageError for options that contradict one another, and for a lambda that is neither a
/// number nor auto.
void check(const DeblurWishes& wishes);

/// Deblurs the pixels of a photograph whose white is that number. Says on standard error what it is
/// doing, and beforehand what it will take, if that is long. Throws SolverError if the system is
/// singular or a sample is beyond a double, TooLarge for what exceeds the memory budget.
Deblurred deblur_pixels(Eigen::MatrixXd pixels, const Extents& extents, double white,
                        const BlurKernel& kernel, const DeblurWishes& wishes);

}  // namespace toeplix::cli
