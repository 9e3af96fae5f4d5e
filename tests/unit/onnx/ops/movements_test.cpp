#include "support/onnx_check.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

// What moves elements: Reshape and its like, Transpose, Slice, Split, Concat, Gather and others.

BOOST_AUTO_TEST_SUITE(onnx_movements)

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

const Array x = small_array({2, 3, 4});

Array shaped(const Extents& shape) {
  return {shape, x.values};
}

}  // namespace

BOOST_AUTO_TEST_CASE(reshape_copies_and_fills_in) {
  NodeModel("Reshape").wholes({4, 6}).check(x, shaped({4, 6}));
  NodeModel("Reshape").wholes({-1}).check(x, shaped({24}));
  NodeModel("Reshape").wholes({0, -1}).check(x, shaped({2, 12}));
  NodeModel("Reshape").wholes({0, 0, 2, -1}).check(x, shaped({2, 3, 2, 2}));
  const auto reshape = [](const Numbers& shape) { return NodeModel("Reshape", 14).wholes(shape); };
  reshape({5, 5}).refuses<FormatError>(
      x.shape, "the shapes (2, 3, 4) and (5, 5) have different numbers of elements");
  reshape({5, -1}).refuses<FormatError>(x.shape, "the shape (5, -1) does not fit (2, 3, 4)");
  reshape({-1, -1}).refuses<FormatError>(x.shape, "the shape (-1, -1) has -1 twice");
  reshape({-2, 12}).refuses<FormatError>(
      x.shape, "the shape (-2, 12) has the extent -2; expected -1, 0 or more");
  reshape({1, 1, 1, 0})
      .refuses<FormatError>(
          x.shape,
          "the shape (1, 1, 1, 0) copies axis 3 of the input (2, 3, 4), which is not there");
  reshape({0, 12})
      .with("allowzero", 1)
      .refuses<FormatError>(x.shape,
                            "the shapes (2, 3, 4) and (0, 12) have different numbers of elements");
}

BOOST_AUTO_TEST_CASE(flatten_squeeze_and_unsqueeze) {
  NodeModel("Flatten").check(x, shaped({2, 12}));
  NodeModel("Flatten").with("axis", 0).check(x, shaped({1, 24}));
  NodeModel("Flatten").with("axis", -1).check(x, shaped({6, 4}));
  NodeModel("Flatten").with("axis", 3).check(x, shaped({24, 1}));
  NodeModel("Flatten").with("axis", 4).refuses<FormatError>(
      x.shape, "attribute 'axis' is 4; the shape has 3 axes");
  const Array thin = shaped({1, 2, 1, 12});
  NodeModel("Squeeze").check(thin, shaped({2, 12}));
  NodeModel("Squeeze").wholes({-2}).check(thin, shaped({1, 2, 12}));
  NodeModel("Squeeze", 11).with("axes", Extents{0}).check(thin, shaped({2, 1, 12}));
  NodeModel("Squeeze").wholes({1}).refuses<FormatError>(
      thin.shape, "axis 1 of (1, 2, 1, 12) has more than one element and cannot be left out");
  NodeModel("Unsqueeze").wholes({-1, 0}).check(x, shaped({1, 2, 3, 4, 1}));
  NodeModel("Unsqueeze", 11).with("axes", Extents{1, 3}).check(x, shaped({2, 1, 3, 1, 4}));
  NodeModel("Unsqueeze", 11).refuses<FormatError>(x.shape, "there are no axes");
  NodeModel("Unsqueeze").wholes({0, 0}).refuses<FormatError>(x.shape, "axis 0 is there twice");
}

BOOST_AUTO_TEST_CASE(transpose_in_any_order) {
  NodeModel("Transpose").check(x, make_array({4, 3, 2}, [](const Extents& at) {
                                 return x[{at[2], at[1], at[0]}];
                               }));
  NodeModel("Transpose")
      .with("perm", Extents{1, 2, 0})
      .check(x, make_array({3, 4, 2}, [](const Extents& at) {
               return x[{at[2], at[0], at[1]}];
             }));
  NodeModel("Transpose")
      .with("perm", Extents{1, 1, 0})
      .refuses<FormatError>(x.shape, "axis 1 is there twice");
  NodeModel("Transpose")
      .with("perm", Extents{1, 0})
      .refuses<FormatError>(x.shape, "attribute 'perm' has 2 numbers; expected 3");
}

