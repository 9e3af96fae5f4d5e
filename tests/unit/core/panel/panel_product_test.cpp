#include "core/panel/product.hpp"

#include "support/make.hpp"
#include "support/random.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/random_spec.hpp>

#include <boost/test/unit_test.hpp>

#include <hwy/targets.h>

#include <algorithm>
#include <complex>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <thread>
#include <vector>

BOOST_AUTO_TEST_SUITE(panel_products)

namespace {

using toeplix::AnySpec;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::TensorOrder;
using toeplix::detail::panel_kernels;
using toeplix::detail::panel_plans;
using toeplix::detail::PanelProduct;
using toeplix::detail::Parts;
using toeplix::reference::SpecBounds;
using toeplix::test::make;
using toeplix::test::Random;
using toeplix::test::small_integers;

/// Calls `check()` with every family of instructions that this processor has.
void for_each_family(const std::function<void(const char* name)>& check) {
  std::set<std::string> tried;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    // Where a family has no kernels of its own, another's are chosen.
    const char* const name = panel_kernels<float>()->name;
    if (tried.insert(name).second) check(name);
  }
  hwy::SetSupportedTargetsForTest(0);
  BOOST_TEST(tried.size() > 1);
}

struct Effort {
  Index cache_bytes = 1 << 14;  // small, so that small images are cut into tiles
  int threads = 1;
  Index images = 1;
};

/// The products with the images in x; nothing if panels do not serve the pattern.
template <class Scalar>
std::optional<std::vector<Scalar>> multiply(const Pattern& pattern,
                                            const std::vector<Scalar>& weights,
                                            const std::vector<Scalar>& x, const Effort& effort) {
  using Real = typename Parts<Scalar>::Real;
  const auto& kernels = *panel_kernels<Real>();
  auto plans = panel_plans(pattern, Parts<Scalar>::count,
                           {.shape = kernels.shape,
                            .number_bytes = sizeof(Real),
                            .cache_bytes = effort.cache_bytes,
                            .threads = effort.threads});
  if (plans.empty()) return {};
  const PanelProduct<Scalar> product(std::move(plans), kernels, pattern, weights);
  std::vector<Scalar> y(static_cast<std::size_t>(pattern.rows() * effort.images),
                        std::numeric_limits<Real>::quiet_NaN());
  product.multiply(x.data(), y.data(), effort.images, effort.threads);
  return y;
}

template <class Scalar>
std::vector<Scalar> list(const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& vector) {
  return {vector.begin(), vector.end()};
}

/// Numbers whose sums round.
std::vector<float> fractions(Random& random, Index count) {
  std::vector<float> numbers = small_integers<float>(random, count, -1'000'000, 1'000'000);
  for (float& number : numbers) number /= 777;
  return numbers;
}

struct Checked {
  Index served = 0;
  Index all = 0;
};

/// Holds both products against those of the compiled matrix.
template <class Scalar>
void check_spec(const AnySpec& spec, const Effort& effort, Checked& checked) {
  std::visit(
      [&](const auto& either) {
        const auto conv = make(either);
        Random random(to_string(either));
        const auto weights = small_integers<Scalar>(random, conv.weight_count());
        const auto matrix = toeplix::compile<std::int64_t>(conv, weights);
        const Pattern pattern(conv);
        const auto x = small_integers<Scalar>(random, pattern.cols() * effort.images);
        const auto r = small_integers<Scalar>(random, pattern.rows() * effort.images);
        std::vector<Scalar> expected;
        std::vector<Scalar> expected_back;
        using Map = Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>;
        for (Index image = 0; image < effort.images; ++image) {
          const auto y =
              list<Scalar>(matrix * Map(x.data() + image * pattern.cols(), pattern.cols()));
          expected.insert(expected.end(), y.begin(), y.end());
          const auto back = list<Scalar>(matrix.transpose() *
                                         Map(r.data() + image * pattern.rows(), pattern.rows()));
          expected_back.insert(expected_back.end(), back.begin(), back.end());
        }
        const auto y = multiply(pattern, weights, x, effort);
        if (y && *y != expected) BOOST_ERROR(to_string(either));
        const auto back = multiply(pattern.transposed(), weights, r, effort);
        if (back && *back != expected_back) BOOST_ERROR(to_string(either) + ", transposed");
        checked.served += Index{y.has_value()} + Index{back.has_value()};
        checked.all += 2;
      },
      spec);
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_geometry_by_every_family) {
  for_each_family([&](const char* family) {
    BOOST_TEST_CONTEXT(family) {
      Checked checked;
      for (std::uint64_t seed = 0; seed < 150; ++seed) {
        const AnySpec spec = toeplix::reference::random_spec(toeplix::test::sweep_seed() + seed,
                                                             toeplix::test::all_of_geometry());
        check_spec<double>(spec, {}, checked);
        check_spec<std::complex<float>>(spec, {.cache_bytes = 1 << 11, .images = 2}, checked);
      }
      BOOST_TEST(checked.served * 10 > checked.all * 8);
    }
  });
}

