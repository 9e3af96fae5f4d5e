#include <toeplix/first_difference.hpp>

#include <toeplix/error.hpp>

#include "reference/instantiate.hpp"
#include "reference/windows.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace toeplix::reference::detail {

namespace {

constexpr std::size_t most_products = 8;

// --- numbers -------------------------------------------------------------------------------------

/// The shortest text that reads back as this number; zero has no sign.
template <class Real>
std::string number_text(Real number) {
  std::array<char, 40> text;
  if (number == 0) number = 0;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end};
}

template <class Real>
std::string number_text(const std::complex<Real>& number) {
  return "(" + number_text(number.real()) + "," + number_text(number.imag()) + ")";
}

/// |a - b|, whatever the signs of two integers are.
double distance(std::int64_t a, std::int64_t b) {
  const auto difference = static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b);
  return static_cast<double>(a < b ? 0 - difference : difference);
}

template <class Scalar>
double distance(const Scalar& a, const Scalar& b) {
  return static_cast<double>(std::abs(a - b));
}

template <class Real>
bool same(Real a, Real b) {
  return a == b || (a != a && b != b);
}

template <class Real>
bool same(const std::complex<Real>& a, const std::complex<Real>& b) {
  return same(a.real(), b.real()) && same(a.imag(), b.imag());
}

/// Written so that a NaN agrees with nothing but a NaN.
template <class Scalar>
bool agree(const Scalar& a, const Scalar& b, double tolerance) {
  return same(a, b) || distance(a, b) <= tolerance;
}

// --- places --------------------------------------------------------------------------------------

Tensor output_tensor(const ConvolutionSpec& spec) {
  return sliding_of(spec).windows;
}

Tensor output_tensor(const TransposedConvolutionSpec& spec) {
  return sliding_of(spec).image;
}

std::string coordinate_text(const Coordinates& at) {
  std::string text;
  for (const Index coordinate : at) text += (text.empty() ? "" : ",") + std::to_string(coordinate);
  return text;
}

/// Looks for an element by asking every channel and pixel where it is.
std::string place_in(const Tensor& tensor, Index element) {
  for (Index channel = 0; channel < tensor.channels; ++channel) {
    Coordinates at(tensor.extents.size(), 0);
    do {
      if (offset_in(tensor, channel, at) == element)
        return "channel " + std::to_string(channel) + ", coordinate " + coordinate_text(at);
    } while (advance(at, tensor.extents));
  }
  return "nowhere";
}

// --- products ------------------------------------------------------------------------------------

/// Calls `visit(weight, window, pixel)` for every product that a convolution takes: where each of
/// the three has its number. The pixel is `lost` if it is one of the padding.
template <class Visit>
void for_each_product(const Sliding& sliding, Visit visit) {
  const Plan plan(sliding);
  for_each_window(plan, Kernels::one, [&](Index window, const std::vector<Sight>& seen, Index) {
    for (Index channel = 0; channel < sliding.windows.channels; ++channel) {
      for_each_plane(plan, channel, [&](Index kernel, Index plane) {
        for (const Sight& sight : seen)
          visit(kernel + sight.weight, window + channel * plan.windows.channel,
                sight.pixel == lost ? lost : plane + sight.pixel);
      });
    }
  });
}

/// Where the two numbers of a product are: the one of x is `lost` if it is the padding value.
struct Factors {
  std::size_t weight;
  Index x;
};

Factors factors_at(Index weight, Index x) {
  return {static_cast<std::size_t>(weight), x};
}

/// `x[3]`, or `padding`; and the number.
template <class Scalar, class Spec>
std::pair<std::string, std::string> factor_texts(const Spec& spec, std::span<const Scalar> x,
                                                 Index at) {
  if constexpr (requires { spec.padding_value; }) {
    if (at == lost) return {"padding", number_text(spec.padding_value)};
  }
  return {"x[" + std::to_string(at) + "]", number_text(x[static_cast<std::size_t>(at)])};
}

