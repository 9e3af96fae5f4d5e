#include "onnx/oracle/array.hpp"

#include <algorithm>

namespace toeplix::onnx_oracle {

bool is_real_type(int type) {
  using ::onnx::TensorProto;
  return type == TensorProto::FLOAT || type == TensorProto::DOUBLE ||
         type == TensorProto::FLOAT16 || type == TensorProto::BFLOAT16;
}

bool Array::is_real() const {
  return is_real_type(type);
}

Index Array::size() const {
  return static_cast<Index>(is_real() ? reals.size() : wholes.size());
}

double Array::number(Index place) const {
  if (place >= size()) throw FormatError("there is no element " + std::to_string(place));
  const auto at = static_cast<std::size_t>(place);
  return is_real() ? reals[at] : static_cast<double>(wholes[at]);
}

std::string text_of(const Extents& shape) {
  std::string text = "(";
  for (const Index extent : shape) {
    text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  }
  return text + (shape.size() == 1 ? ",)" : ")");
}

Index Budget::ask(const Extents& shape) const {
  for (const Index extent : shape) {
    if (extent < 0) throw FormatError("there is no shape " + text_of(shape));
  }
  if (std::ranges::find(shape, 0) != shape.end()) return 0;
  Index count = 1;
  for (const Index extent : shape) {
    if (extent > left / 8 / count) {
      throw CapacityError("an array of shape " + text_of(shape) + " exceeds the " +
                              std::to_string(left) + " bytes that are left of the memory budget",
                          CapacityCause::memory_budget);
    }
    count *= extent;
  }
  return count;
}

Array make_array(int type, Extents shape, const Budget& budget) {
  const auto count = static_cast<std::size_t>(budget.ask(shape));
  Array array{.type = type, .shape = std::move(shape)};
  if (array.is_real()) array.reals.resize(count);
  if (!array.is_real()) array.wholes.resize(count);
  return array;
}

Array whole_array(Extents shape, std::vector<std::int64_t> numbers) {
  return {
      .type = ::onnx::TensorProto::INT64, .shape = std::move(shape), .wholes = std::move(numbers)};
}

Index place_of(const Extents& shape, const Extents& at) {
  Index place = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) place = place * shape[axis] + at[axis];
  return place;
}

Extents common_shape(const Extents& a, const Extents& b) {
  Extents longer = a.size() < b.size() ? b : a;
  const Extents& shorter = a.size() < b.size() ? a : b;
  for (std::size_t back = 1; back <= shorter.size(); ++back) {
    Index& one = longer[longer.size() - back];
    const Index other = shorter[shorter.size() - back];
    if (one != other && one != 1 && other != 1) {
      throw FormatError("shapes " + text_of(a) + " and " + text_of(b) + " do not broadcast");
    }
    if (one == 1) one = other;
  }
  return longer;
}

Extents coordinates_in(const Extents& shape, const Extents& at) {
  Extents here(at.end() - static_cast<std::ptrdiff_t>(shape.size()), at.end());
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] == 1) here[axis] = 0;
  }
  return here;
}

}  // namespace toeplix::onnx_oracle
