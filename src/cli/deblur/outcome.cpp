#include "cli/deblur/outcome.hpp"

#include "cli/json.hpp"
#include "cli/standard_streams.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace toeplix::cli {
namespace {

std::string_view name_of(Operation operation) {
  return operation == Operation::convolution ? "convolution" : "correlation";
}

std::string text_of(const DeblurLambda& lambda) {
  if (lambda.rule == LambdaRule::given) return "";
  return fmt::format(
      "lambda {:.3g}, by {}, {} trials on {} pixels{}{}\n", lambda.choice.lambda,
      lambda.rule == LambdaRule::discrepancy ? "the discrepancy principle"
                                             : "generalized cross-validation",
      lambda.choice.trials, fmt::join(lambda.part, " x "),
      lambda.faded ? " with a faded border" : "",
      lambda.choice.at_limit ? "; this is the end of the range that was searched" : "");
}

std::string text_of(const KernelScaling& kernel) {
  switch (kernel.scale) {
    case KernelScale::divided:
      return fmt::format("the kernel was divided by its sum, {:.6g}\n", kernel.sum);
    case KernelScale::kept:
      return fmt::format("the kernel was left as it is, with a sum of {:.6g}\n", kernel.sum);
    case KernelScale::vanishing:
      return fmt::format("the kernel was left as it is, as its sum is next to nothing: {:.2g}\n",
                         kernel.sum);
    case KernelScale::unit:
      break;
  }
  return "";
}

/// What one factorization, transforms or iterations took.
std::string effort_of(const SolveReport& report) {
  switch (report.method) {
    case SolveMethod::transform:
      return "by transforms";
    case SolveMethod::iterative:
      return fmt::format("{} iterations, preconditioner: {}", report.iterations,
                         report.preconditioner.empty() ? "none" : report.preconditioner);
    default:
      return fmt::format("factor of {} entries", report.fill);
  }
}

/// How A was multiplied with, if not by the kernel's positions one by one.
template <class Report>
std::string products_of(const Report& report) {
  if (report.fourier_products) {
    return "multiplied by Fourier transforms; this differs by rounding\n";
  }
  if (!report.separated_terms) return "";
  return fmt::format("multiplied axis by axis, by a kernel of rank {}; this differs by rounding\n",
                     *report.separated_terms);
}

std::string text_of(const SolveReport& report) {
  std::string text =
      fmt::format("{}: residual {:.3g}, relative {:.3g}; {}\n", to_string(report.status),
                  report.residual, report.relative_residual, effort_of(report));
  if (!report.reason.empty()) text += report.reason + '\n';
  text += fmt::format("method {}: {}\n", to_string(report.method), report.method_reason);
  return text + products_of(report) +
         fmt::format(
             "assembly {:.2f} s, analysis {:.2f} s, factorization {:.2f} s, solution {:.2f} s\n",
             report.seconds.assembly, report.seconds.analysis, report.seconds.factorization,
             report.seconds.solution);
}

std::string text_of(const IterationReport& report, const std::string& model) {
  std::string text = fmt::format("{}: residual {:.3g}, relative {:.3g}; {} iterations of {}\n",
                                 to_string(report.status), report.residual,
                                 report.relative_residual, report.iterations, model);
  if (!report.reason.empty()) text += report.reason + '\n';
  return text + products_of(report) + fmt::format("solution {:.2f} s\n", report.seconds);
}

/// What both kinds of report have.
template <class Report>
Json common_json_of(const Report& report) {
  return {{"status", to_string(report.status)},
          {"reason", report.reason},
          {"residual", report.residual},
          {"relative_residual", report.relative_residual},
          {"error", report.error},
          {"iterations", report.iterations},
          {"separated_terms", json_of(report.separated_terms)},
          {"fourier_products", report.fourier_products},
          {"bytes", report.bytes}};
}

Json json_of(const SolveReport& report) {
  Json json = common_json_of(report);
  json["method"] = to_string(report.method);
  json["method_reason"] = report.method_reason;
  json["preconditioner"] = report.preconditioner;
  json["fill"] = report.fill;
  json["flops"] = report.flops;
  json["seconds"] = {{"assembly", report.seconds.assembly},
                     {"analysis", report.seconds.analysis},
                     {"factorization", report.seconds.factorization},
                     {"solution", report.seconds.solution}};
  return json;
}

Json json_of(const IterationReport& report, const std::string& model) {
  Json json = common_json_of(report);
  json["method"] = model;
  json["seconds"] = {{"solution", report.seconds}};
  return json;
}

void add_lambda(const DeblurLambda& lambda, Json& json) {
  json["lambda"] = lambda.choice.lambda;
  json["rule"] = to_string(lambda.rule);
  json["trials"] = lambda.choice.trials;
  json["at_limit"] = lambda.choice.at_limit;
  json["part"] = lambda.part;
  json["faded"] = lambda.faded;
  json["seconds"]["choice"] = lambda.seconds;
}

}  // namespace

std::string to_text(const DeblurOutcome& outcome) {
  const auto* const solved = std::get_if<SolveReport>(&outcome.report);
  std::string text = text_of(outcome.kernel);
  if (outcome.lambda) text += text_of(*outcome.lambda);
  text += solved != nullptr ? text_of(*solved)
                            : text_of(std::get<IterationReport>(outcome.report), outcome.model);
  if (outcome.quality) {
    text += fmt::format("PSNR {:.2f} dB before, {:.2f} dB after\n", outcome.quality->before,
                        outcome.quality->after);
  }
  text += fmt::format("{}: {}, {} of {} samples clamped", output_name(outcome.output),
                      fmt::join(outcome.extents, " x "), outcome.clamped, outcome.samples);
  if (outcome.is_white_one && outcome.clamped > 0) {
    text += " (white is 1 in an array of floats)";
  }
  if (!outcome.kernel_is_symmetric) {
    text += fmt::format(", the kernel read as a {}", name_of(outcome.operation));
  }
  if (outcome.loses_alpha) text += ", without the alpha channel";
  text += '\n';
  if (outcome.comparison.empty()) return text;
  return text +
         fmt::format("{}: before, after{}\n", outcome.comparison, outcome.quality ? ", truth" : "");
}

std::string to_json(const DeblurOutcome& outcome) {
  const auto* const solved = std::get_if<SolveReport>(&outcome.report);
  Json json = solved != nullptr ? json_of(*solved)
                                : json_of(std::get<IterationReport>(outcome.report), outcome.model);
  if (outcome.lambda) add_lambda(*outcome.lambda, json);
  json["kernel_sum"] = outcome.kernel.sum;
  json["kernel_scale"] = to_string(outcome.kernel.scale);
  if (outcome.quality) {
    json["psnr_before"] = outcome.quality->before;
    json["psnr_after"] = outcome.quality->after;
  }
  json["operation"] = name_of(outcome.operation);
  json["kernel_symmetric"] = outcome.kernel_is_symmetric;
  json["loses_alpha"] = outcome.loses_alpha;
  json["clamped"] = outcome.clamped;
  return json_text(json);
}

}  // namespace toeplix::cli
