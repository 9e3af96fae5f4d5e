#include "support/failures.hpp"
#include "support/random_spec.hpp"

#include <toeplix/convolution.hpp>
#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <complex>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

BOOST_AUTO_TEST_SUITE(convolution)

namespace {

using toeplix::AxisPadding;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Extents;
using toeplix::FormatError;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Operation;
using toeplix::Padding;
using toeplix::TensorOrder;
using toeplix::TransposedConvolution;
using toeplix::TransposedConvolutionSpec;
using toeplix::test::check_capacity;
using toeplix::test::check_throws;

/// Checks the padding and the output extent that one axis comes to.
void check_axis(const ConvolutionSpec& spec, AxisPadding padding, Index output) {
  const Convolution convolution(spec);
  BOOST_TEST((convolution.padding(0) == padding), to_string(spec) << " has another padding");
  BOOST_TEST(convolution.output() == Extents{output}, to_string(spec));
}

void check_axis(const TransposedConvolutionSpec& spec, AxisPadding padding, Index output) {
  const TransposedConvolution convolution(spec);
  BOOST_TEST((convolution.padding(0) == padding), to_string(spec) << " has another padding");
  BOOST_TEST(convolution.output() == Extents{output}, to_string(spec));
  BOOST_TEST(convolution.adjoint().output() == spec.input, to_string(spec));
}

void check_refused(const ConvolutionSpec& spec, const std::string& message) {
  toeplix::test::check_throws<GeometryError>([&] { Convolution convolution(spec); }, message);
}

void check_refused(const TransposedConvolutionSpec& spec, const std::string& message) {
  toeplix::test::check_throws<GeometryError>([&] { TransposedConvolution convolution(spec); },
                                             message);
}

/// Checks that both kinds of convolution refuse the text form `fields` with the same message.
void check_both_refused(const std::string& fields, const std::string& message) {
  check_refused(toeplix::parse_convolution(fields), message);
  check_refused(toeplix::parse_transposed_convolution("transposed " + fields), message);
}

}  // namespace

// floor((input + lower + upper - ((kernel - 1) * dilation + 1)) / stride) + 1
BOOST_AUTO_TEST_CASE(extents_of_explicit_padding) {
  check_axis(ConvolutionSpec{.input = {5}, .kernel = {3}}, {0, 0}, 3);
  check_axis(ConvolutionSpec{.input = {5}, .kernel = {5}}, {0, 0}, 1);
  check_axis(ConvolutionSpec{.input = {5}, .kernel = {3}, .padding = 1}, {1, 1}, 5);
  check_axis(ConvolutionSpec{.input = {5}, .kernel = {3}, .padding = {{2, 0}}}, {2, 0}, 5);
  check_axis(ConvolutionSpec{.input = {224}, .kernel = {7}, .stride = 2, .padding = 3}, {3, 3},
             112);
  check_axis(ConvolutionSpec{.input = {6}, .kernel = {2}, .stride = 3}, {0, 0}, 2);
  check_axis(ConvolutionSpec{.input = {7}, .kernel = {2}, .stride = 3}, {0, 0}, 2);
  check_axis(ConvolutionSpec{.input = {8}, .kernel = {2}, .stride = 3}, {0, 0}, 3);
  check_axis(ConvolutionSpec{.input = {9}, .kernel = {3}, .dilation = 2}, {0, 0}, 5);
  check_axis(ConvolutionSpec{.input = {9}, .kernel = {1}, .dilation = 50}, {0, 0}, 9);
  check_axis(ConvolutionSpec{.input = {9}, .kernel = {2}, .padding = -2}, {-2, -2}, 4);
  check_axis(ConvolutionSpec{.input = {2}, .kernel = {2}, .padding = {{-5, 6}}}, {-5, 6}, 2);
}

