#include <toeplix/compile.hpp>

#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/json.hpp"
#include "cli/kernel/read.hpp"
#include "cli/matrix_files.hpp"
#include "cli/offsets.hpp"
#include "cli/progress.hpp"
#include "cli/rows.hpp"
#include "cli/standard_streams.hpp"
#include "cli/tensor_files.hpp"
#include "cli/weights.hpp"

#include <toeplix/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace toeplix::cli {
namespace {

struct CompileArguments {
  std::vector<std::string> spec;
  std::string weights;
  bool per_pixel = false;
  std::string bias;
  std::vector<double> bias_values;
  std::string offset;
  Precision precision = Precision::by_file;
  IndexWidth index = IndexWidth::automatic;
  std::optional<Rows> rows;
  MatrixFile output;
  bool json = false;
  CompileOptions compile;
};

bool needs_wide_index(const AnyConv& convolution, const CompileArguments& options) {
  return std::visit(
      [&](const auto& conv) {
        const Rows rows = rows_within(options.rows, conv.rows());
        Index entries = conv.nnz();
        if (options.rows) {
          const Pattern pattern(conv);
          entries = pattern.entries_before(rows.last) - pattern.entries_before(rows.first);
        }
        return needs_wide_index(options.index, std::max({rows.count(), conv.cols(), entries}));
      },
      convolution);
}

/// The matrix, or some rows of it.
template <class StorageIndex, int Order, AnyConvolution Conv, EitherWeights Kernels>
Eigen::SparseMatrix<WeightOf<Kernels>, Order, StorageIndex> compiled_rows(
    const Conv& conv, const Kernels& weights, const CompileArguments& options) {
  if (!options.rows) return toeplix::compile<StorageIndex, Order>(conv, weights, options.compile);
  const Rows rows = rows_within(options.rows, conv.rows());
  CompileOptions compile = options.compile;
  if (Order == Eigen::ColMajor) compile.resources = resources_to_turn(compile.resources);
  return compile_rows<StorageIndex>(conv, weights, rows.first, rows.last, compile);
}

/// What was written, as one line or JSON.
template <class Matrix>
std::string summary_of(const Matrix& matrix, const CompileArguments& options,
                       std::uintmax_t bytes) {
  if (options.json) {
    Json json = matrix_json(matrix, options.output, bytes);
    json["offset"] = options.offset.empty() ? Json() : Json(options.offset);
    return json_text(json);
  }
  const std::string text = matrix_text(matrix, options.output, bytes);
  if (options.offset.empty()) return text;
  return text + fmt::format("{}: what the rows add, {} numbers\n", options.offset, matrix.rows());
}

/// What the bias and the padding value add to the rows that are written; empty if nobody asks.
template <class Scalar>
std::vector<Scalar> offset_of_rows(const AnyConv& convolution, const std::vector<Scalar>& weights,
                                   const CompileArguments& options) {
  if (options.offset.empty()) return {};
  return offset_of(convolution, weights, options.per_pixel, options.bias_values, options.rows,
                   options.compile.resources);
}

template <class StorageIndex, int Order>
void compile_and_write(const AnyConv& convolution, const Weights& weights,
                       const CompileArguments& options) {
  const auto compile_one = [&](const auto& conv, const auto& values) {
    // Before a file is written: a refusal leaves all as it was.
    const auto offset = offset_of_rows(convolution, values, options);
    const auto compiled = [&] {
      const Progress progress("compiling");
      return with_kind(values, options.per_pixel, [&](const auto& kernels) {
        return compiled_rows<StorageIndex, Order>(conv, kernels, options);
      });
    }();
    const std::uintmax_t bytes = [&] {
      const Progress progress("writing " + output_name(options.output.path));
      return write_matrix(compiled, options.output);
    }();
    if (!options.offset.empty()) write_array(options.offset, {std::ssize(offset)}, offset);
    print_summary(options.output.path, summary_of(compiled, options, bytes));
  };
  std::visit(compile_one, convolution, weights);
}

template <class StorageIndex>
void compile_ordered(const AnyConv& convolution, const Weights& weights,
                     const CompileArguments& options) {
  if (options.output.by_columns()) {
    return compile_and_write<StorageIndex, Eigen::ColMajor>(convolution, weights, options);
  }
  compile_and_write<StorageIndex, Eigen::RowMajor>(convolution, weights, options);
}

/// The comment of a file: where its matrix comes from. The text form is a line of its own.
std::string provenance(const AnyConv& convolution, const CompileArguments& options) {
  const auto describe_source = [&](const auto& conv) {
    return fmt::format("toeplix {}\nweights {}{}\n{}{}", version_string, options.weights,
                       options.per_pixel ? " per pixel" : "", rows_line(options.rows, conv.rows()),
                       to_string(conv.spec()));
  };
  return std::visit(describe_source, convolution);
}

/// Throws UsageError for what is added and would be lost.
void check_offset(const AnyConv& convolution, const CompileArguments& options) {
  if (!options.offset.empty()) return check_offset_file(options.offset);
  constexpr const char* needs =
      "needs --offset FILE.npy, for what is added to the product by the matrix";
  if (!options.bias.empty()) throw UsageError(fmt::format("--bias {} {}", options.bias, needs));
  const double padding = padding_value_of(convolution);
  if (padding != 0) throw UsageError(fmt::format("padding_value={} {}", padding, needs));
}

void compile_convolution(CompileArguments& options) {
  check_distinct({options.output.path, options.offset},
                 {parse_kernel_word(options.weights).path, options.bias});
  const AnyConv convolution = parse_convolution(options.spec);
  check_offset(convolution, options);
  options.output.matrix_market.comment = provenance(convolution, options);
  options.output.matrix_market.resources.threads = options.compile.resources.threads;
  const Index budget = options.compile.resources.memory_budget;
  const bool fits = options.bias.empty() || fits_float(options.bias, budget);
  if (!options.offset.empty()) {
    options.bias_values = read_bias(options.bias, convolution, budget);
  }
  const Weights weights = load_weights(options.weights, convolution,
                                       {options.precision, budget, fits, options.per_pixel});
  if (needs_wide_index(convolution, options)) {
    return compile_ordered<std::int64_t>(convolution, weights, options);
  }
  compile_ordered<std::int32_t>(convolution, weights, options);
}

void run(CompileArguments& options) {
  try {
    compile_convolution(options);
  } catch (const CapacityError& error) {
    if (error.cause() != CapacityCause::memory_budget) throw;
    throw TooLarge(with_advice(error,
                               "raise --memory, write some rows at a time by --rows A:B, or "
                               "multiply without the matrix by toeplix apply"));
  }
}

}  // namespace

void add_compile(CLI::App& program) {
  auto options = std::make_shared<CompileArguments>();
  CLI::App* command =
      program.add_subcommand("compile", "Write the sparse matrix for SciPy, MATLAB, ...");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights)->required();
  add_per_pixel(*command, options->per_pixel);
  add_bias(*command, options->bias);
  command->add_option("--offset", options->offset, "Also write what the rows add, as .npy")
      ->type_name("FILE");
  add_matrix_file(*command, options->output);
  add_precision(*command, options->precision);
  add_index_width(*command, options->index);
  command->add_flag("--prune", options->compile.prune_zero_weights,
                    "Leave out entries whose value is zero");
  add_rows(*command, options->rows);
  add_json(*command, options->json);
  add_threads(*command, options->compile.resources.threads);
  add_memory(*command, options->compile.resources.memory_budget);
  set_help(*command,
           "Example: toeplix compile input=99,99 kernel=3,3 --weights box:3 --output W.npz");
  command->callback([command, options] {
    check_matrix_file(*command, options->output);
    run(*options);
  });
}

}  // namespace toeplix::cli
