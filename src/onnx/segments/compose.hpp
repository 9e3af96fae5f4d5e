#pragma once

#include <toeplix/affine_map.hpp>

#include "onnx/segments/plan.hpp"

namespace toeplix::onnx_detail {

/// The one matrix of an input of a segment, composed node by node in their order. The offset is
/// that of the segment for input 0, and zero for others. Throws CapacityError if what exists at a
/// time exceeds the budget.
template <class Scalar, class StorageIndex>
AffineMap<Scalar, StorageIndex> composed_map(const LinearGraph& graph, const SegmentPlan& plan,
                                             std::size_t input, const Resources& resources);

}  // namespace toeplix::onnx_detail
