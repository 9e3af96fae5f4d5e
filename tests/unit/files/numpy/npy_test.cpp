#include "unit/files/numpy/npy_fixture.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

BOOST_AUTO_TEST_SUITE(npy_file)

using namespace npy_test;

BOOST_AUTO_TEST_CASE(writes_the_bytes_that_numpy_writes) {
  const std::vector<float> values = {0, 1, 2, 3, 4, -1};
  const std::string text = to_text(toeplix::format_npy({2, 3}, values));
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  std::string expected("\x93NUMPY\x01\x00\x76\x00", 10);
  expected += header + std::string(0x75 - header.size(), ' ') + '\n';
  BOOST_TEST(expected.size() == 128U);
  for (const float value : values) expected += raw(value);
  BOOST_TEST((text == expected));
}

BOOST_AUTO_TEST_CASE(round_trips_are_exact_to_the_bit) {
  const float nan = std::bit_cast<float>(0x7fc12345U);
  check_round_trip<float>({0.0F, -0.0F, 1e-45F, 3.4e38F, nan, -INFINITY});
  check_round_trip<double>({0.1, -0.0, 5e-324, 1e308, NAN});
  check_round_trip<std::complex<float>>({{1, -0.0F}, {nan, 2}});
  check_round_trip<std::complex<double>>({{0.1, 0.2}});
  check_round_trip<std::int8_t>({-128, 127});
  check_round_trip<std::int16_t>({-32768, 32767});
  check_round_trip<std::int32_t>({std::numeric_limits<std::int32_t>::min(), 7});
  check_round_trip<std::int64_t>({std::numeric_limits<std::int64_t>::min(), 7});
  check_round_trip<std::uint8_t>({0, 255});
  check_round_trip<std::uint16_t>({0, 65535});
  check_round_trip<std::uint32_t>({0, 4294967295U});
  check_round_trip<std::uint64_t>({0, std::numeric_limits<std::uint64_t>::max()});
  check_round_trip<double>({});
}

BOOST_AUTO_TEST_CASE(reads_a_value_without_axes_and_extents_of_zero) {
  const auto scalar = parse<double>(npy(dictionary("<f8", "()"), raw(2.5)));
  BOOST_TEST(scalar.shape.empty());
  BOOST_TEST(scalar.values == std::vector<double>{2.5});
  const auto empty = parse<double>(npy(dictionary("<f8", "(3, 0, 2)"), ""));
  BOOST_TEST(empty.shape == (Extents{3, 0, 2}));
  BOOST_TEST(empty.values.empty());
}

BOOST_AUTO_TEST_CASE(reads_versions_two_and_three) {
  const std::string text = dictionary("<f8", "(1,)") + "   \n";
  for (const char version : {'\2', '\3'}) {
    std::string file = "\x93NUMPY";
    file += {version, '\0', static_cast<char>(text.size()), '\0', '\0', '\0'};
    BOOST_TEST(parse<double>(file + text + raw(7.0)).values == std::vector<double>{7});
  }
}

BOOST_AUTO_TEST_CASE(reads_keys_in_any_order_and_the_spelling_of_python_2) {
  const std::string file =
      npy("{\"shape\":(2L, ),'fortran_order':False ,'descr':'<f8'}", raw(1.0) + raw(2.0));
  BOOST_TEST(parse<double>(file).values == (std::vector<double>{1, 2}));
}

BOOST_AUTO_TEST_CASE(transposes_fortran_order) {
  // [[1, 2, 3], [4, 5, 6]] column by column.
  const auto matrix =
      parse<double>(npy(dictionary("|u1", "(2, 3)", "True"), "\x01\x04\x02\x05\x03\x06"));
  BOOST_TEST(matrix.shape == (Extents{2, 3}));
  BOOST_TEST(matrix.values == (std::vector<double>{1, 2, 3, 4, 5, 6}));
  // The value of [i, j, k] is i + 2 j + 6 k in a file of extents 2, 3, 2: its own position.
  std::string positions;
  for (char i = 0; i < 12; ++i) positions += i;
  const auto cube = parse<double>(npy(dictionary("|i1", "(2, 3, 2)", "True"), positions));
  BOOST_TEST(cube.values == (std::vector<double>{0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11}));
  const auto empty = parse<double>(npy(dictionary("|i1", "(2, 0)", "True"), ""));
  BOOST_TEST(empty.values.empty());
}

BOOST_AUTO_TEST_CASE(reads_both_byte_orders) {
  using namespace std::string_view_literals;
  BOOST_TEST(parse_values<double>(">i2", "(2,)", "\x01\x02\xff\xfe"sv) ==
             (std::vector<double>{258, -2}));
  BOOST_TEST(parse_values<double>("<i2", "(2,)", "\x02\x01\xfe\xff"sv) ==
             (std::vector<double>{258, -2}));
  BOOST_TEST(parse_values<float>(">f4", "(1,)", "\x3f\x80\x00\x00"sv) == std::vector<float>{1});
  const auto complex =
      parse_values<std::complex<float>>(">c8", "(1,)", "\x3f\x80\x00\x00\x40\x00\x00\x00"sv);
  BOOST_TEST((complex[0] == std::complex<float>(1, 2)));
}

