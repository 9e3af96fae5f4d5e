#include "onnx/graph/sort.hpp"

#include <toeplix/error.hpp>

#include <map>
#include <queue>

namespace toeplix::onnx_detail {

namespace {

/// The node that makes each tensor.
using Makers = std::map<std::string, int>;

Makers makers_of(const ::onnx::GraphProto& graph, const TensorTest& here) {
  Makers makers;
  for (int number = 0; number < graph.node_size(); ++number) {
    for (const std::string& output : graph.node(number).output()) {
      if (output.empty()) continue;
      const bool is_new = makers.emplace(output, number).second;
      if (is_new && !here(output)) continue;
      throw FormatError(
          node_title(graph.node(number), number) + ": the output '" + output +
          "' is already there; " +
          (is_new ? "it is an input or initializer"
                  : node_title(graph.node(makers[output]), makers[output]) + " makes it, too"));
    }
  }
  return makers;
}

[[noreturn]] void refuse_cycle(const ::onnx::GraphProto& graph, const Makers& makers,
                               const std::vector<int>& waits_for) {
  // Whoever goes back from a node that waits, to one that it waits for, comes round in the end.
  int number = 0;
  while (waits_for[static_cast<std::size_t>(number)] == 0) ++number;
  std::set<int> seen;
  while (seen.insert(number).second) {
    for (const std::string& name : tensors_read(graph.node(number))) {
      const auto maker = makers.find(name);
      if (maker == makers.end() || waits_for[static_cast<std::size_t>(maker->second)] == 0)
        continue;
      number = maker->second;
      break;
    }
  }
  throw FormatError(node_title(graph.node(number), number) +
                    ": its output comes back to its input; a graph must not have cycles");
}

void collect_read(const ::onnx::GraphProto& graph, std::set<std::string>& read);

/// Adds the tensors that a node reads; those of graphs within it, too.
void collect_read(const ::onnx::NodeProto& node, std::set<std::string>& read) {
  for (const std::string& input : node.input()) {
    if (!input.empty()) read.insert(input);
  }
  for (const ::onnx::AttributeProto& attribute : node.attribute()) {
    if (attribute.has_g()) collect_read(attribute.g(), read);
    for (const ::onnx::GraphProto& graph : attribute.graphs()) collect_read(graph, read);
  }
}

void collect_read(const ::onnx::GraphProto& graph, std::set<std::string>& read) {
  std::set<std::string> inner;
  for (const ::onnx::NodeProto& node : graph.node()) collect_read(node, inner);
  for (const ::onnx::ValueInfoProto& output : graph.output()) inner.insert(output.name());
  for (const ::onnx::NodeProto& node : graph.node()) {
    for (const std::string& output : node.output()) inner.erase(output);
  }
  for (const ::onnx::ValueInfoProto& input : graph.input()) inner.erase(input.name());
  for (const ::onnx::TensorProto& tensor : graph.initializer()) inner.erase(tensor.name());
  read.merge(inner);
}

}  // namespace

std::string node_title(const ::onnx::NodeProto& node, int number) {
  const std::string name =
      node.name().empty() ? "node " + std::to_string(number) : "node '" + node.name() + '\'';
  return name + " (" + node.op_type() + ')';
}

std::set<std::string> tensors_read(const ::onnx::NodeProto& node) {
  std::set<std::string> read;
  collect_read(node, read);
  return read;
}

std::vector<int> sorted_nodes(const ::onnx::GraphProto& graph, const TensorTest& here,
                              const TensorTest& outside) {
  const Makers makers = makers_of(graph, here);
  const auto count = static_cast<std::size_t>(graph.node_size());
  std::vector<int> waits_for(count, 0);
  std::vector<std::vector<int>> readers(count);
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (int number = 0; number < graph.node_size(); ++number) {
    const ::onnx::NodeProto& node = graph.node(number);
    for (const std::string& name : tensors_read(node)) {
      const auto maker = makers.find(name);
      if (maker != makers.end()) {
        readers[static_cast<std::size_t>(maker->second)].push_back(number);
        ++waits_for[static_cast<std::size_t>(number)];
      } else if (!here(name) && !outside(name)) {
        throw FormatError(node_title(node, number) + ": the tensor '" + name +
                          "' is missing; no node makes it, and it is no input or initializer");
      }
    }
    if (waits_for[static_cast<std::size_t>(number)] == 0) ready.push(number);
  }
  std::vector<int> order;
  while (!ready.empty()) {
    const int number = ready.top();
    ready.pop();
    order.push_back(number);
    for (const int reader : readers[static_cast<std::size_t>(number)]) {
      if (--waits_for[static_cast<std::size_t>(reader)] == 0) ready.push(reader);
    }
  }
  if (order.size() < count) refuse_cycle(graph, makers, waits_for);
  return order;
}

}  // namespace toeplix::onnx_detail
