#include <toeplix/toeplix.hpp>

#include "support/compare.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <thread>
#include <vector>

BOOST_AUTO_TEST_SUITE(threads)

/// Everything that runs in parallel, with 1, 2 and 7 threads: the bits must be the same. Run under
/// ThreadSanitizer (run_tsan.sh) this is also the search for races. The work is
/// large enough for seven threads.

namespace {

using toeplix::test::same_bits;
using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;
using Columns = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;
using Vector = Eigen::VectorXd;

/// Numbers whose sums depend on their order in the last bits.
std::vector<double> make_numbers(toeplix::Index count) {
  std::vector<double> numbers(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = i % 5 == 0 ? 0.0 : 1.0 / static_cast<double>(i % 97 + 3) - 0.1;
  }
  return numbers;
}

bool same_bits(const Vector& a, const Vector& b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(double)) == 0;
}

/// Everything that one number of threads makes.
struct Results {
  Matrix matrix;
  Columns columns;
  Matrix pruned;
  Matrix recompiled;
  Matrix rows;
  Vector gradient;
  Vector product;
  Vector transposed_product;
};

template <class Conv>
Results run(const Conv& conv, int threads) {
  const auto weights = make_numbers(conv.weight_count());
  const auto x = make_numbers(conv.cols());
  const auto r = make_numbers(conv.rows());
  const toeplix::CompileOptions options{.resources = {.threads = threads}};
  Results results;
  results.matrix = toeplix::compile(conv, weights, options);
  results.columns = toeplix::compile<int, Eigen::ColMajor>(conv, weights, options);
  results.pruned = toeplix::compile(
      conv, weights, {.prune_zero_weights = true, .resources = {.threads = threads}});
  results.recompiled = results.matrix;
  results.recompiled.coeffs().setZero();
  toeplix::recompile(results.recompiled, conv, weights, options.resources);
  results.rows = toeplix::compile_rows(conv, weights, conv.rows() / 5,
                                       conv.rows() - conv.rows() / 20, options);
  results.gradient =
      toeplix::test::as_eigen(toeplix::weight_gradient(conv, x, r, options.resources));
  const toeplix::Operator<double> op(conv, weights, options.resources);
  results.product = op * x;
  results.transposed_product = op.transpose() * r;
  return results;
}

template <class Conv>
void check(const Conv& conv) {
  const Results one = run(conv, 1);
  BOOST_TEST(same_bits(one.matrix, one.recompiled));
  for (const int threads : {2, 7}) {
    BOOST_TEST_CONTEXT(threads << " threads") {
      const Results many = run(conv, threads);
      BOOST_TEST(same_bits(one.matrix, many.matrix));
      BOOST_TEST(same_bits(one.columns, many.columns));
      BOOST_TEST(same_bits(one.pruned, many.pruned));
      BOOST_TEST(same_bits(one.recompiled, many.recompiled));
      BOOST_TEST(same_bits(one.rows, many.rows));
      BOOST_TEST(same_bits(one.gradient, many.gradient));
      BOOST_TEST(same_bits(one.product, many.product));
      BOOST_TEST(same_bits(one.transposed_product, many.transposed_product));
    }
  }
}

