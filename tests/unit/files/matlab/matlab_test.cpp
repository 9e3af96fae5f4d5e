#include <toeplix/files/matlab.hpp>

#include "unit/files/matlab/mat_builder.hpp"

#include "support/compare.hpp"
#include "support/extreme_values.hpp"
#include "support/format_bytes.hpp"

#include <algorithm>

BOOST_AUTO_TEST_SUITE(matlab_file)

using namespace format_test;
using mat_test::Builder;
using mat_test::deflated;
using mat_test::Parts;
using toeplix::CapacityError;
using toeplix::FileCompression;
using toeplix::MatlabReadOptions;
using toeplix::test::same_bits;

namespace {

template <class Scalar>
using Columns = Eigen::SparseMatrix<Scalar>;

template <class M = Columns<double>>
M expected() {
  return matrix_of<M>(3, 2, {{0, 1, 3}, {1, 0, 2}, {2, 1, 5}});
}

Columns<double> parse(const Bytes& bytes, const MatlabReadOptions& options = {}) {
  return toeplix::parse_matlab<Columns<double>>(bytes, "m.mat", options);
}

std::string failure(const Bytes& bytes, const MatlabReadOptions& options = {}) {
  return message_of([&] { parse(bytes, options); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(reads_a_file_made_by_hand) {
  for (const auto order : {std::endian::little, std::endian::big}) {
    const Builder builder(order);
    const Parts parts(builder);
    BOOST_TEST(same_bits(parse(parts.file()), expected()));
    const Bytes packed = builder.file({deflated(builder, parts.variable())});
    BOOST_TEST(same_bits(parse(packed), expected()));
    using Rows = Matrix<float, Eigen::RowMajor, std::int64_t>;
    const auto rows = toeplix::parse_matlab<Rows>(packed, "m.mat");
    BOOST_TEST(same_bits(rows, expected<Rows>()));
  }
}

BOOST_AUTO_TEST_CASE(writes_the_elements_of_the_format) {
  const Builder builder;
  Parts parts;
  parts.name = builder.wrap(1, to_bytes("A"));
  const Bytes bytes = toeplix::format_matlab(expected(), {.variable = "A"});
  const Bytes by_hand = parts.file();
  BOOST_TEST(bytes.size() == by_hand.size());
  BOOST_TEST(std::equal(bytes.begin() + 124, bytes.end(), by_hand.begin() + 124, by_hand.end()));
  BOOST_TEST(to_text(bytes).starts_with("MATLAB 5.0 MAT-file, written by toeplix "));
  BOOST_TEST((toeplix::format_matlab(expected<Matrix<float, Eigen::RowMajor>>(),
                                     {.variable = "A"}) == bytes));
  Columns<double> loose = expected();
  loose.uncompress();
  loose.reserve(Eigen::VectorXi::Constant(2, 5));
  BOOST_TEST((toeplix::format_matlab(loose, {.variable = "A"}) == bytes));
}

BOOST_AUTO_TEST_CASE(every_bit_survives) {
  for_each_matrix_type([]<class M>(std::type_identity<M>) {
    const auto matrix = extreme_matrix<M>();
    for (const auto compression : {FileCompression::stored, FileCompression::deflated}) {
      const Bytes bytes = toeplix::format_matlab(matrix, {.compression = compression});
      BOOST_TEST(same_bits(toeplix::parse_matlab<M>(bytes, "m.mat"), matrix));
    }
  });
}

BOOST_AUTO_TEST_CASE(empty_matrices_round_trip) {
  for (const auto& [rows, cols] : {std::pair(0, 0), std::pair(3, 0), std::pair(0, 3)}) {
    const Columns<double> matrix(rows, cols);
    BOOST_TEST(same_bits(parse(toeplix::format_matlab(matrix)), matrix));
  }
}

BOOST_AUTO_TEST_CASE(more_than_a_block_of_entries) {
  Columns<double> matrix(100'000, 2);
  for (int i = 0; i < 100'000; ++i) matrix.insert(i, 1) = 1.0 / (i + 1);
  matrix.makeCompressed();
  for (const auto compression : {FileCompression::stored, FileCompression::deflated}) {
    BOOST_TEST(
        same_bits(parse(toeplix::format_matlab(matrix, {.compression = compression})), matrix));
  }
}

BOOST_AUTO_TEST_CASE(reads_what_matlab_packs) {
  const Builder builder;
  Parts narrow;  // MATLAB stores integral values in fewer bytes
  narrow.values = builder.small(2, {std::byte{2}, std::byte{3}, std::byte{5}});
  BOOST_TEST(same_bits(parse(narrow.file()), expected()));
  Parts roomy;  // room for more entries than there are
  roomy.indices = builder.element<std::int32_t>(5, {1, 0, 2, 77, -1});
  BOOST_TEST(same_bits(parse(roomy.file()), expected()));
  Parts logical;
  logical.flags = builder.element<std::uint32_t>(6, {5 | 0x200, 3});
  logical.values = builder.small(2, {std::byte{1}, std::byte{1}, std::byte{1}});
  BOOST_TEST(parse(logical.file()).sum() == 3);
  Parts duplicates;
  duplicates.indices = builder.element<std::int32_t>(5, {1, 2, 2});
  BOOST_TEST(parse(duplicates.file()).coeff(2, 1) == 8);
  Parts unsorted;
  unsorted.indices = builder.element<std::int32_t>(5, {1, 2, 0});
  unsorted.values = builder.element<double>(9, {2, 5, 3});
  BOOST_TEST(same_bits(parse(unsorted.file()), expected()));
}

BOOST_AUTO_TEST_CASE(complex_values_are_not_read_as_real_ones) {
  const Builder builder;
  Parts parts;
  parts.flags = builder.element<std::uint32_t>(6, {5 | 0x800, 3});
  parts.imaginary = builder.element<double>(9, {-1, 0, 7});
  const auto matrix = toeplix::parse_matlab<Columns<std::complex<float>>>(parts.file(), "m.mat");
  BOOST_TEST(matrix.coeff(1, 0) == std::complex<float>(2, -1));
  BOOST_TEST(matrix.coeff(2, 1) == std::complex<float>(5, 7));
  BOOST_TEST(failure(parts.file()) ==
             "m.mat: variable at byte 128: expected real values, got complex ones");
}

BOOST_AUTO_TEST_CASE(chooses_the_variable) {
  const Builder builder;
  Parts other(builder, "B");
  other.values = builder.element<double>(9, {1, 1, 1});
  Bytes dense;
  for (const Bytes& part :
       {builder.element<std::uint32_t>(6, {6, 0}), builder.element<std::int32_t>(5, {1, 1}),
        builder.small(1, to_bytes("x")), builder.element<double>(9, {4})}) {
    Builder::join(dense, part);
  }
  const Bytes plain = builder.wrap(14, dense);
  const Bytes a = Parts(builder, "A").variable();
  const Bytes b = deflated(builder, other.variable());
  BOOST_TEST(same_bits(parse(builder.file({plain, a})), expected()));
  BOOST_TEST(same_bits(parse(builder.file({plain, b, a}), {.variable = "A"}), expected()));
  BOOST_TEST(parse(builder.file({a, b, plain}), {.variable = "B"}).sum() == 3);
  BOOST_TEST(failure(builder.file({a, b})) ==
             "m.mat: holds several sparse matrices, 'A' and 'B': expected the name of one");
  BOOST_TEST(failure(builder.file({a, plain}), {.variable = "x"}) ==
             "m.mat: 'x' is not a sparse matrix");
  BOOST_TEST(failure(builder.file({a}), {.variable = "C"}) == "m.mat: found no variable 'C'");
  BOOST_TEST(failure(builder.file({plain})) == "m.mat: expected a sparse matrix, found none");
  BOOST_TEST(failure(builder.file({})) == "m.mat: expected a sparse matrix, found none");
}

BOOST_AUTO_TEST_CASE(names_what_is_no_matlab_file) {
  BOOST_TEST(failure({}) == "m.mat: expected a MATLAB 5 file (.mat), got 0 bytes");
  BOOST_TEST(failure(Bytes(128)) == "m.mat: byte 124: expected a MATLAB 5 file (.mat)");
  Bytes hdf = Builder().file({});
  hdf[125] = std::byte{2};
  BOOST_TEST(failure(hdf) ==
             "m.mat: byte 124: expected a MATLAB 5 file, got MATLAB 7.3, which is HDF5; save it "
             "with -v7");
  const Builder builder;
  BOOST_TEST(failure(builder.file({builder.wrap(9, Bytes(8))})) ==
             "m.mat: byte 128: expected a variable, got an element of type 9");
  BOOST_TEST(failure(builder.file({builder.number<std::int64_t>(0x7fffffff'0000000e)})) ==
             "m.mat: byte 128: a variable of 2147483647 bytes does not fit into the file");
}

BOOST_AUTO_TEST_CASE(counts_pointers_and_indices_are_checked) {
  const Builder builder;
  const auto failed = [](auto change) {
    Parts parts;
    change(parts);
    return failure(parts.file());
  };
  const std::string place = "m.mat: variable at byte 128: ";
  using Ints = std::vector<std::int32_t>;
  const auto ints = [&](const Ints& values) { return builder.element(5, values); };
  BOOST_TEST(failed([&](Parts& p) {
               p.indices = ints({1, 0, 3});
             }) == place + "row index[2]: expected an index from 0 to 2, got 3");
  BOOST_TEST(failed([&](Parts& p) {
               p.indices = ints({1, -1, 2});
             }) == place + "row index[1]: expected an index from 0 to 2, got -1");
  BOOST_TEST(failed([&](Parts& p) {
               p.pointers = ints({0, 4, 3});
             }) == place + "pointer[2]: expected at least 4, got 3");
  BOOST_TEST(failed([&](Parts& p) {
               p.pointers = ints({0, 1, 4});
             }) == place + "pointer[2]: expected 3, got 4");
  BOOST_TEST(failed([&](Parts& p) {
               p.pointers = ints({0, 3});
             }) == place + "byte 72: expected one pointer more than the 2 columns, got 2");
  BOOST_TEST(failed([&](Parts& p) {
               p.values = builder.element<double>(9, {2, 3});
             }) == place + "byte 96: expected 3 numbers of values, got 2");
  BOOST_TEST(failed([&](Parts& p) {
               p.dimensions = ints({3, -2});
             }) == place + "byte 28: expected an extent from 0 on, got -2");
  BOOST_TEST(failed([&](Parts& p) {
               p.dimensions = ints({3, 2, 1});
             }) == place + "expected two dimensions, got 3");
  BOOST_TEST(failed([&](Parts& p) {
               p.indices = builder.element<double>(9, {1, 0, 2});
             }) == place + "expected integer values, got float64");
  BOOST_TEST(failed([&](Parts& p) { p.values = builder.wrap(14, Bytes(24)); }) ==
             place + "byte 88: expected the numbers of values");
  BOOST_TEST(failed([&](Parts& p) { p.imaginary = builder.element<double>(9, {1}); }) ==
             place + "byte 120: expected the end, got 16 more bytes");
  BOOST_TEST(failed([&](Parts& p) { p.flags = builder.element<std::uint32_t>(6, {5}); }) ==
             place + "byte 8: expected the flags of an array");
}

BOOST_AUTO_TEST_CASE(a_small_file_cannot_ask_for_all_memory) {
  const Builder builder;
  Parts tall;
  tall.dimensions = builder.element<std::int32_t>(5, {2'000'000'000, 2});
  BOOST_TEST(parse(tall.file()).rows() == 2'000'000'000);
  BOOST_TEST(message_of<CapacityError>([&] {
               return toeplix::parse_matlab(tall.file(), "m.mat");
             }).starts_with("m.mat: reading 2000000000 x 2 with 3 entries takes more than"));
  Parts wide;
  wide.dimensions = builder.element<std::int32_t>(5, {3, 200'000'000});
  BOOST_TEST(failure(wide.file())
                 .ends_with("promises 200000000 columns, more than its 72 bytes "
                            "can hold"));
  BOOST_TEST(message_of<CapacityError>(
                 [] { parse(Parts().file(), {.resources = {.memory_budget = 9}}); }) ==
             "m.mat: reading 3 x 2 with 3 entries takes more than the memory budget of 9 bytes");
  const Bytes packed = deflated(builder, builder.number<std::int64_t>(0x7fffffff'0000000e));
  BOOST_TEST(failure(builder.file({packed})).ends_with("more than deflate can hold"));
}

BOOST_AUTO_TEST_CASE(what_the_format_cannot_hold_is_refused) {
  const auto named = [](const std::string& name) {
    return message_of(
        [&] { return toeplix::format_matlab(Columns<double>(1, 1), {.variable = name}); });
  };
  BOOST_TEST(named("a_1") == "(nothing was thrown)");
  BOOST_TEST(named(std::string(63, 'x')) == "(nothing was thrown)");
  for (const std::string name : {"", "1a", "_a", "a b", "a-b"}) {
    BOOST_TEST(named(name) == "'" + name +
                                  "' is not a name of a MATLAB variable: expected a letter, then "
                                  "letters, digits and underscores, at most 63");
  }
  BOOST_TEST(named(std::string(64, 'x')).ends_with("at most 63"));
  const Matrix<double, Eigen::RowMajor, std::int64_t> wide(1, 3'000'000'000);
  BOOST_TEST(message_of<CapacityError>([&] { return toeplix::format_matlab(wide); }) ==
             "a matrix of 1 x 3000000000 with 0 entries exceeds the 2^31 bytes of a MATLAB 5 "
             "variable; write a .npz or .mtx file");
}

BOOST_AUTO_TEST_CASE(checksums_are_checked) {
  const Builder builder;
  Bytes bytes = builder.file({deflated(builder, Parts().variable())});
  bytes.back() ^= std::byte{1};
  BOOST_TEST(failure(bytes).ends_with("incorrect data check"));
}

BOOST_AUTO_TEST_CASE(survives_every_damage) {
  const Builder builder;
  // Damage to values or names gives other ones; the structure stays sound.
  const auto is_sound = [](const Columns<double>& matrix) {
    return matrix.isCompressed() && matrix.nonZeros() <= 3;
  };
  check_every_damage(
      Parts().file(), [](const Bytes& bytes) { return parse(bytes); }, is_sound);
  check_every_damage(
      builder.file({deflated(builder, Parts().variable())}),
      [](const Bytes& bytes) { return parse(bytes); }, is_sound);
}

BOOST_AUTO_TEST_CASE(writes_and_reads_files) {
  const TemporaryDirectory directory;
  const auto path = directory / "matrix.mat";
  toeplix::write_matlab(path, expected());
  BOOST_TEST(same_bits(toeplix::read_matlab<Columns<double>>(path), expected()));
  BOOST_TEST(same_bits(toeplix::read_matlab<Columns<double>>(path, {.variable = "W"}), expected()));
  BOOST_TEST(directory.entries() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
