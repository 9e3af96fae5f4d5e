#include "support/onnx_check.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(onnx_pools)

namespace {

using toeplix::Extents;
using toeplix::FormatError;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::test::Array;
using toeplix::test::make_array;
using toeplix::test::NodeModel;
using toeplix::test::small_array;

/// The mean over windows of an axis, by stepping. What is below `counted_low` or from
/// `counted_high` on does not count in the divisor.
struct AxisWindows {
  Index kernel, stride, dilation, lower, counted_low, counted_high;
};

Array pooled(const Array& x, const AxisWindows& rows, const AxisWindows& cols,
             const Extents& output) {
  return make_array(output, [&](const Extents& at) {
    double sum = 0;
    double count = 0;
    for (Index i = 0; i < rows.kernel; ++i) {
      for (Index j = 0; j < cols.kernel; ++j) {
        const Index row = at[2] * rows.stride - rows.lower + i * rows.dilation;
        const Index col = at[3] * cols.stride - cols.lower + j * cols.dilation;
        const bool counts = row >= rows.counted_low && row < rows.counted_high &&
                            col >= cols.counted_low && col < cols.counted_high;
        count += counts ? 1 : 0;
        const bool inside = row >= 0 && row < x.shape[2] && col >= 0 && col < x.shape[3];
        if (inside) sum += x[{at[0], at[1], row, col}];
      }
    }
    return sum / count;
  });
}

/// Windows of a power of two pixels, so that means are exact.
Array image() {
  Array x = small_array({2, 3, 6, 5});
  for (double& value : x.values) value *= 144;
  return x;
}

}  // namespace

BOOST_AUTO_TEST_CASE(windows_within_the_image) {
  const Array x = image();
  NodeModel("AveragePool")
      .with("kernel_shape", Extents{2, 4})
      .check(x, pooled(x, {2, 1, 1, 0, 0, 6}, {4, 1, 1, 0, 0, 5}, {2, 3, 5, 2}));
}

BOOST_AUTO_TEST_CASE(padding_counts_only_if_asked) {
  const Array x = image();
  const auto pool = [] {
    return NodeModel("AveragePool", 19)
        .with("kernel_shape", Extents{2, 2})
        .with("strides", Extents{2, 1})
        .with("pads", Extents{1, 0, 0, 1});
  };
  pool().check(x, pooled(x, {2, 2, 1, 1, 0, 6}, {2, 1, 1, 0, 0, 5}, {2, 3, 3, 5}));
  pool()
      .with("count_include_pad", 1)
      .check(x, pooled(x, {2, 2, 1, 1, -1, 6}, {2, 1, 1, 0, 0, 6}, {2, 3, 3, 5}));
}

BOOST_AUTO_TEST_CASE(ceil_mode_has_one_window_more_that_never_counts_beyond) {
  const Array x = image();
  NodeModel("AveragePool")
      .with("kernel_shape", Extents{2, 2})
      .with("strides", Extents{2, 2})
      .with("ceil_mode", 1)
      .with("count_include_pad", 1)
      .check(x, pooled(x, {2, 2, 1, 0, 0, 6}, {2, 2, 1, 0, 0, 5}, {2, 3, 3, 3}));
}

BOOST_AUTO_TEST_CASE(dilated_windows) {
  const Array x = image();
  NodeModel("AveragePool", 19)
      .with("kernel_shape", Extents{2, 2})
      .with("dilations", Extents{3, 2})
      .check(x, pooled(x, {2, 1, 3, 0, 0, 6}, {2, 1, 2, 0, 0, 5}, {2, 3, 3, 3}));
}

BOOST_AUTO_TEST_CASE(auto_pad_puts_the_odd_pixel_where_it_says) {
  const Array x = image();
  const auto pool = [](const char* word) {
    return NodeModel("AveragePool").with("kernel_shape", Extents{2, 2}).with("auto_pad", word);
  };
  pool("SAME_UPPER").check(x, pooled(x, {2, 1, 1, 0, 0, 6}, {2, 1, 1, 0, 0, 5}, {2, 3, 6, 5}));
  pool("SAME_LOWER").check(x, pooled(x, {2, 1, 1, 1, 0, 6}, {2, 1, 1, 1, 0, 5}, {2, 3, 6, 5}));
  pool("VALID").check(x, pooled(x, {2, 1, 1, 0, 0, 6}, {2, 1, 1, 0, 0, 5}, {2, 3, 5, 4}));
}

BOOST_AUTO_TEST_CASE(global_pooling_is_the_mean_of_an_image) {
  Array x = small_array({2, 3, 2, 4});
  for (double& value : x.values) value *= 8;
  NodeModel("GlobalAveragePool")
      .check(x, pooled(x, {2, 1, 1, 0, 0, 2}, {4, 1, 1, 0, 0, 4}, {2, 3, 1, 1}));
}

BOOST_AUTO_TEST_CASE(largest_of_windows_have_a_shape) {
  NodeModel("MaxPool")
      .with("kernel_shape", Extents{2, 2})
      .with("strides", Extents{2, 2})
      .with("ceil_mode", 1)
      .is_not_linear({1, 2, 5, 4}, "takes the largest of a window", {1, 2, 3, 2});
  NodeModel("GlobalMaxPool").is_not_linear({1, 2, 5, 4}, "is not linear", {1, 2, 1, 1});
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  const Extents x = {1, 1, 4, 4};
  const auto pool = [] { return NodeModel("AveragePool"); };
  pool().refuses<FormatError>(x, "attribute 'kernel_shape' is missing");
  pool()
      .with("kernel_shape", Extents{2})
      .refuses<FormatError>(x, "attribute 'kernel_shape' has 1 numbers; expected 2");
  pool()
      .with("kernel_shape", Extents{0, 2})
      .refuses<FormatError>(x, "attribute 'kernel_shape' has 0; it must be at least 1");
  pool()
      .with("kernel_shape", Extents{2, 2})
      .with("ceil_mode", 2)
      .refuses<FormatError>(x, "attribute 'ceil_mode' is 2; expected 0 or 1");
  // Dilated pools came with operator set 19.
  pool()
      .with("kernel_shape", Extents{2, 2})
      .with("dilations", Extents{1, 1})
      .refuses<FormatError>(x, "attribute 'dilations' is not known");
  pool()
      .with("kernel_shape", Extents{5, 2})
      .refuses<GeometryError>(x, "axis 0: kernel span 5 exceeds padded input 4");
}

BOOST_AUTO_TEST_SUITE_END()
