#include <toeplix/concepts.hpp>
#include <toeplix/explain.hpp>

#include "cli/arguments.hpp"
#include "cli/commands/commands.hpp"
#include "cli/offsets.hpp"
#include "cli/weights.hpp"
#include "cli/words.hpp"

#include <fmt/format.h>

#include <memory>

namespace toeplix::cli {
namespace {

struct ExplainArguments {
  std::vector<std::string> spec;
  std::string entry;
  std::string weight;
  std::string weights;
  bool symbolic = false;
  bool latex = false;
  bool json = false;
  Index memory_budget = 0;
};

/// Numbers with commas between them.
Extents parse_numbers(const std::string& option, const std::string& text) {
  Extents numbers;
  for (const std::string_view word : split(text, ',')) {
    const auto number = number_of<Index>(word);
    if (!number) {
      throw UsageError(option + " " + text + ": expected whole numbers with commas between them");
    }
    numbers.push_back(*number);
  }
  return numbers;
}

/// The matrix in letters, or in the numbers of `--weights`.
std::string written_matrix(const AnyConv& convolution, const ExplainArguments& options) {
  const auto format = options.latex ? SymbolicFormat::latex : SymbolicFormat::text;
  if (options.weights.empty()) {
    return std::visit([&](const auto& conv) { return symbolic_matrix(conv, format); }, convolution);
  }
  const std::vector<double> weights =
      load_double_weights(options.weights, convolution, options.memory_budget);
  return std::visit([&](const auto& conv) { return numeric_matrix(conv, weights, format); },
                    convolution);
}

template <AnyConvolution Conv>
std::string answer(const Conv& conv, const ExplainArguments& options) {
  if (!options.weight.empty()) {
    const Extents weight = parse_numbers("--weight", options.weight);
    const WeightLandings landings =
        weight.size() == 1 ? explain_weight_index(conv, weight[0]) : explain_weight(conv, weight);
    return options.json ? to_json(landings) : to_text(landings);
  }
  const Extents entry = parse_numbers("--entry", options.entry);
  if (entry.size() != 2) {
    throw UsageError("--entry " + options.entry + ": expected a row and a column");
  }
  const EntryExplanation explanation = explain(conv, entry[0], entry[1]);
  return options.json ? to_json(explanation) : to_text(explanation);
}

void run(const ExplainArguments& options) {
  const int asked = (options.entry.empty() ? 0 : 1) + (options.weight.empty() ? 0 : 1) +
                    (options.symbolic ? 1 : 0);
  if (asked != 1) throw UsageError("explain needs one of --entry, --weight and --symbolic");
  const AnyConv convolution = parse_convolution(options.spec);
  if (options.symbolic) {
    const std::string note = offset_note(padding_value_of(convolution));
    const bool is_comment = options.latex && !note.empty();
    fmt::print("{}{}{}", written_matrix(convolution, options), is_comment ? "% " : "", note);
    return;
  }
  std::visit([&](const auto& conv) { fmt::print("{}", answer(conv, options)); }, convolution);
}

}  // namespace

void add_explain(CLI::App& program) {
  auto options = std::make_shared<ExplainArguments>();
  CLI::App* command =
      program.add_subcommand("explain", "Say where an entry comes from, or a weight goes");
  add_spec(*command, options->spec);
  command->add_option("--entry", options->entry, "The entry to explain")->type_name("ROW,COLUMN");
  command->add_option("--weight", options->weight, "The weight to follow: 0,0,1,1, or its index")
      ->type_name("I,J,...");
  auto* letters = command->add_flag("--symbolic", options->symbolic, "Print the matrix in letters");
  command->add_flag("--latex", options->latex, "Print it as a bmatrix")->needs(letters);
  add_weights(*command, options->weights)
      ->description("With --symbolic: numbers in place of letters")
      ->needs(letters);
  add_memory(*command, options->memory_budget);
  add_json(*command, options->json);
  command->get_option("--json")->excludes(letters);
  set_help(*command, "Example: toeplix explain input=4 kernel=3 padding=1 --entry 0,1");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
