#include "onnx/schema/tensor.hpp"

#include "core/base/integer_math.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <map>

namespace toeplix::onnx_detail {

bool is_floating(ElementType type) {
  return type == ElementType::float32 || type == ElementType::float64 ||
         type == ElementType::float16 || type == ElementType::bfloat16;
}

bool is_whole(ElementType type) {
  switch (type) {
    case ElementType::uint8:
    case ElementType::int8:
    case ElementType::uint16:
    case ElementType::int16:
    case ElementType::int32:
    case ElementType::int64:
    case ElementType::boolean:
    case ElementType::uint32:
    case ElementType::uint64:
      return true;
    default:
      return false;
  }
}

std::string to_string(ElementType type) {
  static const std::map<ElementType, std::string> names = {
      {ElementType::no_tensor, "no tensor"}, {ElementType::unknown, "unknown"},
      {ElementType::float32, "float"},       {ElementType::uint8, "uint8"},
      {ElementType::int8, "int8"},           {ElementType::uint16, "uint16"},
      {ElementType::int16, "int16"},         {ElementType::int32, "int32"},
      {ElementType::int64, "int64"},         {ElementType::text, "string"},
      {ElementType::boolean, "bool"},        {ElementType::float16, "float16"},
      {ElementType::float64, "double"},      {ElementType::uint32, "uint32"},
      {ElementType::uint64, "uint64"},       {ElementType::bfloat16, "bfloat16"},
  };
  const auto found = names.find(type);
  return found != names.end() ? found->second : "type " + std::to_string(static_cast<int>(type));
}

float rounded_to(ElementType type, double number) {
  const auto single = static_cast<float>(number);
  if (type == ElementType::float16) return static_cast<float>(Eigen::half(single));
  if (type == ElementType::bfloat16) return static_cast<float>(Eigen::bfloat16(single));
  return single;
}

Constant make_scalar(double value) {
  return std::make_shared<const Tensor>(
      Tensor{ElementType::float64, {}, std::vector<double>{value}});
}

Constant make_wholes(std::vector<std::int64_t> values) {
  const auto length = static_cast<Index>(values.size());
  return std::make_shared<const Tensor>(Tensor{ElementType::int64, {length}, std::move(values)});
}

Constant make_numbers(std::vector<double> values) {
  const auto length = static_cast<Index>(values.size());
  return std::make_shared<const Tensor>(Tensor{ElementType::float64, {length}, std::move(values)});
}

Constant make_empty(ElementType type, const Extents& shape) {
  Tensor::Values none = std::vector<float>();
  if (is_whole(type)) none = std::vector<std::int64_t>();
  if (type == ElementType::float64) none = std::vector<double>();
  return std::make_shared<const Tensor>(Tensor{type, shape, std::move(none)});
}

std::string shape_text(const Extents& shape) {
  std::string text;
  for (const Index extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return '(' + text + (shape.size() == 1 ? ",)" : ")");
}

std::optional<Index> element_count(const Extents& shape) {
  if (std::ranges::find(shape, 0) != shape.end()) return 0;
  std::optional<Index> count = 1;
  for (const Index extent : shape) count = detail::checked_product(count, extent);
  return count;
}

}  // namespace toeplix::onnx_detail
