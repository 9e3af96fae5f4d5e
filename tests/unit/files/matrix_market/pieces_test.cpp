#include <toeplix/files/matrix_market.hpp>

#include "support/compare.hpp"
#include "support/format_bytes.hpp"

#include <algorithm>
#include <cstdio>
#include <random>

// Files of several pieces, which several threads read and write.

BOOST_AUTO_TEST_SUITE(matrix_market_pieces)

using namespace format_test;
using toeplix::test::same_bits;

namespace {

using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;

/// Entries whose lines have different lengths, so that pieces end anywhere in a line.
std::vector<Eigen::Triplet<double>> entries(int count) {
  std::vector<Eigen::Triplet<double>> result;
  std::mt19937 random(5);
  for (int i = 0; i < count; ++i) {
    result.emplace_back(i / 7, i % 7 * 1000 + static_cast<int>(random() % 1000),
                        static_cast<double>(random() % 1000) / 8);
  }
  return result;
}

constexpr int count = 300'000;
constexpr int rows = count / 7 + 1;
constexpr int cols = 7000;

std::string line_of(const Eigen::Triplet<double>& entry) {
  return toeplix::test::concatenate(entry.row() + 1, ' ', entry.col() + 1, ' ', entry.value(),
                                    '\n');
}

std::string text_of(const std::vector<Eigen::Triplet<double>>& list) {
  std::string text = toeplix::test::concatenate("%%MatrixMarket matrix coordinate real general\n",
                                                rows, ' ', cols, ' ', list.size(), '\n');
  for (const auto& entry : list) text += line_of(entry);
  return text;
}

template <int Order = Eigen::RowMajor>
Eigen::SparseMatrix<double, Order> parse(const std::string& text, int threads) {
  return toeplix::parse_matrix_market<Eigen::SparseMatrix<double, Order>>(
      to_bytes(text), "m.mtx", {.resources = {.threads = threads}});
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_number_of_threads_reads_the_same) {
  auto list = entries(count);
  Matrix expected(rows, cols);
  expected.setFromTriplets(list.begin(), list.end());
  const Eigen::SparseMatrix<double> columns(expected);
  const std::string sorted = text_of(list);
  BOOST_TEST(sorted.size() > 4U << 20);
  std::shuffle(list.begin(), list.end(), std::mt19937(6));
  const std::string shuffled = text_of(list);
  for (const int threads : {1, 2, 7}) {
    BOOST_TEST(same_bits(parse(sorted, threads), expected), threads);
    BOOST_TEST(same_bits(parse(shuffled, threads), expected), threads);
    BOOST_TEST(same_bits(parse<Eigen::ColMajor>(shuffled, threads), columns), threads);
  }
}

BOOST_AUTO_TEST_CASE(pieces_that_begin_with_a_line) {
  // Lines of 16 bytes: 2^16 of them are a piece, and every piece begins with one. Each goes through
  // the rows of another column.
  constexpr int piece = 1 << 16;
  constexpr int lines = 3 * piece + 5;
  std::string text = toeplix::test::concatenate("%%MatrixMarket matrix coordinate real general\n",
                                                piece, " 4 ", lines, '\n');
  std::vector<Eigen::Triplet<double>> list;
  for (int i = 0; i < lines; ++i) {
    list.emplace_back(i % piece, i / piece, i);
    char line[32];
    std::snprintf(line, sizeof line, "%5d %d %7d\n", i % piece + 1, i / piece + 1, i);
    text += line;
  }
  Matrix expected(piece, 4);
  expected.setFromTriplets(list.begin(), list.end());
  for (const int threads : {1, 2, 7}) {
    BOOST_TEST(same_bits(parse(text, threads), expected), threads);
    BOOST_TEST(
        same_bits(parse<Eigen::ColMajor>(text, threads), Eigen::SparseMatrix<double>(expected)),
        threads);
  }
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_finds_the_same_error) {
  auto list = entries(count);
  const std::string sound = text_of(list);
  std::vector<std::size_t> lines{0};
  for (std::size_t at = 0; (at = sound.find('\n', at)) != sound.npos;) lines.push_back(++at);
  std::string damaged = sound;
  for (const std::size_t line : {290'000U, 120'000U, 260'000U}) damaged[lines[line - 1]] = 'x';
  for (const int threads : {1, 2, 7}) {
    const auto message = [&](const std::string& text) {
      return message_of([&] { parse(text, threads); });
    };
    BOOST_TEST(message(damaged).starts_with("m.mtx: line 120000: expected a row from 1 to "));
    BOOST_TEST(message(sound + "1 1 1\n") ==
               "m.mtx: line 2: promises 300000 entries, the file has more");
    BOOST_TEST(message(sound.substr(0, lines[200'000])) ==
               "m.mtx: line 2: promises 300000 entries, the file has 199998");
  }
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_writes_the_same) {
  const auto list = entries(count);
  Matrix matrix(rows, cols);
  matrix.setFromTriplets(list.begin(), list.end());
  const std::string expected = text_of(list);
  for (const int threads : {1, 2, 7}) {
    const auto written = toeplix::format_matrix_market(matrix, {.resources = {.threads = threads}});
    BOOST_TEST((to_text(written) == expected), threads);
  }
  matrix.uncompress();
  matrix.reserve(Eigen::VectorXi::Constant(rows, 9));
  BOOST_TEST(!matrix.isCompressed());
  BOOST_TEST((to_text(toeplix::format_matrix_market(matrix)) == expected));
}

BOOST_AUTO_TEST_CASE(lines_of_the_matrix_longer_than_a_piece) {
  constexpr int length = 100'000;
  Matrix matrix(3, length);
  std::string expected = toeplix::test::concatenate(
      "%%MatrixMarket matrix coordinate real general\n3 ", length, ' ', length, '\n');
  for (int i = 0; i < length; ++i) {
    matrix.insert(1, i) = i;
    expected += toeplix::test::concatenate("2 ", i + 1, ' ', i, '\n');
  }
  matrix.makeCompressed();
  const auto written = toeplix::format_matrix_market(matrix);
  BOOST_TEST((to_text(written) == expected));
  BOOST_TEST(same_bits(parse(to_text(written), 2), matrix));
}

BOOST_AUTO_TEST_CASE(both_triangles_in_pieces_far_apart) {
  // Lines of 16 bytes, 2^16 of them a piece: the first is above the diagonal, the last below.
  constexpr int piece = 1 << 16;
  constexpr int lines = 3 * piece;
  std::string text = toeplix::test::concatenate("%%MatrixMarket matrix coordinate real symmetric\n",
                                                lines, ' ', lines, ' ', lines, '\n');
  for (int i = 0; i < lines; ++i) {
    const int row = i == 0 ? 1 : i + 1;
    const int col = i == 0 ? 2 : i == lines - 1 ? 1 : i + 1;
    char line[32];
    std::snprintf(line, sizeof line, "%6d %6d 1\n", row, col);
    text += line;
  }
  for (const int threads : {1, 2, 7}) {
    BOOST_TEST(message_of([&] { parse(text, threads); }) ==
               toeplix::test::concatenate("m.mtx: line ", lines + 2,
                                          ": expected the entries of a symmetric matrix on one "
                                          "side of the diagonal, got both"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
