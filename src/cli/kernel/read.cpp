#include "cli/kernel/read.hpp"

#include "cli/arguments.hpp"
#include "cli/kernel/builtin.hpp"
#include "cli/kernel/typed.hpp"
#include "cli/words.hpp"
#include "reference/nearest_word.hpp"

#include <toeplix/files/npz_array.hpp>
#include <toeplix/files/png.hpp>

#include <fmt/format.h>

#include <numeric>
#include <optional>

namespace toeplix::cli {
namespace {

using Kind = KernelWord::Kind;

/// What the extension of a file says.
std::optional<Kind> kind_of_file(const std::string& path) {
  const std::string extension = extension_of(path);
  if (extension == ".npy") return Kind::npy;
  if (extension == ".npz") return Kind::npz;
  if (extension == ".png") return Kind::png;
  return std::nullopt;
}

/// A file, or an array in one: `model.npz:conv1.weight`.
std::optional<KernelWord> parse_file(const std::string& text) {
  for (std::size_t colon = text.find(':'); colon != text.npos; colon = text.find(':', colon + 1)) {
    const std::string path = text.substr(0, colon);
    if (kind_of_file(path) == Kind::npz) {
      return KernelWord{Kind::npz, text, path, text.substr(colon + 1)};
    }
  }
  if (const auto kind = kind_of_file(text)) return KernelWord{*kind, text, text, ""};
  return std::nullopt;
}

/// A picture of a point that was blurred.
std::vector<double> read_point_spread(const std::string& path, Extents& shape) {
  Image image = read_png(path);
  const double sum = std::accumulate(image.samples.begin(), image.samples.end(), 0.0);
  if (image.channels != 1 || sum == 0) {
    throw UsageError(path + ": expected a grey picture of a kernel that is not black");
  }
  for (double& value : image.samples) value /= sum;
  shape = {image.height, image.width};
  return std::move(image.samples);
}

template <class T>
std::vector<T> converted(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

KernelWord parse_kernel_word(const std::string& text) {
  constexpr std::string_view first_of_number = "0123456789.-+";
  if (auto file = parse_file(text)) return *file;
  if (names_builtin_kernel(text)) return {Kind::builtin, text, "", ""};
  const bool is_number = !text.empty() && first_of_number.find(text[0]) != text.npos;
  if (is_number) return {Kind::numbers, text, "", ""};
  const auto names = builtin_kernel_names();
  const std::string_view meant = detail::nearest_word(split(text, ':').front(), names);
  throw UsageError(fmt::format(
      "kernel '{}': {}expected numbers such as 0,1;2,3, a .npy, .npz or .png file, or {}", text,
      meant.empty() ? "" : fmt::format("did you mean {}? ", meant), builtin_kernels_help));
}

template <class T>
NpyArray<T> read_kernel(const KernelWord& word) {
  switch (word.kind) {
    case Kind::npy:
      return read_npy<T>(word.path);
    case Kind::npz:
      return read_npz_array<T>(word.path, word.array);
    case Kind::png: {
      Extents shape;
      const std::vector<double> values = read_point_spread(word.path, shape);
      return {shape, converted<T>(values)};
    }
    default: {
      const TypedKernel typed = typed_kernel(word.text);
      return {typed.extents, converted<T>(typed.values)};
    }
  }
}

bool is_float_kernel(const KernelWord& word) {
  const bool is_array = word.kind == Kind::npy || word.kind == Kind::npz;
  if (!is_array) return false;
  const NumberType type = word.kind == Kind::npy
                              ? read_npy_header(word.path).type
                              : read_npz_array_header(word.path, word.array).type;
  return type == NumberType::float16 || type == NumberType::float32;
}

template NpyArray<float> read_kernel(const KernelWord&);
template NpyArray<double> read_kernel(const KernelWord&);

}  // namespace toeplix::cli
