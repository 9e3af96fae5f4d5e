#include "equivalence/all_paths.hpp"
#include "support/effort.hpp"
#include "support/random_spec.hpp"

#include <boost/test/unit_test.hpp>

// Every small geometry of one axis. Two axes add little, because a matrix is the product of its
// axes; sweep_test.cpp tries them.

namespace {

using namespace toeplix;
using toeplix::test::check_all_paths;
using toeplix::test::Failures;
using toeplix::test::is_sound;

/// Every number from the first to the last.
struct Range {
  Index first;
  Index last;
};

/// The values to try. Padding is tried on either side by itself.
struct Ranges {
  Range input;
  Range kernel;
  Range stride;
  Range dilation;
  Range padding;
};

constexpr Ranges quick = {{1, 4}, {1, 3}, {1, 3}, {1, 3}, {-1, 3}};
constexpr Ranges usual = {{1, 5}, {1, 4}, {1, 3}, {1, 3}, {-2, 4}};
constexpr Ranges thorough = {{1, 7}, {1, 5}, {1, 4}, {1, 4}, {-3, 8}};

template <class Visit>
void for_each(Range range, Visit visit) {
  for (Index value = range.first; value <= range.last; ++value) visit(value);
}

/// Calls `visit(spec)` for every combination of what both kinds of spec have.
template <class Spec, class Visit>
void for_each_spec(Visit visit) {
  const Ranges ranges = test::by_effort(quick, usual, thorough);
  Spec spec{.input = {1}, .kernel = {1}};
  const auto with_paddings = [&] {
    for_each(ranges.padding, [&](Index lower) {
      for_each(ranges.padding, [&](Index upper) {
        spec.padding = {{lower, upper}};
        visit(spec);
      });
    });
    for (const Padding& rule : {Padding::valid(), Padding::same_upper(), Padding::same_lower(),
                                Padding::full(), Padding::causal(), Padding::same_tf()}) {
      spec.padding = rule;
      visit(spec);
    }
  };
  for_each(ranges.input, [&](Index input) {
    for_each(ranges.kernel, [&](Index kernel) {
      for_each(ranges.stride, [&](Index stride) {
        for_each(ranges.dilation, [&](Index dilation) {
          spec.input = {input};
          spec.kernel = {kernel};
          spec.stride = stride;
          spec.dilation = dilation;
          with_paddings();
        });
      });
    });
  });
}

/// Checks a geometry with both operations, unless they are the same.
template <class Spec>
void check_operations(Spec spec, Failures& failures) {
  check_all_paths<double>(spec, failures);
  if (spec.kernel[0] == 1) return;
  spec.operation = Operation::convolution;
  check_all_paths<double>(spec, failures);
}

void check_convolutions(Boundary boundary) {
  Failures failures;
  for_each_spec<ConvolutionSpec>([&](ConvolutionSpec spec) {
    spec.boundary = boundary;
    if (is_sound(spec)) check_operations(spec, failures);
  });
  BOOST_TEST_MESSAGE(failures.checked() << " comparisons");
  BOOST_TEST(failures.checked() > 20'000);
}

/// Images with holes, cropped and extended: every number has a divisor in common with another.
void check_spread_images(Boundary boundary) {
  Failures failures;
  const Index most = test::by_effort<Index>(2, 3, 4);
  for_each_spec<ConvolutionSpec>([&](ConvolutionSpec spec) {
    spec.boundary = boundary;
    if (spec.input[0] > most + 1 || spec.kernel[0] > 3) return;
    for_each({2, most + 1}, [&](Index input_dilation) {
      spec.input_dilation = input_dilation;
      if (is_sound(spec)) check_all_paths<double>(spec, failures);
    });
  });
  BOOST_TEST_MESSAGE(failures.checked() << " comparisons");
  BOOST_TEST(failures.checked() > 20'000);
}

void check_transposed_convolutions(Boundary boundary) {
  Failures failures;
  const auto check = [&](TransposedConvolutionSpec spec) {
    spec.boundary = boundary;
    const Index output_paddings = std::max(spec.stride[0], spec.dilation[0]);
    for_each({0, output_paddings - 1}, [&](Index output_padding) {
      spec.output_padding = output_padding;
      if (is_sound(spec)) check_operations(spec, failures);
    });
    if (spec.padding.rule() == Padding::Rule::explicit_sides && spec.padding != Padding(0)) return;
    spec.output_padding = 0;
    const Index end = spec.input[0] * spec.stride[0] + spec.kernel[0] * spec.dilation[0];
    for (Index output = end; output > 0 && output > end - 9; --output) {
      spec.output = {output};
      if (is_sound(spec)) check_operations(spec, failures);
    }
  };
  for_each_spec<TransposedConvolutionSpec>(check);
  BOOST_TEST_MESSAGE(failures.checked() << " comparisons");
  BOOST_TEST(failures.checked() > 100'000);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exhaustive_spread_image)

BOOST_AUTO_TEST_CASE(zero) {
  check_spread_images(Boundary::zero);
}

BOOST_AUTO_TEST_CASE(circular) {
  check_spread_images(Boundary::circular);
}

BOOST_AUTO_TEST_CASE(reflect) {
  check_spread_images(Boundary::reflect);
}

BOOST_AUTO_TEST_CASE(symmetric) {
  check_spread_images(Boundary::symmetric);
}

BOOST_AUTO_TEST_CASE(replicate) {
  check_spread_images(Boundary::replicate);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(exhaustive_convolution)

BOOST_AUTO_TEST_CASE(zero) {
  check_convolutions(Boundary::zero);
}

BOOST_AUTO_TEST_CASE(circular) {
  check_convolutions(Boundary::circular);
}

BOOST_AUTO_TEST_CASE(reflect) {
  check_convolutions(Boundary::reflect);
}

BOOST_AUTO_TEST_CASE(symmetric) {
  check_convolutions(Boundary::symmetric);
}

BOOST_AUTO_TEST_CASE(replicate) {
  check_convolutions(Boundary::replicate);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(exhaustive_transposed_convolution)

BOOST_AUTO_TEST_CASE(zero) {
  check_transposed_convolutions(Boundary::zero);
}

BOOST_AUTO_TEST_CASE(circular) {
  check_transposed_convolutions(Boundary::circular);
}

BOOST_AUTO_TEST_CASE(reflect) {
  check_transposed_convolutions(Boundary::reflect);
}

BOOST_AUTO_TEST_CASE(symmetric) {
  check_transposed_convolutions(Boundary::symmetric);
}

BOOST_AUTO_TEST_CASE(replicate) {
  check_transposed_convolutions(Boundary::replicate);
}

BOOST_AUTO_TEST_SUITE_END()
