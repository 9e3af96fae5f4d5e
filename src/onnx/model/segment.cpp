#include <toeplix/onnx/model.hpp>

#include "core/base/integer_math.hpp"
#include "onnx/model/model_state.hpp"
#include "onnx/segments/compose.hpp"
#include "onnx/segments/node_map.hpp"

namespace toeplix {

const std::string& OnnxSegment::name() const {
  return state_->graph.linear[state_->segments[number_].nodes.back()].name;
}

std::vector<OnnxTensor> OnnxSegment::inputs() const {
  return state_->tensors_of(state_->segments[number_].inputs);
}

OnnxTensor OnnxSegment::output() const {
  return state_->tensor(state_->segments[number_].output);
}

std::vector<OnnxNode> OnnxSegment::nodes() const {
  std::vector<OnnxNode> nodes;
  for (const std::size_t number : state_->segments[number_].nodes) {
    nodes.push_back(OnnxNode(state_, number));
  }
  return nodes;
}

Index OnnxSegment::rows() const {
  return size_of(state_->graph, state_->segments[number_].output);
}

Index OnnxSegment::cols(std::size_t input) const {
  const auto& inputs = state_->segments[number_].inputs;
  onnx_detail::check_input(name(), input, inputs.size());
  return size_of(state_->graph, inputs[input]);
}

Index OnnxSegment::nnz() const {
  std::optional<Index> entries = 0;
  for (const OnnxNode& node : nodes()) {
    const std::size_t count = node.inputs().size();
    for (std::size_t i = 0; i < count; ++i) entries = detail::checked_sum(entries, node.nnz(i));
  }
  if (entries) return *entries;
  throw CapacityError("the entries of the nodes of '" + name() + "' exceed 64 bits");
}

bool OnnxSegment::is_chain() const {
  return state_->segments[number_].is_chain;
}

template <RealMatrixScalar Scalar, MatrixIndex StorageIndex>
AffineChain<Scalar, StorageIndex> OnnxSegment::chain(const Resources& resources) const {
  if (!is_chain()) {
    throw GeometryError("'" + name() +
                        "' is no chain: a node has several inputs, or not the one before it");
  }
  std::vector<AffineMap<Scalar, StorageIndex>> factors;
  Index bytes = 0;
  for (const OnnxNode& node : nodes()) {
    factors.push_back(
        node.map<Scalar, StorageIndex>(0, onnx_detail::what_is_left(resources, bytes)));
    bytes += onnx_detail::bytes_of(factors.back());
  }
  return AffineChain<Scalar, StorageIndex>(std::move(factors));
}

template <RealMatrixScalar Scalar, MatrixIndex StorageIndex>
AffineMap<Scalar, StorageIndex> OnnxSegment::map(std::size_t input,
                                                 const Resources& resources) const {
  onnx_detail::check_input(name(), input, state_->segments[number_].inputs.size());
  // To find the best association of very many takes longer than it can save.
  constexpr std::size_t many = 64;
  const std::size_t count = state_->segments[number_].nodes.size();
  if (!is_chain() || count < 3 || count > many) {
    return onnx_detail::composed_map<Scalar, StorageIndex>(state_->graph, state_->segments[number_],
                                                           input, resources);
  }
  const auto factors = chain<Scalar, StorageIndex>(resources);
  Index bytes = 0;
  for (const auto& factor : factors.factors()) bytes += onnx_detail::bytes_of(factor);
  return factors.compile({name(), onnx_detail::what_is_left(resources, bytes)});
}

template AffineChain<float, std::int32_t> OnnxSegment::chain(const Resources&) const;
template AffineChain<float, std::int64_t> OnnxSegment::chain(const Resources&) const;
template AffineChain<double, std::int32_t> OnnxSegment::chain(const Resources&) const;
template AffineChain<double, std::int64_t> OnnxSegment::chain(const Resources&) const;
template AffineMap<float, std::int32_t> OnnxSegment::map(std::size_t, const Resources&) const;
template AffineMap<float, std::int64_t> OnnxSegment::map(std::size_t, const Resources&) const;
template AffineMap<double, std::int32_t> OnnxSegment::map(std::size_t, const Resources&) const;
template AffineMap<double, std::int64_t> OnnxSegment::map(std::size_t, const Resources&) const;

}  // namespace toeplix
