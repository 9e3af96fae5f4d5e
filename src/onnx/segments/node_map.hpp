#pragma once

#include <toeplix/affine_map.hpp>

#include "onnx/graph/linear_graph.hpp"

namespace toeplix::onnx_detail {

/// Rows [first, last) of the matrix of a node's input, with a zero offset, as a map to one axis.
/// `range` of all rows has the node's output shape.
template <class Scalar, class StorageIndex>
AffineMap<Scalar, StorageIndex> input_map(const LinearGraph& graph, const LinearNode& node,
                                          std::size_t input, Index first, Index last,
                                          const Resources& resources);

/// What a node adds in rows [first, last) whatever its inputs.
template <class Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> node_offset(const LinearNode& node, Index first,
                                                     Index last, const Resources& resources);

/// Entries of an input's matrices. Throws CapacityError beyond 64 bits.
Index input_nnz(const LinearNode& node, std::size_t input);

/// Elements of a tensor whose shape is known.
Index size_of(const LinearGraph& graph, std::size_t tensor);

/// The resources less what is taken already.
Resources what_is_left(const Resources& resources, Index bytes);

/// Bytes of a map's matrix.
template <class Map>
Index bytes_of(const Map& map) {
  using Scalar = typename Map::Scalar;
  using StorageIndex = typename Map::StorageIndex;
  return map.nnz() * Index{sizeof(Scalar) + sizeof(StorageIndex)} +
         (map.rows() + 1) * Index{sizeof(StorageIndex)} + map.rows() * Index{sizeof(Scalar)};
}

}  // namespace toeplix::onnx_detail
