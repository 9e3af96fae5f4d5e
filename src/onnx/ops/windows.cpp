#include "onnx/ops/windows.hpp"

#include "core/base/integer_math.hpp"

namespace toeplix::onnx_detail {

namespace {

void check_least(const char* name, const std::vector<Index>& numbers, Index least) {
  for (const Index number : numbers) {
    if (number >= least) continue;
    throw FormatError(std::string("attribute '") + name + "' has " + std::to_string(number) +
                      "; it must be at least " + std::to_string(least));
  }
}

/// ONNX has the lower sides of all axes first, then the upper ones.
std::vector<AxisPadding> sides_of(const Extents& pads) {
  std::vector<AxisPadding> sides;
  const std::size_t axes = pads.size() / 2;
  for (std::size_t axis = 0; axis < axes; ++axis) sides.push_back({pads[axis], pads[axes + axis]});
  return sides;
}

}  // namespace

void check_image(const Extents& shape) {
  if (shape.size() >= 3) return;
  throw FormatError("the input has the shape " + shape_text(shape) +
                    "; expected batch, channels and one or more spatial axes");
}

Extents kernel_shape(const NodeContext& node, std::size_t axes) {
  const auto kernel = node.attributes.wholes("kernel_shape");
  if (!kernel) throw FormatError("attribute 'kernel_shape' is missing");
  if (kernel->size() == axes) return *kernel;
  throw FormatError("attribute 'kernel_shape' has " + std::to_string(kernel->size()) +
                    " numbers; expected " + std::to_string(axes));
}

Windows read_windows(const NodeContext& node, const Extents& shape, Extents kernel) {
  check_image(shape);
  const std::size_t axes = shape.size() - 2;
  const Attributes& attributes = node.attributes;
  Windows windows;
  windows.input.assign(shape.begin() + 2, shape.end());
  windows.kernel = std::move(kernel);
  windows.strides = attributes.wholes("strides", axes, 1);
  windows.dilations = attributes.wholes("dilations", axes, 1);
  const Extents pads = attributes.wholes("pads", 2 * axes, 0);
  check_least("kernel_shape", windows.kernel, 1);
  check_least("strides", windows.strides, 1);
  check_least("dilations", windows.dilations, 1);
  check_least("pads", pads, 0);
  const std::string rule = attributes.text("auto_pad", "NOTSET");
  if (rule == "NOTSET") {
    windows.padding = sides_of(pads);
  } else if (rule == "SAME_UPPER") {
    windows.padding = Padding::same_upper();
  } else if (rule == "SAME_LOWER") {
    windows.padding = Padding::same_lower();
  } else if (rule == "VALID") {
    windows.padding = Padding::valid();
  } else {
    throw FormatError("attribute 'auto_pad' is '" + rule +
                      "'; expected NOTSET, SAME_UPPER, SAME_LOWER or VALID");
  }
  return windows;
}

}  // namespace toeplix::onnx_detail
