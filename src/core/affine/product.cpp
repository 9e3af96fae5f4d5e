#include "core/affine/product.hpp"

#include "core/base/parallel.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

namespace toeplix::detail {

namespace {

/// Entries [begin, end) of one row.
struct RowEntries {
  Index begin;
  Index end;
};

template <class Matrix>
RowEntries row_entries(const Matrix& matrix, Index row) {
  return {matrix.outerIndexPtr()[row], matrix.outerIndexPtr()[row + 1]};
}

/// One row of A B at a time: the columns that it has and their sums. Takes a mark and a number for
/// every column of B.
template <class Matrix>
class ProductRow {
 public:
  using Scalar = typename Matrix::Scalar;
  using StorageIndex = typename Matrix::StorageIndex;

  ProductRow(const Matrix& a, const Matrix& b)
      : a_(a), b_(b), seen_in_(static_cast<std::size_t>(b.cols()), -1) {}

  /// How many columns a row has.
  Index count(Index row) {
    Index found = 0;
    for_each_pair(row, [&](Index, Index from) {
      Index& seen_in = mark_of(from);
      found += seen_in == row ? 0 : 1;
      seen_in = row;
    });
    return found;
  }

  /// Writes a row's columns and values.
  void write(Index row, StorageIndex* columns, Scalar* values) {
    sums_.resize(seen_in_.size());
    StorageIndex* end = columns;
    for_each_pair(row, [&](Index left, Index from) {
      const StorageIndex column = b_.innerIndexPtr()[from];
      const Scalar product = a_.valuePtr()[left] * b_.valuePtr()[from];
      Scalar& sum = sums_[static_cast<std::size_t>(column)];
      Index& seen_in = mark_of(from);
      sum = seen_in == row ? sum + product : product;
      if (seen_in != row) *end++ = column;
      seen_in = row;
    });
    std::sort(columns, end);
    for (; columns != end; ++columns) *values++ = sums_[static_cast<std::size_t>(*columns)];
  }

 private:
  /// Calls `visit(left, right)` for every entry of a row of A and every one of the row of B that it
  /// meets.
  template <class Visit>
  void for_each_pair(Index row, const Visit& visit) const {
    const RowEntries some = row_entries(a_, row);
    for (Index left = some.begin; left < some.end; ++left) {
      const RowEntries met = row_entries(b_, a_.innerIndexPtr()[left]);
      for (Index right = met.begin; right < met.end; ++right) visit(left, right);
    }
  }

  Index& mark_of(Index entry) {
    return seen_in_[static_cast<std::size_t>(b_.innerIndexPtr()[entry])];
  }

  const Matrix& a_;
  const Matrix& b_;
  std::vector<Index> seen_in_;  // for every column, the last row that had it
  std::vector<Scalar> sums_;
};

/// One row of A + B at a time.
template <class Matrix>
class SumRow {
 public:
  using Scalar = typename Matrix::Scalar;
  using StorageIndex = typename Matrix::StorageIndex;

  SumRow(const Matrix& a, const Matrix& b) : a_(a), b_(b) {}

  Index count(Index row) const {
    Index found = 0;
    merge(row, [&](StorageIndex, const Scalar&) { ++found; });
    return found;
  }

  void write(Index row, StorageIndex* columns, Scalar* values) const {
    merge(row, [&](StorageIndex column, const Scalar& value) {
      *columns++ = column;
      *values++ = value;
    });
  }

 private:
  template <class Visit>
  void merge(Index row, const Visit& visit) const {
    RowEntries left = row_entries(a_, row);
    RowEntries right = row_entries(b_, row);
    while (left.begin < left.end || right.begin < right.end) {
      const Index in_a = column_at(a_, left);
      const Index in_b = column_at(b_, right);
      const Index column = std::min(in_a, in_b);
      Scalar value{};
      if (in_a == column) value = a_.valuePtr()[left.begin++];
      if (in_b == column)
        value = in_a == column ? value + b_.valuePtr()[right.begin] : b_.valuePtr()[right.begin];
      if (in_b == column) ++right.begin;
      visit(static_cast<StorageIndex>(column), value);
    }
  }

  /// The column of the first of some entries; beyond all columns if there is none.
  static Index column_at(const Matrix& matrix, const RowEntries& entries) {
    return entries.begin < entries.end ? matrix.innerIndexPtr()[entries.begin] : matrix.cols();
  }

