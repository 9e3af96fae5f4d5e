#include "one_node.hpp"

BOOST_AUTO_TEST_SUITE(oracle_shapes)

using toeplix::Extents;
using toeplix::test::make_tensor;
using toeplix::test::OneNode;

BOOST_AUTO_TEST_CASE(constants) {
  OneNode("Constant").with("value_int", 7).gives_whole({}, {7});
  OneNode("Constant").with("value_ints", Extents{7, 8}).gives_whole({2}, {7, 8});
  OneNode("Constant").with("value_float", 0.5F).gives({}, {0.5});
  OneNode("Constant").with("value_floats", std::vector<float>{1, 2}).gives({2}, {1, 2});
  OneNode("Constant").with("value", make_tensor("", {1, 2}, {3, 4})).gives({1, 2}, {3, 4});
  OneNode("ConstantOfShape").list({2, 1}).gives({2, 1}, {0, 0});
  const auto seven = make_tensor("", {1}, {7}, ::onnx::TensorProto::INT64);
  OneNode("ConstantOfShape").list({2}).with("value", seven).gives_whole({2}, {7, 7});
  OneNode("ConstantOfShape").list({-1}).refuses("there is no shape (-1,)");
}

BOOST_AUTO_TEST_CASE(shapes_and_sizes) {
  const auto of = [](const char* op) {
    return OneNode(op, 15).real({2, 1, 3}, {1, 2, 3, 4, 5, 6});
  };
  of("Shape").gives_whole({3}, {2, 1, 3});
  of("Shape").with("start", 1).gives_whole({2}, {1, 3});
  of("Shape").with("start", -1).with("end", 9).gives_whole({1}, {3});
  of("Shape").with("start", 2).with("end", 1).gives_whole({0}, {});
  of("Size").gives_whole({}, {6});
}

BOOST_AUTO_TEST_CASE(ranges) {
  OneNode("Range").whole({}, {2}).whole({}, {9}).whole({}, {3}).gives_whole({3}, {2, 5, 8});
  OneNode("Range").real({}, {1}).real({}, {0}).real({}, {-0.5}).gives({2}, {1, 0.5});
  OneNode("Range").whole({}, {1}).whole({}, {0}).whole({}, {1}).gives_whole({0}, {});
  OneNode("Range").whole({}, {0}).whole({}, {1}).whole({}, {0}).refuses("the range has no end");
}

BOOST_AUTO_TEST_CASE(reductions) {
  const auto of = [](const char* op, toeplix::Index opset) {
    return OneNode(op, opset).real({2, 3}, {1, 2, 3, 4, 5, -6});
  };
  of("ReduceSum", 13).list({1}).gives({2, 1}, {6, 3});
  of("ReduceSum", 13).list({-2}).with("keepdims", 0).gives({3}, {5, 7, -3});
  of("ReduceSum", 13).gives({1, 1}, {9});
  of("ReduceSum", 13).with("noop_with_empty_axes", 1).gives({2, 3}, {1, 2, 3, 4, 5, -6});
  of("ReduceSum", 11).with("axes", Extents{0}).gives({1, 3}, {5, 7, -3});
  of("ReduceMean", 13).with("axes", Extents{1}).gives({2, 1}, {2, 1});
  of("ReduceMean", 18).list({0, 1}).with("keepdims", 0).gives({}, {1.5});
  of("ReduceProd", 13).with("axes", Extents{1}).gives({2, 1}, {6, -120});
  of("ReduceMax", 13).with("axes", Extents{1}).gives({2, 1}, {3, 5});
  of("ReduceMin", 18).list({0}).gives({1, 3}, {1, 2, -6});
  OneNode("ReduceProd").list({2, 3}).with("keepdims", 0).gives_whole({}, {6});
}

BOOST_AUTO_TEST_SUITE_END()
