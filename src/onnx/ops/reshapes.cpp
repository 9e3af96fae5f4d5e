#include "onnx/ops/linear_ops.hpp"
#include "onnx/ops/steps.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix::onnx_detail {

namespace {

/// The same elements in another shape. Throws FormatError if they are not as many.
OpResult viewed(const NodeContext& node, Extents shape) {
  const Extents& from = node.shape(0);
  const auto count = element_count(from);
  if (!count || element_count(shape) != count) {
    throw FormatError("the shapes " + shape_text(from) + " and " + shape_text(shape) +
                      " have different numbers of elements");
  }
  if (*count == 0) return linear(std::move(shape), {});
  return linear(std::move(shape), {{identity_part(from), 0}});
}

/// Axes of Squeeze and Unsqueeze: an attribute until operator set 12, then an input.
std::optional<Extents> squeezed_axes(const NodeContext& node) {
  return node.opset < 13 ? node.attributes.wholes("axes") : node.wholes(1);
}

/// The target of Reshape with its zeros filled in.
Extents copied_extents(const NodeContext& node, Extents target) {
  const Extents& from = node.shape(0);
  const bool zero_is_zero = node.attributes.flag("allowzero", false);
  for (std::size_t axis = 0; axis < target.size(); ++axis) {
    if (target[axis] < -1) {
      throw FormatError("the shape " + shape_text(target) + " has the extent " +
                        std::to_string(target[axis]) + "; expected -1, 0 or more");
    }
    if (target[axis] != 0 || zero_is_zero) continue;
    if (axis >= from.size()) {
      throw FormatError("the shape " + shape_text(target) + " copies axis " + std::to_string(axis) +
                        " of the input " + shape_text(from) + ", which is not there");
    }
    target[axis] = from[axis];
  }
  return target;
}

}  // namespace

OpResult reshape(const NodeContext& node) {
  const auto given = node.wholes(1);
  if (!given) throw FormatError("there is no shape");
  Extents target = copied_extents(node, *given);
  const auto free = std::ranges::find(target, -1);
  if (free == target.end()) return viewed(node, std::move(target));
  *free = 1;
  const auto others = element_count(target);
  const auto all = element_count(node.shape(0));
  if (std::ranges::find(target, -1) != target.end()) {
    throw FormatError("the shape " + shape_text(*given) + " has -1 twice");
  }
  if (!others || !all || *others == 0 || *all % *others != 0) {
    throw FormatError("the shape " + shape_text(*given) + " does not fit " +
                      shape_text(node.shape(0)));
  }
  *free = *all / *others;
  return viewed(node, std::move(target));
}

OpResult flatten(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  const auto count = static_cast<Index>(shape.size());
  const Index axis = node.attributes.whole("axis", 1);
  if (axis < -count || axis > count) {
    throw FormatError("attribute 'axis' is " + std::to_string(axis) + "; the shape has " +
                      std::to_string(count) + " axes");
  }
  const auto middle = shape.begin() + (axis < 0 ? axis + count : axis);
  const auto outer = element_count({shape.begin(), middle});
  const auto inner = element_count({middle, shape.end()});
  if (!outer || !inner) throw FormatError("the shape exceeds 64 bits");
  return viewed(node, {*outer, *inner});
}

OpResult squeeze(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  const auto given = squeezed_axes(node);
  std::vector<std::size_t> axes;
  if (given) axes = node.axes(*given, shape.size());
  Extents rest;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const bool named = std::ranges::find(axes, axis) != axes.end();
    if (named && shape[axis] != 1) {
      throw FormatError("axis " + std::to_string(axis) + " of " + shape_text(shape) +
                        " has more than one element and cannot be left out");
    }
    if (!(named || (!given && shape[axis] == 1))) rest.push_back(shape[axis]);
  }
  return viewed(node, std::move(rest));
}

OpResult unsqueeze(const NodeContext& node) {
  const auto given = squeezed_axes(node);
  if (!given) throw FormatError("there are no axes");
  const Extents& shape = node.shape(0);
  std::vector<std::size_t> axes = node.axes(*given, shape.size() + given->size());
  std::ranges::sort(axes);
  Extents wider = shape;
  for (const std::size_t axis : axes) {
    wider.insert(wider.begin() + static_cast<std::ptrdiff_t>(axis), 1);
  }
  return viewed(node, std::move(wider));
}

}  // namespace toeplix::onnx_detail
