#pragma once

#include "cli/json.hpp"
#include "cli/onnx/layer.hpp"

#include <filesystem>
#include <string>

namespace toeplix::cli {

/// How the matrices of a model are written.
struct WriteAll {
  std::filesystem::path folder;
  std::vector<std::filesystem::path> inputs;  ///< files that are read, and must stay
  bool composes = false;  ///< one matrix for a segment, not for each of its nodes
  bool deflates = false;
  Resources resources = {};
};

/// What was written.
struct AllWritten {
  Json manifest;
  std::size_t parts = 0;
  std::uintmax_t bytes = 0;
  std::vector<std::string> left_out;  ///< with reasons
};

/// Writes every node or segment of a model as a .npz matrix and a .npy offset into a folder, which
/// is made if it is not there, and then `manifest.json`, which says what each is. What exceeds the
/// memory budget is left out, and the manifest says so. `listing` is the model's, in which the
/// manifest has these nodes or segments with their files. Throws TooLarge if the disk has not room
/// for all, std::system_error or FormatError if a file cannot be written.
template <class Scalar>
AllWritten write_all(const OnnxModel& model, const Json& listing, const WriteAll& how);

}  // namespace toeplix::cli
