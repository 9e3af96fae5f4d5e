#define BOOST_TEST_MODULE threads

#include <toeplix/toeplix.hpp>

#include <boost/test/unit_test.hpp>

#include <cstring>

/// Everything that runs in parallel, with 1, 2 and 7 threads: the bits must be the same. Run under
/// ThreadSanitizer (run_tsan.sh) this is also the search for races.

namespace {

using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;

/// Numbers whose sums depend on their order in the last bits.
std::vector<double> make_numbers(toeplix::Index count) {
  std::vector<double> numbers(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = i % 5 == 0 ? 0.0 : 1.0 / static_cast<double>(i % 97 + 3) - 0.1;
  }
  return numbers;
}

template <class A, class B>
bool same_bits(const A& a, const B& b, toeplix::Index count) {
  return std::memcmp(a, b, static_cast<std::size_t>(count) * sizeof *a) == 0;
}

bool same_bits(const Matrix& a, const Matrix& b) {
  return a.nonZeros() == b.nonZeros() && a.rows() == b.rows() &&
         same_bits(a.outerIndexPtr(), b.outerIndexPtr(), a.rows() + 1) &&
         same_bits(a.innerIndexPtr(), b.innerIndexPtr(), a.nonZeros()) &&
         same_bits(a.valuePtr(), b.valuePtr(), a.nonZeros());
}

/// Everything that one number of threads makes.
struct Results {
  Matrix matrix;
  Matrix pruned;
  Matrix recompiled;
  Matrix rows;
  std::vector<double> gradient;
  Eigen::VectorXd product;
  Eigen::VectorXd transposed_product;
};

template <class Conv>
Results run(const Conv& conv, int threads) {
  const auto weights = make_numbers(conv.weight_count());
  const auto x = make_numbers(conv.cols());
  const auto r = make_numbers(conv.rows());
  const toeplix::CompileOptions options{.threads = threads};
  Results results;
  results.matrix = toeplix::compile(conv, weights, options);
  results.pruned =
      toeplix::compile(conv, weights, {.threads = threads, .prune_zero_weights = true});
  results.recompiled = results.matrix;
  results.recompiled.coeffs().setZero();
  toeplix::recompile(results.recompiled, conv, weights, options);
  results.rows = toeplix::compile_rows(conv, weights, conv.rows() / 5, conv.rows() - 3, options);
  results.gradient = toeplix::weight_gradient(conv, x, r, options);
  const toeplix::Operator<double> op(conv, weights, options);
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
      BOOST_TEST(same_bits(one.pruned, many.pruned));
      BOOST_TEST(same_bits(one.recompiled, many.recompiled));
      BOOST_TEST(same_bits(one.rows, many.rows));
      BOOST_TEST(same_bits(one.gradient.data(), many.gradient.data(), conv.weight_count()));
      BOOST_TEST(same_bits(one.product.data(), many.product.data(), conv.rows()));
      BOOST_TEST(
          same_bits(one.transposed_product.data(), many.transposed_product.data(), conv.cols()));
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  for (const char* text : {
           "input=40,40 kernel=3,3 in=8 out=8 groups=2 padding=1 boundary=reflect",
           "input=150,150 kernel=5,4 padding=2 order=channels_last boundary=circular",
           "input=60000 kernel=9 padding=4 boundary=symmetric",
           "input=20,20,20 kernel=3,3,3 padding=1 order=column_major",
           "transposed input=60,60 kernel=4,4 in=4 out=2 stride=2 padding=1",
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
          toeplix::parse(text));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
