#include <toeplix/affine.hpp>

#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/json.hpp"
#include "cli/matrix_files.hpp"
#include "cli/matrix_summary.hpp"
#include "cli/offsets.hpp"
#include "cli/progress.hpp"
#include "cli/scalar_kind.hpp"
#include "cli/tensor_files.hpp"
#include "cli/words.hpp"

#include <toeplix/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

namespace toeplix::cli {
namespace {

struct ComposeArguments {
  std::vector<std::string> matrices;
  std::map<std::size_t, std::string> offsets_in;  ///< by the number of the matrix, from 0
  std::string offset;
  MatrixFile output;
  bool json = false;
  Resources resources;
};

/// A word for a matrix: a file, or of a .mat file one of its variables, `all.mat:Blur`.
struct MatrixWord {
  std::string path;
  std::string variable;
};

MatrixWord parse_matrix_word(const std::string& word) {
  std::error_code ignored;
  const std::size_t colon = word.rfind(':');
  if (colon == word.npos || std::filesystem::exists(word, ignored)) return {word, {}};
  const std::string path = word.substr(0, colon);
  if (extension_of(path) != ".mat") return {word, {}};
  return {path, word.substr(colon + 1)};
}

/// `2=b.npy`: what matrix 2 adds.
void parse_offset_in(const std::string& text, ComposeArguments& options) {
  const std::size_t equals = text.find('=');
  const auto number = number_of<Index>(std::string_view(text).substr(0, equals));
  if (equals == std::string::npos || !number || *number < 1 || equals + 1 == text.size()) {
    throw UsageError("--offset-in " + text + ": expected N=FILE, as 1=a.npy for the first matrix");
  }
  const auto place = static_cast<std::size_t>(*number - 1);
  if (!options.offsets_in.try_emplace(place, text.substr(equals + 1)).second) {
    throw UsageError(fmt::format("--offset-in {}: matrix {} has an offset already", text, *number));
  }
}

void check(const CLI::App& command, const ComposeArguments& options) {
  check_matrix_file(command, options.output);
  if (options.matrices.size() < 2) {
    throw UsageError(options.matrices.front() +
                     ": expected two matrices or more, the one that is applied last in front");
  }
  for (const auto& [place, path] : options.offsets_in) {
    if (place < options.matrices.size()) continue;
    throw UsageError(fmt::format("--offset-in {}={}: there are {} matrices", place + 1, path,
                                 options.matrices.size()));
  }
  if (!options.offsets_in.empty() && options.offset.empty()) {
    throw UsageError("--offset-in needs --offset FILE, to which the product's offset is written");
  }
  if (!options.offset.empty()) check_offset_file(options.offset);
  std::vector<std::filesystem::path> inputs;
  for (const std::string& word : options.matrices)
    inputs.emplace_back(parse_matrix_word(word).path);
  for (const auto& [place, path] : options.offsets_in) inputs.emplace_back(path);
  check_distinct({options.output.path, options.offset}, inputs);
}

/// What holds the numbers of all matrices and offsets.
ScalarKind widest_of(const std::vector<AnyMatrix>& matrices, const ComposeArguments& options) {
  ScalarKind widest;
  for (const AnyMatrix& any : matrices) {
    widest = std::visit(
        [&]<class Matrix>(const Matrix&) {
          return joined(widest, kind_of<typename Matrix::Scalar>());
        },
        any);
  }
  for (const auto& [place, path] : options.offsets_in) {
    widest = joined(widest, kind_of_array(path, options.resources.memory_budget));
  }
  return widest;
}

template <class Scalar>
using ComposedMap = AffineMap<Scalar, std::int64_t>;

/// The maps of all files, the one that is applied first in front. Their names are those of the
/// files, for messages.
template <class Scalar>
std::vector<ComposedMap<Scalar>> maps_of(std::vector<AnyMatrix>& matrices,
                                         const ComposeArguments& options) {
  using Map = ComposedMap<Scalar>;
  std::vector<Map> maps;
  for (std::size_t place = matrices.size(); place-- > 0;) {
    FileMatrix<Scalar> matrix = taken_as<Scalar>(matrices[place]);
    typename Map::Vector offset = Map::Vector::Zero(matrix.rows());
    if (const auto found = options.offsets_in.find(place); found != options.offsets_in.end()) {
      const auto numbers =
          read_offset<Scalar>(found->second, matrix.rows(), options.resources.memory_budget);
      std::copy(numbers.begin(), numbers.end(), offset.begin());
    }
    const Extents columns = {matrix.cols()};
    const Extents rows = {matrix.rows()};
    maps.emplace_back(std::move(matrix), std::move(offset), columns, rows,
                      input_name(options.matrices[place]));
  }
  return maps;
}

std::pair<Index, Index> sizes_of(const AnyMatrix& any) {
  return std::visit(
      [](const auto& matrix) { return std::pair<Index, Index>(matrix.rows(), matrix.cols()); },
      any);
}

/// Throws GeometryError unless every matrix has as many columns as the next one has rows.
void check_sizes(const std::vector<AnyMatrix>& matrices, const ComposeArguments& options) {
  for (std::size_t next = 0; next < matrices.size(); ++next) {
    const auto [rows, cols] = sizes_of(matrices[next]);
    const std::string name = input_name(options.matrices[next]);
    if (rows == 0 || cols == 0) {
      throw GeometryError(
          fmt::format("{} is {} x {}: expected a matrix of rows and columns", name, rows, cols));
    }
    if (next == 0) continue;
    const auto [before_rows, before_cols] = sizes_of(matrices[next - 1]);
    if (before_cols == rows) continue;
    throw GeometryError(fmt::format(
        "{} is {} x {}, and {} behind it {} x {}: expected as many "
        "rows there as columns here",
        input_name(options.matrices[next - 1]), before_rows, before_cols, name, rows, cols));
  }
}

template <class Scalar>
void compose_as(std::vector<AnyMatrix>& matrices, const ComposeArguments& options) {
  const auto product = [&] {
    const Progress progress("multiplying");
    return chain<Scalar>(maps_of<Scalar>(matrices, options))
        .compile({.name = {}, .resources = options.resources});
  }();
  MatrixSummary summary =
      write_narrow<Scalar>(product.matrix(), options.output, options.resources.memory_budget);
  summary.json["offset"] = options.offset.empty() ? Json() : Json(options.offset);
  print_summary(options.output.path, options.json ? json_text(summary.json) : summary.text);
  if (!options.offset.empty()) {
    const std::vector<Scalar> offset(product.offset().begin(), product.offset().end());
    write_array(options.offset, {product.rows()}, offset);
  }
}

void compose_files(ComposeArguments& options) {
  std::vector<AnyMatrix> matrices;
  for (const std::string& word : options.matrices) {
    const Progress progress("reading " + input_name(word));
    const auto [path, variable] = parse_matrix_word(word);
    matrices.push_back(read_matrix(path, variable, options.resources, path + ":NAME"));
  }
  check_sizes(matrices, options);
  const ScalarKind widest = widest_of(matrices, options);
  if (widest.is_complex) {
    return widest.is_double ? compose_as<std::complex<double>>(matrices, options)
                            : compose_as<std::complex<float>>(matrices, options);
  }
  widest.is_double ? compose_as<double>(matrices, options) : compose_as<float>(matrices, options);
}

void run(ComposeArguments& options) {
  try {
    compose_files(options);
  } catch (const CapacityError& error) {
    if (error.cause() != CapacityCause::memory_budget) throw;
    throw TooLarge(with_advice(
        error, "raise --memory, or multiply by one matrix after another by toeplix apply"));
  }
}

/// Where a .mtx file says that its matrix comes from.
std::string provenance_of(const ComposeArguments& options) {
  std::string text = fmt::format("toeplix {}\nproduct", version_string);
  for (const std::string& path : options.matrices) text += ' ' + input_name(path);
  return text;
}

}  // namespace

void add_compose(CLI::App& program) {
  auto options = std::make_shared<ComposeArguments>();
  CLI::App* command = program.add_subcommand("compose", "Multiply matrices of files: A after B");
  command->add_option("MATRIX", options->matrices, "")->required()->expected(-1);
  add_matrix_file(*command, options->output);
  command
      ->add_option_function<std::vector<std::string>>(
          "--offset-in",
          [options](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) parse_offset_in(text, *options);
          },
          "What matrix N adds, a .npy file; repeatable")
      ->type_name("N=FILE")
      ->expected(1)
      ->take_all();
  command->add_option("--offset", options->offset, "The .npy file to write what the product adds")
      ->type_name("FILE");
  add_json(*command, options->json);
  add_threads(*command, options->resources.threads);
  add_memory(*command, options->resources.memory_budget);
  command->footer(
      "A MATRIX is a .npz, .mtx or .mat file (all.mat:NAME is one of several), or - for\n"
      ".mtx. The last is applied first.\n"
      "Example: toeplix compose second.npz first.npz --output both.npz \\\n"
      "           --offset-in 1=b2.npy --offset-in 2=b1.npy --offset both.npy");
  command->callback([command, options] {
    check(*command, *options);
    options->output.matrix_market.comment = provenance_of(*options);
    options->output.matrix_market.resources.threads = options->resources.threads;
    run(*options);
  });
}

}  // namespace toeplix::cli
