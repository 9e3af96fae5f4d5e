#include "support/failures.hpp"
#include "support/onnx_check.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

// Tensors without elements: what exporters leave for inputs that are left out, and what shape
// arithmetic makes. They are constants, whatever they come from.

BOOST_AUTO_TEST_SUITE(onnx_empty_tensors)

namespace {

using toeplix::Extents;
using toeplix::FormatError;
using toeplix::OnnxModel;
using toeplix::test::Array;
using toeplix::test::check_linear;
using toeplix::test::check_throws;
using toeplix::test::check_verified;
using toeplix::test::ModelBuilder;
using toeplix::test::NodeModel;
using toeplix::test::set;
using toeplix::test::small_array;
using Numbers = std::vector<double>;
constexpr int float32 = ::onnx::TensorProto::FLOAT;
constexpr int int64 = ::onnx::TensorProto::INT64;

/// Reads a model, of which every node and segment agrees with the interpreter.
OnnxModel verified(const ModelBuilder& builder) {
  check_verified(builder);
  return builder.read();
}

/// y = x + made, where `op` makes numbers of constants: "e" of shape (0,), "f" of shape (2, 0).
Numbers made(const std::string& op, const std::vector<std::string>& inputs,
             const std::vector<std::pair<std::string, toeplix::Index>>& attributes = {},
             int type = float32) {
  ModelBuilder builder;
  builder.constant("e", {0}, {}, type).constant("f", {2, 0}, {}, type);
  builder.constant("two", {1}, {2}, type).wholes("zero", {0}).wholes("none", {}).input("x", {1});
  auto& node = builder.node(op, inputs, {"made"}, "it");
  for (const auto& [name, value] : attributes) set(node, name, value);
  set(builder.node("Cast", {"made"}, {"real"}), "to", float32);
  set(builder.node("Concat", {"real", "real"}, {"both"}), "axis", 0);
  builder.node("Pad", {"x", "pads"}, {"y"});
  builder.wholes("pads", {0, 0}).output("y").output("both");
  const OnnxModel model = verified(builder);
  const Extents shape = model.outputs().at(1).shape;
  BOOST_TEST(model.nonlinear().empty());
  // Read off what it adds to a tensor of its own shape.
  ModelBuilder sum = builder;
  sum.node("Expand", {"x", "shape"}, {"wide"});
  sum.constant("shape", {static_cast<toeplix::Index>(shape.size())},
               Numbers(shape.begin(), shape.end()), int64);
  sum.node("Add", {"wide", "both"}, {"z"});
  sum.output("z");
  Numbers numbers;
  for (const auto& each : verified(sum).nodes()) {
    if (each.output().name != "z") continue;
    const Eigen::VectorXd offset = each.map<double>().offset();
    numbers.assign(offset.begin(), offset.begin() + offset.size() / 2);
  }
  return numbers;
}

}  // namespace

BOOST_AUTO_TEST_CASE(elements_of_none_are_none) {
  for (const int type : {float32, int64}) {
    for (const char* const op : {"Add", "Sub", "Mul", "Div", "Max", "Sum"}) {
      BOOST_TEST(made(op, {"e", "two"}, {}, type).empty(), op);
    }
    for (const char* const op : {"Identity", "Neg", "Transpose", "Abs", "Flatten", "Dropout"}) {
      BOOST_TEST(made(op, {"f"}, {}, type).empty(), op);
    }
    BOOST_TEST(made("Gather", {"two", "none"}, {}, type).empty());
    BOOST_TEST(made("Unsqueeze", {"e", "zero"}, {}, type).empty());
    BOOST_TEST(made("Slice", {"two", "zero", "zero"}, {}, type).empty());
    BOOST_TEST(made("Tile", {"two", "zero"}, {}, type).empty());
    BOOST_TEST(made("Expand", {"two", "zero"}, {}, type).empty());
    BOOST_TEST(made("ConstantOfShape", {"zero"}).empty());
  }
  BOOST_TEST(made("Mean", {"e", "two"}).empty());
}

