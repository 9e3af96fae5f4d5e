#pragma once

#include <toeplix/image.hpp>

#include <Eigen/Core>

#include <string>
#include <vector>

namespace toeplix::cli {

/// A picture from a .png file, or an array from a .npy file.
struct Photo {
  Image image;           ///< samples as the file has them; of a volume all rows, one below another
  double white = 255;    ///< the sample that is white
  Extents array = {};    ///< the shape of the array; empty: it was a picture
  Extents extents = {};  ///< of the pixels: height and width, or those of a volume
  bool is_volume = false;     ///< whether every axis of the array is one of pixels
  bool is_white_one = false;  ///< whether white is 1, as of all numbers that are not whole
};

/// Reads a .png picture with its alpha channel; or a .npy array of shape (height, width) or
/// (channels, height, width). White is the largest number of an unsigned integer of 8 or 16 bits,
/// otherwise 1. `-` reads .npy from standard input, within the budget. Throws UsageError for
/// another extension or shape, and for a number that is not finite.
Photo read_photo(const std::string& path, Index budget);

/// Reads a .npy array of one channel, all of whose axes are pixels: a volume, a line, a picture.
/// Otherwise as `read_photo`.
Photo read_volume(const std::string& path, Index budget);

/// Writes a .png picture, with the alpha channel that the photo has, or a .npy array of doubles,
/// which is neither rounded nor clamped; `-` writes that on standard output. Answers how many
/// samples were clamped.
Index write_photo(const std::string& path, const Photo& photo);

/// A column for each channel, from 0 to 1.
Eigen::MatrixXd pixels_of(const Photo& photo);
/// Writes pixels into the samples of a photo of their extents, whatever these were.
void set_pixels(const Eigen::MatrixXd& pixels, Photo& photo);

/// Peak signal-to-noise ratio in decibels, of pictures from 0 to 1.
double psnr(const Eigen::MatrixXd& pixels, const Eigen::MatrixXd& truth);

/// Reads a photo or volume. Throws UsageError unless it has the extents and channels of `like`.
Photo read_truth(const std::string& path, const Photo& like, Index budget);

/// A picture of photos of equal extents side by side, on white. It has no alpha channel.
Image side_by_side(const std::vector<Photo>& photos);

}  // namespace toeplix::cli
