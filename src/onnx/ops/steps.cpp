#include "onnx/ops/steps.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix::onnx_detail {

Extents steps_through(const Extents& shape) {
  Extents steps(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) {
    const auto step = detail::checked_product(steps[axis], shape[axis]);
    if (!step) throw FormatError("the shape " + shape_text(shape) + " exceeds 64 bits");
    steps[axis - 1] = *step;
  }
  return steps;
}

Extents broadcast_steps(const Extents& from, const Extents& to) {
  const Extents steps = steps_through(from);
  Extents result(to.size(), 0);
  const std::size_t lead = to.size() - from.size();
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    if (from[axis] != 1) result[lead + axis] = steps[axis];
  }
  return result;
}

Extents broadcast_shape(const Extents& a, const Extents& b) {
  Extents shape(std::max(a.size(), b.size()));
  for (std::size_t back = 1; back <= shape.size(); ++back) {
    const Index first = back <= a.size() ? a[a.size() - back] : 1;
    const Index second = back <= b.size() ? b[b.size() - back] : 1;
    if (first != second && first != 1 && second != 1) {
      throw FormatError("the shapes " + shape_text(a) + " and " + shape_text(b) +
                        " cannot be broadcast against one another");
    }
    shape[shape.size() - back] = first == 1 ? second : first;
  }
  return shape;
}

ContractionSpec broadcast_spec(const Extents& from, const Extents& to) {
  ContractionSpec spec{.input = from};
  const Extents steps = broadcast_steps(from, to);
  for (std::size_t axis = 0; axis < to.size(); ++axis) {
    spec.output.push_back({to[axis], steps[axis], 0});
  }
  return spec;
}

PartPointer broadcast_part(const Extents& from, const Extents& to, double factor) {
  return make_part(broadcast_spec(from, to), factor);
}

PartPointer identity_part(const Extents& shape, double factor) {
  return broadcast_part(shape, shape, factor);
}

void ask_for_table(const NodeContext& node, Index rows) {
  constexpr Index bytes_each = sizeof(CoefficientTap) + sizeof(Index);
  node.budget.ask("a table of " + std::to_string(rows) + " rows",
                  detail::checked_product(rows, bytes_each));
}

PartPointer table_part(const NodeContext& node, const Extents& shape, std::size_t axis,
                       CoefficientTable table) {
  std::vector<CoefficientTable> tables;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i != axis) ask_for_table(node, shape[i]);
    tables.push_back(i == axis ? std::move(table) : CoefficientTable::identity(shape[i]));
  }
  return make_part(Separable(std::move(tables)));
}

void check_elements(const char* what, const Extents& shape) {
  for (const Index extent : shape) {
    if (extent > 0) continue;
    throw FormatError(std::string(what) + ' ' + shape_text(shape) + " has no elements");
  }
}

}  // namespace toeplix::onnx_detail
