#include <toeplix/normal_equations.hpp>

#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/base/integer_math.hpp"
#include "core/base/parallel.hpp"
#include "core/compile/allocate.hpp"
#include "core/geometry/check_weights.hpp"
#include "core/normal/composed_table.hpp"
#include "core/normal/templates.hpp"

#include <algorithm>

namespace toeplix {

namespace {

using detail::ColumnTemplate;
using detail::ComposedTable;
using detail::NormalShape;
using detail::NormalTemplates;

constexpr detail::RoomAdvice normal_advice = {
    .narrow_index = "use normal_equations<std::int64_t>",
    .memory = "raise Resources::memory_budget, or use a smaller image"};

/// Entries of the upper triangle: half of all, and half of the diagonal.
std::optional<Index> upper_entries(const NormalShape& shape) {
  std::optional<Index> all = detail::checked_product(shape.channels, shape.channels_per_group);
  std::optional<Index> diagonal = shape.channels;
  for (const ComposedTable& table : shape.tables) {
    all = detail::checked_product(all, table.entries());
    diagonal = detail::checked_product(diagonal, table.filled_rows());
  }
  const auto twice = detail::checked_sum(all, diagonal);
  if (!twice) return std::nullopt;
  return *twice / 2;
}

/// Rows of one chunk: lines [first, last) of one channel, and inner coordinates [begin, end).
struct Chunk {
  Index channel;
  Index first_line;
  Index last_line;
  Index begin;
  Index end;
};

/// Lines that follow one another share what is computed for their class, so chunks are long.
std::vector<Chunk> make_chunks(const NormalShape& shape, int threads) {
  constexpr Index rows_per_chunk = Index{1} << 14;
  const Index inner = shape.tables.back().rows();
  const Index lines = shape.pixels / inner;
  const Index lines_per_chunk =
      std::clamp<Index>(rows_per_chunk / inner, 1, std::max<Index>(1, lines / (2 * threads)));
  const Index width = std::max<Index>(rows_per_chunk, inner / (Index{8} * threads));
  std::vector<Chunk> chunks;
  for (Index channel = 0; channel < shape.channels; ++channel) {
    for (Index line = 0; line < lines; line += lines_per_chunk) {
      for (Index begin = 0; begin < inner; begin += width) {
        chunks.push_back({channel, line, std::min(lines, line + lines_per_chunk), begin,
                          std::min(inner, begin + width)});
      }
    }
  }
  return chunks;
}

/// Writes `count` rows and values of one column; `column` is added to the rows.
template <class StorageIndex>
void write_column(const ColumnTemplate& from, Index column, StorageIndex* rows, double* values) {
  const std::size_t count = from.values.size();
  const Index* const offsets = from.offsets.data();
  for (std::size_t i = 0; i < count; ++i) rows[i] = static_cast<StorageIndex>(column + offsets[i]);
  std::copy_n(from.values.data(), count, values);
}

/// Column pointers: the length of every column in closed form, added up.
template <class StorageIndex>
void write_pointers(const NormalShape& shape, StorageIndex* pointers) {
  Index sum = 0;
  const Index columns = shape.pixels * shape.channels;
  for (Index column = 0; column < columns; ++column) {
    pointers[column] = static_cast<StorageIndex>(sum);
    sum += shape.length(column);
  }
  pointers[columns] = static_cast<StorageIndex>(sum);
}

}  // namespace

double normal_equations_operations(const Pattern& pattern, const Resources& resources) {
  detail::check_resources(resources);
  const NormalShape shape(pattern);
  static_cast<void>(shape.product_count(resources));
  return shape.operations(pattern.channels().rows_per_group);
}

template <MatrixIndex StorageIndex>
Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex> normal_equations(
    const Pattern& pattern, std::span<const double> weights, const Resources& resources) {
  detail::check_resources(resources);
  detail::check_one_kernel("normal_equations", pattern);
  detail::check_length("weights", weights.size(), pattern.weight_count());
  const NormalShape shape(pattern);
  const auto entries = upper_entries(shape);
  if (!entries) throw CapacityError("the entries of A^T A exceed 64 bits");
  const Index columns = pattern.cols();
  Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex> matrix;
  const detail::CompressedSize size = {*entries, columns, columns};
  detail::check_index_type<decltype(matrix)>(size, normal_advice);
  detail::check_budget(matrix, size, resources, normal_advice);
  const int threads = detail::thread_count(resources.threads);
  const NormalTemplates templates(pattern, shape, weights, resources);
  detail::make_room(matrix, size);
  write_pointers(shape, matrix.outerIndexPtr());

  const std::vector<Chunk> chunks = make_chunks(shape, threads);
  detail::for_each_chunk(threads, static_cast<Index>(chunks.size()), [&] {
    return [&, builder = templates.builder()](Index number) mutable {
      const Chunk& chunk = chunks[static_cast<std::size_t>(number)];
      for (Index line = chunk.first_line; line < chunk.last_line; ++line) {
        builder.go_to(chunk.channel, line);
        for (Index x = chunk.begin; x < chunk.end; ++x) {
          const Index column = shape.column(chunk.channel, line, x);
          const Index place = matrix.outerIndexPtr()[column];
          write_column(builder.column(shape.tables.back().class_of(x)), column,
                       matrix.innerIndexPtr() + place, matrix.valuePtr() + place);
        }
      }
    };
  });
  return matrix;
}

template Eigen::SparseMatrix<double, Eigen::ColMajor, std::int32_t> normal_equations(
    const Pattern&, std::span<const double>, const Resources&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> normal_equations(
    const Pattern&, std::span<const double>, const Resources&);

}  // namespace toeplix
