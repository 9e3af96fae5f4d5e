#include <toeplix/random_spec.hpp>
#include <toeplix/reference.hpp>

#include "support/failures.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <variant>
#include <vector>

BOOST_AUTO_TEST_SUITE(random_specs)

namespace {

using toeplix::AnySpec;
using toeplix::Boundary;
using toeplix::ConvolutionSpec;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Operation;
using toeplix::Padding;
using toeplix::TensorOrder;
using toeplix::reference::random_convolution;
using toeplix::reference::random_spec;
using toeplix::reference::random_transposed_convolution;
using toeplix::reference::SpecBounds;
using toeplix::test::check_throws;

constexpr std::uint64_t seeds = 2000;

/// Calls `visit(spec)` for the spec of every seed.
template <class Visit>
void for_seeds(const SpecBounds& bounds, Visit visit) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) std::visit(visit, random_spec(seed, bounds));
}

/// Everything that is worth having seen in a spec, as words: `stride 2`, `padding same_upper`.
template <class Spec>
std::set<std::string> words_of(const Spec& spec) {
  std::set<std::string> words;
  const std::size_t axes = spec.input.size();
  words.insert(std::same_as<Spec, ConvolutionSpec> ? "convolution" : "transposed");
  words.insert("axes " + std::to_string(axes));
  words.insert("groups " + std::to_string(spec.groups));
  words.insert("in " + std::to_string(spec.in_channels));
  words.insert("out " + std::to_string(spec.out_channels));
  words.insert("order " + std::string(to_string(spec.order)));
  words.insert("operation " + std::string(to_string(spec.operation)));
  words.insert(spec.in_channels > spec.out_channels   ? "fewer channels"
               : spec.in_channels < spec.out_channels ? "more channels"
                                                      : "as many channels");
  if (spec.groups > 1 && spec.groups == spec.in_channels) words.insert("depthwise");
  const auto rule = static_cast<int>(spec.padding.rule());
  words.insert("padding rule " + std::to_string(rule));
  for (const auto& side : spec.padding.sides()) {
    for (const Index pixels : {side.lower, side.upper})
      words.insert("padding " + std::to_string(pixels));
    if (side.lower != side.upper) words.insert("uneven padding");
  }
  for (std::size_t axis = 0; axis < axes; ++axis) {
    words.insert("stride " + std::to_string(spec.stride[axis]));
    words.insert("dilation " + std::to_string(spec.dilation[axis]));
    words.insert("boundary " + std::string(to_string(spec.boundary[axis])));
    if (spec.input[axis] == 1) words.insert("one pixel");
    if (spec.kernel[axis] == 1) words.insert("one position");
    if (spec.kernel[axis] > spec.input[axis]) words.insert("kernel wider than input");
    if constexpr (requires { spec.output_padding; })
      words.insert("output_padding " + std::to_string(spec.output_padding[axis]));
    if constexpr (requires { spec.input_dilation; })
      words.insert("input_dilation " + std::to_string(spec.input_dilation[axis]));
  }
  if constexpr (requires { spec.output; }) {
    if (!spec.output.empty()) words.insert("output by rule " + std::to_string(rule));
  }
  const auto varies = [&](const auto& list, const std::string& name) {
    if (list.values().size() > 1 && list[0] != list[1]) words.insert("several of " + name);
    if (list.values().size() == 1 && axes > 1) words.insert("one " + name + " for all");
  };
  varies(spec.stride, "stride");
  varies(spec.dilation, "dilation");
  varies(spec.boundary, "boundary");
  if constexpr (requires { spec.input_dilation; }) varies(spec.input_dilation, "input_dilation");
  return words;
}

