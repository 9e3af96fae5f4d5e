#include "support/compare.hpp"
#include "support/draw.hpp"
#include "support/failures.hpp"
#include "support/layout.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/diagonals.hpp>
#include <toeplix/error.hpp>
#include <toeplix/explain.hpp>
#include <toeplix/im2col.hpp>
#include <toeplix/inspect.hpp>
#include <toeplix/normal_equations.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/weight_gradient.hpp>
#include <toeplix/weights_order.hpp>

#include <boost/test/unit_test.hpp>

#include <numeric>
#include <vector>

// Weights in other orders than PyTorch's. Everything must be as if they had been transposed first.

BOOST_AUTO_TEST_SUITE(weights_order)

namespace {

using namespace toeplix;
using test::draw;
using test::Failures;
using test::Random;
// Some of these are names of suites, too.
using toeplix::compile;
using toeplix::explain;
using toeplix::im2col;
using toeplix::inspect;
using toeplix::normal_equations;
using Numbers = std::vector<double>;

Numbers counting(Index length) {
  Numbers numbers(static_cast<std::size_t>(length));
  std::iota(numbers.begin(), numbers.end(), 1.0);
  return numbers;
}

std::string drawn(const char* spec) {
  const AnySpec any = parse_spec(spec);
  return std::visit(
      [](const auto& either) {
        const auto convolution = test::make(either);
        return draw(compile(convolution, counting(convolution.weight_count())));
      },
      any);
}

Extents shape_of(const char* spec) {
  return std::visit([](const auto& either) { return test::make(either).weights_shape(); },
                    parse_spec(spec));
}

/// Weights of shape (out, in, kernel...) as an order has them, number by number.
Numbers reordered(WeightsOrder order, Index out, Index in, const Extents& kernel,
                  const Numbers& weights) {
  Numbers result(weights.size());
  const Index taps = test::product(kernel);
  for (Index o = 0; o < out; ++o) {
    for (Index i = 0; i < in; ++i) {
      for (Index t = 0; t < taps; ++t) {
        Index place = (o * in + i) * taps + t;
        const Index from = place;
        if (order == WeightsOrder::ohwi) place = (o * taps + t) * in + i;
        if (order == WeightsOrder::hwio || order == WeightsOrder::hwim) {
          place = (t * in + i) * out + o;
        }
        result[static_cast<std::size_t>(place)] = weights[static_cast<std::size_t>(from)];
      }
    }
  }
  return result;
}

/// Calls `check(spec, plain, weights)` for one order: `plain` is the convolution with oihw.
template <class Spec, class Check>
void for_order(Spec spec, WeightsOrder order, Random& random, const Check& check) {
  const auto plain = test::make(spec);
  const Extents& shape = plain.weights_shape();
  if (order == WeightsOrder::hwim && shape[1] != 1) return;
  const Numbers weights = test::small_integers<double>(random, plain.weight_count(), 1, 9);
  spec.weights_order = order;
  check(spec, plain, weights, reordered(order, shape[0], shape[1], plain.kernel(), weights));
}

template <class Check>
void for_random_orders(const char* seed, int count, const Check& check) {
  test::for_random_specs(seed, count, [&](const auto& spec, Random& random) {
    for (const WeightsOrder order : {WeightsOrder::hwio, WeightsOrder::ohwi, WeightsOrder::hwim}) {
      for_order(spec, order, random, check);
    }
  });
}

}  // namespace

