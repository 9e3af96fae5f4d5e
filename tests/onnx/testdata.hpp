#pragma once

#include <toeplix/index.hpp>

#include <onnx/onnx_pb.h>

#include <filesystem>
#include <string>
#include <vector>

namespace toeplix::test {

/// Numbers of a tensor of real ones; `is_real` says whether it is.
struct RealTensor {
  bool is_real;
  double tolerance;  ///< of results in this type
  Extents shape;
  std::vector<double> values;
};

/// One of ONNX's own cases: a model, and a data set.
struct OnnxCase {
  std::string name;  ///< the folder, such as `node/test_add`
  ::onnx::ModelProto model;
  std::vector<::onnx::TensorProto>
      inputs;  ///< of the graph's inputs without initializers, in order
  std::vector<::onnx::TensorProto> outputs;
};

/// The cases below a folder that have this kind of data, by name.
std::vector<OnnxCase> read_onnx_cases(const std::filesystem::path& folder);

RealTensor real_tensor(const ::onnx::TensorProto& proto);

}  // namespace toeplix::test
