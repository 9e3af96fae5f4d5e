#include "fuzz/target.hpp"

#include <toeplix/affine.hpp>
#include <toeplix/onnx/model.hpp>

#include <algorithm>

// Reading ONNX models. What can be read has matrices of the sizes that it claims, any rows of which
// are those of the whole.

namespace toeplix::fuzz::onnx {

namespace {

constexpr Index budget = Index{1} << 22;
/// Beyond that only sizes are looked at.
constexpr Index most_entries = Index{1} << 13;

Index elements_of(const OnnxTensor& tensor) {
  Index count = 1;
  for (const Index extent : tensor.shape) count *= extent;
  return count;
}

/// Whether rows from `first` on are those of the whole matrix.
bool same_rows(const AffineMap<double>& part, const AffineMap<double>& whole, Index first) {
  const auto* const begins = whole.matrix().outerIndexPtr();
  const auto begin = begins[first];
  if (part.nnz() != begins[first + part.rows()] - begin) return false;
  const auto count = static_cast<std::size_t>(part.nnz());
  // Without entries there may be no arrays.
  const bool same_entries =
      count == 0 ||
      (std::equal(part.matrix().innerIndexPtr(), part.matrix().innerIndexPtr() + count,
                  whole.matrix().innerIndexPtr() + begin) &&
       std::memcmp(part.matrix().valuePtr(), whole.matrix().valuePtr() + begin,
                   count * sizeof(double)) == 0);
  return same_entries && std::memcmp(part.offset().data(), whole.offset().data() + first,
                                     static_cast<std::size_t>(part.rows()) * sizeof(double)) == 0;
}

void check_input(const OnnxNode& node, std::size_t input) {
  require(node.cols(input) == elements_of(node.inputs()[input]), "columns of another number");
  const auto entries = attempt([&] { return node.nnz(input); });
  if (!entries.value || *entries.value > most_entries || node.rows() > most_entries) return;
  const Resources resources{.threads = 1, .memory_budget = budget};
  const auto map = attempt([&] { return node.map<double>(input, resources); });
  if (!map.value) return;
  require(map.value->nnz() <= *entries.value, "more entries than it claims");
  const Index first = node.rows() / 3;
  const Index last = std::min(node.rows(), first + 5);
  const auto part = attempt([&] { return node.map_rows<double>(first, last, input, resources); });
  require(part.value.has_value(), "a part is refused, but not the whole");
  require(same_rows(*part.value, *map.value, first), "rows of a part are others");
}

void check_segment(const OnnxSegment& segment) {
  require(segment.rows() == elements_of(segment.output()), "rows of another number");
  require(!segment.nodes().empty(), "a segment without nodes");
  const auto entries = attempt([&] { return segment.nnz(); });
  if (!entries.value || *entries.value > most_entries || segment.rows() > most_entries) return;
  for (std::size_t i = 0; i < segment.inputs().size(); ++i) {
    attempt([&] { return segment.map<double>(i, {.threads = 1, .memory_budget = budget}).nnz(); });
  }
}

}  // namespace

void run(Bytes bytes) {
  const auto model = attempt(
      [&] { return read_onnx(bytes, {.resources = {.threads = 1, .memory_budget = budget}}); });
  if (!model.value) {
    require(!model.message.empty(), "an error without a message");
    return;
  }
  for (const OnnxNode& node : model.value->nodes()) {
    require(node.rows() == elements_of(node.output()), "rows of another number");
    for (std::size_t i = 0; i < node.inputs().size(); ++i) check_input(node, i);
  }
  for (const OnnxSegment& segment : model.value->segments()) check_segment(segment);
  for (const OnnxOtherNode& node : model.value->nonlinear()) {
    require(!node.reason.empty(), "a node that is not linear for no reason");
  }
}

}  // namespace toeplix::fuzz::onnx
