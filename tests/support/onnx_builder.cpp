#include "support/onnx_builder.hpp"

namespace toeplix::test {

using ::onnx::AttributeProto;
using ::onnx::TensorProto;

namespace {

AttributeProto& add_attribute(::onnx::NodeProto& node, const std::string& name,
                              AttributeProto::AttributeType type) {
  AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

void set_shape(::onnx::ValueInfoProto& info, const Extents& shape, int type) {
  auto& tensor = *info.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape();
  for (const Index extent : shape) {
    auto& dimension = *tensor.mutable_shape()->add_dim();
    if (extent >= 0) dimension.set_dim_value(extent);
    if (extent < 0) dimension.set_dim_param("N");
  }
}

}  // namespace

TensorProto make_tensor(const std::string& name, const Extents& shape,
                        const std::vector<double>& numbers, int type) {
  TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const Index extent : shape) tensor.add_dims(extent);
  for (const double number : numbers) {
    if (type == TensorProto::FLOAT) tensor.add_float_data(static_cast<float>(number));
    if (type == TensorProto::DOUBLE) tensor.add_double_data(number);
    if (type == TensorProto::INT64) tensor.add_int64_data(static_cast<std::int64_t>(number));
    if (type == TensorProto::INT32 || type == TensorProto::BOOL) {
      tensor.add_int32_data(static_cast<int>(number));
    }
  }
  return tensor;
}

void set(::onnx::NodeProto& node, const std::string& name, Index value) {
  add_attribute(node, name, AttributeProto::INT).set_i(value);
}

void set(::onnx::NodeProto& node, const std::string& name, int value) {
  set(node, name, Index{value});
}

void set(::onnx::NodeProto& node, const std::string& name, float value) {
  add_attribute(node, name, AttributeProto::FLOAT).set_f(value);
}

void set(::onnx::NodeProto& node, const std::string& name, const char* value) {
  add_attribute(node, name, AttributeProto::STRING).set_s(value);
}

void set(::onnx::NodeProto& node, const std::string& name, const Extents& values) {
  AttributeProto& attribute = add_attribute(node, name, AttributeProto::INTS);
  for (const Index value : values) attribute.add_ints(value);
}

void set(::onnx::NodeProto& node, const std::string& name, const std::vector<float>& values) {
  AttributeProto& attribute = add_attribute(node, name, AttributeProto::FLOATS);
  for (const float value : values) attribute.add_floats(value);
}

void set(::onnx::NodeProto& node, const std::string& name, const TensorProto& value) {
  *add_attribute(node, name, AttributeProto::TENSOR).mutable_t() = value;
}

void set(::onnx::NodeProto& node, const std::string& name, const ::onnx::GraphProto& value) {
  *add_attribute(node, name, AttributeProto::GRAPH).mutable_g() = value;
}

GraphBuilder& GraphBuilder::input(const std::string& name, const Extents& shape, int type) {
  ::onnx::ValueInfoProto& info = *graph_.add_input();
  info.set_name(name);
  set_shape(info, shape, type);
  return *this;
}

GraphBuilder& GraphBuilder::output(const std::string& name) {
  graph_.add_output()->set_name(name);
  return *this;
}

GraphBuilder& GraphBuilder::state(const std::string& name, const Extents& shape) {
  ::onnx::ValueInfoProto& info = *graph_.add_value_info();
  info.set_name(name);
  set_shape(info, shape, TensorProto::FLOAT);
  return *this;
}

GraphBuilder& GraphBuilder::constant(const std::string& name, const Extents& shape,
                                     const std::vector<double>& numbers, int type) {
  *graph_.add_initializer() = make_tensor(name, shape, numbers, type);
  return *this;
}

GraphBuilder& GraphBuilder::wholes(const std::string& name, const std::vector<double>& numbers) {
  return constant(name, {static_cast<Index>(numbers.size())}, numbers, TensorProto::INT64);
}

::onnx::NodeProto& GraphBuilder::node(const std::string& op, const std::vector<std::string>& inputs,
                                      const std::vector<std::string>& outputs,
                                      const std::string& name) {
  ::onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type(op);
  node.set_name(name);
  for (const std::string& input : inputs) node.add_input(input);
  for (const std::string& output : outputs) node.add_output(output);
  return node;
}

ModelBuilder::ModelBuilder(Index opset, std::shared_ptr<::onnx::ModelProto> model)
    : GraphBuilder(*model->mutable_graph()), model_(std::move(model)) {
  model_->set_ir_version(7);
  model_->add_opset_import()->set_version(opset);
}

OnnxModel ModelBuilder::read(const OnnxOptions& options) const {
  const std::string content = bytes();
  return read_onnx(std::as_bytes(std::span(content)), options);
}

}  // namespace toeplix::test
