#include "core/inspect/counts.hpp"

#include <toeplix/error.hpp>

#include "core/base/integer_math.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace toeplix::detail {

namespace {

template <class Scalar, class StorageIndex>
std::optional<Index> bytes_of(const Inspection& inspection) {
  constexpr Index limit = std::numeric_limits<StorageIndex>::max();
  // There is a pointer more than there are rows.
  if (inspection.rows >= limit) return std::nullopt;
  if (std::max(inspection.cols, inspection.nnz) > limit) return std::nullopt;
  return matrix_bytes(inspection.nnz, checked_sum(inspection.rows, 1), sizeof(Scalar),
                      sizeof(StorageIndex));
}

}  // namespace

void check_listed(Index count, std::size_t most) {
  if (std::min(static_cast<std::size_t>(count), most) <= most_listed) return;
  throw CapacityError("of " + std::to_string(count) +
                          " empty rows or unused inputs more than 2^20 cannot be listed",
                      CapacityCause::limit, {}, {}, "ask for fewer places");
}

std::vector<LineLengthCount> as_list(const LengthHistogram& histogram) {
  std::vector<LineLengthCount> list;
  for (const auto& [length, count] : histogram) list.push_back({length, count});
  return list;
}

void set_sizes(Inspection& inspection, Index rows, Index cols, Index nnz) {
  inspection.rows = rows;
  inspection.cols = cols;
  inspection.nnz = nnz;
  const double cells = static_cast<double>(rows) * static_cast<double>(cols);
  inspection.density = cells == 0 ? 0 : static_cast<double>(nnz) / cells;
  inspection.bytes = {
      bytes_of<float, std::int32_t>(inspection), bytes_of<double, std::int32_t>(inspection),
      bytes_of<float, std::int64_t>(inspection), bytes_of<double, std::int64_t>(inspection)};
}

}  // namespace toeplix::detail
