#include <toeplix/files/png.hpp>
#include <toeplix/files/series_plot.hpp>
#include <toeplix/solvers/singular_values.hpp>
#include <toeplix/solvers/spectral_norm.hpp>

#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/json.hpp"
#include "cli/progress.hpp"
#include "cli/standard_streams.hpp"
#include "cli/weights.hpp"
#include "cli/words.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace toeplix::cli {
namespace {

struct SpectrumArguments {
  std::vector<std::string> spec;
  std::string weights;
  bool norm = false;
  bool all = false;
  Index top = 0;
  double tolerance = 0;  // 0: the default of what is asked for
  std::string plot;
  bool json = false;
  Resources resources;
};

void check(const SpectrumArguments& options) {
  const bool values = options.all || options.top > 0;
  if (int{options.norm} + int{options.all} + int{options.top > 0} > 1) {
    throw UsageError("--norm, --top and --all are three questions; ask one");
  }
  if (options.all && options.tolerance > 0) {
    throw UsageError("--tolerance is for --norm and --top; --all is exact to rounding");
  }
  if (options.plot.empty()) return;
  if (!values) throw UsageError("--plot draws singular values: with --all or --top K");
  check_extension(options.plot, {".png"});
  check_folder(options.plot);
  check_not_kernel(options.plot, options.weights);
}

// --- text and JSON -------------------------------------------------------------------------------

std::string matrix_text(const Pattern& pattern) {
  return fmt::format("{} x {} matrix", pattern.rows(), pattern.cols());
}

/// Nine digits of an end of the interval, rounded outwards: what is printed is a bound too.
std::string bound_text(double bound, double outwards) {
  const std::string nearest = fmt::format("{:.9g}", bound);
  const double shown = number_of<double>(nearest).value_or(bound);
  const bool is_bound = outwards > 0 ? shown >= bound : shown <= bound;
  return is_bound ? nearest : fmt::format("{:.9g}", bound * (1 + outwards * 1e-8));
}

std::string text_of(const Pattern& pattern, const SpectralNorm& norm) {
  std::string text = fmt::format("norm of the {}\n", matrix_text(pattern));
  text += fmt::format("  at least      {:<14} {}\n", bound_text(norm.lower, -1),
                      to_string(norm.lower_from));
  text += fmt::format("  at most       {:<14} {}\n", bound_text(norm.upper, 1),
                      to_string(norm.upper_from));
  text += fmt::format("  norm_1        {:.9g}\n  norm_inf      {:.9g}\n  frobenius     {:.9g}\n",
                      norm.norm_1, norm.norm_inf, norm.frobenius);
  text += fmt::format("  took          {} products, {} blocks, {} factorizations\n", norm.products,
                      norm.blocks, norm.factorizations);
  if (!norm.converged) text += fmt::format("  not converged: {}\n", norm.reason);
  return text;
}

Json json_of_norm(const Pattern& pattern, const SpectralNorm& norm) {
  return {{"rows", pattern.rows()},
          {"columns", pattern.cols()},
          {"lower", norm.lower},
          {"upper", norm.upper},
          {"converged", norm.converged},
          {"lower_from", to_string(norm.lower_from)},
          {"upper_from", to_string(norm.upper_from)},
          {"reason", norm.reason},
          {"norm_1", norm.norm_1},
          {"norm_inf", norm.norm_inf},
          {"frobenius", norm.frobenius},
          {"products", norm.products},
          {"blocks", norm.blocks},
          {"factorizations", norm.factorizations}};
}

std::string condition_text(double largest, double smallest) {
  return smallest > 0 ? fmt::format("{:.6g}", largest / smallest) : "infinite";
}

std::string text_of(const Pattern& pattern, const Eigen::VectorXd& values, const char* how) {
  constexpr Eigen::Index most = 12;
  std::string text =
      fmt::format("{} singular values of the {}, {}\n", values.size(), matrix_text(pattern), how);
  const Eigen::Index shown = std::min(values.size(), most);
  for (Eigen::Index i = 0; i < shown; ++i)
    text += fmt::format("  {:<6} {:.12g}\n", i + 1, values[i]);
  if (shown < values.size()) {
    if (shown + 1 < values.size()) text += "  ...\n";
    text += fmt::format("  {:<6} {:.12g}\n", values.size(), values[values.size() - 1]);
  }
  return text;
}

Json json_of_values(const Pattern& pattern, const Eigen::VectorXd& values) {
  return {{"rows", pattern.rows()},
          {"columns", pattern.cols()},
          {"values", std::vector<double>(values.begin(), values.end())}};
}

// --- what is asked -------------------------------------------------------------------------------

void draw(const SpectrumArguments& options, const Pattern& pattern, const Eigen::VectorXd& values) {
  if (options.plot.empty()) return;
  const std::span<const double> span(values.data(), static_cast<std::size_t>(values.size()));
  write_png(options.plot,
            series_plot(span, {.title = "singular values of the " + matrix_text(pattern),
                               .x_label = "number, descending",
                               .y_label = "singular value"}));
}

void print(const SpectrumArguments& options, const Json& json, const std::string& text) {
  fmt::print("{}", options.json ? json_text(json) : text);
}

void print_norm(const SpectrumArguments& options, const Pattern& pattern,
                const std::vector<double>& weights) {
  SpectralNormOptions how{.resources = options.resources};
  if (options.tolerance > 0) how.tolerance = options.tolerance;
  const SpectralNorm norm = [&] {
    const Progress progress("bounding the norm");
    return spectral_norm(pattern, weights, how);
  }();
  print(options, json_of_norm(pattern, norm), text_of(pattern, norm));
}

void print_all(const SpectrumArguments& options, const Pattern& pattern,
               const std::vector<double>& weights) {
  const bool exact = has_exact_spectrum(pattern, weights);
  const Eigen::VectorXd values = [&] {
    const Progress progress("computing all singular values");
    return singular_values(pattern, weights, {.resources = options.resources});
  }();
  draw(options, pattern, values);
  const char* const how = exact ? "of blocks of frequencies" : "of the dense matrix";
  const std::string condition = condition_text(values[0], values[values.size() - 1]);
  Json json = json_of_values(pattern, values);
  json["by_frequencies"] = exact;
  print(options, json, text_of(pattern, values, how) + "  condition " + condition + '\n');
}

void print_top(const SpectrumArguments& options, const Pattern& pattern,
               const std::vector<double>& weights) {
  LargestSingularValuesOptions how{.resources = options.resources};
  if (options.tolerance > 0) how.tolerance = options.tolerance;
  const SingularTriplets triplets = [&] {
    const Progress progress("computing singular values");
    return largest_singular_values(pattern, weights, options.top, how);
  }();
  draw(options, pattern, triplets.values);
  Json json = json_of_values(pattern, triplets.values);
  json["converged"] = triplets.report.converged;
  json["reason"] = triplets.report.reason;
  json["residual"] = triplets.report.residual;
  json["products"] = triplets.report.products;
  std::string text = text_of(pattern, triplets.values, "the largest");
  text += fmt::format("  residual {:.2g}\n", triplets.report.residual);
  if (!triplets.report.converged) {
    text += fmt::format("  not converged: {}\n", triplets.report.reason);
  }
  print(options, json, text);
}

/// What takes less than the question that was asked.
std::string advice(const SpectrumArguments& options) {
  if (options.all) return "ask for --norm or --top K";
  return options.top > 0 ? "ask for fewer, or for --norm" : "use a smaller image";
}

void run(const SpectrumArguments& options) {
  check(options);
  const AnyConv convolution = parse_convolution(options.spec);
  const std::vector<double> weights =
      load_double_weights(options.weights, convolution, options.resources.memory_budget);
  const Pattern pattern = std::visit([](const auto& conv) { return Pattern(conv); }, convolution);
  try {
    if (options.all) return print_all(options, pattern, weights);
    if (options.top > 0) return print_top(options, pattern, weights);
    print_norm(options, pattern, weights);
  } catch (const CapacityError& error) {
    const bool has_budget = error.cause() == CapacityCause::memory_budget;
    throw TooLarge(with_advice(error, (has_budget ? "raise --memory, or " : "") + advice(options)));
  }
}

}  // namespace

void add_spectrum(CLI::App& program) {
  auto options = std::make_shared<SpectrumArguments>();
  CLI::App* command =
      program.add_subcommand("spectrum", "Singular values, and proved bounds of the norm");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights)->required();
  command->add_flag("--norm", options->norm, "The largest singular value between bounds*");
  command->add_option("--top", options->top, "The K largest singular values")
      ->check(CLI::Range(Index{1}, Index{1} << 40, "K from 1"))
      ->type_name("K");
  command->add_flag("--all", options->all, "All singular values");
  command
      ->add_option("--tolerance", options->tolerance, "Of --norm 0.05, of --top 1e-10 by default")
      ->check(positive_number)
      ->type_name("T");
  command->add_option("--plot", options->plot, "A .png picture of the values")->type_name("FILE");
  add_json(*command, options->json);
  add_threads(*command, options->resources.threads);
  add_memory(*command, options->resources.memory_budget);
  set_help(*command,
           "The norm bounds how much a layer amplifies. How it is proved: docs/spectrum.md\n"
           "* is the default.\n"
           "Example: toeplix spectrum input=32,32 kernel=3,3 padding=1 --weights box:3");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
