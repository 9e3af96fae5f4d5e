#include "onnx/segments/plan.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace toeplix::onnx_detail {

namespace {

/// The linear node that makes each tensor.
using LinearMakers = std::map<std::size_t, std::size_t>;

/// Tensors that are needed by what is not linear.
std::set<std::size_t> needed_tensors(const LinearGraph& graph) {
  std::set<std::size_t> needed(graph.outputs.begin(), graph.outputs.end());
  needed.insert(graph.needed.begin(), graph.needed.end());
  for (const OtherNode& node : graph.others) needed.insert(node.inputs.begin(), node.inputs.end());
  return needed;
}

/// The linear nodes behind a node, and itself, ascending.
std::vector<std::size_t> cone_of(const LinearGraph& graph, const LinearMakers& makers,
                                 std::size_t last) {
  std::set<std::size_t> cone;
  std::vector<std::size_t> open = {last};
  while (!open.empty()) {
    const std::size_t node = open.back();
    open.pop_back();
    if (!cone.insert(node).second) continue;
    for (const std::size_t input : graph.linear[node].inputs) {
      const auto maker = makers.find(input);
      if (maker != makers.end()) open.push_back(maker->second);
    }
  }
  return {cone.begin(), cone.end()};
}

SegmentPlan plan_of(const LinearGraph& graph, const LinearMakers& makers, std::size_t last) {
  SegmentPlan plan{graph.linear[last].output, cone_of(graph, makers, last), {}, true};
  const std::size_t* before = nullptr;
  for (const std::size_t number : plan.nodes) {
    const LinearNode& node = graph.linear[number];
    for (const std::size_t input : node.inputs) {
      const bool is_source = !makers.contains(input);
      if (is_source && std::ranges::find(plan.inputs, input) == plan.inputs.end()) {
        plan.inputs.push_back(input);
      }
    }
    const bool follows = before == nullptr || node.inputs.front() == *before;
    plan.is_chain = plan.is_chain && node.inputs.size() == 1 && follows;
    before = &node.output;
  }
  std::ranges::sort(plan.inputs);
  return plan;
}

}  // namespace

std::vector<SegmentPlan> plan_segments(const LinearGraph& graph) {
  LinearMakers makers;
  for (std::size_t i = 0; i < graph.linear.size(); ++i) makers[graph.linear[i].output] = i;
  const std::set<std::size_t> needed = needed_tensors(graph);
  std::vector<SegmentPlan> plans;
  for (std::size_t i = 0; i < graph.linear.size(); ++i) {
    if (needed.contains(graph.linear[i].output)) plans.push_back(plan_of(graph, makers, i));
  }
  return plans;
}

}  // namespace toeplix::onnx_detail
