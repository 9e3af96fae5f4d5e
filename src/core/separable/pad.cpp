#include <toeplix/separable.hpp>
#include <toeplix/tap_table.hpp>

#include "core/base/check_resources.hpp"
#include "core/base/integer_math.hpp"
#include "core/compile/allocate.hpp"
#include "core/compile/row_range.hpp"
#include "core/geometry/resolve_spec.hpp"
#include "core/geometry/text.hpp"
#include "core/separable/table_room.hpp"
#include "reference/number_text.hpp"
#include "reference/spec_names.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace toeplix {

using detail::axis_name;

namespace {

/// No padding beyond this; sums with it fit 64 bits.
constexpr Index max_padding = Index{1} << 40;

void check_count(std::size_t given, std::size_t axes, const char* name) {
  if (given == 1 || given == axes) return;
  throw GeometryError(std::string(name) + " has " + std::to_string(given) +
                      " values; expected one, or one per axis (" + std::to_string(axes) + ")");
}

std::string rule_name(Padding::Rule rule) {
  for (const auto& [name, named] : detail::padding_rule_names) {
    if (named == rule) return std::string(name);
  }
  return std::to_string(static_cast<int>(rule));
}

void check(const Pad& pad) {
  const std::size_t axes = pad.input.size();
  if (axes == 0) throw GeometryError("input has no axes; expected at least one extent");
  if (pad.padding.rule() != Padding::Rule::explicit_sides) {
    throw GeometryError("padding " + rule_name(pad.padding.rule()) +
                        " needs a kernel; Pad expects numbers");
  }
  check_count(pad.padding.sides().size(), axes, "padding");
  check_count(pad.boundary.values().size(), axes, "boundary");
  for (std::size_t axis = 0; axis < axes; ++axis) {
    if (to_string(pad.boundary[axis]) == "unknown") {
      throw GeometryError(axis_name(axis) + "boundary " +
                          std::to_string(static_cast<int>(pad.boundary[axis])) +
                          " is not one of its enumerators");
    }
  }
  if (std::isfinite(pad.constant)) return;
  throw GeometryError("constant " + detail::shortest_text(pad.constant) + " must be finite");
}

CoefficientTable axis_table(const Pad& pad, std::size_t axis, detail::TableRoom& room) {
  const Index input = pad.input[axis];
  if (input < 1) {
    throw GeometryError(axis_name(axis) + "input extent " + std::to_string(input) +
                        " must be at least 1");
  }
  CoefficientTable table(input);
  const std::vector<AxisPadding>& sides = pad.padding.sides();
  const AxisPadding side = sides[sides.size() == 1 ? 0 : axis];
  for (const Index pixels : {side.lower, side.upper}) {
    if (pixels >= -max_padding && pixels <= max_padding) continue;
    throw GeometryError(axis_name(axis) + "padding " + std::to_string(pixels) +
                        " must be between -2^40 and 2^40");
  }
  const Index output = side.lower + input + side.upper;
  if (output < 1) {
    throw GeometryError(axis_name(axis) + "padding " + std::to_string(side.lower) + ":" +
                        std::to_string(side.upper) + " leaves output extent " +
                        std::to_string(output) + "; it must be at least 1");
  }
  detail::check_cropped(axis, input, side, pad.boundary[axis]);
  room.ask(output, output);
  table.reserve(output, output);
  const AxisGeometry geometry = {.input = input,
                                 .lower = side.lower,
                                 .cropped_upper = std::max<Index>(0, -side.upper),
                                 .boundary = pad.boundary[axis]};
  for (Index coordinate = -side.lower; coordinate < input + side.upper; ++coordinate) {
    const Index source = geometry.source(coordinate);
    if (source < 0) {
      table.append_row({});
    } else {
      table.append_row({{source, 1}});
    }
  }
  return table;
}

std::vector<CoefficientTable> tables_of(const Pad& pad, const Resources& resources) {
  check(pad);
  detail::TableRoom room(resources);
  std::vector<CoefficientTable> tables;
  for (std::size_t axis = 0; axis < pad.input.size(); ++axis) {
    tables.push_back(axis_table(pad, axis, room));
  }
  return tables;
}

std::vector<double> offset_of_rows(const Separable& separable, double constant,
                                   detail::RowRange rows, const Resources& resources) {
  detail::check_resources(resources);
  detail::check_room("the offset of " + std::to_string(rows.size()) + " rows",
                     detail::checked_product(rows.size(), sizeof(double)), resources,
                     "use pad_offset_rows for a part of it, or raise Resources::memory_budget");
  std::vector<double> added(static_cast<std::size_t>(rows.size()));
  Index before = separable.entries_before(rows.first);
  for (Index row = rows.first; row < rows.last; ++row) {
    const Index after = separable.entries_before(row + 1);
    const bool has_source = after > before;
    if (!has_source) added[static_cast<std::size_t>(row - rows.first)] = constant;
    before = after;
  }
  return added;
}

}  // namespace

Separable::Separable(const Pad& pad, const Resources& resources)
    : Separable(tables_of(pad, resources)) {}

std::vector<double> pad_offset(const Pad& pad, const Resources& resources) {
  const Separable separable(pad, resources);
  return offset_of_rows(separable, pad.constant, {0, separable.rows()}, resources);
}

std::vector<double> pad_offset_rows(const Pad& pad, Index first, Index last,
                                    const Resources& resources) {
  const Separable separable(pad, resources);
  detail::check_row_range({first, last}, separable.rows());
  return offset_of_rows(separable, pad.constant, {first, last}, resources);
}

}  // namespace toeplix
