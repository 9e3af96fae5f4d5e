#include <toeplix/compile.hpp>

#include "cli/commands/commands.hpp"
#include "cli/json.hpp"
#include "cli/matrix_files.hpp"
#include "cli/progress.hpp"
#include "cli/weights.hpp"

#include <toeplix/version.hpp>

#include <fmt/format.h>

#include <limits>
#include <map>
#include <memory>

namespace toeplix::cli {
namespace {

enum class IndexWidth { automatic, bits32, bits64 };

struct CompileArguments {
  std::vector<std::string> spec;
  std::string weights;
  Precision precision = Precision::by_file;
  IndexWidth index = IndexWidth::automatic;
  MatrixFile output;
  bool json = false;
  CompileOptions compile;
};

bool needs_wide_index(const AnyConv& convolution, IndexWidth choice) {
  if (choice != IndexWidth::automatic) return choice == IndexWidth::bits64;
  return std::visit(
      [](const auto& conv) {
        const Index largest = std::max({conv.rows(), conv.cols(), conv.nnz()});
        return largest >= std::numeric_limits<std::int32_t>::max();
      },
      convolution);
}

template <class Matrix>
void print_json(const Matrix& matrix, const std::string& path, const std::string& layout,
                std::uintmax_t bytes) {
  fmt::print("{}", json_text({{"file", path},
                              {"rows", matrix.rows()},
                              {"cols", matrix.cols()},
                              {"nnz", matrix.nonZeros()},
                              {"layout", layout},
                              {"bytes", bytes}}));
}

template <class StorageIndex, int Order>
void compile_and_write(const AnyConv& convolution, const Weights& weights,
                       const CompileArguments& options) {
  const auto compile_one = [&](const auto& conv, const auto& values) {
    auto compiled = [&] {
      const Progress progress("compiling");
      return toeplix::compile<StorageIndex, Order>(conv, values, options.compile);
    }();
    {
      const Progress progress("writing " + options.output.path);
      write_matrix(compiled, options.output);
    }
    using Scalar = typename decltype(compiled)::Scalar;
    const auto bytes = std::filesystem::file_size(options.output.path);
    const std::string layout = describe(options.output, sizeof(Scalar), sizeof(StorageIndex));
    if (options.json) return print_json(compiled, options.output.path, layout, bytes);
    fmt::print("{}: {} x {}, {} entries, {}, {} bytes\n", options.output.path, compiled.rows(),
               compiled.cols(), compiled.nonZeros(), layout, bytes);
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
std::string provenance(const AnyConv& convolution, const std::string& weights) {
  const std::string spec =
      std::visit([](const auto& conv) { return to_string(conv.spec()); }, convolution);
  return fmt::format("toeplix {}\nweights {}\n{}", version_string, weights, spec);
}

void run(CompileArguments& options) {
  const AnyConv convolution = parse_convolution(options.spec);
  options.output.matrix_market.comment = provenance(convolution, options.weights);
  options.output.matrix_market.resources.threads = options.compile.resources.threads;
  const Weights weights = load_weights(options.weights, convolution, options.precision);
  if (needs_wide_index(convolution, options.index)) {
    return compile_ordered<std::int64_t>(convolution, weights, options);
  }
  compile_ordered<std::int32_t>(convolution, weights, options);
}

void add_choices(CLI::App& command, CompileArguments& options) {
  const std::map<std::string, IndexWidth> widths{
      {"auto", IndexWidth::automatic}, {"32", IndexWidth::bits32}, {"64", IndexWidth::bits64}};
  add_choice(command, "--index", "BITS", widths, options.index,
             "Bits of an index: 32, 64, or auto, what suffices");
  command.add_flag("--prune", options.compile.prune_zero_weights,
                   "Leave out entries whose value is zero");
}

}  // namespace

void add_compile(CLI::App& program) {
  auto options = std::make_shared<CompileArguments>();
  CLI::App* command =
      program.add_subcommand("compile", "Write the sparse matrix for SciPy, MATLAB, ...");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights)->required();
  add_matrix_file(*command, options->output);
  add_precision(*command, options->precision);
  add_choices(*command, *options);
  add_json(*command, options->json);
  add_threads(*command, options->compile.resources.threads);
  add_memory(*command, options->compile.resources.memory_budget);
  set_help(*command,
           "Example: toeplix compile input=480,640 kernel=9,9 padding=4 boundary=reflect \\\n"
           "           --weights gaussian:9:1.5 --output W.npz");
  command->callback([command, options] {
    check_matrix_file(*command, options->output);
    run(*options);
  });
}

}  // namespace toeplix::cli
