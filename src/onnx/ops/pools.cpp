#include "onnx/ops/linear_ops.hpp"
#include "onnx/ops/steps.hpp"
#include "onnx/ops/windows.hpp"

#include "core/base/integer_math.hpp"

namespace toeplix::onnx_detail {

namespace {

/// The windows of a pool, every channel of every image by itself.
AveragePool pool_of(const NodeContext& node, const Extents& shape) {
  check_image(shape);
  const Windows windows = read_windows(node, shape, kernel_shape(node, shape.size() - 2));
  const auto channels = detail::checked_product(shape[0], shape[1]);
  if (!channels) throw FormatError("the channels of all images exceed 64 bits");
  return {.input = windows.input,
          .kernel = windows.kernel,
          .channels = *channels,
          .stride = windows.strides,
          .dilation = windows.dilations,
          .padding = windows.padding,
          .ceil_mode = node.attributes.flag("ceil_mode", false)};
}

/// Batch and channels, and what the windows make of the spatial axes.
Extents pooled_shape(const Extents& shape, const Separable& separable) {
  Extents output = separable.output();
  output.erase(output.begin());
  output.insert(output.begin(), {shape[0], shape[1]});
  return output;
}

}  // namespace

OpResult average_pool(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  AveragePool pool = pool_of(node, shape);
  pool.count_include_pad = node.attributes.flag("count_include_pad", false);
  const Separable separable(pool, node.resources);
  return linear(pooled_shape(shape, separable), {{make_part(separable), 0}});
}

OpResult global_average_pool(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  check_image(shape);
  const Extents image(shape.begin() + 2, shape.end());
  const auto pixels = element_count(image);
  if (!pixels) throw FormatError("the pixels of an image exceed 64 bits");
  ContractionSpec spec{.input = shape};
  spec.output = {{shape[0], steps_through(shape)[0], 0}, {shape[1], *pixels, 0}};
  spec.summed = {{*pixels, 1, 0}};
  Extents output(shape.size(), 1);
  output[0] = shape[0];
  output[1] = shape[1];
  return linear(std::move(output),
                {{make_part(std::move(spec), 1 / static_cast<double>(*pixels)), 0}});
}

OpResult max_pool(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  AveragePool pool = pool_of(node, shape);
  // The same windows; a mean over the padding too exists wherever the largest does.
  pool.count_include_pad = true;
  OpResult result = nonlinear("takes the largest of a window",
                              pooled_shape(shape, Separable(pool, node.resources)));
  return result;
}

}  // namespace toeplix::onnx_detail
