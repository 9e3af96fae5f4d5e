#pragma once

#include "onnx/parts/part.hpp"

#include <Eigen/Core>

#include <optional>
#include <vector>

namespace toeplix::onnx_detail {

/// A matrix times a tensor: an input of the node by its number, or a constant.
struct Term {
  PartPointer part;  ///< nothing in a form without elements
  std::size_t input = 0;
  Constant constant = nullptr;  ///< instead of the input
};

/// y as a sum of matrices times tensors, and what a padding fills in.
struct LinearForm {
  Extents shape;
  std::vector<Term> terms;
  std::optional<Pad> fill = {};
};

/// What a form has of its constants in rows [first, last): sums are taken in double. Throws
/// CapacityError beyond the budget.
Eigen::VectorXd offset_rows(const LinearForm& form, Index first, Index last,
                            const Resources& resources);

/// The numbers of a form all of whose terms are constant, as a tensor of that type. Whole numbers
/// are exact. Throws FormatError if they are none, or exceed 64 bits.
Constant evaluate(const LinearForm& form, ElementType type, const Resources& resources);

}  // namespace toeplix::onnx_detail
