#include "support/failures.hpp"

#include <toeplix/affine_map.hpp>
#include <toeplix/error.hpp>
#include <toeplix/linear_map.hpp>
#include <toeplix/operator.hpp>

#include <Eigen/Dense>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <utility>
#include <vector>

// What becomes of maps: moved from, made dense, nested a thousand times, changed from outside.

BOOST_AUTO_TEST_SUITE(map_lifetimes)

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::LinearMap;
using toeplix::Operator;
using toeplix::test::check_throws;
using Numbers = std::vector<double>;

Operator<double> small_operator() {
  return {Convolution("input=3,4 kernel=2,3 padding=1,1"), Numbers{1, 2, 3, 4, 5, 6}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(nothing_is_empty_after_a_move) {
  Operator<double> op = small_operator();
  const MatrixXd dense = op.to_sparse();
  const Operator<double> other = std::move(op);
  BOOST_TEST((MatrixXd(op * MatrixXd::Identity(12, 12)) == dense));
  LinearMap<double> map = other;
  std::vector<LinearMap<double>> maps;
  maps.push_back(std::move(map));
  BOOST_TEST(map.rows() == dense.rows());
  BOOST_TEST((MatrixXd(map * MatrixXd::Identity(12, 12)) == dense));
  Convolution conv("input=3,4 kernel=2,3");
  const Convolution same = std::move(conv);
  BOOST_TEST(conv.rows() == same.rows());
  toeplix::TransposedConvolution up("transposed input=3,4 kernel=2,3");
  const toeplix::TransposedConvolution up_too = std::move(up);
  BOOST_TEST((up.spec() == up_too.spec()));
  toeplix::AffineMap<double> affine(other.to_sparse(), VectorXd::Ones(dense.rows()), {12},
                                    {dense.rows()});
  const toeplix::AffineMap<double> affine_too = std::move(affine);
  BOOST_TEST(affine.nnz() == affine_too.nnz());
}

BOOST_AUTO_TEST_CASE(maps_become_dense) {
  const Operator<double> op = small_operator();
  const MatrixXd dense = op.to_sparse();
  const LinearMap<double> map = op;
  MatrixXd made = map;
  BOOST_TEST((made == dense));
  made = map.transpose();
  BOOST_TEST((made == dense.transpose()));
  const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> normal =
      map.transpose() * map + 2 * (op.transpose() * op);
  BOOST_TEST((normal == 3 * dense.transpose() * dense));
  made = MatrixXd::Ones(dense.rows(), dense.cols());
  made += map;
  made -= 3 * map;
  BOOST_TEST((made == MatrixXd::Ones(dense.rows(), dense.cols()) - 2 * dense));
}

BOOST_AUTO_TEST_CASE(a_matrix_that_is_referred_to_may_change_but_not_in_shape) {
  Eigen::SparseMatrix<double> w(4, 3);
  w.insert(1, 1) = 2;
  const LinearMap<double> map(std::cref(w));
  const LinearMap<double> sum = map + 2 * map;
  w.insert(0, 2) = 5;
  BOOST_TEST((VectorXd(sum * VectorXd::Ones(3)) == Eigen::Vector4d(15, 6, 0, 0)));
  w.resize(4, 300000);
  const char* const message =
      "a matrix that a map refers to is now 4 x 300000; expected 4 x 3, as when the map was made";
  check_throws<GeometryError>([&] { (void)VectorXd(sum * VectorXd::Ones(3)); }, message);
  check_throws<GeometryError>([&] { (void)VectorXd(map.transpose() * VectorXd::Ones(4)); },
                              message);
  w.resize(4, 3);
  BOOST_TEST((VectorXd(sum * VectorXd::Ones(3)) == VectorXd::Zero(4)));
}

// A product goes down all levels on the stack: there are no more than it holds.
BOOST_AUTO_TEST_CASE(maps_within_maps_have_a_limit) {
  const LinearMap<double> one = Eigen::SparseMatrix<double>(MatrixXd::Identity(2, 2).sparseView());
  using Step = std::function<LinearMap<double>(const LinearMap<double>&)>;
  const std::vector<std::pair<Step, double>> steps = {
      {[&](const auto& map) { return map + one; }, 2001},
      {[&](const auto& map) { return -one - map; }, 1},
      {[&](const auto& map) { return one * map; }, 1},
      {[](const auto& map) { return toeplix::vstack(map); }, 1},
      {[](const auto& map) { return toeplix::hstack(std::vector{map}).transpose(); }, 1}};
  for (const auto& [step, factor] : steps) {
    LinearMap<double> map = one;
    for (int level = 0; level < 2000; ++level) map = step(map);
    BOOST_TEST((VectorXd(map * VectorXd::Ones(2)) == factor * VectorXd::Ones(2)));
    // A name of its own: clang 14 does not capture one of a binding.
    const Step& next = step;
    check_throws<CapacityError>([&] { (void)next(map); },
                                "a map of sums, products and stacks within one another has more "
                                "than 2000 levels; build it as a tree, or with vstack and hstack "
                                "of a list");
  }
}

BOOST_AUTO_TEST_SUITE_END()
