#include "core/distribution/check_bands.hpp"

#include "core/geometry/check_weights.hpp"

#include <string>

namespace toeplix::detail {

void check_lines(const char* what, const Bands& bands, Index lines) {
  if (bands.lines() == lines) return;
  throw GeometryError(std::string("bands of the ") + what + " have " +
                      std::to_string(bands.lines()) + " lines in all; expected " +
                      std::to_string(lines));
}

void check_bands(const char* what, const Pattern& pattern, const Bands& rows,
                 const Bands& columns) {
  check_one_kernel(what, pattern);
  const TapTable& table = pattern.axes().front().table;
  check_lines("rows", rows, table.rows());
  check_lines("columns", columns, table.columns());
  if (rows.processes() == columns.processes()) return;
  throw GeometryError("bands: rows are shared among " + std::to_string(rows.processes()) +
                      " processes, columns among " + std::to_string(columns.processes()));
}

void check_process(const Bands& bands, Index process) {
  if (process >= 0 && process < bands.processes()) return;
  throw GeometryError("process " + std::to_string(process) + " is none of the " +
                      std::to_string(bands.processes()) + " that have bands");
}

}  // namespace toeplix::detail
