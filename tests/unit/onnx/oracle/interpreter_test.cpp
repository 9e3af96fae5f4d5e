#include "onnx/oracle/interpreter.hpp"

#include "support/failures.hpp"
#include "support/onnx_builder.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(oracle_interpreter)

namespace {

using toeplix::CapacityError;
using toeplix::Error;
using toeplix::Extents;
using toeplix::FormatError;
using toeplix::onnx_oracle::Array;
using toeplix::onnx_oracle::Interpreter;
using toeplix::test::check_throws;
using toeplix::test::GraphBuilder;
using toeplix::test::ModelBuilder;
using toeplix::test::set;
using Names = std::vector<std::string>;
using Reals = std::vector<double>;

Array array(const Reals& numbers) {
  return {.shape = {static_cast<toeplix::Index>(numbers.size())}, .reals = numbers};
}

/// What the nodes made, in order.
Names run(Interpreter& oracle) {
  Names made;
  oracle.run([&](const std::string& name) { made.push_back(name); });
  return made;
}

Interpreter interpreter(const ModelBuilder& builder, toeplix::Index budget = 1 << 20) {
  return Interpreter(builder.proto(), {}, budget);
}

::onnx::GraphProto branch(double factor) {
  ::onnx::GraphProto graph;
  GraphBuilder builder(graph);
  builder.constant("factor", {1}, {factor});
  builder.node("Mul", {"outer", "factor"}, {"product"});
  builder.output("product");
  return graph;
}

/// y = -(if c then 2 -x else 3 -x).
ModelBuilder with_condition() {
  ModelBuilder builder;
  builder.input("x", {2});
  builder.node("Neg", {"x"}, {"outer"});
  auto& node = builder.node("If", {"c"}, {"chosen"});
  set(node, "then_branch", branch(2));
  set(node, "else_branch", branch(3));
  builder.node("Neg", {"chosen"}, {"y"});
  return builder;
}

}  // namespace

BOOST_AUTO_TEST_CASE(nodes_in_any_order) {
  ModelBuilder builder;
  builder.node("Add", {"a", "c"}, {"y"});
  builder.node("Neg", {"x"}, {"a"});
  builder.input("x", {2}).constant("c", {2}, {10, 20});
  Interpreter oracle = interpreter(builder);
  oracle.feed("x", array({1, 2}));
  BOOST_TEST(run(oracle) == Names({"a", "y"}), boost::test_tools::per_element());
  BOOST_TEST(oracle.value("y")->reals == Reals({9, 18}));
  BOOST_TEST(oracle.value("c")->reals == Reals({10, 20}));
  BOOST_TEST(!oracle.value("y")->is_constant);
}

BOOST_AUTO_TEST_CASE(one_node_with_other_inputs) {
  ModelBuilder builder;
  builder.input("x", {3}).constant("c", {1}, {10});
  set(builder.node("Split", {"x"}, {"a", "b"}), "split", Extents{1, 2});
  builder.node("Add", {"b", "c"}, {"y"});
  builder.proto().mutable_opset_import(0)->set_version(11);
  Interpreter oracle = interpreter(builder);
  oracle.feed("x", array({1, 2, 3}));
  run(oracle);
  const auto other = std::make_shared<const Array>(array({4, 5, 6}));
  BOOST_TEST(oracle.evaluate("b", {{"x", other}}).reals == Reals({5, 6}));
  BOOST_TEST(oracle.evaluate("a", {{"x", other}}).reals == Reals({4}));
  BOOST_TEST(oracle.evaluate("y", {{"b", other}}).reals == Reals({14, 15, 16}));
  BOOST_TEST(oracle.evaluate("y", {}).reals == Reals({12, 13}));
  BOOST_TEST(oracle.value("y")->reals == Reals({12, 13}));
  check_throws<Error>([&] { oracle.evaluate("c", {}); }, "the oracle finds no node that makes 'c'");
}

BOOST_AUTO_TEST_CASE(what_is_fed_counts) {
  ModelBuilder builder;
  builder.input("x", {1}).constant("c", {1}, {10});
  builder.node("Softmax", {"x"}, {"s"});
  builder.node("Neg", {"x"}, {"n"});
  builder.node("Sum", {"s", "n", "c"}, {"y"});
  Interpreter oracle = interpreter(builder);
  for (const char* name : {"x", "s", "n", "c"}) oracle.feed(name, array({5}));
  BOOST_TEST(run(oracle) == Names({"y"}), boost::test_tools::per_element());
  BOOST_TEST(oracle.value("y")->reals == Reals({15}));
}

BOOST_AUTO_TEST_CASE(what_is_constant_is_rounded_to_its_type) {
  ModelBuilder builder;
  builder.input("x", {1}).constant("one", {1}, {1}).constant("three", {1}, {3});
  builder.node("Div", {"one", "three"}, {"third"});
  builder.node("Div", {"x", "three"}, {"y"});
  builder.node("Shape", {"y"}, {"shape"});
  Interpreter oracle = interpreter(builder);
  oracle.feed("x", array({1}));
  run(oracle);
  BOOST_TEST(oracle.value("third")->reals == Reals({static_cast<double>(1.0F / 3)}));
  BOOST_TEST(oracle.value("y")->reals == Reals({1.0 / 3}));
  BOOST_TEST(oracle.value("third")->is_constant);
  BOOST_TEST(oracle.value("shape")->is_constant);
}

