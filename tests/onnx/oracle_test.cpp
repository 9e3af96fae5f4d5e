#include "onnx/oracle/interpreter.hpp"

#include "onnx/oracle/decode.hpp"
#include "onnx/oracle/operators.hpp"
#include "onnx/testdata.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <map>
#include <set>

// The oracle of models against ONNX's own cases, whose results others computed.

BOOST_AUTO_TEST_SUITE(oracle_testdata)

namespace {

using ::onnx::TensorProto;
using toeplix::onnx_oracle::Array;
using toeplix::onnx_oracle::Interpreter;
using toeplix::test::OnnxCase;
using toeplix::test::real_tensor;

constexpr toeplix::Index budget = toeplix::Index{1} << 30;

/// ONNX stores numbers of bfloat16 as whole ones; the model says what they are.
TensorProto with_type(TensorProto tensor, const ::onnx::ValueInfoProto& info) {
  const bool is_short = info.type().tensor_type().elem_type() == TensorProto::BFLOAT16;
  if (is_short) tensor.set_data_type(TensorProto::BFLOAT16);
  return tensor;
}

/// Rounding to bfloat16 cut digits off when the cases were made.
double tolerance_of(const TensorProto& tensor) {
  if (tensor.data_type() == TensorProto::BFLOAT16) return 0x1p-7;
  const auto real = real_tensor(tensor);
  return real.is_real ? real.tolerance : 0;
}

/// The model with all its inputs as initializers.
::onnx::ModelProto closed_model(const OnnxCase& one) {
  ::onnx::ModelProto model = one.model;
  std::set<std::string> given;
  for (const auto& tensor : model.graph().initializer()) given.insert(tensor.name());
  std::size_t number = 0;
  for (const auto& input : one.model.graph().input()) {
    if (given.contains(input.name()) || number >= one.inputs.size()) continue;
    ::onnx::TensorProto& tensor = *model.mutable_graph()->add_initializer();
    tensor = with_type(one.inputs[number++], input);
    tensor.set_name(input.name());
  }
  return model;
}

double worst_difference(const Array& given, const Array& expected) {
  if (given.shape != expected.shape || given.type != expected.type) return HUGE_VAL;
  double worst = 0;
  for (toeplix::Index i = 0; i < expected.size(); ++i) {
    const double right = expected.number(i);
    const double difference = std::abs(given.number(i) - right);
    if (given.number(i) == right || (std::isnan(given.number(i)) && std::isnan(right))) continue;
    worst = std::max(worst, difference / std::max(1.0, std::abs(right)));
  }
  return worst;
}

/// Why a case was not compared; empty if it was, output by output.
std::string run_case(const OnnxCase& one) {
  for (const auto* list : {&one.model.graph().input(), &one.model.graph().output()}) {
    for (const auto& info : *list) {
      if (!info.type().has_tensor_type()) return "has other things than tensors";
    }
  }
  const ::onnx::ModelProto model = closed_model(one);
  Interpreter oracle(model, {}, budget);
  if (one.outputs.empty()) return "has no data set";
  try {
    oracle.run([](const std::string&) {});
    for (std::size_t i = 0; i < one.outputs.size(); ++i) {
      const auto& output = model.graph().output(static_cast<int>(i));
      const TensorProto stored = with_type(one.outputs[i], output);
      const Array expected = toeplix::onnx_oracle::decode(stored, {}, {budget});
      const Array given = *oracle.value(output.name());
      BOOST_TEST(worst_difference(given, expected) <= tolerance_of(stored), one.name);
    }
  } catch (const toeplix::Error& error) {
    return error.what();
  }
  return "";
}

/// Whether the oracle knows all of its operators.
bool is_known(const OnnxCase& one) {
  const auto& nodes = one.model.graph().node();
  return !nodes.empty() && std::ranges::all_of(nodes, [](const auto& node) {
    return node.op_type() == "If" || toeplix::onnx_oracle::operator_of(node.op_type()) != nullptr;
  });
}

/// Cases that are not compared, and the end of the reason.
const std::map<std::string, std::string> left_out = {
    {"node/test_batchnorm_epsilon_training_mode", "training mode"},
    {"node/test_batchnorm_example_training_mode", "training mode"},
    {"node/test_cast_FLOAT_to_STRING", "no tensors of type STRING"},
    {"node/test_cast_STRING_to_FLOAT", "no tensors of type STRING"},
    {"node/test_castlike_FLOAT_to_STRING_expanded", "no tensors of type STRING"},
    {"node/test_castlike_STRING_to_FLOAT_expanded", "no tensors of type STRING"},
    {"node/test_identity_opt", "has other things than tensors"},
    {"node/test_identity_sequence", "has other things than tensors"},
    {"node/test_if_opt", "has other things than tensors"},
    {"node/test_if_seq", "has other things than tensors"},
    {"node/test_max_example", "other than two inputs"},
    {"node/test_max_one_input", "other than two inputs"},
    {"node/test_max_uint64", "no tensors of type UINT64"},
    {"node/test_min_example", "other than two inputs"},
    {"node/test_min_one_input", "other than two inputs"},
    {"node/test_min_uint64", "no tensors of type UINT64"},
    {"node/test_mod_int64_fmod", "fmod"},
    {"node/test_mod_mixed_sign_float16", "fmod"},
    {"node/test_mod_mixed_sign_float32", "fmod"},
    {"node/test_mod_mixed_sign_float64", "fmod"},
    {"node/test_mod_uint64", "no tensors of type UINT64"},
    {"node/test_pow_types_float", "the inputs are of different types"},
    {"node/test_pow_types_float32_uint64", "no tensors of type UINT64"},
    {"node/test_pow_types_int32_float32", "the inputs are of different types"},
    {"node/test_pow_types_int32_int32", "Pow of whole numbers"},
    {"node/test_pow_types_int64_float32", "the inputs are of different types"},
    {"node/test_pow_types_int64_int64", "Pow of whole numbers"},
    {"node/test_resize_downsample_sizes_nearest_tf_half_pixel_for_nn",
     "the coordinates tf_half_pixel_for_nn"},
    {"node/test_resize_tf_crop_and_resize", "the coordinates tf_crop_and_resize"},
    {"node/test_training_dropout", "training mode"},
    {"node/test_training_dropout_default", "training mode"},
    {"node/test_training_dropout_default_mask", "training mode"},
    {"node/test_training_dropout_mask", "training mode"},
    {"node/test_training_dropout_zero_ratio", "training mode"},
    {"node/test_training_dropout_zero_ratio_mask", "training mode"},
    {"pytorch-converted/test_Softsign", "the attribute 'broadcast'"},
    {"pytorch-operator/test_operator_add_broadcast", "the attribute 'broadcast'"},
    {"pytorch-operator/test_operator_add_size1_broadcast", "the attribute 'broadcast'"},
    {"pytorch-operator/test_operator_add_size1_right_broadcast", "the attribute 'broadcast'"},
    {"pytorch-operator/test_operator_add_size1_singleton_broadcast", "the attribute 'broadcast'"},
    {"pytorch-operator/test_operator_addconstant", "the attribute 'broadcast'"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(every_case_of_known_operators_gives_what_is_stored) {
  int compared = 0;
  int unknown = 0;
  for (const OnnxCase& one : toeplix::test::read_onnx_cases(TOEPLIX_ONNX_TESTDATA)) {
    if (!is_known(one)) {
      ++unknown;
      continue;
    }
    const std::string reason = run_case(one);
    compared += reason.empty() ? 1 : 0;
    const auto expected = left_out.find(one.name);
    if (expected == left_out.end()) {
      BOOST_TEST(reason == "", one.name << ": " << reason);
    } else {
      BOOST_TEST(reason.ends_with(expected->second), one.name << ": " << reason);
      BOOST_TEST(reason != "", one.name);
    }
  }
  BOOST_TEST(compared == 466);
  BOOST_TEST(unknown == 565);
}

BOOST_AUTO_TEST_SUITE_END()
