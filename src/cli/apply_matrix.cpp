#include "cli/apply_matrix.hpp"

#include "cli/array_files.hpp"
#include "cli/capacity.hpp"
#include "cli/offsets.hpp"

#include <fmt/format.h>

#include <complex>
#include <concepts>
#include <numeric>
#include <type_traits>

namespace toeplix::cli {
namespace {

/// Vectors of `length` numbers that an array has: one if it has as many, N if its first extent is
/// N.
struct Vectors {
  Index count = 1;
  bool has_axis = false;
};

Vectors vectors_of(const std::filesystem::path& path, const Extents& shape, Index length,
                   Direction direction) {
  const Index rest = std::accumulate(shape.begin() + (shape.empty() ? 0 : 1), shape.end(), Index{1},
                                     std::multiplies<>());
  const Index first = shape.empty() ? 1 : shape[0];
  if (shape.size() > 1 && rest == length) return {first, true};
  if (first * rest == length) return {1, false};
  throw GeometryError(fmt::format(
      "{}: expected {} numbers, one for each of the matrix's {}, or N times as many in shape "
      "(N, ...), got {}",
      input_name(path), length, direction == Direction::forward ? "columns" : "rows",
      format_shape(shape)));
}

template <class Scalar, class Number, class Result>
Summary multiply(const FileMatrix<Scalar>& matrix, const MatrixProduct& product) {
  using Dense = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic>;
  const auto& [direction, precision, input, output, offset, budget] = product;
  const bool forward = direction == Direction::forward;
  const Index rows = forward ? matrix.rows() : matrix.cols();
  const Index cols = forward ? matrix.cols() : matrix.rows();
  const Vectors vectors =
      vectors_of(input, read_array_header(input, budget).shape, cols, direction);
  // The matrix in the numbers that are computed with, the offset, x, y, and y as it is written.
  const double numbers_held = static_cast<double>(matrix.nonZeros()) + static_cast<double>(rows) +
                              static_cast<double>(vectors.count) *
                                  (static_cast<double>(cols) + 2 * static_cast<double>(rows));
  check_memory(budget, numbers_held * sizeof(Number), "this product",
               "raise --memory, or multiply fewer vectors at once");
  const NpyArray<Number> x = read_array<Number>(input, budget);
  const Eigen::Map<const Dense> columns(x.values.data(), cols, vectors.count);
  const auto numbers = matrix.template cast<Number>();
  Dense y = forward ? Dense(numbers * columns) : Dense(numbers.transpose() * columns);
  if (!offset.empty()) {
    const std::vector<Number> added = read_offset<Number>(offset.string(), rows, budget);
    y.colwise() += Eigen::Map<const Eigen::Matrix<Number, Eigen::Dynamic, 1>>(added.data(), rows);
  }
  Extents shape{rows};
  if (vectors.has_axis) shape.insert(shape.begin(), vectors.count);
  const Eigen::Matrix<Result, Eigen::Dynamic, Eigen::Dynamic> result = y.template cast<Result>();
  write_array(output, shape, std::vector<Result>(result.data(), result.data() + result.size()));
  const bool is_complex = !std::is_arithmetic_v<Result>;
  return {output.string(), shape,
          fmt::format("{}{}", is_complex ? "complex" : "float", 8 * sizeof(Result)), std::nullopt};
}

}  // namespace

Summary apply_matrix(const AnyMatrix& matrix, const MatrixProduct& product) {
  for (const auto& path : {product.input, product.output}) {
    if (is_array_file(path)) continue;
    throw UsageError(path.string() +
                     ": a matrix does not know the height and width of pictures; use .npy files");
  }
  const auto multiply_any = [&]<class Scalar>(const FileMatrix<Scalar>& some) {
    const bool is_narrow = std::same_as<Scalar, float> || std::same_as<Scalar, std::complex<float>>;
    const bool by_file = product.precision == Precision::by_file && is_narrow &&
                         fits_float(product.input, product.budget) &&
                         (product.offset.empty() || fits_float(product.offset, product.budget));
    const bool single = product.precision == Precision::single || by_file;
    if constexpr (std::is_arithmetic_v<Scalar>) {
      if (single) return multiply<Scalar, double, float>(some, product);
      return multiply<Scalar, double, double>(some, product);
    } else {
      using Wide = std::complex<double>;
      if (single) return multiply<Scalar, Wide, std::complex<float>>(some, product);
      return multiply<Scalar, Wide, Wide>(some, product);
    }
  };
  return std::visit(multiply_any, matrix);
}

}  // namespace toeplix::cli
