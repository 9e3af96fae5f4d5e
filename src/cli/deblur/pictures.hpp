#pragma once

#include <toeplix/image.hpp>

#include <Eigen/Core>

#include <string>
#include <vector>

namespace toeplix::cli {

/// The sample that is white.
double white_of(const Image& image);

/// A column for each channel, from 0 to 1.
Eigen::MatrixXd pixels_of(const Image& image);
/// A picture of these pixels, with the extents and the depth of another.
Image image_of(const Eigen::MatrixXd& pixels, const Image& like);

/// Peak signal-to-noise ratio in decibels, of pictures from 0 to 1.
double psnr(const Eigen::MatrixXd& pixels, const Eigen::MatrixXd& truth);

/// Reads a picture. Throws UsageError unless it has the extents and channels of `photo`.
Image read_truth(const std::string& path, const Image& photo);

/// Pictures of equal extents side by side, on white.
Image side_by_side(const std::vector<Image>& pictures);

}  // namespace toeplix::cli