BOOST_AUTO_TEST_CASE(depth_to_space_and_back) {
  const Array deep = small_array({2, 12, 2, 3});
  const auto expected = [&](bool depth_first) {
    return make_array({2, 3, 4, 6}, [&](const Extents& at) {
      const Index block = at[2] % 2 * 2 + at[3] % 2;
      const Index channel = depth_first ? block * 3 + at[1] : at[1] * 4 + block;
      return deep[{at[0], channel, at[2] / 2, at[3] / 2}];
    });
  };
  const auto to_space = [] { return NodeModel("DepthToSpace").with("blocksize", 2); };
  to_space().check(deep, expected(true));
  to_space().with("mode", "DCR").check(deep, expected(true));
  to_space().with("mode", "CRD").check(deep, expected(false));
  NodeModel("SpaceToDepth").with("blocksize", 2).check(expected(true), deep);
  to_space()
      .with("mode", "RDC")
      .refuses<FormatError>(deep.shape, "attribute 'mode' is 'RDC'; expected DCR or CRD");
  to_space().refuses<FormatError>({1, 6, 2, 2}, "there are 6 channels, which is no multiple of 4");
  NodeModel("SpaceToDepth")
      .refuses<FormatError>({1, 1, 2, 2},
                            "attribute 'blocksize' is 0; it must be at least 1 and at most 2^30");
  NodeModel("SpaceToDepth")
      .with("blocksize", 2)
      .refuses<FormatError>({1, 1, 2, 3}, "there are 3 columns, which is no multiple of 2");
  to_space().refuses<FormatError>({4, 2, 2},
                                  "the input has the shape (4, 2, 2); expected four axes");
}

BOOST_AUTO_TEST_CASE(slices_forwards_and_backwards) {
  NodeModel("Slice").wholes({1, 0}).wholes({3, 4}).wholes({1, 2}).wholes({1, 2}).check(
      x, make_array({2, 2, 2}, [](const Extents& at) {
        return x[{at[0], 1 + at[1], 2 * at[2]}];
      }));
  // To before the first: numpy's [::-1].
  NodeModel("Slice").wholes({-1}).wholes({-1000}).wholes({-1}).wholes({-1}).check(
      x, make_array(x.shape, [](const Extents& at) {
        return x[{at[0], at[1], 3 - at[2]}];
      }));
  NodeModel("Slice").wholes({3}).wholes({0}).wholes({2}).wholes({-2}).check(
      x, make_array({2, 3, 2}, [](const Extents& at) {
        return x[{at[0], at[1], 3 - 2 * at[2]}];
      }));
  NodeModel("Slice").wholes({0, -2}).wholes({1, 9e15}).check(
      x, make_array({1, 2, 4}, [](const Extents& at) {
        return x[{0, 1 + at[1], at[2]}];
      }));
  NodeModel("Slice", 9)
      .with("starts", Extents{1})
      .with("ends", Extents{2})
      .with("axes", Extents{0})
      .check(x, make_array({1, 3, 4}, [](const Extents& at) {
               return x[{1, at[1], at[2]}];
             }));
}

BOOST_AUTO_TEST_CASE(slices_that_do_not_fit_are_refused) {
  NodeModel("Slice").wholes({0}).wholes({2}).wholes({0}).wholes({0}).refuses<FormatError>(
      x.shape, "a step is 0; expected another number than 0");
  NodeModel("Slice").wholes({0}).wholes({2, 3}).refuses<FormatError>(
      x.shape, "starts, ends, axes and steps are not as many");
  NodeModel("Slice").wholes({0}).refuses<FormatError>(x.shape, "there are no starts or no ends");
}

