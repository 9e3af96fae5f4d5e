#include "cli/onnx/write_all.hpp"

#include <toeplix/files/text_file.hpp>

#include "cli/arguments.hpp"
#include "cli/array_files.hpp"
#include "cli/capacity.hpp"
#include "cli/matrix_summary.hpp"
#include "cli/onnx/listing.hpp"
#include "cli/progress.hpp"

#include <fmt/format.h>

#include <cctype>

namespace toeplix::cli {
namespace {

/// A name that every file system takes: numbered, so that no two are the same.
std::string stem_of(std::size_t number, const std::string& name) {
  constexpr std::size_t longest = 60;
  std::string letters = name.substr(0, longest);
  for (char& letter : letters) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-';
    if (!is_plain) letter = '_';
  }
  return fmt::format("{:03}_{}", number, letters);
}

std::vector<OnnxPart> parts_of(const OnnxModel& model, bool composes) {
  std::vector<OnnxPart> parts;
  if (composes) {
    for (const OnnxSegment& segment : model.segments()) parts.emplace_back(segment);
  } else {
    for (const OnnxNode& node : model.nodes()) parts.emplace_back(node);
  }
  return parts;
}

/// Throws TooLarge if the matrices do not fit where they are to be. Those of segments are only
/// known when they are made.
void check_space(const std::vector<OnnxPart>& parts, std::size_t scalar_bytes,
                 const WriteAll& how) {
  if (how.composes || how.deflates) return;
  double bytes = 0;
  for (const OnnxPart& part : parts) {
    bytes += matrix_bytes(part_rows(part), part_nnz(part), scalar_bytes);
  }
  std::error_code failed;
  const auto space = std::filesystem::space(how.folder, failed);
  if (failed || bytes <= static_cast<double>(space.available)) return;
  throw TooLarge(
      fmt::format("{}: the matrices take {:.0f} bytes, but {} are free there; use "
                  "--compress, or --segment K",
                  how.folder.string(), bytes, space.available));
}

std::filesystem::path manifest_of(const WriteAll& how) {
  return how.folder / "manifest.json";
}

/// Throws UsageError if the folder is none, or a file would be written over one that is read.
void check_targets(const std::vector<OnnxPart>& parts, const WriteAll& how) {
  std::error_code ignored;
  if (std::filesystem::exists(how.folder, ignored) &&
      !std::filesystem::is_directory(how.folder, ignored)) {
    throw UsageError(how.folder.string() + ": is not a folder");
  }
  std::vector<std::filesystem::path> outputs = {manifest_of(how)};
  for (std::size_t number = 0; number < parts.size(); ++number) {
    const std::string stem = stem_of(number, part_name(parts[number]));
    outputs.push_back(how.folder / (stem + ".npz"));
    outputs.push_back(how.folder / (stem + "_offset.npy"));
  }
  // Those that are there can be the files that are read; no two of the names are the same.
  std::erase_if(outputs, [&](const auto& path) { return !std::filesystem::exists(path, ignored); });
  for (const std::filesystem::path& output : outputs) check_distinct({output}, how.inputs);
}

/// Writes a part's files. Answers their bytes.
template <class Scalar>
std::uintmax_t write_part(const OnnxPart& part, const std::string& stem, const WriteAll& how,
                          Json& json) {
  OnnxLayer<Scalar> layer = compile_layer<Scalar>(part, how.resources);
  MatrixFile file;
  file.path = (how.folder / (stem + ".npz")).string();
  file.deflates = how.deflates;
  const MatrixSummary written =
      write_narrow<Scalar>(layer.matrix, file, how.resources.memory_budget);
  const std::filesystem::path offset = how.folder / (stem + "_offset.npy");
  write_array(offset, {static_cast<Index>(layer.offset.size())}, layer.offset);
  json["matrix"] = stem + ".npz";
  json["offset"] = stem + "_offset.npy";
  json["entries"] = written.json["nnz"];
  json["bytes"] = written.json["bytes"];
  return written.json["bytes"].get<std::uintmax_t>() + std::filesystem::file_size(offset);
}

}  // namespace

template <class Scalar>
AllWritten write_all(const OnnxModel& model, const Json& listing, const WriteAll& how) {
  const std::vector<OnnxPart> parts = parts_of(model, how.composes);
  check_targets(parts, how);
  std::filesystem::create_directories(how.folder);
  check_space(parts, sizeof(Scalar), how);
  AllWritten all;
  all.manifest = listing;
  // What is listed with its files need not be listed without.
  all.manifest.erase(how.composes ? "segments" : "nodes");
  Json& list = all.manifest[how.composes ? "segment_matrices" : "node_matrices"] = Json::array();
  Progress progress("writing");
  for (std::size_t number = 0; number < parts.size(); ++number) {
    const OnnxPart& part = parts[number];
    progress.say(fmt::format("writing {} of {}: {}", number + 1, parts.size(), part_name(part)));
    Json json = part_json(part, sizeof(Scalar));
    try {
      all.bytes += write_part<Scalar>(part, stem_of(number, part_name(part)), how, json);
      ++all.parts;
    } catch (const CapacityError& error) {
      json["left_out"] = with_advice(error, "raise --memory");
      all.left_out.push_back(part_name(part) + ": " + json["left_out"].get<std::string>());
    } catch (const TooLarge& error) {
      json["left_out"] = error.what();
      all.left_out.push_back(part_name(part) + ": " + error.what());
    }
    list.push_back(std::move(json));
  }
  write_text_file(manifest_of(how), json_text(all.manifest));
  return all;
}

template AllWritten write_all<float>(const OnnxModel&, const Json&, const WriteAll&);
template AllWritten write_all<double>(const OnnxModel&, const Json&, const WriteAll&);

}  // namespace toeplix::cli
