#include "one_node.hpp"

BOOST_AUTO_TEST_SUITE(oracle_movements)

using toeplix::Extents;
using toeplix::test::OneNode;
using Numbers = std::vector<double>;

namespace {

/// A node whose input is (2, 3): 1 2 3 / 4 5 6.
OneNode of(const char* op, toeplix::Index opset = 13) {
  return OneNode(op, opset).real({2, 3}, {1, 2, 3, 4, 5, 6});
}

Numbers count(int last) {
  Numbers numbers;
  for (int i = 0; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

}  // namespace

BOOST_AUTO_TEST_CASE(transposed) {
  of("Transpose").gives({3, 2}, {1, 4, 2, 5, 3, 6});
  // The element (i, j, k) of (1, 2, 3) comes to (k, i, j).
  OneNode("Transpose")
      .real({1, 2, 3}, {1, 2, 3, 4, 5, 6})
      .with("perm", Extents{2, 0, 1})
      .gives({3, 1, 2}, {1, 4, 2, 5, 3, 6});
}

BOOST_AUTO_TEST_CASE(channels_and_pixels) {
  const auto depth = [] { return OneNode("DepthToSpace").real({1, 8, 1, 1}, count(7)); };
  depth().with("blocksize", 2).gives({1, 2, 2, 2}, {0, 2, 4, 6, 1, 3, 5, 7});
  depth().with("blocksize", 2).with("mode", "CRD").gives({1, 2, 2, 2}, count(7));
  OneNode("SpaceToDepth")
      .real({1, 2, 2, 2}, {0, 2, 4, 6, 1, 3, 5, 7})
      .with("blocksize", 2)
      .gives({1, 8, 1, 1}, count(7));
  depth().with("blocksize", 3).refuses("blocks do not fit (1, 8, 1, 1)");
}

BOOST_AUTO_TEST_CASE(slices) {
  of("Slice").list({1}).list({3}).list({1}).gives({2, 2}, {2, 3, 5, 6});
  of("Slice").list({0, -2}).list({1, INT64_MAX}).gives({1, 2}, {2, 3});
  of("Slice").list({-1}).list({INT64_MIN}).list({-1}).list({-2}).gives({2, 2}, {3, 1, 6, 4});
  of("Slice").list({2}).list({0}).list({1}).list({-1}).gives({2, 2}, {3, 2, 6, 5});
  of("Slice").list({0}).list({3}).list({1}).list({INT64_MAX}).gives({2, 1}, {1, 4});
  of("Slice").list({5}).list({9}).list({1}).gives({2, 0}, {});
  of("Slice", 9)
      .with("starts", Extents{1})
      .with("ends", Extents{2})
      .with("axes", Extents{0})
      .gives({1, 3}, {4, 5, 6});
  of("Slice").list({0}).list({1}).list({0}).list({0}).refuses("a step is 0");
}

BOOST_AUTO_TEST_CASE(splits) {
  const auto split = [] { return of("Split").outputs(2).with("axis", 1); };
  split().list({1, 2}).gives({2, 1}, {1, 4}, 0);
  split().list({1, 2}).gives({2, 2}, {2, 3, 5, 6}, 1);
  of("Split", 18).outputs(2).with("axis", -1).gives({2, 2}, {1, 2, 4, 5}, 0);
  of("Split", 18).outputs(2).with("axis", -1).gives({2, 1}, {3, 6}, 1);
  of("Split", 11).outputs(2).with("split", Extents{1, 1}).gives({1, 3}, {4, 5, 6}, 1);
  split().list({1, 1}).refuses("the parts do not fit");
}

BOOST_AUTO_TEST_CASE(concatenations) {
  of("Concat").real({2, 1}, {7, 8}).with("axis", 1).gives({2, 4}, {1, 2, 3, 7, 4, 5, 6, 8});
  of("Concat").real({1, 3}, {7, 8, 9}).with("axis", -2).gives({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  OneNode("Concat").list({1}).list({2, 3}).with("axis", 0).gives_whole({3}, {1, 2, 3});
  of("Concat").real({2, 1}, {7, 8}).with("axis", 0).refuses("the inputs do not fit");
}

BOOST_AUTO_TEST_CASE(gathered) {
  of("Gather").list({1, -2, 1}).gives({3, 3}, {4, 5, 6, 1, 2, 3, 4, 5, 6});
  of("Gather").whole({2, 1}, {2, 0}).with("axis", 1).gives({2, 2, 1}, {3, 1, 6, 4});
  of("Gather").whole({}, {-1}).with("axis", 1).gives({2}, {3, 6});
  of("Gather").list({2}).refuses("axis 2 is not there");
}

BOOST_AUTO_TEST_CASE(repetitions) {
  OneNode("Expand").real({2, 1}, {1, 2}).list({2, 1, 2}).gives({2, 2, 2}, {1, 1, 2, 2, 1, 1, 2, 2});
  OneNode("Tile").real({1, 2}, {1, 2}).list({2, 2}).gives({2, 4}, {1, 2, 1, 2, 1, 2, 1, 2});
}

BOOST_AUTO_TEST_CASE(other_shapes) {
  const Numbers numbers = {1, 2, 3, 4, 5, 6};
  of("Reshape").list({3, 2}).gives({3, 2}, numbers);
  of("Reshape").list({0, 1, -1}).gives({2, 1, 3}, numbers);
  of("Reshape").list({4, 2}).refuses("(2, 3) cannot become (4, 2)");
  OneNode("Reshape", 14).real({0}, {}).list({3, 0}).with("allowzero", 1).gives({3, 0}, {});
  OneNode("Flatten").real({1, 2, 3}, numbers).with("axis", 2).gives({2, 3}, numbers);
  OneNode("Flatten").real({2, 3}, numbers).gives({2, 3}, numbers);
  OneNode("Flatten").real({2, 3}, numbers).with("axis", 0).gives({1, 6}, numbers);
  OneNode("Flatten").real({1, 2, 3}, numbers).with("axis", -1).gives({2, 3}, numbers);
  OneNode("Squeeze").real({1, 6, 1}, numbers).gives({6}, numbers);
  OneNode("Squeeze").real({1, 6, 1}, numbers).list({-1}).gives({1, 6}, numbers);
  OneNode("Squeeze", 11).real({1, 6}, numbers).with("axes", Extents{0}).gives({6}, numbers);
  of("Unsqueeze").list({0, -1}).gives({1, 2, 3, 1}, numbers);
  of("Unsqueeze", 12).with("axes", Extents{1}).gives({2, 1, 3}, numbers);
  of("Unsqueeze").list({0, 0}).refuses("an axis is there twice");
}

BOOST_AUTO_TEST_SUITE_END()