BOOST_AUTO_TEST_CASE(concat_along_any_axis) {
  const Array a = small_array({2, 1, 3}, 1);
  const Array b = small_array({2, 2, 3}, 2);
  const Array c = small_array({2, 1, 3}, 3);
  ModelBuilder builder;
  builder.input("a", a.shape).input("b", b.shape).constant("c", c.shape, c.values).output("y");
  toeplix::test::set(builder.node("Concat", {"a", "c", "b", "a"}, {"y"}), "axis", -2);
  check_linear(builder.read(), {a, b}, make_array({2, 5, 3}, [&](const Extents& at) {
                 if (at[1] == 0 || at[1] == 4) return a[{at[0], 0, at[2]}];
                 if (at[1] == 1) return c[{at[0], 0, at[2]}];
                 return b[{at[0], at[1] - 2, at[2]}];
               }));
  NodeModel("Concat")
      .constant(small_array({2, 2}))
      .with("axis", 0)
      .refuses<FormatError>({2, 3}, "inputs (2, 3) and (2, 2) cannot be joined along axis 0");
  NodeModel("Concat")
      .constant(small_array({2}))
      .with("axis", 1)
      .refuses<FormatError>({2, 3}, "inputs (2, 3) and (2,) cannot be joined along axis 1");
  NodeModel("Concat").refuses<FormatError>({2}, "attribute 'axis' is missing");
  NodeModel("Concat").with("axis", 2).refuses<FormatError>(
      {2}, "axis 2 is not there; the shape has 1 axis");
}

BOOST_AUTO_TEST_CASE(split_has_a_node_for_each_output) {
  ModelBuilder builder(18);
  builder.input("x", {2, 7}).wholes("sizes", {2, 5}).output("a").output("c").output("f");
  toeplix::test::set(builder.node("Split", {"x", "sizes"}, {"a", "b"}, "split"), "axis", 1);
  auto& equal = builder.node("Split", {"x"}, {"c", "d", "e"}, "equal");
  toeplix::test::set(equal, "axis", -1);
  toeplix::test::set(equal, "num_outputs", 3);
  builder.node("Neg", {"e"}, {"f"});
  const auto model = builder.read();
  const auto nodes = model.nodes();
  BOOST_REQUIRE(nodes.size() == 6);
  BOOST_TEST(nodes[1].name() == "split[1]");
  BOOST_TEST((nodes[1].output() == toeplix::OnnxTensor{"b", {2, 5}}));
  BOOST_TEST(nodes[1].map<double>().matrix().coeff(6, 10) == 1);
  // The last part is smaller.
  BOOST_TEST((nodes[4].output() == toeplix::OnnxTensor{"e", {2, 1}}));
  BOOST_TEST(nodes[4].map<double>().matrix().coeff(1, 13) == 1);
  BOOST_TEST(model.segments().size() == 3);
}

BOOST_AUTO_TEST_CASE(splits_that_do_not_fit_are_refused) {
  NodeModel("Split", 11)
      .with("split", Extents{3})
      .refuses<FormatError>({4}, "the parts do not add up to axis 0 of (4,)");
  NodeModel("Split", 11)
      .with("split", Extents{-1})
      .refuses<FormatError>({4}, "the parts do not add up to axis 0 of (4,)");
  NodeModel("Split").wholes({1, 3}).refuses<FormatError>({4}, "split has 2 numbers for 1 outputs");
  NodeModel("Split", 18)
      .with("num_outputs", 2)
      .refuses<FormatError>({4}, "attribute 'num_outputs' is 2, but there are 1 outputs");
  ModelBuilder builder;
  builder.input("x", {3}).output("a");
  builder.node("Split", {"x"}, {"a", "b"}, "it");
  BOOST_CHECK_EXCEPTION(builder.read(), FormatError, [](const FormatError& error) {
    return error.what() == std::string(
                               "node 'it' (Split, operator set 13): an axis of 3 cannot be "
                               "split into 2 equal parts");
  });
}

