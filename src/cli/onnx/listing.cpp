#include "cli/onnx/listing.hpp"

#include "cli/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace toeplix::cli {
namespace {

using Line = std::vector<std::string>;

/// 12345678 as 12.3 M.
std::string short_number(double number) {
  constexpr const char* units[] = {"", " k", " M", " G", " T", " P", " E"};
  std::size_t unit = 0;
  while (number >= 999.5 && unit + 1 < std::size(units)) {
    number /= 1000;
    ++unit;
  }
  if (unit == 0) return fmt::format("{:.0f}", number);
  return fmt::format("{:.3g}{}", number, units[unit]);
}

std::string tensors_text(const std::vector<OnnxTensor>& tensors) {
  std::vector<std::string> words;
  for (const OnnxTensor& tensor : tensors) words.push_back(shape_text(tensor.shape));
  return fmt::format("{}", fmt::join(words, " + "));
}

/// The operators of a segment's nodes in order, those that come several times once: `Conv Add x3`.
std::string operators_text(const OnnxSegment& segment) {
  std::vector<std::pair<std::string, int>> counted;
  for (const OnnxNode& node : segment.nodes()) {
    const std::string& op = node.op_type();
    const auto found = std::ranges::find(counted, op, &std::pair<std::string, int>::first);
    if (found == counted.end()) {
      counted.emplace_back(op, 1);
    } else {
      ++found->second;
    }
  }
  std::vector<std::string> words;
  for (const auto& [op, count] : counted) {
    words.push_back(count == 1 ? op : fmt::format("{} x{}", op, count));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

Line line_of(std::size_t number, const OnnxSegment& segment, std::size_t scalar_bytes) {
  const OnnxPart part = segment;
  const Index entries = segment.nnz();
  return {std::to_string(number),
          segment.name(),
          operators_text(segment),
          tensors_text(segment.inputs()) + " -> " + shape_text(segment.output().shape),
          fmt::format("{} x {}", segment.rows(), part_cols(part)),
          short_number(static_cast<double>(entries)),
          short_number(matrix_bytes(segment.rows(), entries, scalar_bytes)) + "B"};
}

Line line_of(const OnnxOtherNode& node) {
  return {"", node.name, (node.is_known ? "" : "unknown: ") + node.op_type,
          tensors_text(node.inputs) + " -> " + tensors_text(node.outputs)};
}

/// Columns as wide as they must be; long names are cut.
std::string table(std::vector<Line> lines) {
  constexpr std::size_t longest = 40;
  std::vector<std::size_t> widths(lines.front().size(), 0);
  for (Line& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      line[i] = printable(std::move(line[i]));
      if (line[i].size() > longest) line[i] = line[i].substr(0, longest - 3) + "...";
      widths[i] = std::max(widths[i], line[i].size());
    }
  }
  std::string text;
  for (const Line& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool is_number = i >= 4;
      row += is_number ? fmt::format("{:>{}}  ", line[i], widths[i])
                       : fmt::format("{:<{}}  ", line[i], widths[i]);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + '\n';
  }
  return text;
}

Json json_of(const OnnxTensor& tensor) {
  return {{"name", tensor.name}, {"shape", tensor.shape}};
}

Json json_of(const std::vector<OnnxTensor>& tensors) {
  Json list = Json::array();
  for (const OnnxTensor& tensor : tensors) list.push_back(json_of(tensor));
  return list;
}

Json json_of(const OnnxOtherNode& node) {
  return {{"name", node.name},
          {"op_type", node.op_type},
          {"domain", node.domain},
          {"position", node.position},
          {"known", node.is_known},
          {"reason", node.reason},
          {"inputs", json_of(node.inputs)},
          {"outputs", json_of(node.outputs)}};
}

/// Where a segment ends among the nodes.
std::size_t position_of(const OnnxSegment& segment) {
  return segment.nodes().back().position();
}

}  // namespace

std::string shape_text(const Extents& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

std::string listing_text(const std::string& file, const OnnxModel& model,
                         std::size_t scalar_bytes) {
  const std::vector<OnnxSegment> segments = model.segments();
  const std::vector<OnnxOtherNode> others = model.nonlinear();
  std::string text =
      fmt::format("{}: operator set {}; {} linear nodes in {} segments, {} others\n", file,
                  model.opset(), model.nodes().size(), segments.size(), others.size());
  std::vector<Line> lines = {
      {"segment", "name", "nodes", "input -> output", "rows x cols", "entries", "bytes"}};
  std::size_t other = 0;
  for (std::size_t number = 0; number < segments.size(); ++number) {
    for (; other < others.size() && others[other].position < position_of(segments[number]); ++other)
      lines.push_back(line_of(others[other]));
    lines.push_back(line_of(number, segments[number], scalar_bytes));
  }
  for (; other < others.size(); ++other) lines.push_back(line_of(others[other]));
  return text + table(std::move(lines));
}

Json part_json(const OnnxPart& part, std::size_t scalar_bytes) {
  const Index entries = part_nnz(part);
  Json json = {{"name", part_name(part)}};
  if (const auto* const node = std::get_if<OnnxNode>(&part)) {
    json["op_type"] = node->op_type();
    json["position"] = node->position();
  }
  json["inputs"] = json_of(part_inputs(part));
  json["output"] = json_of(part_output(part));
  json["rows"] = part_rows(part);
  json["cols"] = part_cols(part);
  json["entries"] = entries;
  json["bytes"] = static_cast<Index>(matrix_bytes(part_rows(part), entries, scalar_bytes));
  if (const auto* const segment = std::get_if<OnnxSegment>(&part)) {
    json["nodes"] = Json::array();
    for (const OnnxNode& node : segment->nodes()) json["nodes"].push_back(node.name());
  }
  return json;
}

Json listing_json(const std::string& file, const OnnxModel& model, std::size_t scalar_bytes) {
  Json segments = Json::array();
  for (const OnnxSegment& segment : model.segments()) {
    segments.push_back(part_json(segment, scalar_bytes));
  }
  Json nodes = Json::array();
  for (const OnnxNode& node : model.nodes()) nodes.push_back(part_json(node, scalar_bytes));
  Json others = Json::array();
  for (const OnnxOtherNode& node : model.nonlinear()) others.push_back(json_of(node));
  return {{"file", file},
          {"opset", model.opset()},
          {"inputs", json_of(model.inputs())},
          {"outputs", json_of(model.outputs())},
          {"segments", std::move(segments)},
          {"nodes", std::move(nodes)},
          {"nonlinear", std::move(others)}};
}

}  // namespace toeplix::cli
