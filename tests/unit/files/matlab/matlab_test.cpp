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
  Parts duplicates;
  duplicates.indices = builder.element<std::int32_t>(5, {1, 2, 2});
  BOOST_TEST(parse(duplicates.file()).coeff(2, 1) == 8);
  Parts unsorted;
  unsorted.indices = builder.element<std::int32_t>(5, {1, 2, 0});
  unsorted.values = builder.element<double>(9, {2, 5, 3});
  BOOST_TEST(same_bits(parse(unsorted.file()), expected()));
}

BOOST_AUTO_TEST_CASE(logical_values_are_bytes_whatever_their_tag_says) {
  const auto ones = matrix_of<Columns<double>>(3, 2, {{0, 1, 1}, {1, 0, 1}, {2, 1, 1}});
  for (const auto order : {std::endian::little, std::endian::big}) {
    const Builder builder(order);
    Parts parts(builder);
    parts.flags = builder.element<std::uint32_t>(6, {5 | 0x200, 3});
    const Bytes three(3, std::byte{1});
    // As MATLAB writes them, in both kinds of element; then as the format says, and as Octave does.
    for (const Bytes& values : {builder.small(9, three), builder.wrap(9, three),
                                builder.small(2, three), builder.element<double>(9, {1, 1, 1})}) {
      parts.values = values;
      BOOST_TEST(same_bits(parse(parts.file()), ones));
      BOOST_TEST(same_bits(parse(builder.file({deflated(builder, parts.variable())})), ones));
    }
  }
}

BOOST_AUTO_TEST_CASE(logical_values_with_room_for_more) {
  const Builder builder;
  Parts parts;
  parts.flags = builder.element<std::uint32_t>(6, {5 | 0x200, 24});
  std::vector<std::int32_t> indices(24);
  indices[0] = 1;
  indices[2] = 2;
  parts.indices = builder.element<std::int32_t>(5, indices);
  Bytes bytes(24);
  std::fill_n(bytes.begin(), 3, std::byte{1});
  parts.values = builder.wrap(9, bytes);  // as long as three numbers of type double
  BOOST_TEST(parse(parts.file()).sum() == 3);
  bytes.resize(4);
  parts.values = builder.small(9, bytes);
  BOOST_TEST(parse(parts.file()).sum() == 3);
  bytes[0] = std::byte{7};  // true
  parts.values = builder.small(9, bytes);
  BOOST_TEST(parse(parts.file()).sum() == 3);
  parts.values = builder.small(9, Bytes(2));
  BOOST_TEST(failure(parts.file()).ends_with("expected 3 numbers of values, got 2"));
}

BOOST_AUTO_TEST_CASE(the_identity_of_logical_values) {
  const Builder builder;
  Parts parts;
  parts.flags = builder.element<std::uint32_t>(6, {0x205, 3});
  parts.dimensions = builder.element<std::int32_t>(5, {3, 3});
  parts.indices = builder.element<std::int32_t>(5, {0, 1, 2});
  parts.pointers = builder.element<std::int32_t>(5, {0, 1, 2, 3});
  parts.values = builder.small(9, Bytes(3, std::byte{1}));
  const auto identity = matrix_of<Columns<double>>(3, 3, {{0, 0, 1}, {1, 1, 1}, {2, 2, 1}});
  BOOST_TEST(same_bits(parse(parts.file()), identity));
  // Values that are not logical have eight bytes.
  parts.flags = builder.element<std::uint32_t>(6, {5, 3});
  BOOST_TEST(failure(parts.file()).ends_with("expected the numbers of values"));
}

