#include "support/dense.hpp"
#include "support/failures.hpp"
#include "support/random.hpp"
#include "support/solving.hpp"

#include <toeplix/solvers/tikhonov.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(regularizer)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::Ordering;
using toeplix::Pattern;
using toeplix::Regularizer;
using toeplix::SolverError;
using toeplix::TensorOrder;
using toeplix::Tikhonov;
using toeplix::test::dense;

/// Differences of neighbours of an image in C order, channels first, written out by loops.
Eigen::MatrixXd gradient_by_loops(Index channels, Index height, Index width) {
  const Index n = channels * height * width;
  Eigen::MatrixXd l = Eigen::MatrixXd::Zero(2 * n, n);
  for (Index at = 0; at < n; ++at) {
    if (at / width % height + 1 < height) {
      l(2 * at, at) = -1;
      l(2 * at, at + width) = 1;
    }
    if (at % width + 1 < width) {
      l(2 * at + 1, at) = -1;
      l(2 * at + 1, at + 1) = 1;
    }
  }
  return l;
}

Eigen::MatrixXd dense(const Regularizer& regularizer, const Convolution& conv) {
  return Eigen::MatrixXd(regularizer.matrix(conv.cols()));
}

}  // namespace

BOOST_AUTO_TEST_CASE(regularizers) {
  Failures failures;
  for (const Boundary boundary : {Boundary::zero, Boundary::circular, Boundary::reflect,
                                  Boundary::symmetric, Boundary::replicate}) {
    for (const TensorOrder order :
         {TensorOrder::channels_first, TensorOrder::channels_last, TensorOrder::column_major}) {
      const ConvolutionSpec spec{.input = {6, 5},
                                 .kernel = {1, 3},
                                 .in_channels = 2,
                                 .out_channels = 2,
                                 .padding = {0, 1},
                                 .boundary = boundary,
                                 .order = order};
      const Convolution conv(spec);
      Random random(to_string(spec));
      Numbers weights = small_integers<double>(random, conv.weight_count(), 1, 9);
      // Constants, which L does not see, are seen by A: each channel reads mostly itself.
      weights[1] += 40;
      weights[10] += 40;
      const Numbers b = small_integers<double>(random, conv.rows());
      const Eigen::MatrixXd a = dense(conv, weights);
      for (const Regularizer& regularizer :
           {Regularizer::gradient(Pattern(conv)), Regularizer::laplacian(Pattern(conv))}) {
        failures.expect_none(
            spec, "solve",
            close(Tikhonov(conv, weights, 3, regularizer).solve(b).x,
                  dense_tikhonov(a, dense(regularizer, conv), 3, vector(b)), 1e-9));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(gradient_and_laplacian_by_loops) {
  const Convolution conv(
      {.input = {3, 4}, .kernel = {1, 1}, .in_channels = 2, .out_channels = 2, .groups = 2});
  const Eigen::MatrixXd gradient = gradient_by_loops(2, 3, 4);
  // Rows come in another order; sums over them do not mind.
  const Eigen::MatrixXd ours = dense(Regularizer::gradient(conv), conv);
  const bool same_gradient = ours.transpose() * ours == gradient.transpose() * gradient;
  BOOST_TEST(same_gradient);
  // The divergence of the gradient, the border's pixels repeated.
  const bool same_laplacian =
      dense(Regularizer::laplacian(conv), conv) == -gradient.transpose() * gradient;
  BOOST_TEST(same_laplacian);
}

BOOST_AUTO_TEST_CASE(a_regularizer_of_another_grid) {
  // L connects the 12 columns as pixels of another picture: dissection knows nothing of that.
  const Convolution conv({.input = {3, 4}, .kernel = {3, 3}, .padding = 1});
  const Convolution line({.input = {12}, .kernel = {5}, .padding = 2});
  Random random("another grid");
  const Numbers weights = small_integers<double>(random, 9);
  const Numbers b = small_integers<double>(random, 12);
  const Numbers l{1, 2, 9, 2, 1};
  const Eigen::VectorXd x = dense_tikhonov(dense(conv, weights), dense(line, l), 2, vector(b));
  for (const Ordering ordering : {Ordering::automatic, Ordering::dissection, Ordering::metis}) {
    const Tikhonov solver(conv, weights, 2, Regularizer(line, l), {.ordering = ordering});
    BOOST_TEST(close(solver.solve(b).x, x, 1e-9) == "");
  }
}

BOOST_AUTO_TEST_CASE(refuses_a_product_before_it_is_formed) {
  // One row of L that connects all of 64 x 64 pixels: L^T L has 16.8 million entries.
  const Convolution conv({.input = {64, 64}, .kernel = {1, 1}});
  Eigen::SparseMatrix<double, Eigen::RowMajor> l(1, 4096);
  for (int column = 0; column < 4096; ++column) l.insert(0, column) = 1;
  BOOST_CHECK_EXCEPTION(
      Tikhonov(conv, Numbers{1}, 1, Regularizer(l), {.resources = {.memory_budget = 100'000'000}}),
      CapacityError, [](const CapacityError& error) {
        return error.entries() == 4096 * 4096 && std::string(error.what()).find("L^T L") == 0;
      });
}

BOOST_AUTO_TEST_CASE(its_matrix) {
  const Convolution conv({.input = {4}, .kernel = {2}});
  const std::vector<float> difference{-1, 1};
  const Regularizer compiled(conv, difference);
  BOOST_TEST(compiled.cols().value() == 4);
  BOOST_TEST((dense(compiled, conv) == dense(conv, {-1, 1})));
  const Regularizer sparse(Regularizer::Matrix(compile(conv, Numbers{2, 3})));
  BOOST_TEST(sparse.cols().value() == 4);
  BOOST_TEST((dense(sparse, conv) == dense(conv, {2, 3})));
  BOOST_TEST(!Regularizer::identity().cols().has_value());
  BOOST_TEST((dense(Regularizer::identity(), conv) == Eigen::MatrixXd::Identity(4, 4)));
  for (const Regularizer& other : {compiled, sparse}) {
    check_throws<SolverError>([&] { (void)other.matrix(5); },
                              "the regularizer has 4 columns; expected 5");
  }
}

BOOST_AUTO_TEST_CASE(of_a_spec_a_convolution_a_pattern) {
  const ConvolutionSpec spec{.input = {3, 4}, .kernel = {1, 1}};
  const Convolution conv(spec);
  const Eigen::MatrixXd gradient = dense(Regularizer::gradient(Pattern(conv)), conv);
  BOOST_TEST((dense(Regularizer::gradient(spec), conv) == gradient));
  BOOST_TEST((dense(Regularizer::gradient(conv), conv) == gradient));
  const Eigen::MatrixXd laplacian = dense(Regularizer::laplacian(Pattern(conv)), conv);
  BOOST_TEST((dense(Regularizer::laplacian(spec), conv) == laplacian));
}

// Of one axis, of two and of three: every pixel against its neighbours.
BOOST_AUTO_TEST_CASE(laplacian_and_gradient_of_any_number_of_axes) {
  for (const toeplix::Extents& extents :
       {toeplix::Extents{5}, toeplix::Extents{3, 4}, toeplix::Extents{3, 2, 4}}) {
    const Convolution conv({.input = extents, .kernel = toeplix::Extents(extents.size(), 1)});
    const Index n = conv.cols();
    Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(n, n);
    Index step = n;
    for (const Index extent : extents) {
      step /= extent;
      for (Index at = 0; at < n; ++at) {
        if (at / step % extent + 1 == extent) continue;
        for (const auto& [one, other] : {std::pair(at, at + step), {at + step, at}}) {
          expected(one, one) -= 1;
          expected(one, other) += 1;
        }
      }
    }
    const Eigen::MatrixXd gradient = dense(Regularizer::gradient(conv), conv);
    BOOST_TEST((dense(Regularizer::laplacian(conv), conv) == expected), extents.size());
    BOOST_TEST((gradient.transpose() * gradient == -expected), extents.size());
  }
}

BOOST_AUTO_TEST_SUITE_END()
