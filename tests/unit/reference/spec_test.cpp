#include "support/failures.hpp"

#include <toeplix/error.hpp>
#include <toeplix/spec.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(spec)

namespace {

using toeplix::AnySpec;
using toeplix::Boundary;
using toeplix::ConvolutionSpec;
using toeplix::FormatError;
using toeplix::Index;
using toeplix::Operation;
using toeplix::Padding;
using toeplix::PerAxis;
using toeplix::TensorOrder;
using toeplix::TransposedConvolutionSpec;
using toeplix::WeightsOrder;

/// Checks both directions: `text` is how `spec` is written, and what it is read from.
template <class Spec>
void check_text(const Spec& spec, const std::string& text) {
  BOOST_TEST(to_string(spec) == text);
  BOOST_TEST(to_string(AnySpec(spec)) == text);
  BOOST_TEST((toeplix::parse_spec(text) == AnySpec(spec)), text << " does not read back");
}

/// As `check_text`, where `text` is `input=5 kernel=2` and then `fields`.
void check_fields(const ConvolutionSpec& spec, const std::string& fields) {
  check_text(spec, "input=5 kernel=2 " + fields);
}

void check_refused(const std::string& text, const std::string& message) {
  toeplix::test::check_throws<FormatError>([&] { return toeplix::parse_spec(text); }, message);
}

const std::string known_keys =
    "expected a known key: input, kernel, in, out, groups, stride, dilation, input_dilation, "
    "padding, output_padding, output, boundary, padding_value, operation, order, weights_order";

}  // namespace

BOOST_AUTO_TEST_CASE(defaults_are_left_out) {
  check_text(ConvolutionSpec{.input = {3, 3}, .kernel = {2, 2}}, "input=3,3 kernel=2,2");
  check_text(TransposedConvolutionSpec{.input = {7}, .kernel = {1}}, "transposed input=7 kernel=1");
  check_text(ConvolutionSpec{.input = {1, 2, 3, 4}, .kernel = {1, 1, 1, 1}},
             "input=1,2,3,4 kernel=1,1,1,1");
}

BOOST_AUTO_TEST_CASE(every_key_of_a_convolution) {
  check_fields({.input = {5}, .kernel = {2}, .in_channels = 3}, "in=3");
  check_fields({.input = {5}, .kernel = {2}, .out_channels = 4}, "out=4");
  check_fields({.input = {5}, .kernel = {2}, .groups = 2}, "groups=2");
  check_fields({.input = {5}, .kernel = {2}, .stride = 2}, "stride=2");
  check_fields({.input = {5}, .kernel = {2}, .stride = {2, 3}}, "stride=2,3");
  check_fields({.input = {5}, .kernel = {2}, .dilation = 3}, "dilation=3");
  check_fields({.input = {5}, .kernel = {2}, .dilation = {1, 1}}, "dilation=1,1");
  check_fields({.input = {5}, .kernel = {2}, .boundary = Boundary::circular}, "boundary=circular");
  check_fields({.input = {5}, .kernel = {2}, .boundary = {Boundary::reflect, Boundary::zero}},
               "boundary=reflect,zero");
  check_fields({.input = {5}, .kernel = {2}, .boundary = Boundary::symmetric},
               "boundary=symmetric");
  check_fields({.input = {5}, .kernel = {2}, .boundary = Boundary::replicate},
               "boundary=replicate");
  check_fields({.input = {5}, .kernel = {2}, .operation = Operation::convolution},
               "operation=convolution");
  check_fields({.input = {5}, .kernel = {2}, .order = TensorOrder::channels_last},
               "order=channels_last");
  check_fields({.input = {5}, .kernel = {2}, .order = TensorOrder::column_major},
               "order=column_major");
}

