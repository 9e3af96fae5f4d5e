#include "unit/files/numpy/npy_fixture.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

BOOST_AUTO_TEST_SUITE(npy_refusals)

using namespace npy_test;

BOOST_AUTO_TEST_CASE(names_what_is_wrong_with_the_preamble) {
  BOOST_TEST(parse_failure("") ==
             "a.npy: byte 0: expected a .npy file, which starts with \\x93NUMPY");
  BOOST_TEST(parse_failure("PK\x03\x04 and more") ==
             "a.npy: byte 0: expected a .npy file, which starts with \\x93NUMPY");
  BOOST_TEST(parse_failure("\x93NUMPY\x04" + std::string(9, '\0')) ==
             "a.npy: byte 6: expected format version 1.0, 2.0 or 3.0, got 4.0");
  BOOST_TEST(parse_failure("\x93NUMPY\x01") ==
             "a.npy: byte 7: expected 1 more bytes, the file ends at byte 7");
  BOOST_TEST(parse_failure(std::string("\x93NUMPY\x01\x00\xff\x00{}", 12)) ==
             "a.npy: byte 8: expected a header of at most 2 bytes, got 255");
  BOOST_TEST(parse_failure(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12)) ==
             "a.npy: byte 8: expected a header of at most 0 bytes, got 4294967295");
}

BOOST_AUTO_TEST_CASE(names_what_is_wrong_with_the_dictionary) {
  const auto failure = [](const std::string& text) { return parse_failure(npy(text, "")); };
  BOOST_TEST(failure("()") == "a.npy: byte 10: expected '{' in the header");
  BOOST_TEST(failure("{}") == "a.npy: byte 12: expected the key 'descr'");
  BOOST_TEST(failure("{'descr': '<f8'}") == "a.npy: byte 26: expected the key 'fortran_order'");
  BOOST_TEST(failure("{'descr': '<f8', 'fortran_order': False}") ==
             "a.npy: byte 50: expected the key 'shape'");
  BOOST_TEST(failure("{'colour': 1}") ==
             "a.npy: byte 11: expected each of 'descr', 'fortran_order', 'shape' once");
  BOOST_TEST(failure("{'descr': '<f8', 'descr': '<f8'}") ==
             "a.npy: byte 27: expected each of 'descr', 'fortran_order', 'shape' once");
  BOOST_TEST(failure("{'descr': [('x', '<f8')]}") ==
             "a.npy: byte 20: structured arrays are not supported");
  BOOST_TEST(failure(dictionary("<float", "(1,)")) ==
             "a.npy: byte 20: expected a type such as '<f8', got '<float'");
  BOOST_TEST(failure(dictionary("<f8", "(1)")) ==
             "a.npy: byte 62: expected ',' after the extent of a single axis");
  BOOST_TEST(failure(dictionary("<f8", "(-1,)")) ==
             "a.npy: byte 61: expected an extent from 0 to 9223372036854775807");
  BOOST_TEST(failure(dictionary("<f8", "(9223372036854775808,)")) ==
             "a.npy: byte 61: expected an extent from 0 to 9223372036854775807");
  BOOST_TEST(failure(dictionary("<f8", "(1,)", "no")) == "a.npy: byte 44: expected True or False");
  BOOST_TEST(failure(dictionary("<f8", "()") + "x") ==
             "a.npy: byte 65: expected the end of the header");
  BOOST_TEST(failure("{'descr") == "a.npy: byte 17: expected the end of a string");
}

BOOST_AUTO_TEST_CASE(refuses_types_that_are_no_numbers) {
  const auto failure = [](const char* type) {
    return parse_failure(npy(dictionary(type, "(1,)"), ""));
  };
  const std::string expected =
      "is not supported; expected bool, an integer, float16 to float64 or complex64 to complex128";
  BOOST_TEST(failure("|O8") == "a.npy: type 'O8' " + expected);
  BOOST_TEST(failure("<f16") == "a.npy: type 'f16' " + expected);
  BOOST_TEST(failure("<M8") == "a.npy: type 'M8' " + expected);
  BOOST_TEST(failure("|S3") == "a.npy: type 'S3' " + expected);
}

