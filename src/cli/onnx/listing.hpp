#pragma once

#include "cli/json.hpp"
#include "cli/onnx/layer.hpp"

#include <string>

namespace toeplix::cli {

/// A model's segments, and the nodes between them that are not linear, as a table.
std::string listing_text(const std::string& file, const OnnxModel& model, std::size_t scalar_bytes);
/// The same as JSON, and every linear node once.
Json listing_json(const std::string& file, const OnnxModel& model, std::size_t scalar_bytes);

/// What a part is, as JSON: its name, tensors, rows, columns, entries and bytes; of a segment also
/// the names of its nodes.
Json part_json(const OnnxPart& part, std::size_t scalar_bytes);

/// `1x3x224x224`; `scalar` if there are no axes.
std::string shape_text(const Extents& shape);

}  // namespace toeplix::cli