/// What `make(threads)` makes is the same bits for any number of threads.
template <class Make>
void check_same_bits(Make make) {
  const auto one = make(1);
  for (const int threads : {2, 7}) {
    BOOST_TEST(same_bits(one, make(threads)), threads << " threads");
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  for (const char* text : {
           "input=40,40 kernel=3,3 in=8 out=8 groups=2 padding=1 boundary=reflect",
           "input=150,150 kernel=5,4 padding=2 order=channels_last boundary=circular",
           "input=60000 kernel=9 padding=4 boundary=symmetric",
           "input=20,20,20 kernel=3,3,3 padding=1 order=column_major",
           "transposed input=60,60 kernel=4,4 in=4 out=2 stride=2 padding=1",
           // Fewer rows than there are parts, and one row for seven threads.
           "input=300001 kernel=300000",
           "input=30001 kernel=30000 in=9 out=3 order=channels_last",
           "input=250000 kernel=250000",
       }) {
    BOOST_TEST_CONTEXT(text) {
      std::visit(
          [](const auto& spec) {
            using Spec = std::remove_cvref_t<decltype(spec)>;
            if constexpr (std::is_same_v<Spec, toeplix::ConvolutionSpec>) {
              check(toeplix::Convolution(spec));
            } else {
              check(toeplix::TransposedConvolution(spec));
            }
          },
          toeplix::parse_spec(text));
    }
  }
}

BOOST_AUTO_TEST_CASE(separable_operators) {
  const toeplix::Separable resize(toeplix::Resize{.input = {3, 150, 150},
                                                  .sizes = {3, 230, 210},
                                                  .interpolation = toeplix::Interpolation::linear});
  check_same_bits([&](int threads) { return toeplix::compile(resize, {.threads = threads}); });
  check_same_bits([&](int threads) {
    return toeplix::compile<std::int64_t, Eigen::ColMajor>(resize, {.threads = threads});
  });
  check_same_bits([&](int threads) {
    return toeplix::compile_rows(resize, 5, resize.rows() - 7, {.threads = threads});
  });
  const auto x = make_numbers(resize.cols());
  const auto product = toeplix::apply(resize, x, {.threads = 1});
  for (const int threads : {2, 7}) {
    BOOST_TEST((toeplix::apply(resize, x, {.threads = threads}) == product));
  }
}

BOOST_AUTO_TEST_CASE(products_of_affine_maps) {
  const toeplix::Convolution first("input=40,40 kernel=5,5 in=2 out=3 padding=2 padding_value=0.3");
  const toeplix::Convolution second("input=40,40 kernel=3,3 in=3 out=2 padding=1");
  const auto weights = make_numbers(first.weight_count());
  const auto others = make_numbers(second.weight_count());
  const auto a = toeplix::affine_map(first, weights);
  const auto b = toeplix::affine_map(second, others);
  const auto offset = toeplix::padding_offset(first, weights, {.threads = 1});
  check_same_bits([&](int threads) {
    BOOST_TEST((toeplix::padding_offset(first, weights, {.threads = threads}) == offset));
    return toeplix::compose(b, a, {.resources = {.threads = threads}}).matrix();
  });
  check_same_bits([&](int threads) {
    return toeplix::sum(a, a, {.resources = {.threads = threads}}).matrix();
  });
}

BOOST_AUTO_TEST_CASE(maps_of_operators_and_matrices) {
  const toeplix::Convolution conv("input=60,60 kernel=3,3 in=2 out=2 padding=1 boundary=reflect");
  const auto weights = make_numbers(conv.weight_count());
  const auto matrix = toeplix::compile(conv, weights);
  const auto x = make_numbers(conv.cols());
  check_same_bits([&](int threads) -> Vector {
    const toeplix::Operator<double> op(conv, weights, {.threads = threads});
    const toeplix::LinearMap<double> stored(matrix, {.threads = threads});
    return (op.transpose() * op - 0.1 * stored) * x;
  });
}

BOOST_AUTO_TEST_CASE(several_threads_multiply_by_one_map) {
  const toeplix::Convolution conv("input=30,30 kernel=3,3 padding=1 boundary=reflect");
  const auto make_map = [&] {
    const toeplix::Operator<double> op(conv, make_numbers(conv.weight_count()), {.threads = 1});
    return op.transpose() * op + 0.1 * op;
  };
  const Vector x = toeplix::test::as_eigen(make_numbers(conv.cols()));
  const Vector expected = make_map() * x;
  // Tables, and vectors between two factors, are made while others need them.
  const toeplix::LinearMap<double> map = make_map();
  std::vector<Vector> results(8);
  std::vector<std::thread> threads;
  for (Vector& result : results) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) result = map * x;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Vector& result : results) BOOST_TEST(same_bits(result, expected));
}

BOOST_AUTO_TEST_CASE(normal_equations) {
  for (const char* text : {
           "input=12,12 kernel=5,5 in=13 out=13 padding=2 boundary=symmetric",
           "input=9,30 kernel=3,2 in=4 out=6 groups=2 stride=1,2 order=channels_last",
           "input=50000 kernel=6 padding=3:2 boundary=reflect",
       }) {
    const toeplix::Convolution conv(toeplix::parse_convolution(text));
    const auto weights = make_numbers(conv.weight_count());
    BOOST_TEST_CONTEXT(text) {
      check_same_bits([&](int threads) {
        return toeplix::normal_equations(conv, weights, {.threads = threads});
      });
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
