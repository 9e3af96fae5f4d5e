#include "one_node.hpp"

BOOST_AUTO_TEST_SUITE(oracle_resampling)

using toeplix::Extents;
using toeplix::test::OneNode;
using Numbers = std::vector<double>;

namespace {

OneNode pad(const std::vector<std::int64_t>& pads, const char* mode) {
  return OneNode("Pad").real({3}, {1, 2, 3}).list(pads).with("mode", mode);
}

/// Four pixels, by scales or sizes.
OneNode resize(const Numbers& scales, const std::vector<std::int64_t>& sizes, const char* mode) {
  OneNode node("Resize");
  node.real({4}, {0, 10, 20, 30}).none();
  if (sizes.empty()) node.real({1}, scales);
  if (!sizes.empty()) node.none().list(sizes);
  return node.with("mode", mode);
}

}  // namespace

BOOST_AUTO_TEST_CASE(pads_on_either_side) {
  pad({2, 1}, "constant").gives({6}, {0, 0, 1, 2, 3, 0});
  pad({2, 1}, "edge").gives({6}, {1, 1, 1, 2, 3, 3});
  pad({2, 1}, "reflect").gives({6}, {3, 2, 1, 2, 3, 2});
  pad({2, 1}, "wrap").gives({6}, {2, 3, 1, 2, 3, 1});
  pad({5, 0}, "reflect").gives({8}, {2, 1, 2, 3, 2, 1, 2, 3});
  pad({-1, 2}, "constant").gives({4}, {2, 3, 0, 0});
  // Cropped first: reflected is what is left.
  pad({-1, 2}, "reflect").gives({4}, {2, 3, 2, 3});
  pad({0, 0}, "mirror").refuses("the oracle does not know the mode mirror");
}

BOOST_AUTO_TEST_CASE(pads_by_a_number_and_along_axes) {
  OneNode("Pad")
      .real({2, 1}, {1, 2})
      .list({1, 0})
      .real({}, {7})
      .list({-1})
      .gives({2, 2}, {7, 1, 7, 2});
  OneNode("Pad", 2)
      .real({1, 2}, {1, 2})
      .with("pads", Extents{1, 0, 0, 1})
      .with("value", 5.0F)
      .gives({2, 3}, {5, 5, 5, 1, 2, 5});
  OneNode("Pad").list({1, 2}).list({1, 0}).gives_whole({3}, {0, 1, 2});
}

BOOST_AUTO_TEST_CASE(nearest_pixels) {
  resize({2}, {}, "nearest").gives({8}, {0, 0, 10, 10, 20, 20, 30, 30});
  resize({}, {8}, "nearest").gives({8}, {0, 0, 10, 10, 20, 20, 30, 30});
  // At 0.5 and 2.5.
  resize({}, {2}, "nearest").gives({2}, {0, 20});
  resize({}, {2}, "nearest").with("nearest_mode", "round_prefer_ceil").gives({2}, {10, 30});
  resize({}, {2}, "nearest").with("nearest_mode", "floor").gives({2}, {0, 20});
  resize({}, {2}, "nearest").with("nearest_mode", "ceil").gives({2}, {10, 30});
}

BOOST_AUTO_TEST_CASE(linear_by_every_coordinate) {
  const auto to = [](std::int64_t size, const char* coordinates) {
    return resize({}, {size}, "linear").with("coordinate_transformation_mode", coordinates);
  };
  // At -1/4, 1/4, 3/4, ...
  to(8, "half_pixel").gives({8}, {0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30});
  to(2, "half_pixel").gives({2}, {5, 25});
  to(8, "asymmetric").gives({8}, {0, 5, 10, 15, 20, 25, 30, 30});
  to(7, "align_corners").gives({7}, {0, 5, 10, 15, 20, 25, 30});
  to(1, "align_corners").gives({1}, {0});
  to(1, "half_pixel").gives({1}, {15});
  to(1, "pytorch_half_pixel").gives({1}, {0});
  // 4 * 0.625 are 2.5 pixels, of which 2 are left: at 2 * (1 - 2 / 2.5) + (o + 1/2) / 0.625 - 1/2.
  const auto symmetric = resize({0.625}, {}, "linear")
                             .with("coordinate_transformation_mode", "half_pixel_symmetric")
                             .run()[0];
  BOOST_TEST((symmetric.shape == Extents{2}));
  BOOST_TEST(symmetric.reals[0] == 7, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(symmetric.reals[1] == 23, boost::test_tools::tolerance(1e-14));
  to(2, "tf_crop_and_resize")
      .refuses("the oracle does not know the coordinates tf_crop_and_resize");
  resize({2}, {}, "bicubic").refuses("the oracle does not know the mode bicubic");
}

BOOST_AUTO_TEST_CASE(cubic_with_and_without_the_edge) {
  // Half way between pixels the weights are -3/32, 19/32, 19/32, -3/32.
  const auto cubic = [] {
    return resize({}, {8}, "cubic").with("coordinate_transformation_mode", "asymmetric");
  };
  cubic().gives({8}, {0, 4.0625, 10, 15, 20, 25.9375, 30, 30.9375});
  const auto inside = cubic().with("exclude_outside", 1).run()[0];
  BOOST_TEST(inside.reals[1] == 130.0 / 35, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(inside.reals[7] == 510.0 / 16, boost::test_tools::tolerance(1e-15));
  // With -1/2 they are -1/16, 9/16, 9/16, -1/16.
  cubic().with("cubic_coeff_a", -0.5F).gives({8}, {0, 4.375, 10, 15, 20, 25.625, 30, 30.625});
}

BOOST_AUTO_TEST_CASE(extents_are_products_of_floats) {
  // 10 times the float nearest to 0.7 is 7 as a float, and a little less otherwise.
  OneNode("Resize")
      .real({10}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
      .none()
      .real({1}, {static_cast<double>(0.7F)})
      .with("coordinate_transformation_mode", "asymmetric")
      .with("nearest_mode", "floor")
      .gives({7}, {0, 1, 2, 4, 5, 7, 8});
}

BOOST_AUTO_TEST_CASE(several_axes_and_old_operator_sets) {
  const auto square = [](const char* op, toeplix::Index opset) {
    return OneNode(op, opset).real({2, 2}, {0, 4, 8, 12});
  };
  const Numbers bilinear = {0, 2, 4, 4, 4, 6, 8, 8, 8, 10, 12, 12, 8, 10, 12, 12};
  square("Upsample", 9).real({2}, {2, 2}).with("mode", "linear").gives({4, 4}, bilinear);
  square("Resize", 10).real({2}, {2, 2}).with("mode", "linear").gives({4, 4}, bilinear);
  square("Upsample", 7)
      .with("scales", std::vector<float>{1, 2})
      .gives({2, 4}, {0, 0, 4, 4, 8, 8, 12, 12});
  square("Resize", 18)
      .none()
      .none()
      .list({4})
      .with("axes", Extents{1})
      .gives({2, 4}, {0, 0, 4, 4, 8, 8, 12, 12});
  square("Resize", 13)
      .none()
      .real({1}, {2})
      .refuses("there are too many or too few scales or sizes");
}

BOOST_AUTO_TEST_SUITE_END()
