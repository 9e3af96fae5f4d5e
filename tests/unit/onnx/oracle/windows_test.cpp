#include "one_node.hpp"

BOOST_AUTO_TEST_SUITE(oracle_windows)

using toeplix::Extents;
using toeplix::test::OneNode;
using Numbers = std::vector<double>;

namespace {

OneNode conv(const Extents& shape, const Numbers& x, const Extents& weights, const Numbers& w) {
  return OneNode("Conv").real(shape, x).real(weights, w);
}

/// A kernel of 1 and 10 over 1, 2, 3, 4.
OneNode line() {
  return conv({1, 1, 4}, {1, 2, 3, 4}, {1, 1, 2}, {1, 10});
}

OneNode transposed_line() {
  return OneNode("ConvTranspose").real({1, 1, 2}, {1, 2}).real({1, 1, 3}, {1, 10, 100});
}

OneNode pool(const Numbers& x, const Extents& kernel) {
  return OneNode("AveragePool", 19)
      .real({1, 1, static_cast<toeplix::Index>(x.size())}, x)
      .with("kernel_shape", kernel);
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_axis) {
  line().gives({1, 1, 3}, {21, 32, 43});
  line().with("strides", Extents{2}).gives({1, 1, 2}, {21, 43});
  line().with("dilations", Extents{2}).gives({1, 1, 2}, {31, 42});
  line().with("pads", Extents{2, 1}).gives({1, 1, 6}, {0, 10, 21, 32, 43, 4});
  line().with("auto_pad", "SAME_UPPER").gives({1, 1, 4}, {21, 32, 43, 4});
  line().with("auto_pad", "SAME_LOWER").gives({1, 1, 4}, {10, 21, 32, 43});
  line().with("auto_pad", "VALID").gives({1, 1, 3}, {21, 32, 43});
  line().with("auto_pad", "SAME").refuses("the oracle does not know auto_pad SAME");
}

BOOST_AUTO_TEST_CASE(pads_have_all_lower_sides_first) {
  // One row above, two columns on the right.
  conv({1, 1, 2, 2}, {1, 2, 3, 4}, {1, 1, 2, 2}, {1, 10, 100, 1000})
      .with("pads", Extents{1, 0, 0, 2})
      .gives({1, 1, 2, 3}, {2100, 200, 0, 4321, 402, 0});
}

BOOST_AUTO_TEST_CASE(channels_groups_and_bias) {
  // Two images of two channels of one pixel; two kernels of one pixel.
  conv({2, 2, 1}, {1, 2, 3, 4}, {2, 2, 1}, {1, 10, 100, 1000})
      .real({2}, {0.5, -0.5})
      .gives({2, 2, 1}, {21.5, 2099.5, 43.5, 4299.5});
  conv({1, 2, 2}, {1, 2, 3, 4}, {4, 1, 1}, {1, 10, 100, 1000})
      .with("group", 2)
      .gives({1, 4, 2}, {1, 2, 10, 20, 300, 400, 3000, 4000});
  conv({1, 2, 1}, {1, 2}, {1, 1, 1}, {1}).refuses("channels and groups do not fit");
  line().real({2}, {1, 2}).refuses("the bias does not fit");
}

BOOST_AUTO_TEST_CASE(transposed) {
  transposed_line().gives({1, 1, 4}, {1, 12, 120, 200});
  transposed_line().with("strides", Extents{2}).gives({1, 1, 5}, {1, 10, 102, 20, 200});
  transposed_line().with("dilations", Extents{2}).gives({1, 1, 6}, {1, 2, 10, 20, 100, 200});
  transposed_line().with("pads", Extents{1, 0}).gives({1, 1, 3}, {12, 120, 200});
  transposed_line().with("output_padding", Extents{1}).gives({1, 1, 5}, {1, 12, 120, 200, 0});
  transposed_line().real({1}, {5}).gives({1, 1, 4}, {6, 17, 125, 205});
}

BOOST_AUTO_TEST_CASE(transposed_to_a_wanted_output) {
  const auto sized = [](toeplix::Index output) {
    return transposed_line().with("strides", Extents{2}).with("output_shape", Extents{output});
  };
  // 5 pixels by itself. Of an odd number SAME_UPPER leaves out more behind, others in front.
  sized(4).gives({1, 1, 4}, {10, 102, 20, 200});
  sized(4).with("auto_pad", "SAME_UPPER").gives({1, 1, 4}, {1, 10, 102, 20});
  sized(4).with("auto_pad", "SAME_LOWER").gives({1, 1, 4}, {10, 102, 20, 200});
  sized(3).gives({1, 1, 3}, {10, 102, 20});
  transposed_line()
      .with("strides", Extents{2})
      .with("auto_pad", "SAME_UPPER")
      .gives({1, 1, 4}, {1, 10, 102, 20});
}

BOOST_AUTO_TEST_CASE(transposed_groups) {
  OneNode("ConvTranspose")
      .real({1, 2, 1}, {1, 2})
      .real({2, 2, 1}, {1, 10, 100, 1000})
      .gives({1, 2, 1}, {201, 2010});
  OneNode("ConvTranspose")
      .real({1, 2, 1}, {1, 2})
      .real({2, 2, 1}, {1, 10, 100, 1000})
      .with("group", 2)
      .gives({1, 4, 1}, {1, 10, 200, 2000});
}

BOOST_AUTO_TEST_CASE(means_of_windows) {
  pool({2, 4, 6, 8}, {2}).gives({1, 1, 3}, {3, 5, 7});
  pool({2, 4, 6, 8}, {2}).with("dilations", Extents{2}).gives({1, 1, 2}, {4, 6});
  // What is padded does not count, unless it is said.
  pool({2, 4}, {2}).with("pads", Extents{1, 1}).gives({1, 1, 3}, {2, 3, 4});
  pool({2, 4}, {2})
      .with("pads", Extents{1, 1})
      .with("count_include_pad", 1)
      .gives({1, 1, 3}, {1, 3, 2});
}

BOOST_AUTO_TEST_CASE(a_last_window_that_sticks_out) {
  const auto rounded = [](toeplix::Index pad) {
    return pool({2, 4, 6}, {2})
        .with("strides", Extents{2})
        .with("pads", Extents{0, pad})
        .with("ceil_mode", 1);
  };
  rounded(0).gives({1, 1, 2}, {3, 6});
  // The overhang never counts.
  rounded(0).with("count_include_pad", 1).gives({1, 1, 2}, {3, 6});
  rounded(1).with("count_include_pad", 1).gives({1, 1, 2}, {3, 3});
  // A window that would begin on the padding behind is none.
  pool({2, 4}, {2})
      .with("strides", Extents{2})
      .with("pads", Extents{0, 1})
      .with("ceil_mode", 1)
      .gives({1, 1, 1}, {3});
}

BOOST_AUTO_TEST_CASE(means_of_images) {
  OneNode("GlobalAveragePool")
      .real({1, 2, 2, 2}, {1, 2, 3, 6, 10, 20, 30, 60})
      .gives({1, 2, 1, 1}, {3, 30});
}

BOOST_AUTO_TEST_SUITE_END()