BOOST_AUTO_TEST_CASE(numbers_made_of_none) {
  for (const int type : {float32, int64}) {
    BOOST_TEST((made("ReduceProd", {"e"}, {}, type) == Numbers{1}));
    BOOST_TEST((made("ReduceSum", {"e"}, {}, type) == Numbers{0}));
    BOOST_TEST((made("Concat", {"e", "two", "e"}, {{"axis", 0}}, type) == Numbers{2}));
    BOOST_TEST((made("Shape", {"f"}, {}, type) == Numbers{2, 0}));
  }
  BOOST_TEST((made("ReduceSum", {"f", "none"}) == Numbers{0}));
  // A product along an axis without elements is zero.
  ModelBuilder builder;
  builder.constant("f", {2, 0}, {}).constant("g", {0, 3}, {}).constant("c", {3}, {1, 2, 3});
  builder.input("x", {2, 3}).output("y");
  builder.node("MatMul", {"f", "g"}, {"a"});
  builder.node("Gemm", {"f", "g", "c"}, {"b"});
  builder.node("Sum", {"x", "a", "b"}, {"y"});
  check_linear(verified(builder), {{{2, 3}, {0, 0, 0, 0, 0, 0}}}, {{2, 3}, {1, 2, 3, 1, 2, 3}});
}

BOOST_AUTO_TEST_CASE(a_shape_without_numbers_is_that_of_a_scalar) {
  ModelBuilder builder;
  builder.wholes("none", {}).input("x", {1, 1}).output("y");
  set(builder.node("ConstantOfShape", {"none"}, {"c"}), "value",
      toeplix::test::make_tensor("", {1}, {7}));
  builder.node("Reshape", {"x", "none"}, {"s"});
  builder.node("Add", {"s", "c"}, {"y"});
  check_linear(verified(builder), {{{1, 1}, {3}}}, {{}, {10}});
}

BOOST_AUTO_TEST_CASE(parts_of_the_data_without_elements_are_constant) {
  ModelBuilder builder;
  const Array x = small_array({2, 3});
  builder.input("x", x.shape).output("y").output("none");
  builder.wholes("zero", {0}).wholes("one", {1}).wholes("parts", {0, 3});
  builder.node("Slice", {"x", "zero", "zero", "one"}, {"none"}, "cut");
  builder.wholes("repeats", {1, 0}).node("Tile", {"x", "repeats"}, {"tiled"}, "tile");
  builder.node("Sub", {"none", "tiled"}, {"negated"}, "neg");
  builder.node("Sigmoid", {"negated"}, {"curved"}, "sigmoid");
  builder.node("Cast", {"curved"}, {"real"}, "cast");
  set(*builder.proto().mutable_graph()->mutable_node(4), "to", float32);
  set(builder.node("Split", {"x", "parts"}, {"left", "right"}, "split"), "axis", 1);
  builder.node("ReduceSum", {"left", "one"}, {"zeros"}, "sum");
  auto& concat = builder.node("Concat", {"real", "right", "left"}, {"joined"}, "join");
  set(concat, "axis", 1);
  builder.node("Add", {"joined", "zeros"}, {"y"}, "add");
  const OnnxModel model = verified(builder);
  BOOST_REQUIRE(model.segments().size() == 1);
  BOOST_TEST((model.outputs().at(1).shape == Extents{2, 0}));
  BOOST_TEST(model.nodes().size() == 3);  // split[1], join, add
  BOOST_TEST(model.nodes().at(0).name() == "split[1]");
  BOOST_TEST(model.segments()[0].map<double>().matrix().nonZeros() == 6);
  BOOST_TEST(model.segments()[0].map<double>().matrix().coeff(4, 4) == 1);
  // The interpreter agreed; and the sigmoid is listed, of nothing.
  BOOST_REQUIRE(model.nonlinear().size() == 1);
  BOOST_TEST(model.nonlinear()[0].inputs.empty());
}

BOOST_AUTO_TEST_CASE(what_has_no_elements_is_constant_whatever_makes_it) {
  // Whole numbers of the data: a Reshape takes its shape from none of them.
  ModelBuilder builder;
  builder.input("x", {1, 1}).input("n", {3}, int64).output("y").wholes("zero", {0});
  builder.node("Slice", {"n", "zero", "zero"}, {"shape"}, "cut");
  builder.node("Reshape", {"x", "shape"}, {"y"}, "scalar");
  const OnnxModel scalar = builder.read();
  BOOST_TEST((scalar.outputs().at(0).shape.empty()));
  BOOST_TEST(scalar.nodes().size() == 1);
  // A type that is not known, through an operator that is not linear.
  ModelBuilder strange;
  strange.input("x", {1, 2}).output("y").wholes("repeats", {0, 1}).constant("c", {1, 2}, {5, 6});
  strange.node("Strange", {"x"}, {"s"}, "strange");
  strange.node("Tile", {"s", "repeats"}, {"tiled"}, "tile");
  strange.node("Sigmoid", {"tiled"}, {"curved"}, "sigmoid");
  set(strange.node("Concat", {"curved", "c"}, {"joined"}, "join"), "axis", 0);
  strange.node("Add", {"s", "joined"}, {"y"}, "add");
  const OnnxModel model = strange.read({.shapes = {{"s", {1, 2}}}});
  BOOST_REQUIRE(model.nodes().size() == 1);
  BOOST_TEST(model.nodes()[0].name() == "add");
  BOOST_TEST((model.nodes()[0].map<double>().offset() == Eigen::VectorXd{{5, 6}}));
}

