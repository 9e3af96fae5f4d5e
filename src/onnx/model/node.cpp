#include <toeplix/onnx/model.hpp>

#include "onnx/model/model_state.hpp"
#include "onnx/segments/node_map.hpp"

namespace toeplix {

namespace {

using onnx_detail::ConvolutionPart;
using onnx_detail::LinearNode;
using onnx_detail::ModelState;
using onnx_detail::TransposedPart;

/// The first matrix of a node, if it is of that kind.
template <class Kind>
const Kind* part_of(const LinearNode& node) {
  return std::get_if<Kind>(node.form.terms.front().part.get());
}

/// Calls `get` with the part of a convolution of either kind, and gives `otherwise` if there is
/// none.
template <class Result, class Get>
Result of_windows(const LinearNode& node, Result otherwise, const Get& get) {
  if (const auto* part = part_of<ConvolutionPart>(node)) return get(*part);
  if (const auto* part = part_of<TransposedPart>(node)) return get(*part);
  return otherwise;
}

}  // namespace

void onnx_detail::check_input(const std::string& name, std::size_t input, std::size_t count) {
  if (input < count) return;
  throw GeometryError("'" + name + "' has no input " + std::to_string(input) + "; it has " +
                      std::to_string(count) + ", counted from 0");
}

const std::string& OnnxNode::name() const {
  return state_->graph.linear[number_].name;
}

const std::string& OnnxNode::op_type() const {
  return state_->graph.linear[number_].op;
}

std::size_t OnnxNode::position() const {
  return state_->graph.linear[number_].position;
}

std::vector<OnnxTensor> OnnxNode::inputs() const {
  return state_->tensors_of(state_->graph.linear[number_].inputs);
}

OnnxTensor OnnxNode::output() const {
  return state_->tensor(state_->graph.linear[number_].output);
}

Index OnnxNode::rows() const {
  return size_of(state_->graph, state_->graph.linear[number_].output);
}

Index OnnxNode::cols(std::size_t input) const {
  const LinearNode& node = state_->graph.linear[number_];
  onnx_detail::check_input(node.name, input, node.inputs.size());
  return size_of(state_->graph, node.inputs[input]);
}

Index OnnxNode::nnz(std::size_t input) const {
  const LinearNode& node = state_->graph.linear[number_];
  onnx_detail::check_input(node.name, input, node.inputs.size());
  return input_nnz(node, input);
}

template <RealMatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> OnnxNode::map(std::size_t input, const Resources& resources) const {
  return map_rows<Scalar, StorageIndex>(0, rows(), input, resources);
}

template <RealMatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> OnnxNode::map_rows(Index first, Index last, std::size_t input,
                                                   const Resources& resources) const {
  const LinearNode& node = state_->graph.linear[number_];
  onnx_detail::check_input(node.name, input, node.inputs.size());
  if (first < 0 || last <= first || last > rows()) {
    throw GeometryError("'" + node.name + "': rows " + std::to_string(first) + " to " +
                        std::to_string(last) + " are empty or not within the " +
                        std::to_string(rows()) + " rows");
  }
  auto map = onnx_detail::input_map<Scalar, StorageIndex>(state_->graph, node, input, first, last,
                                                          resources);
  if (input != 0 || !has_offset(node.form)) return map;
  return map.with_offset(onnx_detail::node_offset<Scalar>(
      node, first, last, onnx_detail::what_is_left(resources, onnx_detail::bytes_of(map))));
}

std::optional<Convolution> OnnxNode::convolution() const {
  const auto* part = part_of<ConvolutionPart>(state_->graph.linear[number_]);
  return part != nullptr ? std::optional(part->image) : std::nullopt;
}

std::optional<TransposedConvolution> OnnxNode::transposed_convolution() const {
  const auto* part = part_of<TransposedPart>(state_->graph.linear[number_]);
  return part != nullptr ? std::optional(part->image) : std::nullopt;
}

Index OnnxNode::batch() const {
  return of_windows<Index>(state_->graph.linear[number_], 1,
                           [](const auto& part) { return part.batch; });
}

template <RealMatrixScalar Scalar>
std::vector<Scalar> OnnxNode::weights() const {
  using Numbers = std::vector<Scalar>;
  return of_windows<Numbers>(state_->graph.linear[number_], {}, [](const auto& part) {
    const auto weights = onnx_detail::convert<Scalar>(part.weights);
    return Numbers(weights.span().begin(), weights.span().end());
  });
}

template <RealMatrixScalar Scalar>
std::vector<Scalar> OnnxNode::bias() const {
  using Numbers = std::vector<Scalar>;
  const LinearNode& node = state_->graph.linear[number_];
  return of_windows<Numbers>(node, {}, [&](const auto& part) {
    const auto channels = static_cast<std::size_t>(part.image.out_channels());
    if (node.form.terms.size() < 2 || node.form.terms[1].constant == nullptr) {
      return Numbers(channels, 0);
    }
    const auto bias = onnx_detail::convert<Scalar>({node.form.terms[1].constant, 1});
    return Numbers(bias.span().begin(), bias.span().end());
  });
}

template AffineMap<float, std::int32_t> OnnxNode::map(std::size_t, const Resources&) const;
template AffineMap<float, std::int64_t> OnnxNode::map(std::size_t, const Resources&) const;
template AffineMap<double, std::int32_t> OnnxNode::map(std::size_t, const Resources&) const;
template AffineMap<double, std::int64_t> OnnxNode::map(std::size_t, const Resources&) const;
template AffineMap<float, std::int32_t> OnnxNode::map_rows(Index, Index, std::size_t,
                                                           const Resources&) const;
template AffineMap<float, std::int64_t> OnnxNode::map_rows(Index, Index, std::size_t,
                                                           const Resources&) const;
template AffineMap<double, std::int32_t> OnnxNode::map_rows(Index, Index, std::size_t,
                                                            const Resources&) const;
template AffineMap<double, std::int64_t> OnnxNode::map_rows(Index, Index, std::size_t,
                                                            const Resources&) const;
template std::vector<float> OnnxNode::weights() const;
template std::vector<double> OnnxNode::weights() const;
template std::vector<float> OnnxNode::bias() const;
template std::vector<double> OnnxNode::bias() const;

}  // namespace toeplix
