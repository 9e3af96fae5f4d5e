#include <toeplix/affine_map.hpp>

#include "core/affine/shapes.hpp"
#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/base/parallel.hpp"
#include "reference/instantiate.hpp"

namespace toeplix {

namespace {

/// Throws GeometryError unless a shape has as many elements as the matrix or the offset: `given` of
/// `what`, such as "columns".
void check_affine_side(const std::string& side, const Extents& shape, const char* owner,
                       Index given, const char* what) {
  const Index size = detail::shape_size(side, shape);
  if (size == given) return;
  throw GeometryError(side + ' ' + detail::shape_text(shape) + " has " + std::to_string(size) +
                      " elements, but the " + owner + " has " + std::to_string(given) + ' ' + what);
}

/// Whether the columns of every row ascend. Where a column is not above the one before it, a row
/// must begin: both are counted, in a loop each, of which the long one is simple enough for
/// vectors.
template <class Matrix>
bool columns_ascend(const Matrix& matrix) {
  const auto* const columns = matrix.innerIndexPtr();
  const auto* const begins = matrix.outerIndexPtr();
  const Index entries = matrix.nonZeros();
  Index descents = 0;
  for (Index entry = 1; entry < entries; ++entry) {
    descents += columns[entry - 1] >= columns[entry] ? 1 : 0;
  }
  for (Index row = 1; descents > 0 && row < matrix.rows(); ++row) {
    const Index begin = begins[row];
    const bool begins_here = begin > 0 && begin < begins[row + 1];
    if (begins_here && columns[begin - 1] >= columns[begin]) --descents;
  }
  return descents == 0;
}

template <class Matrix>
std::shared_ptr<const Matrix> shared(Matrix& matrix) {
  const auto shared = std::make_shared<Matrix>();
  shared->swap(matrix);
  return shared;
}

/// The matrix itself, compressed and sorted.
template <class Matrix>
std::shared_ptr<const Matrix> shared_compressed(Matrix& matrix) {
  matrix.makeCompressed();
  // Transposing twice sorts.
  if (!columns_ascend(matrix))
    matrix = Matrix(Eigen::SparseMatrix<typename Matrix::Scalar, Eigen::ColMajor,
                                        typename Matrix::StorageIndex>(matrix));
  return shared(matrix);
}

}  // namespace

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex>::AffineMap(Matrix matrix, Vector offset, Extents input_shape,
                                           Extents output_shape, std::string name)
    : AffineMap(shared_compressed(matrix), std::move(offset), std::move(input_shape),
                std::move(output_shape), std::move(name)) {}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex>::AffineMap(detail::KnownSorted, Matrix matrix, Vector offset,
                                           Extents input_shape, Extents output_shape,
                                           std::string name)
    : AffineMap(shared(matrix), std::move(offset), std::move(input_shape), std::move(output_shape),
                std::move(name)) {}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex>::AffineMap(std::shared_ptr<const Matrix> matrix, Vector offset,
                                           Extents input_shape, Extents output_shape,
                                           std::string name) {
  const std::string input = "'" + name + "': the input shape";
  const std::string output = "'" + name + "': the output shape";
  check_affine_side(input, input_shape, "matrix", matrix->cols(), "columns");
  check_affine_side(output, output_shape, "matrix", matrix->rows(), "rows");
  check_affine_side(output, output_shape, "offset", offset.size(), "numbers");
  state_ = std::make_shared<const State>(State{std::move(matrix), std::move(offset),
                                               std::move(input_shape), std::move(output_shape),
                                               std::move(name)});
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
typename AffineMap<Scalar, StorageIndex>::Vector detail::apply_span(
    const AffineMap<Scalar, StorageIndex>& map, std::span<const Scalar> x,
    const Resources& resources) {
  check_resources(resources);
  check_length("x", x.size(), map.cols());
  typename AffineMap<Scalar, StorageIndex>::Vector y(map.rows());
  const auto& matrix = map.matrix();
  const Index rows = map.rows();
  const int threads = threads_to_write(map.nnz(), resources.threads);
  const Index chunks = std::min<Index>(rows, threads * chunks_per_thread);
  for_each_own_chunk(threads, chunks, [&] {
    return [&](Index chunk) {
      const Index last = chunk_begin(rows, chunks, chunk + 1);
      for (Index row = chunk_begin(rows, chunks, chunk); row < last; ++row) {
        Scalar sum{};
        const Index end = matrix.outerIndexPtr()[row + 1];
        for (Index entry = matrix.outerIndexPtr()[row]; entry < end; ++entry) {
          sum +=
              matrix.valuePtr()[entry] * x[static_cast<std::size_t>(matrix.innerIndexPtr()[entry])];
        }
        y[row] = sum + map.offset()[row];
      }
    };
  });
  return y;
}

#define TOEPLIX_INSTANTIATE(Scalar, StorageIndex)                      \
  template class AffineMap<Scalar, StorageIndex>;                      \
  template AffineMap<Scalar, StorageIndex>::Vector detail::apply_span( \
      const AffineMap<Scalar, StorageIndex>&, std::span<const Scalar>, const Resources&);
TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
