#include "onnx/ops/linear_ops.hpp"
#include "onnx/ops/steps.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::onnx_detail {

namespace {

/// Each input broadcast to the common shape, times its factor.
OpResult weighted_sum(const NodeContext& node, const std::vector<double>& factors) {
  Extents shape = node.shape(0);
  for (std::size_t i = 1; i < factors.size(); ++i) shape = broadcast_shape(shape, node.shape(i));
  std::vector<Term> terms;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    terms.push_back({broadcast_part(node.shape(i), shape, factors[i]), i});
  }
  return linear(std::move(shape), std::move(terms));
}

/// An input times numbers that are broadcast against it.
OpResult scaled(const NodeContext& node, std::size_t input, Constant numbers) {
  const Extents& from = node.shape(input);
  const Extents shape = broadcast_shape(from, numbers->shape);
  ContractionSpec spec = broadcast_spec(from, shape);
  const Extents steps = broadcast_steps(numbers->shape, shape);
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    spec.output[axis].weight_step = steps[axis];
  return linear(shape, {{make_part(std::move(spec), {std::move(numbers), 1}), input}});
}

/// 1 / x of every number, in double; nothing if one is zero.
Constant reciprocals(const Tensor& tensor) {
  std::vector<double> values;
  for (Index at = 0; at < tensor.size(); ++at) {
    const double number = number_at(tensor, at);
    if (number == 0) return nullptr;
    values.push_back(1 / number);
  }
  return std::make_shared<const Tensor>(
      Tensor{ElementType::float64, tensor.shape, std::move(values)});
}

/// What a normalization makes of every channel: x * scale + shift, computed in double.
struct ChannelScales {
  std::vector<double> scale;
  std::vector<double> shift;
};

/// Throws FormatError unless inputs 1 to 4 (scale, bias, mean, variance) have a number per channel.
ChannelScales channel_scales(const NodeContext& node, Index channels) {
  std::vector<Constant> numbers;
  for (std::size_t i = 1; i <= 4; ++i) {
    if (node.shape(i) != Extents{channels}) {
      throw FormatError("input " + std::to_string(i) + " has the shape " +
                        shape_text(node.shape(i)) + "; expected " + shape_text({channels}));
    }
    numbers.push_back(node.constant(i));
  }
  const double epsilon = node.attributes.number("epsilon", static_cast<double>(1e-5F));
  ChannelScales scales;
  for (Index channel = 0; channel < channels; ++channel) {
    const double variance = number_at(*numbers[3], channel) + epsilon;
    if (!(variance > 0)) {
      throw FormatError("the variance of channel " + std::to_string(channel) +
                        " plus epsilon is not above 0");
    }
    const double scale = number_at(*numbers[0], channel) / std::sqrt(variance);
    scales.scale.push_back(scale);
    scales.shift.push_back(number_at(*numbers[1], channel) -
                           number_at(*numbers[2], channel) * scale);
  }
  return scales;
}

}  // namespace

OpResult add(const NodeContext& node) {
  return weighted_sum(node, {1, 1});
}

OpResult subtract(const NodeContext& node) {
  return weighted_sum(node, {1, -1});
}

OpResult sum_of_inputs(const NodeContext& node) {
  return weighted_sum(node, std::vector<double>(node.inputs.size(), 1));
}

OpResult mean_of_inputs(const NodeContext& node) {
  const std::size_t count = node.inputs.size();
  return weighted_sum(node, std::vector<double>(count, 1 / static_cast<double>(count)));
}

OpResult multiply(const NodeContext& node) {
  if (node.input(1).constant != nullptr) return scaled(node, 0, node.input(1).constant);
  if (node.input(0).constant != nullptr) return scaled(node, 1, node.input(0).constant);
  return nonlinear("multiplies two tensors that are not constant",
                   broadcast_shape(node.shape(0), node.shape(1)));
}

OpResult divide(const NodeContext& node) {
  Extents shape = broadcast_shape(node.shape(0), node.shape(1));
  const Constant divisor = node.input(1).constant;
  if (divisor == nullptr) {
    return nonlinear("divides by a tensor that is not constant", std::move(shape));
  }
  Constant factors = reciprocals(*divisor);
  if (factors == nullptr) return nonlinear("divides by zero", std::move(shape));
  return scaled(node, 0, std::move(factors));
}

OpResult negate(const NodeContext& node) {
  return linear(node.shape(0), {{identity_part(node.shape(0), -1), 0}});
}

OpResult same(const NodeContext& node) {
  return linear(node.shape(0), {{identity_part(node.shape(0)), 0}});
}

OpResult cast(const NodeContext& node) {
  const auto to = static_cast<ElementType>(node.attributes.whole("to", 0));
  if (to == ElementType::unknown) throw FormatError("attribute 'to' is missing");
  OpResult result = same(node);
  result.type = to;
  if (!is_floating(to) || !is_floating(node.input(0).type)) {
    result.not_linear = "makes " + to_string(to) + " of " + to_string(node.input(0).type);
  }
  return result;
}

OpResult dropout(const NodeContext& node) {
  const bool has_mode = node.has(2) && node.numbers(2).size() == 1;
  if (has_mode && number_at(node.numbers(2), 0) != 0) {
    return nonlinear("drops at random, in training mode", node.shape(0));
  }
  return same(node);
}

OpResult batch_normalization(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  // Until operator set 6 an attribute said that it was not training.
  const bool is_old = node.opset < 7 && !node.attributes.flag("is_test", false);
  if (is_old || node.attributes.flag("training_mode", false)) {
    return nonlinear("normalizes by the batch itself, in training mode", shape);
  }
  if (!node.attributes.flag("spatial", true)) {
    return nonlinear("normalizes every pixel by itself (spatial 0), which is not supported", shape);
  }
  if (shape.size() < 2) throw FormatError("the input " + shape_text(shape) + " has no channels");
  const ChannelScales scales = channel_scales(node, shape[1]);
  const Extents steps = steps_through(shape);
  ContractionSpec times{.input = shape};
  ContractionSpec plus{.input = {shape[1]}};
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const Index step = axis == 1 ? 1 : 0;
    times.output.push_back({shape[axis], steps[axis], step});
    plus.output.push_back({shape[axis], step, 0});
  }
  return linear(shape, {{make_part(std::move(times), {make_numbers(scales.scale), 1}), 0},
                        {make_part(std::move(plus)), 0, make_numbers(scales.shift)}});
}

}  // namespace toeplix::onnx_detail