// Lines that end anywhere in a vector, and blocks of any number of channels.
BOOST_AUTO_TEST_CASE(tails_of_vectors_and_blocks) {
  for_each_family([&](const char* family) {
    BOOST_TEST_CONTEXT(family) {
      Checked checked;
      Random random("tails");
      for (Index extent = 1; extent <= 40; ++extent) {
        for (Index stride = 1; stride <= 4; ++stride) {
          const Index dilation = random.between(1, 3);
          const Index kernel = random.between(1, 4);
          const toeplix::TransposedConvolutionSpec up{
              .input = {2, extent},
              .kernel = {random.between(1, 3), kernel},
              .in_channels = random.between(1, 17),
              .out_channels = random.between(1, 17),
              .stride = {1, stride},
              .dilation = {1, dilation},
              .output_padding = {0, random.between(0, std::max(stride, dilation) - 1)}};
          check_spec<float>(up, {}, checked);
          const toeplix::ConvolutionSpec down{.input = {5, extent + (kernel - 1) * dilation},
                                              .kernel = up.kernel,
                                              .in_channels = up.in_channels,
                                              .out_channels = up.out_channels,
                                              .stride = {random.between(1, 2), stride},
                                              .dilation = {1, dilation},
                                              .padding = 1,
                                              .boundary = toeplix::test::draw_boundary(random)};
          check_spec<float>(down, {.cache_bytes = 1 << 12}, checked);
        }
      }
      for (Index channels = 1; channels <= 17; ++channels) {
        check_spec<double>(
            toeplix::ConvolutionSpec{
                .input = {7}, .kernel = {3}, .in_channels = channels, .out_channels = channels},
            {}, checked);
      }
      BOOST_TEST(checked.served * 10 > checked.all * 8);
    }
  });
}