BOOST_AUTO_TEST_CASE(windows_over_no_elements_end_a_segment) {
  for (const char* const op : {"Conv", "AveragePool", "GlobalAveragePool", "MaxPool", "Pad"}) {
    ModelBuilder builder;
    builder.input("x", {1, 2, 4, 4}).output("y").output("z");
    builder.wholes("zero", {0}).constant("w", {3, 2, 1, 1}, Numbers(6, 1));
    builder.wholes("pads", {0, 0, 1, 0, 0, 0, 0, 0});
    builder.node("Slice", {"x", "zero", "zero"}, {"none"}, "cut");
    auto& node = builder.node(op, {"none"}, {"z"}, "it");
    if (node.op_type() == "Conv") node.add_input("w");
    if (node.op_type() == "Pad") node.add_input("pads");
    if (node.op_type().ends_with("Pool")) set(node, "kernel_shape", Extents{1, 1});
    if (node.op_type() == "GlobalAveragePool") node.clear_attribute();
    builder.node("Neg", {"x"}, {"y"}, "neg");
    const OnnxModel model = verified(builder);
    BOOST_REQUIRE(model.nodes().size() == 1);
    BOOST_REQUIRE(model.nonlinear().size() == 1);
    BOOST_TEST(model.nonlinear()[0].reason == "its input 'none' has no elements");
  }
}

BOOST_AUTO_TEST_CASE(inputs_that_are_left_out_as_empty_tensors) {
  const Array x = small_array({1, 1, 2, 2});
  ModelBuilder builder(11);
  builder.input("x", x.shape).output("y").constant("roi", {0}, {}).constant("scales", {0}, {});
  builder.wholes("sizes", {1, 1, 4, 2}).wholes("pads", Numbers(8, 0)).constant("fill", {0}, {});
  auto& node = builder.node("Resize", {"x", "roi", "scales", "sizes"}, {"wide"});
  set(node, "coordinate_transformation_mode", "asymmetric");
  set(node, "nearest_mode", "floor");
  builder.node("Pad", {"wide", "pads", "fill"}, {"y"});
  check_linear(verified(builder), {x},
               toeplix::test::make_array({1, 1, 4, 2}, [&](const Extents& at) {
                 return x[{0, 0, at[2] / 2, at[3]}];
               }));
}

BOOST_AUTO_TEST_CASE(there_is_no_mean_and_no_largest_of_nothing) {
  for (const char* const op : {"ReduceMean", "ReduceMax"}) {
    ModelBuilder builder;
    builder.constant("e", {0}, {}).input("x", {1}).output("y");
    builder.node(op, {"e"}, {"made"}, "it");
    builder.node("Add", {"x", "made"}, {"y"}, "add");
    const OnnxModel model = builder.read();
    BOOST_REQUIRE(model.nonlinear().size() == 1);
    BOOST_TEST(model.nonlinear()[0].name == "it");
    BOOST_TEST((model.nonlinear()[0].outputs.at(0).shape == Extents{1}));
    BOOST_TEST(model.nodes().size() == 1);
  }
  // An element of nothing is still a mistake.
  check_throws<FormatError>(
      [] {
        made("Gather", {"e", "zero"});
      },
      "node 'it' (Gather, operator set 13): the index 0 is not within an "
      "axis of 0");
}

BOOST_AUTO_TEST_CASE(a_condition_without_a_truth_looks_at_both_branches) {
  ModelBuilder builder;
  builder.input("x", {1}).output("y").constant("none", {0}, {}, ::onnx::TensorProto::BOOL);
  ::onnx::GraphProto graph;
  toeplix::test::GraphBuilder branch(graph);
  branch.node("Neg", {"x"}, {"n"});
  branch.output("n");
  auto& node = builder.node("If", {"none"}, {"y"}, "if1");
  set(node, "then_branch", graph);
  set(node, "else_branch", graph);
  BOOST_TEST(verified(builder).segments().size() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
