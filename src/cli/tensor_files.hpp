#pragma once

#include "cli/arguments.hpp"

#include <filesystem>
#include <optional>
#include <vector>

namespace toeplix::cli {

/// One side of a convolution: channels and extents, and how a vector of it is laid out.
struct Tensor {
  Index channels;
  Extents extents;
  TensorOrder order;
  bool has_channel_axis = true;  ///< whether files have an axis for the channels

  /// The shape of a .npy file that holds one: (channels, extents...), or (extents..., channels)
  /// if channels come last, or (extents...) without an axis for them. A file of column_major has
  /// the indices of MATLAB's array.
  Extents file_shape() const;
  Index size() const;
};

enum class Side { input, output };

/// The input of a convolution, or its output.
Tensor tensor_of(const AnyConv& convolution, Side side);

/// Vectors of one tensor, one after another.
struct Batch {
  std::vector<double> values;
  Index count = 1;
  bool has_axis = false;     ///< whether the file has an axis for `count`, or should have
  int bit_depth = 8;         ///< of a picture
  bool loses_alpha = false;  ///< whether the picture had an alpha channel

  /// A batch of the same kind, without values.
  [[nodiscard]] Batch without_values() const {
    return {{}, count, has_axis, bit_depth, loses_alpha};
  }
};

/// True if every value of the file is exact in float. `budget`: see `read_array`.
bool fits_float(const std::filesystem::path& path, Index budget);

/// Reads vectors of `tensor` from a file, or .npy from standard input. `budget`: see `read_array`.
///
/// .npy: the file shape, with or without an axis of one channel, with or without a leading axis
/// for several. .png: a picture of as many channels as the tensor; or any, if the tensor has one:
/// each channel is then a vector of its own. Samples are 0 to 255, or 65535; an alpha channel is
/// left out.
/// Throws GeometryError for another shape, naming both.
Batch read_batch(const std::filesystem::path& path, const Tensor& tensor, Index budget);

/// What was written.
struct Summary {
  std::string file;
  Extents shape;                 ///< of the array; height, width and channels of a picture
  std::string type;              ///< as NumPy calls it: `float64`, `uint8`
  std::optional<Index> clamped;  ///< samples of a picture that were beyond its range
  bool loses_alpha = false;      ///< whether an alpha channel was left out
  /// If products were taken axis by axis: of how many terms the kernel is the sum.
  std::optional<Index> separated_terms = {};
};

/// One line, and one JSON object.
std::string to_text(const Summary& summary);
std::string to_json(const Summary& summary);

/// Writes vectors of `tensor`: a .npy file of `Scalar` (float or double), with a leading axis if
/// the batch has one, or that on standard output; or a .png picture if there are 2 axes and 1 or 3
/// channels in all. Memory: the batch, and its values once more. Throws UsageError if a picture
/// cannot hold them.
template <class Scalar>
Summary write_batch(const std::filesystem::path& path, const Tensor& tensor, Batch batch);

}  // namespace toeplix::cli