// One channel in and out, and images long enough for rows of sums to roll down.
BOOST_AUTO_TEST_CASE(rolling_rows) {
  for_each_family([&](const char* family) {
    BOOST_TEST_CONTEXT(family) {
      Checked checked;
      Random random("rolling");
      for (int i = 0; i < 60; ++i) {
        const auto axes = static_cast<std::size_t>(random.between(2, 3));
        toeplix::ConvolutionSpec spec{.input = {}, .kernel = {}};
        spec.in_channels = random.between(1, 3);
        spec.out_channels = spec.in_channels;
        spec.groups = spec.in_channels;
        spec.boundary = toeplix::test::draw_boundary(random);
        spec.operation =
            random.pick({toeplix::Operation::correlation, toeplix::Operation::convolution});
        spec.order = random.pick(
            {TensorOrder::channels_first, TensorOrder::channels_last, TensorOrder::column_major});
        std::vector<Index> dilation;
        std::vector<Index> stride;
        for (std::size_t axis = 0; axis < axes; ++axis) {
          const bool outer = axis + 2 < axes;
          spec.input.push_back(outer ? random.between(1, 4) : random.between(24, 45));
          spec.kernel.push_back(random.between(1, axis + 2 == axes ? 21 : 4));
          dilation.push_back(random.once_in(4) ? 2 : 1);
          stride.push_back(random.once_in(4) ? 2 : 1);
        }
        spec.dilation = dilation;
        spec.stride = stride;
        spec.padding = toeplix::Padding::full();
        check_spec<float>(spec, {.cache_bytes = random.pick({1 << 13, 1 << 16})}, checked);
      }
      BOOST_TEST(checked.served * 10 > checked.all * 9);
    }
  });
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  for (const Boundary boundary : {Boundary::zero, Boundary::reflect}) {
    for (const bool one_channel : {false, true}) {
      const Convolution conv(
          {.input = {60, 61},
           .kernel = {11, 5},
           .in_channels = one_channel ? 1 : 6,
           .out_channels = one_channel ? 1 : 40,
           .groups = one_channel ? 1 : 2,
           .stride = {1, 2},
           .padding = 2,
           .boundary = boundary,
           .order = one_channel ? TensorOrder::channels_first : TensorOrder::channels_last});
      Random random("fractions");
      const Pattern pattern(conv);
      const auto weights = fractions(random, conv.weight_count());
      const auto x = fractions(random, pattern.cols());
      const auto r = fractions(random, pattern.rows());
      const auto y = multiply(pattern, weights, x, {.cache_bytes = 1 << 20});
      const auto back = multiply(pattern.transposed(), weights, r, {.cache_bytes = 1 << 20});
      BOOST_REQUIRE((y && back));
      for (const int threads : {1, 2, 3, 7}) {
        for (const Index cache_bytes : {1 << 13, 1 << 17, 1 << 20}) {
          const Effort effort{.cache_bytes = cache_bytes, .threads = threads};
          BOOST_TEST((*multiply(pattern, weights, x, effort) == *y));
          BOOST_TEST((*multiply(pattern.transposed(), weights, r, effort) == *back));
        }
      }
    }
  }
}

// Many sums beyond the edges are added to one row: in the same order, though threads share them.
BOOST_AUTO_TEST_CASE(any_number_of_threads_adds_what_is_folded_in_the_same_order) {
  for (const char* const spec :
       {"input=178,168 kernel=12,33 stride=1,2 padding=full boundary=replicate",
        "input=44,31 kernel=34,24 stride=2,2 padding=full boundary=symmetric",
        "input=68,147 kernel=20,29 out=2 stride=3,1 padding=full boundary=circular",
        "input=90,28 kernel=21,33 in=11 out=9 stride=3,1 padding=full boundary=replicate",
        "input=9,9 kernel=5,5 in=40 out=30 padding=4 boundary=reflect"}) {
    const Convolution conv(spec);
    Random random(spec);
    const Pattern pattern = Pattern(conv).transposed();
    const auto weights = fractions(random, conv.weight_count());
    const auto x = fractions(random, pattern.cols());
    for (const Index cache_bytes : {1 << 14, 1 << 19}) {
      const auto y = multiply(pattern, weights, x, {.cache_bytes = cache_bytes});
      BOOST_REQUIRE(y.has_value());
      for (const int threads : {2, 3, 7}) {
        const Effort effort{.cache_bytes = cache_bytes, .threads = threads};
        BOOST_TEST((*multiply(pattern, weights, x, effort) == *y), spec << ", " << threads);
      }
    }
  }
}

// Threads that find no tile left multiply the panel that they have by other weights.
BOOST_AUTO_TEST_CASE(threads_share_the_weights_of_few_tiles) {
  Checked checked;
  for (const char* const spec :
       {"transposed input=4,4 kernel=4,4 in=64 out=96 stride=2 padding=1",
        "input=9,40 kernel=3,3 in=33 out=70 padding=1 boundary=symmetric",
        "input=12,12 kernel=5,5 in=48 out=60 groups=2 padding=2 order=channels_last"}) {
    for (const int threads : {2, 3, 5}) {
      for (const Index images : {1, 3}) {
        const Effort effort{.cache_bytes = 1 << 16, .threads = threads, .images = images};
        check_spec<float>(toeplix::parse_spec(spec), effort, checked);
      }
    }
  }
  BOOST_TEST(checked.served == checked.all);
}

