#pragma once

#include <toeplix/files/npy.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Dense arrays in .npz archives, as `numpy.savez` writes them: several .npy files under names. A
/// state_dict of PyTorch becomes one by `numpy.savez(path, **{n: t.numpy() for n, t in
/// d.items()})`.

namespace toeplix {

/// An archive of several arrays, none of which was named. The message lists them.
///
///     try {
///       auto array = toeplix::read_npz_array<float>("model.npz");
///     } catch (const toeplix::NpzChoiceError& error) {
///       auto array = toeplix::read_npz_array<float>("model.npz", "conv1.weight");
///     }
class NpzChoiceError : public FormatError {
 public:
  using FormatError::FormatError;
};

/// Names of the arrays of an archive, in its order.
///
/// Throws FormatError (file, byte, what was expected) for a file that is no archive of arrays.
/// Cost: reading its directory.
///
///     toeplix::npz_array_names("model.npz");  // {"conv1.weight", "conv1.bias"}
[[nodiscard]] std::vector<std::string> npz_array_names(const std::filesystem::path& path);

/// Reads one array of an archive, compressed or not. Values are converted, and errors are as those
/// of `read_npy`; a name that is not there is a FormatError that lists those that are. With an
/// empty name the archive must hold one array: NpzChoiceError if it holds several. Cost: reading
/// that array.
///
///     const auto [shape, values] = toeplix::read_npz_array<float>("model.npz", "conv1.weight");
template <NumberScalar T>
[[nodiscard]] NpyArray<T> read_npz_array(const std::filesystem::path& path,
                                         std::string_view name = {});

/// Reads the header of one array alone: its shape and its type.
///
///     toeplix::Extents shape = toeplix::read_npz_array_header("model.npz", "conv1.weight").shape;
[[nodiscard]] NpyHeader read_npz_array_header(const std::filesystem::path& path,
                                              std::string_view name = {});

}  // namespace toeplix
