#include "support/draw.hpp"
#include "support/failures.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/separable.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <sstream>

BOOST_AUTO_TEST_SUITE(average_pool)

namespace {

using toeplix::AveragePool;
using toeplix::CapacityError;
using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Padding;
using toeplix::Separable;
using toeplix::TensorOrder;
using toeplix::test::check_throws;
using toeplix::test::draw;
using toeplix::test::Random;

std::string draw(const AveragePool& pool) {
  return draw(toeplix::compile(pool));
}

// --- a naive evaluation: all pixels of every window, one by one
// ------------------------------------

/// Counts through all coordinates below `extents`, the last one fastest. False once it is through.
bool advance(Extents& at, const Extents& extents) {
  for (std::size_t axis = at.size(); axis-- > 0;) {
    if (++at[axis] < extents[axis]) return true;
    at[axis] = 0;
  }
  return false;
}

Index flat(const Extents& at, const Extents& extents) {
  Index index = 0;
  for (std::size_t axis = 0; axis < at.size(); ++axis) index = index * extents[axis] + at[axis];
  return index;
}

/// One channel of a pool with explicit padding. `row` is that of one window: pixels and divisor are
/// found by looking at every position of the window, in as many dimensions as it has.
struct NaiveWindow {
  std::vector<Index> pixels;
  Index divisor = 0;
};

NaiveWindow naive_window(const AveragePool& pool, const Extents& output) {
  const auto& sides = pool.padding.sides();
  NaiveWindow window;
  Extents tap(pool.kernel.size());
  do {
    Extents pixel;
    bool real = true;
    bool padded = true;
    for (std::size_t axis = 0; axis < tap.size(); ++axis) {
      const auto side = sides[sides.size() == 1 ? 0 : axis];
      const Index at =
          output[axis] * pool.stride[axis] - side.lower + tap[axis] * pool.dilation[axis];
      real = real && at >= 0 && at < pool.input[axis];
      padded = padded && at >= -side.lower && at < pool.input[axis] + side.upper;
      pixel.push_back(at);
    }
    if (real) window.pixels.push_back(flat(pixel, pool.input));
    if (pool.count_include_pad ? padded : real) ++window.divisor;
  } while (advance(tap, pool.kernel));
  return window;
}

/// Number of windows, by trying one after the other.
Extents naive_output(const AveragePool& pool) {
  const auto& sides = pool.padding.sides();
  Extents output;
  for (std::size_t axis = 0; axis < pool.input.size(); ++axis) {
    const auto side = sides[sides.size() == 1 ? 0 : axis];
    const Index span = (pool.kernel[axis] - 1) * pool.dilation[axis] + 1;
    const Index end = pool.input[axis] + side.upper;
    Index count = 0;
    Index start = -side.lower;
    while (start + span <= end) {
      start += pool.stride[axis];
      ++count;
    }
    // The last whole window ends before the padded image does: another one catches the rest.
    const bool rest = start - pool.stride[axis] + span < end;
    if (pool.ceil_mode && rest) ++count;
    if (pool.ceil_mode && (count - 1) * pool.stride[axis] - side.lower >= pool.input[axis]) --count;
    output.push_back(count);
  }
  return output;
}

/// What is wrong with the matrix of one channel.
std::string naive_difference(const AveragePool& pool) {
  const auto matrix = toeplix::compile(pool);
  const Extents extents = naive_output(pool);
  if (matrix.rows() != toeplix::test::product(extents)) return "wrong number of rows";
  Extents output(extents.size());
  Index row = 0;
  do {
    const NaiveWindow window = naive_window(pool, output);
    const double mean = 1 / static_cast<double>(window.divisor);
    std::vector<Index> columns;
    for (decltype(matrix)::InnerIterator entry(matrix, row); entry; ++entry) {
      columns.push_back(entry.col());
      const double error = std::abs(entry.value() - mean) / mean;
      if (error > 4 * std::numeric_limits<double>::epsilon()) return "wrong value";
    }
    if (columns != window.pixels) return "wrong columns in row " + std::to_string(row);
    ++row;
  } while (advance(output, extents));
  return {};
}

std::string to_string(const AveragePool& pool) {
  std::ostringstream text;
  text << to_string(toeplix::ConvolutionSpec{.input = pool.input,
                                             .kernel = pool.kernel,
                                             .stride = pool.stride,
                                             .dilation = pool.dilation,
                                             .padding = pool.padding})
       << " ceil_mode=" << pool.ceil_mode << " count_include_pad=" << pool.count_include_pad;
  return text.str();
}

AveragePool draw_pool(Random& random) {
  const auto axes = static_cast<std::size_t>(random.between(1, 3));
  AveragePool pool{.input = {}, .kernel = {}};
  std::vector<toeplix::AxisPadding> sides;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    pool.input.push_back(random.between(1, 7));
    pool.kernel.push_back(random.between(1, 4));
    sides.push_back({random.between(0, 3), random.between(0, 3)});
  }
  pool.stride =
      toeplix::test::draw_per_axis<Index>(random, axes, [&] { return random.between(1, 4); });
  pool.dilation =
      toeplix::test::draw_per_axis<Index>(random, axes, [&] { return random.between(1, 3); });
  pool.padding = sides;
  pool.ceil_mode = random.once_in(2);
  pool.count_include_pad = random.once_in(2);
  return pool;
}

}  // namespace

