#pragma once

#include "onnx/schema/reading_budget.hpp"

#include <onnx/onnx_pb.h>

#include <cstddef>
#include <filesystem>
#include <span>

namespace toeplix::onnx_detail {

/// Reads a whole .onnx file. Throws FormatError for one that cannot be read, is not a model, is cut
/// short, has no graph, or exceeds the 2 GiB that protobuf reads; CapacityError beyond the budget.
::onnx::ModelProto read_model(const std::filesystem::path& path, ReadingBudget& budget);

/// The same from memory. `name` is what messages call it.
::onnx::ModelProto parse_model(std::span<const std::byte> bytes, const std::string& name);

}  // namespace toeplix::onnx_detail
