#pragma once

#include "onnx/schema/reading_budget.hpp"
#include "onnx/schema/tensor.hpp"

#include <onnx/onnx_pb.h>

#include <filesystem>
#include <set>

namespace toeplix::onnx_detail {

/// Where the files of a model's external tensors lie; empty: nowhere.
struct TensorFolder {
  std::filesystem::path path;
  std::set<std::filesystem::path>* files = nullptr;  ///< gets those that are read
};

/// The numbers of a tensor, from its lists, its bytes or the file that it names; the bytes are
/// taken out of `proto`. Nothing if its elements are no numbers (text), or are of a type that is
/// not known here. Throws FormatError, which begins with `what`, if shape and numbers disagree, for
/// negative dimensions, and for a file that is missing, too short, or outside the folder;
/// CapacityError beyond the budget.
Constant decode_tensor(::onnx::TensorProto& proto, const std::string& what,
                       const TensorFolder& folder, ReadingBudget& budget);

/// Reads the bytes of an external tensor. Errors as above.
std::string read_external(const ::onnx::TensorProto& proto, Index bytes, const std::string& what,
                          const TensorFolder& folder);

}  // namespace toeplix::onnx_detail
