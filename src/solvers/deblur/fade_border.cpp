#include "solvers/deblur/fade_border.hpp"

#include "solvers/transform/products.hpp"

#include <algorithm>

namespace toeplix::detail {

namespace {

/// The sums of a kernel over all axes but one, folded to the image's extent.
std::vector<double> sums_along(std::size_t axis, const Convolution& blur,
                               const std::vector<double>& kernel) {
  Index inner = 1;
  for (std::size_t a = axis + 1; a < blur.axes(); ++a) inner *= blur.kernel()[a];
  const Index extent = blur.input()[axis];
  std::vector<double> sums(static_cast<std::size_t>(extent));
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    const Index position = static_cast<Index>(i) / inner % blur.kernel()[axis];
    sums[static_cast<std::size_t>(position % extent)] += kernel[i];
  }
  return sums;
}

/// How much of a pixel stays, along one axis: 1 where the kernel does not reach the border.
std::vector<double> kept_along(const std::vector<double>& sums) {
  const std::size_t extent = sums.size();
  std::vector<double> common(extent);
  for (std::size_t i = 0; i < extent; ++i) {
    if (sums[i] == 0) continue;
    for (std::size_t apart = 0; apart < extent; ++apart) {
      common[apart] += sums[i] * sums[(i + apart) % extent];
    }
  }
  std::vector<double> kept(extent, 1);
  if (!(common[0] > 0)) return kept;
  for (std::size_t i = 0; i < extent; ++i) {
    kept[i] = 1 - std::clamp(common[i] / common[0], 0.0, 1.0);
  }
  return kept;
}

/// How much of every pixel stays.
Eigen::VectorXd kept_of(const Convolution& blur, const std::vector<double>& kernel) {
  Eigen::VectorXd kept = Eigen::VectorXd::Ones(blur.cols());
  Index inner = blur.cols();
  for (std::size_t axis = 0; axis < blur.axes(); ++axis) {
    const Index extent = blur.input()[axis];
    inner /= extent;
    const std::vector<double> along = kept_along(sums_along(axis, blur, kernel));
    for (Index i = 0; i < kept.size(); ++i) {
      kept[i] *= along[static_cast<std::size_t>(i / inner % extent)];
    }
  }
  return kept;
}

}  // namespace

Eigen::MatrixXd fade_border(const Eigen::MatrixXd& pixels, const Convolution& blur,
                            const std::vector<double>& kernel, const Resources& resources) {
  const Pattern pattern(blur);
  const Operator<double> a(pattern, kernel, {.threads = resources.threads});
  const LinearMap<double> map = fastest_products(a, pattern, kernel, resources).map;
  const Eigen::ArrayXd kept = kept_of(blur, kernel).array();
  Eigen::MatrixXd faded = pixels;
  for (Index channel = 0; channel < pixels.cols(); ++channel) {
    const Eigen::VectorXd sharp = pixels.col(channel);
    const Eigen::VectorXd blurred = map * sharp;
    faded.col(channel) = kept * sharp.array() + (1 - kept) * blurred.array();
  }
  return faded;
}

}  // namespace toeplix::detail