BOOST_AUTO_TEST_CASE(gather_by_constant_numbers) {
  NodeModel("Gather").wholes({1, 0, -1}).check(x, make_array({3, 3, 4}, [](const Extents& at) {
                                                 return x[{at[0] == 1 ? 0 : 1, at[1], at[2]}];
                                               }));
  NodeModel("Gather")
      .constant({{}, {2}}, ::onnx::TensorProto::INT64)
      .with("axis", -1)
      .check(x, make_array({2, 3}, [](const Extents& at) {
               return x[{at[0], at[1], 2}];
             }));
  NodeModel("Gather")
      .constant({{2, 2}, {0, 1, 1, 2}}, ::onnx::TensorProto::INT32)
      .with("axis", 1)
      .check(x, make_array({2, 2, 2, 4}, [](const Extents& at) {
               return x[{at[0], at[1] + at[2], at[3]}];
             }));
  NodeModel("Gather").wholes({2}).refuses<FormatError>(x.shape,
                                                       "the index 2 is not within an axis of 2");
  NodeModel("Gather")
      .constant(small_array({1}))
      .refuses<FormatError>(x.shape, "the indices are no whole numbers");
}

BOOST_AUTO_TEST_CASE(expand_and_tile) {
  const Array thin = small_array({2, 1, 3});
  NodeModel("Expand")
      .wholes({4, 1, 2, 1})
      .check(thin, make_array({4, 2, 2, 3}, [&](const Extents& at) {
               return thin[{at[1], 0, at[3]}];
             }));
  NodeModel("Expand").wholes({2}).refuses<FormatError>(
      {3}, "the shapes (3,) and (2,) cannot be broadcast against one another");
  NodeModel("Expand").wholes({-1}).refuses<FormatError>({3},
                                                        "the shape (-1,) has negative extents");
  NodeModel("Tile").wholes({1, 2, 3}).check(x, make_array({2, 6, 12}, [](const Extents& at) {
                                              return x[{at[0], at[1] % 3, at[2] % 4}];
                                            }));
  NodeModel("Tile").wholes({1, 2}).refuses<FormatError>(
      x.shape, "there must be a number of repeats for each of the 3 axes");
  NodeModel("Tile")
      .wholes({1, 2, -1})
      .refuses<FormatError>(x.shape, "axis 2 is repeated -1 times; expected 0 or more");
}

BOOST_AUTO_TEST_CASE(sums_and_means_over_axes) {
  const auto over_last = [](double divisor, const Extents& shape) {
    return make_array(shape, [&](const Extents& at) {
      double sum = 0;
      for (Index k = 0; k < 4; ++k) sum += x[{at[0], at[1], k}];
      return sum / divisor;
    });
  };
  NodeModel("ReduceMean").with("axes", Extents{-1}).check(x, over_last(4, {2, 3, 1}));
  NodeModel("ReduceMean", 18).wholes({2}).with("keepdims", 0).check(x, over_last(4, {2, 3}));
  NodeModel("ReduceSum").wholes({2}).check(x, over_last(1, {2, 3, 1}));
  NodeModel("ReduceSum", 11)
      .with("axes", Extents{2})
      .with("keepdims", 0)
      .check(x, over_last(1, {2, 3}));
  const auto over_outer = make_array({1, 3, 1}, [](const Extents& at) {
    double sum = 0;
    for (Index i = 0; i < 2; ++i) {
      for (Index k = 0; k < 4; ++k) sum += x[{i, at[1], k}];
    }
    return sum;
  });
  NodeModel("ReduceSum").wholes({2, 0}).check(x, over_outer);
  double all = 0;
  for (const double value : x.values) all += value;
  NodeModel("ReduceSum").check(x, {{1, 1, 1}, {all}});
  NodeModel("ReduceSum").with("noop_with_empty_axes", 1).check(x, x);
  NodeModel("ReduceSum")
      .wholes({3})
      .refuses<FormatError>(x.shape, "axis 3 is not there; the shape has 3 axes");
  NodeModel("ReduceMax")
      .with("axes", Extents{1})
      .is_not_linear(x.shape, "is not linear", {2, 1, 4});
}

BOOST_AUTO_TEST_SUITE_END()
