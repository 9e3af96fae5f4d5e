#include "support/failures.hpp"
#include "support/onnx_check.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

// Arithmetic of constants and shapes, which exporters leave in the graph. What comes of it is the
// shape of a Reshape, or is added to x.

BOOST_AUTO_TEST_SUITE(onnx_folding)

namespace {

using toeplix::Extents;
using toeplix::FormatError;
using toeplix::Index;
using toeplix::test::Array;
using toeplix::test::check_linear;
using toeplix::test::check_throws;
using toeplix::test::make_tensor;
using toeplix::test::ModelBuilder;
using toeplix::test::set;
using toeplix::test::small_array;
using Numbers = std::vector<double>;
constexpr int int64 = ::onnx::TensorProto::INT64;

/// x is reshaped to what the nodes that `build` adds make, in the tensor "shape".
template <class Build>
Extents reshaped(const Extents& from, const Build& build, Index opset = 13) {
  ModelBuilder builder(opset);
  builder.input("x", from).output("y");
  build(builder);
  builder.node("Reshape", {"x", "shape"}, {"y"});
  const auto model = builder.read();
  BOOST_TEST(model.nodes().size() == 1);
  return model.segments().at(0).output().shape;
}

/// What an operator makes of constants of floats, read off what it adds to nothing.
Numbers folded(const std::string& op, const std::vector<Array>& inputs, int type = 1) {
  ModelBuilder builder;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    names.push_back("c" + std::to_string(i));
    builder.constant(names.back(), inputs[i].shape, inputs[i].values, type);
  }
  builder.input("x", {1}).output("y");
  builder.node(op, names, {"made"});
  set(builder.node("Cast", {"made"}, {"real"}), "to", 1);
  builder.node("Add", {"x", "real"}, {"y"});
  const Eigen::VectorXd offset = builder.read().nodes().at(0).map<double>().offset();
  return {offset.begin(), offset.end()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_flattening_by_shapes) {
  // x.view(x.shape[0], -1), as PyTorch exports it.
  BOOST_TEST((reshaped(
                  {2, 3, 4},
                  [](ModelBuilder& builder) {
                    builder.constant("zero", {}, {0}, int64).wholes("minus", {-1});
                    builder.node("Shape", {"x"}, {"s"});
                    builder.node("Gather", {"s", "zero"}, {"n"});
                    set(builder.node("Unsqueeze", {"n"}, {"n1"}), "axes", Extents{0});
                    set(builder.node("Concat", {"n1", "minus"}, {"shape"}), "axis", 0);
                  },
                  11) == Extents{2, 12}));
}

BOOST_AUTO_TEST_CASE(whole_numbers_are_added_multiplied_and_divided) {
  BOOST_TEST(
      (reshaped({2, 3, 4}, [](ModelBuilder& builder) {
         builder.wholes("two", {2}).wholes("three", {3});
         set(builder.node("Constant", {}, {"ends"}), "value", make_tensor("", {2}, {1, 3}, int64));
         builder.node("Shape", {"x"}, {"s"});
         builder.wholes("from", {1}).wholes("to", {3});
         builder.node("Slice", {"s", "from", "to"}, {"inner"});  // 3, 4
         builder.node("ReduceProd", {"inner"}, {"product"});     // 12
         builder.node("Div", {"product", "two"}, {"half"});      // 6
         builder.node("Sub", {"half", "two"}, {"four"});         // 4
         builder.node("Mul", {"two", "three"}, {"six"});
         set(builder.node("Concat", {"four", "six"}, {"shape"}), "axis", 0);
       }) == Extents{4, 6}));
}

BOOST_AUTO_TEST_CASE(whole_numbers_divide_towards_zero) {
  const Array a = {{4}, {7, -7, 7, -7}};
  const Array b = {{4}, {2, 2, -2, -2}};
  BOOST_TEST((folded("Div", {a, b}, int64) == Numbers{3, -3, -3, 3}));
  BOOST_TEST((folded("Mod", {a, b}, int64) == Numbers{1, 1, -1, -1}));
  BOOST_TEST((folded("Max", {a, b}, int64) == Numbers{7, 2, 7, -2}));
  BOOST_TEST((folded("Sub", {a, b}, int64) == Numbers{5, -9, 9, -5}));
  BOOST_TEST((folded("Neg", {a}, int64) == Numbers{-7, 7, -7, 7}));
  BOOST_TEST((folded("Sum", {a, b}, int64) == Numbers{9, -5, 5, -9}));
}

BOOST_AUTO_TEST_CASE(element_by_element) {
  const Array a = {{3}, {1, 4, -2.5}};
  const Array b = {{1}, {2}};
  BOOST_TEST((folded("Div", {a, b}) == Numbers{0.5, 2, -1.25}));
  BOOST_TEST((folded("Mul", {a, b}) == Numbers{2, 8, -5}));
  BOOST_TEST((folded("Min", {a, b}) == Numbers{1, 2, -2.5}));
  BOOST_TEST((folded("Pow", {a, b}) == Numbers{1, 16, 6.25}));
  BOOST_TEST((folded("Floor", {a}) == Numbers{1, 4, -3}));
  BOOST_TEST((folded("Ceil", {a}) == Numbers{1, 4, -2}));
  BOOST_TEST((folded("Abs", {a}) == Numbers{1, 4, 2.5}));
  BOOST_TEST((folded("Relu", {a}) == Numbers{1, 4, 0}));
  BOOST_TEST((folded("Sqrt", {{{2}, {4, 9}}}) == Numbers{2, 3}));
  BOOST_TEST((folded("Reciprocal", {{{2}, {4, -0.5}}}) == Numbers{0.25, -2}));
  BOOST_TEST((folded("Equal", {a, {{}, {4}}}) == Numbers{0, 1, 0}));
  BOOST_TEST((folded("Less", {a, b}) == Numbers{1, 0, 1}));
  BOOST_TEST((folded("GreaterOrEqual", {a, {{}, {1}}}) == Numbers{1, 1, 0}));
}

BOOST_AUTO_TEST_CASE(linear_operators_of_constants_are_constants) {
  const Array a = {{2, 2}, {1, 2, 3, 4}};
  const Array b = {{2, 2}, {1, 0, 2, 1}};
  BOOST_TEST((folded("MatMul", {a, b}) == Numbers{5, 2, 11, 4}));
  BOOST_TEST((folded("Transpose", {a}) == Numbers{1, 3, 2, 4}));
  BOOST_TEST((folded("ReduceMean", {a}) == Numbers{2.5}));
}

BOOST_AUTO_TEST_CASE(choices_ranges_and_filled_tensors) {
  // An expansion to the shape of x, where -1 is that of x: as PyTorch exports it.
  BOOST_TEST((reshaped({6, 4}, [](ModelBuilder& builder) {
                builder.wholes("wanted", {3, -1}).wholes("length", {2}).wholes("minus", {-1});
                builder.wholes("given", {9, 8});
                set(builder.node("ConstantOfShape", {"length"}, {"ones"}), "value",
                    make_tensor("", {1}, {1}, int64));
                builder.node("Mul", {"ones", "minus"}, {"all"});
                builder.node("Equal", {"wanted", "all"}, {"free"});
                builder.node("Where", {"free", "given", "wanted"}, {"shape"});
              }) == Extents{3, 8}));
  BOOST_TEST((reshaped({2, 3}, [](ModelBuilder& builder) {
                builder.constant("a", {}, {1}, int64).constant("b", {}, {7}, int64);
                builder.constant("c", {}, {2}, int64).wholes("two", {2});
                builder.node("Range", {"a", "b", "c"}, {"odd"});  // 1, 3, 5
                builder.wholes("from", {0});
                builder.node("Slice", {"odd", "from", "two"}, {"some"});  // 1, 3
                builder.node("Mul", {"some", "two"}, {"even"});           // 2, 6
                builder.wholes("three", {1, 2});
                builder.node("Div", {"even", "three"}, {"shape"});  // 2, 3
              }) == Extents{2, 3}));
}

BOOST_AUTO_TEST_CASE(numbers_of_elements_and_parts_of_shapes) {
  BOOST_TEST((reshaped(
                  {2, 3, 4},
                  [](ModelBuilder& builder) {
                    auto& node = builder.node("Shape", {"x"}, {"last"});
                    set(node, "start", -2);
                    set(node, "end", -1);
                    builder.node("Size", {"x"}, {"size"});
                    builder.wholes("zero", {0});
                    builder.node("Unsqueeze", {"size", "zero"}, {"sizes"});
                    builder.node("Div", {"sizes", "last"}, {"rest"});
                    set(builder.node("Concat", {"last", "rest"}, {"shape"}), "axis", 0);
                  },
                  15) == Extents{3, 8}));
}

BOOST_AUTO_TEST_CASE(the_largest_number_stays_exact) {
  // The end of a slice without one is often the largest whole number.
  ModelBuilder builder;
  ::onnx::TensorProto end = make_tensor("", {1}, {}, int64);
  end.add_int64_data(std::numeric_limits<std::int64_t>::max());
  set(builder.node("Constant", {}, {"end"}), "value", end);
  builder.node("Identity", {"end"}, {"end2"});
  builder.wholes("none", {}).wholes("start", {1});
  set(builder.node("Concat", {"end2", "none"}, {"end3"}), "axis", 0);
  builder.input("x", {3}).output("y");
  builder.node("Slice", {"x", "start", "end3"}, {"y"});
  check_linear(builder.read(), {{{3}, {1, 2, 3}}}, {{2}, {2, 3}});
}

BOOST_AUTO_TEST_CASE(constants_of_every_kind) {
  const auto of = [](const char* attribute, const auto& value) {
    ModelBuilder builder;
    set(builder.node("Constant", {}, {"c"}), attribute, value);
    set(builder.node("Cast", {"c"}, {"real"}), "to", 1);
    builder.input("x", {1}).output("y");
    builder.node("Add", {"x", "real"}, {"y"});
    const Eigen::VectorXd offset = builder.read().nodes().at(0).map<double>().offset();
    return Numbers(offset.begin(), offset.end());
  };
  BOOST_TEST((of("value", make_tensor("", {2}, {1, 2})) == Numbers{1, 2}));
  BOOST_TEST((of("value_float", 1.5F) == Numbers{1.5}));
  BOOST_TEST((of("value_floats", std::vector<float>{1.5F, 2}) == Numbers{1.5, 2}));
  BOOST_TEST((of("value_int", 3) == Numbers{3}));
  BOOST_TEST((of("value_ints", Extents{3, 4}) == Numbers{3, 4}));
}

BOOST_AUTO_TEST_CASE(a_cast_cuts_fractions_off) {
  ModelBuilder builder;
  builder.constant("c", {3}, {1.9, -1.9, 0}).input("x", {3}).output("y");
  set(builder.node("Cast", {"c"}, {"whole"}), "to", int64);
  set(builder.node("Cast", {"c"}, {"truth"}), "to", 9);
  set(builder.node("Cast", {"whole"}, {"a"}), "to", 1);
  set(builder.node("Cast", {"truth"}, {"b"}), "to", 1);
  builder.node("Sum", {"x", "a", "b"}, {"y"});
  check_linear(builder.read(), {{{3}, {0, 0, 0}}}, {{3}, {2, 0, 0}});
}

BOOST_AUTO_TEST_CASE(a_cast_of_a_constant_rounds) {
  for (const int type : {10, 16}) {
    ModelBuilder builder;
    builder.constant("c", {1}, {0.1}).input("x", {1}).output("y");
    set(builder.node("Cast", {"c"}, {"half"}), "to", type);
    set(builder.node("Cast", {"half"}, {"a"}), "to", 1);
    builder.node("Add", {"x", "a"}, {"y"});
    // Of 0.1 the first 11 bits, or the first 8.
    const double expected = type == 10 ? 0x1.998p-4 : 0x1.9ap-4;
    BOOST_TEST(builder.read().nodes().at(0).map<double>().offset()[0] == expected);
  }
}

BOOST_AUTO_TEST_CASE(impossible_arithmetic_is_refused) {
  check_throws<FormatError>(
      [] {
        folded("Div", {{{1}, {1}}, {{1}, {0}}}, int64);
      },
      "node 'Div_0' (Div, operator set 13): divides by zero, or exceeds 64 "
      "bits");
  check_throws<FormatError>(
      [] {
        folded("Mean", {{{1}, {1}}, {{1}, {0}}}, int64);
      },
      "node 'Mean_0' (Mean, operator set 13): makes numbers that are not whole of whole ones");
  check_throws<FormatError>(
      [] { folded("ReduceProd", {}); },
      "node 'ReduceProd_0' (ReduceProd, operator set 13): input 0 is missing");
  ModelBuilder builder;
  builder.wholes("huge", {1e15, 1e15}).input("x", {1}).output("y");
  builder.node("ConstantOfShape", {"huge"}, {"c"});
  builder.node("Add", {"x", "c"}, {"y"});
  check_throws<FormatError>(
      [&] { builder.read(); },
      "node 'ConstantOfShape_0' (ConstantOfShape, operator set 13): there is no shape "
      "(1000000000000000, 1000000000000000)");
}

BOOST_AUTO_TEST_CASE(constants_have_room_within_the_budget_alone) {
  ModelBuilder builder;
  builder.wholes("large", {100000}).input("x", {1}).output("y");
  builder.node("ConstantOfShape", {"large"}, {"c"});
  builder.node("Add", {"x", "c"}, {"y"});
  check_throws<toeplix::CapacityError>(
      [&] { builder.read({.resources = {.memory_budget = 10000}}); },
      "node 'ConstantOfShape_0' (ConstantOfShape, operator set 13): the tensor (100000,) takes "
      "800000 bytes, beyond the memory budget of 10000 bytes, of which 8 are taken; raise "
      "Resources::memory_budget");
}

BOOST_AUTO_TEST_SUITE_END()
