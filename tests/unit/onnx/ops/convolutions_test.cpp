#include "support/onnx_check.hpp"

#include <toeplix/error.hpp>
#include <toeplix/reference.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(onnx_convolutions)

namespace {

using toeplix::AxisPadding;
using toeplix::ConvolutionSpec;
using toeplix::Extents;
using toeplix::FormatError;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Padding;
using toeplix::TransposedConvolutionSpec;
using toeplix::test::Array;
using toeplix::test::NodeModel;
using toeplix::test::small_array;
using Numbers = std::vector<double>;

/// The oracle's answer for every image of a batch, one behind the other.
template <class Spec>
Array convolved(const Spec& spec, const Array& x, const Array& w, const Numbers& bias,
                const Extents& output) {
  Array y{{x.shape[0], spec.out_channels}, {}};
  y.shape.insert(y.shape.end(), output.begin(), output.end());
  const auto length = static_cast<std::ptrdiff_t>(x.values.size()) / x.shape[0];
  for (auto image = x.values.begin(); image != x.values.end(); image += length) {
    const Numbers one(image, image + length);
    Numbers result;
    if constexpr (std::is_same_v<Spec, ConvolutionSpec>) {
      result = toeplix::reference::convolve(spec, w.values, one, bias);
    } else {
      result = toeplix::reference::convolve_transposed(spec, w.values, one, bias);
    }
    y.values.insert(y.values.end(), result.begin(), result.end());
  }
  return y;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_axis_with_a_bias) {
  const Array x = small_array({1, 1, 5});
  const Array w = small_array({2, 1, 3}, 2);
  const ConvolutionSpec spec{.input = {5}, .kernel = {3}, .out_channels = 2};
  NodeModel("Conv")
      .constant(w)
      .constant({{2}, {10, 20}})
      .check(x, convolved(spec, x, w, {10, 20}, {3}));
  NodeModel("Conv").constant(w).check(x, convolved(spec, x, w, {0, 0}, {3}));
}

BOOST_AUTO_TEST_CASE(every_attribute_and_a_batch) {
  const Array x = small_array({3, 4, 7, 6});
  const Array w = small_array({6, 2, 3, 2}, 3);
  const ConvolutionSpec spec{.input = {7, 6},
                             .kernel = {3, 2},
                             .in_channels = 4,
                             .out_channels = 6,
                             .groups = 2,
                             .stride = {2, 3},
                             .dilation = {2, 1},
                             .padding = Padding::sides({AxisPadding{1, 3}, AxisPadding{2, 0}})};
  const Numbers bias = {1, 2, 3, 4, 5, 6};
  NodeModel("Conv", 11)
      .constant(w)
      .constant({{6}, bias})
      .with("group", 2)
      .with("strides", Extents{2, 3})
      .with("dilations", Extents{2, 1})
      .with("pads", Extents{1, 2, 3, 0})
      .with("kernel_shape", Extents{3, 2})
      .check(x, convolved(spec, x, w, bias, {4, 3}));
}

BOOST_AUTO_TEST_CASE(every_auto_pad) {
  const Array x = small_array({1, 1, 6, 5});
  const Array w = small_array({1, 1, 2, 4}, 3);
  const auto check = [&](const char* word, const Padding& padding, const Extents& output) {
    const ConvolutionSpec spec{
        .input = {6, 5}, .kernel = {2, 4}, .stride = {1, 2}, .padding = padding};
    NodeModel("Conv")
        .constant(w)
        .with("auto_pad", word)
        .with("strides", Extents{1, 2})
        .check(x, convolved(spec, x, w, {0}, output));
  };
  // Along the first axis one pixel, along the second 3.
  check("SAME_UPPER", Padding::sides({AxisPadding{0, 1}, AxisPadding{1, 2}}), {6, 3});
  check("SAME_LOWER", Padding::sides({AxisPadding{1, 0}, AxisPadding{2, 1}}), {6, 3});
  check("VALID", 0, {5, 1});
  check("NOTSET", 0, {5, 1});
}

BOOST_AUTO_TEST_CASE(three_axes) {
  const Array x = small_array({2, 1, 3, 4, 3});
  const Array w = small_array({2, 1, 2, 2, 3}, 3);
  const ConvolutionSpec spec{.input = {3, 4, 3}, .kernel = {2, 2, 3}, .out_channels = 2};
  NodeModel("Conv").constant(w).check(x, convolved(spec, x, w, {0, 0}, {2, 3, 1}));
}

BOOST_AUTO_TEST_CASE(transposed_with_every_attribute_and_a_batch) {
  const Array x = small_array({2, 4, 3, 4});
  const Array w = small_array({4, 3, 3, 2}, 3);
  const TransposedConvolutionSpec spec{
      .input = {3, 4},
      .kernel = {3, 2},
      .in_channels = 4,
      .out_channels = 6,
      .groups = 2,
      .stride = {2, 3},
      .dilation = {1, 2},
      .padding = Padding::sides({AxisPadding{1, 2}, AxisPadding{0, 1}}),
      .output_padding = {1, 2}};
  const Numbers bias = {1, 2, 3, 4, 5, 6};
  NodeModel("ConvTranspose")
      .constant(w)
      .constant({{6}, bias})
      .with("group", 2)
      .with("strides", Extents{2, 3})
      .with("dilations", Extents{1, 2})
      .with("pads", Extents{1, 0, 2, 1})
      .with("output_padding", Extents{1, 2})
      .with("kernel_shape", Extents{3, 2})
      .check(x, convolved(spec, x, w, bias, {5, 13}));
}

BOOST_AUTO_TEST_CASE(transposed_to_an_output_shape) {
  const Array x = small_array({1, 1, 3});
  const Array w = small_array({1, 1, 4}, 3);
  // Without padding there are 8 pixels; three less are 1 on one side and 2 on the other.
  const auto check = [&](const char* word, const AxisPadding& sides) {
    const TransposedConvolutionSpec spec{
        .input = {3}, .kernel = {4}, .stride = 2, .padding = Padding::sides({sides})};
    NodeModel("ConvTranspose")
        .constant(w)
        .with("auto_pad", word)
        .with("strides", Extents{2})
        .with("output_shape", Extents{5})
        .check(x, convolved(spec, x, w, {0}, {5}));
  };
  check("SAME_UPPER", {1, 2});
  check("SAME_LOWER", {2, 1});
  check("NOTSET", {2, 1});
}

BOOST_AUTO_TEST_CASE(transposed_of_the_same_size_times_the_stride) {
  const Array x = small_array({1, 1, 3});
  const Array w = small_array({1, 1, 5}, 3);
  const auto check = [&](const char* word, const AxisPadding& sides) {
    const TransposedConvolutionSpec spec{
        .input = {3}, .kernel = {5}, .stride = 2, .padding = Padding::sides({sides})};
    NodeModel("ConvTranspose")
        .constant(w)
        .with("auto_pad", word)
        .with("strides", Extents{2})
        .check(x, convolved(spec, x, w, {0}, {6}));
  };
  check("SAME_UPPER", {1, 2});
  check("SAME_LOWER", {2, 1});
}

BOOST_AUTO_TEST_CASE(weights_that_are_no_constant_are_not_linear) {
  toeplix::test::ModelBuilder builder;
  builder.input("x", {1, 1, 5}).input("w", {1, 1, 2}).output("y");
  builder.node("Conv", {"x", "w"}, {"y"});
  const auto model = builder.read();
  BOOST_TEST(model.nonlinear().at(0).reason == "its weights are not constant");
  BOOST_TEST((model.nonlinear().at(0).outputs[0].shape == Extents{1, 1, 4}));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  const Array w = small_array({2, 3, 3});
  const Extents x = {1, 3, 8};
  const auto conv = [&] { return NodeModel("Conv").constant(w); };
  conv().refuses<FormatError>({1, 2, 8},
                              "the input (1, 2, 8) has 2 channels, but weights (2, 3, 3) in 1 "
                              "group take 3");
  conv().refuses<FormatError>({1, 3, 8, 8},
                              "the weights have the shape (2, 3, 3) and the input has (1, 3, 8, "
                              "8); expected as many axes");
  conv().refuses<FormatError>({3, 8},
                              "the input has the shape (3, 8); expected batch, channels and one or "
                              "more spatial axes");
  conv().refuses<GeometryError>({1, 3, 2}, "axis 0: kernel span 3 exceeds padded input 2");
  conv()
      .with("strides", Extents{0})
      .refuses<FormatError>(x, "attribute 'strides' has 0; it must be at least 1");
  conv()
      .with("dilations", Extents{-1})
      .refuses<FormatError>(x, "attribute 'dilations' has -1; it must be at least 1");
  conv()
      .with("pads", Extents{-1, 0})
      .refuses<FormatError>(x, "attribute 'pads' has -1; it must be at least 0");
  conv()
      .with("pads", Extents{1})
      .refuses<FormatError>(x, "attribute 'pads' has 1 numbers; expected 2");
  conv().with("group", 0).refuses<FormatError>(x, "attribute 'group' is 0; it must be at least 1");
  conv()
      .with("group", 3)
      .refuses<FormatError>(
          x, "the input (1, 3, 8) has 3 channels, but weights (2, 3, 3) in 3 groups take 9");
  conv()
      .with("kernel_shape", Extents{2})
      .refuses<FormatError>(
          x, "attribute 'kernel_shape' is (2,), but the weights have the shape (2, 3, 3)");
  conv()
      .with("auto_pad", "same")
      .refuses<FormatError>(
          x, "attribute 'auto_pad' is 'same'; expected NOTSET, SAME_UPPER, SAME_LOWER or VALID");
  conv().with("ceil_mode", 1).refuses<FormatError>(x, "attribute 'ceil_mode' is not known");
  conv()
      .with("strides", 2)
      .refuses<FormatError>(x, "attribute 'strides' is of another type; expected whole numbers");
  conv()
      .with("group", 1)
      .with("group", 1)
      .refuses<FormatError>(x, "attribute 'group' is there twice");
  conv()
      .constant({{3}, {1, 2, 3}})
      .refuses<FormatError>(
          x, "the bias has the shape (3,); expected (2,), a number per output channel");
  NodeModel("Conv").refuses<FormatError>(x, "has 1 inputs; expected 2 or more");
  NodeModel("Conv").none().constant(w).refuses<FormatError>(x, "input 1 is missing");
}

BOOST_AUTO_TEST_SUITE_END()
