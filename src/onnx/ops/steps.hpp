#pragma once

#include "onnx/ops/node_context.hpp"

/// Terms that step through memory, and shapes as NumPy broadcasts them.
namespace toeplix::onnx_detail {

/// From an element to the next along each axis of a tensor in C order.
Extents steps_through(const Extents& shape);
/// The steps of a tensor that is broadcast to a shape: 0 along axes of one element. Precondition:
/// it can be.
Extents broadcast_steps(const Extents& from, const Extents& to);
/// The shape of two tensors broadcast against one another. Throws FormatError if there is none.
Extents broadcast_shape(const Extents& a, const Extents& b);

/// The elements of a tensor, broadcast to a shape, times a number.
ContractionSpec broadcast_spec(const Extents& from, const Extents& to);
PartPointer broadcast_part(const Extents& from, const Extents& to, double factor = 1);
/// A tensor as it is, times a number.
PartPointer identity_part(const Extents& shape, double factor = 1);

/// One table per axis, all identities but one. Throws CapacityError if they exceed the budget.
PartPointer table_part(const NodeContext& node, const Extents& shape, std::size_t axis,
                       CoefficientTable table);
/// Throws CapacityError if a table of so many rows, with one tap each, exceeds the budget.
void ask_for_table(const NodeContext& node, Index rows);

/// Throws FormatError for a shape without elements.
void check_elements(const char* what, const Extents& shape);

}  // namespace toeplix::onnx_detail
