#include <toeplix/onnx/verify.hpp>

#include "support/failures.hpp"
#include "support/onnx_builder.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

BOOST_AUTO_TEST_SUITE(onnx_verify)

namespace {

using toeplix::Extents;
using toeplix::Index;
using toeplix::Interrupted;
using toeplix::Interruptible;
using toeplix::OnnxCheck;
using toeplix::OnnxVerdict;
using toeplix::OnnxVerification;
using toeplix::OnnxVerifyOptions;
using toeplix::test::check_throws;
using toeplix::test::ModelBuilder;
using toeplix::test::set;
using Names = std::vector<std::string>;

OnnxVerification verified(const ModelBuilder& builder, const OnnxVerifyOptions& options = {}) {
  const std::string bytes = builder.bytes();
  return toeplix::verify_onnx(std::as_bytes(std::span(bytes)), options);
}

std::vector<double> numbers(int count, double scale = 1) {
  std::vector<double> list;
  for (int i = 0; i < count; ++i) list.push_back(scale * ((i * 7 + 3) % 11 - 5));
  return list;
}

/// Conv, BatchNormalization, a residual Add, Relu, Gemm.
ModelBuilder small_network() {
  ModelBuilder builder;
  builder.input("x", {1, 2, 4, 5}).output("y");
  builder.constant("w", {2, 2, 3, 3}, numbers(36, 0.1)).constant("b", {2}, {0.3, -0.7});
  set(builder.node("Conv", {"x", "w", "b"}, {"c"}, "conv"), "pads", Extents{2, 1, 0, 1});
  builder.constant("s", {2}, {0.9, 1.1}).constant("o", {2}, {100.1, -3});
  builder.constant("m", {2}, {100.1, 5}).constant("v", {2}, {0.5, 2});
  builder.node("BatchNormalization", {"c", "s", "o", "m", "v"}, {"n"}, "norm");
  builder.node("Add", {"n", "x"}, {"r"}, "residual");
  builder.node("Relu", {"r"}, {"p"}, "relu");
  builder.wholes("flat", {1, 40}).constant("g", {40, 40}, numbers(1600));
  builder.node("Reshape", {"p", "flat"}, {"f"}, "reshape");
  set(builder.node("Gemm", {"f", "g"}, {"y"}, "gemm"), "transB", 1);
  return builder;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_network_agrees) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    const OnnxVerification result = verified(small_network(), {.seed = seed});
    BOOST_TEST(result.passed());
    BOOST_TEST(result.complete());
    BOOST_TEST(result.message() == "nodes: 5 of 5 agree; segments: 2 of 2 agree");
    BOOST_REQUIRE(result.nodes.size() == 5);
    BOOST_TEST(result.nodes[0].name == "conv");
    BOOST_TEST(result.nodes[0].op_type == "Conv");
    BOOST_TEST(result.nodes[0].rows == 40);
    // The rounding of sums of 18 products of at most 997 / 2.
    BOOST_TEST(result.nodes[0].largest_error < 1e-11);
    BOOST_TEST(result.nodes[3].message == "reshape (Reshape): 40 rows agree");
    BOOST_TEST(result.nodes[4].message == "gemm (Gemm): 40 rows agree");
    BOOST_TEST(result.segments[0].name == "residual");
    BOOST_TEST(result.segments[1].message == "the segment gemm: 40 rows agree");
  }
}

BOOST_AUTO_TEST_CASE(progress_is_told_of_each) {
  Names told;
  std::vector<std::size_t> counts;
  verified(small_network(),
           {.progress = [&](const OnnxCheck& check, std::size_t done, std::size_t all) {
             told.push_back(check.name);
             counts.push_back(done);
             BOOST_TEST(all == 7);
           }});
  const Names expected = {"conv", "norm", "residual", "reshape", "gemm", "residual", "gemm"};
  BOOST_TEST(told == expected, boost::test_tools::per_element());
  BOOST_TEST(counts.back() == 7);
}

BOOST_AUTO_TEST_CASE(ranges_of_rows_cover_the_matrix) {
  // 135,424 entries of 16 bytes; a range of 512 KiB has about 440 of the 2048 rows.
  ModelBuilder builder;
  builder.input("x", {1, 8, 16, 16}).output("y").constant("w", {8, 8, 3, 3}, numbers(576));
  set(builder.node("Conv", {"x", "w"}, {"y"}, "conv"), "pads", Extents{1, 1, 1, 1});
  OnnxVerifyOptions options;
  options.resources.memory_budget = Index{1} << 21;
  const OnnxVerification result = verified(builder, options);
  BOOST_TEST(result.passed());
  BOOST_TEST(!result.complete());
  BOOST_TEST(result.nodes[0].message == "conv (Conv): 2048 rows agree");
  // The whole matrix exceeds the budget.
  BOOST_TEST((result.segments[0].verdict == OnnxVerdict::left_out));
  BOOST_TEST(result.segments[0].message.starts_with("the segment conv: left out: "));
  BOOST_TEST(result.message() == "nodes: 1 of 1 agree; segments: 0 of 1 agree, 1 left out");
}

BOOST_AUTO_TEST_CASE(files_with_weights_beside_them) {
  const auto folder = std::filesystem::temp_directory_path() / "toeplix_onnx_verify";
  std::filesystem::create_directories(folder);
  ModelBuilder builder;
  builder.input("x", {2}).output("y").constant("c", {2}, {});
  builder.node("Mul", {"x", "c"}, {"y"}, "times");
  auto& tensor = *builder.proto().mutable_graph()->mutable_initializer(0);
  tensor.set_data_location(::onnx::TensorProto::EXTERNAL);
  auto& entry = *tensor.add_external_data();
  entry.set_key("location");
  entry.set_value("weights");
  std::ofstream(folder / "weights", std::ios::binary).write("\0\0\x80\x3f\0\0\0\xc0", 8);
  std::ofstream(folder / "model.onnx", std::ios::binary) << builder.bytes();
  const OnnxVerification result = toeplix::verify_onnx(folder / "model.onnx");
  BOOST_TEST(result.message() == "nodes: 1 of 1 agree; segments: 1 of 1 agree");
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(free_shapes_are_given) {
  ModelBuilder builder;
  builder.input("x", {-1, 2}).output("y");
  builder.node("Transpose", {"x"}, {"y"});
  check_throws<toeplix::GeometryError>(
      [&] { verified(builder); },
      "the input 'x' has the free shape (N, 2); give it in shapes, such as x=1,2");
  BOOST_TEST(verified(builder, {.shapes = {{"x", {5, 2}}}}).nodes[0].rows == 10);
}

BOOST_AUTO_TEST_CASE(it_stops_when_it_is_asked) {
  int asked = 0;
  const Interruptible guard([&] { return ++asked == 3; });
  check_throws<Interrupted>([] { verified(small_network()); }, "stopped, as was asked for");
}

BOOST_AUTO_TEST_SUITE_END()
