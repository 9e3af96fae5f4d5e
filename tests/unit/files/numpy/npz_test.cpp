#include "support/compare.hpp"
#include "support/format_bytes.hpp"
#include "support/sparse_fixtures.hpp"
#include "support/zip_archive.hpp"

#include <toeplix/files/npy.hpp>
#include <toeplix/files/npz.hpp>

#include <algorithm>
#include <complex>
#include <map>

BOOST_AUTO_TEST_SUITE(npz_file)

using namespace format_test;
using toeplix::CapacityError;
using toeplix::Extents;
using toeplix::FileCompression;
using toeplix::Index;
using toeplix::NpzFormat;
using toeplix::test::same_bits;

namespace {

using Members = std::map<std::string, Bytes>;

enum class Method { stored, deflated };

Bytes zip(const Members& members, Method method = Method::stored,
          std::uint64_t zip64_from = 0xffffffff) {
  zip_test::Builder builder(zip64_from);
  for (const auto& [name, content] : members) {
    builder.add({name + ".npy", content, method == Method::deflated});
  }
  return builder.finish();
}

Bytes format_word(const std::string& word) {
  const std::string dictionary = "{'descr': '|S3', 'fortran_order': False, 'shape': (), }";
  std::string text = "\x93NUMPY";
  text += {'\1', '\0', static_cast<char>(dictionary.size()), '\0'};
  return to_bytes(text + dictionary + word);
}

template <class T>
Bytes vector(const std::vector<T>& values) {
  return toeplix::format_npy({static_cast<Index>(values.size())}, values);
}

/// The members of `example` as csr.
Members example_members() {
  return {{"format", format_word("csr")},
          {"shape", vector<Index>({4, 3})},
          {"indptr", vector<int>({0, 1, 1, 3, 4})},
          {"indices", vector<int>({1, 0, 2, 1})},
          {"data", vector<double>({2, 3, 4, 5})}};
}

Members with(const std::string& name, const Bytes& content) {
  Members members = example_members();
  members[name] = content;
  return members;
}

Matrix<double> parse(const Bytes& bytes) {
  return toeplix::parse_npz(bytes, "m.npz");
}

std::string failure(const Members& members) {
  return message_of([&] { parse(zip(members)); });
}

std::string failure(const std::string& name, const Bytes& content) {
  return failure(with(name, content));
}

}  // namespace

BOOST_AUTO_TEST_CASE(round_trips_are_exact) {
  for_each_matrix_type([]<class M>(std::type_identity<M>) {
    const M matrix = example_matrix<M>();
    for (const auto compression : {FileCompression::stored, FileCompression::deflated}) {
      const Bytes bytes = toeplix::format_npz(matrix, {.compression = compression});
      BOOST_TEST(same_bits(toeplix::parse_npz<M>(bytes, "m.npz"), matrix));
    }
  });
}

BOOST_AUTO_TEST_CASE(writes_the_arrays_that_scipy_reads) {
  const Bytes bytes = toeplix::format_npz(example_matrix<Matrix<double>>());
  const std::string text = to_text(bytes);
  BOOST_TEST(text.substr(0, 4) == "PK\x03\x04");
  for (const auto& [name, content] : example_members()) {
    BOOST_TEST(text.find(name + ".npy") != text.npos);
    if (name != "format") BOOST_TEST(text.find(to_text(content)) != text.npos);
  }
  BOOST_TEST(text.find("'descr': '|S3', 'fortran_order': False, 'shape': (), }") != text.npos);
  BOOST_TEST(text.find("csr") != text.npos);
}

BOOST_AUTO_TEST_CASE(a_matrix_that_is_not_compressed_is_written_as_if_it_were) {
  Matrix<double> matrix = example_matrix<Matrix<double>>();
  const Bytes expected = toeplix::format_npz(matrix);
  matrix.uncompress();
  matrix.reserve(Eigen::VectorXi::Constant(4, 5));
  BOOST_TEST(!matrix.isCompressed());
  BOOST_TEST((toeplix::format_npz(matrix) == expected));
}

