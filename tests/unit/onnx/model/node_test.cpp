#include "support/failures.hpp"
#include "support/onnx_builder.hpp"

#include <toeplix/affine.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(onnx_nodes)

namespace {

using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::OnnxTensor;
using toeplix::test::check_throws;
using toeplix::test::ModelBuilder;
using Numbers = std::vector<double>;

/// x (2, 2, 3), kernels of two pixels, a bias per channel.
ModelBuilder small_convolution() {
  ModelBuilder builder;
  builder.input("x", {2, 2, 3}).constant("w", {1, 2, 2}, {1, 2, 3, 4}).constant("b", {1}, {5});
  builder.node("Conv", {"x", "w", "b"}, {"y"}, "conv1");
  builder.output("y");
  return builder;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_node_says_what_it_is) {
  const auto model = small_convolution().read();
  BOOST_REQUIRE(model.nodes().size() == 1);
  const auto node = model.nodes()[0];
  BOOST_TEST(node.name() == "conv1");
  BOOST_TEST(node.op_type() == "Conv");
  BOOST_TEST((node.inputs() == std::vector<OnnxTensor>{{"x", {2, 2, 3}}}));
  BOOST_TEST((node.output() == OnnxTensor{"y", {2, 1, 2}}));
  BOOST_TEST(node.rows() == 4);
  BOOST_TEST(node.cols() == 12);
  BOOST_TEST(node.nnz() == 16);
  BOOST_TEST(node.batch() == 2);
  BOOST_TEST(node.convolution()->rows() == 2);
  BOOST_TEST(!node.transposed_convolution());
  BOOST_TEST((node.weights<float>() == std::vector<float>{1, 2, 3, 4}));
  BOOST_TEST((node.bias<double>() == Numbers{5}));
  BOOST_TEST(model.opset() == 13);
}

BOOST_AUTO_TEST_CASE(a_batch_is_a_diagonal_of_equal_blocks) {
  const auto map = small_convolution().read().nodes()[0].map<double>();
  const Numbers x = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1};
  const Eigen::VectorXd y = toeplix::apply(map, x);
  BOOST_TEST((Numbers(y.begin(), y.end()) == Numbers{1 + 4 + 5, 3 + 5, 5, 2 + 4 + 5}));
}

BOOST_AUTO_TEST_SUITE_END()
