#include <toeplix/bands.hpp>

#include "core/distribution/check_bands.hpp"
#include "core/geometry/check_weights.hpp"

#include <string>

namespace toeplix {

namespace {

void check_lines(const char* what, const Bands& bands, Index lines) {
  if (bands.lines() == lines) return;
  throw GeometryError(std::string("bands of the ") + what + " have " +
                      std::to_string(bands.lines()) + " lines in all; expected " +
                      std::to_string(lines));
}

Pattern part_of(const Pattern& pattern, const Bands& rows, const Bands& columns, Index process,
                TapTablePart::Columns side) {
  detail::check_bands("a part of a matrix", pattern, rows, columns);
  detail::check_process(rows, process);
  const TapTable& table = pattern.axes().front().table;
  const bool all = rows.size(process) == rows.lines() && columns.size(process) == columns.lines();
  if (all && side == TapTablePart::Columns::inside) return pattern;
  return detail::with_slowest_table(pattern, table.part({.first_row = rows.begin(process),
                                                         .last_row = rows.end(process),
                                                         .first_column = columns.begin(process),
                                                         .last_column = columns.end(process),
                                                         .columns = side}));
}

Index blocks_of(const Pattern& pattern, Index channels) {
  return pattern.channels().innermost() ? 1 : channels;
}

}  // namespace

void detail::check_bands(const char* what, const Pattern& pattern, const Bands& rows,
                         const Bands& columns) {
  check_one_kernel(what, pattern);
  const TapTable& table = pattern.axes().front().table;
  check_lines("rows", rows, table.rows());
  check_lines("columns", columns, table.columns());
  if (rows.processes() == columns.processes()) return;
  throw GeometryError("bands: rows are shared among " + std::to_string(rows.processes()) +
                      " processes, columns among " + std::to_string(columns.processes()));
}

void detail::check_process(const Bands& bands, Index process) {
  if (process >= 0 && process < bands.processes()) return;
  throw GeometryError("process " + std::to_string(process) + " is none of the " +
                      std::to_string(bands.processes()) + " that have bands");
}

BandNumbering row_numbering(const Pattern& pattern, const Bands& bands) {
  const Pattern::Axis& slowest = pattern.axes().front();
  check_lines("rows", bands, slowest.table.rows());
  return {bands, blocks_of(pattern, pattern.channels().rows()), slowest.row_stride};
}

BandNumbering column_numbering(const Pattern& pattern, const Bands& bands) {
  const Pattern::Axis& slowest = pattern.axes().front();
  check_lines("columns", bands, slowest.table.columns());
  return {bands, blocks_of(pattern, pattern.channels().columns()), slowest.column_stride};
}

Pattern diagonal_part(const Pattern& pattern, const Bands& rows, const Bands& columns,
                      Index process) {
  return part_of(pattern, rows, columns, process, TapTablePart::Columns::inside);
}

Pattern off_diagonal_part(const Pattern& pattern, const Bands& rows, const Bands& columns,
                          Index process) {
  return part_of(pattern, rows, columns, process, TapTablePart::Columns::outside);
}

}  // namespace toeplix
