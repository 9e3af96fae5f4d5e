#pragma once

#include <toeplix/error.hpp>
#include <toeplix/resources.hpp>

#include "onnx/ops/attributes.hpp"
#include "onnx/parts/linear_form.hpp"
#include "onnx/schema/reading_budget.hpp"

#include <optional>
#include <string>
#include <vector>

namespace toeplix::onnx_detail {

/// What is known of a tensor while the graph is walked.
struct Value {
  std::string name = {};
  ElementType type = ElementType::unknown;
  std::optional<Extents> shape = {};
  Constant constant = nullptr;  ///< its numbers, if the model has them
  std::string maker = {};       ///< the node that makes it, for messages
};

/// What a node says and reads. The functions throw FormatError, without the node's name.
struct NodeContext {
  const ::onnx::NodeProto& proto;
  Attributes attributes;
  Index opset;
  std::vector<const Value*> inputs;  ///< nullptr: left out
  ReadingBudget& budget;
  Resources resources;

  const std::string& op() const { return proto.op_type(); }
  std::size_t outputs() const { return static_cast<std::size_t>(proto.output_size()); }
  bool has(std::size_t input) const { return input < inputs.size() && inputs[input] != nullptr; }
  /// Throws FormatError if it is left out.
  const Value& input(std::size_t number) const;
  /// Throws GeometryError, which says how to give it, if the shape is not known.
  const Extents& shape(std::size_t number) const;
  /// Nothing if the input is left out. Throws FormatError if it is not constant.
  Constant constant(std::size_t number) const;
  /// Throws FormatError if it is left out or not constant.
  const Tensor& numbers(std::size_t number) const;
  /// Whole numbers of a constant input of one axis at most; nothing if it is left out.
  std::optional<Extents> wholes(std::size_t number) const;
  /// The number of an axis in [0, count), from one that may count from the last.
  std::size_t axis(Index number, std::size_t count) const;
  /// Likewise of several, each there once.
  std::vector<std::size_t> axes(const Extents& numbers, std::size_t count) const;
};

/// What becomes of a node. One form per output; if there are fewer, the others are not linear.
struct OpResult {
  std::vector<LinearForm> forms = {};
  /// If this is not empty the node is not linear, for that reason, and of the forms only the shapes
  /// count.
  std::string not_linear = {};
  /// Of the first output, and all others; unknown: that of the first input.
  ElementType type = ElementType::unknown;
};

/// A node that is not linear but whose output has this shape.
inline OpResult nonlinear(const std::string& why, Extents shape,
                          ElementType type = ElementType::unknown) {
  OpResult result{{}, why, type};
  result.forms.push_back({std::move(shape), {}, {}});
  return result;
}

/// A node with one output that is linear in inputs.
inline OpResult linear(Extents shape, std::vector<Term> terms) {
  OpResult result;
  result.forms.push_back({std::move(shape), std::move(terms), {}});
  return result;
}

}  // namespace toeplix::onnx_detail