BOOST_AUTO_TEST_CASE(extents_of_padding_rules) {
  const auto with = [](Index input, Index kernel, Index stride, Index dilation, Padding padding) {
    return ConvolutionSpec{.input = {input},
                           .kernel = {kernel},
                           .stride = stride,
                           .dilation = dilation,
                           .padding = padding};
  };
  check_axis(with(5, 3, 1, 1, Padding::valid()), {0, 0}, 3);
  check_axis(with(5, 3, 2, 2, Padding::full()), {4, 4}, 5);
  check_axis(with(5, 1, 1, 9, Padding::full()), {0, 0}, 5);
  check_axis(with(5, 3, 1, 2, Padding::causal()), {4, 0}, 5);
  check_axis(with(5, 3, 2, 2, Padding::causal()), {4, 0}, 3);
  // SAME: ceil(input / stride) outputs, (outputs - 1) * stride + span - input padded pixels.
  check_axis(with(5, 3, 1, 1, Padding::same_upper()), {1, 1}, 5);
  check_axis(with(5, 4, 1, 1, Padding::same_upper()), {1, 2}, 5);
  check_axis(with(5, 4, 1, 1, Padding::same_lower()), {2, 1}, 5);
  check_axis(with(5, 2, 1, 3, Padding::same_upper()), {1, 2}, 5);
  check_axis(with(5, 2, 1, 3, Padding::same_lower()), {2, 1}, 5);
  check_axis(with(6, 3, 2, 1, Padding::same_upper()), {0, 1}, 3);
  check_axis(with(6, 3, 2, 1, Padding::same_lower()), {1, 0}, 3);
  check_axis(with(7, 3, 2, 1, Padding::same_upper()), {1, 1}, 4);
  check_axis(with(7, 1, 3, 1, Padding::same_upper()), {0, 0}, 3);  // never crops
  check_axis(with(5, 4, 1, 1, Padding::same_tf()), {1, 2}, 5);
  check_axis(with(7, 2, 5, 1, Padding::same_lower()), {0, 0}, 2);
}

// (input - 1) * stride - lower - upper + (kernel - 1) * dilation + 1 + output_padding
BOOST_AUTO_TEST_CASE(extents_of_transposed_convolutions) {
  const auto with = [](Index stride, Index dilation, Padding padding, Index output_padding) {
    return TransposedConvolutionSpec{.input = {4},
                                     .kernel = {3},
                                     .stride = stride,
                                     .dilation = dilation,
                                     .padding = padding,
                                     .output_padding = output_padding};
  };
  check_axis(with(1, 1, 0, 0), {0, 0}, 6);
  check_axis(with(2, 1, 0, 0), {0, 0}, 9);
  check_axis(with(2, 1, 1, 0), {1, 1}, 7);
  check_axis(with(2, 1, 1, 1), {1, 1}, 8);
  check_axis(with(1, 3, 0, 0), {0, 0}, 10);
  check_axis(with(1, 3, 0, 2), {0, 0}, 12);
  check_axis(with(2, 3, 0, 2), {0, 0}, 15);  // a whole stride of output padding
  check_axis(with(1, 1, -2, 0), {-2, -2}, 10);
  check_axis(with(1, 1, {{3, 2}}, 0), {3, 2}, 1);
  check_axis(with(1, 1, Padding::valid(), 0), {0, 0}, 6);
  check_axis(with(2, 1, Padding::full(), 0), {2, 2}, 5);
  check_axis(with(2, 1, Padding::causal(), 0), {2, 0}, 7);
  // SAME: input * stride outputs.
  check_axis(with(2, 1, Padding::same_upper(), 0), {0, 1}, 8);
  check_axis(with(2, 1, Padding::same_lower(), 0), {1, 0}, 8);
  check_axis(with(2, 1, Padding::same_upper(), 1), {1, 1}, 8);
  check_axis(with(3, 1, Padding::same_upper(), 2), {1, 1}, 12);
  check_axis(with(4, 1, Padding::same_upper(), 0), {-1, 0}, 16);
  check_axis(with(4, 1, Padding::same_lower(), 0), {0, -1}, 16);
  check_axis(with(6, 1, Padding::same_upper(), 0), {-2, -1}, 24);
  check_axis(with(6, 1, Padding::same_lower(), 0), {-1, -2}, 24);
  // TensorFlow's: nothing below the image that the convolution does not pad.
  check_axis(with(1, 1, Padding::same_tf(), 0), {1, 1}, 4);
  check_axis(with(2, 1, Padding::same_tf(), 0), {0, 1}, 8);
  check_axis(with(1, 2, Padding::same_tf(), 0), {2, 2}, 4);
  check_axis(with(4, 1, Padding::same_tf(), 0), {0, -1}, 16);
  check_axis(with(6, 1, Padding::same_tf(), 0), {0, -3}, 24);
}

