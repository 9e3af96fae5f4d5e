#pragma once

#include "case.hpp"

#include <onnx/onnx_pb.h>

#include <filesystem>

namespace toeplix::conformance {

/// An ONNX tensor with what its type says of the precision that it was computed in.
struct OnnxTensor {
  Tensor tensor;
  /// float32 for floats. Whole numbers are exact in doubles, and are checked as those.
  Precision precision = Precision::float64;
};

/// The values of a tensor of float, double, int32 or int64, as raw bytes or as a list. Throws
/// CaseError for others, for one in a file of its own, and if values and dimensions disagree.
OnnxTensor decode(const onnx::TensorProto& proto);

/// Reads a .pb file. Throws CaseError for a file that is not a whole tensor.
OnnxTensor read_onnx_tensor(const std::filesystem::path& path);

/// Reads a .onnx file. Throws CaseError for a file that is not a model.
onnx::ModelProto read_onnx_model(const std::filesystem::path& path);

}  // namespace toeplix::conformance
