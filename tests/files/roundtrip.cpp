// Reads a file and writes it again as what it is. scipy_roundtrip.py compares the two.
//
//     toeplix_files_roundtrip IN.npy OUT.npy
//     toeplix_files_roundtrip IN.npz OUT.npz csr|csc 32|64 stored|deflated [compressed|coordinates]
//     toeplix_files_roundtrip IN.npz OUT.mat|OUT.mtx csr|csc 32|64 stored|deflated [SYMMETRY]
//     toeplix_files_roundtrip IN.mat|IN.mtx OUT.npz csr|csc 32|64 stored|deflated [complex]
//     toeplix_files_roundtrip IN.png OUT.png
//     toeplix_files_roundtrip -
//
// With `-` it reads such arguments from standard input, a line for each copy with tabs between the
// words, and answers each with a line: `ok`, or what went wrong.

#include <toeplix/files/matlab.hpp>
#include <toeplix/files/matrix_market.hpp>
#include <toeplix/files/npy.hpp>
#include <toeplix/files/npz.hpp>
#include <toeplix/files/png.hpp>

#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Path = std::filesystem::path;
using toeplix::NumberType;

template <class T>
void copy_npy(const Path& in, const Path& out) {
  const auto array = toeplix::read_npy<T>(in);
  toeplix::write_npy(out, array.shape, array.values);
}

void copy_any_npy(const Path& in, const Path& out) {
  switch (toeplix::read_npy_header(in).type) {
    case NumberType::int8:
      return copy_npy<std::int8_t>(in, out);
    case NumberType::int16:
      return copy_npy<std::int16_t>(in, out);
    case NumberType::int32:
      return copy_npy<std::int32_t>(in, out);
    case NumberType::int64:
      return copy_npy<std::int64_t>(in, out);
    case NumberType::boolean:
    case NumberType::uint8:
      return copy_npy<std::uint8_t>(in, out);
    case NumberType::uint16:
      return copy_npy<std::uint16_t>(in, out);
    case NumberType::uint32:
      return copy_npy<std::uint32_t>(in, out);
    case NumberType::uint64:
      return copy_npy<std::uint64_t>(in, out);
    case NumberType::float16:
    case NumberType::float32:
      return copy_npy<float>(in, out);
    case NumberType::float64:
      return copy_npy<double>(in, out);
    case NumberType::complex64:
      return copy_npy<std::complex<float>>(in, out);
    case NumberType::complex128:
      return copy_npy<std::complex<double>>(in, out);
  }
}

struct NpzChoice {
  bool by_rows;
  bool wide;
  toeplix::FileCompression compression;
  std::string detail;  ///< the last argument

  toeplix::NpzLayout layout() const {
    return detail == "coordinates" ? toeplix::NpzLayout::coordinates
                                   : toeplix::NpzLayout::line_pointers;
  }
  toeplix::MatrixMarketSymmetry symmetry() const {
    using Symmetry = toeplix::MatrixMarketSymmetry;
    for (const auto each : {Symmetry::symmetric, Symmetry::skew_symmetric, Symmetry::hermitian}) {
      if (detail == to_string(each)) return each;
    }
    return Symmetry::general;
  }
  toeplix::MatrixMarketValues values() const {
    return detail == "pattern" ? toeplix::MatrixMarketValues::pattern
                               : toeplix::MatrixMarketValues::numbers;
  }
};

template <class Scalar, int Order, class StorageIndex>
void copy_npz(const Path& in, const Path& out, const NpzChoice& choice) {
  const auto matrix = [&] {
    if (in.extension() == ".mat")
      return toeplix::read_matlab<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(in);
    if (in.extension() == ".mtx") {
      return toeplix::read_matrix_market<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(in);
    }
    return toeplix::read_npz<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(in);
  }();
  if (out.extension() == ".mat") {
    toeplix::write_matlab(out, matrix, {.compression = choice.compression});
  } else if (out.extension() == ".mtx") {
    toeplix::write_matrix_market(out, matrix,
                                 {.comment = "a comment\nof two lines",
                                  .symmetry = choice.symmetry(),
                                  .values = choice.values()});
  } else {
    toeplix::write_npz(out, matrix, {.compression = choice.compression, .layout = choice.layout()});
  }
}

template <class Scalar>
void copy_npz(const Path& in, const Path& out, const NpzChoice& choice) {
  if (choice.by_rows && choice.wide) {
    copy_npz<Scalar, Eigen::RowMajor, std::int64_t>(in, out, choice);
  } else if (choice.by_rows) {
    copy_npz<Scalar, Eigen::RowMajor, int>(in, out, choice);
  } else if (choice.wide) {
    copy_npz<Scalar, Eigen::ColMajor, std::int64_t>(in, out, choice);
  } else {
    copy_npz<Scalar, Eigen::ColMajor, int>(in, out, choice);
  }
}

void copy_any_npz(const Path& in, const Path& out, const NpzChoice& choice) {
  const bool is_complex = choice.detail == "complex";
  if (in.extension() != ".npz" && is_complex)
    return copy_npz<std::complex<double>>(in, out, choice);
  if (in.extension() != ".npz") return copy_npz<double>(in, out, choice);
  switch (toeplix::read_npz_header(in).scalar) {
    case NumberType::float32:
      return copy_npz<float>(in, out, choice);
    case NumberType::complex64:
      return copy_npz<std::complex<float>>(in, out, choice);
    case NumberType::complex128:
      return copy_npz<std::complex<double>>(in, out, choice);
    default:
      return copy_npz<double>(in, out, choice);
  }
}

void copy(const std::vector<std::string>& arguments) {
  const Path in = arguments.at(0);
  const Path out = arguments.at(1);
  if (in.extension() == ".npy") return copy_any_npy(in, out);
  if (in.extension() == ".png") {
    toeplix::write_png(out, toeplix::read_png(in));
    return;
  }
  copy_any_npz(in, out,
               {arguments.at(2) == "csr", arguments.at(3) == "64",
                arguments.at(4) == "stored" ? toeplix::FileCompression::stored
                                            : toeplix::FileCompression::deflated,
                arguments.size() > 5 ? arguments[5] : ""});
}

/// What went wrong; nothing if nothing did.
std::optional<std::string> try_copy(const std::vector<std::string>& arguments) {
  try {
    copy(arguments);
    return std::nullopt;
  } catch (const std::exception& error) {
    return error.what();
  }
}

void answer_lines() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::vector<std::string> arguments;
    for (std::string word; std::getline(words, word, '\t');) arguments.push_back(word);
    std::cout << try_copy(arguments).value_or("ok") << std::endl;
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::string_view(arguments[1]) == "-") {
    answer_lines();
    return 0;
  }
  const auto failure = try_copy({arguments + 1, arguments + count});
  if (failure) std::cerr << *failure << '\n';
  return failure ? 1 : 0;
}
