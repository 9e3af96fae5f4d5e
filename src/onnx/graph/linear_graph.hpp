#pragma once

#include "onnx/ops/node_context.hpp"

#include <deque>
#include <string>
#include <vector>

namespace toeplix::onnx_detail {

/// An output of a node that is an affine function of tensors.
struct LinearNode {
  std::string name;
  std::string op;
  std::size_t position;             ///< among all nodes
  LinearForm form;                  ///< its terms number `inputs`
  std::vector<std::size_t> inputs;  ///< tensors, each once
  std::size_t output;               ///< a tensor
};

/// Whether rows of it add anything whatever the input.
inline bool has_offset(const LinearForm& form) {
  for (const Term& term : form.terms) {
    if (term.constant != nullptr) return true;
  }
  return form.fill.has_value();
}

/// Why a node is not linear.
enum class OtherKind { nonlinear, unknown };

/// Any other node.
struct OtherNode {
  std::string name;
  std::string op;
  std::string domain;
  std::size_t position;
  std::vector<std::size_t> inputs;
  std::vector<std::size_t> outputs;
  OtherKind kind;
  std::string reason;
};

/// A model's nodes, in an order in which they can be computed. Tensors are numbers.
struct LinearGraph {
  Index opset = 0;
  std::deque<Value> tensors;  ///< a deque, because nodes point to them while it grows
  std::vector<LinearNode> linear;
  std::vector<OtherNode> others;
  std::vector<std::size_t> inputs;   ///< of the graph, but for those that are constant
  std::vector<std::size_t> outputs;  ///< of the graph
  std::vector<std::size_t> needed;   ///< tensors that branches give, or bodies of loops read
};

}  // namespace toeplix::onnx_detail
