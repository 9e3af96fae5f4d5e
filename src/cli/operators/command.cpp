#include "cli/operators/command.hpp"

#include "cli/array_files.hpp"
#include "cli/capacity.hpp"
#include "cli/cells.hpp"
#include "cli/matrix_files.hpp"
#include "cli/offsets.hpp"
#include "cli/progress.hpp"
#include "cli/standard_streams.hpp"
#include "cli/weights.hpp"

#include <toeplix/inspect.hpp>
#include <toeplix/version.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace toeplix::cli {
namespace {

struct OperatorArguments {
  std::vector<std::string> words;
  std::string input;
  std::string offset;
  MatrixFile output;
  Direction direction = Direction::forward;
  Precision precision = Precision::by_file;
  IndexWidth index = IndexWidth::automatic;
  std::optional<Rows> rows;
  bool json = false;
  InspectOptions inspect;
  Resources resources;
};

/// What a command does, by the files that it is given.
enum class Work { inspection, matrix, result };

Work work_of(const OperatorArguments& options) {
  if (!options.input.empty()) return Work::result;
  return options.output.path.empty() ? Work::inspection : Work::matrix;
}

/// Options for one kind of work alone.
constexpr std::array<std::pair<const char*, Work>, 9> options_of_one_work{{
    {"--format", Work::matrix},
    {"--compress", Work::matrix},
    {"--symmetry", Work::matrix},
    {"--pattern", Work::matrix},
    {"--variable", Work::matrix},
    {"--index", Work::matrix},
    {"--rows", Work::matrix},
    {"--offset", Work::matrix},
    {"--places", Work::inspection},
}};

/// Throws UsageError for options that would be passed over.
void check_options(const CLI::App& command, const OperatorArguments& options) {
  const Work work = work_of(options);
  if (work == Work::result && options.output.path.empty()) {
    throw UsageError("--input: expected --output too, the file of the result");
  }
  for (const auto& [option, its_work] : options_of_one_work) {
    if (its_work == work || command.get_option_no_throw(option) == nullptr) continue;
    if (command.count(option) == 0) continue;
    throw UsageError(fmt::format("{}: {}", option,
                                 its_work == Work::matrix
                                     ? "it is for the matrix, which --output writes without --input"
                                     : "it is for the inspection, without --output"));
  }
  if (work == Work::inspection && options.precision != Precision::by_file) {
    throw UsageError("--float and --double go with --output");
  }
}

/// The text of the command: its name and words.
std::string text_of(const OperatorCommand& about, const OperatorArguments& options) {
  return about.name + " " + fmt::format("{}", fmt::join(options.words, " "));
}

// --- inspect -------------------------------------------------------------------------------------

void inspect_operator(const LinearOperator& op, const std::string& text,
                      const OperatorArguments& options) {
  const auto matrix = compile_operator<FileMatrix<double>>(op, options.resources);
  const Inspection inspection = [&] {
    const Progress progress("inspecting");
    return inspect(matrix, op.levels, options.inspect);
  }();
  if (options.json) return fmt::print("{}", to_json(inspection));
  fmt::print("spec      {}{}\ninput     {}\noutput    {}\n{}", text,
             options.direction == Direction::transposed ? ", transposed" : "",
             format_shape(op.input.file_shape()), format_shape(op.output.file_shape()),
             to_text(inspection));
  if (is_small(matrix.rows(), matrix.cols())) print_cells(cells_of(matrix));
}

// --- compile -------------------------------------------------------------------------------------

/// What is added to the rows that are written; empty if nobody asks.
template <class Scalar>
std::vector<Scalar> asked_offset(const LinearOperator& op, const OperatorArguments& options) {
  if (options.offset.empty()) return {};
  const Rows rows = rows_within(options.rows, op.rows());
  return numbers_of<Scalar>(offset_of(op, rows, options.resources), "constant");
}

template <class Matrix>
Matrix compile_asked(const LinearOperator& op, const OperatorArguments& options) {
  const Progress progress("compiling");
  if (!options.rows) return compile_operator<Matrix>(op, options.resources);
  return compile_operator_rows<Matrix>(op, rows_within(options.rows, op.rows()), options.resources);
}

template <class Matrix>
void write_operator(const LinearOperator& op, const OperatorArguments& options) {
  // Before a file is written: a refusal leaves all as it was.
  const auto offset = asked_offset<typename Matrix::Scalar>(op, options);
  const auto matrix = compile_asked<Matrix>(op, options);
  const Extents offset_shape = options.rows ? Extents{std::ssize(offset)} : op.output.file_shape();
  const Progress progress("writing " + output_name(options.output.path));
  const std::uintmax_t bytes = write_matrix(matrix, options.output);
  std::string text = matrix_text(matrix, options.output, bytes);
  if (!options.offset.empty()) {
    write_array(options.offset, offset_shape, offset);
    text +=
        fmt::format("{}: {}, added to the product\n", options.offset, format_shape(offset_shape));
  }
  Json json = matrix_json(matrix, options.output, bytes);
  json["offset"] = options.offset.empty() ? Json() : Json(options.offset);
  print_summary(options.output.path, options.json ? json_text(json) : text);
}

template <class Scalar, class StorageIndex>
void write_ordered(const LinearOperator& op, const OperatorArguments& options) {
  if (options.output.by_columns()) {
    return write_operator<Eigen::SparseMatrix<Scalar, Eigen::ColMajor, StorageIndex>>(op, options);
  }
  write_operator<Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>>(op, options);
}

template <class Scalar>
void write_indexed(const LinearOperator& op, const OperatorArguments& options) {
  const Rows rows = rows_within(options.rows, op.rows());
  const Index largest = std::max({rows.count(), op.cols(), op.most_entries(rows)});
  if (needs_wide_index(options.index, largest))
    return write_ordered<Scalar, std::int64_t>(op, options);
  write_ordered<Scalar, std::int32_t>(op, options);
}

void compile_matrix(const LinearOperator& op, const std::string& text, OperatorArguments& options) {
  if (op.frame && options.offset.empty()) {
    throw UsageError(
        "a constant that is not 0 is added to the product with the matrix; say where "
        "to write what is added: --offset FILE.npy");
  }
  options.output.matrix_market.comment =
      fmt::format("toeplix {}\n{}{}{}", version_string, rows_line(options.rows, op.rows()), text,
                  options.direction == Direction::transposed ? "\ntransposed" : "");
  options.output.matrix_market.resources.threads = options.resources.threads;
  if (options.precision == Precision::single) return write_indexed<float>(op, options);
  write_indexed<double>(op, options);
}

// --- apply ---------------------------------------------------------------------------------------

void apply_operator(const LinearOperator& op, const OperatorArguments& options) {
  const std::string& path = options.output.path;
  const Index budget = options.resources.memory_budget;
  const bool single =
      options.precision == Precision::single ||
      (options.precision == Precision::by_file && fits_float(options.input, budget));
  const Batch input = [&] {
    const Progress progress("reading " + input_name(options.input));
    return read_batch(options.input, op.input, budget);
  }();
  check_memory(budget, bytes_to_apply(op, input),
               "the input with a result of " + format_shape(op.output.file_shape()),
               "raise --memory, or apply to fewer images at once");
  Batch output = [&] {
    const Progress progress("applying");
    return apply_to_all(op, input, options.resources);
  }();
  const Progress progress("writing " + output_name(path));
  const Summary summary = single ? write_batch<float>(path, op.output, std::move(output))
                                 : write_batch<double>(path, op.output, std::move(output));
  print_summary(path, options.json ? to_json(summary) : to_text(summary));
}

// --- the command ---------------------------------------------------------------------------------

/// Throws UsageError and FormatError for files that cannot be what they should be, before any work.
void check_files(const CLI::App& command, const OperatorArguments& options) {
  check_options(command, options);
  const Work work = work_of(options);
  if (work == Work::inspection) return;
  check_distinct({options.output.path, options.offset}, {options.input});
  if (work == Work::matrix) check_matrix_file(command, options.output);
  if (work == Work::result) {
    check_extension_or_stream(options.output.path, {".npy", ".png"});
    check_folder(options.output.path);
  }
  if (options.offset.empty()) return;
  check_extension(options.offset, {".npy"});
  check_folder(options.offset);
}

/// What to do about something too large.
std::string advice_for(CapacityCause cause, Work work) {
  if (cause == CapacityCause::index_type) return "use --index 64";
  return work == Work::matrix ? too_large_for_rows : "raise --memory";
}

void work(const OperatorCommand& about, OperatorArguments& options) {
  const LinearOperator op = read_within_memory(
      [&] { return about.make(options.words, options.direction, options.resources); });
  const std::string text = text_of(about, options);
  switch (work_of(options)) {
    case Work::inspection:
      return inspect_operator(op, text, options);
    case Work::matrix:
      return compile_matrix(op, text, options);
    case Work::result:
      return apply_operator(op, options);
  }
}

void run(const CLI::App& command, const OperatorCommand& about, OperatorArguments& options) {
  check_files(command, options);
  try {
    work(about, options);
  } catch (const CapacityError& error) {
    if (error.cause() == CapacityCause::limit) throw;
    throw TooLarge(with_advice(error, advice_for(error.cause(), work_of(options))));
  }
}

void add_files(CLI::App& command, OperatorArguments& options, bool has_offset) {
  command.add_option("--input", options.input, "Apply to a .npy or .png file; - reads .npy")
      ->type_name("FILE");
  command
      .add_option("--output", options.output.path,
                  "The matrix: .npz .mtx .mat; of --input: .npy .png")
      ->type_name("FILE");
  if (!has_offset) return;
  command.add_option("--offset", options.offset, "Beside the matrix: a .npy of what is added")
      ->type_name("FILE");
}

}  // namespace

void add_operator_command(CLI::App& program, const OperatorCommand& about) {
  auto options = std::make_shared<OperatorArguments>();
  CLI::App* command = program.add_subcommand(
      about.name, about.description + ": inspect, write or apply the matrix");
  command->group("Inspect, write or apply their matrices");
  add_spec(*command, options->words);
  add_files(*command, *options, about.has_offset);
  command->add_flag_callback(
      "--transpose", [options] { options->direction = Direction::transposed; },
      "The transposed matrix, in all of these");
  add_matrix_format(*command, options->output);
  add_precision(*command, options->precision);
  add_index_width(*command, options->index);
  add_rows(*command, options->rows);
  add_places(*command, options->inspect.most_places);
  add_json(*command, options->json);
  add_threads(*command, options->resources.threads);
  add_memory(*command, options->resources.memory_budget);
  command->footer("SPEC: toeplix spec " + about.name + "\nExample: " + about.example);
  command->callback([command, about, options] { run(*command, about, *options); });
}

}  // namespace toeplix::cli
