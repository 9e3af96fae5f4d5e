#pragma once

#include <toeplix/onnx/model.hpp>

#include <onnx/onnx_pb.h>

#include <memory>
#include <string>
#include <vector>

namespace toeplix::test {

/// Numbers of one of the types that models have most.
::onnx::TensorProto make_tensor(const std::string& name, const Extents& shape,
                                const std::vector<double>& numbers,
                                int type = ::onnx::TensorProto::FLOAT);

// Attributes of a node or of a graph in one.
void set(::onnx::NodeProto& node, const std::string& name, int value);
void set(::onnx::NodeProto& node, const std::string& name, Index value);
void set(::onnx::NodeProto& node, const std::string& name, float value);
void set(::onnx::NodeProto& node, const std::string& name, const char* value);
void set(::onnx::NodeProto& node, const std::string& name, const Extents& values);
void set(::onnx::NodeProto& node, const std::string& name, const std::vector<float>& values);
void set(::onnx::NodeProto& node, const std::string& name, const ::onnx::TensorProto& value);
void set(::onnx::NodeProto& node, const std::string& name, const ::onnx::GraphProto& value);

/// Adds to a graph, of a model or of a branch.
class GraphBuilder {
 public:
  explicit GraphBuilder(::onnx::GraphProto& graph) : graph_(graph) {}

  /// A dimension of -1 is free.
  GraphBuilder& input(const std::string& name, const Extents& shape,
                      int type = ::onnx::TensorProto::FLOAT);
  /// An output of which no shape is stated.
  GraphBuilder& output(const std::string& name);
  GraphBuilder& state(const std::string& name, const Extents& shape);
  GraphBuilder& constant(const std::string& name, const Extents& shape,
                         const std::vector<double>& numbers, int type = ::onnx::TensorProto::FLOAT);
  GraphBuilder& wholes(const std::string& name, const std::vector<double>& numbers);
  ::onnx::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs,
                          const std::vector<std::string>& outputs, const std::string& name = "");

 private:
  ::onnx::GraphProto& graph_;
};

/// A model in the making. Copies share it.
class ModelBuilder : public GraphBuilder {
 public:
  explicit ModelBuilder(Index opset = 13)
      : ModelBuilder(opset, std::make_shared<::onnx::ModelProto>()) {}

  ::onnx::ModelProto& proto() const { return *model_; }
  std::string bytes() const { return model_->SerializeAsString(); }
  OnnxModel read(const OnnxOptions& options = {}) const;

 private:
  ModelBuilder(Index opset, std::shared_ptr<::onnx::ModelProto> model);

  std::shared_ptr<::onnx::ModelProto> model_;
};

}  // namespace toeplix::test
