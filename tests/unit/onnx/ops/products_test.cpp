#include "support/onnx_check.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(onnx_products)

namespace {

using toeplix::Extents;
using toeplix::FormatError;
using toeplix::Index;
using toeplix::test::Array;
using toeplix::test::make_array;
using toeplix::test::ModelBuilder;
using toeplix::test::NodeModel;
using toeplix::test::small_array;

/// alpha A B + beta C, where A and B are stored as they are or transposed.
Array gemm(const Array& a, const Array& b, const Array& c, bool trans_a, bool trans_b, double alpha,
           double beta) {
  const Index rows = a.shape[trans_a ? 1 : 0];
  const Index inner = a.shape[trans_a ? 0 : 1];
  const Index cols = b.shape[trans_b ? 0 : 1];
  return make_array({rows, cols}, [&](const Extents& at) {
    double sum = 0;
    for (Index k = 0; k < inner; ++k) {
      sum += a[trans_a ? Extents{k, at[0]} : Extents{at[0], k}] *
             b[trans_b ? Extents{at[1], k} : Extents{k, at[1]}];
    }
    return alpha * sum + beta * c[{c.shape[0] == 1 ? 0 : at[0], c.shape[1] == 1 ? 0 : at[1]}];
  });
}

}  // namespace

BOOST_AUTO_TEST_CASE(gemm_with_every_attribute) {
  const Array c = small_array({1, 4}, 5);
  for (const bool trans_a : {false, true}) {
    for (const bool trans_b : {false, true}) {
      const Array a = small_array(trans_a ? Extents{3, 2} : Extents{2, 3});
      const Array b = small_array(trans_b ? Extents{4, 3} : Extents{3, 4}, 2);
      NodeModel("Gemm")
          .constant(b)
          .constant(c)
          .with("transA", trans_a ? 1 : 0)
          .with("transB", trans_b ? 1 : 0)
          .with("alpha", 2.0F)
          .with("beta", -3.0F)
          .check(a, gemm(a, b, c, trans_a, trans_b, 2, -3));
    }
  }
}

BOOST_AUTO_TEST_CASE(gemm_broadcasts_c) {
  const Array a = small_array({2, 3});
  const Array b = small_array({3, 4}, 2);
  for (const Extents& shape : {Extents{2, 4}, Extents{2, 1}, Extents{1, 1}}) {
    const Array c = small_array(shape, 5);
    NodeModel("Gemm").constant(b).constant(c).check(a, gemm(a, b, c, false, false, 1, 1));
  }
  const Array row = small_array({1, 4}, 5);
  NodeModel("Gemm")
      .constant(b)
      .constant({{4}, row.values})
      .check(a, gemm(a, b, row, false, false, 1, 1));
  NodeModel("Gemm").constant(b).check(a, gemm(a, b, {{1, 1}, {0}}, false, false, 1, 1));
}

BOOST_AUTO_TEST_CASE(gemm_of_a_constant_on_the_left) {
  const Array a = small_array({3, 2}, 2);
  const Array b = small_array({4, 3});
  ModelBuilder builder;
  builder.input("b", b.shape).constant("a", a.shape, a.values).output("y");
  auto& node = builder.node("Gemm", {"a", "b"}, {"y"});
  toeplix::test::set(node, "transA", 1);
  toeplix::test::set(node, "transB", 1);
  check_linear(builder.read(), {b}, gemm(a, b, {{1, 1}, {0}}, true, true, 1, 1));
}

BOOST_AUTO_TEST_CASE(gemm_is_linear_in_c_as_well) {
  const Array a = small_array({2, 3});
  const Array b = small_array({3, 2}, 2);
  const Array c = small_array({2, 2}, 3);
  ModelBuilder builder;
  builder.input("a", a.shape).input("c", c.shape).constant("b", b.shape, b.values).output("y");
  toeplix::test::set(builder.node("Gemm", {"a", "b", "c"}, {"y"}), "beta", 2.0F);
  check_linear(builder.read(), {a, c}, gemm(a, b, c, false, false, 1, 2));
}

BOOST_AUTO_TEST_CASE(matmul_of_matrices_and_vectors) {
  const Array a = small_array({2, 3});
  const Array b = small_array({3, 4}, 2);
  const Array zero = {{1, 1}, {0}};
  NodeModel("MatMul").constant(b).check(a, gemm(a, b, zero, false, false, 1, 1));
  const Array column = small_array({3}, 2);
  Array y = gemm(a, {{3, 1}, column.values}, zero, false, false, 1, 1);
  NodeModel("MatMul").constant(column).check(a, {{2}, y.values});
  const Array row = small_array({3});
  y = gemm({{1, 3}, row.values}, b, zero, false, false, 1, 1);
  NodeModel("MatMul").constant(b).check(row, {{4}, y.values});
  y = gemm({{1, 3}, row.values}, {{3, 1}, column.values}, zero, false, false, 1, 1);
  NodeModel("MatMul").constant(column).check(row, {{}, y.values});
}

BOOST_AUTO_TEST_CASE(matmul_of_stacks_that_are_broadcast) {
  const Array a = small_array({2, 1, 2, 3});
  const Array b = small_array({5, 3, 4}, 2);
  const auto product = [](const Array& left, const Array& right) {
    return make_array({2, 5, 2, 4}, [&](const Extents& at) {
      double sum = 0;
      for (Index k = 0; k < 3; ++k) sum += left[{at[0], 0, at[2], k}] * right[{at[1], k, at[3]}];
      return sum;
    });
  };
  NodeModel("MatMul").constant(b).check(a, product(a, b));
  ModelBuilder builder;
  builder.input("b", b.shape).constant("a", a.shape, a.values).output("y");
  builder.node("MatMul", {"a", "b"}, {"y"});
  check_linear(builder.read(), {b}, product(a, b));
}

BOOST_AUTO_TEST_CASE(two_tensors_that_are_no_constants_are_not_linear) {
  for (const char* op : {"MatMul", "Gemm", "Mul"}) {
    ModelBuilder builder;
    builder.input("a", {3, 3}).input("b", {3, 3}).output("y");
    builder.node(op, {"a", "b"}, {"y"});
    const auto model = builder.read();
    BOOST_TEST(model.segments().empty());
    BOOST_TEST(model.nonlinear().at(0).reason == "multiplies two tensors that are not constant");
    BOOST_TEST((model.nonlinear()[0].outputs[0].shape == Extents{3, 3}));
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  const Array b = small_array({3, 4});
  NodeModel("MatMul").constant(b).refuses<FormatError>(
      {2, 4}, "the matrices (2, 4) and (3, 4) cannot be multiplied: 4 columns meet 3 rows");
  NodeModel("MatMul").constant(b).refuses<FormatError>(
      {}, "a factor is a single number; expected one axis or more");
  NodeModel("Gemm").constant(b).refuses<FormatError>(
      {1, 2, 3}, "A has the shape (1, 2, 3); expected two axes");
  NodeModel("Gemm")
      .constant(b)
      .constant(small_array({3, 4}))
      .refuses<FormatError>({2, 3},
                            "the shapes (3, 4) and (2, 4) cannot be broadcast against one another");
  NodeModel("Gemm")
      .constant(b)
      .constant(small_array({5, 2, 4}))
      .refuses<FormatError>({2, 3}, "C (5, 2, 4) cannot be broadcast to (2, 4)");
  NodeModel("Gemm")
      .constant(b)
      .with("transB", 2)
      .refuses<FormatError>({2, 3}, "attribute 'transB' is 2; expected 0 or 1");
}

BOOST_AUTO_TEST_SUITE_END()
