#include "one_node.hpp"

BOOST_AUTO_TEST_SUITE(oracle_products)

using toeplix::test::OneNode;

BOOST_AUTO_TEST_CASE(matrices_and_vectors) {
  const auto left = [] { return OneNode("MatMul").real({2, 3}, {1, 2, 3, 4, 5, 6}); };
  left().real({3, 2}, {1, 0, 0, 1, 1, 1}).gives({2, 2}, {4, 5, 10, 11});
  left().real({3}, {1, 10, 100}).gives({2}, {321, 654});
  OneNode("MatMul").real({2}, {1, 10}).real({2, 3}, {1, 2, 3, 4, 5, 6}).gives({3}, {41, 52, 63});
  OneNode("MatMul").real({2}, {1, 10}).real({2}, {3, 4}).gives({}, {43});
  left().real({2, 2}, {1, 2, 3, 4}).refuses("matrices (2, 3) and (2, 2) do not fit");
}

BOOST_AUTO_TEST_CASE(stacks_of_matrices_are_broadcast) {
  OneNode("MatMul")
      .real({2, 1, 1, 2}, {1, 2, 3, 4})
      .real({2, 2, 1}, {1, 10, 2, 20})
      .gives({2, 2, 1, 1}, {21, 42, 43, 86});
  OneNode("MatMul").real({2}, {1, 2}).real({2, 2, 1}, {1, 10, 2, 20}).gives({2, 1}, {21, 42});
}

BOOST_AUTO_TEST_CASE(gemm_turns_and_scales) {
  const auto gemm = [] { return OneNode("Gemm"); };
  const std::vector<double> a = {1, 2, 3, 4};
  const std::vector<double> b = {1, 10, 100, 1000};
  gemm().real({2, 2}, a).real({2, 2}, b).gives({2, 2}, {201, 2010, 403, 4030});
  gemm().real({2, 2}, a).real({2, 2}, b).with("transA", 1).gives({2, 2}, {301, 3010, 402, 4020});
  gemm().real({2, 2}, a).real({2, 2}, b).with("transB", 1).gives({2, 2}, {21, 2100, 43, 4300});
  gemm()
      .real({1, 2}, {1, 2})
      .real({2, 3}, {1, 2, 3, 4, 5, 6})
      .real({3}, {1, 0, -1})
      .with("alpha", 2.0F)
      .with("beta", 0.5F)
      .gives({1, 3}, {18.5, 24, 29.5});
  gemm()
      .real({2, 1}, {1, 2})
      .real({1, 2}, {3, 4})
      .real({2, 1}, {5, 6})
      .gives({2, 2}, {8, 9, 12, 14});
  gemm().real({2, 2}, a).real({1, 2}, {1, 2}).refuses("A and B do not fit");
  gemm().real({1, 1}, {1}).real({1, 1}, {1}).real({3}, {1, 2, 3}).refuses("C does not fit");
}

BOOST_AUTO_TEST_SUITE_END()
