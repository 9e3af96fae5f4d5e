#pragma once

#include <toeplix/files/matrix_market.hpp>

#include "support/compare.hpp"
#include "support/format_bytes.hpp"
#include "support/sparse_fixtures.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace matrix_market_test {

using namespace format_test;
using toeplix::CapacityError;
using toeplix::MatrixMarketField;
using toeplix::MatrixMarketReadOptions;
using toeplix::MatrixMarketSymmetry;
using toeplix::test::same_bits;

template <class Scalar = double, int Order = Eigen::RowMajor, class StorageIndex = int>
Matrix<Scalar, Order, StorageIndex> parse(const std::string& text,
                                          const MatrixMarketReadOptions& options = {}) {
  return toeplix::parse_matrix_market<Matrix<Scalar, Order, StorageIndex>>(to_bytes(text), "m.mtx",
                                                                           options);
}

inline std::string banner(const std::string& kind) {
  return "%%MatrixMarket matrix coordinate " + kind + "\n";
}

inline std::string real(const std::string& rest) {
  return banner("real general") + rest;
}

inline std::string failure(const std::string& text) {
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
M from_triplets(int rows, int cols,
                const std::vector<Eigen::Triplet<typename M::Scalar>>& entries) {
  M matrix(rows, cols);
  matrix.setFromTriplets(entries.begin(), entries.end());
  return matrix;
}

}  // namespace matrix_market_test