BOOST_AUTO_TEST_CASE(every_form_of_padding) {
  check_fields({.input = {5}, .kernel = {2}, .padding = 1}, "padding=1");
  check_fields({.input = {5}, .kernel = {2}, .padding = -1}, "padding=-1");
  check_fields({.input = {5}, .kernel = {2}, .padding = {1, 2}}, "padding=1,2");
  check_fields({.input = {5}, .kernel = {2}, .padding = {0, 0}}, "padding=0,0");
  check_fields({.input = {5}, .kernel = {2}, .padding = {{1, 0}}}, "padding=1:0");
  check_fields({.input = {5}, .kernel = {2}, .padding = {{1, 0}, {1, 1}, {-2, 5}}},
               "padding=1:0,1,-2:5");
  check_fields({.input = {5}, .kernel = {2}, .padding = Padding::valid()}, "padding=valid");
  check_fields({.input = {5}, .kernel = {2}, .padding = Padding::same_upper()},
               "padding=same_upper");
  check_fields({.input = {5}, .kernel = {2}, .padding = Padding::same_lower()},
               "padding=same_lower");
  check_fields({.input = {5}, .kernel = {2}, .padding = Padding::full()}, "padding=full");
  check_fields({.input = {5}, .kernel = {2}, .padding = Padding::causal()}, "padding=causal");
  check_fields({.input = {5}, .kernel = {2}, .padding = Padding::same_tf()}, "padding=same_tf");
}

BOOST_AUTO_TEST_CASE(everything_at_once) {
  check_text(
      ConvolutionSpec{.input = {56, 57},
                      .kernel = {3, 4},
                      .in_channels = 64,
                      .out_channels = 32,
                      .groups = 4,
                      .stride = {2, 1},
                      .dilation = {1, 2},
                      .padding = {{1, 0}, {0, 1}},
                      .boundary = {Boundary::reflect, Boundary::circular},
                      .operation = Operation::convolution,
                      .order = TensorOrder::channels_last,
                      .weights_order = WeightsOrder::ohwi},
      "input=56,57 kernel=3,4 in=64 out=32 groups=4 stride=2,1 dilation=1,2 padding=1:0,0:1 "
      "boundary=reflect,circular operation=convolution order=channels_last weights_order=ohwi");
  check_text(TransposedConvolutionSpec{.input = {28},
                                       .kernel = {4},
                                       .in_channels = 2,
                                       .out_channels = 6,
                                       .groups = 2,
                                       .stride = 2,
                                       .dilation = 3,
                                       .padding = 1,
                                       .output_padding = 1,
                                       .boundary = Boundary::replicate,
                                       .operation = Operation::convolution,
                                       .order = TensorOrder::column_major,
                                       .weights_order = WeightsOrder::hwio},
             "transposed input=28 kernel=4 in=2 out=6 groups=2 stride=2 dilation=3 padding=1 "
             "output_padding=1 boundary=replicate operation=convolution order=column_major "
             "weights_order=hwio");
}

BOOST_AUTO_TEST_CASE(the_padding_value_of_a_convolution) {
  const auto check_value = [](double value, const std::string& text) {
    check_text(ConvolutionSpec{.input = {5}, .kernel = {2}, .padding_value = value},
               "input=5 kernel=2 padding_value=" + text);
  };
  check_value(5, "5");
  check_value(-0.1, "-0.1");
  check_value(1e300, "1e+300");
  check_value(std::numeric_limits<double>::infinity(), "inf");
  check_value(0x1.fffffffffffffp-3, "0.24999999999999997");
  BOOST_TEST((toeplix::parse_spec("input=5 kernel=2 padding_value=-0") ==
              AnySpec(ConvolutionSpec{.input = {5}, .kernel = {2}})));
  check_value(-1e-310, "-1e-310");
  const auto check_bad = [](const std::string& bad, const std::string& expected) {
    check_refused("padding_value=" + bad, "spec text, byte 14: padding_value=" + bad +
                                              ": expected " + expected + ", got '" + bad + "'");
  };
  for (const char* const bad : {"x", "", "1,2", "0x1"}) check_bad(bad, "one number");
  for (const char* const bad : {"1e999", "-1e999", "1e-400"}) {
    check_bad(bad, "0, or a number of a size from 4.9e-324 to 1.8e+308");
  }
  for (const char* const bad : {"+1", "+x"}) check_bad(bad, "a number without a plus sign");
  check_refused("transposed input=5 kernel=2 padding_value=1",
                "spec text, byte 42: padding_value=1: expected no word 'transposed' in front; only "
                "a convolution has this key");
  check_refused("cval=1", "spec text, byte 5: cval=1: no such key; did you mean padding_value?");
  check_refused("padding_valu=1",
                "spec text, byte 13: padding_valu=1: no such key; did you mean padding_value?");
}

