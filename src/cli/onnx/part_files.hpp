#pragma once

#include "cli/matrix_files.hpp"
#include "cli/onnx/layer.hpp"

#include <cstddef>
#include <string>

namespace toeplix::cli {

/// The files that are wanted of one matrix; empty paths are not.
struct PartFiles {
  MatrixFile output;
  std::string offset;
  std::string plot;
  std::string page;

  [[nodiscard]] bool any() const;
};

/// Writes the files, and prints what was written.
template <class Scalar>
void write_files(const OnnxPart& part, const OnnxLayer<Scalar>& layer, const PartFiles& files,
                 const Resources& resources, bool as_json);

/// Prints what a part is, with the nodes of a segment.
void print_part(const OnnxPart& part, std::size_t scalar_bytes, bool as_json);

}  // namespace toeplix::cli
