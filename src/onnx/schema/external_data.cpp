#include <toeplix/error.hpp>

#include "core/base/integer_math.hpp"
#include "onnx/schema/decode_tensor.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>

namespace toeplix::onnx_detail {

namespace {

namespace fs = std::filesystem;

/// What a tensor says of its place in a file.
struct ExternalPlace {
  std::string location;
  Index offset = 0;
  std::optional<Index> length;
};

Index external_number(const std::string& key, const std::string& text, const std::string& what) {
  Index number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure == std::errc() && stop == end && number >= 0) return number;
  throw FormatError(what + ": the external " + key + " is '" + text +
                    "'; expected a number, not negative");
}

ExternalPlace external_place(const ::onnx::TensorProto& proto, const std::string& what) {
  ExternalPlace place;
  for (const ::onnx::StringStringEntryProto& entry : proto.external_data()) {
    if (entry.key() == "location") place.location = entry.value();
    if (entry.key() == "offset") place.offset = external_number("offset", entry.value(), what);
    if (entry.key() == "length") place.length = external_number("length", entry.value(), what);
  }
  return place;
}

/// The file of an external tensor. It must lie in the model's folder, links followed.
fs::path external_file(const std::string& location, const std::string& what,
                       const TensorFolder& folder) {
  const auto refuse = [&](const std::string& why) {
    throw FormatError(what + ": the external file '" + location + "' " + why);
  };
  if (folder.path.empty()) refuse("cannot be found, because the model was not read from a file");
  const fs::path relative(location);
  const bool climbs = std::find(relative.begin(), relative.end(), "..") != relative.end();
  const bool has_zero = location.find('\0') != std::string::npos;
  if (location.empty() || relative.is_absolute() || climbs || has_zero) {
    refuse("is not within the model's folder");
  }
  std::error_code failure;
  const fs::path root = fs::canonical(folder.path, failure);
  if (failure) refuse("cannot be found, because the model's folder cannot");
  const fs::path file = fs::canonical(root / relative, failure);
  if (failure || !fs::is_regular_file(file, failure)) refuse("is missing");
  const auto [end, unused] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  if (end != root.end()) refuse("is not within the model's folder");
  return file;
}

}  // namespace

std::string read_external(const ::onnx::TensorProto& proto, Index bytes, const std::string& what,
                          const TensorFolder& folder) {
  const ExternalPlace place = external_place(proto, what);
  const fs::path path = external_file(place.location, what, folder);
  if (folder.files != nullptr) folder.files->insert(path);
  std::error_code failure;
  const std::uintmax_t size = fs::file_size(path, failure);
  const auto end = detail::checked_sum(place.offset, bytes);
  if (place.length && *place.length != bytes) {
    throw FormatError(what + ": the external length is " + std::to_string(*place.length) +
                      " bytes, but the shape takes " + std::to_string(bytes));
  }
  if (failure || !end || static_cast<std::uintmax_t>(*end) > size) {
    throw FormatError(what + ": bytes " + std::to_string(place.offset) + " to " +
                      (end ? std::to_string(*end) : "2^63") + " are not in the external file '" +
                      place.location + "' of " + std::to_string(size) + " bytes");
  }
  std::string content(static_cast<std::size_t>(bytes), '\0');
  std::ifstream file(path, std::ios::binary);
  file.seekg(place.offset);
  file.read(content.data(), bytes);
  if (!file)
    throw FormatError(what + ": the external file '" + place.location + "' cannot be read");
  return content;
}

}  // namespace toeplix::onnx_detail