BOOST_AUTO_TEST_CASE(windows_take_the_mean) {
  BOOST_TEST(draw(AveragePool{.input = {4}, .kernel = {2}}) ==
             "0.5 0.5 . . / . 0.5 0.5 . / . . 0.5 0.5");
  BOOST_TEST(draw(AveragePool{.input = {5}, .kernel = {2}, .stride = 2}) ==
             "0.5 0.5 . . . / . . 0.5 0.5 .");
  BOOST_TEST(draw(AveragePool{.input = {5}, .kernel = {2}, .dilation = 3}) ==
             "0.5 . . 0.5 . / . 0.5 . . 0.5");
  BOOST_TEST(draw(AveragePool{.input = {2, 3}, .kernel = {2, 2}}) ==
             "0.25 0.25 . 0.25 0.25 . / . 0.25 0.25 . 0.25 0.25");
  // The whole image: ONNX's GlobalAveragePool.
  BOOST_TEST(draw(AveragePool{.input = {2, 2}, .kernel = {2, 2}}) == "0.25 0.25 0.25 0.25");
}

BOOST_AUTO_TEST_CASE(padding_counts_when_asked) {
  AveragePool pool{.input = {3}, .kernel = {2}, .stride = 2, .padding = 1};
  BOOST_TEST(draw(pool) == "1 . . / . 0.5 0.5");
  pool.count_include_pad = true;
  BOOST_TEST(draw(pool) == "0.5 . . / . 0.5 0.5");
  // Windows that have nothing but padding: their mean is zero.
  BOOST_TEST(draw(AveragePool{
                 .input = {2}, .kernel = {1}, .padding = {{1, 2}}, .count_include_pad = true}) ==
             ". . / 1 . / . 1 / . . / . .");
}

BOOST_AUTO_TEST_CASE(ceil_mode_lets_a_window_stand_out) {
  AveragePool pool{.input = {3}, .kernel = {2}, .stride = 2};
  BOOST_TEST(draw(pool) == "0.5 0.5 .");
  pool.ceil_mode = true;
  BOOST_TEST(draw(pool) == "0.5 0.5 . / . . 1");
  // What stands out never counts ...
  pool.count_include_pad = true;
  BOOST_TEST(draw(pool) == "0.5 0.5 . / . . 1");
  // ... but explicit padding does.
  pool.padding = {{0, 1}};
  BOOST_TEST(draw(pool) == "0.5 0.5 . / . . 0.5");
  // A single window, larger than the image.
  BOOST_TEST(draw(AveragePool{.input = {2}, .kernel = {3}, .stride = 2, .ceil_mode = true}) ==
             "0.5 0.5");
}

BOOST_AUTO_TEST_CASE(ceil_mode_drops_a_window_beyond_the_image) {
  AveragePool pool{.input = {2}, .kernel = {1}, .stride = 2, .padding = {{0, 1}}};
  pool.count_include_pad = true;
  BOOST_TEST(draw(pool) == "1 . / . .");
  pool.ceil_mode = true;
  BOOST_TEST(draw(pool) == "1 .");
}

BOOST_AUTO_TEST_CASE(padding_by_rule) {
  // 5 pixels by twos: 3 windows, one pixel of padding.
  AveragePool pool{.input = {5}, .kernel = {2}, .stride = 2, .padding = Padding::same_upper()};
  BOOST_TEST(draw(pool) == "0.5 0.5 . . . / . . 0.5 0.5 . / . . . . 1");
  pool.padding = Padding::same_lower();
  BOOST_TEST(draw(pool) == "1 . . . . / . 0.5 0.5 . . / . . . 0.5 0.5");
  pool.count_include_pad = true;
  BOOST_TEST(draw(pool) == "0.5 . . . . / . 0.5 0.5 . . / . . . 0.5 0.5");
  pool.padding = Padding::valid();
  pool.ceil_mode = true;  // is for padding in numbers
  BOOST_TEST(draw(pool) == "0.5 0.5 . . . / . . 0.5 0.5 .");
  BOOST_TEST(draw(AveragePool{.input = {2}, .kernel = {2}, .padding = Padding::full()}) ==
             "1 . / 0.5 0.5 / . 1");
}

BOOST_AUTO_TEST_CASE(channels_are_apart) {
  AveragePool pool{.input = {3}, .kernel = {2}, .channels = 2};
  BOOST_TEST(draw(pool) == "0.5 0.5 . . . . / . 0.5 0.5 . . . / . . . 0.5 0.5 . / . . . . 0.5 0.5");
  pool.order = TensorOrder::channels_last;
  BOOST_TEST(draw(pool) == "0.5 . 0.5 . . . / . 0.5 . 0.5 . . / . . 0.5 . 0.5 . / . . . 0.5 . 0.5");
  // 2 x 3 pixels, the first axis fastest; windows of 1 x 2.
  const AveragePool columns{
      .input = {2, 3}, .kernel = {1, 2}, .channels = 1, .order = TensorOrder::column_major};
  BOOST_TEST(draw(columns) ==
             "0.5 . 0.5 . . . / . 0.5 . 0.5 . . / . . 0.5 . 0.5 . / . . . 0.5 . 0.5");
  BOOST_TEST((Separable(columns).output() == Extents{1, 2, 2}));
}

