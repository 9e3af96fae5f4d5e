#include "cli/deblur/pictures.hpp"

#include "cli/arguments.hpp"
#include "cli/array_files.hpp"
#include "cli/capacity.hpp"

#include <toeplix/files/png.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace toeplix::cli {

namespace {

double white_of_depth(int bit_depth) {
  return std::exp2(bit_depth) - 1;
}

/// Samples of a picture from an array, whose channels come first, or the reverse.
std::vector<double> moved(const std::vector<double>& from, Index outer, Index inner) {
  std::vector<double> to(from.size());
  const Eigen::Map<const Eigen::MatrixXd> source(from.data(), inner, outer);
  Eigen::Map<Eigen::MatrixXd>(to.data(), outer, inner) = source.transpose();
  return to;
}

bool is_white_known(NumberType type) {
  return type == NumberType::uint8 || type == NumberType::uint16 || type == NumberType::float16 ||
         type == NumberType::float32 || type == NumberType::float64;
}

/// An array of numbers whose white is known, all of them finite, and of one at least.
NpyArray<double> read_samples(const std::string& path, Index budget, Photo& photo) {
  const std::string name = input_name(path);
  const NumberType type = read_array_header(path, budget).type;
  if (!is_white_known(type)) {
    throw UsageError(name +
                     ": expected numbers of type uint8, uint16 or float, whose white is known");
  }
  NpyArray<double> array = read_array<double>(path, budget);
  if (array.values.empty()) {
    throw UsageError(
        fmt::format("{}: expected pixels, got shape {}", name, format_shape(array.shape)));
  }
  if (!std::ranges::all_of(array.values, [](double value) { return std::isfinite(value); })) {
    throw UsageError(name + ": the array has a number that is not finite");
  }
  photo.array = array.shape;
  photo.image.bit_depth = type == NumberType::uint16 ? 16 : 8;
  photo.is_white_one = type != NumberType::uint8 && type != NumberType::uint16;
  photo.white = photo.is_white_one ? 1 : white_of_depth(photo.image.bit_depth);
  return array;
}

/// Throws UsageError unless a shape is that of a picture, its channels first.
void check_picture(const std::string& name, const Extents& shape) {
  const bool is_turned = shape.size() == 3 && shape[0] > 4 && shape[2] <= 4;
  if (is_turned) {
    throw UsageError(
        fmt::format("{}: shape {} has its channels last; expected (channels, height, "
                    "width), by numpy.moveaxis(x, -1, 0)",
                    name, format_shape(shape)));
  }
  if (shape.size() == 2 || shape.size() == 3) return;
  throw UsageError(
      fmt::format("{}: expected an array of shape (height, width) or (channels, height, width), "
                  "got {}; or --volume",
                  name, format_shape(shape)));
}

Photo read_array_photo(const std::string& path, Index budget) {
  Photo photo;
  const NpyArray<double> array = read_samples(path, budget, photo);
  check_picture(input_name(path), array.shape);
  Image& image = photo.image;
  const std::size_t axes = array.shape.size();
  image.height = array.shape[axes - 2];
  image.width = array.shape[axes - 1];
  image.channels = axes == 3 ? array.shape[0] : 1;
  image.samples = moved(array.values, image.channels, image.height * image.width);
  return photo;
}

void write_array_photo(const std::string& path, const Photo& photo) {
  const Image& image = photo.image;
  Extents shape = photo.array;
  if (shape.empty()) {
    shape = {image.height, image.width};
    if (image.channels > 1) shape.insert(shape.begin(), image.channels);
  }
  write_array(path, shape, moved(image.samples, image.height * image.width, image.channels));
}

}  // namespace

Photo read_photo(const std::string& path, Index budget) {
  check_extension_or_stream(path, {".png", ".npy"});
  Photo photo;
  if (is_array_file(path)) {
    photo = read_array_photo(path, budget);
  } else {
    photo.image = read_within_memory([&] {
      return read_png(path, {.resources = {.memory_budget = budget}, .alpha = PngAlpha::keep});
    });
    photo.white = white_of_depth(photo.image.bit_depth);
  }
  photo.extents = {photo.image.height, photo.image.width};
  return photo;
}

