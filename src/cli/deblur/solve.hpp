#pragma once

#include "cli/deblur/blur_kernel.hpp"
#include "cli/deblur/pictures.hpp"

#include <toeplix/resources.hpp>
#include <toeplix/solvers/choose_lambda.hpp>
#include <toeplix/spec.hpp>

#include <string>

namespace toeplix::cli {

enum class RegularizerName { identity, gradient, laplacian };

/// What is assumed of a photograph: how it was blurred, and what is small in the sharp one.
struct BlurModel {
  BlurKernel kernel;
  Boundary boundary = Boundary::reflect;
  Operation operation = Operation::convolution;
  RegularizerName regularizer = RegularizerName::gradient;
  Resources resources = {};
};

/// A lambda, and how it came about.
struct ChosenLambda {
  enum class Rule { given, cross_validation, discrepancy };

  LambdaChoice choice;
  Rule rule = Rule::given;
  Index height = 0;  ///< of the part of the picture that it was found on
  Index width = 0;
};

/// Reads a number. Throws UsageError for another word.
ChosenLambda read_lambda(const std::string& text);

/// Finds lambda on the middle of a photograph: by the discrepancy principle if `noise`, its
/// standard deviation in samples, is positive, otherwise by cross-validation. Throws CapacityError
/// before that if the whole picture will exceed the memory budget.
ChosenLambda find_lambda(const Photo& photo, const BlurModel& model, double noise);

/// The sharp pixels, a column for each channel. Says beforehand what it will take, if that is long.
/// Throws SolverError if the system is singular, CapacityError before it is factorized if it
/// exceeds the memory budget.
Solutions deblur(const Photo& photo, const BlurModel& model, double lambda);

}  // namespace toeplix::cli