// The two lines of the design.
BOOST_AUTO_TEST_CASE(lines_of_the_manual) {
  const ConvolutionSpec spec = {.input = {56, 56},
                                .kernel = {3, 3},
                                .in_channels = 64,
                                .out_channels = 64,
                                .groups = 1,
                                .stride = 2,
                                .dilation = 1,
                                .padding = {{1, 0}, {1, 1}},
                                .boundary = {Boundary::reflect, Boundary::zero}};
  BOOST_TEST(
      (toeplix::parse_spec("input=56,56 kernel=3,3 in=64 out=64 groups=1 stride=2 dilation=1 "
                           "padding=1:0,1:1 boundary=reflect,zero") == AnySpec(spec)));
  const TransposedConvolutionSpec transposed = {.input = {28, 28},
                                                .kernel = {4, 4},
                                                .in_channels = 64,
                                                .out_channels = 32,
                                                .stride = 2,
                                                .padding = 1};
  BOOST_TEST(
      (toeplix::parse_spec("transposed input=28,28 kernel=4,4 in=64 out=32 stride=2 padding=1 "
                           "output_padding=0") == AnySpec(transposed)));
}

BOOST_AUTO_TEST_CASE(keys_in_any_order_and_any_blanks) {
  const AnySpec expected = ConvolutionSpec{.input = {5}, .kernel = {3}, .stride = 2};
  BOOST_TEST((toeplix::parse_spec("stride=2 kernel=3 input=5") == expected));
  BOOST_TEST((toeplix::parse_spec("  kernel=3\tstride=2\r\n\n input=5 \n") == expected));
  const AnySpec up = TransposedConvolutionSpec{.input = {5}, .kernel = {3}, .output_padding = 0};
  BOOST_TEST((toeplix::parse_spec("\n transposed   output_padding=0 kernel=3 input=5") == up));
}

BOOST_AUTO_TEST_CASE(default_values_may_be_written) {
  const AnySpec expected = ConvolutionSpec{.input = {5}, .kernel = {3}};
  BOOST_TEST((
      toeplix::parse_spec("input=5 kernel=3 in=1 out=1 groups=1 stride=1 dilation=1 padding=0 "
                          "boundary=zero operation=correlation order=channels_first") == expected));
  BOOST_TEST((toeplix::parse_spec("input=5 kernel=3 padding=0:0") == expected));
}

// Geometry is not the text form's business.
BOOST_AUTO_TEST_CASE(unsound_specs_are_written_and_read_all_the_same) {
  constexpr Index largest = std::numeric_limits<Index>::max();
  constexpr Index smallest = std::numeric_limits<Index>::min();
  check_text(ConvolutionSpec{.input = {0, -3}, .kernel = {largest}, .in_channels = smallest},
             "input=0,-3 kernel=9223372036854775807 in=-9223372036854775808");
  check_text(ConvolutionSpec{.input = {1}, .kernel = {1}, .stride = {1, 0, -1}, .padding = largest},
             "input=1 kernel=1 stride=1,0,-1 padding=9223372036854775807");
}

BOOST_AUTO_TEST_CASE(names) {
  BOOST_TEST(to_string(Boundary::zero) == "zero");
  BOOST_TEST(to_string(Boundary::circular) == "circular");
  BOOST_TEST(to_string(Boundary::reflect) == "reflect");
  BOOST_TEST(to_string(Boundary::symmetric) == "symmetric");
  BOOST_TEST(to_string(Boundary::replicate) == "replicate");
  BOOST_TEST(to_string(Operation::correlation) == "correlation");
  BOOST_TEST(to_string(Operation::convolution) == "convolution");
  BOOST_TEST(to_string(TensorOrder::channels_first) == "channels_first");
  BOOST_TEST(to_string(TensorOrder::channels_last) == "channels_last");
  BOOST_TEST(to_string(TensorOrder::column_major) == "column_major");
  BOOST_TEST(to_string(WeightsOrder::oihw) == "oihw");
  BOOST_TEST(to_string(WeightsOrder::hwio) == "hwio");
  BOOST_TEST(to_string(WeightsOrder::ohwi) == "ohwi");
  BOOST_TEST(to_string(WeightsOrder::hwim) == "hwim");
}

BOOST_AUTO_TEST_CASE(one_value_or_one_per_axis) {
  const PerAxis<Index> one = 7;
  BOOST_TEST(one[0] == 7);
  BOOST_TEST(one[3] == 7);
  BOOST_TEST(one.fits(1));
  BOOST_TEST(one.fits(4));
  const PerAxis<Index> three = {1, 2, 3};
  BOOST_TEST(three[1] == 2);
  BOOST_TEST(three.fits(3));
  BOOST_TEST(!three.fits(2));
  BOOST_TEST((PerAxis<Index>{7} == one));
  BOOST_TEST((PerAxis<Index>{7, 7} != one));
}

