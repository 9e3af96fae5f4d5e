#pragma once

#include "onnx/schema/tensor.hpp"

#include <onnx/onnx_pb.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace toeplix::onnx_detail {

/// One dimension that a model states: a number, or a word for what is free.
struct StatedExtent {
  std::optional<Index> number;
  std::string word;
};

/// What a model states of a tensor.
struct Stated {
  ElementType type = ElementType::unknown;
  std::optional<std::vector<StatedExtent>> extents = {};  ///< nothing: not even their number

  /// The shape, if every dimension is a number.
  std::optional<Extents> shape() const;
  /// Whether a shape has these dimensions.
  bool fits(const Extents& shape) const;
  /// `(N, 3, ?, ?)`
  std::string text() const;
};

/// What a value_info says. Dimensions below 1 are free: exporters write 0 and -1 for that.
Stated stated_of(const ::onnx::ValueInfoProto& info);

}  // namespace toeplix::onnx_detail