/// What adds up to one element of the output.
std::vector<Factors> factors_of(const ConvolutionSpec& spec, Index element) {
  std::vector<Factors> factors;
  for_each_product(sliding_of(spec), [&](Index weight, Index window, Index pixel) {
    if (window == element) factors.push_back(factors_at(weight, pixel));
  });
  return factors;
}

std::vector<Factors> factors_of(const TransposedConvolutionSpec& spec, Index element) {
  std::vector<Factors> factors;
  for_each_product(sliding_of(spec), [&](Index weight, Index window, Index pixel) {
    if (pixel == element) factors.push_back(factors_at(weight, window));
  });
  return factors;
}

}  // namespace

template <SupportedScalar Scalar>
std::optional<Mismatch> mismatch(std::span<const Scalar> expected, std::span<const Scalar> got,
                                 double tolerance) {
  if (!(tolerance >= 0) || std::isinf(tolerance))
    throw Error("tolerance " + number_text(tolerance) + " is not a finite number from 0");
  if (got.size() != expected.size())
    return Mismatch{
        {}, "got " + count_values(got.size()) + ", expected " + std::to_string(expected.size())};
  std::optional<std::size_t> first;
  std::size_t count = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (agree(expected[i], got[i], tolerance)) continue;
    if (!first) first = i;
    ++count;
  }
  if (!first) return {};
  return Mismatch{first, "expected " + number_text(expected[*first]) + ", got " +
                             number_text(got[*first]) + "; " + std::to_string(count) + " of " +
                             count_values(expected.size()) + (count == 1 ? " differs" : " differ")};
}

template <SpecArgument Spec>
void check_output(const Spec& spec, std::size_t length) {
  check_length("expected output", length, written_shape(output_tensor(spec)));
}

template <SpecArgument Spec>
void check_factors(const Spec& spec, std::size_t weights, std::size_t x) {
  const Sliding sliding = sliding_of(spec);
  const bool forward = std::same_as<Spec, ConvolutionSpec>;
  check_length("weights", weights, weight_shape(sliding));
  check_length("input", x, written_shape(forward ? sliding.image : sliding.windows));
}

template <SpecArgument Spec>
std::string place_in_output(const Spec& spec, std::size_t element) {
  return "output " + std::to_string(element) + " (" +
         place_in(output_tensor(spec), static_cast<Index>(element)) + ")";
}

template <SupportedScalar Scalar, SpecArgument Spec>
std::string products(const Spec& spec, std::span<const Scalar> weights, std::span<const Scalar> x,
                     std::size_t element) {
  const std::vector<Factors> factors = factors_of(spec, static_cast<Index>(element));
  if (factors.empty()) return "none";
  std::string text;
  for (std::size_t i = 0; i < factors.size() && i < most_products; ++i) {
    const auto [weight, pixel] = factors[i];
    const auto [name, number] = factor_texts(spec, x, pixel);
    text += (i == 0 ? "w[" : ", w[") + std::to_string(weight) + "]*" + name + " = " +
            number_text(weights[weight]) + "*" + number;
  }
  if (factors.size() <= most_products) return text;
  return text + ", and " + std::to_string(factors.size() - most_products) + " more";
}

template void check_output(const ConvolutionSpec&, std::size_t);
template void check_output(const TransposedConvolutionSpec&, std::size_t);
template void check_factors(const ConvolutionSpec&, std::size_t, std::size_t);
template void check_factors(const TransposedConvolutionSpec&, std::size_t, std::size_t);
template std::string place_in_output(const ConvolutionSpec&, std::size_t);
template std::string place_in_output(const TransposedConvolutionSpec&, std::size_t);

template <class Scalar>
using Numbers = std::span<const Scalar>;
#define TOEPLIX_INSTANTIATE(Scalar)                                                       \
  template std::optional<Mismatch> mismatch(Numbers<Scalar>, Numbers<Scalar>, double);    \
  template std::string products(const ConvolutionSpec&, Numbers<Scalar>, Numbers<Scalar>, \
                                std::size_t);                                             \
  template std::string products(const TransposedConvolutionSpec&, Numbers<Scalar>,        \
                                Numbers<Scalar>, std::size_t);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
TOEPLIX_INSTANTIATE(std::int64_t)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::reference::detail
