#pragma once

#include "onnx/ops/node_context.hpp"

#include <vector>

namespace toeplix::onnx_detail {

/// A tensor of that type. Throws FormatError for numbers that are not whole if the type is, or that
/// exceed 2^53 then.
Constant typed_tensor(ElementType type, Extents shape, const std::vector<double>& numbers);

/// Calls `visit(place, places)` for every element of a shape in C order: its place, and the places
/// that it has in other tensors, through which the axes go in these steps.
template <class Visit>
void for_each_place(const Extents& shape, const std::vector<Extents>& steps, const Visit& visit) {
  const Index count = element_count(shape).value_or(0);
  for (Index at = 0; at < count; ++at) {
    Extents places(steps.size(), 0);
    Index rest = at;
    for (std::size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) {
      for (std::size_t i = 0; i < steps.size(); ++i) {
        places[i] += rest % shape[axis] * steps[i][axis];
      }
    }
    visit(at, places);
  }
}

/// What an operator makes of constants element by element; nothing if it is not known here.
Constant fold_elements(const NodeContext& node);

}  // namespace toeplix::onnx_detail
