#pragma once

#include <toeplix/index.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace toeplix::onnx_detail {

/// What the elements of a tensor are, by ONNX's numbers.
enum class ElementType : int {
  no_tensor = -1,  ///< a sequence or an optional
  unknown = 0,
  float32 = 1,
  uint8 = 2,
  int8 = 3,
  uint16 = 4,
  int16 = 5,
  int32 = 6,
  int64 = 7,
  text = 8,
  boolean = 9,
  float16 = 10,
  float64 = 11,
  uint32 = 12,
  uint64 = 13,
  bfloat16 = 16,
};

/// Whether they are real numbers that are rounded.
bool is_floating(ElementType type);
/// Whether they are whole numbers or truth values.
bool is_whole(ElementType type);
/// ONNX's word in small letters, such as `float16`, or `type 17` for one that has no name here.
std::string to_string(ElementType type);

/// A tensor whose numbers are known, in C order.
struct Tensor {
  /// Floats are also float16 and bfloat16, whole numbers also truth values (0 and 1).
  using Values = std::variant<std::vector<float>, std::vector<double>, std::vector<std::int64_t>>;

  ElementType type = ElementType::unknown;
  Extents shape;
  Values values;

  /// Number of elements.
  Index size() const {
    return std::visit([](const auto& list) { return static_cast<Index>(list.size()); }, values);
  }
};

/// Shared by whatever uses a tensor, so that weights are in memory once.
using Constant = std::shared_ptr<const Tensor>;

/// One element. Whole numbers beyond 2^53 are rounded.
inline double number_at(const Tensor& tensor, Index at) {
  return std::visit(
      [&](const auto& list) { return static_cast<double>(list[static_cast<std::size_t>(at)]); },
      tensor.values);
}

/// A number as a tensor of that floating type has it: rounded to 16 bits, or to those of a float.
float rounded_to(ElementType type, double number);

/// A tensor of one element without axes, or of one axis.
Constant make_scalar(double value);
Constant make_wholes(std::vector<std::int64_t> values);
Constant make_numbers(std::vector<double> values);
/// A tensor of a shape without elements.
Constant make_empty(ElementType type, const Extents& shape);

/// `(1, 3, 8, 8)`
std::string shape_text(const Extents& shape);
/// Elements of a shape whose extents are not negative, or nothing beyond 64 bits.
std::optional<Index> element_count(const Extents& shape);
/// Whether a shape has the extent 0.
inline bool is_empty(const Extents& shape) {
  return element_count(shape) == 0;
}

}  // namespace toeplix::onnx_detail
