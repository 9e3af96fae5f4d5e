#include "support/failures.hpp"
#include "support/onnx_check.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(onnx_graphs)

namespace {

using toeplix::Error;
using toeplix::Extents;
using toeplix::FormatError;
using toeplix::GeometryError;
using toeplix::OnnxOptions;
using toeplix::OnnxTensor;
using toeplix::test::check_linear;
using toeplix::test::check_throws;
using toeplix::test::ModelBuilder;
using toeplix::test::set;

/// x -> Neg -> a -> Relu -> b -> Neg -> y
ModelBuilder two_segments() {
  ModelBuilder builder;
  builder.input("x", {3}).output("y");
  builder.node("Neg", {"x"}, {"a"}, "first");
  builder.node("Relu", {"a"}, {"b"}, "middle");
  builder.node("Neg", {"b"}, {"y"}, "last");
  return builder;
}

void refuse(const ModelBuilder& builder, const std::string& message) {
  check_throws<FormatError>([&] { builder.read(); }, message);
}

}  // namespace

BOOST_AUTO_TEST_CASE(nodes_are_listed_in_an_order_of_computation) {
  ModelBuilder builder;
  builder.input("x", {3}).output("y");
  builder.node("Neg", {"b"}, {"y"}, "last");
  builder.node("Relu", {"a"}, {"b"}, "middle");
  builder.node("Neg", {"x"}, {"a"}, "first");
  for (const ModelBuilder& model : {builder, two_segments()}) {
    const auto read = model.read();
    BOOST_TEST(read.nodes().at(0).name() == "first");
    BOOST_TEST(read.nodes().at(1).name() == "last");
    BOOST_TEST(read.nodes()[0].position() == 0);
    BOOST_TEST(read.nodes()[1].position() == 2);
    const auto other = read.nonlinear().at(0);
    BOOST_TEST(other.name == "middle");
    BOOST_TEST(other.position == 1);
    BOOST_TEST(other.reason == "is not linear");
    BOOST_TEST((other.inputs == std::vector<OnnxTensor>{{"a", {3}}}));
    BOOST_TEST((other.outputs == std::vector<OnnxTensor>{{"b", {3}}}));
    BOOST_TEST((read.inputs() == std::vector<OnnxTensor>{{"x", {3}}}));
    BOOST_TEST((read.outputs() == std::vector<OnnxTensor>{{"y", {3}}}));
  }
}

BOOST_AUTO_TEST_CASE(names_are_made_up_and_unique) {
  ModelBuilder builder;
  builder.input("x", {3}).output("d");
  builder.node("Neg", {"x"}, {"a"});
  builder.node("Neg", {"a"}, {"b"}, "same");
  builder.node("Neg", {"b"}, {"c"}, "same");
  builder.node("Neg", {"c"}, {"d"}, "Neg_0");
  const auto nodes = builder.read().nodes();
  BOOST_TEST(nodes.at(0).name() == "Neg_0");
  BOOST_TEST(nodes.at(1).name() == "same");
  BOOST_TEST(nodes.at(2).name() == "same_2");
  BOOST_TEST(nodes.at(3).name() == "Neg_0_2");
}

BOOST_AUTO_TEST_CASE(cycles_are_refused) {
  ModelBuilder builder = two_segments();
  builder.node("Add", {"x", "d"}, {"c"}, "one");
  builder.node("Neg", {"c"}, {"d"}, "two");
  refuse(builder,
         "node 'one' (Add): its output comes back to its input; a graph must not have cycles");
  ModelBuilder itself;
  itself.input("x", {3}).output("y");
  itself.node("Add", {"x", "y"}, {"y"});
  refuse(itself, "node 0 (Add): its output comes back to its input; a graph must not have cycles");
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_there_twice_is_refused) {
  ModelBuilder missing = two_segments();
  missing.node("Conv", {"x", "weights"}, {"z"}, "conv");
  refuse(missing,
         "node 'conv' (Conv): the tensor 'weights' is missing; no node makes it, and it is no "
         "input or initializer");
  ModelBuilder twice = two_segments();
  twice.node("Neg", {"x"}, {"b"}, "again");
  refuse(twice,
         "node 'again' (Neg): the output 'b' is already there; node 'middle' (Relu) makes it, too");
  ModelBuilder input = two_segments();
  input.node("Neg", {"a"}, {"x"}, "again");
  refuse(input,
         "node 'again' (Neg): the output 'x' is already there; it is an input or initializer");
  ModelBuilder output = two_segments();
  output.output("z");
  refuse(output, "the output 'z' of the model is missing; no node makes it");
  ModelBuilder constants = two_segments();
  constants.constant("c", {1}, {1}).constant("c", {1}, {1});
  refuse(constants, "initializer 'c' is there twice");
  ModelBuilder nothing = two_segments();
  nothing.node("Neg", {"x"}, {}, "idle");
  refuse(nothing, "node 'idle' (Neg, operator set 13): has no outputs");
  ModelBuilder inputs = two_segments();
  inputs.input("x", {3});
  refuse(inputs, "the input 'x' is there twice");
}

