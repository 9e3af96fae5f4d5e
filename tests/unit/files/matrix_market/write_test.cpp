#include <toeplix/files/matrix_market.hpp>

#include "support/compare.hpp"
#include "support/extreme_values.hpp"
#include "support/format_bytes.hpp"

#include <toeplix/toeplix.hpp>

#include <complex>

// Writing Matrix Market files: texts expected as they are, and bits that survive.

BOOST_AUTO_TEST_SUITE(matrix_market_write)

using namespace format_test;
using toeplix::MatrixMarketSymmetry;
using toeplix::MatrixMarketValues;
using toeplix::MatrixMarketWriteOptions;
using toeplix::test::same_bits;

namespace {

template <class M>
std::string format(const M& matrix, const MatrixMarketWriteOptions& options = {}) {
  return to_text(toeplix::format_matrix_market(matrix, options));
}

template <class M>
M reread(const M& matrix, const MatrixMarketWriteOptions& options = {}) {
  return toeplix::parse_matrix_market<M>(toeplix::format_matrix_market(matrix, options), "m.mtx");
}

/// [[1, 2], [2, 0.5]], without its last entry for `missing`.
template <class M>
M symmetric_matrix(typename M::Scalar upper = 2) {
  M matrix(2, 2);
  matrix.insert(0, 0) = 1;
  matrix.insert(0, 1) = upper;
  matrix.insert(1, 0) = 2;
  matrix.insert(1, 1) = 0.5;
  matrix.makeCompressed();
  return matrix;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_convolution_as_text) {
  const auto spec = toeplix::parse_convolution("input=3 kernel=2");
  const std::vector<double> weights{1, -0.25};
  const auto matrix = toeplix::compile(toeplix::Convolution(spec), weights);
  BOOST_TEST(format(matrix, {.comment = "a\n" + toeplix::to_string(spec)}) ==
             "%%MatrixMarket matrix coordinate real general\n% a\n% input=3 kernel=2\n2 3 4\n"
             "1 1 1\n1 2 -0.25\n2 2 1\n2 3 -0.25\n");
  const Eigen::SparseMatrix<double> columns(matrix);
  BOOST_TEST(format(columns) ==
             "%%MatrixMarket matrix coordinate real general\n2 3 4\n1 1 1\n1 2 -0.25\n2 2 1\n"
             "2 3 -0.25\n");
  BOOST_TEST(format(matrix, {.values = MatrixMarketValues::pattern}) ==
             "%%MatrixMarket matrix coordinate pattern general\n2 3 4\n1 1\n1 2\n2 2\n2 3\n");
}

BOOST_AUTO_TEST_CASE(columns_come_in_the_order_of_the_matrix) {
  Eigen::SparseMatrix<double> matrix = symmetric_matrix<Matrix<double>>(3);
  BOOST_TEST(
      format(matrix) ==
      "%%MatrixMarket matrix coordinate real general\n2 2 4\n1 1 1\n2 1 2\n1 2 3\n2 2 0.5\n");
}

BOOST_AUTO_TEST_CASE(the_comment_comes_back) {
  const std::string text = "transposed input=4,4 kernel=3,3 stride=2";
  for (const std::string& comment :
       {text, "one\n\n  two\n" + text, std::string("%"), std::string()}) {
    const auto bytes = toeplix::format_matrix_market(Matrix<float>(1, 1), {.comment = comment});
    const auto header = toeplix::parse_matrix_market_header(bytes, "m.mtx");
    BOOST_TEST(header.comment == comment);
    if (comment == text)
      BOOST_TEST(toeplix::to_string(toeplix::parse_spec(header.comment)) == text);
  }
  const auto long_one = format(Matrix<float>(1, 1), {.comment = std::string(2500, 'c')});
  std::istringstream lines(long_one);
  for (std::string line; std::getline(lines, line);) BOOST_TEST(line.size() <= 1002U);
}

BOOST_AUTO_TEST_CASE(every_bit_survives) {
  for_each_matrix_type([]<class M>(std::type_identity<M>) {
    const auto matrix = extreme_matrix<M>();
    BOOST_TEST(same_bits(reread(matrix), matrix));
  });
}

BOOST_AUTO_TEST_CASE(random_bits_survive) {
  std::mt19937_64 random(3);
  Matrix<double> twofold(1, 20'000);
  Matrix<float> single(1, 20'000);
  for (int i = 0; i < 20'000; ++i) {
    double value = std::bit_cast<double>(random());
    twofold.insert(0, i) = std::isnan(value) ? 1 : value;
    float narrow = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    single.insert(0, i) = std::isnan(narrow) ? 1 : narrow;
  }
  twofold.makeCompressed();
  single.makeCompressed();
  BOOST_TEST(same_bits(reread(twofold), twofold));
  BOOST_TEST(same_bits(reread(single), single));
}

BOOST_AUTO_TEST_CASE(special_values_have_names) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Matrix<double> matrix(1, 5);
  matrix.insert(0, 0) = std::numeric_limits<double>::infinity();
  matrix.insert(0, 1) = -std::numeric_limits<double>::infinity();
  matrix.insert(0, 2) = std::copysign(nan, 1);
  matrix.insert(0, 3) = std::copysign(nan, -1);
  matrix.insert(0, 4) = -0.0;
  BOOST_TEST(format(matrix) ==
             "%%MatrixMarket matrix coordinate real general\n1 5 5\n1 1 inf\n1 2 -inf\n1 3 nan\n"
             "1 4 -nan\n1 5 -0\n");
  const auto read = reread(matrix);
  BOOST_TEST(std::isnan(read.valuePtr()[2]));
  BOOST_TEST(!std::signbit(read.valuePtr()[2]));
  BOOST_TEST(std::isnan(read.valuePtr()[3]));
  BOOST_TEST(std::signbit(read.valuePtr()[3]));
}

BOOST_AUTO_TEST_CASE(a_symmetry_leaves_out_what_it_tells) {
  const auto matrix = symmetric_matrix<Matrix<double>>();
  const Eigen::SparseMatrix<double> columns(matrix);
  const MatrixMarketWriteOptions symmetric{.symmetry = MatrixMarketSymmetry::symmetric};
  const std::string expected =
      "%%MatrixMarket matrix coordinate real symmetric\n2 2 3\n1 1 1\n2 1 2\n2 2 0.5\n";
  BOOST_TEST(format(matrix, symmetric) == expected);
  BOOST_TEST(format(columns, symmetric) == expected);
  BOOST_TEST(same_bits(reread(matrix, symmetric), matrix));
  BOOST_TEST(same_bits(reread(columns, symmetric), columns));

  using Complex = std::complex<float>;
  Matrix<Complex> hermitian(2, 2);
  hermitian.insert(0, 0) = 3;
  hermitian.insert(0, 1) = Complex(1, -0.0F);
  hermitian.insert(1, 0) = Complex(1, 0);
  hermitian.makeCompressed();
  const MatrixMarketWriteOptions as_hermitian{.symmetry = MatrixMarketSymmetry::hermitian};
  BOOST_TEST(format(hermitian, as_hermitian) ==
             "%%MatrixMarket matrix coordinate complex hermitian\n2 2 2\n1 1 3 0\n2 1 1 0\n");
  BOOST_TEST(same_bits(reread(hermitian, as_hermitian), hermitian));

  Matrix<double> skew(3, 3);
  skew.insert(0, 2) = -4;
  skew.insert(2, 0) = 4;
  skew.makeCompressed();
  const MatrixMarketWriteOptions as_skew{.symmetry = MatrixMarketSymmetry::skew_symmetric};
  BOOST_TEST(format(skew, as_skew) ==
             "%%MatrixMarket matrix coordinate real skew-symmetric\n3 3 1\n3 1 4\n");
  BOOST_TEST(same_bits(reread(skew, as_skew), skew));
  skew.insert(1, 1) = 0;
  skew.insert(2, 2) = -0.0;
  skew.makeCompressed();
  BOOST_TEST(format(skew, as_skew) ==
             "%%MatrixMarket matrix coordinate real skew-symmetric\n3 3 3\n2 2 0\n3 1 4\n3 3 -0\n");
  BOOST_TEST(same_bits(reread(skew, as_skew), skew));
}

BOOST_AUTO_TEST_CASE(a_symmetry_that_is_not_there_is_refused) {
  const auto failure = [](const auto& matrix, MatrixMarketSymmetry symmetry,
                          MatrixMarketValues values = MatrixMarketValues::numbers) {
    return message_of([&] { format(matrix, {.symmetry = symmetry, .values = values}); });
  };
  const auto symmetric = MatrixMarketSymmetry::symmetric;
  const auto lopsided = symmetric_matrix<Matrix<double>>(3);
  BOOST_TEST(failure(lopsided, symmetric) ==
             "cannot be written as symmetric: the matrix has entries (0, 1) and (1, 0) that do not "
             "mirror each other");
  BOOST_TEST(failure(lopsided, symmetric, MatrixMarketValues::pattern) == "(nothing was thrown)");
  BOOST_TEST(failure(Matrix<double>(2, 3), symmetric) ==
             "cannot be written as symmetric: the matrix is 2 x 3");
  Matrix<double> lonely(3, 3);
  lonely.insert(1, 2) = 1;
  BOOST_TEST(failure(lonely, symmetric) ==
             "cannot be written as symmetric: the matrix has an entry (1, 2) and none (2, 1)");
  BOOST_TEST(failure(lopsided, MatrixMarketSymmetry::skew_symmetric) ==
             "cannot be written as skew-symmetric: the matrix has an entry (0, 0) that is not "
             "zero");
  BOOST_TEST(failure(lopsided, MatrixMarketSymmetry::hermitian) ==
             "a real matrix is not hermitian but symmetric");
  BOOST_TEST(failure(lopsided, MatrixMarketSymmetry::skew_symmetric, MatrixMarketValues::pattern) ==
             "a pattern is general or symmetric, not skew-symmetric");
  Matrix<double> zeros = symmetric_matrix<Matrix<double>>();
  zeros.coeffRef(0, 1) = 0.0;
  zeros.coeffRef(1, 0) = -0.0;
  BOOST_TEST(failure(zeros, symmetric).ends_with("do not mirror each other"));
}

BOOST_AUTO_TEST_CASE(empty_matrices_round_trip) {
  for (const auto& [rows, cols] : {std::pair(0, 0), std::pair(3, 0), std::pair(0, 3)}) {
    const Matrix<float> matrix(rows, cols);
    BOOST_TEST(same_bits(reread(matrix), matrix));
  }
  BOOST_TEST(format(Matrix<float>(0, 0)) ==
             "%%MatrixMarket matrix coordinate real general\n0 0 0\n");
}

BOOST_AUTO_TEST_CASE(writes_and_reads_files) {
  const TemporaryDirectory directory;
  const auto path = directory / "matrix.mtx";
  const auto matrix = symmetric_matrix<Matrix<double>>();
  toeplix::write_matrix_market(path, matrix, {.comment = "c"});
  BOOST_TEST(read_text(path) == format(matrix, {.comment = "c"}));
  BOOST_TEST(same_bits(toeplix::read_matrix_market(path), matrix));
  BOOST_TEST(toeplix::read_matrix_market_header(path).comment == "c");
  BOOST_TEST(directory.entries() == 1U);
  BOOST_TEST(message_of([&] {
               return toeplix::read_matrix_market(directory / "no");
             }).ends_with("cannot open: No such file or directory"));
}

BOOST_AUTO_TEST_CASE(a_long_comment_is_whole) {
  std::string comment;
  for (int i = 0; i < 2500; ++i) comment += static_cast<char>('a' + i % 26);
  for (const std::size_t size : {999U, 1000U, 1001U, 2000U, 2500U}) {
    const auto bytes =
        toeplix::format_matrix_market(Matrix<float>(1, 1), {.comment = comment.substr(0, size)});
    std::string read = toeplix::parse_matrix_market_header(bytes, "m.mtx").comment;
    std::erase(read, '\n');
    BOOST_TEST(read == comment.substr(0, size));
  }
}

BOOST_AUTO_TEST_CASE(what_a_hermitian_matrix_cannot_have) {
  using Complex = std::complex<double>;
  const auto failure = [](const auto& matrix) {
    return message_of([&] { format(matrix, {.symmetry = MatrixMarketSymmetry::hermitian}); });
  };
  Matrix<Complex> turned(2, 2);
  turned.insert(1, 1) = Complex(3, 1);
  BOOST_TEST(failure(turned) ==
             "cannot be written as hermitian: the matrix has an entry (1, 1) that is not real");
  // Of columns, the entry is named by its row and column all the same.
  Eigen::SparseMatrix<Complex> lonely(3, 3);
  lonely.insert(1, 2) = 1;
  BOOST_TEST(failure(lonely) ==
             "cannot be written as hermitian: the matrix has an entry (1, 2) and none (2, 1)");
}

BOOST_AUTO_TEST_CASE(writes_the_same_on_a_stream) {
  Eigen::SparseMatrix<double> matrix(100'000, 2);
  for (int i = 0; i < 100'000; ++i) matrix.insert(i, 1) = 1.0 / (i + 1);
  matrix.makeCompressed();
  const std::string expected =
      to_text(toeplix::format_matrix_market(matrix, {.comment = "a comment"}));
  std::ostringstream out;
  const auto bytes = toeplix::write_matrix_market(out, matrix, {.comment = "a comment"});
  BOOST_TEST(bytes == expected.size());
  BOOST_TEST((out.str() == expected));
  out.setstate(std::ios::badbit);
  BOOST_TEST(message_of([&] { toeplix::write_matrix_market(out, matrix); }) ==
             "Matrix Market: the stream cannot be written");
  std::ostringstream empty;
  BOOST_CHECK_THROW(toeplix::write_matrix_market(
                        empty, matrix, {.symmetry = toeplix::MatrixMarketSymmetry::symmetric}),
                    toeplix::FormatError);
  BOOST_TEST(empty.str() == "");
}

BOOST_AUTO_TEST_SUITE_END()