BOOST_AUTO_TEST_CASE(shapes) {
  BOOST_TEST(shape_of("input=5,6 kernel=2,3 in=4 out=8") == (Extents{8, 4, 2, 3}));
  BOOST_TEST(shape_of("input=5,6 kernel=2,3 in=4 out=8 weights_order=hwio") ==
             (Extents{2, 3, 4, 8}));
  BOOST_TEST(shape_of("input=5,6 kernel=2,3 in=4 out=8 groups=2 weights_order=hwio") ==
             (Extents{2, 3, 2, 8}));
  BOOST_TEST(shape_of("input=5,6 kernel=2,3 in=4 out=8 weights_order=ohwi") ==
             (Extents{8, 2, 3, 4}));
  BOOST_TEST(shape_of("input=5,6 kernel=2,3 in=4 out=8 groups=4 weights_order=hwim") ==
             (Extents{2, 3, 4, 2}));
  BOOST_TEST(shape_of("input=5 kernel=2 in=4 out=8 weights_order=hwio") == (Extents{2, 4, 8}));
  BOOST_TEST(shape_of("input=5,6,7 kernel=2 in=4 out=8 weights_order=ohwi") ==
             (Extents{8, 2, 2, 2, 4}));
  // TensorFlow's Conv2DTranspose: (h, w, output channels, input channels).
  BOOST_TEST(shape_of("transposed input=5,6 kernel=2,3 in=4 out=8 weights_order=hwio") ==
             (Extents{2, 3, 8, 4}));
  BOOST_TEST(shape_of("transposed input=5,6 kernel=2,3 in=8 out=4 groups=4 weights_order=hwim") ==
             (Extents{2, 3, 4, 2}));
}

BOOST_AUTO_TEST_CASE(matrices_worked_out_by_hand) {
  // (w, in, out): position 0 has in 0: 1 2, in 1: 3 4.
  BOOST_TEST(drawn("input=1 kernel=1 in=2 out=2 weights_order=hwio") == "1 3 / 2 4");
  BOOST_TEST(drawn("input=2 kernel=2 in=2 weights_order=hwio") == "1 3 2 4");
  BOOST_TEST(drawn("input=2 kernel=2 out=2 weights_order=hwio") == "1 3 / 2 4");
  // (out, w, in)
  BOOST_TEST(drawn("input=2 kernel=2 in=2 out=2 weights_order=ohwi") == "1 3 2 4 / 5 7 6 8");
  // (w, in, multiplier): output channel 2 c + m.
  BOOST_TEST(drawn("input=1 kernel=1 in=2 out=4 groups=2 weights_order=hwim") ==
             "1 . / 2 . / . 3 / . 4");
  // (w, out, in) of a transposed convolution: position 0 has out 0: 1, out 1: 2.
  BOOST_TEST(drawn("transposed input=1 kernel=2 out=2 weights_order=hwio") == "1 / 3 / 2 / 4");
  BOOST_TEST(drawn("transposed input=1 kernel=1 in=2 out=2 weights_order=hwio") == "1 2 / 3 4");
}

