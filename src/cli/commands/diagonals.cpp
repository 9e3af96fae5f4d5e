#include <toeplix/diagonals.hpp>

#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/diagonals/list.hpp"
#include "cli/diagonals/orders.hpp"
#include "cli/json.hpp"
#include "cli/matrix_files.hpp"
#include "cli/offsets.hpp"
#include "cli/progress.hpp"
#include "cli/standard_streams.hpp"
#include "cli/weights.hpp"
#include "cli/words.hpp"

#include <toeplix/files/npz_diagonals.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <concepts>
#include <iterator>
#include <memory>
#include <type_traits>

namespace toeplix::cli {
namespace {

using diagonal_list::is_one_block;
using diagonal_list::list_any;
using diagonal_list::Shape;

struct DiagonalsArguments {
  std::vector<std::string> spec;
  std::string weights;
  std::string variable;
  Precision precision = Precision::by_file;
  std::string size = "0";
  std::string output;
  bool json = false;
  DiagonalOptions options;
  OrderArguments orders;
};

Index parse_size(const std::string& text, const Shape& shape) {
  if (text == "power2") return next_power_of_two(std::max(shape.rows, shape.cols));
  constexpr Index largest = Index{1} << 62;
  const auto size = number_of<Index>(text);
  if (size && *size >= 0 && *size <= largest) return *size;
  throw UsageError("--size " + text + ": expected a whole number from 0 to 2^62, or power2");
}

/// Coordinates if there are many more diagonals than entries, as there always are by blocks.
NpzLayout layout_of(bool one_block, Index diagonals, Index entries) {
  constexpr Index pointers_at_least = Index{1} << 20;
  const bool few_entries = diagonals > pointers_at_least && diagonals / 4 > entries;
  return one_block && !few_entries ? NpzLayout::line_pointers : NpzLayout::coordinates;
}

/// Besides its value an entry takes two indices as coordinates, and otherwise one; then there is a
/// pointer per diagonal, too.
double bytes_of(const WrittenDiagonals& size, NpzLayout layout, std::size_t scalar_bytes) {
  const auto entries = static_cast<double>(size.entries);
  const bool as_coordinates = layout == NpzLayout::coordinates;
  const double indices = entries + (as_coordinates ? entries : static_cast<double>(size.rows));
  return indices * sizeof(Index) + entries * static_cast<double>(scalar_bytes);
}

/// Refuses a file of at least so many bytes if it does not fit where it is to be.
void check_space(const std::string& path, Index entries, double bytes) {
  std::error_code failed;
  const auto folder = std::filesystem::absolute(path).parent_path();
  const auto space = std::filesystem::space(folder, failed);
  if (failed || bytes <= static_cast<double>(space.available)) return;
  throw TooLarge(
      fmt::format("{}: {} entries take {:.0f} bytes, but {} are free there; list them, or use "
                  "them from C++ one by one",
                  path, entries, bytes, space.available));
}

/// `stored` is how many entries the matrix stores, all of which are written unless some are pruned.
template <class Scalar, template <class> class Found>
void write(const Found<Scalar>& diagonals, Index stored, const DiagonalsArguments& options) {
  const bool one_block = is_one_block(diagonals.structure());
  if (!options.options.prune_zeros) {
    // Known at once; to measure what is written takes a step for every diagonal.
    const double least = static_cast<double>(stored) * (sizeof(Index) + sizeof(Scalar));
    check_space(options.output, stored, least);
  }
  const WrittenDiagonals written = [&] {
    const Progress progress("writing " + options.output);
    const WrittenDiagonals size = measure_npz_diagonals(diagonals);
    const NpzLayout layout = layout_of(one_block, size.rows, size.entries);
    check_space(options.output, size.entries, bytes_of(size, layout, sizeof(Scalar)));
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
  const double padding = padding_value_of(convolution);
  if (padding != 0 && !options.output.empty()) {
    throw UsageError(fmt::format(
        "padding_value={} adds an offset, which diagonals do not have; leave it out", padding));
  }
  const Pattern pattern = std::visit([](const auto& conv) { return Pattern(conv); }, convolution);
  Shape shape{pattern.rows(), pattern.cols(), padding, packing_of(options.orders, pattern)};
  if (shape.packing) {
    shape.rows = shape.packing->output.size();
    shape.cols = shape.packing->input.size();
  }
  const auto write_orders = [&] {
    if (shape.packing) write_places(options.orders, *shape.packing, options.options.resources);
  };
  DiagonalOptions chosen = options.options;
  chosen.size = parse_size(options.size, shape);
  chosen.packing = shape.packing;
  if (options.weights.empty()) {
    const DiagonalStructure structure(pattern, chosen.size, chosen.packing);
    write_orders();
    return list_any(shape, structure, structure, options.json);
  }
  const Weights weights = load_weights(options.weights, convolution,
                                       {options.precision, chosen.resources.memory_budget});
  std::visit(
      [&](const auto& numbers) {
        const auto found = toeplix::diagonals(pattern, numbers, chosen);
        write_orders();
        if (!options.output.empty()) return write(found, pattern.nnz(), options);
        list_any(shape, found.structure(), found, options.json);
      },
      weights);
}

/// Precondition: the matrix is compressed. Throws UsageError for a finite entry that is none as
/// `To`.
template <class To, class From>
FileMatrix<To> converted(const FileMatrix<From>& matrix) {
  const auto is_finite = [](const auto& value) {
    return std::isfinite(std::real(value)) && std::isfinite(std::imag(value));
  };
  const Index entries = matrix.nonZeros();
  // Eigen's own conversion takes memory for the larger of rows and columns.
  FileMatrix<To> result(matrix.rows(), matrix.cols());
  result.resizeNonZeros(entries);
  std::copy_n(matrix.outerIndexPtr(), matrix.rows() + 1, result.outerIndexPtr());
  std::copy_n(matrix.innerIndexPtr(), entries, result.innerIndexPtr());
  for (Index i = 0; i < entries; ++i) {
    const From& value = matrix.valuePtr()[i];
    result.valuePtr()[i] = static_cast<To>(value);
    if (is_finite(result.valuePtr()[i]) || !is_finite(value)) continue;
    const auto* const rows = matrix.outerIndexPtr();
    const auto row = std::upper_bound(rows, rows + matrix.rows(), i) - rows - 1;
    throw UsageError(
        fmt::format("--float: the entry in row {} and column {} does not fit 32-bit floats", row,
                    matrix.innerIndexPtr()[i]));
  }
  return result;
}

/// In the precision of the file, or in the one that is asked for.
template <class Scalar>
void run_on_matrix(const FileMatrix<Scalar>& matrix, const DiagonalsArguments& options) {
  constexpr bool is_real = std::is_arithmetic_v<Scalar>;
  using Single = std::conditional_t<is_real, float, std::complex<float>>;
  using Double = std::conditional_t<is_real, double, std::complex<double>>;
  using Other = std::conditional_t<std::same_as<Scalar, Single>, Double, Single>;
  const FileOrders files = read_orders(options.orders, options.options.resources.memory_budget);
  const SlotOrders orders = files.orders();
  const Shape shape{orders.rows.is_plain() ? matrix.rows() : orders.rows.size,
                    orders.columns.is_plain() ? matrix.cols() : orders.columns.size};
  DiagonalOptions chosen = options.options;
  chosen.size = parse_size(options.size, shape);
  const auto finish = [&](const auto& found) {
    if (!options.output.empty()) return write(found, matrix.nonZeros(), options);
    list_any(shape, found.structure(), found, options.json);
  };
  const bool has_values = !options.output.empty() || chosen.prune_zeros;
  const bool has_precision =
      options.precision == Precision::by_file ||
      (options.precision == Precision::single) == std::same_as<Scalar, Single>;
  if (!has_values || has_precision) return finish(diagonals(matrix, chosen, orders));
  const double entries = static_cast<double>(matrix.nonZeros()) * (sizeof(Other) + sizeof(Index));
  check_memory(chosen.resources.memory_budget,
               entries + static_cast<double>(matrix.rows()) * sizeof(Index),
               "the matrix in the other precision", "raise --memory, or keep its precision");
  finish(diagonals(converted<Other>(matrix), chosen, orders));
}

void run_on_file(const DiagonalsArguments& options) {
  check_distinct({options.output},
                 {options.spec[0], options.orders.row_order, options.orders.column_order});
  try {
    std::visit([&](const auto& matrix) { run_on_matrix(matrix, options); },
               read_matrix(options.spec[0], options.variable, options.options.resources));
  } catch (const CapacityError& error) {
    if (error.cause() != CapacityCause::memory_budget) throw;
    throw TooLarge(with_advice(error, "raise --memory, or cut the matrix into parts"));
  }
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
  const bool is_file = takes_matrix_file(options.spec, options.weights, options.variable);
  check_orders(options.orders, is_file, options.weights);
  std::vector<std::filesystem::path> outputs{options.output};
  outputs.insert(outputs.end(), options.orders.write_orders.begin(),
                 options.orders.write_orders.end());
  check_distinct(outputs, {});
  if (!is_file) return run_on_convolution(options);
  run_on_file(options);
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
  add_orders(*command, options->orders);
  add_precision(*command, options->precision);
  add_memory(*command, options->options.resources.memory_budget);
  command->add_flag("--json", options->json, "Print JSON, with all of them");
  set_help(*command,
           "Diagonal d has A[i, (i + d) mod n] at i: what homomorphic encryption packs. In\n"
           "place of SPEC: a .npz, .mtx or .mat file, or - for a .mtx on standard input.\n"
           "Example: toeplix diagonals input=8,8 kernel=3,3 padding=1 --size power2");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