// (input - 1) * stride + (kernel - 1) * dilation + 1 + output_padding - output is the padding.
BOOST_AUTO_TEST_CASE(padding_of_an_output) {
  const auto with = [](Index stride, Padding padding, Index output, Index output_padding = 0) {
    return TransposedConvolutionSpec{.input = {4},
                                     .kernel = {3},
                                     .stride = stride,
                                     .padding = padding,
                                     .output_padding = output_padding,
                                     .output = {output}};
  };
  check_axis(with(2, 0, 9), {0, 0}, 9);
  check_axis(with(2, 0, 8), {1, 0}, 8);  // as ONNX: of an odd number the lower side has more
  check_axis(with(2, Padding::same_lower(), 8), {1, 0}, 8);
  check_axis(with(2, Padding::same_upper(), 8), {0, 1}, 8);
  check_axis(with(2, 0, 7), {1, 1}, 7);
  check_axis(with(2, 0, 7, 1), {2, 1}, 7);
  check_axis(with(2, Padding::same_upper(), 1), {4, 4}, 1);
  check_axis(with(2, 0, 10), {0, -1}, 10);
  check_axis(with(2, Padding::same_upper(), 10), {-1, 0}, 10);
  check_axis(with(2, Padding::same_upper(), 14), {-3, -2}, 14);
  check_axis(with(2, 0, 10, 1), {0, 0}, 10);
  check_axis(with(2, Padding::same_tf(), 8), {0, 1}, 8);
  check_axis(with(2, Padding::same_tf(), 7), {1, 1}, 7);
  check_axis(with(5, Padding::same_tf(), 20), {0, -2}, 20);
  check_axis(with(5, Padding::same_tf(), 16), {1, 1}, 16);
}

BOOST_AUTO_TEST_CASE(one_output_is_that_of_all_axes) {
  const TransposedConvolution one({.input = {4, 3}, .kernel = {3, 3}, .stride = 2, .output = {7}});
  BOOST_TEST(one.output() == (Extents{7, 7}));
  const TransposedConvolution two(
      {.input = {4, 3}, .kernel = {3, 3}, .stride = 2, .output = {7, 6}});
  BOOST_TEST(two.output() == (Extents{7, 6}));
  BOOST_TEST((two.padding(1) == toeplix::AxisPadding{1, 0}));
}

BOOST_AUTO_TEST_CASE(refuses_an_output_that_cannot_be) {
  const auto check = [](const std::string& fields, const std::string& message) {
    const auto spec = toeplix::parse_transposed_convolution("transposed " + fields);
    check_refused(spec, message);
    BOOST_CHECK_THROW(static_cast<void>(toeplix::reference::output_extents(spec)), toeplix::Error);
  };
  check("input=4 kernel=3 output=0", "axis 0: output extent 0 must be at least 1");
  check("input=4,4 kernel=3,3 output=3,-1", "axis 1: output extent -1 must be at least 1");
  check("input=4 kernel=3 output=1099511627777",
        "axis 0: output extent 1099511627777 must be at most 2^40");
  check("input=4 kernel=3 output=9223372036854775807",
        "axis 0: output extent 9223372036854775807 must be at most 2^40");
  check(
      "input=1099511627776 kernel=3 stride=1099511627776 output=8",
      "axis 0: output extent of input 1099511627776 at stride 1099511627776 must be at most 2^40");
  check("input=4 kernel=3 output=8,8", "output has 2 values; expected one, or one per axis (1)");
  const std::string both = "padding and output both say how many pixels there are, in transposed ";
  const std::string instead = "; leave one out, or use padding same_upper, same_lower or same_tf";
  for (const std::string padding : {"1", "0:1", "valid", "full", "causal"}) {
    const std::string fields = "input=4 kernel=3 padding=" + padding + " output=5";
    check(fields, both + fields + instead);
  }
  check("input=4,4 kernel=3,3 padding=0,1 output=5",
        both + "input=4,4 kernel=3,3 padding=0,1 output=5" + instead);
  check("input=4 kernel=3 stride=2 padding=same_tf output=9",
        "axis 0: output extent 9 at stride 2 needs input 5 with padding same_tf, not 4");
  check("input=4,4 kernel=3,3 stride=2 padding=same_tf output=7,6",
        "axis 1: output extent 6 at stride 2 needs input 3 with padding same_tf, not 4");
  check("input=4,4 kernel=3,3 stride=2 padding=same_tf output_padding=0,1",
        "axis 1: output_padding 1 has no meaning with padding same_tf; give the extent as output");
}

BOOST_AUTO_TEST_CASE(extents_agree_with_the_oracle) {
  toeplix::test::Random random("extents_agree_with_the_oracle");
  toeplix::test::Failures failures;
  for (int i = 0; i < 2000; ++i) {
    const auto spec = toeplix::test::draw_spec<ConvolutionSpec>(random);
    if (!toeplix::test::is_sound(spec)) continue;
    failures.expect(spec, "output",
                    Convolution(spec).output() == toeplix::reference::output_extents(spec));
    const auto up = toeplix::test::draw_spec<TransposedConvolutionSpec>(random);
    if (!toeplix::test::is_sound(up)) continue;
    failures.expect(up, "output",
                    TransposedConvolution(up).output() == toeplix::reference::output_extents(up));
  }
  BOOST_TEST(failures.checked() > 1000);
}

