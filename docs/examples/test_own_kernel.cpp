// A kernel of one's own, held against the oracle: a quantized convolution with 8-bit data.
//
// Needs toeplix::reference alone, so no Eigen. Exits with 1 if the kernel is wrong.

#include <toeplix/first_difference.hpp>
#include <toeplix/random_spec.hpp>
#include <toeplix/reference.hpp>

#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

namespace {

using toeplix::Index;

/// What the kernel can do: images with channels first, zeros beyond the border, any numbers.
const toeplix::reference::SpecBounds bounds = {
    .fewest_axes = 2,
    .most_axes = 2,
    .largest_groups = 1,
    .smallest_padding = 0,
    .padding_rules = {toeplix::Padding::Rule::explicit_sides},
    .boundaries = {toeplix::Boundary::zero},
    .operations = {toeplix::Operation::correlation},
    .orders = {toeplix::TensorOrder::channels_first}};

/// The kernel that is tested: 8-bit weights and pixels, sums of 32 bits.
class QuantizedConvolution {
 public:
  explicit QuantizedConvolution(const toeplix::ConvolutionSpec& spec)
      : spec_(spec), output_(toeplix::reference::output_extents(spec)) {}

  std::vector<std::int32_t> operator()(const std::vector<std::int8_t>& weights,
                                       const std::vector<std::uint8_t>& x,
                                       const std::vector<std::int32_t>& bias) const {
    std::vector<std::int32_t> y;
    for (Index channel = 0; channel < spec_.out_channels; ++channel) {
      for (Index row = 0; row < output_[0]; ++row) {
        for (Index col = 0; col < output_[1]; ++col) {
          y.push_back(bias[static_cast<std::size_t>(channel)] + sum(weights, x, channel, row, col));
        }
      }
    }
    return y;
  }

 private:
  std::int32_t sum(const std::vector<std::int8_t>& weights, const std::vector<std::uint8_t>& x,
                   Index channel, Index row, Index col) const {
    std::int32_t result = 0;
    auto weight = weights.begin() + channel * spec_.in_channels * spec_.kernel[0] * spec_.kernel[1];
    for (Index in = 0; in < spec_.in_channels; ++in) {
      for (Index i = 0; i < spec_.kernel[0]; ++i) {
        for (Index j = 0; j < spec_.kernel[1]; ++j, ++weight) {
          const Index r = row * spec_.stride[0] + i * spec_.dilation[0] - lower(0);
          const Index c = col * spec_.stride[1] + j * spec_.dilation[1] - lower(1);
          if (r < 0 || r >= spec_.input[0] || c < 0 || c >= spec_.input[1]) continue;
          const Index pixel = (in * spec_.input[0] + r) * spec_.input[1] + c;
          result += *weight * x[static_cast<std::size_t>(pixel)];
        }
      }
    }
    return result;
  }

  /// A spec has one pair of sides for all axes, or one per axis.
  Index lower(std::size_t axis) const {
    const auto& sides = spec_.padding.sides();
    return sides[sides.size() == 1 ? 0 : axis].lower;
  }

  toeplix::ConvolutionSpec spec_;
  toeplix::Extents output_;
};

/// Numbers that follow no pattern of an image.
template <class T>
std::vector<T> scattered(std::size_t length, std::uint64_t seed) {
  std::vector<T> numbers;
  for (std::uint64_t i = 0; i < length; ++i) {
    numbers.push_back(static_cast<T>((i * i + 1) * (seed + 7) * 2654435761u >> 16));
  }
  return numbers;
}

}  // namespace

int main() {
  namespace reference = toeplix::reference;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const auto spec = reference::random_convolution(seed, bounds);
    const auto lengths = reference::lengths(spec);
    const auto weights = scattered<std::int8_t>(lengths.weights, seed);
    const auto x = scattered<std::uint8_t>(lengths.input, seed + 1);
    const std::vector<std::int32_t> bias(static_cast<std::size_t>(spec.out_channels), -5);

    const auto expected = reference::convolve(spec, weights, x, bias);
    const auto got = QuantizedConvolution(spec)(weights, x, bias);
    const std::string difference = reference::first_difference(spec, weights, x, expected, got);
    if (!difference.empty()) {
      std::cerr << to_string(spec) << "\n  " << difference << '\n';
      return 1;
    }
  }
  std::cout << "1000 convolutions agree\n";
}
