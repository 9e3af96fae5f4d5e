#include "cli/matrix_files.hpp"

#include "cli/capacity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <span>
#include <utility>

namespace toeplix::cli {
namespace {

/// Options, and the extensions they are for.
constexpr std::array<std::pair<const char*, std::string_view>, 5> special_options{{
    {"--format", ".npz"},
    {"--compress", ".npz .mat"},
    {"--symmetry", ".mtx"},
    {"--pattern", ".mtx"},
    {"--variable", ".mat"},
}};

void add_layout(CLI::App& command, MatrixFile& file) {
  const std::map<std::string, NpzFormat> layouts{
      {"csr", NpzFormat::csr}, {"csc", NpzFormat::csc}, {"coo", NpzFormat::coo}};
  add_choice(command, "--format", "FORMAT", layouts, file.layout,
             ".npz: csr (default), csc or coo");
}

void add_symmetry(CLI::App& command, MatrixFile& file) {
  std::map<std::string, MatrixMarketSymmetry> symmetries;
  for (const auto symmetry : {MatrixMarketSymmetry::general, MatrixMarketSymmetry::symmetric,
                              MatrixMarketSymmetry::skew_symmetric}) {
    symmetries[std::string(to_string(symmetry))] = symmetry;
  }
  add_choice(command, "--symmetry", "KIND", symmetries, file.matrix_market.symmetry,
             ".mtx: general (default), symmetric, skew-symmetric");
}

template <class Scalar>
AnyMatrix read_npz_as(const std::filesystem::path& path, const Resources& resources) {
  return read_npz<FileMatrix<Scalar>>(path, {.resources = resources});
}

AnyMatrix read_npz_matrix(const std::filesystem::path& path, const Resources& resources) {
  switch (read_npz_header(path).scalar) {
    case NumberType::float16:
    case NumberType::float32:
      return read_npz_as<float>(path, resources);
    case NumberType::complex64:
      return read_npz_as<std::complex<float>>(path, resources);
    case NumberType::complex128:
      return read_npz_as<std::complex<double>>(path, resources);
    default:
      return read_npz_as<double>(path, resources);
  }
}

AnyMatrix parse_mtx(std::span<const std::byte> bytes, const std::string& name,
                    const Resources& resources) {
  if (parse_matrix_market_header(bytes, name).field == MatrixMarketField::complex) {
    return parse_matrix_market<FileMatrix<std::complex<double>>>(bytes, name,
                                                                 {.resources = resources});
  }
  return parse_matrix_market<FileMatrix<double>>(bytes, name, {.resources = resources});
}

AnyMatrix read_mtx_from_input(const std::filesystem::path& path, const Resources& resources) {
  const auto bytes = all_of_standard_input(resources.memory_budget, "%%MatrixMarket");
  AnyMatrix matrix = parse_mtx(bytes, input_name(path), resources);
  forget_standard_input();
  return matrix;
}

AnyMatrix read_mtx_matrix(const std::filesystem::path& path, const Resources& resources) {
  if (is_stream(path)) return read_mtx_from_input(path, resources);
  if (read_matrix_market_header(path).field == MatrixMarketField::complex) {
    return read_matrix_market<FileMatrix<std::complex<double>>>(path, {.resources = resources});
  }
  return read_matrix_market<FileMatrix<double>>(path, {.resources = resources});
}

AnyMatrix read_mat_matrix(const std::filesystem::path& path, const std::string& variable,
                          const Resources& resources, const std::string& choice) {
  const MatlabReadOptions options{.variable = variable, .resources = resources};
  try {
    if (read_matlab_header(path, MatlabKind::sparse, variable).is_complex) {
      return read_matlab<FileMatrix<std::complex<double>>>(path, options);
    }
    return read_matlab<FileMatrix<double>>(path, options);
  } catch (const MatlabChoiceError& error) {
    throw UsageError(std::string(error.what()) + ", as " + choice);
  }
}

AnyMatrix read_matrix_of(const std::string& extension, const std::filesystem::path& path,
                         const std::string& variable, const Resources& resources,
                         const std::string& choice) {
  if (extension == ".mat") return read_mat_matrix(path, variable, resources, choice);
  return extension == ".mtx" ? read_mtx_matrix(path, resources) : read_npz_matrix(path, resources);
}

/// A stream has a matrix as .mtx: the others have parts that are known last, or read first.
std::string format_of(const std::filesystem::path& path) {
  return is_stream(path) ? ".mtx" : extension_of(path);
}

bool is_existing_matrix_file(const std::filesystem::path& path) {
  const std::string extension = extension_of(path);
  std::error_code ignored;
  return (extension == ".npz" || extension == ".mtx" || extension == ".mat") &&
         std::filesystem::is_regular_file(path, ignored);
}

}  // namespace

MatrixFormat MatrixFile::format() const {
  const std::string extension = format_of(path);
  if (extension == ".mtx") return MatrixFormat::matrix_market;
  return extension == ".mat" ? MatrixFormat::matlab : MatrixFormat::npz;
}

bool MatrixFile::by_columns() const {
  return format() == MatrixFormat::matlab || layout == NpzFormat::csc;
}

void add_matrix_file(CLI::App& command, MatrixFile& file) {
  command.add_option("--output", file.path, "The file to write: .npz, .mtx, .mat; - prints .mtx")
      ->required()
      ->type_name("FILE");
  add_matrix_format(command, file);
}

void add_matrix_format(CLI::App& command, MatrixFile& file) {
  add_layout(command, file);
  command.add_flag("--compress", file.deflates, ".npz, .mat: a smaller file, much slower");
  add_symmetry(command, file);
  command.add_flag_callback(
      "--pattern", [&file] { file.matrix_market.values = MatrixMarketValues::pattern; },
      ".mtx: the places of the entries alone");
  command.add_option("--variable", file.variable, ".mat: what MATLAB calls the matrix (W)")
      ->type_name("NAME");
}

void add_index_width(CLI::App& command, IndexWidth& width) {
  const std::map<std::string, IndexWidth> widths{
      {"auto", IndexWidth::automatic}, {"32", IndexWidth::bits32}, {"64", IndexWidth::bits64}};
  add_choice(command, "--index", "BITS", widths, width,
             "Bits of an index: 32, 64, or auto, what suffices");
}

bool needs_wide_index(IndexWidth width, Index largest) {
  if (width != IndexWidth::automatic) return width == IndexWidth::bits64;
  return largest >= std::numeric_limits<std::int32_t>::max();
}

void check_matrix_file(const CLI::App& command, const MatrixFile& file) {
  check_extension_or_stream(file.path, {".npz", ".mtx", ".mat"});
  const std::string extension = format_of(file.path);
  for (const auto& [option, extensions] : special_options) {
    if (command.count(option) == 0 || extensions.find(extension) != extensions.npos) continue;
    throw UsageError(
        fmt::format("{}: {} is not for {} files", output_name(file.path), option, extension));
  }
  if (!is_matlab_name(file.variable)) {
    throw UsageError(
        fmt::format("--variable {}: expected a letter, then letters, digits and "
                    "underscores, at most 63, and no keyword of MATLAB",
                    file.variable));
  }
  check_folder(file.path);
}

std::string describe(const MatrixFile& file, std::string_view numbers, std::size_t scalar_bytes,
                     std::size_t index_bytes) {
  if (file.format() == MatrixFormat::matrix_market) {
    const bool is_pattern = file.matrix_market.values == MatrixMarketValues::pattern;
    const std::string_view field = numbers == "float" ? "real" : numbers;
    return fmt::format("{} {}", is_pattern ? "pattern" : field,
                       to_string(file.matrix_market.symmetry));
  }
  if (file.format() == MatrixFormat::matlab) return "variable " + file.variable;
  const char* const layout = file.layout == NpzFormat::csr   ? "csr"
                             : file.layout == NpzFormat::csc ? "csc"
                                                             : "coo";
  return fmt::format("{}, {}{}, {}-bit indices", layout, numbers, 8 * scalar_bytes,
                     8 * index_bytes);
}

void add_variable(CLI::App& command, std::string& variable) {
  command.add_option("--variable", variable, "Of a .mat file: which of several matrices")
      ->check([](const std::string& name) {
        return name.empty() ? std::string("expected the name of a variable") : std::string();
      })
      ->type_name("NAME");
}

bool names_matrix_file(const std::vector<std::string>& words) {
  if (words.size() != 1) return false;
  if (is_stream(words[0]) || is_existing_matrix_file(words[0])) return true;
  return words[0].find('=') == std::string::npos && std::filesystem::path(words[0]).has_extension();
}

bool takes_matrix_file(const std::vector<std::string>& spec, const std::string& weights,
                       const std::string& variable) {
  if (!names_matrix_file(spec)) {
    if (!variable.empty()) throw UsageError("--variable goes with a .mat file");
    return false;
  }
  if (weights.empty()) return true;
  throw UsageError("--weights goes with a SPEC; " + input_name(spec[0]) + " has its values in it");
}

AnyMatrix read_matrix(const std::filesystem::path& path, const std::string& variable,
                      const Resources& resources, const std::string& choice) {
  check_extension_or_stream(path, {".npz", ".mtx", ".mat"});
  const std::string extension = format_of(path);
  if (!variable.empty() && extension != ".mat") {
    throw UsageError(
        fmt::format("{}: --variable is not for {} files", input_name(path), extension));
  }
  return read_within_memory(
      [&] { return read_matrix_of(extension, path, variable, resources, choice); });
}

}  // namespace toeplix::cli
