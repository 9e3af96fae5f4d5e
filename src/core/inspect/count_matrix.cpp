#include "core/inspect/counts.hpp"

#include <algorithm>
#include <complex>
#include <span>
#include <unordered_set>

namespace toeplix::detail {

namespace {

/// Rows, or columns, that have entries, ascending, and how many.
using LineLengths = std::vector<std::pair<Index, Index>>;

/// By the number of their entries. Most lines may have none, and take neither time nor memory.
std::vector<LineLengthCount> length_counts(const LineLengths& lengths, Index lines) {
  LengthHistogram histogram;
  for (const auto& [line, length] : lengths) ++histogram[length];
  const Index empty = lines - static_cast<Index>(lengths.size());
  if (empty > 0) histogram[0] = empty;
  return as_list(histogram);
}

/// The lines that have no entry, of which at most `most` are listed.
VacantLines vacant_lines(const LineLengths& lengths, Index lines, std::size_t most) {
  VacantLines vacant{.count = lines - static_cast<Index>(lengths.size()), .first = {}};
  check_listed(vacant.count, most);
  Index next = 0;
  const auto skip_to = [&](Index line) {
    for (; next < line && vacant.first.size() < most; ++next) {
      vacant.first.push_back({next, 0, {next}});
    }
    next = line + 1;
  };
  for (const auto& [line, length] : lengths) skip_to(line);
  skip_to(lines);
  return vacant;
}

template <class Scalar>
LineLengths lengths_of_rows(const Rows<Scalar>& matrix) {
  LineLengths lengths;
  for (Index row = 0; row < matrix.outerSize(); ++row) {
    const Index length = matrix.outerIndexPtr()[row + 1] - matrix.outerIndexPtr()[row];
    if (length > 0) lengths.emplace_back(row, length);
  }
  return lengths;
}

/// A small file may claim more columns than there is memory for: those are not counted one by one.
LineLengths lengths_of_columns(std::span<const Index> columns, Index cols) {
  constexpr Index most_counters = Index{1} << 20;
  LineLengths lengths;
  if (cols <= std::max(static_cast<Index>(columns.size()), most_counters)) {
    std::vector<Index> counters(static_cast<std::size_t>(cols));
    for (const Index column : columns) ++counters[static_cast<std::size_t>(column)];
    for (Index column = 0; column < cols; ++column) {
      const Index length = counters[static_cast<std::size_t>(column)];
      if (length > 0) lengths.emplace_back(column, length);
    }
    return lengths;
  }
  std::vector<Index> sorted(columns.begin(), columns.end());
  std::ranges::sort(sorted);
  for (const Index column : sorted) {
    if (lengths.empty() || lengths.back().first != column) lengths.emplace_back(column, 0);
    ++lengths.back().second;
  }
  return lengths;
}

template <class Scalar>
void set_diagonals(Inspection& inspection, const Rows<Scalar>& matrix) {
  std::unordered_set<Index> diagonals;
  const Index size = std::max(matrix.rows(), matrix.cols());
  for (Index row = 0; row < matrix.outerSize(); ++row) {
    for (Index at = matrix.outerIndexPtr()[row]; at < matrix.outerIndexPtr()[row + 1]; ++at) {
      const Index column = matrix.innerIndexPtr()[at];
      inspection.lower_bandwidth = std::max(inspection.lower_bandwidth, row - column);
      inspection.upper_bandwidth = std::max(inspection.upper_bandwidth, column - row);
      diagonals.insert(column >= row ? column - row : column - row + size);
    }
  }
  inspection.cyclic_diagonals = static_cast<Index>(diagonals.size());
  inspection.rotations = static_cast<Index>(diagonals.size() - diagonals.count(0));
}

}  // namespace

template <class Scalar>
Inspection count_matrix(const Rows<Scalar>& matrix, const InspectOptions& options) {
  Inspection inspection;
  set_sizes(inspection, matrix.rows(), matrix.cols(), matrix.nonZeros());
  set_diagonals(inspection, matrix);
  const LineLengths rows = lengths_of_rows(matrix);
  inspection.row_lengths = length_counts(rows, matrix.rows());
  inspection.empty_rows = vacant_lines(rows, matrix.rows(), options.most_places);
  const std::span columns(matrix.innerIndexPtr(), static_cast<std::size_t>(matrix.nonZeros()));
  const LineLengths used = lengths_of_columns(columns, matrix.cols());
  inspection.column_lengths = length_counts(used, matrix.cols());
  inspection.unused_inputs = vacant_lines(used, matrix.cols(), options.most_places);
  return inspection;
}

template Inspection count_matrix(const Rows<double>&, const InspectOptions&);
template Inspection count_matrix(const Rows<std::complex<double>>&, const InspectOptions&);

}  // namespace toeplix::detail
