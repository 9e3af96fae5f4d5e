#include <toeplix/distribution.hpp>
#include <toeplix/explain.hpp>
#include <toeplix/inspect.hpp>
#include <toeplix/pattern.hpp>

#include "cli/cells.hpp"
#include "cli/commands/commands.hpp"
#include "cli/matrix_files.hpp"
#include "cli/progress.hpp"
#include "cli/standard_streams.hpp"
#include "cli/weights.hpp"
#include "cli/words.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

namespace toeplix::cli {
namespace {

struct InspectArguments {
  std::vector<std::string> spec;
  std::string weights;
  std::string levels;
  std::string variable;
  Index processes = 0;  // 0: not shared
  bool json = false;
  InspectOptions inspect;
  Resources resources;
};

/// What one entry looks like: its value, or which weights add up to it.
template <AnyConvolution Conv>
std::string format_entry(const Conv& conv, const Pattern::Entry& entry,
                         const std::vector<double>* weights) {
  if (weights == nullptr) {
    std::string text;
    for (const Index weight : entry.weights) {
      text += (text.empty() ? "" : "+") +
              weight_name(conv.weights_shape(), weight, conv.spec().weights_order);
    }
    return text;
  }
  double value = 0;
  for (const Index weight : entry.weights) value += (*weights)[static_cast<std::size_t>(weight)];
  return format_value(value);
}

template <AnyConvolution Conv>
Cells draw(const Conv& conv, const std::vector<double>* weights) {
  const Pattern pattern(conv);
  Cells cells;
  for (Index row = 0; row < pattern.rows(); ++row) {
    cells.emplace_back(static_cast<std::size_t>(pattern.cols()), ".");
    for (const Pattern::Entry& entry : pattern.row(row)) {
      cells.back()[static_cast<std::size_t>(entry.column)] = format_entry(conv, entry, weights);
    }
  }
  return cells;
}

template <AnyConvolution Conv>
void print_matrix(const Conv& conv, const std::vector<double>* weights) {
  if (is_small(conv.rows(), conv.cols())) print_cells(draw(conv, weights));
}

void print(const Inspection& inspection, const InspectArguments& options) {
  fmt::print("{}", options.json ? to_json(inspection) : to_text(inspection));
}

void inspect_convolution(const InspectArguments& options) {
  const AnyConv convolution = parse_convolution(options.spec);
  std::optional<std::vector<double>> weights;
  if (!options.weights.empty()) {
    weights = load_double_weights(options.weights, convolution, options.resources.memory_budget);
  }
  std::visit(
      [&](const auto& conv) {
        const Inspection inspection = [&] {
          const Progress progress("inspecting");
          return weights ? inspect(conv, *weights, options.inspect)
                         : inspect(conv, options.inspect);
        }();
        print(inspection, options);
        if (!options.json) print_matrix(conv, weights ? &*weights : nullptr);
      },
      convolution);
}

/// What processes have if they share the matrix.
void print_distribution(const InspectArguments& options) {
  const Distribution shared = std::visit(
      [&](const auto& conv) {
        const Progress progress("sharing the matrix");
        return distribution(conv, options.processes);
      },
      parse_convolution(options.spec));
  fmt::print("{}", options.json ? to_json(shared) : to_text(shared));
}

/// `4x9,4x9`: rows and columns of every level, the slowest first.
std::vector<MatrixLevel> parse_levels(const std::string& text) {
  std::vector<MatrixLevel> levels;
  if (text.empty()) return levels;
  for (const std::string_view level : split(text, ',')) {
    const auto words = split(level, 'x');
    const auto rows = number_of<Index>(words.front());
    const auto cols = number_of<Index>(words.back());
    if (words.size() != 2 || !rows || !cols) {
      throw UsageError("--levels " + text + ": expected rows and columns of each, as in 4x4,3x3");
    }
    levels.push_back({*rows, *cols, "level " + std::to_string(levels.size())});
  }
  return levels;
}

void inspect_file(const std::string& path, const InspectArguments& options) {
  const std::vector<MatrixLevel> levels = parse_levels(options.levels);
  const auto inspect_and_print = [&](const auto& matrix) {
    const Inspection inspection = [&] {
      const Progress progress("inspecting " + input_name(path));
      return inspect(matrix, levels, options.inspect);
    }();
    print(inspection, options);
    if (!options.json && is_small(matrix.rows(), matrix.cols())) print_cells(cells_of(matrix));
  };
  std::visit(inspect_and_print, read_matrix(path, options.variable, options.resources));
}

void run(const InspectArguments& options) {
  if (takes_matrix_file(options.spec, options.weights, options.variable)) {
    if (options.processes > 0) {
      throw UsageError("--processes goes with a SPEC; " + input_name(options.spec[0]) +
                       " does not say which of its rows are a line");
    }
    return inspect_file(options.spec[0], options);
  }
  if (!options.levels.empty()) throw UsageError("--levels goes with a file; a SPEC has its own");
  if (options.processes > 0) return print_distribution(options);
  inspect_convolution(options);
}

}  // namespace

void add_inspect(CLI::App& program) {
  auto options = std::make_shared<InspectArguments>();
  CLI::App* command =
      program.add_subcommand("inspect", "Say what the matrix is like: counts, structure");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights);
  command
      ->add_option("--levels", options->levels, "Of a file: rows x columns of blocks, as 4x4,3x3")
      ->type_name("LEVELS");
  add_variable(*command, options->variable);
  add_places(*command, options->inspect.most_places);
  command
      ->add_option("--processes", options->processes, "Say what each of N MPI processes would have")
      ->check(whole_number(Index{1} << 24, 1))
      ->type_name("N")
      ->excludes(command->get_option("--weights"))
      ->excludes(command->get_option("--places"));
  add_json(*command, options->json);
  add_memory(*command, options->resources.memory_budget);
  set_help(*command,
           "In place of SPEC: a .npz, .mtx or .mat file, or - for .mtx on standard input. A\n"
           "small matrix is drawn: its values, or without --weights which weights add up to\n"
           "them. What every word means: docs/inspection.md, docs/distributed.md\n"
           "Example: toeplix inspect input=3,3 kernel=2,2");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