BOOST_AUTO_TEST_CASE(reads_bool_and_every_integer) {
  using namespace std::string_view_literals;
  BOOST_TEST(parse_values<double>("|b1", "(3,)", "\x00\x01\x02"sv) ==
             (std::vector<double>{0, 1, 1}));
  BOOST_TEST(parse_values<double>("|u1", "(1,)", "\xff") == std::vector<double>{255});
  BOOST_TEST(parse_values<double>("<u2", "(1,)", raw<std::uint16_t>(65535)) ==
             std::vector<double>{65535});
  BOOST_TEST(parse_values<double>("<u4", "(1,)", raw(4294967295U)) ==
             std::vector<double>{4294967295.0});
  BOOST_TEST(parse_values<double>("<i4", "(1,)", raw(-5)) == std::vector<double>{-5});
  BOOST_TEST(parse_values<double>("<i8", "(1,)", raw<std::int64_t>(1LL << 62)) ==
             std::vector<double>{std::ldexp(1.0, 62)});
  BOOST_TEST(parse_values<std::int16_t>("<i8", "(1,)", raw<std::int64_t>(-32768)) ==
             std::vector<std::int16_t>{-32768});
}

BOOST_AUTO_TEST_CASE(reads_half_precision) {
  const std::vector<std::pair<std::uint16_t, float>> values = {
      {0x0000, 0.0F},          {0x3c00, 1.0F},          {0xc000, -2.0F},
      {0x7bff, 65504.0F},      {0x3555, 0.33325195F},   {0x0001, 5.9604645e-8F},
      {0x03ff, 6.0975552e-5F}, {0x0400, 6.1035156e-5F}, {0x7c00, INFINITY},
      {0xfc00, -INFINITY}};
  for (const auto& [bits, value] : values) {
    BOOST_TEST(parse_values<float>("<f2", "(1,)", raw(bits))[0] == value);
  }
  BOOST_TEST(std::signbit(parse_values<float>("<f2", "(1,)", raw<std::uint16_t>(0x8000))[0]));
  BOOST_TEST(std::isnan(parse_values<float>("<f2", "(1,)", raw<std::uint16_t>(0x7e00))[0]));
}

BOOST_AUTO_TEST_CASE(the_header_says_the_size_of_the_file) {
  const auto size_of = [](const std::string& file) {
    return toeplix::npy_size(to_bytes(file), "a.npy");
  };
  const std::string header = npy(dictionary("<f8", "(3, 125000000000)"), "");
  BOOST_TEST(size_of(header) == header.size() + 3'000'000'000'000);
  BOOST_TEST(size_of(header + "and more") == header.size() + 3'000'000'000'000);
  BOOST_TEST(size_of(npy(dictionary("|b1", "()"), "\1")) ==
             10 + dictionary("|b1", "()").size() + 1);
  const auto failure = [&](const std::string& file) { return message_of([&] { size_of(file); }); };
  BOOST_TEST(
      failure(header.substr(0, header.size() - 1)).starts_with("a.npy: byte 8: expected a header"));
  BOOST_TEST(failure(npy(dictionary("<f8", "(4294967296, 4294967296)"), "")) ==
             "a.npy: the shape promises more than 2^63 bytes");
}

BOOST_AUTO_TEST_CASE(rounds_to_a_narrower_float_but_never_overflows) {
  BOOST_TEST(parse_values<float>("<f8", "(1,)", raw(0.1)) == std::vector<float>{0.1F});
  BOOST_TEST(std::isinf(parse_values<float>("<f8", "(1,)", raw<double>(INFINITY))[0]));
  BOOST_TEST(conversion_failure<float>("<f8", raw(1e39)) ==
             "a.npy: byte 67: expected a value that float32 can hold, got 1e+39");
}

BOOST_AUTO_TEST_CASE(never_changes_an_integer) {
  const std::int64_t exact = (std::int64_t{1} << 53) + 2;
  BOOST_TEST(parse_values<double>("<i8", "(1,)", raw(exact))[0] == 9007199254740994.0);
  BOOST_TEST(conversion_failure<double>("<i8", raw(exact - 1)) ==
             "a.npy: byte 67: expected a value that float64 can hold, got 9007199254740993");
  BOOST_TEST(conversion_failure<double>("<u8", raw(~std::uint64_t{0})) ==
             "a.npy: byte 67: expected a value that float64 can hold, got 18446744073709551615");
  BOOST_TEST(
      parse_values<double>("<i8", "(1,)", raw(std::numeric_limits<std::int64_t>::min()))[0] ==
      -std::ldexp(1.0, 63));
  BOOST_TEST(conversion_failure<float>("<i4", raw(16777217)) ==
             "a.npy: byte 67: expected a value that float32 can hold, got 16777217");
  BOOST_TEST(conversion_failure<std::uint8_t>("<i4", raw(-1)) ==
             "a.npy: byte 67: expected a value that uint8 can hold, got -1");
}

BOOST_AUTO_TEST_CASE(never_loses_a_fraction_or_an_imaginary_part) {
  BOOST_TEST(conversion_failure<std::int32_t>("<f8", raw(1.0)) ==
             "a.npy: expected integer values, got float64");
  BOOST_TEST(conversion_failure<double>("<c16", raw(1.0) + raw(0.0)) ==
             "a.npy: expected real values, got complex128");
  BOOST_TEST(
      (parse_values<std::complex<float>>("<i4", "(1,)", raw(3))[0] == std::complex<float>(3)));
  BOOST_TEST((parse_values<std::complex<float>>("<c16", "(1,)", raw(0.1) + raw(1.0))[0] ==
              std::complex<float>(0.1F, 1)));
}

BOOST_AUTO_TEST_SUITE_END()
