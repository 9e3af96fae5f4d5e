#include <toeplix/bands.hpp>

#include "core/distribution/check_bands.hpp"

namespace toeplix {

namespace {

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

BandNumbering row_numbering(const Pattern& pattern, const Bands& bands) {
  const Pattern::Axis& slowest = pattern.axes().front();
  detail::check_lines("rows", bands, slowest.table.rows());
  return {bands, blocks_of(pattern, pattern.channels().rows()), slowest.row_stride};
}

BandNumbering column_numbering(const Pattern& pattern, const Bands& bands) {
  const Pattern::Axis& slowest = pattern.axes().front();
  detail::check_lines("columns", bands, slowest.table.columns());
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