BOOST_AUTO_TEST_CASE(padding_by_names_that_say_what_is_meant) {
  BOOST_TEST((Padding::per_axis({1, 2}) == Padding({1, 2})));
  BOOST_TEST(
      (Padding::per_axis({1, 2}).sides() == std::vector<toeplix::AxisPadding>{{1, 1}, {2, 2}}));
  BOOST_TEST((Padding::sides({{1, 2}}).sides() == std::vector<toeplix::AxisPadding>{{1, 2}}));
  BOOST_TEST((Padding::sides({{1, 2}, {3, 4}}) == Padding({{1, 2}, {3, 4}})));
  BOOST_TEST((Padding::sides({{1, 2}}) != Padding::per_axis({1, 2})));
  for (const Padding& padding : {Padding::per_axis({1}), Padding::sides({{1, 1}})}) {
    BOOST_TEST((padding.rule() == Padding::Rule::explicit_sides));
    BOOST_TEST((padding == Padding(1)));
  }
}

BOOST_AUTO_TEST_CASE(streams) {
  std::ostringstream out;
  out << ConvolutionSpec{.input = {5}, .kernel = {2}, .padding = Padding::sides({{1, 0}})} << '|'
      << TransposedConvolutionSpec{.input = {5}, .kernel = {2}, .stride = 2, .output_padding = 1};
  BOOST_TEST(out.str() ==
             "input=5 kernel=2 padding=1:0|transposed input=5 kernel=2 stride=2 output_padding=1");
}

BOOST_AUTO_TEST_CASE(refuses_words_that_are_no_fields) {
  check_refused("input=3 kernel", "spec text, byte 8: expected key=value, got 'kernel'");
  const std::string in_front = "; 'transposed' stands once, in front of everything else";
  check_refused("input=3 transposed",
                "spec text, byte 8: expected key=value, got 'transposed'" + in_front);
  check_refused("transposed transposed",
                "spec text, byte 11: expected key=value, got 'transposed'" + in_front);
  check_refused("transpose input=3",
                "spec text, byte 0: expected key=value, got 'transpose'; did you mean transposed?");
  check_refused("Transposed input=3",
                "spec text, byte 0: expected key=value, got 'Transposed'; "
                "did you mean transposed?");
  check_refused("input=3 colour=1", "spec text, byte 15: colour=1: " + known_keys);
  check_refused("=1", "spec text, byte 1: =1: " + known_keys);
  check_refused("input=3 kernel=1 input=3", "spec text, byte 23: input=3: expected each key once");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_missing) {
  const std::string no_input = "spec text: input is missing: expected input=<one extent per axis>";
  check_refused("", no_input);
  check_refused(" \n", no_input);
  check_refused("transposed", no_input);
  check_refused("kernel=1", no_input);
  check_refused("input=3 stride=2",
                "spec text: kernel is missing: expected kernel=<one extent per axis>");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_a_number) {
  const auto check = [](const std::string& text, const std::string& field, const std::string& got) {
    check_refused(text, field + ": expected integers separated by commas, got '" + got + "'");
  };
  check("input=", "spec text, byte 6: input=", "");
  check("input=3,", "spec text, byte 6: input=3,", "");
  check("input=,3", "spec text, byte 6: input=,3", "");
  check("input=3x3", "spec text, byte 6: input=3x3", "3x3");
  check("input=1.5", "spec text, byte 6: input=1.5", "1.5");
  check("input=+3", "spec text, byte 6: input=+3", "+3");
  check("input=3, 3", "spec text, byte 6: input=3,", "");
  check("kernel=a", "spec text, byte 7: kernel=a", "a");
  check("in=1,1", "spec text, byte 3: in=1,1", "1,1");
  check("out=", "spec text, byte 4: out=", "");
  check("groups=1,2", "spec text, byte 7: groups=1,2", "1,2");
  check("stride=--1", "spec text, byte 7: stride=--1", "--1");
  check("dilation=1:2", "spec text, byte 9: dilation=1:2", "1:2");
  check("padding=", "spec text, byte 8: padding=", "");
  check("padding=1:", "spec text, byte 8: padding=1:", "");
  check("padding=:1", "spec text, byte 8: padding=:1", "");
  check("padding=1:2:3", "spec text, byte 8: padding=1:2:3", "2:3");
  check("transposed output_padding=x", "spec text, byte 26: output_padding=x", "x");
}

