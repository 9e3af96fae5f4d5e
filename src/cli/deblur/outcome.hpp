#pragma once

#include <toeplix/solvers/deblur.hpp>

#include <optional>
#include <string>
#include <variant>

namespace toeplix::cli {

/// PSNR before and after.
struct Quality {
  double before;
  double after;
};

/// Everything there is to say of a photograph that was deblurred.
struct DeblurOutcome {
  std::variant<SolveReport, IterationReport> report;
  std::string model;                   ///< what the iterations of an IterationReport solve
  std::optional<DeblurLambda> lambda;  ///< if the model has one
  KernelScaling kernel;
  std::optional<Quality> quality;  ///< if the truth is known
  Operation operation = Operation::convolution;
  bool kernel_is_symmetric = true;  ///< `operation` makes no difference then
  Index clamped = 0;                ///< samples beyond the range of the picture
  bool is_white_one = false;        ///< whether the range ends at 1
  bool loses_alpha = false;         ///< whether an alpha channel was left out
  Extents extents;
  Index samples = 0;
  std::string output;
  std::string comparison;  ///< the file; empty if there is no comparison
};

/// Some lines, and one JSON object.
std::string to_text(const DeblurOutcome& outcome);
std::string to_json(const DeblurOutcome& outcome);

}  // namespace toeplix::cli