BOOST_AUTO_TEST_CASE(unsound_specs_are_refused_like_the_oracle_does) {
  toeplix::test::Random random("unsound_specs_are_refused_like_the_oracle_does");
  for (int i = 0; i < 4000; ++i) {
    const auto spec = toeplix::test::draw_spec<ConvolutionSpec>(random);
    if (!toeplix::test::is_sound(spec)) BOOST_CHECK_THROW(Convolution{spec}, GeometryError);
    const auto up = toeplix::test::draw_spec<TransposedConvolutionSpec>(random);
    if (!toeplix::test::is_sound(up)) BOOST_CHECK_THROW(TransposedConvolution{up}, GeometryError);
  }
}

BOOST_AUTO_TEST_CASE(shapes_and_counts) {
  const Convolution convolution({.input = {5, 6},
                                 .kernel = {3, 2},
                                 .in_channels = 4,
                                 .out_channels = 6,
                                 .groups = 2,
                                 .padding = {{1, 0}, {0, 0}}});
  BOOST_TEST(convolution.axes() == 2u);
  BOOST_TEST(convolution.input() == (Extents{5, 6}));
  BOOST_TEST(convolution.kernel() == (Extents{3, 2}));
  BOOST_TEST(convolution.output() == (Extents{4, 5}));
  BOOST_TEST(convolution.in_channels() == 4);
  BOOST_TEST(convolution.out_channels() == 6);
  BOOST_TEST(convolution.groups() == 2);
  BOOST_TEST(convolution.weights_shape() == (Extents{6, 2, 3, 2}));
  BOOST_TEST(convolution.weight_count() == 72);
  BOOST_TEST(convolution.rows() == 6 * 4 * 5);
  BOOST_TEST(convolution.cols() == 4 * 5 * 6);
  // Axis 0 reads 2 3 3 3 rows, axis 1 reads 2 of each of 5 columns.
  BOOST_TEST(convolution.nnz() == 6 * 2 * 11 * 10);
  BOOST_TEST(convolution.tap_tables().size() == 2u);
  BOOST_TEST((convolution.padding(0) == AxisPadding{1, 0}));
  BOOST_TEST((convolution.padding(1) == AxisPadding{0, 0}));
}

BOOST_AUTO_TEST_CASE(one_kernel_extent_stands_for_every_axis) {
  const Convolution convolution("input=5,6,7 kernel=3 in=2 out=4 padding=same_upper");
  BOOST_TEST(convolution.kernel() == (Extents{3, 3, 3}));
  BOOST_TEST(convolution.weights_shape() == (Extents{4, 2, 3, 3, 3}));
  BOOST_TEST(convolution.output() == (Extents{5, 6, 7}));
  BOOST_TEST(convolution.spec().kernel == Extents{3}, "the spec stays as it was given");
  const Convolution full("input=5,6,7 kernel=3,3,3 in=2 out=4 padding=same_upper");
  for (std::size_t axis = 0; axis < 3; ++axis) {
    BOOST_TEST((convolution.tap_tables()[axis].geometry() == full.tap_tables()[axis].geometry()));
  }
  const TransposedConvolution up("transposed input=2,3 kernel=4 out=3 stride=2");
  BOOST_TEST(up.kernel() == (Extents{4, 4}));
  BOOST_TEST(up.adjoint().kernel() == (Extents{4, 4}));
  BOOST_TEST(up.weights_shape() == (Extents{1, 3, 4, 4}));
  BOOST_TEST(up.output() == (Extents{6, 8}));
  check_refused(ConvolutionSpec{.input = {9, 2}, .kernel = {3}},
                "axis 1: kernel span 3 exceeds padded input 2");
}

