#include "cli/matrix_input.hpp"

#include "cli/arguments.hpp"

#include <toeplix/files/matlab.hpp>
#include <toeplix/files/matrix_market.hpp>
#include <toeplix/files/npz.hpp>

namespace toeplix::cli {
namespace {

template <class Scalar>
AnyMatrix read_npz_as(const std::filesystem::path& path) {
  return read_npz<Scalar, Eigen::RowMajor, std::int64_t>(path);
}

AnyMatrix read_npz_matrix(const std::filesystem::path& path) {
  switch (read_npz_header(path).scalar) {
    case NpyType::float16:
    case NpyType::float32:
      return read_npz_as<float>(path);
    case NpyType::complex64:
      return read_npz_as<std::complex<float>>(path);
    case NpyType::complex128:
      return read_npz_as<std::complex<double>>(path);
    default:
      return read_npz_as<double>(path);
  }
}

AnyMatrix read_mtx_matrix(const std::filesystem::path& path) {
  if (read_matrix_market_header(path).field == MatrixMarketField::complex) {
    return read_matrix_market<std::complex<double>, Eigen::RowMajor, std::int64_t>(path);
  }
  return read_matrix_market<double, Eigen::RowMajor, std::int64_t>(path);
}

AnyMatrix read_mat_matrix(const std::filesystem::path& path) {
  try {
    return read_matlab<double, Eigen::RowMajor, std::int64_t>(path);
  } catch (const FormatError&) {
    // Complex values are never read as real ones. What is wrong otherwise is wrong here again.
    return read_matlab<std::complex<double>, Eigen::RowMajor, std::int64_t>(path);
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
