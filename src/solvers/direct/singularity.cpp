#include "solvers/direct/singularity.hpp"

#include "solvers/transform/circulant_spectrum.hpp"

#include <algorithm>
#include <vector>

namespace toeplix::detail {

namespace {

Singularity empty_line(const char* what, Index number) {
  return {std::string(what) + " " + std::to_string(number) + " has no entries", {}};
}

std::optional<Singularity> empty_row(const Pattern& pattern, const char* what) {
  for (Index row = 0; row < pattern.rows(); ++row) {
    if (pattern.row_length(row) == 0) return empty_line(what, row);
  }
  return {};
}

bool all_zero(std::span<const double> values) {
  return std::ranges::all_of(values, [](double value) { return value == 0; });
}

}  // namespace

std::optional<Singularity> find_singularity(const Pattern& pattern,
                                            std::span<const double> weights) {
  if (all_zero(weights)) return Singularity{"every weight is zero", pattern.cols()};
  if (auto row = empty_row(pattern, "row")) return row;
  if (auto column = empty_row(pattern.transposed(), "column")) return column;
  SpectrumZeros zeros = spectrum_zeros(pattern, weights);
  if (zeros.count == 0) return {};
  return Singularity{std::move(zeros.reason), zeros.count};
}

std::optional<Singularity> find_singularity(
    const Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>& matrix) {
  const auto count = static_cast<std::size_t>(matrix.nonZeros());
  if (all_zero({matrix.valuePtr(), count})) {
    return Singularity{"every entry is zero", matrix.cols()};
  }
  std::vector<bool> has_entries(static_cast<std::size_t>(matrix.rows()));
  for (std::size_t entry = 0; entry < count; ++entry) {
    has_entries[static_cast<std::size_t>(matrix.innerIndexPtr()[entry])] = true;
  }
  const auto row = std::ranges::find(has_entries, false);
  if (row != has_entries.end()) return empty_line("row", row - has_entries.begin());
  for (Index column = 0; column < matrix.cols(); ++column) {
    const std::int64_t* const begin = matrix.outerIndexPtr() + column;
    if (begin[0] == begin[1]) return empty_line("column", column);
  }
  return {};
}

}  // namespace toeplix::detail