// A NaN reaches the rows that have an entry in its column, and no other; padding is no entry.
BOOST_AUTO_TEST_CASE(not_a_number_travels_along_entries) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  for (const Boundary boundary : {Boundary::zero, Boundary::circular, Boundary::replicate}) {
    const Convolution conv({.input = {6, 9},
                            .kernel = {3, 3},
                            .in_channels = 2,
                            .out_channels = 3,
                            .stride = {2, 1},
                            .padding = 2,
                            .boundary = boundary});
    const std::vector<float> weights(static_cast<std::size_t>(conv.weight_count()), 0);
    const auto matrix = toeplix::compile<std::int64_t>(conv, weights);
    for (const Pattern& pattern : {Pattern(conv), Pattern(conv).transposed()}) {
      const bool turned = pattern.rows() != conv.rows();
      for (Index column = 0; column < pattern.cols(); ++column) {
        std::vector<float> x(static_cast<std::size_t>(pattern.cols()), 1);
        x[static_cast<std::size_t>(column)] = nan;
        const auto y = multiply(pattern, weights, x, {});
        BOOST_REQUIRE(y.has_value());
        for (Index row = 0; row < pattern.rows(); ++row) {
          bool entry = false;
          for (const Pattern::Entry& one : pattern.row(row)) entry |= one.column == column;
          if (std::isnan((*y)[static_cast<std::size_t>(row)]) != entry) {
            BOOST_ERROR(to_string(boundary) << " " << turned << " " << row << " " << column);
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(weights_that_are_not_finite_are_not_for_panels) {
  const Convolution conv({.input = {9}, .kernel = {3}, .padding = 1});
  const Pattern pattern(conv);
  using toeplix::detail::panel_product;
  BOOST_TEST(panel_product<double>(pattern, std::vector<double>{1, 2, 3}, 1) != nullptr);
  for (const double weight :
       {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    BOOST_TEST(panel_product<double>(pattern, std::vector<double>{1, weight, 3}, 1) == nullptr);
  }
}

// Taps so far apart, or so many, are multiplied line by line.
BOOST_AUTO_TEST_CASE(what_panels_do_not_serve) {
  const auto served = [](const toeplix::ConvolutionSpec& spec) {
    const Pattern pattern{Convolution(spec)};
    return !panel_plans(pattern, 1,
                        {.shape = panel_kernels<float>()->shape,
                         .number_bytes = sizeof(float),
                         .cache_bytes = 1 << 19,
                         .threads = 1})
                .empty();
  };
  BOOST_TEST(served({.input = {1000}, .kernel = {5}, .dilation = 100}));
  BOOST_TEST(!served({.input = {Index{1} << 40}, .kernel = {2}, .dilation = Index{1} << 39}));
  BOOST_TEST(!served({.input = {Index{1} << 20}, .kernel = {Index{1} << 18}}));
  BOOST_TEST(!served(
      {.input = {2}, .kernel = {2}, .input_dilation = Index{1} << 20, .padding = Index{1} << 20}));
}

BOOST_AUTO_TEST_CASE(threads_share_a_product) {
  const Convolution conv({.input = {40, 40}, .kernel = {3, 3}, .in_channels = 2, .padding = 1});
  const Pattern pattern(conv);
  Random random("shared");
  const auto weights = small_integers<float>(random, conv.weight_count());
  const auto x = small_integers<float>(random, pattern.cols());
  const auto product = toeplix::detail::panel_product<float>(pattern, weights, 1);
  BOOST_REQUIRE(product != nullptr);
  std::vector<std::vector<float>> results(8);
  {
    std::vector<std::jthread> threads;
    for (std::vector<float>& y : results) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) {
          y.assign(static_cast<std::size_t>(pattern.rows()), 0);
          product->multiply(x.data(), y.data(), 1, 1);
        }
      });
    }
  }
  const auto expected = *multiply(pattern, weights, x, {});
  for (const std::vector<float>& y : results) BOOST_TEST((y == expected));
}

BOOST_AUTO_TEST_SUITE_END()