BOOST_AUTO_TEST_CASE(checks_the_promised_size_before_allocating) {
  BOOST_TEST(parse_failure(npy(dictionary("<f8", "(1000000000000,)"), raw(1.0))) ==
             "a.npy: byte 79: expected 8000000000000 bytes (1000000000000 values of float64), "
             "got 8");
  BOOST_TEST(parse_failure(npy(dictionary("<f8", "(4294967296, 4294967296)"), "")) ==
             "a.npy: the shape promises more than 2^63 bytes");
  BOOST_TEST(parse_failure(npy(dictionary("<f8", "(4294967296, 0, 4294967296)"), "")) ==
             "a.npy: the shape promises more than 2^63 bytes");
  BOOST_TEST(parse_failure(npy(dictionary("<f8", "(2,)"), raw(1.0))) ==
             "a.npy: byte 67: expected 16 bytes (2 values of float64), got 8");
  BOOST_TEST(parse_failure(npy(dictionary("<f8", "(1,)"), raw(1.0) + "x")) ==
             "a.npy: byte 67: expected 8 bytes (1 values of float64), got 9");
}

BOOST_AUTO_TEST_CASE(survives_every_damage) {
  const auto sound = toeplix::format_npy({2, 2}, std::vector<float>{1, 2, 3, 4});
  check_every_damage(
      sound, [](const Bytes& bytes) { return toeplix::parse_npy<float>(bytes, "a.npy"); },
      [](const NpyArray<float>& array) { return array.values.size() <= 16; });
}

BOOST_AUTO_TEST_CASE(reads_the_header_alone) {
  const auto header = toeplix::parse_npy_header(
      to_bytes(npy(dictionary(">c8", "(2, 1)", "True"), std::string(16, 'x'))), "a.npy");
  BOOST_TEST((header.type == NumberType::complex64));
  BOOST_TEST((header.byte_order == std::endian::big));
  BOOST_TEST(header.fortran_order);
  BOOST_TEST(header.shape == (Extents{2, 1}));
  BOOST_TEST(header.values_begin == 68U);
  BOOST_TEST(toeplix::to_string(NumberType::boolean) == "bool");
  BOOST_TEST(toeplix::to_string(NumberType::complex128) == "complex128");
}

BOOST_AUTO_TEST_CASE(refuses_to_write_a_shape_that_does_not_fit) {
  const std::vector<float> values(5);
  BOOST_TEST(message_of<GeometryError>([&] {
               return toeplix::format_npy({2, 3}, values);
             }) == "npy: shape (2,3) does not hold 5 values");
  BOOST_TEST(message_of<GeometryError>([&] { return toeplix::format_npy({-5}, values); }) ==
             "npy: shape (-5) does not hold 5 values");
}

BOOST_AUTO_TEST_CASE(writes_and_reads_files) {
  const TemporaryDirectory directory;
  const auto path = directory / "values.npy";
  std::vector<double> values(100'000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 0.1 * static_cast<double>(i);
  toeplix::write_npy(path, {100, 1000}, values);
  BOOST_TEST((toeplix::read_npy<double>(path).values == values));
  BOOST_TEST(toeplix::read_npy_header(path).shape == (Extents{100, 1000}));
  BOOST_TEST(directory.entries() == 1U);
}

BOOST_AUTO_TEST_CASE(a_missing_file_and_a_directory_are_format_errors) {
  const TemporaryDirectory directory;
  const auto missing = directory / "missing.npy";
  BOOST_TEST(message_of([&] { return toeplix::read_npy<float>(missing); }) ==
             missing.string() + ": cannot open: No such file or directory");
  const auto folder = directory / ".";
  BOOST_TEST(message_of([&] { return toeplix::read_npy<float>(folder); }) ==
             folder.string() + ": expected a regular file");
}

BOOST_AUTO_TEST_SUITE_END()