BOOST_AUTO_TEST_CASE(reads_a_matrix_without_entries_as_matlab_writes_it) {
  const Builder builder;
  Parts parts;  // room for one entry, which is not there
  parts.pointers = builder.element<std::int32_t>(5, {0, 0, 0});
  for (const std::uint32_t flags : {5U, 5U | 0x200}) {
    parts.flags = builder.element<std::uint32_t>(6, {flags, 1});
    parts.indices = builder.small(5, Bytes(4));
    for (const Bytes& values : {builder.small(9, Bytes(1)), builder.wrap(9, Bytes(8)),
                                builder.small(2, Bytes(1)), builder.wrap(9, {})}) {
      if (flags == 5 && values == builder.small(9, Bytes(1))) continue;
      parts.values = values;
      BOOST_TEST(same_bits(parse(parts.file()), Columns<double>(3, 2)));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_matrix_without_entries_has_room_for_one) {
  const auto room = [](const Columns<double>& matrix) {
    const Bytes bytes = toeplix::format_matlab(matrix);
    return std::to_integer<int>(bytes[148]);  // header, tag, tag, flags
  };
  BOOST_TEST(room(Columns<double>(3, 2)) == 1);
  BOOST_TEST(room(Columns<double>(0, 0)) == 1);
  BOOST_TEST(room(expected()) == 3);
}

BOOST_AUTO_TEST_CASE(dimensions_without_sign_and_names_as_utf8) {
  const Builder builder;
  Parts parts;
  parts.dimensions = builder.element<std::uint32_t>(6, {3, 2});
  for (const int type : {1, 2, 16}) {
    parts.name = builder.small(type, to_bytes("Blur"));
    BOOST_TEST(same_bits(parse(parts.file(), {.variable = "Blur"}), expected()));
    parts.name = builder.wrap(type, to_bytes("Blurred"));
    BOOST_TEST(same_bits(parse(parts.file(), {.variable = "Blurred"}), expected()));
  }
  parts.dimensions = builder.element<std::uint32_t>(6, {4'000'000'000, 2});
  const auto tall =
      toeplix::parse_matlab<Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>>(
          parts.file(), "m.mat");
  BOOST_TEST(tall.rows() == 4'000'000'000);
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
             "m.mat: variable 'A' at byte 128: expected real values, got complex ones");
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
  // Of one name the last is read.
  other.name = builder.small(1, to_bytes("A"));
  const Bytes twice = builder.file({a, plain, other.variable()});
  BOOST_TEST(parse(twice).sum() == 3);
  BOOST_TEST(parse(twice, {.variable = "A"}).sum() == 3);
  BOOST_TEST(failure(builder.file({a, b})) ==
             "m.mat: holds several sparse matrices, 'A', 'B': expected the name of one");
  BOOST_TEST(failure(builder.file({a, plain}), {.variable = "x"}) ==
             "m.mat: 'x' is a dense array: expected a sparse matrix");
  BOOST_TEST(failure(builder.file({a}), {.variable = "C"}) ==
             "m.mat: found no variable 'C'; it has the sparse matrices 'A'");
  BOOST_TEST(failure(builder.file({plain})) ==
             "m.mat: expected a sparse matrix; it has 'x', a dense array");
  BOOST_TEST(failure(builder.file({})) == "m.mat: expected a sparse matrix, found none");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_understood_does_not_block_the_others) {
  const Builder builder;
  const Bytes a = Parts(builder, "A").variable();
  Parts numbered(builder, "B");
  numbered.name = builder.element<std::int32_t>(5, {1});
  Parts undescribed(builder, "B");
  undescribed.flags = builder.element<double>(9, {1});
  Parts flat(builder, "B");
  flat.dimensions = builder.element<std::int32_t>(5, {6});
  Bytes damaged = deflated(builder, Parts(builder, "B").variable());
  damaged[9] ^= std::byte{0xff};
  const Bytes empty = builder.wrap(14, {});
  const Bytes opaque = builder.wrap(14, builder.element<std::uint32_t>(6, {17, 0}));
  const Bytes structure = [&] {
    Bytes content = builder.element<std::uint32_t>(6, {2, 0});
    Builder::join(content, builder.element<std::int32_t>(5, {1, 1}));
    Builder::join(content, builder.small(1, to_bytes("s")));
    Builder::join(content, Bytes(24, std::byte{0xff}));
    return builder.wrap(14, content);
  }();
  for (const Bytes& other : {numbered.variable(), undescribed.variable(), flat.variable(), damaged,
                             empty, opaque, structure}) {
    BOOST_TEST(same_bits(parse(builder.file({other, a})), expected()));
    BOOST_TEST(same_bits(parse(builder.file({a, other})), expected()));
    BOOST_TEST(same_bits(parse(builder.file({other, a}), {.variable = "A"}), expected()));
    BOOST_TEST(failure(builder.file({other})) != "(nothing was thrown)");
    const auto headers = toeplix::parse_matlab_headers(builder.file({other, a}), "m.mat");
    BOOST_TEST(headers.back().name == "A");
  }
  BOOST_TEST(failure(builder.file({undescribed.variable()})) ==
             "m.mat: variable at byte 128: byte 8: expected the flags of an array; expected a "
             "sparse matrix, found none");
  BOOST_TEST(failure(builder.file({numbered.variable(), a}), {.variable = "B"}) ==
             "m.mat: variable at byte 128: byte 40: expected the name of a variable; found no "
             "variable 'B'; it has the sparse matrices 'A'");
}

BOOST_AUTO_TEST_CASE(says_what_the_variables_are) {
  const Builder builder;
  Parts logical(builder, "L");
  logical.flags = builder.element<std::uint32_t>(6, {0x205, 3});
  Parts complex(builder, "C");
  complex.flags = builder.element<std::uint32_t>(6, {0x805, 3});
  Bytes dense = builder.element<std::uint32_t>(6, {6, 0});
  Builder::join(dense, builder.element<std::int32_t>(5, {1, 2, 3}));
  Builder::join(dense, builder.small(1, to_bytes("x")));
  const auto headers = toeplix::parse_matlab_headers(
      builder.file(
          {logical.variable(), deflated(builder, complex.variable()), builder.wrap(14, dense)}),
      "m.mat");
  BOOST_REQUIRE(headers.size() == 3U);
  BOOST_TEST(headers[0].name == "L");
  BOOST_TEST(headers[0].dimensions == (toeplix::Extents{3, 2}));
  BOOST_TEST((headers[0].is_sparse && headers[0].is_logical && !headers[0].is_complex));
  BOOST_TEST(headers[1].name == "C");
  BOOST_TEST((headers[1].is_sparse && !headers[1].is_logical && headers[1].is_complex));
  BOOST_TEST(headers[2].dimensions == (toeplix::Extents{1, 2, 3}));
  BOOST_TEST((!headers[2].is_sparse && !headers[2].is_logical && !headers[2].is_complex));
}

BOOST_AUTO_TEST_CASE(names_other_formats_of_matlab_and_octave) {
  const auto got = [](const std::string& format) {
    return "m.mat: expected a MATLAB 5 file, got " + format + "; save it with -v7";
  };
  for (const auto order : {std::endian::little, std::endian::big}) {
    const Builder builder(order);
    const auto matlab4 = [&](const std::vector<std::int32_t>& words) {
      Bytes bytes;
      for (const auto word : words) Builder::join(bytes, builder.number(word));
      Builder::join(bytes, to_bytes("x"));
      bytes.resize(30);
      return bytes;
    };
    const std::int32_t type = order == std::endian::little ? 0 : 1000;
    BOOST_TEST(failure(matlab4({type, 1, 1, 0, 2})) == got("MATLAB 4"));
    BOOST_TEST(failure(matlab4({type + 2, 4, 3, 1, 2})) == got("MATLAB 4"));
    Bytes long_file = matlab4({type + 52, 100, 100, 0, 2});
    long_file.resize(1000);
    BOOST_TEST(failure(long_file) == got("MATLAB 4"));
    for (const std::vector<std::int32_t>& words :
         std::vector<std::vector<std::int32_t>>{{type + 3, 1, 1, 0, 2},
                                                {type + 100, 1, 1, 0, 2},
                                                {type, -1, 1, 0, 2},
                                                {type, 1, 1, 2, 2},
                                                {type, 1, 1, 0, 0},
                                                {5000, 1, 1, 0, 2}}) {
      BOOST_TEST(failure(matlab4(words)) == "m.mat: expected a MATLAB 5 file (.mat), got 30 bytes");
    }
  }
  BOOST_TEST(failure(to_bytes("# Created by Octave 7.3.0\n# name: D\n")) ==
             got("Octave's text format"));
  BOOST_TEST(failure(to_bytes("Octave-1-L and so on")) == got("Octave's binary format"));
  BOOST_TEST(failure(to_bytes("\x89HDF\r\n\x1a\n and so on")) == got("HDF5"));
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
  const std::string place = "m.mat: variable 'A' at byte 128: ";
  const std::string none = "; expected a sparse matrix, found none";
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
             }) ==
             "m.mat: variable at byte 128: byte 28: expected an extent from 0 on, got -2" + none);
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
             "m.mat: variable at byte 128: byte 8: expected the flags of an array" + none);
}

