#include "unit/files/matrix_market/read_fixture.hpp"

#include <cmath>
#include <complex>
#include <limits>

BOOST_AUTO_TEST_SUITE(matrix_market_read)

using namespace matrix_market_test;

BOOST_AUTO_TEST_CASE(reads_what_the_page_of_the_format_shows) {
  const std::string text = real(
      "% A comment\n%\n 5  5  8\n1 1 1.000e+00\n2 2 1.050e+01\n"
      "3 3 1.500e-02\n1 4 6.000e+00\n4 2 2.505e+02\n4 4 -2.800e+02\n"
      "4 5 3.332e+01\n5 5 1.200e+01\n");
  const auto expected = from_triplets<Matrix<double>>(5, 5,
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
  BOOST_TEST(
      same_bits(symmetric, from_triplets<Matrix<double>>(
                               3, 3, {{0, 0, 1}, {0, 2, 2}, {1, 2, 4}, {2, 0, 2}, {2, 1, 4}})));
  BOOST_TEST(same_bits(parse(banner("real symmetric") + "3 3 3\n1 1 1\n1 3 2\n2 3 4\n"), symmetric),
             "the upper triangle");
  const auto skew = parse(banner("integer skew-symmetric") + "2 2 1\n2 1 3\n");
  BOOST_TEST(same_bits(skew, from_triplets<Matrix<double>>(2, 2, {{0, 1, -3}, {1, 0, 3}})));
  for (const std::string zero : {"0", "-0", "+0"}) {
    const auto explicit_zero =
        parse(banner("integer skew-symmetric") + "2 2 2\n2 1 3\n2 2 " + zero + "\n");
    BOOST_TEST(same_bits(explicit_zero,
                         from_triplets<Matrix<double>>(2, 2, {{0, 1, -3}, {1, 0, 3}, {1, 1, 0}})));
  }
  const auto complex_skew =
      parse<Complex>(banner("complex skew-symmetric") + "2 2 2\n1 1 0 0\n2 1 3 4\n");
  BOOST_TEST(same_bits(complex_skew,
                       from_triplets<Matrix<Complex>>(
                           2, 2, {{0, 0, 0}, {0, 1, Complex(-3, -4)}, {1, 0, Complex(3, 4)}})));
  const auto hermitian = parse<Complex>(banner("complex hermitian") + "2 2 2\n1 1 5 0\n2 1 3 4\n");
  BOOST_TEST(
      same_bits(hermitian, from_triplets<Matrix<Complex>>(
                               2, 2, {{0, 0, 5}, {0, 1, Complex(3, -4)}, {1, 0, Complex(3, 4)}})));
  const auto pattern = parse<float>(banner("pattern symmetric") + "2 2 2\n2 1\n2 2\n");
  BOOST_TEST(
      same_bits(pattern, from_triplets<Matrix<float>>(2, 2, {{0, 1, 1}, {1, 0, 1}, {1, 1, 1}})));
}

BOOST_AUTO_TEST_CASE(any_order_of_entries_and_duplicates_that_add_up) {
  const auto expected =
      from_triplets<Matrix<double>>(3, 3, {{0, 2, 4}, {1, 0, 3}, {1, 1, 6}, {2, 0, 5}});
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

BOOST_AUTO_TEST_CASE(a_comment_of_lines_that_end_in_cr_lf) {
  const std::string text =
      "%%MatrixMarket matrix coordinate real general\r\n% input=3 kernel=2\r\n%\r\n%two\r\n1 1 "
      "0\r\n";
  const auto header = toeplix::parse_matrix_market_header(to_bytes(text), "m.mtx");
  BOOST_TEST(header.comment == "input=3 kernel=2\n\ntwo");
}

BOOST_AUTO_TEST_SUITE_END()
