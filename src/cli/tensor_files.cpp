#include "cli/tensor_files.hpp"

#include "cli/array_files.hpp"
#include "cli/capacity.hpp"
#include "cli/json.hpp"

#include <toeplix/files/png.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <type_traits>
#include <utility>

namespace toeplix::cli {
namespace {

/// Axes of a source, in the order in which the result has them.
using AxisOrder = std::vector<std::size_t>;

/// The values of an array whose axes come in another order; both in C order.
std::vector<double> permute(const double* values, const Extents& shape, const AxisOrder& order) {
  Extents steps(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) steps[axis - 1] = steps[axis] * shape[axis];
  Index size = 1;
  for (const Index extent : shape) size *= extent;
  std::vector<double> result;
  result.reserve(static_cast<std::size_t>(size));
  Extents coordinate(shape.size(), 0);
  for (Index position = 0; result.size() < static_cast<std::size_t>(size);) {
    result.push_back(values[position]);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      const std::size_t source = order[axis];
      position += steps[source];
      if (++coordinate[axis] < shape[source]) break;
      position -= steps[source] * shape[source];
      coordinate[axis] = 0;
    }
  }
  return result;
}

AxisOrder reversed(std::size_t axes) {
  AxisOrder order(axes);
  std::iota(order.rbegin(), order.rend(), std::size_t{0});
  return order;
}

Extents reversed_shape(const Extents& shape) {
  return {shape.rbegin(), shape.rend()};
}

/// A file in C order against a vector: they differ for column_major alone.
std::vector<double> to_vectors(std::vector<double> values, const Tensor& tensor, Index count) {
  if (tensor.order != TensorOrder::column_major) return values;
  const Extents shape = tensor.file_shape();
  std::vector<double> result;
  result.reserve(values.size());
  for (Index i = 0; i < count; ++i) {
    const auto image = permute(values.data() + i * tensor.size(), shape, reversed(shape.size()));
    result.insert(result.end(), image.begin(), image.end());
  }
  return result;
}

/// Takes the values out of the batch.
std::vector<double> to_file(Batch& batch, const Tensor& tensor) {
  if (tensor.order != TensorOrder::column_major) return std::move(batch.values);
  const Extents shape = reversed_shape(tensor.file_shape());
  std::vector<double> result;
  result.reserve(batch.values.size());
  for (Index i = 0; i < batch.count; ++i) {
    const auto image =
        permute(batch.values.data() + i * tensor.size(), shape, reversed(shape.size()));
    result.insert(result.end(), image.begin(), image.end());
  }
  return result;
}

Extents with_axis(Index extent, Extents shape) {
  shape.insert(shape.begin(), extent);
  return shape;
}

Batch read_npy_batch(const std::filesystem::path& path, const Tensor& tensor, Index budget) {
  const Extents shape = read_array_header(path, budget).shape;
  const Extents expected = tensor.file_shape();
  const bool single = shape == expected || (tensor.channels == 1 && shape == tensor.extents);
  const bool several = shape.size() == expected.size() + 1 &&
                       std::equal(expected.begin(), expected.end(), shape.begin() + 1);
  if (!single && !several) {
    throw GeometryError(input_name(path) + ": expected shape " + format_shape(expected) +
                        " or, for N of them, " + format_shape(expected).replace(0, 1, "(N, ") +
                        ", got " + format_shape(shape));
  }
  const Index count = single ? 1 : shape[0];
  return {to_vectors(read_array<double>(path, budget).values, tensor, count), count, !single};
}

/// The picture's channels one after another, each in C order.
std::vector<double> planes_of(const Image& image) {
  return permute(image.samples.data(), {image.height, image.width, image.channels}, {2, 0, 1});
}

Batch read_png_batch(const std::filesystem::path& path, const Tensor& tensor, Index budget) {
  Image image = read_within_memory([&] {
    return read_png(path, {.resources = {.memory_budget = budget}, .alpha = PngAlpha::keep});
  });
  const bool fits = tensor.extents == Extents{image.height, image.width} &&
                    (tensor.channels == 1 || tensor.channels == image.channels);
  if (!fits) {
    throw GeometryError(path.string() + ": expected " + format_shape(tensor.extents) + " with " +
                        std::to_string(tensor.channels) + " channels, got a picture of " +
                        format_shape({image.height, image.width}) + " with " +
                        std::to_string(image.channels));
  }
  Batch batch{{}, 1, false, image.bit_depth, !image.alpha.empty()};
  if (tensor.channels == 1) {
    batch.count = image.channels;
    batch.has_axis = image.channels > 1;
  }
  const bool by_planes = batch.has_axis || tensor.order == TensorOrder::channels_first;
  std::vector<double> samples = by_planes ? planes_of(image) : std::move(image.samples);
  batch.values = to_vectors(std::move(samples), tensor, batch.count);
  return batch;
}

template <class Scalar>
Summary write_npy_batch(const std::filesystem::path& path, const Tensor& tensor, Batch& batch) {
  const std::vector<double> ordered = to_file(batch, tensor);
  Extents shape = tensor.file_shape();
  if (batch.has_axis) shape = with_axis(batch.count, std::move(shape));
  if constexpr (std::is_same_v<Scalar, double>) {
    write_array(path, shape, ordered);
  } else {
    write_array(path, shape, std::vector<Scalar>(ordered.begin(), ordered.end()));
  }
  return {path.string(), shape, fmt::format("float{}", 8 * sizeof(Scalar)), std::nullopt,
          batch.loses_alpha};
}

/// Samples of a picture: channels innermost.
std::vector<double> interleaved(const Tensor& tensor, Batch& batch) {
  std::vector<double> values = to_file(batch, tensor);
  const Index channels = tensor.channels * batch.count;
  const bool channels_last = tensor.order != TensorOrder::channels_first && batch.count == 1;
  if (channels == 1 || channels_last) return values;
  return permute(values.data(), {channels, tensor.extents[0], tensor.extents[1]}, {1, 2, 0});
}

Summary write_png_batch(const std::filesystem::path& path, const Tensor& tensor, Batch& batch) {
  const Index channels = tensor.channels * batch.count;
  const bool fits = tensor.extents.size() == 2 && (channels == 1 || channels == 3) &&
                    (batch.count == 1 || tensor.channels == 1);
  if (!fits) {
    throw UsageError(fmt::format(
        "{}: a picture has 2 axes and 1 or 3 channels, the result has {} and {}; write .npy",
        path.string(), tensor.extents.size(), channels));
  }
  const Image image{tensor.extents[0], tensor.extents[1], channels, batch.bit_depth,
                    interleaved(tensor, batch)};
  const Index clamped = write_png(path, image);
  return {path.string(),
          {image.height, image.width, channels},
          fmt::format("uint{}", image.bit_depth),
          clamped,
          batch.loses_alpha};
}

}  // namespace

