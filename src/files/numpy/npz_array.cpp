#include <toeplix/files/npz_array.hpp>

#include "files/bytes/byte_source.hpp"
#include "files/bytes/shown_name.hpp"
#include "files/numpy/npy_header.hpp"
#include "files/numpy/read_array.hpp"
#include "files/numpy/zip_reader.hpp"
#include "reference/instantiate.hpp"

#include <memory>

namespace toeplix {
namespace {

constexpr std::string_view array_extension = ".npy";
constexpr std::size_t most_names_listed = 12;

/// Names of the members that are .npy files, without the extension.
std::vector<std::string> array_names(const detail::ZipReader& zip) {
  std::vector<std::string> names;
  for (const detail::ZipMember& member : zip.members()) {
    if (!member.name.ends_with(array_extension)) continue;
    names.push_back(member.name.substr(0, member.name.size() - array_extension.size()));
  }
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most_names_listed; ++i) {
    text += (i == 0 ? "" : ", ") + detail::quoted_name(names[i]);
  }
  if (names.size() <= most_names_listed) return text;
  return text + " and " + std::to_string(names.size() - most_names_listed) + " more";
}

std::unique_ptr<detail::ByteStream> open_array(const detail::ZipReader& zip,
                                               const std::string& file, std::string_view name) {
  const std::vector<std::string> names = array_names(zip);
  if (names.empty()) throw detail::format_error(file, "expected an array, found none");
  if (name.empty() && names.size() > 1) {
    throw NpzChoiceError(file + ": holds several arrays, " + listed(names) +
                         ": expected the name of one");
  }
  const std::string wanted = name.empty() ? names.front() : std::string(name);
  auto stream = zip.open(wanted + std::string(array_extension));
  if (stream == nullptr) {
    throw detail::format_error(
        file, "found no array " + detail::quoted_name(wanted) + "; it has " + listed(names));
  }
  return stream;
}

}  // namespace

std::vector<std::string> npz_array_names(const std::filesystem::path& path) {
  const detail::FileSource source(path);
  return array_names(detail::ZipReader(source));
}

template <NumberScalar T>
NpyArray<T> read_npz_array(const std::filesystem::path& path, std::string_view name) {
  const detail::FileSource source(path);
  const detail::ZipReader zip(source);
  return detail::read_array<T>(*open_array(zip, source.name(), name));
}

NpyHeader read_npz_array_header(const std::filesystem::path& path, std::string_view name) {
  const detail::FileSource source(path);
  const detail::ZipReader zip(source);
  return detail::read_numeric_npy_header(*open_array(zip, source.name(), name));
}

#define TOEPLIX_INSTANTIATE(T) \
  template NpyArray<T> read_npz_array(const std::filesystem::path&, std::string_view);
TOEPLIX_FOR_EACH_NUMBER(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