BOOST_AUTO_TEST_CASE(every_row_is_a_mean) {
  // Without count_include_pad a constant image stays as it is.
  const auto matrix = toeplix::compile(AveragePool{.input = {9, 8},
                                                   .kernel = {3, 4},
                                                   .channels = 2,
                                                   .stride = {2, 3},
                                                   .padding = {{1, 2}, {2, 0}},
                                                   .ceil_mode = true});
  const Eigen::VectorXd sums = matrix * Eigen::VectorXd::Ones(matrix.cols());
  BOOST_TEST((sums.array() - 1).abs().maxCoeff() < 1e-15);
}

BOOST_AUTO_TEST_CASE(is_what_direct_loops_make_it) {
  Random random(toeplix::test::sweep_seed());
  int compared = 0;
  int refused = 0;
  while (compared < 2000) {
    const AveragePool pool = draw_pool(random);
    try {
      const std::string difference = naive_difference(pool);
      BOOST_TEST(difference.empty(), to_string(pool) << ": " << difference);
      ++compared;
    } catch (const GeometryError&) {
      // No window at all along an axis, or one that has no pixel.
      bool none = false;
      const Extents extents = naive_output(pool);
      for (const Index extent : extents) none = none || extent < 1;
      Extents output(extents.size());
      if (!none) {
        do {
          none = none || naive_window(pool, output).divisor == 0;
        } while (advance(output, extents));
      }
      BOOST_TEST(none, to_string(pool) << ": refused");
      ++refused;
    }
  }
  BOOST_TEST(refused > 100);
}

BOOST_AUTO_TEST_CASE(refuses) {
  check_throws<GeometryError>([] { Separable(AveragePool{.input = {3}, .kernel = {4}}); },
                              "axis 0: kernel span 4 exceeds padded input 3");
  check_throws<GeometryError>(
      [] {
        Separable(AveragePool{.input = {9, 3}, .kernel = {1, 5}, .stride = 2, .ceil_mode = true});
      },
      "axis 1: kernel span 5 exceeds padded input 3 by stride 2 or more");
  check_throws<GeometryError>(
      [] {
        Separable(AveragePool{.input = {3}, .kernel = {2}, .padding = {{0, -1}}});
      },
      "axis 0: padding -1 must not be negative in an average pool");
  check_throws<GeometryError>(
      [] { Separable(AveragePool{.input = {3}, .kernel = {2}, .channels = 0}); },
      "channels 0 must be at least 1");
  check_throws<GeometryError>(
      [] {
        Separable(AveragePool{.input = {2, 2}, .kernel = {1, 1}, .padding = {{0, 0}, {0, 1}}});
      },
      "axis 1: the window of output 2 has no pixel of the image to take the mean of; use less "
      "padding or count_include_pad");
  check_throws<GeometryError>(
      [] {
        Separable(AveragePool{.input = {3, 3}, .kernel = {2, 2, 2}});
      },
      "kernel has 3 values; expected one, or one per axis (2)");
}

BOOST_AUTO_TEST_CASE(one_kernel_extent_stands_for_every_axis) {
  const auto pool = [](Extents kernel) {
    return AveragePool{.input = {5, 6},
                       .kernel = std::move(kernel),
                       .stride = 3,
                       .padding = 1,
                       .ceil_mode = true,
                       .count_include_pad = true};
  };
  BOOST_TEST(draw(pool({3})) == draw(pool({3, 3})));
}

BOOST_AUTO_TEST_CASE(ceil_mode_refuses_what_is_out_of_range) {
  const Index huge = std::numeric_limits<Index>::max();
  AveragePool pool{.input = {3}, .kernel = {2}, .ceil_mode = true};
  for (const Index stride : {Index{0}, -huge, huge}) {
    pool.stride = stride;
    BOOST_CHECK_THROW(Separable{pool}, GeometryError);
  }
  pool.stride = 1;
  for (const Index dilation : {Index{0}, -huge, huge}) {
    pool.dilation = dilation;
    BOOST_CHECK_THROW(Separable{pool}, GeometryError);
  }
  pool.dilation = 1;
  pool.padding = huge;
  BOOST_CHECK_THROW(Separable{pool}, GeometryError);
  pool.padding = {1, 2, 3};
  BOOST_CHECK_THROW(Separable{pool}, GeometryError);
  pool.padding = 0;
  pool.kernel = {-huge - 1};
  BOOST_CHECK_THROW(Separable{pool}, GeometryError);
  pool = {.input = {Index{1} << 30}, .kernel = {1}};
  BOOST_CHECK_THROW(Separable{pool}, CapacityError);
}

BOOST_AUTO_TEST_SUITE_END()