Photo read_volume(const std::string& path, Index budget) {
  check_extension_or_stream(path, {".npy"});
  Photo photo;
  photo.is_volume = true;
  NpyArray<double> array = read_samples(path, budget, photo);
  if (array.shape.empty()) {
    throw UsageError(input_name(path) + ": a number; expected an array of one axis or more");
  }
  photo.extents = array.shape;
  photo.image.width = array.shape.back();
  photo.image.height = static_cast<Index>(array.values.size()) / photo.image.width;
  photo.image.channels = 1;
  photo.image.samples = std::move(array.values);
  return photo;
}

Index write_photo(const std::string& path, const Photo& photo) {
  if (is_array_file(path)) {
    write_array_photo(path, photo);
    return 0;
  }
  const double scale = white_of_depth(photo.image.bit_depth) / photo.white;
  if (scale == 1) return write_png(path, photo.image);
  Image image = photo.image;
  for (double& sample : image.samples) sample *= scale;
  return write_png(path, image);
}

Eigen::MatrixXd pixels_of(const Photo& photo) {
  const Image& image = photo.image;
  Eigen::MatrixXd pixels(image.height * image.width, image.channels);
  for (Index channel = 0; channel < image.channels; ++channel) {
    const double* sample = image.samples.data() + channel;
    for (double& pixel : pixels.col(channel)) {
      pixel = *sample / photo.white;
      sample += image.channels;
    }
  }
  return pixels;
}

void set_pixels(const Eigen::MatrixXd& pixels, Photo& photo) {
  Image& image = photo.image;
  image.samples.resize(static_cast<std::size_t>(pixels.size()));
  for (Index channel = 0; channel < image.channels; ++channel) {
    double* sample = image.samples.data() + channel;
    for (const double pixel : pixels.col(channel)) {
      *sample = pixel * photo.white;
      sample += image.channels;
    }
  }
}

double psnr(const Eigen::MatrixXd& pixels, const Eigen::MatrixXd& truth) {
  const double square = (pixels.cwiseMax(0).cwiseMin(1) - truth).squaredNorm();
  return -10 * std::log10(square / static_cast<double>(truth.size()));
}

Photo read_truth(const std::string& path, const Photo& like, Index budget) {
  Photo truth = like.is_volume ? read_volume(path, budget) : read_photo(path, budget);
  if (truth.extents != like.extents || truth.image.channels != like.image.channels) {
    throw UsageError(
        fmt::format("{}: expected {} pixels of {} channels as in the photograph, got {} of {}",
                    input_name(path), fmt::join(like.extents, " x "), like.image.channels,
                    fmt::join(truth.extents, " x "), truth.image.channels));
  }
  return truth;
}

Image side_by_side(const std::vector<Photo>& photos) {
  constexpr Index gap = 8;
  const Image& first = photos.front().image;
  const auto count = static_cast<Index>(photos.size());
  const double white = white_of_depth(first.bit_depth);
  Image all = first;
  all.alpha.clear();
  all.width = count * first.width + (count - 1) * gap;
  all.samples.assign(static_cast<std::size_t>(all.height * all.width * all.channels), white);
  for (Index number = 0; number < count; ++number) {
    const Photo& photo = photos[static_cast<std::size_t>(number)];
    const double scale = white / photo.white;
    const Index left = number * (first.width + gap) * first.channels;
    for (Index y = 0; y < first.height; ++y) {
      const Index row = first.width * first.channels;
      for (Index i = 0; i < row; ++i) {
        all.samples[static_cast<std::size_t>(y * all.width * all.channels + left + i)] =
            photo.image.samples[static_cast<std::size_t>(y * row + i)] * scale;
      }
    }
  }
  return all;
}

}  // namespace toeplix::cli
