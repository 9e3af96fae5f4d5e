#include "support/failures.hpp"
#include "support/onnx_check.hpp"

#include <toeplix/affine.hpp>
#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(onnx_segments)

namespace {

using toeplix::CapacityError;
using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::OnnxModel;
using toeplix::OnnxTensor;
using toeplix::test::Array;
using toeplix::test::check_linear;
using toeplix::test::check_throws;
using toeplix::test::make_array;
using toeplix::test::ModelBuilder;
using toeplix::test::set;
using toeplix::test::small_array;
using Numbers = std::vector<double>;

/// A kernel of three pixels along rows of four.
ModelBuilder& add_conv(ModelBuilder& builder, const std::string& from, const std::string& to,
                       const Numbers& kernel, double bias) {
  builder.constant("w_" + to, {1, 1, 3}, kernel).constant("b_" + to, {1}, {bias});
  set(builder.node("Conv", {from, "w_" + to, "b_" + to}, {to}, "conv_" + to), "pads",
      Extents{1, 1});
  return builder;
}

double pixel(const Array& x, Index at) {
  return at >= 0 && at < 4 ? x.values[static_cast<std::size_t>(at)] : 0;
}

Array convolved(const Array& x, const Numbers& kernel, double bias) {
  return make_array({1, 1, 4}, [&](const Extents& at) {
    return kernel[0] * pixel(x, at[2] - 1) + kernel[1] * pixel(x, at[2]) +
           kernel[2] * pixel(x, at[2] + 1) + bias;
  });
}

Array added(const Array& a, const Array& b, double factor = 1) {
  return make_array(a.shape, [&](const Extents& at) { return a[at] + factor * b[at]; });
}

const Array x = small_array({1, 1, 4});
const Numbers first = {1, 2, 3};
const Numbers second = {-1, 4, 2};

std::vector<std::string> node_names(const toeplix::OnnxSegment& segment) {
  std::vector<std::string> names;
  for (const auto& node : segment.nodes()) names.push_back(node.name());
  return names;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_chain_is_one_matrix) {
  ModelBuilder builder;
  builder.input("x", x.shape).output("c");
  add_conv(builder, "x", "a", first, 5);
  builder.node("Neg", {"a"}, {"b"}, "neg");
  add_conv(builder, "b", "c", second, 7);
  Array middle = convolved(x, first, 5);
  for (double& value : middle.values) value = -value;
  const OnnxModel model = builder.read();
  check_linear(model, {x}, convolved(middle, second, 7));
  const auto segment = model.segments()[0];
  BOOST_TEST(segment.is_chain());
  BOOST_TEST(segment.name() == "conv_c");
  BOOST_TEST((node_names(segment) == std::vector<std::string>{"conv_a", "neg", "conv_c"}));
  BOOST_TEST(segment.nnz() == 10 + 4 + 10);
  BOOST_TEST(segment.chain<float>().nnz() == 24);
  BOOST_TEST(segment.map<float>().name() == "conv_c");
}

BOOST_AUTO_TEST_CASE(a_residual_block_is_one_matrix) {
  ModelBuilder builder;
  builder.input("x", x.shape).output("y");
  add_conv(builder, "x", "a", first, 5);
  add_conv(builder, "a", "b", second, 7);
  builder.node("Add", {"b", "x"}, {"y"}, "add");
  const OnnxModel model = builder.read();
  check_linear(model, {x}, added(convolved(convolved(x, first, 5), second, 7), x));
  const auto segment = model.segments()[0];
  BOOST_TEST(!segment.is_chain());
  BOOST_TEST(segment.inputs().size() == 1);
  check_throws<GeometryError>(
      [&] { segment.chain<float>(); },
      "'add' is no chain: a node has several inputs, or not the one before it");
}

BOOST_AUTO_TEST_CASE(branches_part_and_meet) {
  ModelBuilder builder;
  builder.input("x", x.shape).output("y");
  add_conv(builder, "x", "a", first, 5);
  add_conv(builder, "a", "b", second, 7);
  add_conv(builder, "a", "c", first, 1);
  builder.node("Sub", {"b", "c"}, {"d"}, "sub");
  builder.node("Add", {"d", "a"}, {"y"}, "add");
  const Array a = convolved(x, first, 5);
  check_linear(builder.read(), {x},
               added(added(convolved(a, second, 7), convolved(a, first, 1), -1), a));
}

BOOST_AUTO_TEST_CASE(two_sources_have_a_matrix_each) {
  ModelBuilder builder;
  const Array z = small_array({1, 1, 4}, 4);
  builder.input("x", x.shape).input("z", z.shape).output("y");
  add_conv(builder, "x", "a", first, 5);
  add_conv(builder, "z", "b", second, 7);
  builder.node("Add", {"a", "b"}, {"c"}, "add");
  add_conv(builder, "c", "y", first, 1);
  const OnnxModel model = builder.read();
  check_linear(model, {x, z},
               convolved(added(convolved(x, first, 5), convolved(z, second, 7)), first, 1));
  const auto segment = model.segments()[0];
  BOOST_TEST((segment.inputs() == std::vector<OnnxTensor>{{"x", x.shape}, {"z", z.shape}}));
  // The offset is in the first.
  BOOST_TEST(segment.map<double>(1).offset().isZero());
  check_throws<GeometryError>([&] { segment.map<double>(2); },
                              "'conv_y' has no input 2; it has 2, counted from 0");
  check_throws<GeometryError>([&] { segment.cols(2); },
                              "'conv_y' has no input 2; it has 2, counted from 0");
}

BOOST_AUTO_TEST_CASE(what_is_not_linear_ends_a_segment) {
  ModelBuilder builder;
  builder.input("x", x.shape).output("y");
  add_conv(builder, "x", "a", first, 5);
  builder.node("Relu", {"a"}, {"r"}, "relu");
  add_conv(builder, "r", "b", second, 7);
  builder.node("Add", {"b", "a"}, {"y"}, "add");
  const auto segments = builder.read().segments();
  BOOST_REQUIRE(segments.size() == 2);
  BOOST_TEST((segments[0].output() == OnnxTensor{"a", x.shape}));
  BOOST_TEST((node_names(segments[0]) == std::vector<std::string>{"conv_a"}));
  // What joins there comes from x as well, past the Relu.
  BOOST_TEST((segments[1].inputs() == std::vector<OnnxTensor>{{"x", x.shape}, {"r", x.shape}}));
  BOOST_TEST((node_names(segments[1]) == std::vector<std::string>{"conv_a", "conv_b", "add"}));
  BOOST_TEST(segments[1].map<double>(0).nnz() == 10);
  BOOST_TEST(segments[1].map<double>(0).offset()[1] == 12);
}

BOOST_AUTO_TEST_CASE(an_output_in_the_middle_is_a_segment_of_its_own) {
  ModelBuilder builder;
  builder.input("x", x.shape).output("a").output("b");
  add_conv(builder, "x", "a", first, 5);
  builder.node("Neg", {"a"}, {"b"}, "neg");
  builder.node("Neg", {"b"}, {"unused"}, "unused");
  const auto segments = builder.read().segments();
  BOOST_REQUIRE(segments.size() == 2);
  BOOST_TEST((node_names(segments[1]) == std::vector<std::string>{"conv_a", "neg"}));
  BOOST_TEST(segments[1].map<double>().matrix().coeff(1, 1) == -2);
}

BOOST_AUTO_TEST_CASE(other_shapes_of_a_tensor_cost_nothing) {
  ModelBuilder builder;
  builder.input("x", x.shape).output("y").wholes("flat", {4});
  add_conv(builder, "x", "a", first, 5);
  builder.node("Reshape", {"a", "flat"}, {"b"}, "flatten");
  builder.node("Add", {"b", "b"}, {"y"}, "twice");
  const OnnxModel model = builder.read();
  const Array a = convolved(x, first, 5);
  check_linear(model, {x}, {{4}, added(a, a).values});
}

BOOST_AUTO_TEST_CASE(budgets_hold_for_what_exists_at_a_time) {
  ModelBuilder builder;
  builder.input("x", {1, 1, 4, 1000}).output("y").constant("w", {1000, 1000}, Numbers(1000000, 1));
  builder.node("MatMul", {"x", "w"}, {"a"}, "one");
  builder.node("Add", {"a", "x"}, {"y"}, "two");
  const auto model = builder.read();
  const toeplix::Resources small = {.memory_budget = 40'000'000};
  BOOST_CHECK_THROW(model.nodes()[0].map<double>(0, small), CapacityError);
  BOOST_CHECK_THROW(model.segments()[0].map<double>(0, small), CapacityError);
  // The matrix has room for itself, but not for the sum as well.
  const toeplix::Resources middle = {.memory_budget = 60'000'000};
  BOOST_TEST(model.nodes()[0].map<double>(0, middle).nnz() == 4000000);
  BOOST_CHECK_THROW(model.segments()[0].map<double>(0, middle), CapacityError);
  // And a part of it has room.
  BOOST_TEST(model.nodes()[0].map_rows<double>(0, 100, 0, small).nnz() == 100000);
}

BOOST_AUTO_TEST_SUITE_END()
