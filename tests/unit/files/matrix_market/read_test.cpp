#include <toeplix/files/matrix_market.hpp>

#include "support/compare.hpp"
#include "support/format_bytes.hpp"

#include <cmath>
#include <complex>
#include <limits>

// Reading Matrix Market files: texts written by hand.

using namespace format_test;
using toeplix::CapacityError;
using toeplix::MatrixMarketField;
using toeplix::MatrixMarketReadOptions;
using toeplix::MatrixMarketSymmetry;
using toeplix::test::same_bits;

namespace {

template <class Scalar, int Order = Eigen::RowMajor, class StorageIndex = int>
using Matrix = Eigen::SparseMatrix<Scalar, Order, StorageIndex>;

template <class Scalar = double, int Order = Eigen::RowMajor, class StorageIndex = int>
Matrix<Scalar, Order, StorageIndex> parse(const std::string& text,
                                          const MatrixMarketReadOptions& options = {}) {
  return toeplix::parse_matrix_market<Matrix<Scalar, Order, StorageIndex>>(to_bytes(text), "m.mtx",
                                                                           options);
}

std::string banner(const std::string& kind) {
  return "%%MatrixMarket matrix coordinate " + kind + "\n";
}

std::string real(const std::string& rest) {
  return banner("real general") + rest;
}

std::string failure(const std::string& text) {
  return message_of([&] { parse(text); });
}

/// The one value of a matrix of one entry, as it is read from a text.
template <class Scalar = double>
Scalar value_of(const std::string& text) {
  const auto matrix = parse<Scalar>(real("1 1 1\n1 1 " + text + "\n"));
  BOOST_TEST(matrix.nonZeros() == 1);
  return *matrix.valuePtr();
}

template <class Scalar = double>
std::string value_failure(const std::string& text) {
  return message_of([&] { value_of<Scalar>(text); });
}

/// A compressed matrix of entries that are given in the order of the rows.
template <class M>
M matrix_of(int rows, int cols, const std::vector<Eigen::Triplet<typename M::Scalar>>& entries) {
  M matrix(rows, cols);
  matrix.setFromTriplets(entries.begin(), entries.end());
  return matrix;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(matrix_market_read)

BOOST_AUTO_TEST_CASE(reads_what_the_page_of_the_format_shows) {
  const std::string text = real(
      "% A comment\n%\n 5  5  8\n1 1 1.000e+00\n2 2 1.050e+01\n"
      "3 3 1.500e-02\n1 4 6.000e+00\n4 2 2.505e+02\n4 4 -2.800e+02\n"
      "4 5 3.332e+01\n5 5 1.200e+01\n");
  const auto expected = matrix_of<Matrix<double>>(5, 5,
                                                  {{0, 0, 1},
                                                   {1, 1, 10.5},
                                                   {2, 2, 0.015},
                                                   {0, 3, 6},
                                                   {3, 1, 250.5},
                                                   {3, 3, -280},
                                                   {3, 4, 33.32},
                                                   {4, 4, 12}});
  BOOST_TEST(same_bits(parse(text), expected));
  const auto header = toeplix::parse_matrix_market_header(to_bytes(text), "m.mtx");
  BOOST_TEST((header.field == MatrixMarketField::real));
  BOOST_TEST((header.symmetry == MatrixMarketSymmetry::general));
  BOOST_TEST(header.rows == 5);
  BOOST_TEST(header.cols == 5);
  BOOST_TEST(header.entries == 8);
  BOOST_TEST(header.comment == "A comment\n");
}

BOOST_AUTO_TEST_CASE(line_ends_blanks_comments_and_case_do_not_matter) {
  const auto expected = parse(real("2 3 2\n1 2 5\n2 3 -7\n"));
  BOOST_TEST(expected.coeff(0, 1) == 5);
  BOOST_TEST(expected.coeff(1, 2) == -7);
  for (const std::string text : {
           "%%MatrixMarket MATRIX Coordinate REAL General\r\n%c\r\n2 3 2\r\n1 2 5\r\n2 3 -7\r\n",
           "%%MatrixMarket matrix coordinate real general\n2 3 2\n1 2 5\n2 3 -7",
           "%%MatrixMarket matrix coordinate real general \n\n  \n%\n\n\t2\t3  2 \n\n1 2 5 \n \n"
           "% in between\n  % and indented\n\t2 3\t-7\r\n\n\n",
       }) {
    BOOST_TEST(same_bits(parse(text), expected), text);
  }
}

BOOST_AUTO_TEST_CASE(reads_every_symmetry) {
  using Complex = std::complex<double>;
  const auto symmetric = parse(banner("real symmetric") + "3 3 3\n1 1 1\n3 1 2\n3 2 4\n");
  BOOST_TEST(same_bits(
      symmetric,
      matrix_of<Matrix<double>>(3, 3, {{0, 0, 1}, {0, 2, 2}, {1, 2, 4}, {2, 0, 2}, {2, 1, 4}})));
  BOOST_TEST(same_bits(parse(banner("real symmetric") + "3 3 3\n1 1 1\n1 3 2\n2 3 4\n"), symmetric),
             "the upper triangle");
  const auto skew = parse(banner("integer skew-symmetric") + "2 2 1\n2 1 3\n");
  BOOST_TEST(same_bits(skew, matrix_of<Matrix<double>>(2, 2, {{0, 1, -3}, {1, 0, 3}})));
  const auto hermitian = parse<Complex>(banner("complex hermitian") + "2 2 2\n1 1 5 0\n2 1 3 4\n");
  BOOST_TEST(
      same_bits(hermitian, matrix_of<Matrix<Complex>>(
                               2, 2, {{0, 0, 5}, {0, 1, Complex(3, -4)}, {1, 0, Complex(3, 4)}})));
  const auto pattern = parse<float>(banner("pattern symmetric") + "2 2 2\n2 1\n2 2\n");
  BOOST_TEST(same_bits(pattern, matrix_of<Matrix<float>>(2, 2, {{0, 1, 1}, {1, 0, 1}, {1, 1, 1}})));
}

BOOST_AUTO_TEST_CASE(any_order_of_entries_and_duplicates_that_add_up) {
  const auto expected =
      matrix_of<Matrix<double>>(3, 3, {{0, 2, 4}, {1, 0, 3}, {1, 1, 6}, {2, 0, 5}});
  const std::string text = real("3 3 6\n3 1 5\n2 2 4\n1 3 4\n2 1 3\n2 2 -1\n2 2 3\n");
  BOOST_TEST(same_bits(parse(text), expected));
  const Matrix<double, Eigen::ColMajor, std::int64_t> columns(expected);
  BOOST_TEST(same_bits(parse<double, Eigen::ColMajor, std::int64_t>(text), columns));
  // In the order of the file: (1e16 + 1) + 1 loses both ones, 1 + 1 + 1e16 loses none.
  BOOST_TEST(*parse(real("1 1 3\n1 1 1e16\n1 1 1\n1 1 1\n")).valuePtr() == 1e16);
  BOOST_TEST(*parse(real("1 1 3\n1 1 1\n1 1 1\n1 1 1e16\n")).valuePtr() == 1e16 + 2);
}

BOOST_AUTO_TEST_CASE(numbers_are_rounded_once_and_to_nearest) {
  BOOST_TEST(value_of("0.1") == 0.1);
  BOOST_TEST(value_of("+1.5") == 1.5);
  BOOST_TEST(value_of("-.5e+1") == -5.0);
  BOOST_TEST(value_of("5.") == 5.0);
  BOOST_TEST(value_of("1E2") == 100.0);
  BOOST_TEST(value_of("9007199254740993") == 9007199254740992.0);
  BOOST_TEST(value_of("4.9e-324") == std::numeric_limits<double>::denorm_min());
  BOOST_TEST(value_of<float>("1.00000005960464477540") == 1.0F + 0x1p-23F);
  BOOST_TEST(value_of<float>("1e-45") == std::numeric_limits<float>::denorm_min());
  BOOST_TEST(std::signbit(value_of("-0")));
  BOOST_TEST(value_of("-0") == 0.0);
}

BOOST_AUTO_TEST_CASE(too_small_a_number_is_zero_and_too_large_a_one_refused) {
  for (const std::string tiny : {"1e-400", "0.0001e-330", "123456e-9999999999999999999999", "0e999",
                                 "0.000e+99999999999999999999", "2.4703282292062327e-324"}) {
    BOOST_TEST(value_of(tiny) == 0.0, tiny);
    BOOST_TEST(!std::signbit(value_of(tiny)), tiny);
    BOOST_TEST(std::signbit(value_of('-' + tiny)), tiny);
  }
  BOOST_TEST(value_of("0." + std::string(400, '0') + "1e401") == 1.0);
  BOOST_TEST(value_failure("1e400") ==
             "m.mtx: line 3: expected a number that float64 can hold, got '1e400'");
  BOOST_TEST(value_failure("-1" + std::string(400, '0')).starts_with("m.mtx: line 3: expected a "));
  BOOST_TEST(value_failure<float>("1e39") ==
             "m.mtx: line 3: expected a number that float32 can hold, got '1e39'");
  BOOST_TEST(value_of<float>("1e-60") == 0.0F);
}

BOOST_AUTO_TEST_CASE(infinities_and_nan_in_any_spelling) {
  const double inf = std::numeric_limits<double>::infinity();
  for (const std::string text : {"inf", "Inf", "INF", "infinity", "+Infinity"}) {
    BOOST_TEST(value_of(text) == inf, text);
  }
  BOOST_TEST(value_of("-inf") == -inf);
  for (const std::string text : {"nan", "NaN", "NAN", "-nan", "+nan"}) {
    BOOST_TEST(std::isnan(value_of(text)), text);
  }
  BOOST_TEST(std::signbit(value_of("-nan")));
  BOOST_TEST(value_failure("nano") == "m.mtx: line 3: expected a number, got 'nano'");
  BOOST_TEST(value_failure("i") == "m.mtx: line 3: expected a number, got 'i'");
}

BOOST_AUTO_TEST_CASE(values_keep_their_meaning) {
  using Complex = std::complex<float>;
  const auto integer = [](const std::string& text) {
    return banner("integer general") + "1 1 1\n1 1 " + text + "\n";
  };
  BOOST_TEST(parse(integer("-9007199254740992")).coeff(0, 0) == -9007199254740992.0);
  BOOST_TEST(failure(integer("9007199254740993")) ==
             "m.mtx: line 3: expected an integer that float64 can hold, got '9007199254740993'");
  BOOST_TEST(failure(integer("99999999999999999999")) ==
             "m.mtx: line 3: expected an integer that float64 can hold, got "
             "'99999999999999999999'");
  BOOST_TEST(failure(integer("1.5")) == "m.mtx: line 3: expected an integer, got '1.5'");
  BOOST_TEST(parse<Complex>(integer("+7")).coeff(0, 0) == Complex(7, 0));
  BOOST_TEST(parse<Complex>(real("1 1 1\n1 1 2\n")).coeff(0, 0) == Complex(2, 0));
  const std::string complex = banner("complex general") + "1 1 1\n1 1 2 -3\n";
  BOOST_TEST(parse<Complex>(complex).coeff(0, 0) == Complex(2, -3));
  BOOST_TEST(failure(complex) == "m.mtx: line 1: expected real values, got complex");
}

BOOST_AUTO_TEST_CASE(no_entries_and_no_rows) {
  for (const auto& [rows, cols] : {std::pair(0, 0), std::pair(3, 0), std::pair(0, 3)}) {
    const auto text = real(std::to_string(rows) + ' ' + std::to_string(cols) + " 0\n");
    BOOST_TEST(same_bits(parse(text), Matrix<double>(rows, cols)));
    BOOST_TEST(same_bits(parse<double, Eigen::ColMajor>(text),
                         Matrix<double, Eigen::ColMajor>(rows, cols)));
  }
  BOOST_TEST(failure(real("0 3 1\n1 1 1\n")) ==
             "m.mtx: line 3: expected a row from 1 to 0, got '1'");
}

BOOST_AUTO_TEST_CASE(names_what_is_wrong_with_the_first_lines) {
  BOOST_TEST(failure("") ==
             "m.mtx: line 1: expected a Matrix Market file, which starts with %%MatrixMarket");
  BOOST_TEST(failure("\x7f"
                     "ELF\n") ==
             "m.mtx: line 1: expected a Matrix Market file, which starts with %%MatrixMarket");
  BOOST_TEST(failure("%%MatrixMarket vector\n") == "m.mtx: line 1: expected matrix, got 'vector'");
  BOOST_TEST(failure("%%MatrixMarket matrix array real general\n") ==
             "m.mtx: line 1: expected coordinate, got 'array', which is a dense matrix");
  BOOST_TEST(failure(banner("quaternion general")) ==
             "m.mtx: line 1: expected one of real, complex, integer, pattern, got 'quaternion'");
  BOOST_TEST(failure(banner("real")) ==
             "m.mtx: line 1: expected one of general, symmetric, skew-symmetric, hermitian, got "
             "the end of the line");
  BOOST_TEST(failure(banner("real general 3")) ==
             "m.mtx: line 1: expected the end of the line, got '3'");
  BOOST_TEST(failure(banner("real hermitian")) ==
             "m.mtx: line 1: a hermitian matrix is complex, got real");
  BOOST_TEST(failure(banner("pattern skew-symmetric")) ==
             "m.mtx: line 1: a pattern has no signs and cannot be skew-symmetric");
  BOOST_TEST(failure(real("% only\n% comments\n")) ==
             "m.mtx: line 3: expected a line with the numbers of rows, columns and entries, got "
             "the end");
  BOOST_TEST(failure(real("2 -2 1\n")) ==
             "m.mtx: line 2: expected the number of columns, from 0 to 2^63 - 1, got '-2'");
  BOOST_TEST(failure(real("2 2\n")) ==
             "m.mtx: line 2: expected the number of entries, from 0 to 2^63 - 1, got the end of "
             "the line");
  BOOST_TEST(failure(real("2 2 9223372036854775808\n")) ==
             "m.mtx: line 2: expected the number of entries, from 0 to 2^63 - 1, got "
             "'9223372036854775808'");
  BOOST_TEST(failure(real("2 2 0 0\n")) == "m.mtx: line 2: expected the end of the line, got '0'");
  BOOST_TEST(failure(banner("real symmetric") + "2 3 0\n") ==
             "m.mtx: line 2: a symmetric matrix is square, got 2 x 3");
}

BOOST_AUTO_TEST_CASE(names_what_is_wrong_with_an_entry) {
  const auto entry = [](const std::string& line) {
    return failure(real("% a comment\n4 3 2\n\n1 1 1\n" + line + "\n"));
  };
  BOOST_TEST(entry("5 1 2") == "m.mtx: line 6: expected a row from 1 to 4, got '5'");
  BOOST_TEST(entry("0 1 2") == "m.mtx: line 6: expected a row from 1 to 4, got '0'");
  BOOST_TEST(entry("-1 1 2") == "m.mtx: line 6: expected a row from 1 to 4, got '-1'");
  BOOST_TEST(entry("1.5 1 2") == "m.mtx: line 6: expected a row from 1 to 4, got '1.5'");
  BOOST_TEST(entry("4294967297 1 2") ==
             "m.mtx: line 6: expected a row from 1 to 4, got '4294967297'");
  BOOST_TEST(entry("18446744073709551617 1 2") ==
             "m.mtx: line 6: expected a row from 1 to 4, got '18446744073709551617'");
  BOOST_TEST(entry("1 4 2") == "m.mtx: line 6: expected a column from 1 to 3, got '4'");
  BOOST_TEST(entry("1     ") ==
             "m.mtx: line 6: expected a column from 1 to 3, got the end of the line");
  BOOST_TEST(entry("1 2") == "m.mtx: line 6: expected a number, got the end of the line");
  BOOST_TEST(entry("1 2 x") == "m.mtx: line 6: expected a number, got 'x'");
  BOOST_TEST(entry("1 2 0x10") == "m.mtx: line 6: expected a number, got '0x10'");
  BOOST_TEST(entry("1 2 1,5") == "m.mtx: line 6: expected a number, got '1,5'");
  BOOST_TEST(entry("1 2 1.0D+00") == "m.mtx: line 6: expected a number, got '1.0D+00'");
  BOOST_TEST(entry("1 2 +-3") == "m.mtx: line 6: expected a number, got '+-3'");
  BOOST_TEST(entry("1 2 3 4") == "m.mtx: line 6: expected the end of the line, got '4'");
  BOOST_TEST(entry(std::string("1 2 \0", 5)) == "m.mtx: line 6: expected a number, got '?'");
  BOOST_TEST(entry("1 2 " + std::string(50, 'z')) ==
             "m.mtx: line 6: expected a number, got '" + std::string(40, 'z') + "...'");
  BOOST_TEST(failure(banner("pattern general") + "1 1 1\n1 1 1\n") ==
             "m.mtx: line 3: expected the end of the line, got '1'");
}

BOOST_AUTO_TEST_CASE(counts_must_agree) {
  BOOST_TEST(failure(real("2 2 2\n1 1 1\n2 2 2\n1 2 3\n")) ==
             "m.mtx: line 2: promises 2 entries, the file has more");
  BOOST_TEST(failure(real("2 2 2\n1 1 1.000000\n")) ==
             "m.mtx: line 2: promises 2 entries, the file has 1");
  BOOST_TEST(failure(real("2 2 3\n1 1 1\n")) ==
             "m.mtx: line 2: promises 3 entries, more than the 6 bytes that follow can hold");
  BOOST_TEST(failure(real("9 9 9000000000000000000\n1 1 1\n")) ==
             "m.mtx: line 2: promises 9000000000000000000 entries, more than the 6 bytes that "
             "follow can hold");
  BOOST_TEST(parse(real("1 1 1\n1 1 1")).nonZeros() == 1);
}

BOOST_AUTO_TEST_CASE(a_symmetry_must_be_kept) {
  BOOST_TEST(failure(banner("real symmetric") + "2 2 2\n2 1 1\n1 2 1\n") ==
             "m.mtx: line 4: expected the entries of a symmetric matrix on one side of the "
             "diagonal, got both");
  BOOST_TEST(failure(banner("real skew-symmetric") + "2 2 1\n1 1 0\n") ==
             "m.mtx: line 3: a skew-symmetric matrix has no entries on the diagonal");
  BOOST_TEST(message_of([] {
               parse<std::complex<double>>(banner("complex hermitian") + "2 2 1\n1 1 0 1\n");
             }) == "m.mtx: line 3: a hermitian matrix is real on the diagonal");
}

BOOST_AUTO_TEST_CASE(a_small_file_cannot_ask_for_all_memory) {
  const std::string tall = real("2000000000 4 1\n1 1 1\n");
  BOOST_TEST(message_of<CapacityError>([&] { parse(tall); })
                 .starts_with("m.mtx: reading 2000000000 x 4 with 1 entries takes more than the "
                              "memory budget of "));
  BOOST_TEST((parse<double, Eigen::ColMajor>(tall).rows() == 2000000000));
  const std::string wide = real("4 3000000000 1\n1 3000000000 1\n");
  BOOST_TEST(message_of<CapacityError>([&] { parse(wide); }) ==
             "m.mtx: 4 x 3000000000 with 1 entries exceeds a 32-bit index; read it with "
             "std::int64_t");
  const auto matrix = parse<double, Eigen::RowMajor, std::int64_t>(wide);
  BOOST_TEST(matrix.innerIndexPtr()[0] == 2'999'999'999);
  BOOST_TEST(message_of<CapacityError>(
                 [] { parse(real("1 1 1\n1 1 1\n"), {.resources = {.memory_budget = 9}}); }) ==
             "m.mtx: reading 1 x 1 with 1 entries takes more than the memory budget of 9 bytes");
}

BOOST_AUTO_TEST_CASE(long_lines_are_read_or_refused) {
  const std::string blanks(3'000, ' ');
  const auto expected = parse(real("1 2 1\n1 2 3\n"));
  BOOST_TEST(same_bits(parse(real("1 2 1\n" + blanks + "1" + blanks + "2 3\n")), expected));
  const std::string comment = "%" + std::string(900'000, 'c') + "\n";
  BOOST_TEST(same_bits(parse(real(comment + "1 2 1\n" + comment + comment + "1 2 3\n")), expected));
  const std::string endless(5'000'000, ' ');
  BOOST_TEST(failure(real(endless)) ==
             "m.mtx: line 2: expected an end of the line within 1048576 bytes");
  BOOST_TEST(failure(real("1 2 1\n" + endless)) ==
             "m.mtx: line 3: expected an end of the line within 1048576 bytes");
}

BOOST_AUTO_TEST_CASE(of_endless_comments_the_first_are_kept) {
  std::string comments;
  for (int i = 0; i < 500'000; ++i) comments += "% a\n\n% bc\n";
  const std::string text = real(comments + "1 1 1\n1 1 7\n");
  BOOST_TEST(parse(text).coeff(0, 0) == 7);
  const auto header = toeplix::parse_matrix_market_header(to_bytes(text), "m.mtx");
  BOOST_TEST(header.comment.size() <= 1U << 20);
  BOOST_TEST(header.comment.size() > 1'000'000U);
  BOOST_TEST(header.comment.starts_with("a\nbc\na\n"));
  BOOST_TEST(failure(real(comments)) ==
             "m.mtx: line 1500001: expected a line with the numbers of rows, columns and entries, "
             "got the end");
}

BOOST_AUTO_TEST_CASE(survives_every_damage) {
  const std::string text = real("% c\n3 4 3\n1 2 -1.5\n2 4 1e3\n3 1 7\n");
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto cut = text.substr(0, size);
    // Without its last digit or line end the file may still be one, but not with fewer entries.
    try {
      BOOST_TEST(parse(cut).nonZeros() == 3, cut);
    } catch (const toeplix::Error&) {
    }
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string damaged = text;
      damaged[at] = static_cast<char>(byte);
      try {
        BOOST_TEST(parse(damaged).nonZeros() <= 3, damaged);
      } catch (const toeplix::Error&) {
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
