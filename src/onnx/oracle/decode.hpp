#pragma once

#include "onnx/oracle/array.hpp"

#include <filesystem>

namespace toeplix::onnx_oracle {

/// The numbers of a tensor: typed lists, raw bytes, or a file in `folder` (empty: there is none).
/// Throws FormatError for types without numbers, and if there are not as many as the shape has.
Array decode(const ::onnx::TensorProto& proto, const std::filesystem::path& folder,
             const Budget& budget);

/// Rounds real numbers to those that the array's type has.
void round_to_type(Array& array);

}  // namespace toeplix::onnx_oracle