  const Matrix& a_;
  const Matrix& b_;
};

/// On several threads, each with rows that follow one another: `visit(row, worker)`.
template <class MakeRow, class Visit>
void for_each_made_row(Index rows, int threads, const MakeRow& make_row, const Visit& visit) {
  const Index chunks = threads == 1 ? 1 : std::min<Index>(rows, threads * Index{64});
  for_each_own_chunk(threads, chunks, [&] {
    return [&, worker = make_row()](Index chunk) mutable {
      const Index last = chunk_begin(rows, chunks, chunk + 1);
      for (Index row = chunk_begin(rows, chunks, chunk); row < last; ++row) visit(row, worker);
    };
  });
}

/// A matrix whose rows are made by workers: counted first, then written into their place.
/// `work_bytes` is what all workers take.
template <class Matrix, class MakeRow>
Matrix made_by_rows(Index rows, Index cols, int threads, std::optional<Index> work_bytes,
                    const Resources& resources, const RoomAdvice& advice, const MakeRow& make_row) {
  using StorageIndex = typename Matrix::StorageIndex;
  check_index_type<Matrix>({0, rows, cols}, advice);
  const auto pointer_bytes = checked_product(checked_sum(rows, 1), Index{sizeof(Index)});
  const auto count_bytes = checked_sum(pointer_bytes, work_bytes);
  check_room("counting the entries of a " + std::to_string(rows) + " x " + std::to_string(cols) +
                 " matrix",
             count_bytes, resources, advice.memory);
  std::vector<Index> pointers(static_cast<std::size_t>(rows) + 1);
  for_each_made_row(rows, threads, make_row, [&](Index row, auto& worker) {
    pointers[static_cast<std::size_t>(row) + 1] = worker.count(row);
  });
  std::partial_sum(pointers.begin(), pointers.end(), pointers.begin());
  Matrix matrix;
  const CompressedSize size = {pointers.back(), rows, cols};
  check_index_type<Matrix>(size, advice);
  check_budget(size,
               checked_sum(matrix_bytes(size.entries, checked_sum(rows, 1),
                                        sizeof(typename Matrix::Scalar), sizeof(StorageIndex)),
                           count_bytes),
               resources, advice);
  make_room(matrix, size);
  for_each_made_row(rows, threads, make_row, [&](Index row, auto& worker) {
    const Index place = pointers[static_cast<std::size_t>(row)];
    worker.write(row, matrix.innerIndexPtr() + place, matrix.valuePtr() + place);
  });
  std::ranges::transform(pointers, matrix.outerIndexPtr(),
                         [](Index place) { return static_cast<StorageIndex>(place); });
  return matrix;
}

}  // namespace

template <class Scalar, class StorageIndex>
RowMatrix<Scalar, StorageIndex> product_of(const RowMatrix<Scalar, StorageIndex>& a,
                                           const RowMatrix<Scalar, StorageIndex>& b,
                                           const Resources& resources, const RoomAdvice& advice) {
  using Matrix = RowMatrix<Scalar, StorageIndex>;
  const Index rows = a.rows();
  const Index cols = b.cols();
  const int threads = static_cast<int>(std::min<Index>(
      threads_to_write(a.nonZeros() + b.nonZeros(), resources.threads), std::max<Index>(1, rows)));
  const auto work = checked_product(checked_product(cols, threads),
                                    static_cast<Index>(sizeof(Index) + sizeof(Scalar)));
  return made_by_rows<Matrix>(rows, cols, threads, work, resources, advice,
                              [&] { return ProductRow<Matrix>(a, b); });
}

template <class Scalar, class StorageIndex>
RowMatrix<Scalar, StorageIndex> sum_of(const RowMatrix<Scalar, StorageIndex>& a,
                                       const RowMatrix<Scalar, StorageIndex>& b,
                                       const Resources& resources, const RoomAdvice& advice) {
  using Matrix = RowMatrix<Scalar, StorageIndex>;
  const int threads = threads_to_write(a.nonZeros() + b.nonZeros(), resources.threads);
  return made_by_rows<Matrix>(a.rows(), a.cols(), threads, Index{0}, resources, advice,
                              [&] { return SumRow<Matrix>(a, b); });
}

#define TOEPLIX_INSTANTIATE(Scalar, StorageIndex)                                             \
  template RowMatrix<Scalar, StorageIndex> product_of(const RowMatrix<Scalar, StorageIndex>&, \
                                                      const RowMatrix<Scalar, StorageIndex>&, \
                                                      const Resources&, const RoomAdvice&);   \
  template RowMatrix<Scalar, StorageIndex> sum_of(const RowMatrix<Scalar, StorageIndex>&,     \
                                                  const RowMatrix<Scalar, StorageIndex>&,     \
                                                  const Resources&, const RoomAdvice&);
TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::detail