BOOST_AUTO_TEST_CASE(shapes_and_counts_of_a_transposed_convolution) {
  const TransposedConvolution up({.input = {3, 4},
                                  .kernel = {3, 2},
                                  .in_channels = 4,
                                  .out_channels = 6,
                                  .groups = 2,
                                  .stride = {2, 1},
                                  .output_padding = {1, 0}});
  BOOST_TEST(up.axes() == 2u);
  BOOST_TEST(up.input() == (Extents{3, 4}));
  BOOST_TEST(up.kernel() == (Extents{3, 2}));
  BOOST_TEST(up.output() == (Extents{8, 5}));
  BOOST_TEST(up.in_channels() == 4);
  BOOST_TEST(up.out_channels() == 6);
  BOOST_TEST(up.groups() == 2);
  BOOST_TEST(up.weights_shape() == (Extents{4, 3, 3, 2}));
  BOOST_TEST(up.weight_count() == 72);
  BOOST_TEST(up.rows() == 6 * 8 * 5);
  BOOST_TEST(up.cols() == 4 * 3 * 4);
  BOOST_TEST(up.nnz() == 4 * 3 * (3 * 3) * (4 * 2));
  BOOST_TEST(up.adjoint().rows() == up.cols());
  BOOST_TEST(up.adjoint().cols() == up.rows());
  BOOST_TEST((up.bytes<double, std::int64_t>()) == 864 * 16 + 241 * 8);
}

BOOST_AUTO_TEST_CASE(the_adjoint_has_everything_the_other_way_round) {
  const TransposedConvolutionSpec spec = {.input = {4},
                                          .kernel = {3},
                                          .in_channels = 2,
                                          .out_channels = 4,
                                          .groups = 2,
                                          .stride = 2,
                                          .dilation = 3,
                                          .padding = {{2, 1}},
                                          .output_padding = 2,
                                          .boundary = Boundary::reflect,
                                          .operation = Operation::convolution,
                                          .order = TensorOrder::channels_last};
  // A whole stride of output padding is taken off the upper side: 4 windows and no fifth.
  const ConvolutionSpec adjoint = {.input = {12},
                                   .kernel = {3},
                                   .in_channels = 4,
                                   .out_channels = 2,
                                   .groups = 2,
                                   .stride = 2,
                                   .dilation = 3,
                                   .padding = {{2, -1}},
                                   .boundary = Boundary::reflect,
                                   .operation = Operation::convolution,
                                   .order = TensorOrder::channels_last};
  const TransposedConvolution up(spec);
  BOOST_TEST((up.spec() == spec));
  BOOST_TEST(to_string(up.adjoint().spec()) == to_string(adjoint));
  BOOST_TEST((up.adjoint().spec() == adjoint));
}

// Sums of the windows' lengths, counted by hand: 3 * 112 less what the border cuts off.
BOOST_AUTO_TEST_CASE(entries_in_closed_form) {
  const Convolution first_layer({.input = {224, 224},
                                 .kernel = {7, 7},
                                 .in_channels = 3,
                                 .out_channels = 64,
                                 .stride = 2,
                                 .padding = 3});
  const Index per_axis = 7 * 112 - 3 - 1 - 2;  // the windows of outputs 0, 1 and 111
  BOOST_TEST(first_layer.nnz() == 64 * 3 * per_axis * per_axis);
  BOOST_TEST(first_layer.rows() == 64 * 112 * 112);
  const Index entries = first_layer.nnz();
  BOOST_TEST((first_layer.bytes<float>()) == entries * 8 + (first_layer.rows() + 1) * 4);
  BOOST_TEST((first_layer.bytes<double, std::int64_t>()) ==
             entries * 16 + (first_layer.rows() + 1) * 8);
  BOOST_TEST((first_layer.bytes<std::complex<double>, int>()) ==
             entries * 20 + (first_layer.rows() + 1) * 4);
}

BOOST_AUTO_TEST_CASE(of_the_text_form) {
  const Convolution conv("input=5,6 kernel=3,2 padding=1");
  BOOST_TEST((conv.spec() == ConvolutionSpec{.input = {5, 6}, .kernel = {3, 2}, .padding = 1}));
  BOOST_TEST((conv.output() == Extents{5, 7}));
  const TransposedConvolution up("transposed input=4 kernel=2 stride=2");
  BOOST_TEST((up.output() == Extents{8}));
  check_throws<FormatError>([] { Convolution("transposed input=4 kernel=2"); },
                            "spec text, byte 0: expected a convolution, got 'transposed'");
  check_throws<FormatError>([] { TransposedConvolution("input=4 kernel=2"); },
                            "spec text, byte 0: expected the word 'transposed' first");
  check_throws<GeometryError>([] { Convolution("input=2 kernel=3"); },
                              "axis 0: kernel span 3 exceeds padded input 2");
  // A text is not converted in silence: a function that takes a Convolution takes no text.
  static_assert(!std::is_convertible_v<const char*, Convolution>);
  static_assert(!std::is_convertible_v<std::string_view, TransposedConvolution>);
}