BOOST_AUTO_TEST_CASE(refuses_numbers_beyond_64_bits) {
  check_refused("input=3 in=9223372036854775808",
                "spec text, byte 11: in=9223372036854775808: expected integers that fit 64 bits, "
                "got '9223372036854775808'");
  check_refused("padding=1:-9223372036854775809",
                "spec text, byte 8: padding=1:-9223372036854775809: expected integers that fit 64 "
                "bits, got '-9223372036854775809'");
}

BOOST_AUTO_TEST_CASE(refuses_unknown_names) {
  check_refused("boundary=zero,water",
                "spec text, byte 9: boundary=zero,water: expected one of zero, circular, reflect, "
                "symmetric, replicate, got 'water'");
  check_refused("operation=add",
                "spec text, byte 10: operation=add: expected one of correlation, convolution, "
                "got 'add'");
  check_refused("order=XYZ",
                "spec text, byte 6: order=XYZ: expected one of channels_first, channels_last, "
                "column_major, got 'XYZ'");
  check_refused("padding=much",
                "spec text, byte 8: padding=much: expected numbers, lower:upper pairs, or one of "
                "valid, same_upper, same_lower, full, causal, same_tf");
}

BOOST_AUTO_TEST_CASE(says_which_key_was_meant) {
  const auto check = [](const std::string& key, const std::string& meant) {
    check_refused(key + "=1", "spec text, byte " + std::to_string(key.size() + 1) + ": " + key +
                                  "=1: no such key; did you mean " + meant + "?");
    check_refused("transposed " + key + "=1", "spec text, byte " + std::to_string(key.size() + 12) +
                                                  ": " + key + "=1: no such key; did you mean " +
                                                  meant + "?");
  };
  // Other programs' words.
  check("kernel_size", "kernel");
  check("kernel_shape", "kernel");
  check("padding_mode", "boundary");
  check("mode", "boundary or padding");
  check("in_channels", "in");
  check("out_channels", "out");
  check("filters", "out");
  check("group", "groups");
  check("dilation_rate", "dilation");
  check("pad", "padding");
  check("pads", "padding");
  check("auto_pad", "padding");
  check("output_size", "output, of a transposed convolution");
  check("output_shape", "output, of a transposed convolution");
  check("Output", "output");
  check("input_shape", "input");
  check("data_format", "order");
  check("kernel_layout", "weights_order");
  check("transposed", "the word transposed alone, in front");
  // Other plurals, capitals, a dash, and letters that are wrong.
  check("strides", "stride");
  check("dilations", "dilation");
  check("kernal", "kernel");
  check("pading", "padding");
  check("gruops", "groups");
  check("ot", "out");
  check("i", "in");
  check("Input", "input");
  check("STRIDE", "stride");
  check("output-padding", "output_padding");
  check("Kernel-Size", "kernel");
}

