#pragma once

#include "cli/matrix_files.hpp"

#include <toeplix/affine_map.hpp>
#include <toeplix/onnx/model.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace toeplix::cli {

/// A part of a model that is one function y = A x + b: a segment, or a node by itself.
using OnnxPart = std::variant<OnnxSegment, OnnxNode>;

const std::string& part_name(const OnnxPart& part);
std::vector<OnnxTensor> part_inputs(const OnnxPart& part);
OnnxTensor part_output(const OnnxPart& part);
Index part_rows(const OnnxPart& part);
/// Columns of all inputs together.
Index part_cols(const OnnxPart& part);
/// Entries of a node's matrix; of a segment those of all its nodes.
Index part_nnz(const OnnxPart& part);
/// What the matrices of so many entries and rows take with indices of 32 bits, if these suffice.
double matrix_bytes(Index rows, Index entries, std::size_t scalar_bytes);

/// Finds a segment by its number, from 0, or if there is none by the name of its last node; or a
/// node likewise. Throws UsageError if there is none, with the nearest name.
OnnxPart find_segment(const OnnxModel& model, const std::string& text);
OnnxPart find_node(const OnnxModel& model, const std::string& text);

/// A and b of a part; the matrices of several inputs stand side by side.
template <class Scalar>
struct OnnxLayer {
  FileMatrix<Scalar> matrix;
  std::vector<Scalar> offset;
};

/// Throws CapacityError beyond the memory budget.
template <class Scalar>
OnnxLayer<Scalar> compile_layer(const OnnxPart& part, const Resources& resources);

}  // namespace toeplix::cli
