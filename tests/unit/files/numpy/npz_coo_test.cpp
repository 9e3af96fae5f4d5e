#include <toeplix/files/npz.hpp>

#include "support/compare.hpp"
#include "support/extreme_values.hpp"
#include "support/format_bytes.hpp"

#include <toeplix/files/npy.hpp>

// Writing coordinates, and bits that survive every layout.

BOOST_AUTO_TEST_SUITE(npz_coo)

using namespace format_test;
using toeplix::FileCompression;
using toeplix::NpzFormat;
using toeplix::NpzLayout;
using toeplix::test::same_bits;

BOOST_AUTO_TEST_CASE(every_bit_survives) {
  for_each_matrix_type([]<class M>(std::type_identity<M>) {
    const auto matrix = extreme_matrix<M>();
    for (const auto layout : {NpzLayout::line_pointers, NpzLayout::coordinates}) {
      const Bytes bytes =
          toeplix::format_npz(matrix, {.compression = FileCompression::deflated, .layout = layout});
      BOOST_TEST(same_bits(toeplix::parse_npz<M>(bytes, "m.npz"), matrix));
    }
  });
}

BOOST_AUTO_TEST_CASE(the_arrays_are_those_of_coordinates) {
  Eigen::SparseMatrix<double, Eigen::RowMajor> matrix(4, 3);
  matrix.insert(0, 1) = 2;
  matrix.insert(2, 0) = 3;
  matrix.insert(2, 2) = 4;
  matrix.insert(3, 1) = 5;
  const auto check = [](const auto& any, const std::vector<int>& rows, const std::vector<int>& cols,
                        const std::vector<double>& values) {
    const Bytes bytes = toeplix::format_npz(any, {.layout = NpzLayout::coordinates});
    const std::string text = to_text(bytes);
    // A stored member follows its local header, the name and 20 bytes of Zip64 sizes.
    const auto member = [&](const std::string& name, std::size_t size) {
      return text.substr(text.find(name + ".npy") + name.size() + 4 + 20, size);
    };
    const std::string row = to_text(toeplix::format_npy({4}, rows));
    const std::string col = to_text(toeplix::format_npy({4}, cols));
    const std::string data = to_text(toeplix::format_npy({4}, values));
    BOOST_TEST((member("row", row.size()) == row));
    BOOST_TEST((member("col", col.size()) == col));
    BOOST_TEST((member("data", data.size()) == data));
    BOOST_TEST((toeplix::parse_npz_header(bytes, "m.npz").format == NpzFormat::coo));
  };
  BOOST_TEST(!matrix.isCompressed());
  check(matrix, {0, 2, 2, 3}, {1, 0, 2, 1}, {2, 3, 4, 5});
  matrix.makeCompressed();
  check(matrix, {0, 2, 2, 3}, {1, 0, 2, 1}, {2, 3, 4, 5});
  check(Eigen::SparseMatrix<double>(matrix), {2, 0, 3, 2}, {0, 1, 1, 2}, {3, 2, 5, 4});
}

BOOST_AUTO_TEST_CASE(lines_longer_than_a_block) {
  Eigen::SparseMatrix<float, Eigen::RowMajor> matrix(2, 10'000);
  for (int i = 0; i < 10'000; ++i) matrix.insert(1, i) = static_cast<float>(i);
  matrix.makeCompressed();
  const Bytes bytes = toeplix::format_npz(matrix, {.layout = NpzLayout::coordinates});
  BOOST_TEST(same_bits(toeplix::parse_npz<Matrix<float>>(bytes, "m.npz"), matrix));
}

BOOST_AUTO_TEST_SUITE_END()
