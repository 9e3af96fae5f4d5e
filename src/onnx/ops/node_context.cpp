#include "onnx/ops/node_context.hpp"

#include <algorithm>

namespace toeplix::onnx_detail {

const Value& NodeContext::input(std::size_t number) const {
  if (has(number)) return *inputs[number];
  throw FormatError("input " + std::to_string(number) + " is missing");
}

const Extents& NodeContext::shape(std::size_t number) const {
  const Value& value = input(number);
  if (value.shape) return *value.shape;
  const std::string maker = value.maker.empty() ? "" : ", which comes from " + value.maker + ',';
  throw GeometryError("the shape of '" + value.name + "'" + maker +
                      " is not known; give it in shapes, such as " + value.name + "=1,3,224,224");
}

Constant NodeContext::constant(std::size_t number) const {
  if (!has(number)) return nullptr;
  if (inputs[number]->constant != nullptr) return inputs[number]->constant;
  throw FormatError("input " + std::to_string(number) + ", '" + inputs[number]->name +
                    "', is not a constant");
}

const Tensor& NodeContext::numbers(std::size_t number) const {
  input(number);
  return *constant(number);
}

std::optional<Extents> NodeContext::wholes(std::size_t number) const {
  const Constant tensor = constant(number);
  if (tensor == nullptr) return std::nullopt;
  const auto* list = std::get_if<std::vector<std::int64_t>>(&tensor->values);
  if (list != nullptr && tensor->shape.size() <= 1) return Extents(list->begin(), list->end());
  throw FormatError("input " + std::to_string(number) + ", '" + inputs[number]->name +
                    "', is of type " + to_string(tensor->type) + " and shape " +
                    shape_text(tensor->shape) + "; expected whole numbers along one axis");
}

std::size_t NodeContext::axis(Index number, std::size_t count) const {
  const auto axes = static_cast<Index>(count);
  if (number >= -axes && number < axes) {
    return static_cast<std::size_t>(number < 0 ? number + axes : number);
  }
  throw FormatError("axis " + std::to_string(number) + " is not there; the shape has " +
                    std::to_string(count) + (count == 1 ? " axis" : " axes"));
}

std::vector<std::size_t> NodeContext::axes(const Extents& numbers, std::size_t count) const {
  std::vector<std::size_t> found;
  for (const Index number : numbers) {
    const std::size_t at = axis(number, count);
    if (std::ranges::find(found, at) != found.end()) {
      throw FormatError("axis " + std::to_string(number) + " is there twice");
    }
    found.push_back(at);
  }
  return found;
}

}  // namespace toeplix::onnx_detail
