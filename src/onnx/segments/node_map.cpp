#include "onnx/segments/node_map.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix::onnx_detail {

Index size_of(const LinearGraph& graph, std::size_t tensor) {
  return element_count(*graph.tensors[tensor].shape).value_or(0);
}

Resources what_is_left(const Resources& resources, Index bytes) {
  if (resources.memory_budget == 0) return resources;
  return {resources.threads, std::max<Index>(1, resources.memory_budget - bytes)};
}

Index input_nnz(const LinearNode& node, std::size_t input) {
  std::optional<Index> entries = 0;
  std::vector<const Term*> counted;
  for (const Term& term : node.form.terms) {
    if (term.constant != nullptr || term.input != input) continue;
    const bool is_new = std::ranges::none_of(
        counted, [&](const Term* other) { return have_same_entries(*term.part, *other->part); });
    if (is_new) entries = detail::checked_sum(entries, nnz_of(*term.part));
    counted.push_back(&term);
  }
  if (entries) return *entries;
  throw CapacityError("the entries of '" + node.name + "' exceed 64 bits");
}

template <class Scalar, class StorageIndex>
AffineMap<Scalar, StorageIndex> input_map(const LinearGraph& graph, const LinearNode& node,
                                          std::size_t input, Index first, Index last,
                                          const Resources& resources) {
  using Map = AffineMap<Scalar, StorageIndex>;
  const Extents& from = *graph.tensors[node.inputs[input]].shape;
  const bool whole = first == 0 && last == size_of(graph, node.output);
  const Extents to = whole ? node.form.shape : Extents{last - first};
  std::optional<Map> map;
  for (const Term& term : node.form.terms) {
    if (term.constant != nullptr || term.input != input) continue;
    const Resources left = what_is_left(resources, map ? bytes_of(*map) : 0);
    const Map piece(detail::KnownSorted(),
                    compile_part<Scalar, StorageIndex>(*term.part, first, last, left),
                    Map::Vector::Zero(last - first), from, to, node.name);
    map = map ? sum(*map, piece, {node.name, what_is_left(left, bytes_of(piece))}) : piece;
  }
  return *map;
}

template <class Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> node_offset(const LinearNode& node, Index first,
                                                     Index last, const Resources& resources) {
  return offset_rows(node.form, first, last, resources).template cast<Scalar>();
}

template AffineMap<float, std::int32_t> input_map(const LinearGraph&, const LinearNode&,
                                                  std::size_t, Index, Index, const Resources&);
template AffineMap<float, std::int64_t> input_map(const LinearGraph&, const LinearNode&,
                                                  std::size_t, Index, Index, const Resources&);
template AffineMap<double, std::int32_t> input_map(const LinearGraph&, const LinearNode&,
                                                   std::size_t, Index, Index, const Resources&);
template AffineMap<double, std::int64_t> input_map(const LinearGraph&, const LinearNode&,
                                                   std::size_t, Index, Index, const Resources&);
template Eigen::VectorXf node_offset(const LinearNode&, Index, Index, const Resources&);
template Eigen::VectorXd node_offset(const LinearNode&, Index, Index, const Resources&);

}  // namespace toeplix::onnx_detail