BOOST_AUTO_TEST_CASE(empty_matrices_round_trip) {
  for (const auto& [rows, cols] : {std::pair(0, 0), std::pair(3, 0), std::pair(0, 3)}) {
    const Matrix<float> matrix(rows, cols);
    const auto read = toeplix::parse_npz<Matrix<float>>(toeplix::format_npz(matrix), "m.npz");
    BOOST_TEST(same_bits(read, matrix));
  }
}

BOOST_AUTO_TEST_CASE(reads_the_other_order_and_other_types) {
  const Bytes csr = toeplix::format_npz(example_matrix<Matrix<double>>());
  const auto columns =
      toeplix::parse_npz<Matrix<double, Eigen::ColMajor, std::int64_t>>(csr, "m.npz");
  BOOST_TEST(same_bits(columns, example_matrix<Matrix<double, Eigen::ColMajor, std::int64_t>>()));
  const Bytes csc =
      toeplix::format_npz(example_matrix<Matrix<float, Eigen::ColMajor, std::int64_t>>());
  BOOST_TEST(same_bits(parse(csc), example_matrix<Matrix<double>>()));
  const auto complex = toeplix::parse_npz<Matrix<std::complex<float>>>(csr, "m.npz");
  BOOST_TEST(same_bits(complex, example_matrix<Matrix<std::complex<float>>>()));
}

BOOST_AUTO_TEST_CASE(reads_integers_as_values_and_wide_indices) {
  BOOST_TEST(same_bits(parse(zip(with("data", vector<std::int8_t>({2, 3, 4, 5})))),
                       example_matrix<Matrix<double>>()));
  BOOST_TEST(same_bits(parse(zip(with("indices", vector<Index>({1, 0, 2, 1})))),
                       example_matrix<Matrix<double>>()));
}

BOOST_AUTO_TEST_CASE(sorts_indices_and_adds_duplicates) {
  Members members = example_members();
  members["indptr"] = vector<int>({0, 3, 3, 5, 7});
  members["indices"] = vector<int>({1, 1, 1, 2, 0, 1, 1});
  members["data"] = vector<double>({1, 2, -1, 4, 3, 6, -1});
  BOOST_TEST(same_bits(parse(zip(members)), example_matrix<Matrix<double>>()));
}

BOOST_AUTO_TEST_CASE(reads_coordinates) {
  const Members members = {{"format", format_word("coo")},
                           {"shape", vector<Index>({4, 3})},
                           {"row", vector<int>({3, 2, 0, 2, 3})},
                           {"col", vector<int>({1, 2, 1, 0, 1})},
                           {"data", vector<double>({4, 4, 2, 3, 1})}};
  const Bytes bytes = zip(members);
  BOOST_TEST(same_bits(parse(bytes), example_matrix<Matrix<double>>()));
  BOOST_TEST(same_bits(toeplix::parse_npz<Matrix<float, Eigen::ColMajor>>(bytes, "m.npz"),
                       example_matrix<Matrix<float, Eigen::ColMajor>>()));
  Members wrong = members;
  wrong["col"] = vector<int>({1, 2, 3, 0, 1});
  BOOST_TEST(failure(wrong) == "m.npz: col[2]: expected an index from 0 to 2, got 3");
  wrong["col"] = vector<int>({1, 2});
  BOOST_TEST(failure(wrong) ==
             "m.npz: col.npy: expected 5 column indices, as many as values, got 2");
}

BOOST_AUTO_TEST_CASE(reads_the_header_alone) {
  const auto header = toeplix::parse_npz_header(zip(example_members()), "m.npz");
  BOOST_TEST((header.format == NpzFormat::csr));
  BOOST_TEST(header.rows == 4);
  BOOST_TEST(header.cols == 3);
  BOOST_TEST(header.nnz == 4);
  BOOST_TEST((header.scalar == toeplix::NumberType::float64));
  BOOST_TEST((header.index == toeplix::NumberType::int32));
}

BOOST_AUTO_TEST_CASE(reads_zip64) {
  for (const std::uint64_t from : {0U, 100U, 1000U}) {
    BOOST_TEST(same_bits(parse(zip(example_members(), Method::deflated, from)),
                         example_matrix<Matrix<double>>()));
  }
}