BOOST_AUTO_TEST_CASE(matrices_are_those_of_transposed_weights) {
  Failures failures;
  for_random_orders(
      "weights orders", 100,
      [&](const auto& spec, const auto& plain, const Numbers& weights, const Numbers& given) {
        const auto convolution = test::make(spec);
        failures.expect(spec, "row-major",
                        test::same_bits(compile(convolution, given), compile(plain, weights)));
        failures.expect(spec, "column-major",
                        test::same_bits(compile<int, Eigen::ColMajor>(convolution, given),
                                        compile<int, Eigen::ColMajor>(plain, weights)));
        failures.expect(spec, "to oihw", weights_to_oihw(convolution, given) == weights);
        failures.expect(spec, "from oihw", weights_from_oihw(convolution, weights) == given);
        failures.expect(spec, "with oihw", with_oihw(convolution).spec() == plain.spec());
      });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(so_is_everything_else_about_them) {
  Failures failures;
  for_random_orders(
      "what weights say", 40,
      [&](const auto& spec, const auto& plain, const Numbers& weights, const Numbers& given) {
        const auto convolution = test::make(spec);
        const Numbers x(static_cast<std::size_t>(plain.cols()), 3);
        const Numbers r = counting(plain.rows());
        failures.expect(spec, "gradient",
                        weights_to_oihw(convolution, weight_gradient(convolution, x, r)) ==
                            weight_gradient(plain, x, r));
        failures.expect(spec, "normal equations",
                        test::same_bits(normal_equations(convolution, given),
                                        normal_equations(plain, weights)));
        Inspection inspected = inspect(convolution, given);
        const Inspection expected = inspect(plain, weights);
        failures.expect(spec, "separability", inspected.separability == expected.separability);
        failures.expect(spec, "structure", inspected.structure == expected.structure);
      });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(explanations_name_places_in_the_given_array) {
  Failures failures;
  for_random_orders(
      "explained orders", 40,
      [&](const auto& spec, const auto&, const Numbers&, const Numbers& given) {
        const auto convolution = test::make(spec);
        const auto matrix = compile(convolution, given);
        for (Index row = 0; row < matrix.rows(); row += 3) {
          using Rows = std::remove_const_t<decltype(matrix)>;
          for (typename Rows::InnerIterator entry(matrix, row); entry; ++entry) {
            double sum = 0;
            for (const KernelMeeting& meeting : explain(convolution, row, entry.col()).meetings) {
              sum += given[static_cast<std::size_t>(meeting.weight)];
            }
            failures.expect(spec, "explained entry", sum == entry.value());
          }
        }
        for (Index weight = 0; weight < convolution.weight_count(); weight += 2) {
          const WeightLandings landings = explain_weight_index(convolution, weight);
          failures.expect(spec, "explained weight by position",
                          explain_weight(convolution, landings.position) == landings);
          Numbers only(given.size());
          only[static_cast<std::size_t>(weight)] = 1;
          const auto alone = compile(convolution, only);
          failures.expect(spec, "entries of a weight",
                          static_cast<Index>(alone.sum()) == landings.count);
          for (const WeightLanding& landing : landings.first) {
            failures.expect(spec, "entry of a weight", alone.coeff(landing.row, landing.col) > 0);
          }
        }
      });
  BOOST_TEST(failures.checked() > 0);
  const Convolution keras("input=3,3 kernel=2 in=2 weights_order=hwio");
  BOOST_TEST(to_text(explain(keras, 0, 10)) ==
             "entry (0, 10): output channel 0 at (0, 0) reads input channel 1 at (0, 1) through "
             "w[0,1,1,0] (weight 3, straight).\n");
}

BOOST_AUTO_TEST_CASE(letters_stay_those_of_the_kernel) {
  for (const char* order : {"hwio", "ohwi", "hwim"}) {
    const Convolution given("input=3,3 kernel=2 weights_order=" + std::string(order));
    BOOST_TEST(symbolic_matrix(given) == symbolic_matrix(Convolution("input=3,3 kernel=2")));
  }
  BOOST_TEST(numeric_matrix(Convolution("input=2 kernel=2 in=2 weights_order=hwio"),
                            Numbers{1, 2, 3, 4}) == "1 3 2 4\n");
}

BOOST_AUTO_TEST_CASE(im2col_in_any_order) {
  for (const WeightsOrder order :
       {WeightsOrder::oihw, WeightsOrder::hwio, WeightsOrder::ohwi, WeightsOrder::hwim}) {
    ConvolutionSpec windows{.input = {4, 5}, .kernel = {2, 3}, .in_channels = 2};
    const Convolution plain = im2col(windows);
    windows.weights_order = order;
    const Convolution given = im2col(windows);
    BOOST_TEST(test::same_bits(compile(given, im2col_weights<double>(given)),
                               compile(plain, im2col_weights<double>(plain))));
    const TransposedConvolution back = col2im(windows);
    BOOST_TEST((back.weights_shape() == given.weights_shape()));
  }
}

BOOST_AUTO_TEST_CASE(refusals) {
  test::check_throws<GeometryError>(
      [] { Convolution("input=3 kernel=2 in=2 out=2 weights_order=hwim"); },
      "weights_order hwim expects groups equal to in_channels 2, got groups 1");
  test::check_throws<GeometryError>(
      [] { TransposedConvolution up("transposed input=3 kernel=2 in=4 out=2 weights_order=hwim"); },
      "weights_order hwim expects groups equal to out_channels 2, got groups 1");
  test::check_throws<GeometryError>(
      [] {
        Convolution conv(
            {.input = {3}, .kernel = {2}, .weights_order = static_cast<WeightsOrder>(7)});
      },
      "weights_order 7 is not one of its enumerators");
  const Convolution conv("input=3 kernel=2 weights_order=hwio");
  test::check_throws<GeometryError>([&] { static_cast<void>(weights_to_oihw(conv, Numbers(3))); },
                                    "weights has length 3; expected 2");
  test::check_throws<GeometryError>([&] { static_cast<void>(weights_from_oihw(conv, Numbers(1))); },
                                    "weights has length 1; expected 2");
}

BOOST_AUTO_TEST_SUITE_END()