BOOST_AUTO_TEST_CASE(a_spec_is_converted) {
  const auto rows = [](const Convolution& conv) { return conv.rows(); };
  const auto up_rows = [](const TransposedConvolution& conv) { return conv.rows(); };
  BOOST_TEST(rows(ConvolutionSpec{.input = {5}, .kernel = {2}}) == 4);
  BOOST_TEST(up_rows(TransposedConvolutionSpec{.input = {5}, .kernel = {2}}) == 6);
  static_assert(!std::is_convertible_v<TransposedConvolutionSpec, Convolution>);
}

BOOST_AUTO_TEST_CASE(capacity_errors_of_a_convolution_are_limits) {
  const Index large = Index{1} << 40;
  BOOST_CHECK_EXCEPTION(
      Convolution({.input = {large, large}, .kernel = {1, 1}}), CapacityError,
      [](const CapacityError& error) { return error.cause() == toeplix::CapacityCause::limit; });
}

BOOST_AUTO_TEST_CASE(copies_share_what_they_hold) {
  const Convolution convolution({.input = {5}, .kernel = {3}});
  const Convolution copy = convolution;  // NOLINT(performance-unnecessary-copy-initialization)
  BOOST_TEST(&copy.tap_tables() == &convolution.tap_tables());
}

BOOST_AUTO_TEST_CASE(refuses_lists_that_do_not_fit) {
  check_refused(ConvolutionSpec{}, "input has no axes; expected at least one extent");
  check_refused(TransposedConvolutionSpec{}, "input has no axes; expected at least one extent");
  const auto check = [](const std::string& fields, const std::string& message) {
    check_both_refused("input=5,5 " + fields, message);
  };
  const std::string expected = " has 3 values; expected one, or one per axis (2)";
  check("kernel=2,2,2", "kernel" + expected);
  check("kernel=2,2 stride=1,1,1", "stride" + expected);
  check("kernel=2,2 dilation=1,1,1", "dilation" + expected);
  check("kernel=2,2 padding=1,1,1", "padding" + expected);
  check("kernel=2,2 boundary=zero,zero,zero", "boundary" + expected);
  check_refused(
      toeplix::parse_transposed_convolution("transposed input=5,5 kernel=2,2 output_padding=0,0,0"),
      "output_padding" + expected);
  check_refused(ConvolutionSpec{.input = {5}, .kernel = {2}, .stride = std::vector<Index>{}},
                "stride has 0 values; expected one, or one per axis (1)");
  check_refused(ConvolutionSpec{.input = {5}, .kernel = {2}, .padding = std::vector<Index>{}},
                "padding has 0 values; expected one, or one per axis (1)");
}

BOOST_AUTO_TEST_CASE(refuses_numbers_that_mean_nothing) {
  check_both_refused("input=5,0 kernel=2,2", "axis 1: input extent 0 must be at least 1");
  check_both_refused("input=5,5 kernel=-1,2", "axis 0: kernel extent -1 must be at least 1");
  check_both_refused("input=5,5 kernel=2,2 stride=1,0", "axis 1: stride 0 must be at least 1");
  check_both_refused("input=5 kernel=2 dilation=0", "axis 0: dilation 0 must be at least 1");
  check_both_refused("input=5 kernel=2 in=0", "in_channels 0 must be at least 1");
  check_both_refused("input=5 kernel=2 out=-3", "out_channels -3 must be at least 1");
  check_both_refused("input=5 kernel=2 groups=0", "groups 0 must be at least 1");
  check_both_refused("input=5 kernel=2 in=3 out=2 groups=2", "groups 2 must divide in_channels 3");
  check_both_refused("input=5 kernel=2 in=2 out=3 groups=2", "groups 2 must divide out_channels 3");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_enumerator) {
  const auto beyond = [](auto last) { return static_cast<decltype(last)>(int(last) + 1); };
  ConvolutionSpec spec = {.input = {5}, .kernel = {2}};
  spec.boundary = beyond(Boundary::replicate);
  check_refused(spec, "boundary 5 is not one of its enumerators");
  spec.boundary = Boundary::zero;
  spec.operation = beyond(Operation::convolution);
  check_refused(spec, "operation 2 is not one of its enumerators");
  spec.operation = Operation::correlation;
  spec.order = beyond(TensorOrder::column_major);
  check_refused(spec, "order 3 is not one of its enumerators");
}