BOOST_AUTO_TEST_CASE(names_what_is_no_sparse_matrix) {
  BOOST_TEST(message_of([] { parse(to_bytes("\x93NUMPY and more than 22 bytes")); }) ==
             "m.npz: expected a ZIP archive (.npz), found no end record");
  BOOST_TEST(message_of([] { parse({}); }) ==
             "m.npz: expected a ZIP archive (.npz), found no end record");
  BOOST_TEST(failure(Members{{"a", vector<int>({1})}}) ==
             "m.npz: expected a sparse matrix, found no array 'format'");
  BOOST_TEST(failure("format", format_word("bsr")) ==
             "m.npz: format.npy: expected csr, csc or coo, got 'bsr'");
  BOOST_TEST(failure("format", vector<int>({1})) ==
             "m.npz: format.npy: expected a word of three letters");
}

BOOST_AUTO_TEST_CASE(checks_the_counts_against_each_other) {
  BOOST_TEST(failure("shape", vector<Index>({4, 3, 2})) ==
             "m.npz: shape.npy: expected 2 values, got 3");
  BOOST_TEST(failure("shape", vector<Index>({4, -3})) ==
             "m.npz: shape.npy: expected extents from 0 on, got 4 x -3");
  BOOST_TEST(failure("shape", vector<Index>({5, 3})) ==
             "m.npz: indptr.npy: expected one pointer more than the 5 rows, got 5");
  BOOST_TEST(failure("indptr", vector<int>({})) ==
             "m.npz: indptr.npy: expected one pointer more than the 4 rows, got 0");
  BOOST_TEST(failure("indices", vector<int>({1, 0, 2})) ==
             "m.npz: indices.npy: expected 4 indices, as many as values, got 3");
  BOOST_TEST(failure("data", toeplix::format_npy({2, 2}, std::vector<double>(4))) ==
             "m.npz: data.npy: expected one axis, got 2");
  BOOST_TEST(failure("indices", vector<double>({1, 0, 2, 1})) ==
             "m.npz: indices.npy: expected integer values, got float64");
  BOOST_TEST(failure("data", vector<std::complex<double>>({2, 3, 4, 5})) ==
             "m.npz: data.npy: expected real values, got complex128");
}

BOOST_AUTO_TEST_CASE(checks_pointers_and_indices) {
  BOOST_TEST(failure("indptr", vector<int>({1, 1, 1, 3, 4})) ==
             "m.npz: indptr[0]: expected 0, got 1");
  BOOST_TEST(failure("indptr", vector<int>({0, 1, 0, 3, 4})) ==
             "m.npz: indptr[2]: expected at least 1, got 0");
  BOOST_TEST(failure("indptr", vector<int>({0, 1, 1, 3, 5})) ==
             "m.npz: indptr[4]: expected 4, got 5");
  BOOST_TEST(failure("indptr", vector<int>({0, -1, 1, 3, 4})) ==
             "m.npz: indptr[1]: expected at least 0, got -1");
  BOOST_TEST(failure("indices", vector<int>({1, 0, 3, 1})) ==
             "m.npz: indices[2]: expected an index from 0 to 2, got 3");
  BOOST_TEST(failure("indices", vector<int>({1, -1, 2, 1})) ==
             "m.npz: indices[1]: expected an index from 0 to 2, got -1");
  BOOST_TEST(failure("indices", vector<Index>({1, 0, 4294967297, 1})) ==
             "m.npz: indices.npy: byte 144: expected a value that int32 can hold, got 4294967297");
}