std::set<std::string> all_words() {
  std::set<std::string> words = {"convolution",      "transposed",
                                 "fewer channels",   "more channels",
                                 "as many channels", "depthwise",
                                 "uneven padding",   "one pixel",
                                 "one position",     "kernel wider than input"};
  const auto add = [&](const std::string& name, Index first, Index last) {
    for (Index i = first; i <= last; ++i) words.insert(name + " " + std::to_string(i));
  };
  add("axes", 1, 4);
  add("groups", 1, 3);
  for (const Index channels : {1, 2, 3, 4, 6, 9}) {
    add("in", channels, channels);
    add("out", channels, channels);
  }
  add("padding rule", 0, 6);
  add("padding", -2, 13);
  add("stride", 1, 4);
  add("dilation", 1, 6);
  add("output_padding", 0, 5);
  add("input_dilation", 1, 4);
  for (const Index rule : {0, 2, 3, 6}) add("output by rule", rule, rule);
  for (const char* const name : {"zero", "circular", "reflect", "symmetric", "replicate"})
    words.insert(std::string("boundary ") + name);
  for (const char* const name : {"correlation", "convolution"})
    words.insert(std::string("operation ") + name);
  for (const char* const name : {"channels_first", "channels_last", "column_major"})
    words.insert(std::string("order ") + name);
  for (const char* const name : {"stride", "dilation", "input_dilation", "boundary"}) {
    words.insert(std::string("several of ") + name);
    words.insert(std::string("one ") + name + " for all");
  }
  return words;
}

