#include "onnx/oracle/decode.hpp"

#include "support/failures.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <fstream>

BOOST_AUTO_TEST_SUITE(oracle_decode)

namespace {

using ::onnx::TensorProto;
using toeplix::CapacityError;
using toeplix::FormatError;
using toeplix::onnx_oracle::Array;
using toeplix::onnx_oracle::Budget;
using toeplix::onnx_oracle::decode;
using toeplix::test::check_throws;
using Wholes = std::vector<std::int64_t>;
using Reals = std::vector<double>;

TensorProto tensor(int type, std::initializer_list<std::int64_t> shape) {
  TensorProto proto;
  proto.set_name("t");
  proto.set_data_type(type);
  for (const std::int64_t extent : shape) proto.add_dims(extent);
  return proto;
}

Array decoded(const TensorProto& proto, const std::filesystem::path& folder = {}) {
  return decode(proto, folder, Budget{1000});
}

TensorProto raw(int type, std::int64_t count, const std::string& bytes) {
  TensorProto proto = tensor(type, {count});
  proto.set_raw_data(bytes);
  return proto;
}

}  // namespace

BOOST_AUTO_TEST_CASE(bytes_of_every_type) {
  using namespace std::string_literals;
  // 1 and -2, by hand.
  BOOST_TEST(decoded(raw(TensorProto::FLOAT, 2, "\0\0\x80\x3f\0\0\0\xc0"s)).reals ==
             Reals({1, -2}));
  BOOST_TEST(decoded(raw(TensorProto::DOUBLE, 1, "\0\0\0\0\0\0\0\xc0"s)).reals == Reals({-2}));
  BOOST_TEST(decoded(raw(TensorProto::FLOAT16, 2, "\0\x3c\0\xc0"s)).reals == Reals({1, -2}));
  BOOST_TEST(decoded(raw(TensorProto::BFLOAT16, 2, "\x80\x3f\0\xc0"s)).reals == Reals({1, -2}));
  BOOST_TEST(decoded(raw(TensorProto::INT64, 1, "\xfe\xff\xff\xff\xff\xff\xff\xff"s)).wholes ==
             Wholes({-2}));
  BOOST_TEST(decoded(raw(TensorProto::INT32, 1, "\xfe\xff\xff\xff"s)).wholes == Wholes({-2}));
  BOOST_TEST(decoded(raw(TensorProto::UINT32, 1, "\xfe\xff\xff\xff"s)).wholes ==
             Wholes({4294967294}));
  BOOST_TEST(decoded(raw(TensorProto::INT16, 1, "\xfe\xff"s)).wholes == Wholes({-2}));
  BOOST_TEST(decoded(raw(TensorProto::UINT16, 1, "\xfe\xff"s)).wholes == Wholes({65534}));
  BOOST_TEST(decoded(raw(TensorProto::INT8, 1, "\xfe"s)).wholes == Wholes({-2}));
  BOOST_TEST(decoded(raw(TensorProto::UINT8, 1, "\xfe"s)).wholes == Wholes({254}));
  BOOST_TEST(decoded(raw(TensorProto::BOOL, 2, "\1\0"s)).wholes == Wholes({1, 0}));
}

BOOST_AUTO_TEST_CASE(lists_of_every_type) {
  TensorProto proto = tensor(TensorProto::FLOAT, {1});
  proto.add_float_data(0.5F);
  BOOST_TEST(decoded(proto).reals == Reals({0.5}));
  proto = tensor(TensorProto::DOUBLE, {1});
  proto.add_double_data(0.1);
  BOOST_TEST(decoded(proto).reals == Reals({0.1}));
  proto = tensor(TensorProto::FLOAT16, {1});
  proto.add_int32_data(0xc000);
  BOOST_TEST(decoded(proto).reals == Reals({-2}));
  proto = tensor(TensorProto::BFLOAT16, {1});
  proto.add_int32_data(0x3f80);
  BOOST_TEST(decoded(proto).reals == Reals({1}));
  proto = tensor(TensorProto::INT64, {});
  proto.add_int64_data(-5);
  BOOST_TEST(decoded(proto).wholes == Wholes({-5}));
  proto = tensor(TensorProto::BOOL, {1});
  proto.add_int32_data(1);
  BOOST_TEST(decoded(proto).wholes == Wholes({1}));
  proto = tensor(TensorProto::UINT32, {1});
  proto.add_uint64_data(7);
  BOOST_TEST(decoded(proto).wholes == Wholes({7}));
}

BOOST_AUTO_TEST_CASE(external_files) {
  const auto folder = std::filesystem::temp_directory_path() / "toeplix_oracle_decode";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "weights", std::ios::binary) << std::string("??\1\2\3\4", 6);
  TensorProto proto = tensor(TensorProto::UINT8, {2});
  proto.set_data_location(TensorProto::EXTERNAL);
  const auto add = [&](const char* key, const char* value) {
    auto* entry = proto.add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  };
  add("location", "weights");
  add("offset", "4");
  BOOST_TEST(decoded(proto, folder).wholes == Wholes({3, 4}));
  add("length", "2");
  BOOST_TEST(decoded(proto, folder).wholes == Wholes({3, 4}));
  check_throws<FormatError>([&] { decoded(proto); }, "the external data of 't' cannot be found");
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(refusals) {
  TensorProto proto = tensor(TensorProto::FLOAT, {3});
  proto.add_float_data(1);
  check_throws<FormatError>([&] { decoded(proto); }, "'t' has 1 numbers, but the shape (3,)");
  check_throws<FormatError>([] { decoded(tensor(TensorProto::STRING, {1})); },
                            "the oracle knows no tensors of type STRING");
  check_throws<FormatError>([] { decoded(tensor(TensorProto::FLOAT, {-1})); },
                            "there is no shape (-1,)");
  check_throws<CapacityError>(
      [] { decoded(tensor(TensorProto::FLOAT, {126})); },
      "an array of shape (126,) exceeds the 1000 bytes that are left of the memory budget");
  check_throws<CapacityError>(
      [] {
        decoded(tensor(TensorProto::FLOAT, {INT64_MAX, INT64_MAX}));
      },
      "an array of shape (9223372036854775807, 9223372036854775807) "
      "exceeds the 1000 bytes that are left of the memory budget");
}

BOOST_AUTO_TEST_CASE(numbers_are_rounded_to_their_type) {
  const auto rounded = [](int type) {
    Array array{.type = type, .shape = {1}, .reals = {1.0 / 3}};
    toeplix::onnx_oracle::round_to_type(array);
    return array.reals[0];
  };
  BOOST_TEST(rounded(TensorProto::DOUBLE) == 1.0 / 3);
  BOOST_TEST(rounded(TensorProto::FLOAT) == static_cast<double>(1.0F / 3));
  BOOST_TEST(rounded(TensorProto::FLOAT16) == 1365.0 / 4096);
  BOOST_TEST(rounded(TensorProto::BFLOAT16) == 171.0 / 512);
}

BOOST_AUTO_TEST_SUITE_END()