BOOST_AUTO_TEST_CASE(a_matrix_too_large_for_its_index_is_a_capacity_error) {
  const Bytes bytes = zip(with("shape", vector<Index>({4, 3'000'000'000})));
  BOOST_TEST(message_of<CapacityError>([&] { parse(bytes); }) ==
             "m.npz: 4 x 3000000000 with 4 entries exceeds a 32-bit index; read it with "
             "std::int64_t");
  const auto wide =
      toeplix::parse_npz<Matrix<double, Eigen::RowMajor, std::int64_t>>(bytes, "m.npz");
  BOOST_TEST(wide.cols() == 3'000'000'000);
}

BOOST_AUTO_TEST_CASE(a_small_file_cannot_ask_for_all_memory) {
  // Column pointers for 2^31 columns, from a file of some hundred bytes.
  const Bytes wide = zip(with("shape", vector<Index>({4, 2'000'000'000})));
  BOOST_TEST(message_of<CapacityError>([&] {
               return toeplix::parse_npz<Matrix<double, Eigen::ColMajor>>(wide, "m.npz");
             }).starts_with("m.npz: reading 4 x 2000000000 with 4 entries takes 8000000120 bytes"));
  // A ZIP bomb: 1 GiB of zeros compresses to 1 MiB; the header alone tells.
  Members bomb = example_members();
  bomb["indptr"] = vector<int>({0, 1 << 27, 1 << 27, 1 << 27, 1 << 27});
  const std::string failed = message_of<CapacityError>(
      [&] { return toeplix::parse_npz(zip(bomb), "m.npz", {.resources = {.memory_budget = 10}}); });
  BOOST_TEST(failed ==
             "m.npz: reading 4 x 3 with 4 entries takes 68 bytes, which exceeds the memory budget "
             "of 10 bytes; raise Resources::memory_budget");
}

BOOST_AUTO_TEST_CASE(a_member_cannot_promise_more_than_deflate_holds) {
  Bytes bytes = zip({{"a", Bytes(100)}}, Method::deflated);
  const std::string text = to_text(bytes);
  const std::size_t central = text.find("PK\x01\x02");
  for (std::size_t i = 24; i < 28; ++i) bytes[central + i] = std::byte{0x7f};
  BOOST_TEST(message_of([&] { parse(bytes); }).ends_with("more than deflate can hold"));
}

BOOST_AUTO_TEST_CASE(checksums_are_checked) {
  for (const auto method : {Method::stored, Method::deflated}) {
    Bytes bytes = zip(example_members(), method);
    const std::size_t central = to_text(bytes).find("PK\x01\x02");
    bytes[central + 16] ^= std::byte{1};
    BOOST_TEST(message_of([&] { parse(bytes); }) == "m.npz: data.npy: checksum (CRC-32) is wrong");
  }
}

BOOST_AUTO_TEST_CASE(encryption_methods_and_repeated_names_are_refused) {
  const Bytes sound = zip({{"a", Bytes(3)}, {"b", Bytes(3)}});
  const std::size_t central = to_text(sound).find("PK\x01\x02");
  const auto damaged = [&](std::size_t offset, char value) {
    Bytes bytes = sound;
    bytes[central + offset] = static_cast<std::byte>(value);
    return message_of([&] { parse(bytes); });
  };
  BOOST_TEST(damaged(8, 1) == "m.npz: a.npy: encrypted members are not supported");
  BOOST_TEST(damaged(10, 12) == "m.npz: a.npy: expected method 0 (stored) or 8 (deflated), got 12");
  BOOST_TEST(damaged(46, 'b') == "m.npz: expected each name once, got 'b.npy' again");
}

BOOST_AUTO_TEST_CASE(survives_every_damage) {
  const Matrix<double> expected = example_matrix<Matrix<double>>();
  // Only the names and times of members, flags and the like can change without consequence.
  const auto unchanged = [&](const Matrix<double>& matrix) { return same_bits(matrix, expected); };
  check_every_damage(zip(example_members()), parse, unchanged);
  check_every_damage(zip(example_members(), Method::deflated), parse, unchanged);
  check_every_damage(zip(example_members(), Method::deflated, 0), parse, unchanged);
}

BOOST_AUTO_TEST_CASE(writes_and_reads_files) {
  const TemporaryDirectory directory;
  const auto path = directory / "matrix.npz";
  const auto matrix = example_matrix<Matrix<double>>();
  toeplix::write_npz(path, matrix, {.compression = FileCompression::deflated});
  BOOST_TEST(same_bits(toeplix::read_npz(path), matrix));
  toeplix::write_npz(path, matrix);
  BOOST_TEST(same_bits(toeplix::read_npz(path), matrix));
  BOOST_TEST(toeplix::read_npz_header(path).nnz == 4);
  BOOST_TEST(directory.entries() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
