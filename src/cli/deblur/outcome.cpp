#include "cli/deblur/outcome.hpp"

#include "cli/json.hpp"
#include "cli/standard_streams.hpp"

#include <fmt/format.h>

#include <array>

namespace toeplix::cli {
namespace {

std::string_view name_of(Operation operation) {
  return operation == Operation::convolution ? "convolution" : "correlation";
}

std::string text_of(const ChosenLambda& lambda) {
  if (lambda.rule == ChosenLambda::Rule::given) return "";
  return fmt::format(
      "lambda {:.3g}, by {}, {} trials on {} x {} pixels{}\n", lambda.choice.lambda,
      lambda.rule == ChosenLambda::Rule::discrepancy ? "the discrepancy principle"
                                                     : "generalized cross-validation",
      lambda.choice.trials, lambda.height, lambda.width,
      lambda.choice.at_limit ? "; this is the end of the range that was searched" : "");
}

std::string text_of(const SolveReport& report) {
  std::string text =
      fmt::format("{}: residual {:.3g}, relative {:.3g}; factor of {} entries\n",
                  to_string(report.status), report.residual, report.relative_residual, report.fill);
  if (!report.reason.empty()) text += report.reason + '\n';
  if (report.separated_terms) {
    text +=
        fmt::format("multiplied axis by axis, by a kernel of rank {}; this differs by rounding\n",
                    *report.separated_terms);
  }
  return text +
         fmt::format(
             "assembly {:.2f} s, analysis {:.2f} s, factorization {:.2f} s, solution {:.2f} s\n",
             report.seconds.assembly, report.seconds.analysis, report.seconds.factorization,
             report.seconds.solution);
}

Json json_of(const ChosenLambda& lambda, const SolveReport& report) {
  constexpr std::array<std::string_view, 3> names{"given", "cross_validation", "discrepancy"};
  return {{"lambda", lambda.choice.lambda},
          {"rule", names[static_cast<std::size_t>(lambda.rule)]},
          {"trials", lambda.choice.trials},
          {"at_limit", lambda.choice.at_limit},
          {"status", to_string(report.status)},
          {"reason", report.reason},
          {"residual", report.residual},
          {"relative_residual", report.relative_residual},
          {"error", report.error},
          {"separated_terms", report.separated_terms ? Json(*report.separated_terms) : Json()},
          {"fill", report.fill},
          {"bytes", report.bytes},
          {"flops", report.flops},
          {"seconds",
           {{"assembly", report.seconds.assembly},
            {"analysis", report.seconds.analysis},
            {"factorization", report.seconds.factorization},
            {"solution", report.seconds.solution}}}};
}

}  // namespace

std::string to_text(const DeblurOutcome& outcome) {
  std::string text = text_of(outcome.lambda) + text_of(outcome.report);
  if (outcome.quality) {
    text += fmt::format("PSNR {:.2f} dB before, {:.2f} dB after\n", outcome.quality->before,
                        outcome.quality->after);
  }
  text += fmt::format("{}: {} x {}, {} of {} samples clamped", output_name(outcome.output),
                      outcome.height, outcome.width, outcome.clamped, outcome.samples);
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
  Json json = json_of(outcome.lambda, outcome.report);
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