BOOST_AUTO_TEST_CASE(operators_that_are_not_known_are_named) {
  ModelBuilder builder;
  builder.input("x", {3}).output("y");
  builder.node("Frobnicate", {"x"}, {"a"}, "it");
  builder.node("Gelu", {"x"}, {"b"}, "theirs").set_domain("com.example");
  builder.state("a", {3}).state("b", {3});
  builder.node("Add", {"a", "b"}, {"y"}, "sum");
  const auto model = builder.read();
  const auto others = model.nonlinear();
  BOOST_REQUIRE(others.size() == 2);
  BOOST_TEST(!others[0].is_known);
  BOOST_TEST(others[0].reason == "its operator is not known in operator set 13");
  BOOST_TEST(!others[1].is_known);
  BOOST_TEST(others[1].domain == "com.example");
  BOOST_TEST(others[1].reason == "is of the domain 'com.example', whose operators are not known");
  // What they make are sources like any other.
  const auto segment = model.segments().at(0);
  BOOST_TEST((segment.inputs() == std::vector<OnnxTensor>{{"a", {3}}, {"b", {3}}}));
  BOOST_TEST(segment.map<double>(1).nnz() == 3);
}

BOOST_AUTO_TEST_CASE(operator_sets_beyond_those_known_are_refused) {
  refuse(ModelBuilder(22),
         "the model uses operator set 22; what is known are 7 to 21, and of those before what has "
         "not changed");
  ModelBuilder none;
  none.proto().clear_opset_import();
  refuse(none, "the model does not say which operator set it uses");
  ModelBuilder old(6);
  old.input("x", {3}).output("y");
  old.node("Add", {"x", "x"}, {"y"});
  BOOST_TEST(!old.read().nonlinear().at(0).is_known);
}

BOOST_AUTO_TEST_CASE(free_dimensions_need_a_shape) {
  ModelBuilder builder;
  builder.input("x", {-1, 3, -1}).output("y");
  builder.node("Neg", {"x"}, {"y"});
  check_throws<GeometryError>([&] { builder.read(); },
                              "the input 'x' has the free shape (N, 3, N); give it in shapes, "
                              "such as x=1,3,1");
  const auto model = builder.read({.shapes = {{"x", {2, 3, 4}}}});
  BOOST_TEST((model.outputs().at(0).shape == Extents{2, 3, 4}));
  const auto refuse_shape = [&](const OnnxOptions& options, const std::string& message) {
    check_throws<GeometryError>([&] { builder.read(options); }, message);
  };
  refuse_shape({.shapes = {{"x", {2, 4, 4}}}},
               "shapes: 'x' is given as (2, 4, 4), but is (N, 3, N) in the model");
  refuse_shape({.shapes = {{"x", {2, 3}}}},
               "shapes: 'x' is given as (2, 3), but is (N, 3, N) in the model");
  refuse_shape({.shapes = {{"x", {2, 3, 0}}}},
               "shapes: 'x' has the extent 0; it must be at least 1");
  check_throws<Error>(
      [&] {
        builder.read({.shapes = {{"x", {2, 3, 4}}, {"z", {1}}}});
      },
      "shapes: there is no tensor 'z' in the model; its inputs are 'x'");
}

BOOST_AUTO_TEST_CASE(shapes_that_the_model_states_must_agree) {
  ModelBuilder builder = two_segments();
  builder.state("a", {3}).state("b", {-1});
  BOOST_TEST(builder.read().segments().size() == 2);
  builder.state("y", {4});
  check_throws<GeometryError>(
      [&] { builder.read(); },
      "node 'last' (Neg, operator set 13): 'y' has the shape (3,), but the model states (4,)");
  ModelBuilder rank = two_segments();
  rank.state("b", {1, 3});
  check_throws<GeometryError>(
      [&] { rank.read(); },
      "node 'middle' (Relu, operator set 13): 'b' has the shape (3,), but the model states (1, 3)");
}

BOOST_AUTO_TEST_CASE(shapes_that_are_not_inferred_are_asked_for) {
  ModelBuilder builder;
  builder.input("x", {3, 3}).output("y");
  builder.node("NonZero", {"x"}, {"a"}, "find");
  set(builder.node("Cast", {"a"}, {"b"}, "real"), "to", 1);
  builder.node("Neg", {"b"}, {"y"}, "neg");
  check_throws<GeometryError>(
      [&] { builder.read(); },
      "node 'real' (Cast, operator set 13): the shape of 'a', which comes from node 'find' "
      "(NonZero, operator set 13), is not known; give it in shapes, such as "
      "a=1,3,224,224");
  const auto model = builder.read({.shapes = {{"a", {2, 9}}}});
  BOOST_TEST((model.outputs()[0].shape == Extents{2, 9}));
  // Or the model states it.
  builder.state("a", {2, 9});
  BOOST_TEST((builder.read().outputs()[0].shape == Extents{2, 9}));
}

