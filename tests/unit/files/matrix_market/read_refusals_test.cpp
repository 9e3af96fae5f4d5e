#include "unit/files/matrix_market/read_fixture.hpp"

#include <cmath>
#include <complex>
#include <limits>

BOOST_AUTO_TEST_SUITE(matrix_market_refusals)

using namespace matrix_market_test;

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
  BOOST_TEST(entry(std::string("1 2 \0", 5)) == "m.mtx: line 6: expected a number, got '\\x00'");
  BOOST_TEST(entry("1 2 " + std::string(290, 'z')) == "m.mtx: line 6: expected a number, got '" +
                                                          std::string(100, 'z') + "..." +
                                                          std::string(100, 'z') + "'");
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
  for (const char* value : {"1", "-1e-300", "nan", "inf"}) {
    BOOST_TEST(failure(banner("real skew-symmetric") + "2 2 2\n2 1 5\n2 2 " + value + "\n") ==
               "m.mtx: line 4: a skew-symmetric matrix is zero on the diagonal");
  }
  const auto complex_failure = [](const std::string& text) {
    return message_of([&] { parse<std::complex<double>>(banner(text)); });
  };
  BOOST_TEST(complex_failure("complex skew-symmetric\n2 2 1\n1 1 0 1\n") ==
             "m.mtx: line 3: a skew-symmetric matrix is zero on the diagonal");
  BOOST_TEST(complex_failure("complex hermitian\n2 2 1\n1 1 0 1\n") ==
             "m.mtx: line 3: a hermitian matrix is real on the diagonal");
  BOOST_TEST(complex_failure("complex hermitian\n2 2 1\n1 1 1 nan\n") ==
             "m.mtx: line 3: a hermitian matrix is real on the diagonal");
}

BOOST_AUTO_TEST_CASE(a_small_file_cannot_ask_for_all_memory) {
  const std::string tall = real("2000000000 4 1\n1 1 1\n");
  BOOST_TEST(message_of<CapacityError>([&] { parse(tall); })
                 .starts_with("m.mtx: reading 2000000000 x 4 with 1 entry takes 8000000032 bytes, "
                              "which exceeds the memory budget of "));
  BOOST_TEST((parse<double, Eigen::ColMajor>(tall).rows() == 2000000000));
  const std::string wide = real("4 3000000000 1\n1 3000000000 1\n");
  BOOST_TEST(message_of<CapacityError>([&] { parse(wide); }) ==
             "m.mtx: 4 x 3000000000 with 1 entry exceeds a 32-bit index; read it with "
             "std::int64_t");
  const auto matrix = parse<double, Eigen::RowMajor, std::int64_t>(wide);
  BOOST_TEST(matrix.innerIndexPtr()[0] == 2'999'999'999);
  BOOST_TEST(message_of<CapacityError>(
                 [] { parse(real("1 1 1\n1 1 1\n"), {.resources = {.memory_budget = 9}}); }) ==
             "m.mtx: reading 1 x 1 with 1 entry takes 36 bytes, which exceeds the memory budget of "
             "9 bytes; raise Resources::memory_budget");
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
