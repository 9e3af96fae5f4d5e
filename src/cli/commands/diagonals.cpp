#include <toeplix/diagonals.hpp>

#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/json.hpp"
#include "cli/matrix_files.hpp"
#include "cli/progress.hpp"
#include "cli/standard_streams.hpp"
#include "cli/weights.hpp"
#include "cli/words.hpp"

#include <toeplix/files/npz_diagonals.hpp>

#include <fmt/format.h>

#include <complex>
#include <concepts>
#include <iterator>
#include <memory>
#include <type_traits>

namespace toeplix::cli {
namespace {

struct DiagonalsArguments {
  std::vector<std::string> spec;
  std::string weights;
  std::string variable;
  Precision precision = Precision::by_file;
  std::string size = "0";
  std::string output;
  bool json = false;
  DiagonalOptions options;
};

constexpr int most_shown = 20;
/// Diagonals whose values are looked at for counting those that are not zero.
constexpr Index most_counted = Index{1} << 19;

/// Rows and columns of the matrix.
struct Shape {
  Index rows;
  Index cols;
};

Index parse_size(const std::string& text, const Shape& shape) {
  if (text == "power2") return next_power_of_two(std::max(shape.rows, shape.cols));
  const auto size = number_of<Index>(text);
  if (size && *size >= 0) return *size;
  throw UsageError("--size " + text + ": expected a number, or power2");
}

// Below, `Structure` is a `DiagonalStructure` or that of `MatrixDiagonals`; `Found` is the same, or
// `Diagonals`, which may be pruned, or `MatrixDiagonals`.

template <class Structure>
bool is_one_block(const Structure& structure) {
  return structure.block_rows() == 1 && structure.block_columns() == 1;
}

/// Calls `visit(place, entries)` for every diagonal that has some, until it returns false.
template <class Structure, class Found, class Visit>
void for_each_diagonal(const Structure& structure, const Found& found, const Visit& visit) {
  for (const DiagonalPlace& place : structure) {
    const Index entries = found.entries(place);
    if (entries > 0 && !visit(place, entries)) return;
  }
}

/// How many diagonals there are; nothing if there are too many to count.
std::optional<Index> count_of(const DiagonalStructure& structure, const DiagonalStructure&) {
  try {
    return structure.count();
  } catch (const CapacityError&) {
    return std::nullopt;
  }
}

template <class Scalar>
std::optional<Index> count_of(const typename MatrixDiagonals<Scalar>::Structure& structure,
                              const MatrixDiagonals<Scalar>&) {
  return structure.count();
}

/// Of those that are pruned one has to look at the values.
template <class Scalar>
std::optional<Index> count_of(const DiagonalStructure& structure, const Diagonals<Scalar>& found) {
  const Progress progress("counting diagonals");
  Index count = 0;
  for_each_diagonal(structure, found,
                    [&](const DiagonalPlace&, Index) { return ++count <= most_counted; });
  if (count > most_counted) return std::nullopt;
  return count;
}

template <class Structure>
void print_heading(const Shape& shape, const Structure& structure, std::optional<Index> count) {
  const Index n = structure.size();
  const std::string counted = count ? std::to_string(*count) : "too many to count";
  if (is_one_block(structure)) {
    fmt::print("{} x {} matrix, as {} x {}: {} of {} diagonals have entries\n", shape.rows,
               shape.cols, n, n, counted, n);
    return;
  }
  fmt::print("{} x {} matrix, in {} x {} blocks of {} x {}: {} diagonals have entries\n",
             shape.rows, shape.cols, structure.block_rows(), structure.block_columns(), n, n,
             counted);
}

template <class Structure, class Found>
void list(const Shape& shape, const Structure& structure, const Found& found) {
  print_heading(shape, structure, count_of(structure, found));
  const bool one_block = is_one_block(structure);
  int shown = 0;
  for_each_diagonal(structure, found, [&](const DiagonalPlace& place, Index entries) {
    if (shown++ == most_shown) {
      fmt::print("  ...\n");
      return false;
    }
    if (!one_block) fmt::print("  block ({}, {})", place.block_row, place.block_column);
    fmt::print("  {:>12}  {:>12} {}\n", place.offset, entries, entries == 1 ? "entry" : "entries");
    return true;
  });
}

template <class Structure, class Found>
void list_json(const Shape& shape, const Structure& structure, const Found& found) {
  const bool one_block = is_one_block(structure);
  const std::optional<Index> count = count_of(structure, found);
  fmt::print("{{\n  \"rows\": {},\n  \"cols\": {},\n  \"size\": {},\n", shape.rows, shape.cols,
             structure.size());
  fmt::print("  \"block_rows\": {},\n  \"block_columns\": {},\n", structure.block_rows(),
             structure.block_columns());
  fmt::print("  \"count\": {},\n  \"diagonals\": [", count ? std::to_string(*count) : "null");
  std::string_view between = "\n";
  for_each_diagonal(structure, found, [&](const DiagonalPlace& place, Index entries) {
    fmt::print("{}    {{", between);
    if (!one_block) fmt::print("\"block\": [{}, {}], ", place.block_row, place.block_column);
    fmt::print("\"offset\": {}, \"entries\": {}}}", place.offset, entries);
    between = ",\n";
    return true;
  });
  fmt::print("\n  ]\n}}\n");
}

template <class Structure, class Found>
void list_any(const Shape& shape, const Structure& structure, const Found& found, bool json) {
  if (json) return list_json(shape, structure, found);
  list(shape, structure, found);
}

/// Refuses a file that does not fit where it is to be. Besides its value an entry takes two indices
/// as coordinates, and otherwise one; then there is a pointer per diagonal, too.
void check_space(const std::string& path, const WrittenDiagonals& size, bool one_block,
                 std::size_t scalar_bytes) {
  const double indices = one_block
                             ? static_cast<double>(size.entries) + static_cast<double>(size.rows)
                             : 2.0 * static_cast<double>(size.entries);
  const double bytes = indices * sizeof(Index) +
                       static_cast<double>(size.entries) * static_cast<double>(scalar_bytes);
  std::error_code failed;
  const auto folder = std::filesystem::absolute(path).parent_path();
  const auto space = std::filesystem::space(folder, failed);
  if (failed || bytes <= static_cast<double>(space.available)) return;
  throw TooLarge(
      fmt::format("{}: {} entries take {:.0f} bytes, but {} are free there; apply the "
                  "convolution without its matrix, or use them from C++ one by one",
                  path, size.entries, bytes, space.available));
}

/// `stored` is how many entries the matrix stores, all of which are written unless some are pruned.
template <class Scalar, template <class> class Found>
void write(const Found<Scalar>& diagonals, Index stored, const DiagonalsArguments& options) {
  const bool one_block = is_one_block(diagonals.structure());
  if (!options.options.prune_zeros) {
    // Known at once; to measure what is written takes a step for every diagonal.
    check_space(options.output, {0, diagonals.structure().size(), stored}, one_block,
                sizeof(Scalar));
  }
  const auto layout = one_block ? NpzLayout::line_pointers : NpzLayout::coordinates;
  const WrittenDiagonals written = [&] {
    const Progress progress("writing " + options.output);
    check_space(options.output, measure_npz_diagonals(diagonals), one_block, sizeof(Scalar));
    return write_npz_diagonals(options.output, diagonals, {.layout = layout});
  }();
  if (options.json) {
    fmt::print("{}", json_text({{"file", options.output},
                                {"rows", written.rows},
                                {"cols", written.cols},
                                {"nnz", written.entries}}));
    return;
  }
  const auto& structure = diagonals.structure();
  const std::string rows =
      one_block ? "row d is diagonal d"
                : fmt::format("row ({} * b + c) * {} + d is diagonal d of block (b, c)",
                              structure.block_columns(), structure.size());
  fmt::print("{}: {}, {} x {}, {} entries\n", options.output, rows, written.rows, written.cols,
             written.entries);
}

void run_on_convolution(const DiagonalsArguments& options) {
  if (options.weights.empty()) {
    if (!options.output.empty()) throw UsageError("--output needs --weights");
    if (options.options.prune_zeros) throw UsageError("--prune needs --weights");
  }
  const AnyConv convolution = parse_convolution(options.spec);
  const Pattern pattern = std::visit([](const auto& conv) { return Pattern(conv); }, convolution);
  const Shape shape{pattern.rows(), pattern.cols()};
  DiagonalOptions chosen = options.options;
  chosen.size = parse_size(options.size, shape);
  if (options.weights.empty()) {
    const DiagonalStructure structure(pattern, chosen.size);
    return list_any(shape, structure, structure, options.json);
  }
  const Weights weights = load_weights(options.weights, convolution,
                                       {options.precision, chosen.resources.memory_budget});
  std::visit(
      [&](const auto& numbers) {
        const auto found = toeplix::diagonals(pattern, numbers, chosen);
        if (!options.output.empty()) return write(found, pattern.nnz(), options);
        list_any(shape, found.structure(), found, options.json);
      },
      weights);
}

/// In the precision of the file, or in the one that is asked for.
template <class Scalar>
void run_on_matrix(const FileMatrix<Scalar>& matrix, const DiagonalsArguments& options) {
  constexpr bool is_real = std::is_arithmetic_v<Scalar>;
  using Single = std::conditional_t<is_real, float, std::complex<float>>;
  using Double = std::conditional_t<is_real, double, std::complex<double>>;
  const Shape shape{matrix.rows(), matrix.cols()};
  DiagonalOptions chosen = options.options;
  chosen.size = parse_size(options.size, shape);
  const auto finish = [&](const auto& found) {
    if (!options.output.empty()) return write(found, matrix.nonZeros(), options);
    list_any(shape, found.structure(), found, options.json);
  };
  const bool single = options.precision == Precision::single ||
                      (options.precision == Precision::by_file && std::same_as<Scalar, Single>);
  if (single) return finish(diagonals(FileMatrix<Single>(matrix.template cast<Single>()), chosen));
  finish(diagonals(FileMatrix<Double>(matrix.template cast<Double>()), chosen));
}

void run(const DiagonalsArguments& options) {
  if (!options.output.empty()) {
    if (is_stream(options.output)) {
      throw UsageError(
          "--output -: a .npz archive is not written from its first byte to its last, as standard "
          "output is; give the name of a file, such as D.npz");
    }
    check_extension(options.output, {".npz"});
    check_folder(options.output);
    check_not_kernel(options.output, options.weights);
  }
  if (!takes_matrix_file(options.spec, options.weights, options.variable)) {
    return run_on_convolution(options);
  }
  check_distinct({options.output}, {options.spec[0]});
  std::visit([&](const auto& matrix) { run_on_matrix(matrix, options); },
             read_matrix(options.spec[0], options.variable, options.options.resources));
}

}  // namespace

void add_diagonals(CLI::App& program) {
  auto options = std::make_shared<DiagonalsArguments>();
  CLI::App* command =
      program.add_subcommand("diagonals", "List or write the diagonals for encryption");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights);
  add_variable(*command, options->variable);
  command->add_option("--size", options->size, "Pad to N x N, or cut into such blocks; or power2")
      ->type_name("N");
  command->add_option("--output", options->output, "A .npz file to write: row d is diagonal d")
      ->type_name("FILE");
  command->add_flag("--prune", options->options.prune_zeros,
                    "Leave out entries whose value is zero");
  add_precision(*command, options->precision);
  add_memory(*command, options->options.resources.memory_budget);
  command->add_flag("--json", options->json, "Print JSON, with all of them");
  set_help(*command,
           "Diagonal d has A[i, (i + d) mod n] at i: what homomorphic encryption packs. In\n"
           "place of SPEC: a .npz, .mtx or .mat file.\n"
           "Example: toeplix diagonals input=8,8 kernel=3,3 padding=1 --size power2");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