BOOST_AUTO_TEST_CASE(an_initializer_is_the_default_of_an_input) {
  ModelBuilder builder;
  builder.input("x", {2}).input("c", {2}).constant("c", {2}, {5, 6}).output("y");
  builder.node("Add", {"x", "c"}, {"y"});
  const auto model = builder.read();
  BOOST_TEST(model.inputs().size() == 1);
  check_linear(model, {{{2}, {1, 2}}}, {{2}, {6, 8}});
  const auto free = builder.read({.shapes = {{"c", {2}}}});
  BOOST_TEST(free.inputs().size() == 2);
  check_linear(free, {{{2}, {1, 2}}, {{2}, {10, 20}}}, {{2}, {11, 22}});
}

BOOST_AUTO_TEST_CASE(a_shape_of_what_is_no_input_is_refused_by_what_it_is) {
  ModelBuilder builder;
  builder.input("x", {2}).input("c", {2}).input("z", {2}).output("y");
  builder.constant("c", {2}, {5, 6}).constant("w", {2}, {1, 2});
  builder.node("Sum", {"x", "c", "w", "z"}, {"y"}, "sum");
  const auto refuse_shape = [&](const std::string& name, const Extents& shape,
                                const std::string& message) {
    check_throws<Error>([&] { builder.read({.shapes = {{name, shape}}}); }, message);
  };
  for (const Extents& shape : {Extents{2}, Extents{3}}) {
    refuse_shape("w", shape,
                 "shapes: 'w' is an initializer of the shape (2,), and no input of the model; its "
                 "inputs are 'x', 'z'");
  }
  refuse_shape("X", {2}, "shapes: there is no tensor 'X' in the model; its inputs are 'x', 'z'");
  // What a node makes may be given, but must agree.
  BOOST_TEST(builder.read({.shapes = {{"y", {2}}}}).nodes().size() == 1);
  check_throws<GeometryError>(
      [&] {
        builder.read({.shapes = {{"y", {3}}}});
      },
      "node 'sum' (Sum, operator set 13): shapes: 'y' is given as (3,), "
      "but is (2,) in the model");
  ModelBuilder none;
  none.constant("w", {2}, {1, 2}).output("y");
  none.node("Neg", {"w"}, {"y"});
  check_throws<Error>(
      [&] {
        none.read({.shapes = {{"w", {2}}}});
      },
      "shapes: 'w' is an initializer of the shape (2,), and no input of the model; "
      "it has no inputs");
}

BOOST_AUTO_TEST_CASE(whole_numbers_are_not_linear) {
  ModelBuilder builder;
  builder.input("x", {2}, ::onnx::TensorProto::INT64).output("y");
  builder.node("Neg", {"x"}, {"y"});
  BOOST_TEST(builder.read().nonlinear().at(0).reason == "its elements are of type int64");
}

BOOST_AUTO_TEST_CASE(recurrent_nodes_have_shapes) {
  ModelBuilder builder;
  builder.input("x", {5, 2, 4}).output("y").output("h");
  builder.constant("w", {2, 12, 4}, toeplix::test::small_array({2, 12, 4}).values);
  builder.constant("r", {2, 12, 3}, toeplix::test::small_array({2, 12, 3}).values);
  auto& node = builder.node("LSTM", {"x", "w", "r"}, {"y", "h", "c"});
  set(node, "hidden_size", 3);
  set(node, "direction", "bidirectional");
  const auto outputs = builder.read().outputs();
  BOOST_TEST((outputs.at(0).shape == Extents{5, 2, 2, 3}));
  BOOST_TEST((outputs.at(1).shape == Extents{2, 2, 3}));
}

BOOST_AUTO_TEST_CASE(bodies_of_loops_are_not_looked_at) {
  ModelBuilder builder;
  builder.input("x", {2}).output("y").constant("n", {}, {3}, ::onnx::TensorProto::INT64);
  builder.constant("go", {}, {1}, ::onnx::TensorProto::BOOL);
  builder.node("Neg", {"x"}, {"outer"}, "neg");
  ::onnx::GraphProto body;
  toeplix::test::GraphBuilder inside(body);
  inside.input("i", {}, ::onnx::TensorProto::INT64).input("c", {}, ::onnx::TensorProto::BOOL);
  inside.input("v", {2}).output("c").output("w");
  inside.node("Add", {"v", "outer"}, {"w"});
  set(builder.node("Loop", {"n", "go", "x"}, {"y"}, "loop"), "body", body);
  const auto model = builder.read();
  BOOST_TEST(model.nonlinear().at(0).reason == "is not linear");
  // But what they read is needed.
  BOOST_REQUIRE(model.segments().size() == 1);
  BOOST_TEST(model.segments()[0].output().name == "outer");
}

BOOST_AUTO_TEST_SUITE_END()
