#include "onnx/testdata.hpp"

#include <toeplix/affine.hpp>
#include <toeplix/onnx/model.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

// ONNX's own cases through the reader. Their weights are inputs; as the model's initializers they
// are constant.

BOOST_AUTO_TEST_SUITE(testdata)

namespace {

using toeplix::OnnxModel;
using toeplix::test::OnnxCase;
using toeplix::test::real_tensor;
using toeplix::test::RealTensor;

/// The operators whose every case is looked at.
const std::set<std::string> operators = {"Add",
                                         "AveragePool",
                                         "BatchNormalization",
                                         "Cast",
                                         "Concat",
                                         "Conv",
                                         "ConvTranspose",
                                         "Constant",
                                         "DepthToSpace",
                                         "Div",
                                         "Dropout",
                                         "Expand",
                                         "Flatten",
                                         "Gather",
                                         "Gemm",
                                         "GlobalAveragePool",
                                         "Identity",
                                         "MatMul",
                                         "Mean",
                                         "Mul",
                                         "Neg",
                                         "Pad",
                                         "ReduceMean",
                                         "ReduceSum",
                                         "Reshape",
                                         "Resize",
                                         "Slice",
                                         "SpaceToDepth",
                                         "Split",
                                         "Squeeze",
                                         "Sub",
                                         "Sum",
                                         "Tile",
                                         "Transpose",
                                         "Unsqueeze",
                                         "Upsample"};

bool is_ours(const OnnxCase& one) {
  const auto& nodes = one.model.graph().node();
  return !nodes.empty() && std::ranges::all_of(nodes, [](const auto& node) {
    return operators.contains(node.op_type());
  });
}

/// Which inputs stay free.
enum class Free { first, all_real };

std::string model_bytes(const OnnxCase& one, Free free) {
  ::onnx::ModelProto model = one.model;
  ::onnx::GraphProto& graph = *model.mutable_graph();
  std::set<std::string> constant;
  for (const auto& tensor : graph.initializer()) constant.insert(tensor.name());
  std::size_t number = 0;
  for (const auto& input : graph.input()) {
    if (constant.contains(input.name())) continue;
    if (number >= one.inputs.size()) break;
    const auto& tensor = one.inputs[number++];
    const bool stays = number == 1 || (free == Free::all_real && real_tensor(tensor).is_real);
    if (stays) continue;
    *graph.add_initializer() = tensor;
    graph.mutable_initializer(graph.initializer_size() - 1)->set_name(input.name());
  }
  return model.SerializeAsString();
}

/// The case's inputs by name.
std::map<std::string, RealTensor> inputs_of(const OnnxCase& one) {
  std::map<std::string, RealTensor> inputs;
  std::set<std::string> constant;
  for (const auto& tensor : one.model.graph().initializer()) constant.insert(tensor.name());
  std::size_t number = 0;
  for (const auto& input : one.model.graph().input()) {
    if (constant.contains(input.name()) || number >= one.inputs.size()) continue;
    inputs[input.name()] = real_tensor(one.inputs[number++]);
  }
  return inputs;
}

double worst_difference(const Eigen::VectorXd& given, const std::vector<double>& expected) {
  if (given.size() != static_cast<Eigen::Index>(expected.size())) return HUGE_VAL;
  double worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double difference = std::abs(given[static_cast<Eigen::Index>(i)] - expected[i]);
    worst = std::max(worst, difference / std::max(1.0, std::abs(expected[i])));
  }
  return worst;
}

/// y as the sum of what the maps of all inputs give.
Eigen::VectorXd segment_value(const toeplix::OnnxSegment& segment,
                              const std::map<std::string, RealTensor>& inputs) {
  Eigen::VectorXd y = Eigen::VectorXd::Zero(segment.rows());
  const auto names = segment.inputs();
  for (std::size_t i = 0; i < names.size(); ++i) {
    y += toeplix::apply(segment.map<double>(i), inputs.at(names[i].name).values);
  }
  return y;
}

/// How many outputs were compared; what is not linear is said in words.
int compare_outputs(const OnnxCase& one, const OnnxModel& model, std::string& words) {
  if (model.inputs().empty()) words = "has no input";
  for (const auto& node : model.nonlinear()) words += node.op_type + ' ' + node.reason + "; ";
  if (one.inputs.empty()) return 0;
  const auto inputs = inputs_of(one);
  int compared = 0;
  for (std::size_t i = 0; i < one.outputs.size(); ++i) {
    const RealTensor expected = real_tensor(one.outputs[i]);
    // ONNX stores its cases of bfloat16 as whole numbers.
    if (!expected.is_real || !real_tensor(one.inputs[0]).is_real)
      words += "stored as other numbers";
    if (expected.is_real && std::ranges::find(expected.shape, 0) != expected.shape.end()) {
      BOOST_TEST((model.outputs().at(i).shape == expected.shape));
      words += "has no elements";
    }
    for (const auto& segment : model.segments()) {
      const std::string& name = one.model.graph().output(static_cast<int>(i)).name();
      if (segment.output().name != name || !words.empty()) continue;
      BOOST_TEST_CONTEXT(one.name) {
        BOOST_TEST((segment.output().shape == expected.shape));
        BOOST_TEST(worst_difference(segment_value(segment, inputs), expected.values) <=
                   expected.tolerance);
      }
      ++compared;
    }
  }
  return compared;
}

struct Outcome {
  int compared = 0;
  std::string words = {};
};

