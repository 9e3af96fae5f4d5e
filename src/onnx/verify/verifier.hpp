#pragma once

#include <toeplix/onnx/model.hpp>
#include <toeplix/onnx/verify.hpp>

#include "onnx/oracle/interpreter.hpp"
#include "onnx/verify/rows.hpp"

#include <map>
#include <random>

namespace toeplix::onnx_verify {

/// Holds the nodes and segments of a model that was read against the oracle, which has the same
/// model and has not run yet.
class Verifier {
 public:
  Verifier(const OnnxModel& model, onnx_oracle::Interpreter& oracle,
           const OnnxVerifyOptions& options);

  OnnxVerification run();

 private:
  /// What the nodes get that the oracle does not make by itself.
  void feed();
  onnx_oracle::Array random_array(const Extents& shape);
  void take_node(std::size_t number);
  void check_node(const OnnxNode& node, OnnxCheck& check);
  Sums node_sums(const OnnxNode& node, const std::vector<onnx_oracle::ArrayPointer>& inputs);
  void carry(const OnnxNode& node, const Sums& sums);
  void check_segment(const OnnxSegment& segment, OnnxCheck& check);
  void tell(const OnnxCheck& check);

  const OnnxModel& model_;
  onnx_oracle::Interpreter& oracle_;
  const OnnxVerifyOptions& options_;
  Index range_bytes_;
  std::mt19937_64 random_;
  std::vector<OnnxNode> nodes_;
  std::map<std::string, std::size_t> node_of_;  ///< by the output's name
  std::map<std::string, Rounding> roundings_;   ///< by the tensor's name
  OnnxVerification result_;
  std::size_t done_ = 0;
};

}  // namespace toeplix::onnx_verify
