#include <toeplix/separable.hpp>

#include "core/base/check_resources.hpp"
#include "core/base/parallel.hpp"
#include "core/compile/allocate.hpp"
#include "core/compile/fill.hpp"
#include "core/geometry/outer_product.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>

namespace toeplix {

namespace {

constexpr detail::RoomAdvice separable_advice = {
    .narrow_index = "use compile<std::int64_t> or compile_rows",
    .memory =
        "use compile_rows for a part of it, apply to multiply without the matrix, or raise "
        "Resources::memory_budget"};

/// Writes rows of a separable operator in order, into a matrix of the rows from `origin` on. Every
/// thread has one of its own.
template <class Scalar, class StorageIndex>
class RowWriter {
 public:
  RowWriter(const Separable& separable, Index origin, detail::MatrixArrays<Scalar, StorageIndex> to)
      : separable_(separable),
        inner_(separable.tables().back()),
        origin_(origin),
        entries_before_(separable.entries_before(origin)),
        to_(to) {}

  /// Rows [first, last) with their pointers, into their final place.
  void write(Index first, Index last) {
    Index place = separable_.entries_before(first) - entries_before_;
    for (Index row = first; row < last;) {
      const Index line = row / inner_.rows();
      const Index line_last = std::min(last, (line + 1) * inner_.rows());
      go_to(line);
      for (; row < line_last; ++row) {
        to_.pointers[row - origin_] = static_cast<StorageIndex>(place);
        place = write_row(inner_.row(row % inner_.rows()), place);
      }
    }
  }

 private:
  /// Sets `outer_` for the rows that differ in their coordinate along the fastest axis alone.
  void go_to(Index line) {
    const std::vector<CoefficientTable>& tables = separable_.tables();
    coordinates_.resize(tables.size() - 1);
    for (std::size_t axis = coordinates_.size(); axis-- > 0;) {
      coordinates_[axis] = line % tables[axis].rows();
      line /= tables[axis].rows();
    }
    outer_.assign(1, {0, 1});
    for (std::size_t axis = 0; axis < coordinates_.size(); ++axis) {
      outer_ = times_axis(outer_, tables[axis], coordinates_[axis]);
    }
    for (CoefficientTap& tap : outer_) tap.input *= inner_.columns();
  }

  static std::vector<CoefficientTap> times_axis(const std::vector<CoefficientTap>& slower,
                                                const CoefficientTable& table, Index coordinate) {
    return detail::outer_product(
        slower, table.row(coordinate), [&](const CoefficientTap& a, const CoefficientTap& b) {
          return CoefficientTap{a.input * table.columns() + b.input, a.coefficient * b.coefficient};
        });
  }

  Index write_row(std::span<const CoefficientTap> taps, Index place) const {
    for (const CoefficientTap& outer : outer_) {
      for (const CoefficientTap& tap : taps) {
        to_.columns[place] = static_cast<StorageIndex>(outer.input + tap.input);
        to_.values[place] = static_cast<Scalar>(outer.coefficient * tap.coefficient);
        ++place;
      }
    }
    return place;
  }

  const Separable& separable_;
  const CoefficientTable& inner_;
  Index origin_;
  Index entries_before_;  // of the row `origin_`
  detail::MatrixArrays<Scalar, StorageIndex> to_;
  std::vector<Index> coordinates_;
  std::vector<CoefficientTap> outer_;  // of all axes but the fastest
};

/// Rows of `separable` become the outer vectors of the matrix.
template <class Matrix>
void fill_matrix(Matrix& matrix, const Separable& separable, detail::RowRange range,
                 const Resources& resources) {
  using Scalar = typename Matrix::Scalar;
  using StorageIndex = typename Matrix::StorageIndex;
  detail::check_resources(resources);
  const Index rows = range.size();
  const Index entries =
      separable.entries_before(range.last) - separable.entries_before(range.first);
  const detail::CompressedSize size = {entries, rows, separable.cols()};
  detail::check_index_type<Matrix>(size, separable_advice);
  detail::check_budget(matrix, size, resources, separable_advice);
  detail::make_room(matrix, size);
  const detail::MatrixArrays<Scalar, StorageIndex> to = {matrix.outerIndexPtr(),
                                                         matrix.innerIndexPtr(), matrix.valuePtr()};
  const int threads = detail::threads_to_write(entries, resources.threads);
  const Index chunks = std::min<Index>(rows, threads * detail::chunks_per_thread);
  detail::fill_or_clear(matrix, [&] {
    to.pointers[rows] = static_cast<StorageIndex>(entries);
    detail::for_each_own_chunk(threads, chunks, [&] {
      return [=, writer = RowWriter<Scalar, StorageIndex>(separable, range.first, to)](
                 Index chunk) mutable {
        writer.write(range.first + detail::chunk_begin(rows, chunks, chunk),
                     range.first + detail::chunk_begin(rows, chunks, chunk + 1));
      };
    });
  });
}

}  // namespace

template <RealMatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void compile_into(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                  const Separable& separable, const Resources& resources) {
  if constexpr (Order == Eigen::RowMajor) {
    fill_matrix(matrix, separable, {0, separable.rows()}, resources);
  } else {
    // The columns of a matrix are the rows of its transpose.
    fill_matrix(matrix, separable.transposed(), {0, separable.cols()}, resources);
  }
}

template <RealMatrixScalar Scalar, MatrixIndex StorageIndex>
void compile_rows_into(Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>& matrix,
                       const Separable& separable, Index first, Index last,
                       const Resources& resources) {
  detail::check_row_range({first, last}, separable.rows());
  fill_matrix(matrix, separable, {first, last}, resources);
}

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex)                                          \
  template void compile_into(Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, const Separable&, \
                             const Resources&);
TOEPLIX_FOR_EACH_REAL_MATRIX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

#define TOEPLIX_INSTANTIATE_ROWS(Scalar, StorageIndex)                                         \
  template void compile_rows_into(Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>&, \
                                  const Separable&, Index, Index, const Resources&);
TOEPLIX_INSTANTIATE_ROWS(float, int)
TOEPLIX_INSTANTIATE_ROWS(float, std::int64_t)
TOEPLIX_INSTANTIATE_ROWS(double, int)
TOEPLIX_INSTANTIATE_ROWS(double, std::int64_t)
#undef TOEPLIX_INSTANTIATE_ROWS

}  // namespace toeplix
