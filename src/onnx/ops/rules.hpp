#pragma once

#include "onnx/ops/node_context.hpp"

#include <string>
#include <vector>

namespace toeplix::onnx_detail {

/// An attribute, and the operator sets that have it.
struct AttributeRule {
  std::string name;
  Index since = 0;
  Index until = 99;
};

/// What is known of an operator.
struct OpRule {
  OpResult (*apply)(const NodeContext&);  ///< forms and shapes
  bool may_be_linear;
  std::size_t least_inputs;
  std::size_t most_inputs;
  std::vector<AttributeRule> attributes = {};     ///< those that may be there, if it may be linear
  std::vector<std::size_t> constant_inputs = {};  ///< without them nothing is known of the output
  Index since = 7;                                ///< the first operator set that it holds in
  Index until = 99;                               ///< the last one
  bool takes_empty = true;                        ///< whether input 0 may have no elements
};

/// The rule of an operator of ONNX's own domain; nullptr if it is not known.
const OpRule* rule_of(const std::string& op);

/// Throws FormatError for an attribute that the operator does not have in this operator set, and
/// for too few or too many inputs.
void check_rule(const OpRule& rule, const NodeContext& node);

}  // namespace toeplix::onnx_detail
