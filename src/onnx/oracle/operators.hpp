#pragma once

#include "onnx/oracle/call.hpp"

#include <set>

namespace toeplix::onnx_oracle {

using Operator = Outputs (*)(const Call&);

/// An operator, and the attributes that it knows: one function per operator, by the formulas of
/// ONNX's specification (docs/Operators.md there).
struct KnownOperator {
  Operator apply;
  std::set<std::string> attributes = {};
  bool makes_magnitudes = false;  ///< of its outputs
};

/// ONNX's operator of this name; null if the oracle does not know it.
const KnownOperator* operator_of(const std::string& name);

// arithmetic.cpp
Outputs element_function(const Call& call);
Outputs two_elements(const Call& call);
Outputs comparison(const Call& call);
Outputs sum_of_inputs(const Call& call);
Outputs mean_of_inputs(const Call& call);
Outputs where(const Call& call);
Outputs identity(const Call& call);
Outputs cast(const Call& call);
Outputs dropout(const Call& call);
Outputs batch_normalization(const Call& call);

// products.cpp
Outputs gemm(const Call& call);
Outputs matmul(const Call& call);

// convolutions.cpp
Outputs conv(const Call& call);
Outputs conv_transpose(const Call& call);

// pools.cpp
Outputs average_pool(const Call& call);
Outputs global_average_pool(const Call& call);

// pads.cpp
Outputs pad(const Call& call);

// resizes.cpp
Outputs resize(const Call& call);

// movements.cpp
Outputs transpose(const Call& call);
Outputs depth_to_space(const Call& call);
Outputs space_to_depth(const Call& call);
Outputs slice(const Call& call);
Outputs split(const Call& call);
Outputs concat(const Call& call);
Outputs gather(const Call& call);
Outputs expand(const Call& call);
Outputs tile(const Call& call);

// shapes.cpp
Outputs reshape(const Call& call);
Outputs flatten(const Call& call);
Outputs squeeze(const Call& call);
Outputs unsqueeze(const Call& call);
Outputs constant(const Call& call);
Outputs constant_of_shape(const Call& call);
Outputs shape(const Call& call);
Outputs size(const Call& call);
Outputs range(const Call& call);

// reductions.cpp
Outputs reduction(const Call& call);

}  // namespace toeplix::onnx_oracle
