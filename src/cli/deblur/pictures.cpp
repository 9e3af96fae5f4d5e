#include "cli/deblur/pictures.hpp"

#include "cli/arguments.hpp"

#include <toeplix/files/png.hpp>

#include <fmt/format.h>

#include <cmath>

namespace toeplix::cli {

double white_of(const Image& image) {
  return std::exp2(image.bit_depth) - 1;
}

Eigen::MatrixXd pixels_of(const Image& image) {
  const Eigen::Map<const Eigen::MatrixXd> samples(image.samples.data(), image.channels,
                                                  image.height * image.width);
  return samples.transpose() / white_of(image);
}

Image image_of(const Eigen::MatrixXd& pixels, const Image& like) {
  Image image = like;
  Eigen::Map<Eigen::MatrixXd>(image.samples.data(), image.channels, image.height * image.width) =
      pixels.transpose() * white_of(like);
  return image;
}

double psnr(const Eigen::MatrixXd& pixels, const Eigen::MatrixXd& truth) {
  const Eigen::MatrixXd clamped = pixels.cwiseMax(0).cwiseMin(1);
  return -10 * std::log10((clamped - truth).squaredNorm() / static_cast<double>(truth.size()));
}

Image read_truth(const std::string& path, const Image& photo) {
  Image truth = read_png(path);
  if (truth.height != photo.height || truth.width != photo.width ||
      truth.channels != photo.channels) {
    throw UsageError(
        fmt::format("{}: expected {} x {} pixels of {} channels as in the photograph, "
                    "got {} x {} of {}",
                    path, photo.height, photo.width, photo.channels, truth.height, truth.width,
                    truth.channels));
  }
  return truth;
}

Image side_by_side(const std::vector<Image>& pictures) {
  constexpr Index gap = 8;
  const Image& first = pictures.front();
  const auto count = static_cast<Index>(pictures.size());
  Image all = first;
  all.width = count * first.width + (count - 1) * gap;
  all.samples.assign(static_cast<std::size_t>(all.height * all.width * all.channels),
                     white_of(first));
  for (Index number = 0; number < count; ++number) {
    const Image& picture = pictures[static_cast<std::size_t>(number)];
    const double scale = white_of(first) / white_of(picture);
    const Index left = number * (first.width + gap) * first.channels;
    for (Index y = 0; y < first.height; ++y) {
      const Index row = first.width * first.channels;
      for (Index i = 0; i < row; ++i) {
        all.samples[static_cast<std::size_t>(y * all.width * all.channels + left + i)] =
            picture.samples[static_cast<std::size_t>(y * row + i)] * scale;
      }
    }
  }
  return all;
}

}  // namespace toeplix::cli
