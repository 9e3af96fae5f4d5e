#include "support/failures.hpp"
#include "support/onnx_check.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(onnx_branches)

namespace {

using toeplix::Extents;
using toeplix::FormatError;
using toeplix::OnnxTensor;
using toeplix::test::check_linear;
using toeplix::test::check_throws;
using toeplix::test::GraphBuilder;
using toeplix::test::ModelBuilder;
using toeplix::test::set;

/// outer * factor in a branch: the factor is a Constant behind an Identity.
::onnx::GraphProto branch(double factor) {
  ::onnx::GraphProto graph;
  GraphBuilder builder(graph);
  set(builder.node("Constant", {}, {"c"}), "value", toeplix::test::make_tensor("", {1}, {factor}));
  builder.node("Identity", {"c"}, {"factor"});
  builder.node("Mul", {"outer", "factor"}, {"product"}, "times");
  builder.output("product");
  return graph;
}

/// y = -(if c then -2x else -3x), where the branches see -x.
ModelBuilder with_condition(bool is_constant, bool value) {
  ModelBuilder builder;
  builder.input("x", {2}).output("y");
  if (is_constant) builder.constant("c", {}, {value ? 1.0 : 0.0}, ::onnx::TensorProto::BOOL);
  if (!is_constant) builder.input("c", {}, ::onnx::TensorProto::BOOL);
  builder.node("Neg", {"x"}, {"outer"}, "neg");
  auto& node = builder.node("If", {"c"}, {"chosen"}, "if1");
  set(node, "then_branch", branch(2));
  set(node, "else_branch", branch(3));
  builder.node("Neg", {"chosen"}, {"y"}, "end");
  return builder;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_constant_condition_takes_one_branch) {
  for (const bool value : {true, false}) {
    const auto model = with_condition(true, value).read();
    const double factor = value ? 2 : 3;
    check_linear(model, {{{2}, {1, -4}}}, {{2}, {factor, -4 * factor}});
    const std::string prefix = value ? "if1/then_branch/" : "if1/else_branch/";
    BOOST_TEST(model.nodes().at(1).name() == prefix + "times");
    BOOST_TEST(model.nodes().at(1).output().name == "chosen");
  }
}

BOOST_AUTO_TEST_CASE(any_other_condition_looks_at_both) {
  const auto model = with_condition(false, false).read();
  const auto segments = model.segments();
  BOOST_REQUIRE(segments.size() == 3);
  BOOST_TEST((segments[0].output() == OnnxTensor{"if1/then_branch/product", {2}}));
  BOOST_TEST((segments[0].inputs() == std::vector<OnnxTensor>{{"x", {2}}}));
  BOOST_TEST(segments[0].map<double>().matrix().coeff(1, 1) == -2);
  BOOST_TEST(segments[1].map<double>().matrix().coeff(1, 1) == -3);
  // Behind it begins another segment.
  BOOST_TEST((segments[2].inputs() == std::vector<OnnxTensor>{{"chosen", {2}}}));
  const auto other = model.nonlinear().at(0);
  BOOST_TEST(other.name == "if1");
  BOOST_TEST(other.reason == "takes one of two branches, by a condition that is not constant");
}

BOOST_AUTO_TEST_CASE(a_branch_that_does_not_go_with_the_shapes_is_not_the_one_that_is_taken) {
  // A branch for images of one size; the other is for images of another.
  const auto with_sizes = [](const Extents& first, const Extents& second) {
    ModelBuilder builder = with_condition(false, false);
    auto& node = *builder.proto().mutable_graph()->mutable_node(1);
    for (const auto& [number, shape] : {std::pair(0, first), std::pair(1, second)}) {
      GraphBuilder(*node.mutable_attribute(number)->mutable_g()).state("product", shape);
    }
    return builder;
  };
  const std::string title = "node 'if1/else_branch/times' (Mul, operator set 13): ";
  const std::string problem = "'product' has the shape (2,), but the model states ";
  for (const bool is_first : {true, false}) {
    const auto model = with_sizes({is_first ? 3 : 2}, {is_first ? 2 : 3}).read();
    const std::string wrong = is_first ? "then_branch" : "else_branch";
    BOOST_TEST(model.nonlinear().at(0).reason ==
               "takes one of two branches, by a condition that is not constant; its " + wrong +
                   " does not go with the shapes: node 'if1/" + wrong +
                   "/times' (Mul, operator set 13): " + problem + "(3,)");
    const auto segments = model.segments();
    BOOST_REQUIRE(segments.size() == 2);
    BOOST_TEST(segments[0].map<double>().matrix().coeff(1, 1) == (is_first ? -3 : -2));
    BOOST_TEST((segments[1].inputs() == std::vector<OnnxTensor>{{"chosen", {2}}}));
  }
  check_throws<toeplix::GeometryError>([&] { with_sizes({3}, {4}).read(); },
                                       title + problem + "(4,)");
}

BOOST_AUTO_TEST_CASE(a_type_that_is_empty_says_nothing) {
  ModelBuilder builder;
  builder.input("x", {2}).output("y");
  builder.node("Strange", {"x"}, {"between"});
  builder.node("Neg", {"between"}, {"y"});
  auto& info = *builder.proto().mutable_graph()->add_value_info();
  info.set_name("between");
  info.mutable_type();
  BOOST_TEST(builder.read({.shapes = {{"between", {2}}}}).nodes().size() == 1);
  info.mutable_type()->mutable_sequence_type();
  BOOST_TEST(builder.read({.shapes = {{"between", {2}}}}).nodes().empty());
}

BOOST_AUTO_TEST_CASE(every_output_has_the_type_that_both_branches_give) {
  ModelBuilder builder;
  builder.input("x", {2}).input("n", {2}, ::onnx::TensorProto::INT64);
  builder.input("c", {}, ::onnx::TensorProto::BOOL).output("y").output("m");
  ::onnx::GraphProto graph;
  GraphBuilder branch(graph);
  branch.node("Neg", {"n"}, {"whole"});
  branch.node("Neg", {"x"}, {"real"});
  branch.output("whole").output("real");
  auto& node = builder.node("If", {"c"}, {"a", "b"}, "if1");
  set(node, "then_branch", graph);
  set(node, "else_branch", graph);
  set(builder.node("Cast", {"b"}, {"y"}, "real"), "to",
      static_cast<toeplix::Index>(::onnx::TensorProto::DOUBLE));
  builder.node("Neg", {"a"}, {"m"}, "whole");
  const auto model = builder.read();
  BOOST_TEST(model.nodes().back().name() == "real");
  BOOST_TEST(model.nonlinear().back().reason == "its elements are of type int64");
}

BOOST_AUTO_TEST_CASE(the_states_of_an_lstm_have_its_type) {
  ModelBuilder builder;
  builder.input("x", {1, 1, 2}).output("y");
  builder.constant("w", {1, 4, 2}, std::vector<double>(8, 1));
  builder.constant("r", {1, 4, 1}, std::vector<double>(4, 1));
  auto& node = builder.node("LSTM", {"x", "w", "r"}, {"all", "h", "c"}, "lstm");
  set(node, "hidden_size", toeplix::Index{1});
  set(builder.node("Cast", {"c"}, {"y"}, "cast"), "to",
      static_cast<toeplix::Index>(::onnx::TensorProto::FLOAT));
  BOOST_TEST(builder.read().nodes().size() == 1);
}

BOOST_AUTO_TEST_CASE(branches_within_branches) {
  ::onnx::GraphProto outer;
  GraphBuilder builder(outer);
  builder.constant("one", {}, {1}, ::onnx::TensorProto::BOOL).output("z");
  auto& inner = builder.node("If", {"one"}, {"z"}, "if2");
  set(inner, "then_branch", branch(5));
  set(inner, "else_branch", branch(7));
  ModelBuilder model;
  model.input("x", {1}).output("y").constant("no", {}, {0}, ::onnx::TensorProto::BOOL);
  model.node("Neg", {"x"}, {"outer"});
  auto& node = model.node("If", {"no"}, {"y"}, "if1");
  set(node, "then_branch", branch(2));
  set(node, "else_branch", outer);
  const auto read = model.read();
  check_linear(read, {{{1}, {3}}}, {{1}, {-15}});
  BOOST_TEST((read.outputs() == std::vector<OnnxTensor>{{"y", {1}}}));
  BOOST_TEST(read.nodes().at(1).name() == "if1/else_branch/if2/then_branch/times");
}

BOOST_AUTO_TEST_CASE(a_condition_may_be_folded) {
  ModelBuilder builder;
  builder.input("x", {2, 1}).output("y").wholes("two", {2});
  builder.node("Shape", {"x"}, {"s"});
  builder.wholes("zero", {0});
  builder.node("Gather", {"s", "zero"}, {"rows"});
  builder.node("Equal", {"rows", "two"}, {"c"});
  builder.node("Neg", {"x"}, {"outer"});
  auto& node = builder.node("If", {"c"}, {"y"});
  set(node, "then_branch", branch(2));
  set(node, "else_branch", branch(3));
  check_linear(builder.read(), {{{2, 1}, {1, 2}}}, {{2, 1}, {-2, -4}});
}

BOOST_AUTO_TEST_CASE(broken_branches_are_refused) {
  const auto refuse = [](const auto& spoil, const std::string& message) {
    ModelBuilder builder = with_condition(true, true);
    spoil(*builder.proto().mutable_graph()->mutable_node(1));
    check_throws<FormatError>([&] { builder.read(); }, message);
  };
  const std::string title = "node 'if1' (If, operator set 13): ";
  refuse([](auto& node) { node.mutable_attribute(0)->set_name("then"); },
         title + "attribute 'then_branch' is missing");
  refuse([](auto& node) { node.mutable_attribute(0)->mutable_g()->clear_output(); },
         title + "then_branch gives 0 tensors for 1 outputs");
  refuse([](auto& node) { node.mutable_attribute(0)->mutable_g()->add_input()->set_name("i"); },
         title + "then_branch has inputs");
  refuse(
      [](auto& node) { node.mutable_attribute(0)->mutable_g()->clear_node(); },
      "node 'if1' (If): the tensor 'product' is missing; no node makes it, and it is no input or "
      "initializer");
  refuse([](auto& node) { node.clear_input(); }, title + "expected one input, the condition");
  // What a branch reads from outside must be there.
  ModelBuilder builder = with_condition(true, true);
  builder.proto().mutable_graph()->mutable_node(0)->set_output(0, "other");
  check_throws<FormatError>([&] { builder.read(); },
                            "node 'if1' (If): the tensor 'outer' is missing; no node makes it, and "
                            "it is no input or initializer");
}

BOOST_AUTO_TEST_SUITE_END()
