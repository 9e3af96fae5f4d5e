#include "support/failures.hpp"
#include "support/onnx_check.hpp"

#include <toeplix/affine.hpp>
#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>

BOOST_AUTO_TEST_SUITE(onnx_arithmetic)

namespace {

using toeplix::Extents;
using toeplix::FormatError;
using toeplix::Index;
using toeplix::test::Array;
using toeplix::test::check_linear;
using toeplix::test::make_array;
using toeplix::test::ModelBuilder;
using toeplix::test::NodeModel;
using toeplix::test::small_array;
using Numbers = std::vector<double>;

/// Of (2, 1, 3) and (4, 1), broadcast to (2, 4, 3).
template <class Combine>
Array broadcast(const Array& a, const Array& b, const Combine& combine) {
  return make_array({2, 4, 3}, [&](const Extents& at) {
    return combine(a[{at[0], 0, at[2]}], b[{at[1], 0}]);
  });
}

const Array x = small_array({2, 1, 3});
const Array c = {{4, 1}, {1, -2, 4, 8}};

/// The operator of a constant and x, in this order.
void check_constant_first(const char* op, const Array& expected) {
  ModelBuilder builder;
  builder.input("x", x.shape).constant("c", c.shape, c.values).output("y");
  builder.node(op, {"c", "x"}, {"y"});
  check_linear(builder.read(), {x}, expected);
}

}  // namespace

BOOST_AUTO_TEST_CASE(constants_are_broadcast_on_either_side) {
  const auto plus = [](double a, double b) { return a + b; };
  const auto minus = [](double a, double b) { return a - b; };
  const auto times = [](double a, double b) { return a * b; };
  NodeModel("Add").constant(c).check(x, broadcast(x, c, plus));
  NodeModel("Sub").constant(c).check(x, broadcast(x, c, minus));
  NodeModel("Mul").constant(c).check(x, broadcast(x, c, times));
  NodeModel("Div").constant(c).check(x, broadcast(x, c, [](double a, double b) { return a / b; }));
  check_constant_first("Add", broadcast(x, c, plus));
  check_constant_first("Sub", broadcast(x, c, [](double a, double b) { return b - a; }));
  check_constant_first("Mul", broadcast(x, c, times));
}

BOOST_AUTO_TEST_CASE(a_constant_is_stretched_or_stretches) {
  const Array scalar = {{}, {3}};
  NodeModel("Mul").constant(scalar).check(
      x, make_array(x.shape, [](const Extents& at) { return 3 * x[at]; }));
  const Array wide = small_array({2, 3}, 4);
  NodeModel("Add").constant(wide).check(
      {{1, 1}, {5}}, make_array({2, 3}, [&](const Extents& at) { return 5 + wide[at]; }));
}

BOOST_AUTO_TEST_CASE(quotients_by_tensors_or_zero_are_not_linear) {
  NodeModel("Div").constant({{3}, {1, 0, 2}}).is_not_linear({2, 3}, "divides by zero", {2, 3});
  ModelBuilder builder;
  builder.input("x", {3}).constant("c", {1}, {2}).output("y");
  builder.node("Div", {"c", "x"}, {"y"});
  BOOST_TEST(builder.read().nonlinear().at(0).reason == "divides by a tensor that is not constant");
}

BOOST_AUTO_TEST_CASE(sums_and_means_of_several_tensors) {
  const Array a = small_array({3}, 1);
  const Array b = small_array({2, 1}, 2);
  const Array d = small_array({2, 3}, 3);
  for (const char* op : {"Sum", "Mean"}) {
    const double divisor = *op == 'S' ? 1 : 4;
    ModelBuilder builder;
    builder.input("a", a.shape).input("b", b.shape).constant("d", d.shape, d.values).output("y");
    builder.node(op, {"a", "b", "d", "a"}, {"y"});
    check_linear(builder.read(), {a, b}, make_array({2, 3}, [&](const Extents& at) {
                   return (2 * a[{at[1]}] + b[{at[0], 0}] + d[at]) / divisor;
                 }));
  }
}

BOOST_AUTO_TEST_CASE(a_tensor_twice_is_one_matrix) {
  ModelBuilder builder;
  builder.input("x", {2}).output("y");
  builder.node("Add", {"x", "x"}, {"y"});
  const auto model = builder.read();
  check_linear(model, {{{2}, {3, 4}}}, {{2}, {6, 8}});
  BOOST_TEST(model.segments()[0].inputs().size() == 1);
}

