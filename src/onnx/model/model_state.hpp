#pragma once

#include <toeplix/onnx/model.hpp>

#include "onnx/segments/plan.hpp"

#include <filesystem>
#include <set>

namespace toeplix::onnx_detail {

/// What all objects of a model share.
struct ModelState {
  LinearGraph graph;
  std::vector<SegmentPlan> segments;
  std::set<std::filesystem::path> external_files;

  OnnxTensor tensor(std::size_t id) const {
    return {graph.tensors[id].name, graph.tensors[id].shape.value_or(Extents())};
  }
  std::vector<OnnxTensor> tensors_of(const std::vector<std::size_t>& ids) const {
    std::vector<OnnxTensor> listed;
    for (const std::size_t id : ids) listed.push_back(tensor(id));
    return listed;
  }
};

/// Throws GeometryError for an input that is not there.
void check_input(const std::string& name, std::size_t input, std::size_t count);

}  // namespace toeplix::onnx_detail
