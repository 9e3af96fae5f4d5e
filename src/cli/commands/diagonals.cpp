#include <toeplix/diagonals.hpp>

#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/json.hpp"
#include "cli/matrix_files.hpp"
#include "cli/progress.hpp"
#include "cli/weights.hpp"

#include <toeplix/files/npz.hpp>

#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <memory>

namespace toeplix::cli {
namespace {

struct DiagonalsArguments {
  std::vector<std::string> spec;
  std::string weights;
  std::string size = "0";
  std::string output;
  bool prune = false;
  bool json = false;
};

constexpr int most_shown = 20;
/// Entries and rows of a file that is held in memory before it is written.
constexpr Index most_written = Index{1} << 28;

template <AnyConvolution Conv>
Index parse_size(const std::string& text, const Conv& conv) {
  if (text == "power2") return next_power_of_two(std::max(conv.rows(), conv.cols()));
  Index size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error == std::errc() && end == text.data() + text.size() && size >= 0) return size;
  throw UsageError("--size " + text + ": expected a number, or power2");
}

/// The matrix whose row d is diagonal d: D[d, i] = A[i, (i + d) mod n].
FileMatrix<double> collect(const Diagonals<double>& diagonals, Index nnz) {
  if (nnz > most_written || diagonals.size() > most_written) {
    throw TooLarge(
        fmt::format("{} entries on diagonals of {} rows are too many for a file; "
                    "compile the matrix instead, or stream them from C++ by diagonals.hpp",
                    nnz, diagonals.size()));
  }
  FileMatrix<double> matrix(diagonals.size(), diagonals.size());
  matrix.reserve(nnz);
  Index next = 0;
  for (const Diagonal<double>& diagonal : diagonals) {
    while (next <= diagonal.offset) matrix.startVec(next++);
    for (std::size_t i = 0; i < diagonal.rows.size(); ++i) {
      matrix.insertBack(diagonal.offset, diagonal.rows[i]) = diagonal.values[i];
    }
  }
  matrix.finalize();
  return matrix;
}

void write(const Diagonals<double>& diagonals, Index nnz, const DiagonalsArguments& options) {
  const FileMatrix<double> matrix = [&] {
    const Progress progress("writing " + options.output);
    FileMatrix<double> collected = collect(diagonals, nnz);
    write_npz(options.output, collected);
    return collected;
  }();
  if (!options.json) {
    fmt::print("{}: row d is diagonal d, {} x {}, {} entries\n", options.output, matrix.rows(),
               matrix.cols(), matrix.nonZeros());
    return;
  }
  fmt::print("{}", json_text({{"file", options.output},
                              {"rows", matrix.rows()},
                              {"cols", matrix.cols()},
                              {"nnz", matrix.nonZeros()}}));
}

/// How many diagonals there are; of those that are pruned one has to look at the values.
Index count_of(const Diagonals<double>& diagonals, const DiagonalsArguments& options) {
  if (!options.prune) return diagonals.count();
  const Progress progress("counting diagonals");
  return std::ranges::distance(diagonals.begin(), diagonals.end());
}

void list(const Diagonals<double>& diagonals, Index rows, Index cols, Index count) {
  fmt::print("{} x {} matrix, as {} x {}: {} of {} diagonals have entries\n", rows, cols,
             diagonals.size(), diagonals.size(), count, diagonals.size());
  int shown = 0;
  for (const Diagonal<double>& diagonal : diagonals) {
    if (shown++ == most_shown) {
      fmt::print("  ...\n");
      return;
    }
    fmt::print("  {:>12}  {:>12} {}\n", diagonal.offset, diagonal.rows.size(),
               diagonal.rows.size() == 1 ? "entry" : "entries");
  }
}

void list_json(const Diagonals<double>& diagonals, Index rows, Index cols, Index count) {
  fmt::print("{{\n  \"rows\": {},\n  \"cols\": {},\n  \"size\": {},\n  \"count\": {},\n", rows,
             cols, diagonals.size(), count);
  fmt::print("  \"diagonals\": [");
  std::string_view between = "\n";
  for (const Diagonal<double>& diagonal : diagonals) {
    fmt::print("{}    {{\"offset\": {}, \"entries\": {}}}", between, diagonal.offset,
               diagonal.rows.size());
    between = ",\n";
  }
  fmt::print("\n  ]\n}}\n");
}

void run(const DiagonalsArguments& options) {
  if (!options.output.empty()) {
    check_extension(options.output, {".npz"});
    check_folder(options.output);
    if (options.weights.empty()) throw UsageError("--output needs --weights");
  }
  if (options.prune && options.weights.empty()) throw UsageError("--prune needs --weights");
  const AnyConv convolution = parse_convolution(options.spec);
  std::visit(
      [&](const auto& conv) {
        const DiagonalOptions chosen{parse_size(options.size, conv), options.prune};
        std::vector<double> weights;
        if (options.weights.empty()) {
          check_memory(0, static_cast<double>(conv.weight_count()) * sizeof(double),
                       "a kernel of " + std::to_string(conv.weight_count()) + " weights",
                       "use fewer channels");
          weights.resize(static_cast<std::size_t>(conv.weight_count()));
        } else {
          const Weights loaded = load_weights(options.weights, convolution, Precision::twofold);
          weights = std::get<std::vector<double>>(loaded);
        }
        const auto found = toeplix::diagonals(conv, weights, chosen);
        if (!options.output.empty()) return write(found, conv.nnz(), options);
        const Index count = count_of(found, options);
        if (options.json) return list_json(found, conv.rows(), conv.cols(), count);
        list(found, conv.rows(), conv.cols(), count);
      },
      convolution);
}

}  // namespace

void add_diagonals(CLI::App& program) {
  auto options = std::make_shared<DiagonalsArguments>();
  CLI::App* command =
      program.add_subcommand("diagonals", "List or write the diagonals for encryption");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights);
  command->add_option("--size", options->size, "Pad to N x N; power2: to the next power of two")
      ->type_name("N");
  command->add_option("--output", options->output, "A .npz file to write: row d is diagonal d")
      ->type_name("FILE");
  command->add_flag("--prune", options->prune, "Leave out entries whose value is zero");
  command->add_flag("--json", options->json, "Print JSON, with all of them");
  set_help(*command,
           "Diagonal d has A[i, (i + d) mod n] at i: what homomorphic encryption packs.\n"
           "Example: toeplix diagonals input=8,8 kernel=3,3 padding=1 --size power2");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
