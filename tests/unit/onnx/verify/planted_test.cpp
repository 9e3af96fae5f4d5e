#include "onnx/verify/verifier.hpp"
#include "support/onnx_builder.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

// The oracle gets another model than the reader, as if the reader had misread it.

BOOST_AUTO_TEST_SUITE(onnx_verify_planted)

namespace {

using toeplix::Extents;
using toeplix::Index;
using toeplix::OnnxCheck;
using toeplix::OnnxDifference;
using toeplix::OnnxVerdict;
using toeplix::OnnxVerification;
using toeplix::test::ModelBuilder;
using toeplix::test::set;

/// `change` makes of the model that is read the one that the oracle has.
OnnxVerification verified(const ModelBuilder& builder,
                          const std::function<void(::onnx::GraphProto&)>& change) {
  const toeplix::OnnxModel model = builder.read();
  ::onnx::ModelProto other = builder.proto();
  change(*other.mutable_graph());
  toeplix::onnx_oracle::Interpreter oracle(other, {}, Index{1} << 24);
  return toeplix::onnx_verify::Verifier(model, oracle, {}).run();
}

/// The only node, of which the oracle has another one.
OnnxCheck checked(const ModelBuilder& builder,
                  const std::function<void(::onnx::GraphProto&)>& change) {
  BOOST_TEST(verified(builder, [](const auto&) {}).passed());
  const OnnxVerification result = verified(builder, change);
  BOOST_TEST(!result.passed());
  BOOST_TEST(result.message() == result.nodes.at(0).message);
  BOOST_TEST((result.nodes.at(0).verdict == OnnxVerdict::differs));
  BOOST_TEST((result.segments.at(0).verdict == OnnxVerdict::differs));
  return result.nodes.at(0);
}

std::vector<double> numbers(int count) {
  std::vector<double> list;
  for (int i = 0; i < count; ++i) list.push_back(i + 1);
  return list;
}

ModelBuilder product() {
  ModelBuilder builder;
  builder.input("x", {2, 3}).output("y").constant("w", {3, 3}, numbers(9));
  builder.node("MatMul", {"x", "w"}, {"y"}, "it");
  return builder;
}

::onnx::NodeProto& first_node(::onnx::GraphProto& graph) {
  return *graph.mutable_node(0);
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_weight_in_the_last_row) {
  const OnnxCheck check = checked(product(), [](auto& graph) {
    *graph.mutable_initializer(0) =
        toeplix::test::make_tensor("w", {3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 8});
  });
  BOOST_REQUIRE(check.difference.has_value());
  const OnnxDifference difference = *check.difference;
  BOOST_TEST((difference.at == Extents{0, 2}));
  BOOST_TEST(difference.given != difference.expected);
  BOOST_TEST(difference.bound < 1e-9);
  BOOST_TEST(check.message.starts_with("it (MatMul): (0, 2) is "));
  BOOST_TEST(check.message.find(", expected ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_row_the_last) {
  ModelBuilder builder;
  builder.input("x", {3}).output("y").constant("w", {3}, {1, 1, 1});
  builder.node("Mul", {"x", "w"}, {"y"}, "it");
  // The weight by which they differ is the next number of type float.
  const OnnxCheck check = checked(builder, [](auto& graph) {
    *graph.mutable_initializer(0) = toeplix::test::make_tensor("w", {3}, {1, 1, 1 + 0x1p-23});
  });
  BOOST_TEST((check.difference.value().at == Extents{2}));
  BOOST_TEST(check.rows == 3);
}

BOOST_AUTO_TEST_CASE(biases_of_other_channels) {
  ModelBuilder builder;
  builder.input("x", {1, 2, 2}).output("y").constant("b", {2}, {5, 6});
  builder.constant("w", {2, 2, 1}, {1, 2, 3, 4});
  builder.node("Conv", {"x", "w", "b"}, {"y"}, "it");
  const OnnxCheck check = checked(builder, [](auto& graph) {
    *graph.mutable_initializer(0) = toeplix::test::make_tensor("b", {2}, {6, 5});
  });
  BOOST_TEST((check.difference.value().at == Extents{0, 0, 0}));
  BOOST_TEST(check.difference.value().given == check.difference.value().expected - 1);
  BOOST_TEST(check.largest_error == 1);
}

BOOST_AUTO_TEST_CASE(pads_in_pairs) {
  ModelBuilder builder;
  builder.input("x", {1, 1, 4, 4}).output("y").constant("w", {1, 1, 2, 2}, numbers(4));
  set(builder.node("Conv", {"x", "w"}, {"y"}, "it"), "pads", Extents{1, 0, 0, 1});
  const OnnxCheck check = checked(builder, [](auto& graph) {
    first_node(graph).clear_attribute();
    set(first_node(graph), "pads", Extents{0, 1, 1, 0});
  });
  BOOST_TEST(check.difference.has_value());
}

BOOST_AUTO_TEST_CASE(a_matrix_that_is_turned) {
  ModelBuilder builder;
  builder.input("x", {2, 3}).output("y").constant("w", {3, 3}, numbers(9));
  set(builder.node("Gemm", {"x", "w"}, {"y"}, "it"), "transB", 1);
  checked(builder, [](auto& graph) { first_node(graph).clear_attribute(); });
}

BOOST_AUTO_TEST_CASE(another_epsilon) {
  ModelBuilder builder;
  builder.input("x", {1, 1, 2}).output("y");
  for (const char* name : {"s", "b", "m", "v"}) builder.constant(name, {1}, {1});
  builder.node("BatchNormalization", {"x", "s", "b", "m", "v"}, {"y"}, "it");
  checked(builder, [](auto& graph) { set(first_node(graph), "epsilon", 0.0F); });
}

BOOST_AUTO_TEST_CASE(a_segment_that_swallows_a_relu) {
  ModelBuilder builder;
  builder.input("x", {20}).output("y");
  builder.node("Neg", {"x"}, {"a"}, "first");
  builder.node("Identity", {"a"}, {"b"}, "relu");
  builder.node("Neg", {"b"}, {"y"}, "last");
  const OnnxVerification result =
      verified(builder, [](auto& graph) { graph.mutable_node(1)->set_op_type("Relu"); });
  BOOST_TEST((result.nodes[0].verdict == OnnxVerdict::agrees));
  BOOST_TEST((result.nodes[1].verdict == OnnxVerdict::differs));
  BOOST_TEST((result.nodes[2].verdict == OnnxVerdict::agrees));
  BOOST_TEST((result.segments[0].verdict == OnnxVerdict::differs));
  BOOST_TEST(result.segments[0].message.starts_with("the segment last: ("));
}

BOOST_AUTO_TEST_CASE(shapes_of_as_many_elements) {
  ModelBuilder builder;
  builder.input("x", {2, 3}).output("y").wholes("shape", {3, 2});
  builder.node("Reshape", {"x", "shape"}, {"y"}, "it");
  const OnnxCheck check = checked(builder, [](auto& graph) {
    *graph.mutable_initializer(0) =
        toeplix::test::make_tensor("shape", {2}, {6, 1}, ::onnx::TensorProto::INT64);
  });
  BOOST_TEST(check.message == "it (Reshape): has the shape (3, 2), expected (6, 1)");
  BOOST_TEST(!check.difference.has_value());
}

BOOST_AUTO_TEST_CASE(what_the_oracle_does_not_know) {
  ModelBuilder builder = product();
  builder.node("Neg", {"y"}, {"z"}, "next");
  const OnnxVerification result =
      verified(builder, [](auto& graph) { set(first_node(graph), "alpha", 1.0F); });
  BOOST_TEST(result.passed());
  BOOST_TEST(!result.complete());
  BOOST_TEST(result.nodes[0].message ==
             "it (MatMul): left out: node 'it' (MatMul): the oracle does not know the attribute "
             "'alpha'");
  // Each node has inputs of its own.
  BOOST_TEST((result.nodes[1].verdict == OnnxVerdict::agrees));
  BOOST_TEST((result.segments[0].verdict == OnnxVerdict::left_out));
  BOOST_TEST(result.message() ==
             "nodes: 1 of 2 agree, 1 left out; segments: 0 of 1 agree, 1 left out");
}

BOOST_AUTO_TEST_CASE(a_tensor_that_is_not_there) {
  const OnnxVerification result =
      verified(product(), [](auto& graph) { graph.mutable_node(0)->set_output(0, "other"); });
  BOOST_TEST(!result.passed());
  BOOST_TEST(result.message() == "it (MatMul): the oracle makes no 'y'");
}

BOOST_AUTO_TEST_SUITE_END()
