#include "onnx/ops/linear_ops.hpp"
#include "onnx/ops/steps.hpp"

namespace toeplix::onnx_detail {

namespace {

Boundary boundary_of(const std::string& mode) {
  if (mode == "constant") return Boundary::zero;
  if (mode == "reflect") return Boundary::reflect;
  if (mode == "edge") return Boundary::replicate;
  if (mode == "wrap") return Boundary::circular;
  throw FormatError("attribute 'mode' is '" + mode + "'; expected constant, reflect, edge or wrap");
}

/// Attributes until operator set 10, inputs from 11 on.
Extents pads_of(const NodeContext& node) {
  const auto pads = node.opset < 11 ? node.attributes.wholes("pads") : node.wholes(1);
  if (pads) return *pads;
  throw FormatError("there are no pads");
}

double fill_of(const NodeContext& node) {
  if (node.opset < 11) return node.attributes.number("value", 0);
  const Constant value = node.constant(2);
  if (value == nullptr || value->size() == 0) return 0;
  if (value->size() == 1) return number_at(*value, 0);
  throw FormatError("the constant has " + std::to_string(value->size()) + " numbers; expected one");
}

/// The axes that the pads are of.
std::vector<std::size_t> padded_axes(const NodeContext& node, std::size_t count) {
  if (const auto given = node.wholes(3)) return node.axes(*given, count);
  std::vector<std::size_t> all;
  for (std::size_t axis = 0; axis < count; ++axis) all.push_back(axis);
  return all;
}

}  // namespace

OpResult pad(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  const Extents pads = pads_of(node);
  const std::vector<std::size_t> axes = padded_axes(node, shape.size());
  if (pads.size() != 2 * axes.size()) {
    throw FormatError("there are " + std::to_string(pads.size()) + " pads; expected " +
                      std::to_string(2 * axes.size()) + ", two for each of " +
                      std::to_string(axes.size()) + " axes");
  }
  const std::string mode = node.attributes.text("mode", "constant");
  const Boundary boundary = boundary_of(mode);
  // ONNX has the lower sides of all axes first, then the upper ones.
  std::vector<AxisPadding> sides(shape.size());
  std::vector<Boundary> boundaries(shape.size(), Boundary::zero);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    sides[axes[i]] = {pads[i], pads[axes.size() + i]};
    if (pads[i] > 0 || pads[axes.size() + i] > 0) boundaries[axes[i]] = boundary;
  }
  if (shape.empty()) return same(node);
  Pad frame{.input = shape, .padding = sides, .boundary = boundaries};
  if (boundary == Boundary::zero) frame.constant = fill_of(node);
  const Separable separable(frame, node.resources);
  OpResult result = linear(separable.output(), {{make_part(separable), 0}});
  if (frame.constant != 0) result.forms[0].fill = frame;
  return result;
}

}  // namespace toeplix::onnx_detail