std::string to_text(const Summary& summary) {
  std::string end = summary.loses_alpha ? ", without the alpha channel\n" : "\n";
  if (summary.separated_terms) {
    end +=
        fmt::format("multiplied axis by axis, by a kernel of rank {}; this differs by rounding\n",
                    *summary.separated_terms);
  }
  if (!summary.clamped) {
    return fmt::format("{}: {} of {}{}", output_name(summary.file), format_shape(summary.shape),
                       summary.type, end);
  }
  const Index channels = summary.shape[2];
  return fmt::format("{}: {} x {}, {} channel{}, {} bits, {} of {} samples clamped{}", summary.file,
                     summary.shape[0], summary.shape[1], channels, channels == 1 ? "" : "s",
                     summary.type.substr(4), *summary.clamped,
                     summary.shape[0] * summary.shape[1] * channels, end);
}

std::string to_json(const Summary& summary) {
  return json_text({{"file", summary.file},
                    {"shape", summary.shape},
                    {"type", summary.type},
                    {"clamped", json_of(summary.clamped)},
                    {"loses_alpha", summary.loses_alpha},
                    {"separated_terms", json_of(summary.separated_terms)}});
}

Extents Tensor::file_shape() const {
  if (!has_channel_axis) return extents;
  Extents shape = extents;
  const bool first = order == TensorOrder::channels_first;
  shape.insert(first ? shape.begin() : shape.end(), channels);
  return shape;
}

Index Tensor::size() const {
  return std::accumulate(extents.begin(), extents.end(), channels, std::multiplies<>());
}

Tensor tensor_of(const AnyConv& convolution, Side side) {
  const TensorOrder order = order_of(convolution);
  return std::visit(
      [&](const auto& conv) {
        return side == Side::input ? Tensor{conv.in_channels(), conv.input(), order}
                                   : Tensor{conv.out_channels(), conv.output(), order};
      },
      convolution);
}

bool fits_float(const std::filesystem::path& path, Index budget) {
  check_extension_or_stream(path, {".npy", ".png"});
  if (!is_array_file(path)) return true;
  switch (read_array_header(path, budget).type) {
    case NumberType::boolean:
    case NumberType::int8:
    case NumberType::int16:
    case NumberType::uint8:
    case NumberType::uint16:
    case NumberType::float16:
    case NumberType::float32:
    case NumberType::complex64:
      return true;
    default:
      return false;
  }
}

Batch read_batch(const std::filesystem::path& path, const Tensor& tensor, Index budget) {
  check_extension_or_stream(path, {".npy", ".png"});
  if (is_array_file(path)) return read_npy_batch(path, tensor, budget);
  return read_png_batch(path, tensor, budget);
}

template <class Scalar>
Summary write_batch(const std::filesystem::path& path, const Tensor& tensor, Batch batch) {
  if (extension_of(path) == ".png") return write_png_batch(path, tensor, batch);
  return write_npy_batch<Scalar>(path, tensor, batch);
}

template Summary write_batch<float>(const std::filesystem::path&, const Tensor&, Batch);
template Summary write_batch<double>(const std::filesystem::path&, const Tensor&, Batch);

}  // namespace toeplix::cli
