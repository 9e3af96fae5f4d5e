#pragma once

#include "support/onnx_builder.hpp"

#include <functional>
#include <vector>

namespace toeplix::test {

/// Numbers in C order, for plain loops.
struct Array {
  Extents shape;
  std::vector<double> values;

  /// By its coordinates.
  double operator[](const Extents& at) const;
  double& operator[](const Extents& at);
};

/// Elements of a shape.
Index size_of(const Extents& shape);
/// Small whole numbers, some negative, that depend on `seed`.
Array small_array(const Extents& shape, int seed = 1);
/// The array whose element at `coordinates` is what `value` says.
Array make_array(const Extents& shape, const std::function<double(const Extents&)>& value);
/// Calls `visit` for the coordinates of a shape in C order.
void for_each_coordinate(const Extents& shape, const std::function<void(const Extents&)>& visit);

/// Checks that the model has one segment that makes `expected` of these inputs, exactly: by its
/// matrices in double and float, with the nodes' matrices one after another, and that every node's
/// sizes and ranges of rows are those of its matrix.
void check_linear(const OnnxModel& model, const std::vector<Array>& inputs, const Array& expected);

/// A model of one node `op` from "x" to "y", of which the caller sets the attributes.
class NodeModel {
 public:
  explicit NodeModel(const std::string& op, Index opset = 13);

  ModelBuilder builder;
  ::onnx::NodeProto* node;

  /// Another input of the node, which is constant.
  NodeModel& constant(const Array& array, int type = ::onnx::TensorProto::FLOAT);
  NodeModel& wholes(const std::vector<double>& numbers);
  /// An input of the node that is left out.
  NodeModel& none();
  template <class Value>
  NodeModel& with(const std::string& name, const Value& value) {
    set(*node, name, value);
    return *this;
  }
  /// Reads it for an x of this shape.
  OnnxModel read(const Extents& shape) const;
  /// Checks what it makes of small whole numbers.
  void check(const Array& x, const Array& expected) const;
  /// Checks that reading it throws `Exception` with this message behind the node's title.
  template <class Exception>
  void refuses(const Extents& shape, const std::string& message) const;
  /// Checks that it is read as not linear, for this reason.
  void is_not_linear(const Extents& shape, const std::string& reason, const Extents& output) const;

 private:
  std::string title() const;

  Index opset_;
  int constants_ = 0;
};

/// Checks that every node and segment of a model agrees with the interpreter.
void check_verified(const ModelBuilder& builder);

}  // namespace toeplix::test