BOOST_AUTO_TEST_CASE(refuses_lengths_beyond_2_to_the_40) {
  const std::string beyond = "1099511627777";
  const std::string rule = " must be at most 2^40";
  check_both_refused("input=" + beyond + " kernel=1", "axis 0: input extent " + beyond + rule);
  check_both_refused("input=1 kernel=" + beyond, "axis 0: kernel extent " + beyond + rule);
  check_both_refused("input=1 kernel=1 stride=" + beyond, "axis 0: stride " + beyond + rule);
  check_both_refused("input=1 kernel=1 dilation=" + beyond, "axis 0: dilation " + beyond + rule);
  check_both_refused("input=1 kernel=1 in=" + beyond, "in_channels " + beyond + rule);
  check_both_refused("input=1,1 kernel=1,1 padding=0," + beyond,
                     "axis 1: padding " + beyond + " must be between -2^40 and 2^40");
  check_both_refused("input=1 kernel=1 padding=0:-" + beyond,
                     "axis 0: padding -" + beyond + " must be between -2^40 and 2^40");
  check_both_refused("input=1 kernel=1048578 dilation=1048576 padding=full",
                     "axis 0: kernel span (1048578 - 1) * 1048576 + 1 must be at most 2^40");
  check_refused(
      toeplix::parse_transposed_convolution("transposed input=1048578 kernel=1 stride=1048576"),
      "axis 0: output extent of input 1048578 at stride 1048576 must be at most 2^40");
}

BOOST_AUTO_TEST_CASE(refuses_geometries_without_output) {
  check_refused(
      ConvolutionSpec{
          .input = {9, 3}, .kernel = {3, 3}, .dilation = 2, .padding = {{0, 0}, {1, 0}}},
      "axis 1: kernel span 5 exceeds padded input 4");
  check_refused(ConvolutionSpec{.input = {3}, .kernel = {1}, .padding = -2},
                "axis 0: kernel span 1 exceeds padded input -1");
  check_refused(TransposedConvolutionSpec{.input = {2, 2}, .kernel = {9, 2}, .padding = 2},
                "axis 1: padding 2:2 leaves output extent -1; it must be at least 1");
  check_refused(TransposedConvolutionSpec{.input = {2}, .kernel = {2}, .padding = {{0, 3}}},
                "axis 0: padding 0:3 leaves output extent 0; it must be at least 1");
  check_refused(TransposedConvolutionSpec{.input = {1}, .kernel = {3}, .padding = Padding::full()},
                "axis 0: padding 2:2 leaves output extent -1; it must be at least 1");
}

BOOST_AUTO_TEST_CASE(refuses_output_padding_that_means_nothing) {
  const auto with = [](Index stride, Index dilation, Index output_padding) {
    return TransposedConvolutionSpec{.input = {2, 2},
                                     .kernel = {2, 2},
                                     .stride = {9, stride},
                                     .dilation = {9, dilation},
                                     .output_padding = {0, output_padding}};
  };
  const std::string rule = " must be at least 0 and below max(stride, dilation) = ";
  check_refused(with(1, 1, 1), "axis 1: output_padding 1" + rule + "1");
  check_refused(with(2, 3, 3), "axis 1: output_padding 3" + rule + "3");
  check_refused(with(3, 2, 3), "axis 1: output_padding 3" + rule + "3");
  check_refused(with(1, 1, -1), "axis 1: output_padding -1" + rule + "1");
}

BOOST_AUTO_TEST_CASE(refuses_counts_beyond_64_bits) {
  const Index huge = Index{1} << 40;
  const auto refuses = [](const ConvolutionSpec& spec, const std::string& what) {
    check_capacity([&] { Convolution convolution(spec); },
                   "the number of " + what + ", exceeds 64 bits");
  };
  refuses({.input = {huge, huge}, .kernel = {1, 1}, .stride = {huge, 1}},
          "columns, 1 * 1099511627776 * 1099511627776");
  refuses({.input = {1, 1}, .kernel = {1, 1}, .out_channels = huge, .padding = {{0, huge}}},
          "rows, 1099511627776 * 1099511627777 * 1099511627777");
  refuses({.input = {1 << 24, 1 << 24},
           .kernel = {1 << 24, 1 << 24},
           .in_channels = 1 << 8,
           .out_channels = 1 << 8},
          "weights, 256 * 256 * 16777216 * 16777216");
  // 2^63 is one too many.
  refuses(
      {.input = {1 << 20, 1 << 20}, .kernel = {1, 1}, .in_channels = 1 << 23, .stride = 1 << 20},
      "columns, 8388608 * 1048576 * 1048576");
  const Convolution largest({.input = {1 << 20, 1 << 20},
                             .kernel = {1, 1},
                             .in_channels = (1 << 23) - 1,
                             .stride = 1 << 20});
  BOOST_TEST(largest.cols() == std::numeric_limits<Index>::max() - (Index{1} << 40) + 1);
}