BOOST_AUTO_TEST_CASE(branches_see_outer_tensors) {
  for (const bool condition : {true, false}) {
    ModelBuilder builder = with_condition();
    builder.constant("c", {}, {condition ? 1.0 : 0.0}, ::onnx::TensorProto::BOOL);
    Interpreter oracle = interpreter(builder);
    oracle.feed("x", array({1, 2}));
    BOOST_TEST(run(oracle) == Names({"outer", "chosen", "y"}), boost::test_tools::per_element());
    const double factor = condition ? 2 : 3;
    BOOST_TEST(oracle.value("y")->reals == Reals({factor, 2 * factor}));
    BOOST_TEST(oracle.value("chosen")->reals == Reals({-factor, -2 * factor}));
    // What the branch gives is called as the If calls it.
    const auto other = std::make_shared<const Array>(array({7}));
    BOOST_TEST(oracle.evaluate("y", {{"chosen", other}}).reals == Reals({-7}));
    BOOST_TEST(oracle.evaluate("chosen", {{"outer", other}}).reals == Reals({7 * factor}));
  }
}

BOOST_AUTO_TEST_CASE(what_a_branch_passes_on_has_a_node) {
  ModelBuilder builder;
  builder.input("x", {2}).constant("c", {}, {1}, ::onnx::TensorProto::BOOL);
  builder.node("Neg", {"x"}, {"outer"});
  ::onnx::GraphProto graph;
  GraphBuilder branch(graph);
  branch.node("Neg", {"outer"}, {"n"});
  branch.output("n").output("n").output("outer");
  set(builder.node("If", {"c"}, {"a", "b", "d"}), "then_branch", graph);
  Interpreter oracle = interpreter(builder);
  oracle.feed("x", array({1, 2}));
  BOOST_TEST(run(oracle) == Names({"outer", "a", "b", "d"}), boost::test_tools::per_element());
  const auto other = std::make_shared<const Array>(array({7}));
  BOOST_TEST(oracle.value("b")->reals == Reals({1, 2}));
  BOOST_TEST(oracle.evaluate("b", {{"a", other}}).reals == Reals({7}));
  BOOST_TEST(oracle.value("d")->reals == Reals({-1, -2}));
  BOOST_TEST(oracle.evaluate("d", {{"outer", other}}).reals == Reals({7}));
}

BOOST_AUTO_TEST_CASE(both_branches_if_the_condition_is_fed) {
  ModelBuilder builder = with_condition();
  builder.input("c", {}, ::onnx::TensorProto::BOOL);
  Interpreter oracle = interpreter(builder);
  oracle.feed("x", array({1, 2}));
  oracle.feed("c", {.shape = {}, .reals = {1}});
  run(oracle);
  BOOST_TEST(oracle.value("If_1/then_branch/product")->reals == Reals({-2, -4}));
  BOOST_TEST(oracle.value("If_1/else_branch/product")->reals == Reals({-3, -6}));
  check_throws<Error>([&] { oracle.value("y"); },
                      "node 'If_1' (If): the oracle does not know this output");
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_said_by_its_name) {
  ModelBuilder builder;
  builder.input("x", {1}).input("z", {1});
  builder.node("Erf", {"x"}, {"a"}, "it");
  builder.node("Neg", {"a"}, {"b"});
  set(builder.node("Neg", {"x"}, {"c"}, "that"), "axis", 1);
  builder.node("Neg", {"x"}, {"d"}, "it").set_domain("com.other");
  builder.node("Neg", {"z"}, {"e"});
  Interpreter oracle = interpreter(builder);
  oracle.feed("x", array({1}));
  run(oracle);
  const auto says = [&](const char* name, const char* message) {
    check_throws<Error>([&] { oracle.value(name); }, message);
  };
  says("a", "node 'it' (Erf): the oracle does not know this operator");
  says("b", "node 'it' (Erf): the oracle does not know this operator");
  says("c", "node 'that' (Neg): the oracle does not know the attribute 'axis'");
  says("d", "node 'it_2' (Neg): the oracle does not know this operator");
  says("e", "the input 'z' is not fed");
  says("f", "the oracle finds no tensor 'f'");
}

BOOST_AUTO_TEST_CASE(memory_is_counted) {
  ModelBuilder builder;
  builder.input("x", {10}).wholes("shape", {100});
  builder.constant("c", {1}, {1});
  builder.node("Neg", {"x"}, {"a"});
  builder.node("Expand", {"c", "shape"}, {"b"}, "wide");
  Interpreter oracle = interpreter(builder, 200);
  oracle.feed("x", array(Reals(10, 1)));
  run(oracle);
  BOOST_TEST(oracle.value("a")->size() == 10);
  check_throws<Error>([&] { oracle.value("b"); },
                      "node 'wide' (Expand): an array of shape (100,) exceeds the 40 bytes that "
                      "are left of the memory budget");
  check_throws<CapacityError>(
      [&] { oracle.feed("x", array(Reals(10, 1))); },
      "an array of shape (10,) exceeds the 40 bytes that are left of the memory budget");
}

BOOST_AUTO_TEST_CASE(cycles_are_refused) {
  ModelBuilder builder;
  builder.node("Neg", {"a"}, {"b"});
  builder.node("Neg", {"b"}, {"a"});
  Interpreter oracle = interpreter(builder);
  check_throws<FormatError>([&] { run(oracle); }, "the graph has a cycle");
}

BOOST_AUTO_TEST_SUITE_END()