Outcome run_case(const OnnxCase& one, Free free) {
  Outcome outcome;
  try {
    const std::string bytes = model_bytes(one, free);
    const OnnxModel model = toeplix::read_onnx(std::as_bytes(std::span(bytes)));
    outcome.compared = compare_outputs(one, model, outcome.words);
  } catch (const toeplix::Error& error) {
    outcome.words = error.what();
  }
  return outcome;
}

/// Cases that are not compared, and a part of the reason.
const std::map<std::string, std::string> left_out = {
    {"node/test_add_uint8", "its elements are of type uint8"},
    {"node/test_batchnorm_epsilon_training_mode", "in training mode"},
    {"node/test_batchnorm_example_training_mode", "in training mode"},
    {"node/test_cast_BFLOAT16_to_FLOAT", "stored as other numbers"},
    {"node/test_cast_FLOAT_to_BFLOAT16", "stored as other numbers"},
    {"node/test_cast_FLOAT_to_STRING", "makes string of float"},
    {"node/test_cast_STRING_to_FLOAT", "makes float of string"},
    {"node/test_castlike_BFLOAT16_to_FLOAT_expanded", "but the model states (3, 4)"},
    {"node/test_castlike_FLOAT_to_BFLOAT16_expanded", "but the model states (3, 4)"},
    {"node/test_castlike_FLOAT_to_STRING_expanded", "makes string of float"},
    {"node/test_castlike_STRING_to_FLOAT_expanded", "makes float of string"},
    {"node/test_constant", "has no input"},
    {"node/test_div_uint8", "its elements are of type uint8"},
    {"node/test_edge_pad", "its elements are of type int32"},
    {"node/test_identity_opt", "is not linear"},
    {"node/test_identity_sequence", "is not linear"},
    {"node/test_mul_uint8", "its elements are of type uint8"},
    {"node/test_reflect_pad", "its elements are of type int32"},
    {"node/test_reshape_allowzero_reordered", "has the free shape"},
    {"node/test_resize_downsample_sizes_nearest_tf_half_pixel_for_nn", "tf_half_pixel_for_nn"},
    {"node/test_resize_tf_crop_and_resize", "tf_crop_and_resize"},
    {"node/test_slice_start_out_of_bounds", "has no elements"},
    {"node/test_split_zero_size_splits", "has the free shape"},
    {"node/test_sub_uint8", "its elements are of type uint8"},
    {"node/test_training_dropout", "in training mode"},
    {"node/test_training_dropout_default", "in training mode"},
    {"node/test_training_dropout_default_mask", "in training mode"},
    {"node/test_training_dropout_mask", "in training mode"},
    {"node/test_training_dropout_zero_ratio", "in training mode"},
    {"node/test_training_dropout_zero_ratio_mask", "in training mode"},
    {"pytorch-converted/test_Embedding", "takes elements by numbers"},
    {"pytorch-converted/test_Embedding_sparse", "takes elements by numbers"},
    {"pytorch-operator/test_operator_add_broadcast",
     "Add its operator is not known in operator set 6"},
    {"pytorch-operator/test_operator_add_size1_broadcast",
     "Add its operator is not known in operator set 6"},
    {"pytorch-operator/test_operator_add_size1_right_broadcast",
     "Add its operator is not known in operator set 6"},
    {"pytorch-operator/test_operator_add_size1_singleton_broadcast",
     "Add its operator is not known in operator set 6"},
    {"pytorch-operator/test_operator_addconstant",
     "Add its operator is not known in operator set 6"},
    {"pytorch-operator/test_operator_non_float_params",
     "Add its operator is not known in operator set 6"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(every_linear_case_gives_what_is_stored) {
  int compared = 0;
  int cases = 0;
  std::set<std::string> met;
  for (const OnnxCase& one : toeplix::test::read_onnx_cases(TOEPLIX_ONNX_TESTDATA)) {
    if (!is_ours(one)) continue;
    const Outcome outcome = run_case(one, Free::first);
    compared += outcome.compared;
    cases += outcome.compared > 0 ? 1 : 0;
    if (outcome.compared > 0) continue;
    const auto expected = left_out.find(one.name);
    const bool known =
        expected != left_out.end() && outcome.words.find(expected->second) != std::string::npos;
    BOOST_TEST(known, one.name << ": " << outcome.words);
    met.insert(one.name);
  }
  BOOST_TEST(met.size() == left_out.size());
  BOOST_TEST(cases == 269);
  BOOST_TEST(compared == 279);
}

BOOST_AUTO_TEST_CASE(several_inputs_may_be_free) {
  int cases = 0;
  for (const OnnxCase& one : toeplix::test::read_onnx_cases(TOEPLIX_ONNX_TESTDATA)) {
    if (!is_ours(one) || one.inputs.size() < 2) continue;
    const Outcome outcome = run_case(one, Free::all_real);
    cases += outcome.compared > 0 && outcome.words.empty() ? 1 : 0;
  }
  BOOST_TEST(cases == 87);
}

BOOST_AUTO_TEST_CASE(every_other_model_is_read_or_refused) {
  int read = 0;
  int refused = 0;
  for (const OnnxCase& one : toeplix::test::read_onnx_cases(TOEPLIX_ONNX_TESTDATA)) {
    const std::string bytes = one.model.SerializeAsString();
    try {
      const OnnxModel model = toeplix::read_onnx(std::as_bytes(std::span(bytes)));
      ++read;
    } catch (const toeplix::Error&) {
      ++refused;
    }
  }
  BOOST_TEST(read == 1043);
  BOOST_TEST(refused == 29);
}

BOOST_AUTO_TEST_SUITE_END()
