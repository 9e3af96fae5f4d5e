#include "one_node.hpp"

// Figures are worked out by hand.

BOOST_AUTO_TEST_SUITE(oracle_arithmetic)

using ::onnx::TensorProto;
using toeplix::test::OneNode;

BOOST_AUTO_TEST_CASE(functions_of_one_number) {
  const auto of = [](const char* op) { return OneNode(op).real({3}, {-2.5, 0, 4}); };
  of("Abs").gives({3}, {2.5, 0, 4});
  of("Ceil").gives({3}, {-2, 0, 4});
  of("Floor").gives({3}, {-3, 0, 4});
  of("Round").gives({3}, {-2, 0, 4});
  of("Neg").gives({3}, {2.5, -0.0, -4});
  of("Relu").gives({3}, {0, 0, 4});
  OneNode("Sqrt").real({2}, {9, 0.25}).gives({2}, {3, 0.5});
  OneNode("Reciprocal").real({2}, {4, -0.5}).gives({2}, {0.25, -2});
  OneNode("Exp").real({}, {0}).gives({}, {1});
  OneNode("Log").real({1}, {1}).gives({1}, {0});
  OneNode("Abs").list({-3, 2}).gives_whole({2}, {3, 2});
  OneNode("Neg").list({-3, 2}).gives_whole({2}, {3, -2});
  OneNode("Not").list({0, 1}).gives_whole({2}, {1, 0});
  OneNode("Relu").list({-1, 1}).gives_whole({2}, {0, 1});
  OneNode("Floor").list({1}).refuses("the oracle does not know Floor of whole numbers");
  OneNode("Neg")
      .list({INT64_MIN})
      .refuses("a result of whole numbers exceeds 64 bits, or is divided by zero");
}

BOOST_AUTO_TEST_CASE(two_numbers_are_broadcast) {
  const auto of = [](const char* op) {
    return OneNode(op).real({2, 1}, {7, -8}).real({3}, {2, 4, -2});
  };
  of("Add").gives({2, 3}, {9, 11, 5, -6, -4, -10});
  of("Sub").gives({2, 3}, {5, 3, 9, -10, -12, -6});
  of("Mul").gives({2, 3}, {14, 28, -14, -16, -32, 16});
  of("Div").gives({2, 3}, {3.5, 1.75, -3.5, -4, -2, 4});
  of("Max").gives({2, 3}, {7, 7, 7, 2, 4, -2});
  of("Min").gives({2, 3}, {2, 4, -2, -8, -8, -8});
  OneNode("Pow").real({2}, {3, 2}).list({2, -1}).gives({2}, {9, 0.5});
  OneNode("Add")
      .real({2}, {1, 2})
      .real({3}, {1, 2, 3})
      .refuses("shapes (2,) and (3,) do not broadcast");
  OneNode("Add").real({1}, {1}).list({1}).refuses("the inputs are of different types");
}

BOOST_AUTO_TEST_CASE(whole_numbers_stay_whole) {
  const auto of = [](const char* op) { return OneNode(op).list({7, -7}).list({2, 2}); };
  of("Add").gives_whole({2}, {9, -5});
  of("Sub").gives_whole({2}, {5, -9});
  of("Mul").gives_whole({2}, {14, -14});
  of("Div").gives_whole({2}, {3, -3});
  of("Mod").gives_whole({2}, {1, 1});
  of("Max").gives_whole({2}, {7, 2});
  of("Min").gives_whole({2}, {2, -7});
  OneNode("Add")
      .list({INT64_MAX})
      .list({1})
      .refuses("a result of whole numbers exceeds 64 bits, or is divided by zero");
  OneNode("Div").list({1}).list({0}).refuses(
      "a result of whole numbers exceeds 64 bits, or is divided by zero");
}

BOOST_AUTO_TEST_CASE(comparisons) {
  const auto of = [](const char* op) { return OneNode(op).real({3}, {1, 2, 0}).real({}, {1}); };
  of("Equal").gives_whole({3}, {1, 0, 0});
  of("Greater").gives_whole({3}, {0, 1, 0});
  of("GreaterOrEqual").gives_whole({3}, {1, 1, 0});
  of("Less").gives_whole({3}, {0, 0, 1});
  of("LessOrEqual").gives_whole({3}, {1, 0, 1});
  const auto logic = [](const char* op) {
    return OneNode(op).list({0, 0, 1, 1}).list({0, 1, 0, 1});
  };
  logic("And").gives_whole({4}, {0, 0, 0, 1});
  logic("Or").gives_whole({4}, {0, 1, 1, 1});
  logic("Xor").gives_whole({4}, {0, 1, 1, 0});
}

BOOST_AUTO_TEST_CASE(sums_means_and_choices) {
  const auto of = [](const char* op) {
    return OneNode(op).real({2}, {1, 2}).real({1}, {10}).real({2, 1}, {100, 200});
  };
  of("Sum").gives({2, 2}, {111, 112, 211, 212});
  OneNode("Mean").real({2}, {1, 2}).real({1}, {10}).gives({2}, {5.5, 6});
  OneNode("Where").list({1, 0, 1}).real({3}, {1, 2, 3}).real({}, {9}).gives({3}, {1, 9, 3});
  OneNode("Where").list({1, 0}).list({1, 2}).list({5, 6}).gives_whole({2}, {1, 6});
}

BOOST_AUTO_TEST_CASE(what_passes_numbers_on) {
  OneNode("Identity").real({2}, {1, -2}).gives({2}, {1, -2});
  OneNode("Dropout").real({2}, {1, -2}).gives({2}, {1, -2});
  BOOST_TEST((OneNode("Dropout").real({2}, {1, -2}).run().at(1).wholes ==
              std::vector<std::int64_t>{1, 1}));
  OneNode("Dropout").real({1}, {1}).none().list({1}).refuses(
      "the oracle does not know training mode");
  const auto cast = [](int to) {
    return OneNode("Cast").real({3}, {-1.75, 0, 2.5}).with("to", to);
  };
  cast(TensorProto::DOUBLE).gives({3}, {-1.75, 0, 2.5});
  cast(TensorProto::INT64).gives_whole({3}, {-1, 0, 2});
  cast(TensorProto::BOOL).gives_whole({3}, {1, 0, 1});
  OneNode("Cast").list({3, -4}).with("to", +TensorProto::FLOAT).gives({2}, {3, -4});
}

BOOST_AUTO_TEST_CASE(batch_normalization_by_channel) {
  // Channel 0: (x - 1) / sqrt(3 + 1) * 6 + 5; channel 1: (x + 2) / sqrt(15 + 1) * 4 - 1.
  auto node = OneNode("BatchNormalization")
                  .real({2, 2, 2}, {1, 3, -2, 2, 5, 0, 0, 6})
                  .real({2}, {6, 4})
                  .real({2}, {5, -1})
                  .real({2}, {1, -2})
                  .real({2}, {3, 15})
                  .with("epsilon", 1.0F);
  node.gives({2, 2, 2}, {5, 11, -1, 3, 17, 2, 1, 7});
  // |x| |s| + |mean| |s| + |bias|
  BOOST_TEST((node.run()[0].magnitudes == std::vector<double>{11, 17, 5, 5, 23, 8, 3, 9}));
  node.with("spatial", 0).refuses("the oracle does not know spatial 0");
}

BOOST_AUTO_TEST_SUITE_END()
