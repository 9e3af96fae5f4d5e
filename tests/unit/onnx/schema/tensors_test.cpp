#include "support/failures.hpp"
#include "support/onnx_check.hpp"

#include <toeplix/affine.hpp>
#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <cstring>

// Tensors in every form that a file has them in. Each is added to x.

BOOST_AUTO_TEST_SUITE(onnx_tensors)

namespace {

using ::onnx::TensorProto;
using toeplix::Extents;
using toeplix::FormatError;
using toeplix::test::check_throws;
using toeplix::test::ModelBuilder;
using toeplix::test::set;
using Numbers = std::vector<double>;

TensorProto tensor_of(int type, const Extents& shape) {
  TensorProto tensor;
  tensor.set_name("c");
  tensor.set_data_type(type);
  for (const auto extent : shape) tensor.add_dims(extent);
  return tensor;
}

template <class Stored>
TensorProto raw(int type, const std::vector<Stored>& values) {
  TensorProto tensor = tensor_of(type, {static_cast<toeplix::Index>(values.size())});
  std::string bytes(values.size() * sizeof(Stored), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  tensor.set_raw_data(bytes);
  return tensor;
}

toeplix::OnnxModel read(const TensorProto& tensor) {
  ModelBuilder builder;
  *builder.proto().mutable_graph()->add_initializer() = tensor;
  builder.input("x", {1}).output("y");
  set(builder.node("Cast", {"c"}, {"real"}), "to", static_cast<int>(TensorProto::DOUBLE));
  builder.node("Add", {"x", "real"}, {"y"});
  return builder.read();
}

Numbers numbers_of(const TensorProto& tensor) {
  const Eigen::VectorXd offset = read(tensor).nodes().at(0).map<double>().offset();
  return {offset.begin(), offset.end()};
}

void refuse(const TensorProto& tensor, const std::string& message) {
  check_throws<FormatError>([&] { read(tensor); }, "initializer 'c': " + message);
}

}  // namespace

BOOST_AUTO_TEST_CASE(as_bytes) {
  BOOST_TEST((numbers_of(raw<float>(TensorProto::FLOAT, {1.5F, -2})) == Numbers{1.5, -2}));
  BOOST_TEST((numbers_of(raw<double>(TensorProto::DOUBLE, {0.1, -2})) == Numbers{0.1, -2}));
  BOOST_TEST((numbers_of(raw<std::int64_t>(TensorProto::INT64, {1, -2})) == Numbers{1, -2}));
  BOOST_TEST((numbers_of(raw<std::int32_t>(TensorProto::INT32, {1, -2})) == Numbers{1, -2}));
  BOOST_TEST((numbers_of(raw<std::int16_t>(TensorProto::INT16, {1, -2})) == Numbers{1, -2}));
  BOOST_TEST((numbers_of(raw<std::int8_t>(TensorProto::INT8, {1, -2})) == Numbers{1, -2}));
  BOOST_TEST((numbers_of(raw<std::uint8_t>(TensorProto::UINT8, {1, 254})) == Numbers{1, 254}));
  BOOST_TEST((numbers_of(raw<std::uint32_t>(TensorProto::UINT32, {1, 4000000000U})) ==
              Numbers{1, 4000000000}));
  BOOST_TEST((numbers_of(raw<std::uint8_t>(TensorProto::BOOL, {0, 1, 2})) == Numbers{0, 1, 1}));
  // 1, -2, the smallest subnormal number.
  BOOST_TEST((numbers_of(raw<std::uint16_t>(TensorProto::FLOAT16, {0x3c00, 0xc000, 1})) ==
              Numbers{1, -2, 0x1p-24}));
  BOOST_TEST(
      (numbers_of(raw<std::uint16_t>(TensorProto::BFLOAT16, {0x3f80, 0xc000})) == Numbers{1, -2}));
}

BOOST_AUTO_TEST_CASE(as_lists) {
  TensorProto halves = tensor_of(TensorProto::FLOAT16, {2});
  halves.add_int32_data(0x3c00);
  halves.add_int32_data(0xc000);
  BOOST_TEST((numbers_of(halves) == Numbers{1, -2}));
  TensorProto large = tensor_of(TensorProto::UINT64, {1});
  large.add_uint64_data(1ULL << 40);
  BOOST_TEST((numbers_of(large) == Numbers{0x1p40}));
  TensorProto doubles = tensor_of(TensorProto::DOUBLE, {1});
  doubles.add_double_data(0.1);
  BOOST_TEST((numbers_of(doubles) == Numbers{0.1}));
  TensorProto truth = tensor_of(TensorProto::BOOL, {2});
  truth.add_int32_data(1);
  truth.add_int32_data(0);
  BOOST_TEST((numbers_of(truth) == Numbers{1, 0}));
}

BOOST_AUTO_TEST_CASE(floats_stay_floats) {
  ModelBuilder builder;
  builder.input("x", {1, 1}).constant("c", {1, 1}, {0.1}).output("y");
  builder.node("MatMul", {"x", "c"}, {"y"});
  const auto node = builder.read().nodes().at(0);
  BOOST_TEST(node.map<float>().matrix().coeff(0, 0) == 0.1F);
  BOOST_TEST(node.map<double>().matrix().coeff(0, 0) == static_cast<double>(0.1F));
}

BOOST_AUTO_TEST_CASE(numbers_and_shape_must_agree) {
  TensorProto short_bytes = raw<float>(TensorProto::FLOAT, {1, 2});
  short_bytes.set_dims(0, 3);
  refuse(short_bytes, "the shape (3,) has 3 elements, but there are 8 bytes");
  short_bytes.set_data_type(TensorProto::DOUBLE);
  short_bytes.set_dims(0, 2);
  refuse(short_bytes, "the shape (2,) has 2 elements, but there are 8 bytes");
  TensorProto list = tensor_of(TensorProto::FLOAT, {2});
  list.add_float_data(1);
  refuse(list, "the shape (2,) has 2 elements, but there are 1");
  list.add_float_data(1);
  list.add_float_data(1);
  refuse(list, "the shape (2,) has 2 elements, but there are 3");
  // The list of another type.
  TensorProto lie = tensor_of(TensorProto::INT64, {1});
  lie.add_float_data(1);
  refuse(lie, "the shape (1,) has 1 elements, but there are 0");
  TensorProto byte = tensor_of(TensorProto::UINT8, {1});
  byte.add_int32_data(300);
  refuse(byte, "the number 300 is not one of its type");
}

BOOST_AUTO_TEST_CASE(impossible_shapes_are_refused) {
  refuse(tensor_of(TensorProto::FLOAT, {-1}), "the shape (-1,) has the negative extent -1");
  const toeplix::Index huge = toeplix::Index{1} << 62;
  refuse(tensor_of(TensorProto::FLOAT, {huge, 2}),
         "the shape (4611686018427387904, 2) exceeds 64 bits");
  refuse(tensor_of(TensorProto::FLOAT, {huge}),
         "the shape (4611686018427387904,) has 4611686018427387904 elements, but there are fewer");
  TensorProto large = raw<std::uint64_t>(TensorProto::UINT64, {1ULL << 63});
  refuse(large, "the number 9223372036854775808 exceeds 63 bits");
}

BOOST_AUTO_TEST_CASE(texts_are_no_numbers) {
  TensorProto text = tensor_of(TensorProto::STRING, {1});
  text.add_string_data("word");
  const auto other = read(text).nonlinear().at(0);
  BOOST_TEST(other.reason == "makes double of string");
}

BOOST_AUTO_TEST_CASE(weights_have_room_within_the_budget_alone) {
  ModelBuilder builder;
  builder.constant("c", {1000}, Numbers(1000, 1)).input("x", {1000}).output("y");
  builder.node("Add", {"x", "c"}, {"y"});
  check_throws<toeplix::CapacityError>(
      [&] { builder.read({.resources = {.memory_budget = 3999}}); },
      "initializer 'c' takes 4000 bytes, beyond the memory budget of 3999 bytes, of which 0 are "
      "taken; raise Resources::memory_budget");
  check_throws<toeplix::Error>(
      [&] { builder.read({.resources = {.memory_budget = -1}}); },
      "memory_budget -1 is negative; expected a number above 0, or 0 for the default");
}

BOOST_AUTO_TEST_SUITE_END()
