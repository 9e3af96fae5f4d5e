#include "cli/onnx/layer.hpp"

#include "cli/words.hpp"
#include "reference/nearest_word.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

namespace toeplix::cli {
namespace {

/// The one that is meant: by its number, otherwise by its name.
template <class Part>
const Part& find(const std::vector<Part>& parts, const std::string& text, const char* what) {
  const auto number = number_of<std::size_t>(text);
  if (number && *number < parts.size()) return parts[*number];
  for (const Part& part : parts) {
    if (part.name() == text) return part;
  }
  std::string message = fmt::format("no {} {}", what, text);
  if (parts.empty()) throw UsageError(message + "; the model has none");
  if (number) throw UsageError(fmt::format("{}; they are 0 to {}", message, parts.size() - 1));
  std::vector<std::string_view> names;
  for (const Part& part : parts) names.push_back(part.name());
  const std::string_view near = detail::nearest_word(text, names);
  if (!near.empty()) message += fmt::format("; did you mean {}?", near);
  throw UsageError(message);
}

/// Matrices of as many rows side by side.
template <class Scalar>
FileMatrix<Scalar> side_by_side(const std::vector<AffineMap<Scalar, std::int64_t>>& maps) {
  if (maps.size() == 1) return maps.front().matrix();
  Index cols = 0;
  Index entries = 0;
  for (const auto& map : maps) {
    cols += map.cols();
    entries += map.nnz();
  }
  FileMatrix<Scalar> all(maps.front().rows(), cols);
  all.resizeNonZeros(entries);
  Index written = 0;
  for (Index row = 0; row < all.rows(); ++row) {
    all.outerIndexPtr()[row] = written;
    Index first = 0;
    for (const auto& map : maps) {
      const auto& matrix = map.matrix();
      for (typename FileMatrix<Scalar>::InnerIterator entry(matrix, row); entry; ++entry) {
        all.innerIndexPtr()[written] = first + entry.col();
        all.valuePtr()[written++] = entry.value();
      }
      first += map.cols();
    }
  }
  all.outerIndexPtr()[all.rows()] = written;
  return all;
}

}  // namespace

const std::string& part_name(const OnnxPart& part) {
  return std::visit([](const auto& one) -> const std::string& { return one.name(); }, part);
}

std::vector<OnnxTensor> part_inputs(const OnnxPart& part) {
  return std::visit([](const auto& one) { return one.inputs(); }, part);
}

OnnxTensor part_output(const OnnxPart& part) {
  return std::visit([](const auto& one) { return one.output(); }, part);
}

Index part_rows(const OnnxPart& part) {
  return std::visit([](const auto& one) { return one.rows(); }, part);
}

Index part_cols(const OnnxPart& part) {
  return std::visit(
      [](const auto& one) {
        Index cols = 0;
        for (std::size_t input = 0; input < one.inputs().size(); ++input) cols += one.cols(input);
        return cols;
      },
      part);
}

Index part_nnz(const OnnxPart& part) {
  if (const auto* const segment = std::get_if<OnnxSegment>(&part)) return segment->nnz();
  const auto& node = std::get<OnnxNode>(part);
  Index entries = 0;
  for (std::size_t input = 0; input < node.inputs().size(); ++input) entries += node.nnz(input);
  return entries;
}

double matrix_bytes(Index rows, Index entries, std::size_t scalar_bytes) {
  const bool is_narrow = std::max(rows, entries) < std::numeric_limits<std::int32_t>::max();
  const double index = is_narrow ? 4 : 8;
  return static_cast<double>(entries) * (static_cast<double>(scalar_bytes) + index) +
         (static_cast<double>(rows) + 1) * index;
}

OnnxPart find_segment(const OnnxModel& model, const std::string& text) {
  return find(model.segments(), text, "segment");
}

OnnxPart find_node(const OnnxModel& model, const std::string& text) {
  return find(model.nodes(), text, "linear node");
}

template <class Scalar>
OnnxLayer<Scalar> compile_layer(const OnnxPart& part, const Resources& resources) {
  std::vector<AffineMap<Scalar, std::int64_t>> maps;
  std::visit(
      [&](const auto& one) {
        for (std::size_t input = 0; input < one.inputs().size(); ++input) {
          maps.push_back(one.template map<Scalar, std::int64_t>(input, resources));
        }
      },
      part);
  const auto& offset = maps.front().offset();
  return {side_by_side(maps), {offset.begin(), offset.end()}};
}

template OnnxLayer<float> compile_layer(const OnnxPart&, const Resources&);
template OnnxLayer<double> compile_layer(const OnnxPart&, const Resources&);

}  // namespace toeplix::cli
