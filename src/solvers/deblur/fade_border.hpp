#pragma once

#include "solvers/deblur/blur_problem.hpp"

namespace toeplix::detail {

/// The pixels of an image, a column for each channel, made such that the image may go round. Near
/// the border they fade into the image blurred circularly, which has no step there: the nearer, the
/// more the kernel has in common with itself moved across the border, by the autocorrelation of its
/// sums along the other axes (as MATLAB tapers edges before it deconvolves;
/// S. J. Reeves, IEEE Trans. Image Process. 14 (2005), says why). `blur` is circular and has
/// stride 1. Cost: two transforms of an image for each channel.
Eigen::MatrixXd fade_border(const Eigen::MatrixXd& pixels, const Convolution& blur,
                            const std::vector<double>& kernel, const Resources& resources);

}  // namespace toeplix::detail
