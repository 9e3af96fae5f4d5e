#pragma once

#include "case.hpp"

#include <filesystem>

namespace toeplix::conformance {

/// One data set of one of ONNX's backend tests.
struct OnnxCase {
  std::filesystem::path model;  ///< .../test_conv/model.onnx
  std::filesystem::path data;   ///< .../test_conv/test_data_set_0

  std::string id() const {
    return (model.parent_path().filename() / data.filename()).generic_string();
  }
};

/// All data sets below a folder, in order of their names. Throws CaseError if there are none.
std::vector<OnnxCase> find_onnx_cases(const std::filesystem::path& folder);

/// Reads a model of a single operator with its input and expected output.
///
/// It reads Conv, ConvTranspose, AveragePool, GlobalAveragePool, Pad, Resize and Upsample, also
/// between an Unsqueeze and a Squeeze, of any operator set that the backend tests use. Attributes,
/// inputs and defaults: https://onnx.ai/onnx/operators/. Throws UnknownOperator for other models,
/// CaseError for files that cannot be read.
Case read_onnx_case(const OnnxCase& source);

}  // namespace toeplix::conformance