void check_refused(const SpecBounds& bounds, const std::string& message) {
  check_throws<GeometryError>([&] { return random_spec(0, bounds); }, "bounds: " + message);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_word_of_the_geometry_occurs_and_no_other) {
  std::set<std::string> seen;
  for_seeds({.largest_input_dilation = 4}, [&](const auto& spec) { seen.merge(words_of(spec)); });
  const std::set<std::string> expected = all_words();
  BOOST_TEST(seen == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_boundary_occurs_in_either_kind_with_every_stride_and_dilation) {
  std::set<std::string> seen;
  for_seeds({}, [&](const auto& spec) {
    using Spec = std::remove_cvref_t<decltype(spec)>;
    for (std::size_t axis = 0; axis < spec.input.size(); ++axis)
      seen.insert(std::string(std::same_as<Spec, ConvolutionSpec> ? "" : "transposed ") +
                  std::string(to_string(spec.boundary[axis])) + " " +
                  std::to_string(spec.stride[axis]) + " " + std::to_string(spec.dilation[axis]));
  });
  BOOST_TEST(seen.size() == 2u * 5 * 4 * 6);
}

BOOST_AUTO_TEST_CASE(every_spec_exists_and_is_small) {
  for_seeds({}, [](const auto& spec) {
    const auto lengths = toeplix::reference::lengths(spec);
    BOOST_TEST(lengths.weights > 0u);
    BOOST_TEST(lengths.input <= 3u * 3 * 3 * 3 * 9);
    BOOST_TEST(lengths.output <= 100'000u);
  });
}

// The engine is the same with every standard library, and so must be what is made of its numbers.
BOOST_AUTO_TEST_CASE(weights_in_the_orders_that_are_allowed) {
  std::set<std::string> orders;
  for_seeds({.weights_orders = {toeplix::WeightsOrder::hwio, toeplix::WeightsOrder::hwim}},
            [&](const auto& spec) { orders.emplace(to_string(spec.weights_order)); });
  BOOST_TEST((orders == std::set<std::string>{"hwim", "hwio"}));
}

BOOST_AUTO_TEST_CASE(kernels_for_all_axes_and_padding_values) {
  std::set<double> values;
  std::set<std::size_t> kernels;
  for_seeds({.fewest_axes = 3,
             .most_axes = 3,
             .boundaries = {toeplix::Boundary::zero, toeplix::Boundary::reflect},
             .most_products = 500,
             .broadcasts_kernel = true,
             .largest_padding_value = 2},
            [&](const auto& spec) {
              kernels.insert(spec.kernel.size());
              if constexpr (requires { spec.padding_value; }) values.insert(spec.padding_value);
              if (spec.kernel.size() > 1) return;
              const Index positions = spec.kernel[0] * spec.kernel[0] * spec.kernel[0];
              const Index channels = spec.in_channels * spec.out_channels / spec.groups;
              const auto weights = toeplix::reference::lengths(spec).weights;
              BOOST_TEST(weights == static_cast<std::size_t>(positions * channels));
            });
  BOOST_TEST((values == std::set<double>{-2, -1, 0, 1, 2}));
  BOOST_TEST((kernels == std::set<std::size_t>{1, 3}));
  check_refused({.largest_padding_value = -1}, "largest_padding_value -1 is not from 0 to 1024");
}

BOOST_AUTO_TEST_CASE(a_seed_gives_the_same_spec_everywhere) {
  BOOST_TEST(to_string(random_spec(0)) ==
             "input=2,2,2,3 kernel=1,1,1,2 in=3 out=3 stride=2 dilation=1,1,1,5 padding=causal "
             "boundary=reflect operation=convolution order=column_major");
  BOOST_TEST(to_string(random_spec(1)) ==
             "input=3,1,1 kernel=1,1,1 in=3 out=3 stride=2,3,1 dilation=3,1,1 padding=1 "
             "boundary=reflect,symmetric,circular");
  BOOST_TEST(to_string(random_spec(18446744073709551615u)) ==
             "input=14 kernel=5 out=3 padding=-1 boundary=reflect");
  BOOST_TEST(to_string(random_convolution(0)) ==
             "input=4,3,3 kernel=2,2,2 in=3 stride=1,4,2 dilation=1,1,1 padding=3 boundary=reflect "
             "operation=convolution order=column_major");
  BOOST_TEST(to_string(random_transposed_convolution(0)) ==
             "transposed input=1,1,1,3 kernel=2,2,1,1 in=2 out=4 groups=2 stride=2,1,4,1 "
             "dilation=6,4,1,5 padding=same_lower boundary=zero,zero,zero,zero "
             "operation=convolution");
}

BOOST_AUTO_TEST_CASE(specs_of_neighbouring_seeds_differ) {
  std::set<std::string> texts;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) texts.insert(to_string(random_spec(seed)));
  BOOST_TEST(texts.size() > seeds - 20);
}

BOOST_AUTO_TEST_CASE(bounds_hold) {
  const SpecBounds bounds = {.fewest_axes = 2,
                             .most_axes = 3,
                             .largest_input = 5,
                             .largest_kernel = 3,
                             .largest_groups = 2,
                             .largest_channels = 4,
                             .largest_stride = 2,
                             .largest_dilation = 3,
                             .largest_input_dilation = 2,
                             .smallest_padding = 0,
                             .largest_padding = 2,
                             .padding_rules = {Padding::Rule::explicit_sides, Padding::Rule::full},
                             .says_output = false,
                             .boundaries = {Boundary::zero, Boundary::reflect},
                             .operations = {Operation::correlation},
                             .orders = {TensorOrder::channels_last},
                             .most_products = 3000};
  std::set<std::string> seen;
  Index largest_input = 0;
  Index largest_kernel = 0;
  Index most_in_group = 0;
  for_seeds(bounds, [&](const auto& spec) {
    seen.merge(words_of(spec));
    largest_input = std::max(largest_input, *std::ranges::max_element(spec.input));
    largest_kernel = std::max(largest_kernel, *std::ranges::max_element(spec.kernel));
    most_in_group = std::max(most_in_group, spec.in_channels / spec.groups);
  });
  BOOST_TEST(largest_input == 5);
  BOOST_TEST(largest_kernel == 3);
  BOOST_TEST(most_in_group == 4);
  std::set<std::string> forbidden;
  for (const std::string& word : all_words()) {
    if (seen.count(word) == 0) forbidden.insert(word);
  }
  const std::set<std::string> expected = {"in 9",
                                          "out 9",
                                          "axes 1",
                                          "axes 4",
                                          "groups 3",
                                          "padding rule 1",
                                          "padding rule 2",
                                          "padding rule 3",
                                          "padding rule 5",
                                          "padding rule 6",
                                          "output by rule 0",
                                          "output by rule 2",
                                          "output by rule 3",
                                          "output by rule 6",
                                          "padding -2",
                                          "padding -1",
                                          "padding 3",
                                          "padding 4",
                                          "padding 5",
                                          "padding 6",
                                          "padding 7",
                                          "padding 8",
                                          "padding 9",
                                          "padding 10",
                                          "padding 11",
                                          "padding 12",
                                          "padding 13",
                                          "stride 3",
                                          "stride 4",
                                          "dilation 4",
                                          "dilation 5",
                                          "dilation 6",
                                          "input_dilation 3",
                                          "input_dilation 4",
                                          "output_padding 3",
                                          "output_padding 4",
                                          "output_padding 5",
                                          "boundary circular",
                                          "boundary symmetric",
                                          "boundary replicate",
                                          "operation convolution",
                                          "order channels_first",
                                          "order column_major"};
  BOOST_TEST(forbidden == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(arrays_are_no_larger_than_one_pass_takes_products) {
  const SpecBounds far_apart{.largest_stride = 1000, .largest_dilation = 1, .most_products = 2000};
  std::size_t most = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const auto up = toeplix::reference::lengths(random_transposed_convolution(seed, far_apart));
    const auto down = toeplix::reference::lengths(random_convolution(seed, far_apart));
    most = std::max({most, up.input, up.output, down.input, down.output});
  }
  BOOST_TEST(most <= 2000u);
  BOOST_TEST(most > 1000u);
}

BOOST_AUTO_TEST_CASE(one_pass_takes_as_few_products_as_the_bounds_say) {
  std::size_t most = 0;
  std::size_t most_transposed = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const auto down = random_convolution(seed, {.most_products = 500});
    const auto lengths = toeplix::reference::lengths(down);
    const auto windows = lengths.output / static_cast<std::size_t>(down.out_channels);
    most = std::max(most, windows * lengths.weights);
    const auto up = random_transposed_convolution(seed, {.most_products = 500});
    const auto up_lengths = toeplix::reference::lengths(up);
    const auto up_windows = up_lengths.input / static_cast<std::size_t>(up.in_channels);
    most_transposed = std::max(most_transposed, up_windows * up_lengths.weights);
  }
  BOOST_TEST(most <= 500u);
  BOOST_TEST(most >= 450u);
  BOOST_TEST(most_transposed <= 500u);
  BOOST_TEST(most_transposed >= 450u);
}

BOOST_AUTO_TEST_CASE(refuses_bounds_that_mean_nothing) {
  check_refused({.fewest_axes = 0}, "fewest_axes 0 is not from 1 to 16");
  check_refused({.most_axes = 17}, "most_axes 17 is not from 1 to 16");
  check_refused({.fewest_axes = 3, .most_axes = 2}, "most_axes 2 is not from 3 to 16");
  check_refused({.largest_input = 0}, "largest_input 0 is not from 1 to 1024");
  check_refused({.largest_kernel = 1025}, "largest_kernel 1025 is not from 1 to 1024");
  check_refused({.largest_groups = -1}, "largest_groups -1 is not from 1 to 1024");
  check_refused({.largest_channels = 0}, "largest_channels 0 is not from 1 to 1024");
  check_refused({.largest_stride = 0}, "largest_stride 0 is not from 1 to 1024");
  check_refused({.largest_dilation = 0}, "largest_dilation 0 is not from 1 to 1024");
  check_refused({.largest_input_dilation = 0}, "largest_input_dilation 0 is not from 1 to 1024");
  check_refused({.most_products = 0}, "most_products 0 is not from 1 to 9223372036854775807");
  check_refused({.smallest_padding = -1025}, "smallest_padding -1025 is not from -1024 to 1024");
  check_refused({.smallest_padding = 3, .largest_padding = 2},
                "largest_padding 2 is not from 3 to 1024");
  check_refused({.padding_rules = {}}, "padding_rules is empty, expected at least one");
  check_refused({.boundaries = {}}, "boundaries is empty, expected at least one");
  check_refused({.operations = {}}, "operations is empty, expected at least one");
  check_refused({.orders = {}}, "orders is empty, expected at least one");
  check_refused({.weights_orders = {}}, "weights_orders is empty, expected at least one");
}

BOOST_AUTO_TEST_CASE(gives_up_if_nothing_within_the_bounds_exists) {
  check_throws<GeometryError>(
      [] {
        return random_convolution(0, {.smallest_padding = -50,
                                      .largest_padding = -40,
                                      .padding_rules = {Padding::Rule::explicit_sides}});
      },
      "bounds: none of 10000 random specs exists and takes at most 100000 products");
}

BOOST_AUTO_TEST_CASE(large_bounds_give_a_spec_all_the_same) {
  const auto spec = random_convolution(3, {.most_axes = 16,
                                           .largest_input = 1024,
                                           .largest_kernel = 1024,
                                           .largest_stride = 1024,
                                           .largest_dilation = 1024,
                                           .largest_input_dilation = 1024,
                                           .smallest_padding = -1024,
                                           .largest_padding = 1024});
  BOOST_TEST(toeplix::reference::lengths(spec).output > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
