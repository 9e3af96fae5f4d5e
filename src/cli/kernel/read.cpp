#include "cli/kernel/read.hpp"

#include "cli/arguments.hpp"
#include "cli/array_files.hpp"
#include "cli/capacity.hpp"
#include "cli/kernel/builtin.hpp"
#include "cli/kernel/typed.hpp"
#include "cli/words.hpp"
#include "reference/nearest_word.hpp"

#include <toeplix/files/matlab_array.hpp>
#include <toeplix/files/npz_array.hpp>
#include <toeplix/files/png.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <numeric>
#include <optional>
#include <system_error>

namespace toeplix::cli {
namespace {

using Kind = KernelWord::Kind;

/// What the extension of a file says.
std::optional<Kind> kind_of_file(const std::string& path) {
  const std::string extension = extension_of(path);
  if (extension == ".npy") return Kind::npy;
  if (extension == ".npz") return Kind::npz;
  if (extension == ".mat") return Kind::mat;
  if (extension == ".png") return Kind::png;
  return std::nullopt;
}

bool is_existing_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

/// A file, or an array in one: `model.npz:conv1.weight`, `psf.mat:h`.
std::optional<KernelWord> parse_file(const std::string& text) {
  if (is_stream(text)) return KernelWord{Kind::npy, input_name(text), text, ""};
  const auto kind_of_all = kind_of_file(text);
  if (kind_of_all && is_existing_file(text)) return KernelWord{*kind_of_all, text, text, ""};
  for (std::size_t colon = text.find(':'); colon != text.npos; colon = text.find(':', colon + 1)) {
    const std::string path = text.substr(0, colon);
    const auto kind = kind_of_file(path);
    if (kind == Kind::npz || kind == Kind::mat) {
      if (text.size() == colon + 1) throw UsageError(text + ": expected a name behind the colon");
      return KernelWord{*kind, text, path, text.substr(colon + 1)};
    }
  }
  if (kind_of_all) return KernelWord{*kind_of_all, text, text, ""};
  return std::nullopt;
}

/// A picture of a point that was blurred.
std::vector<double> read_point_spread(const std::string& path, Extents& shape, Index budget) {
  Image image =
      read_within_memory([&] { return read_png(path, {.resources = {.memory_budget = budget}}); });
  const double sum = std::accumulate(image.samples.begin(), image.samples.end(), 0.0);
  if (image.channels != 1 || sum == 0) {
    throw UsageError(path + ": expected a grey picture of a kernel that is not black");
  }
  for (double& value : image.samples) value /= sum;
  shape = {image.height, image.width};
  return std::move(image.samples);
}

/// Reads of a file by `read`, and says how an array is chosen if it holds several.
template <class Read>
auto read_member(const KernelWord& word, const Read& read) {
  const auto refuse = [&word](const Error& error) {
    return UsageError(std::string(error.what()) + ", as " + word.path + ":NAME");
  };
  try {
    return read_within_memory(read);
  } catch (const MatlabChoiceError& error) {
    throw refuse(error);
  } catch (const NpzChoiceError& error) {
    throw refuse(error);
  }
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
      "kernel '{}': {}expected numbers such as 0,1;2,3, a .npy, .npz, .mat or .png file, or {}",
      text, meant.empty() ? "" : fmt::format("did you mean {}? ", meant), builtin_kernels_help()));
}

template <class T>
NpyArray<T> read_kernel(const KernelWord& word, Index budget) {
  switch (word.kind) {
    case Kind::npy:
      return read_array<T>(word.path, budget);
    case Kind::npz:
      return read_member(word, [&] {
        check_array_memory(read_npz_array_header(word.path, word.array), sizeof(T),
                           "the array of " + word.text, budget);
        return read_npz_array<T>(word.path, word.array);
      });
    case Kind::mat:
      return read_member(word, [&] {
        return read_matlab_array<T>(
            word.path, {.variable = word.array, .resources = {.memory_budget = budget}});
      });
    case Kind::png: {
      Extents shape;
      const std::vector<double> values = read_point_spread(word.path, shape, budget);
      return {shape, converted<T>(values)};
    }
    default: {
      const TypedKernel typed = typed_kernel(word.text);
      return {typed.extents, converted<T>(typed.values)};
    }
  }
}

bool is_float_kernel(const KernelWord& word, Index budget) {
  const auto type = read_member(word, [&]() -> std::optional<NumberType> {
    if (word.kind == Kind::npy) return read_array_header(word.path, budget).type;
    if (word.kind == Kind::npz) return read_npz_array_header(word.path, word.array).type;
    if (word.kind != Kind::mat) return std::nullopt;
    return read_matlab_header(word.path, MatlabKind::dense, word.array).type;
  });
  return type == NumberType::float16 || type == NumberType::float32;
}

template NpyArray<float> read_kernel(const KernelWord&, Index);
template NpyArray<double> read_kernel(const KernelWord&, Index);

}  // namespace toeplix::cli