BOOST_AUTO_TEST_CASE(entries_and_bytes_beyond_64_bits) {
  // 2^40 rows of 2^20 entries: 2^60. One channel more, or 16 bytes for each, is too much.
  ConvolutionSpec spec = {.input = {1 << 20, 1 << 20},
                          .kernel = {1, 1},
                          .in_channels = 1 << 10,
                          .out_channels = 1 << 10};
  const Convolution convolution(spec);
  const Index entries = Index{1} << 60;
  BOOST_TEST(convolution.nnz() == entries);
  check_capacity([&] { convolution.bytes<float>(); },
                 "the bytes of a matrix of 1152921504606846976 entries exceed 64 bits", entries,
                 std::nullopt);
  spec.in_channels = 1 << 13;
  const Convolution larger(spec);
  const std::string message =
      "the entries of input=1048576,1048576 kernel=1,1 in=8192 out=1024 exceed 64 bits";
  check_capacity([&] { static_cast<void>(larger.nnz()); }, message, {}, {});
  check_capacity([&] { larger.bytes<double>(); }, message, {}, {});
}

BOOST_AUTO_TEST_CASE(more_axes_than_there_is_time_for) {
  const auto axes = [](std::size_t count) {
    return ConvolutionSpec{.input = toeplix::Extents(count, 1),
                           .kernel = toeplix::Extents(count, 1)};
  };
  BOOST_TEST(Convolution(axes(1024)).nnz() == 1);
  check_capacity([&] { Convolution convolution(axes(1025)); },
                 "input has 1025 axes, which exceeds the limit of 2^10");
  check_capacity(
      [&] {
        TransposedConvolution convolution(
            {.input = toeplix::Extents(30000, 1), .kernel = toeplix::Extents(30000, 1)});
      },
      "input has 30000 axes, which exceeds the limit of 2^10");
}

BOOST_AUTO_TEST_CASE(borders_beyond_what_a_tap_table_holds) {
  check_capacity(
      [] {
        Convolution convolution({.input = {5}, .kernel = {1}, .padding = {{1 << 27, 0}}});
      },
      "axis 0: 134217729 border rows exceed the limit of 2^24; use less padding, or a smaller "
      "output, kernel, stride or input_dilation");
  check_capacity(
      [] {
        Convolution convolution({.input = {1000},
                                 .kernel = {1000},
                                 .padding = 200'000,
                                 .boundary = Boundary::circular});
      },
      "axis 0: 16778000 folded taps exceed the limit of 2^24; use less padding, or a smaller "
      "output, kernel, stride or input_dilation");
}

BOOST_AUTO_TEST_CASE(strides_beyond_what_a_transposed_table_holds) {
  // Every row of a period of the stride is of a class of its own.
  check_capacity(
      [] {
        TransposedConvolution up({.input = {1, 2}, .kernel = {1, 2}, .stride = {1, 1 << 27}});
      },
      "axis 1: 134217728 border rows exceed the limit of 2^24; use less padding, or a smaller "
      "output, kernel, stride or input_dilation");
}

BOOST_AUTO_TEST_CASE(rows_of_an_output_that_no_input_reaches) {
  check_capacity(
      [] { TransposedConvolution up({.input = {4}, .kernel = {3}, .output = {1 << 25}}); },
      "axis 0: 33554431 border rows exceed the limit of 2^24; use less padding, or a smaller "
      "output, kernel, stride or input_dilation");
  // Rows that repeat are no border rows.
  const TransposedConvolution up(
      {.input = {Index{1} << 39}, .kernel = {3}, .output = {(Index{1} << 39) - 3}});
  BOOST_TEST(up.output()[0] == (Index{1} << 39) - 3);
}

BOOST_AUTO_TEST_CASE(taps_beyond_64_bits) {
  check_capacity([] { Convolution convolution({.input = {Index{1} << 40}, .kernel = {1 << 24}}); },
                 "axis 0: the taps along one axis exceed 64 bits");
}

BOOST_AUTO_TEST_CASE(the_longest_kernel_span_there_is) {
  const Index longest = Index{1} << 40;
  const Convolution conv({.input = {longest}, .kernel = {2}, .dilation = longest, .padding = 1});
  // Either window has one position on the image.
  BOOST_TEST(conv.output() == Extents{2});
  BOOST_TEST(conv.nnz() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
