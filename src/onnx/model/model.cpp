#include <toeplix/onnx/model.hpp>

#include "onnx/graph/walk.hpp"
#include "onnx/model/model_state.hpp"
#include "onnx/schema/read_model.hpp"

#include <algorithm>

namespace toeplix {

namespace {

std::shared_ptr<const onnx_detail::ModelState> state_of(::onnx::ModelProto& model,
                                                        const std::filesystem::path& folder,
                                                        const OnnxOptions& options,
                                                        onnx_detail::ReadingBudget& budget) {
  auto state = std::make_shared<onnx_detail::ModelState>();
  state->graph = onnx_detail::Walk(options, {folder, &state->external_files}, budget).run(model);
  state->segments = onnx_detail::plan_segments(state->graph);
  return state;
}

}  // namespace

OnnxModel read_onnx(const std::filesystem::path& path, const OnnxOptions& options) {
  onnx_detail::ReadingBudget budget(options.resources);
  ::onnx::ModelProto model = onnx_detail::read_model(path, budget);
  const std::filesystem::path folder = path.parent_path();
  return OnnxModel(state_of(model, folder.empty() ? "." : folder, options, budget));
}

OnnxModel read_onnx(std::span<const std::byte> bytes, const OnnxOptions& options) {
  onnx_detail::ReadingBudget budget(options.resources);
  ::onnx::ModelProto model = onnx_detail::parse_model(bytes, "the model");
  return OnnxModel(state_of(model, {}, options, budget));
}

Index OnnxModel::opset() const {
  return state_->graph.opset;
}

std::vector<OnnxTensor> OnnxModel::inputs() const {
  return state_->tensors_of(state_->graph.inputs);
}

std::vector<OnnxTensor> OnnxModel::outputs() const {
  return state_->tensors_of(state_->graph.outputs);
}

std::vector<OnnxNode> OnnxModel::nodes() const {
  std::vector<OnnxNode> nodes;
  for (std::size_t i = 0; i < state_->graph.linear.size(); ++i) nodes.push_back({state_, i});
  return nodes;
}

std::vector<OnnxSegment> OnnxModel::segments() const {
  std::vector<OnnxSegment> segments;
  for (std::size_t i = 0; i < state_->segments.size(); ++i) segments.push_back({state_, i});
  return segments;
}

std::vector<std::filesystem::path> OnnxModel::external_files() const {
  return {state_->external_files.begin(), state_->external_files.end()};
}

bool OnnxModel::has_doubles() const {
  const onnx_detail::LinearGraph& graph = state_->graph;
  return std::ranges::any_of(graph.linear, [&](const onnx_detail::LinearNode& node) {
    return graph.tensors[node.output].type == onnx_detail::ElementType::float64;
  });
}

std::vector<OnnxOtherNode> OnnxModel::nonlinear() const {
  std::vector<OnnxOtherNode> nodes;
  for (const onnx_detail::OtherNode& node : state_->graph.others) {
    nodes.push_back({node.name, node.op, node.domain, node.position,
                     state_->tensors_of(node.inputs), state_->tensors_of(node.outputs),
                     node.kind != onnx_detail::OtherKind::unknown, node.reason});
  }
  return nodes;
}

}  // namespace toeplix