BOOST_AUTO_TEST_CASE(what_leaves_numbers_as_they_are) {
  NodeModel("Neg").check(x, make_array(x.shape, [](const Extents& at) { return -x[at]; }));
  NodeModel("Identity").check(x, x);
  NodeModel("Dropout", 11).with("ratio", 0.5F).check(x, x);
  NodeModel("Dropout").constant({{}, {0.5}}).check(x, x);
  NodeModel("Dropout")
      .constant({{}, {0.5}})
      .constant({{}, {0}}, ::onnx::TensorProto::BOOL)
      .check(x, x);
  NodeModel("Cast").with("to", static_cast<int>(::onnx::TensorProto::DOUBLE)).check(x, x);
  NodeModel("Cast").with("to", static_cast<int>(::onnx::TensorProto::FLOAT16)).check(x, x);
}

BOOST_AUTO_TEST_CASE(what_rounds_or_drops_is_not_linear) {
  NodeModel("Cast")
      .with("to", static_cast<int>(::onnx::TensorProto::INT64))
      .is_not_linear({3}, "makes int64 of float", {3});
  NodeModel("Dropout")
      .constant({{}, {0.5}})
      .constant({{}, {1}}, ::onnx::TensorProto::BOOL)
      .is_not_linear({3}, "drops at random, in training mode", {3});
  NodeModel("Cast").refuses<FormatError>({3}, "attribute 'to' is missing");
}

BOOST_AUTO_TEST_CASE(a_batch_normalization_scales_channels) {
  const Array image = small_array({2, 3, 2});
  // 1 / sqrt(variance + epsilon) is 1/2, 1/4, 1.
  const float epsilon = 0.5F;
  const auto norm = [&] {
    return NodeModel("BatchNormalization")
        .constant({{3}, {2, 4, -3}})
        .constant({{3}, {10, 20, 30}})
        .constant({{3}, {1, 2, 3}})
        .constant({{3}, {3.5, 15.5, 0.5}})
        .with("epsilon", epsilon);
  };
  const Numbers scale = {1, 1, -3};
  const Numbers shift = {9, 18, 39};
  norm().check(image, make_array(image.shape, [&](const Extents& at) {
                 const auto channel = static_cast<std::size_t>(at[1]);
                 return image[at] * scale[channel] + shift[channel];
               }));
  norm().with("momentum", 0.5F).check({{1, 3}, {1, 2, 3}}, {{1, 3}, {10, 20, 30}});
  norm()
      .with("training_mode", 0)
      .refuses<FormatError>({1, 3}, "attribute 'training_mode' is not known");
}

BOOST_AUTO_TEST_CASE(epsilon_is_a_hundred_thousandth_if_it_is_not_given) {
  const Array one = {{1}, {1}};
  const Array zero = {{1}, {0}};
  const auto model = NodeModel("BatchNormalization", 15)
                         .constant(one)
                         .constant(zero)
                         .constant(zero)
                         .constant(zero)
                         .read({1, 1});
  const double expected = 1 / std::sqrt(static_cast<double>(1e-5F));
  BOOST_TEST(model.nodes().at(0).map<double>().matrix().coeff(0, 0) == expected);
  BOOST_TEST(model.nodes().at(0).map<float>().matrix().coeff(0, 0) == static_cast<float>(expected));
}

BOOST_AUTO_TEST_CASE(a_batch_normalization_of_training_is_not_linear) {
  const Array three = {{3}, {1, 1, 1}};
  const auto norm = [&](toeplix::Index opset) {
    return NodeModel("BatchNormalization", opset)
        .constant(three)
        .constant(three)
        .constant(three)
        .constant(three);
  };
  norm(14)
      .with("training_mode", 1)
      .is_not_linear({2, 3}, "normalizes by the batch itself, in training mode", {2, 3});
  norm(8)
      .with("spatial", 0)
      .is_not_linear({2, 3}, "normalizes every pixel by itself (spatial 0), which is not supported",
                     {2, 3});
  norm(14).refuses<FormatError>({2, 4}, "input 1 has the shape (3,); expected (4,)");
  norm(14).refuses<FormatError>({3}, "the input (3,) has no channels");
  NodeModel("BatchNormalization")
      .constant(three)
      .constant(three)
      .constant(three)
      .constant({{3}, {1, -2, 1}})
      .refuses<FormatError>({2, 3}, "the variance of channel 1 plus epsilon is not above 0");
}

BOOST_AUTO_TEST_CASE(shapes_that_cannot_be_broadcast_are_refused) {
  NodeModel("Add")
      .constant(small_array({2}))
      .refuses<FormatError>({2, 3},
                            "the shapes (2, 3) and (2,) cannot be broadcast against one another");
}

BOOST_AUTO_TEST_SUITE_END()
