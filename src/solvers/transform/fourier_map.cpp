#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>
#include <toeplix/solvers/fourier_map.hpp>

#include "core/base/check_resources.hpp"
#include "solvers/base/check.hpp"
#include "solvers/base/pieces.hpp"
#include "solvers/transform/extended_image.hpp"
#include "solvers/transform/symbol.hpp"

#include <memory>

namespace toeplix {

namespace detail {

namespace {

/// The products, for a pattern that is not transposed.
class FourierProduct {
 public:
  FourierProduct(const Pattern& pattern, std::span<const double> weights, int threads)
      : channels_(pattern.channels()),
        threads_(threads),
        image_(pattern),
        transform_(image_.extents(), bases(), threads) {
    for (Index group = 0; group < channels_.groups; ++group) {
      const KernelTaps taps = taps_of(pattern, weights, {.group = group});
      symbols_.push_back(symbol_of(taps, image_.extents(), bases(), threads));
      for (double& number : symbols_.back()) number /= transform_.scale();
    }
  }

  void forward(std::span<const double> x, std::span<double> y) const {
    Eigen::VectorXd numbers = room();
    for (Index group = 0; group < channels_.groups; ++group) {
      image_.extend(x.data() + group * channels_.column_stride, plane(numbers), threads_);
      convolve(group, 1, numbers);
      image_.cut(plane(numbers), y.data() + group * channels_.row_stride, threads_);
    }
  }

  void transposed(std::span<const double> y, std::span<double> x) const {
    Eigen::VectorXd numbers = room();
    for (Index group = 0; group < channels_.groups; ++group) {
      image_.place(y.data() + group * channels_.row_stride, plane(numbers), threads_);
      convolve(group, -1, numbers);
      image_.fold_back(plane(numbers), x.data() + group * channels_.column_stride, threads_);
    }
  }

 private:
  [[nodiscard]] std::vector<Basis> bases() const {
    return std::vector<Basis>(image_.extents().size(), Basis::fourier);
  }
  /// For an image and its spectrum.
  [[nodiscard]] Eigen::VectorXd room() const {
    return Eigen::VectorXd(image_.size() + transform_.spectrum_size());
  }
  [[nodiscard]] std::span<double> plane(Eigen::VectorXd& numbers) const {
    return {numbers.data(), static_cast<std::size_t>(image_.size())};
  }

  /// Replaces an image by its circular convolution with the kernel; with the mirrored one if the
  /// sign of the symbol's imaginary part is -1.
  void convolve(Index group, double sign, Eigen::VectorXd& numbers) const {
    const std::span<double> spectrum(numbers.data() + image_.size(),
                                     static_cast<std::size_t>(transform_.spectrum_size()));
    transform_.forward(plane(numbers), spectrum);
    const double* const symbol = symbols_[static_cast<std::size_t>(group)].data();
    Pieces(threads_).each(transform_.spectrum_size() / 2, [&](Index begin, Index end) {
      for (Index i = 2 * begin; i < 2 * end; i += 2) {
        double* const number = spectrum.data() + i;
        const double real = symbol[i];
        const double imaginary = sign * symbol[i + 1];
        const double product = real * number[0] - imaginary * number[1];
        number[1] = real * number[1] + imaginary * number[0];
        number[0] = product;
      }
    });
    transform_.inverse(spectrum, plane(numbers));
  }

  Pattern::Channels channels_;
  int threads_;
  ExtendedImage image_;
  GridTransform transform_;
  std::vector<std::vector<double>> symbols_;  // one for each group, over the transform's scale
};

void check_room(const Pattern& pattern, const Resources& resources) {
  check_resources(resources);
  const double bytes = fourier_bytes(pattern, pattern.channels().groups);
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  if (bytes <= static_cast<double>(budget)) return;
  throw CapacityError(
      "the transforms of the extended image need " + std::to_string(whole_number(bytes)) +
          " bytes, which exceeds the memory budget of " + std::to_string(budget) + " bytes",
      CapacityCause::memory_budget, whole_number(bytes / sizeof(double)), whole_number(bytes),
      "use Operator, which extends nothing");
}

}  // namespace

}  // namespace detail

std::string fourier_misfit(const Pattern& pattern) {
  if (!detail::has_transforms()) return "the library was built without FFTW";
  if (pattern.is_per_pixel()) return "there is a kernel for every pixel";
  const Pattern::Channels& c = pattern.channels();
  if (c.rows_per_group != 1 || c.columns_per_group != 1) return "channels are mixed";
  for (const Pattern::Axis& axis : pattern.axes()) {
    const AxisGeometry& g = axis.table.geometry();
    if (g.stride != 1) return "a stride is not 1";
    if (g.input_dilation != 1) return "the image is spread (input_dilation)";
  }
  return {};
}

LinearMap<double> fourier_map(const Pattern& pattern, std::span<const double> weights,
                              const Resources& resources) {
  const std::string misfit = fourier_misfit(pattern);
  if (!misfit.empty()) throw SolverError("Fourier transforms do not serve here: " + misfit);
  detail::check_numbers("weights", weights, pattern.weight_count());
  const bool is_transposed = pattern.axes().front().table.is_transposed();
  const Pattern forward = is_transposed ? pattern.transposed() : pattern;
  detail::check_room(forward, resources);
  const auto product =
      std::make_shared<const detail::FourierProduct>(forward, weights, resources.threads);
  const auto map = LinearMap<double>::from_products(
      forward.rows(), forward.cols(),
      [product](std::span<const double> x, std::span<double> y) { product->forward(x, y); },
      [product](std::span<const double> y, std::span<double> x) { product->transposed(y, x); });
  return is_transposed ? map.transpose() : map;
}

}  // namespace toeplix
