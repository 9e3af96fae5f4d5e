#include "onnx/graph/stated_shapes.hpp"

namespace toeplix::onnx_detail {

std::optional<Extents> Stated::shape() const {
  if (!extents) return std::nullopt;
  Extents shape;
  for (const StatedExtent& extent : *extents) {
    if (!extent.number) return std::nullopt;
    shape.push_back(*extent.number);
  }
  return shape;
}

bool Stated::fits(const Extents& shape) const {
  if (!extents) return true;
  if (extents->size() != shape.size()) return false;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if ((*extents)[axis].number.value_or(shape[axis]) != shape[axis]) return false;
  }
  return true;
}

std::string Stated::text() const {
  if (!extents) return "of any number of axes";
  std::string text;
  for (const StatedExtent& extent : *extents) {
    const std::string word = extent.word.empty() ? "?" : extent.word;
    text += (text.empty() ? "" : ", ") + (extent.number ? std::to_string(*extent.number) : word);
  }
  return '(' + text + (extents->size() == 1 ? ",)" : ")");
}

Stated stated_of(const ::onnx::ValueInfoProto& info) {
  Stated stated;
  if (!info.type().has_tensor_type()) {
    // A type that is there but empty says nothing.
    if (info.type().value_case() != ::onnx::TypeProto::VALUE_NOT_SET) {
      stated.type = ElementType::no_tensor;
    }
    return stated;
  }
  const auto& tensor = info.type().tensor_type();
  stated.type = static_cast<ElementType>(tensor.elem_type());
  if (!tensor.has_shape()) return stated;
  stated.extents.emplace();
  for (const auto& dimension : tensor.shape().dim()) {
    StatedExtent extent{{}, dimension.dim_param()};
    if (dimension.has_dim_value() && dimension.dim_value() > 0) {
      extent.number = dimension.dim_value();
    }
    stated.extents->push_back(extent);
  }
  return stated;
}

}  // namespace toeplix::onnx_detail