BOOST_AUTO_TEST_CASE(does_not_guess_what_is_too_far) {
  const auto check = [](const std::string& key) {
    check_refused(key + "=1", "spec text, byte " + std::to_string(key.size() + 1) + ": " + key +
                                  "=1: " + known_keys);
  };
  check("");
  check("a");
  check("xyz");
  check("krnll_");  // three letters from kernel
  check("strideaaa");
  check("bias");
  check(std::string(100'000, 'a'));
}

BOOST_AUTO_TEST_CASE(says_which_word_was_meant) {
  const auto check = [](const std::string& key, const std::string& known, const auto& pairs) {
    for (const auto& [word, meant] : pairs) {
      check_refused(key + "=" + word, "spec text, byte " + std::to_string(key.size() + 1) + ": " +
                                          key + "=" + word + ": expected " + known +
                                          "; did you mean " + meant + "?");
    }
  };
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  const std::string boundaries = "one of zero, circular, reflect, symmetric, replicate, got '";
  const Pairs meant_boundaries = {
      {"zeros", "zero"},     {"constant", "zero"},       {"CONSTANT", "zero"},
      {"wrap", "circular"},  {"periodic", "circular"},   {"grid-wrap", "circular"},
      {"mirror", "reflect"}, {"REFLECT", "reflect"},     {"refelct", "reflect"},
      {"edge", "replicate"}, {"nearest", "replicate"},   {"replicat", "replicate"},
      {"symm", "symmetric"}, {"Symmetric", "symmetric"}, {"0", "zero"}};
  for (const auto& pair : meant_boundaries)
    check("boundary", boundaries + pair.first + "'", Pairs{pair});
  const std::string same =
      "same_upper (of PyTorch), same_tf (of TensorFlow) or same_lower (of NumPy and SciPy)";
  check(
      "padding",
      "numbers, lower:upper pairs, or one of valid, same_upper, same_lower, full, causal, same_tf",
      Pairs{{"SAME", same},
            {"same", same},
            {"VALID", "valid"},
            {"SAME_LOWER", "same_lower"},
            {"same-upper", "same_upper"},
            {"ful", "full"},
            {"reflect", "boundary=reflect"},
            {"zeros", "boundary=zero"},
            {"wrap", "boundary=circular"}});
  const std::string operations = "one of correlation, convolution, got '";
  for (const auto& pair : Pairs{{"conv2", "convolution"},
                                {"Convolution", "convolution"},
                                {"corelation", "correlation"},
                                {"cross-correlation", "correlation"}})
    check("operation", operations + pair.first + "'", Pairs{pair});
  const std::string orders = "one of channels_first, channels_last, column_major, got '";
  for (const auto& pair : Pairs{{"NCHW", "channels_first"},
                                {"HWC", "channels_last"},
                                {"channel_last", "channels_last"},
                                {"F", "column_major"}})
    check("order", orders + pair.first + "'", Pairs{pair});
  const std::string layouts = "one of oihw, hwio, ohwi, hwim, got '";
  for (const auto& pair : Pairs{{"HWIO", "hwio"}, {"DHWIO", "hwio"}, {"hwcm", "hwim"}})
    check("weights_order", layouts + pair.first + "'", Pairs{pair});
}

BOOST_AUTO_TEST_CASE(says_what_takes_the_place_of_output_padding) {
  const auto check = [](const std::string& value, const std::string& more) {
    check_refused("input=3 kernel=1 output_padding=" + value,
                  "spec text, byte 32: output_padding=" + value +
                      ": expected the word 'transposed' in front; only a transposed convolution "
                      "has this key" +
                      more);
  };
  const std::string instead =
      "; the convolution that it transposes has as much less upper padding: padding=";
  check("1", instead + "0:-1 if it has none");
  check("0", "; leave it out");
  check("0,0", "; leave it out");
  check("2,0,1", instead + "0:-2,0,0:-1 if it has none");
  check("-1", "");
  check("-9223372036854775808", "");
  check_refused("output_padding=x",
                "spec text, byte 15: output_padding=x: expected integers separated by commas, got "
                "'x'");
}

BOOST_AUTO_TEST_CASE(output_is_of_a_transposed_convolution) {
  const TransposedConvolutionSpec spec = {
      .input = {4, 4}, .kernel = {3, 3}, .stride = 2, .output = {8, 7}};
  const std::string text = "transposed input=4,4 kernel=3,3 stride=2 output=8,7";
  BOOST_TEST((toeplix::parse_transposed_convolution(text) == spec));
  BOOST_TEST(to_string(spec) == text);
  for (const std::string value : {"3", "8,7", "x"}) {
    check_refused("input=5 kernel=3 output=" + value,
                  "spec text, byte 24: output=" + value +
                      ": expected the word 'transposed' in front; the output of a convolution "
                      "follows from the others, and out is its channels");
  }
  check_refused("transposed output=",
                "spec text, byte 18: output=: expected integers separated by "
                "commas, got ''");
}

BOOST_AUTO_TEST_CASE(one_kind_alone) {
  BOOST_TEST((toeplix::parse_convolution("input=3 kernel=1") ==
              ConvolutionSpec{.input = {3}, .kernel = {1}}));
  BOOST_TEST((toeplix::parse_transposed_convolution("transposed input=3 kernel=1") ==
              TransposedConvolutionSpec{.input = {3}, .kernel = {1}}));
  toeplix::test::check_throws<FormatError>(
      [] { return toeplix::parse_convolution("transposed input=3 kernel=1"); },
      "spec text, byte 0: expected a convolution, got 'transposed'");
  toeplix::test::check_throws<FormatError>(
      [] { return toeplix::parse_transposed_convolution("input=3 kernel=1"); },
      "spec text, byte 0: expected the word 'transposed' first");
}

BOOST_AUTO_TEST_SUITE_END()
