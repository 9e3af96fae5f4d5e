#include "support/failures.hpp"
#include "support/onnx_check.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>

// What an If whose condition is constant gives is called as the model calls it.

BOOST_AUTO_TEST_SUITE(onnx_taken_branches)

namespace {

using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::OnnxModel;
using toeplix::OnnxTensor;
using toeplix::test::check_throws;
using toeplix::test::check_verified;
using toeplix::test::GraphBuilder;
using toeplix::test::ModelBuilder;
using toeplix::test::set;
using Names = std::vector<std::string>;

/// outer = -x, and an If with these outputs, which are the model's, and this branch.
ModelBuilder taken(const Names& outputs, const std::function<void(GraphBuilder&)>& build) {
  ModelBuilder builder;
  builder.input("x", {2}).constant("yes", {}, {1}, ::onnx::TensorProto::BOOL);
  builder.node("Neg", {"x"}, {"outer"}, "neg");
  ::onnx::GraphProto graph;
  GraphBuilder branch(graph);
  build(branch);
  auto& node = builder.node("If", {"yes"}, outputs, "if1");
  set(node, "then_branch", graph);
  set(node, "else_branch", ::onnx::GraphProto());
  for (const std::string& output : outputs) builder.output(output);
  return builder;
}

Names names_of(const std::vector<OnnxTensor>& tensors) {
  Names names;
  for (const OnnxTensor& tensor : tensors) names.push_back(tensor.name);
  return names;
}

/// Of every linear node its name, its operator and its output.
Names nodes_of(const OnnxModel& model) {
  Names texts;
  for (const auto& node : model.nodes()) {
    texts.push_back(node.name() + ' ' + node.op_type() + " -> " + node.output().name);
  }
  return texts;
}

}  // namespace

BOOST_AUTO_TEST_CASE(outputs_of_the_model_have_its_names) {
  const ModelBuilder builder = taken({"y", "z", "k"}, [](GraphBuilder& branch) {
    branch.node("Neg", {"outer"}, {"inner"}, "linear");
    branch.node("Relu", {"inner"}, {"relu"}, "relu");
    branch.constant("k", {1}, {5});
    branch.output("relu").output("inner").output("k");
  });
  const OnnxModel model = builder.read();
  BOOST_TEST((model.outputs() == std::vector<OnnxTensor>{{"y", {2}}, {"z", {2}}, {"k", {1}}}));
  BOOST_TEST(nodes_of(model) == Names({"neg Neg -> outer", "if1/then_branch/linear Neg -> z"}),
             boost::test_tools::per_element());
  BOOST_TEST(model.segments().at(0).output().name == "z");
  BOOST_TEST(names_of(model.nonlinear().at(0).inputs) == Names({"z"}));
  BOOST_TEST(names_of(model.nonlinear().at(0).outputs) == Names({"y"}));
  check_verified(builder);
}

BOOST_AUTO_TEST_CASE(what_has_a_name_is_passed_on) {
  const ModelBuilder builder = taken({"a", "b", "c"}, [](GraphBuilder& branch) {
    branch.node("Neg", {"outer"}, {"inner"}, "linear");
    branch.output("inner").output("inner").output("outer");
  });
  const OnnxModel model = builder.read();
  BOOST_TEST(names_of(model.outputs()) == Names({"a", "b", "c"}), boost::test_tools::per_element());
  BOOST_TEST(nodes_of(model) == Names({"neg Neg -> outer", "if1/then_branch/linear Neg -> a",
                                       "if1_2 Identity -> b", "if1_3 Identity -> c"}),
             boost::test_tools::per_element());
  BOOST_TEST(names_of(model.segments().at(2).inputs()) == Names({"x"}));
  BOOST_TEST(model.segments().at(2).map<double>().matrix().coeff(1, 1) == -1);
  check_verified(builder);
}

BOOST_AUTO_TEST_CASE(branches_within_branches_hand_names_on) {
  const ModelBuilder builder = taken({"y"}, [](GraphBuilder& branch) {
    ::onnx::GraphProto inner;
    GraphBuilder nested(inner);
    nested.node("Neg", {"outer"}, {"deep"}, "neg");
    nested.output("deep");
    auto& node = branch.node("If", {"yes"}, {"middle"}, "if2");
    set(node, "then_branch", inner);
    set(node, "else_branch", ::onnx::GraphProto());
    branch.output("middle");
  });
  BOOST_TEST(nodes_of(builder.read()).back() == "if1/then_branch/if2/then_branch/neg Neg -> y");
  check_verified(builder);
}

BOOST_AUTO_TEST_CASE(the_shape_that_the_model_states_of_it_counts) {
  const auto unknown = [](GraphBuilder& branch) {
    branch.node("Strange", {"outer"}, {"inner"}, "it");
    branch.output("inner");
  };
  ModelBuilder builder = taken({"y"}, unknown);
  const auto shape_of_y = [&] { return builder.read().outputs().at(0).shape; };
  BOOST_TEST((builder.read({.shapes = {{"y", {3}}}}).outputs().at(0).shape == Extents{3}));
  builder.state("y", {4});
  BOOST_TEST((shape_of_y() == Extents{4}));
  ModelBuilder wrong = taken({"y"}, [](GraphBuilder& branch) {
    branch.node("Neg", {"outer"}, {"inner"}, "it");
    branch.output("inner");
  });
  wrong.state("y", {4});
  check_throws<GeometryError>(
      [&] { wrong.read(); },
      "node 'if1' (If, operator set 13): 'y' has the shape (2,), but the model states (4,)");
}

BOOST_AUTO_TEST_SUITE_END()
