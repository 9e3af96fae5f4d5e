#include "support/onnx_check.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

BOOST_AUTO_TEST_SUITE(onnx_pads)

namespace {

using toeplix::Extents;
using toeplix::FormatError;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::test::Array;
using toeplix::test::make_array;
using toeplix::test::NodeModel;
using toeplix::test::small_array;

/// Pads (1, 2, 0, 3): one row above, two columns to the left, three to the right. `fold` says which
/// coordinate of an axis lies at another, or -1.
template <class Fold>
Array framed(const Array& x, double constant, const Fold& fold) {
  return make_array({x.shape[0] + 1, x.shape[1] + 5}, [&](const Extents& at) {
    const Index row = fold(at[0] - 1, x.shape[0]);
    const Index col = fold(at[1] - 2, x.shape[1]);
    return row < 0 || col < 0 ? constant : x[{row, col}];
  });
}

Index inside(Index at, Index extent) {
  return at >= 0 && at < extent ? at : -1;
}
Index mirrored(Index at, Index extent) {
  while (at < 0 || at >= extent) at = at < 0 ? -at : 2 * (extent - 1) - at;
  return at;
}
Index nearest(Index at, Index extent) {
  return std::clamp<Index>(at, 0, extent - 1);
}
Index around(Index at, Index extent) {
  return (at + 5 * extent) % extent;
}

const Array x = small_array({4, 5});

NodeModel pad_of(const char* mode, Index opset = 13) {
  return NodeModel("Pad", opset).with("mode", mode);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_mode) {
  pad_of("constant").wholes({1, 2, 0, 3}).check(x, framed(x, 0, inside));
  pad_of("constant").wholes({1, 2, 0, 3}).constant({{}, {7}}).check(x, framed(x, 7, inside));
  pad_of("constant").wholes({1, 2, 0, 3}).constant({{1}, {7}}).check(x, framed(x, 7, inside));
  pad_of("reflect").wholes({1, 2, 0, 3}).check(x, framed(x, 0, mirrored));
  pad_of("edge").wholes({1, 2, 0, 3}).check(x, framed(x, 0, nearest));
  pad_of("wrap", 19).wholes({1, 2, 0, 3}).check(x, framed(x, 0, around));
}

BOOST_AUTO_TEST_CASE(attributes_of_old_operator_sets) {
  NodeModel("Pad", 10)
      .with("pads", Extents{1, 2, 0, 3})
      .with("value", 7.0F)
      .check(x, framed(x, 7, inside));
  pad_of("reflect", 7).with("pads", Extents{1, 2, 0, 3}).check(x, framed(x, 0, mirrored));
  NodeModel("Pad", 10).refuses<FormatError>({2}, "there are no pads");
  NodeModel("Pad", 11)
      .with("pads", Extents{1, 1})
      .refuses<FormatError>({2}, "attribute 'pads' is not known");
}

BOOST_AUTO_TEST_CASE(some_axes) {
  // Columns first, then rows.
  NodeModel("Pad", 18).wholes({2, 1, 3, 0}).none().wholes({-1, 0}).check(x, framed(x, 0, inside));
}

BOOST_AUTO_TEST_CASE(negative_pads_crop) {
  NodeModel("Pad")
      .wholes({-1, 1, 0, -2})
      .constant({{}, {9}})
      .check(x, make_array({3, 4}, [&](const Extents& at) {
               return at[1] == 0 ? 9 : x[{at[0] + 1, at[1] - 1}];
             }));
}

BOOST_AUTO_TEST_CASE(pads_that_are_no_constant_are_not_linear) {
  toeplix::test::ModelBuilder builder;
  builder.input("x", {2}).input("p", {2}, ::onnx::TensorProto::INT64).output("y");
  builder.node("Pad", {"x", "p"}, {"y"});
  const auto other = builder.read().nonlinear().at(0);
  BOOST_TEST(other.reason == "its input 'p' is not constant");
  BOOST_TEST(other.outputs[0].shape.empty());
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  pad_of("mirror").wholes({1, 1}).refuses<FormatError>(
      {2}, "attribute 'mode' is 'mirror'; expected constant, reflect, edge or wrap");
  NodeModel("Pad").wholes({1}).refuses<FormatError>(
      {2}, "there are 1 pads; expected 2, two for each of 1 axes");
  NodeModel("Pad")
      .wholes({1, 1})
      .constant({{2}, {1, 2}})
      .refuses<FormatError>({2}, "the constant has 2 numbers; expected one");
  NodeModel("Pad").wholes({-1, -1}).refuses<GeometryError>(
      {2}, "axis 0: padding -1:-1 leaves output extent 0; it must be at least 1");
  NodeModel("Pad", 18)
      .wholes({1, 1, 1, 1})
      .none()
      .wholes({0, -2})
      .refuses<FormatError>({2, 2}, "axis -2 is there twice");
  NodeModel("Pad")
      .constant(small_array({2}))
      .refuses<FormatError>(
          {2},
          "input 1, 'c1', is of type float and shape (2,); expected whole numbers along one axis");
}

BOOST_AUTO_TEST_SUITE_END()
