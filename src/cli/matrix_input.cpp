#include "cli/matrix_input.hpp"

#include "cli/arguments.hpp"

#include <toeplix/files/matlab.hpp>
#include <toeplix/files/matrix_market.hpp>
#include <toeplix/files/npz.hpp>

namespace toeplix::cli {
namespace {

template <class Scalar>
using Rows = Eigen::SparseMatrix<Scalar, Eigen::RowMajor, std::int64_t>;

template <class Scalar>
AnyMatrix read_npz_as(const std::filesystem::path& path) {
  return read_npz<Rows<Scalar>>(path);
}

AnyMatrix read_npz_matrix(const std::filesystem::path& path) {
  switch (read_npz_header(path).scalar) {
    case NumberType::float16:
    case NumberType::float32:
      return read_npz_as<float>(path);
    case NumberType::complex64:
      return read_npz_as<std::complex<float>>(path);
    case NumberType::complex128:
      return read_npz_as<std::complex<double>>(path);
    default:
      return read_npz_as<double>(path);
  }
}

AnyMatrix read_mtx_matrix(const std::filesystem::path& path) {
  if (read_matrix_market_header(path).field == MatrixMarketField::complex) {
    return read_matrix_market<Rows<std::complex<double>>>(path);
  }
  return read_matrix_market<Rows<double>>(path);
}

AnyMatrix read_mat_matrix(const std::filesystem::path& path) {
  try {
    return read_matlab<Rows<double>>(path);
  } catch (const FormatError&) {
    // Complex values are never read as real ones. What is wrong otherwise is wrong here again.
    return read_matlab<Rows<std::complex<double>>>(path);
  }
}

}  // namespace

AnyMatrix read_matrix(const std::filesystem::path& path) {
  check_extension(path, {".npz", ".mtx", ".mat"});
  const std::string extension = extension_of(path);
  if (extension == ".mtx") return read_mtx_matrix(path);
  if (extension == ".mat") return read_mat_matrix(path);
  return read_npz_matrix(path);
}

}  // namespace toeplix::cli