BOOST_AUTO_TEST_CASE(a_small_file_cannot_ask_for_all_memory) {
  const Builder builder;
  Parts tall;
  tall.dimensions = builder.element<std::int32_t>(5, {2'000'000'000, 2});
  BOOST_TEST(parse(tall.file()).rows() == 2'000'000'000);
  BOOST_TEST(message_of<CapacityError>([&] {
               return toeplix::parse_matlab(tall.file(), "m.mat");
             }).starts_with("m.mat: reading 2000000000 x 2 with 3 entries takes 8000000088 bytes"));
  Parts wide;
  wide.dimensions = builder.element<std::int32_t>(5, {3, 200'000'000});
  BOOST_TEST(failure(wide.file())
                 .ends_with("promises 200000000 columns, more than its 72 bytes "
                            "can hold"));
  BOOST_TEST(message_of<CapacityError>(
                 [] { parse(Parts().file(), {.resources = {.memory_budget = 9}}); }) ==
             "m.mat: reading 3 x 2 with 3 entries takes 48 bytes, which exceeds the memory budget "
             "of 9 bytes; raise Resources::memory_budget");
  const Bytes packed = deflated(builder, builder.number<std::int64_t>(0x7fffffff'0000000e));
  BOOST_TEST(failure(builder.file({packed}))
                 .ends_with("more than deflate can hold; expected a sparse matrix, found none"));
}

BOOST_AUTO_TEST_CASE(what_the_format_cannot_hold_is_refused) {
  const auto named = [](const std::string& name) {
    return message_of(
        [&] { return toeplix::format_matlab(Columns<double>(1, 1), {.variable = name}); });
  };
  BOOST_TEST(named("a_1") == "(nothing was thrown)");
  BOOST_TEST(named(std::string(63, 'x')) == "(nothing was thrown)");
  for (const std::string name : {"", "1a", "_a", "a b", "a-b", "end", "for", "while", "parfor"}) {
    BOOST_TEST(named(name) == "'" + name +
                                  "' is not a name of a MATLAB variable: expected a letter, then "
                                  "letters, digits and underscores, at most 63, and no keyword");
  }
  BOOST_TEST(named(std::string(64, 'x')).ends_with("at most 63, and no keyword"));
  BOOST_TEST(named("End") == "(nothing was thrown)");
  BOOST_TEST(named("ends") == "(nothing was thrown)");
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
  using toeplix::MatlabKind;
  BOOST_TEST(toeplix::read_matlab_header(path, MatlabKind::sparse).name == "W");
  BOOST_TEST(
      message_of([&] {
        toeplix::read_matlab_header(path, MatlabKind::dense, "W");
      }).ends_with("matrix.mat: 'W' is a sparse matrix: expected a dense array of real numbers"));
}

BOOST_AUTO_TEST_CASE(as_many_rows_as_the_format_numbers) {
  using Tall = Matrix<double, Eigen::ColMajor, std::int64_t>;
  const Tall most(2'147'483'647, 1);
  BOOST_TEST(same_bits(toeplix::parse_matlab<Tall>(toeplix::format_matlab(most), "m.mat"), most));
  const Tall more(2'147'483'648, 1);
  BOOST_TEST(message_of<CapacityError>([&] { return toeplix::format_matlab(more); }) ==
             "a matrix of 2147483648 x 1 with 0 entries exceeds the 2^31 bytes of a MATLAB 5 "
             "variable; write a .npz or .mtx file");
}

BOOST_AUTO_TEST_CASE(a_small_element_has_four_bytes) {
  const Builder builder;
  Parts parts(builder);
  parts.name = builder.small(1, to_bytes("ABCD"));
  BOOST_TEST(same_bits(parse(parts.file(), {.variable = "ABCD"}), expected()));
  parts.name = builder.number<std::uint32_t>(12 << 16 | 1);
  Builder::join(parts.name, to_bytes("ABCDEFGHIJKL"));
  BOOST_TEST(failure(parts.file()) ==
             "m.mat: variable at byte 128: byte 32: expected at most 4 bytes in a small element, "
             "got 12; expected a sparse matrix, found none");
}

BOOST_AUTO_TEST_SUITE_END()
