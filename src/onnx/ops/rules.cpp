#include "onnx/ops/rules.hpp"

#include "onnx/ops/linear_ops.hpp"
#include "onnx/ops/nonlinear_ops.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <sstream>

namespace toeplix::onnx_detail {

namespace {

using Rules = std::map<std::string, OpRule>;

constexpr Index last_set = 99;
constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

const std::vector<AttributeRule> window_attributes = {{"auto_pad"},     {"dilations"}, {"group"},
                                                      {"kernel_shape"}, {"pads"},      {"strides"}};
const std::vector<AttributeRule> transposed_attributes = {
    {"auto_pad"}, {"dilations"},      {"group"},        {"kernel_shape"},
    {"pads"},     {"output_padding"}, {"output_shape"}, {"strides"}};
const std::vector<AttributeRule> average_pool_attributes = {
    {"auto_pad"}, {"ceil_mode", 10}, {"count_include_pad", 7}, {"dilations", 19}, {"kernel_shape"},
    {"pads"},     {"strides"}};
const std::vector<AttributeRule> batch_attributes = {
    {"consumed_inputs", 0, 5}, {"epsilon"},          {"is_test", 0, 6}, {"momentum"},
    {"spatial", 0, 8},         {"training_mode", 14}};
const std::vector<AttributeRule> resize_attributes = {{"antialias", 18},
                                                      {"axes", 18},
                                                      {"coordinate_transformation_mode", 11},
                                                      {"cubic_coeff_a", 11},
                                                      {"exclude_outside", 11},
                                                      {"extrapolation_value", 11},
                                                      {"keep_aspect_ratio_policy", 18},
                                                      {"mode"},
                                                      {"nearest_mode", 11}};

/// A rule whose constant inputs are these.
OpRule with_constants(OpRule rule, std::vector<std::size_t> inputs) {
  rule.constant_inputs = std::move(inputs);
  return rule;
}

/// A rule that holds in these operator sets.
OpRule in_sets(Index since, OpRule rule, Index until = last_set) {
  rule.since = since;
  rule.until = until;
  return rule;
}

OpRule reduction_rule(OpResult (*apply)(const NodeContext&), Index input_since) {
  const std::vector<AttributeRule> attributes = {
      {"axes", 0, input_since - 1}, {"keepdims"}, {"noop_with_empty_axes", input_since}};
  return in_sets(1, with_constants({apply, true, 1, 2, attributes}, {1}));
}

Rules windows_rules() {
  const std::vector<AttributeRule> pad_attributes = {{"mode"}, {"pads", 0, 10}, {"value", 0, 10}};
  const std::vector<AttributeRule> upsample_attributes = {{"mode"}, {"scales", 0, 8}};
  Rules rules = {
      {"Conv", in_sets(1, {convolution, true, 2, 3, window_attributes})},
      {"ConvTranspose", in_sets(1, {transposed_convolution, true, 2, 3, transposed_attributes})},
      {"AveragePool", in_sets(1, {average_pool, true, 1, 1, average_pool_attributes})},
      {"GlobalAveragePool", in_sets(1, {global_average_pool, true, 1, 1})},
      {"MaxPool", in_sets(1, {max_pool, false, 1, 1})},
      {"Pad", in_sets(2, with_constants({pad, true, 1, 4, pad_attributes}, {1, 2, 3}))},
      {"Resize", in_sets(10, with_constants({resize, true, 1, 4, resize_attributes}, {1, 2, 3}))},
      {"Upsample", in_sets(7, with_constants({resize, true, 1, 2, upsample_attributes}, {1}), 9)},
  };
  for (auto& [op, rule] : rules) rule.takes_empty = false;
  return rules;
}

Rules arithmetic_rules() {
  const std::vector<AttributeRule> gemm_attributes = {
      {"alpha"}, {"beta"}, {"broadcast", 0, 6}, {"transA"}, {"transB"}};
  const std::vector<AttributeRule> dropout_attributes = {{"ratio", 0, 11}, {"seed", 12}};
  const OpRule norm = {batch_normalization, true, 5, 5, batch_attributes};
  return {
      {"Add", {add, true, 2, 2}},
      {"Sub", {subtract, true, 2, 2}},
      {"Mul", {multiply, true, 2, 2}},
      {"Div", {divide, true, 2, 2}},
      {"Neg", in_sets(6, {negate, true, 1, 1})},
      {"Sum", in_sets(6, {sum_of_inputs, true, 1, any_number})},
      {"Mean", in_sets(6, {mean_of_inputs, true, 1, any_number})},
      {"Identity", in_sets(1, {same, true, 1, 1})},
      {"Cast", in_sets(6, {cast, true, 1, 1, {{"to"}, {"saturate", 19}}})},
      {"Dropout", with_constants({dropout, true, 1, 3, dropout_attributes}, {1, 2})},
      {"BatchNormalization", in_sets(6, with_constants(norm, {1, 2, 3, 4}))},
      {"Gemm", in_sets(6, {gemm, true, 2, 3, gemm_attributes})},
      {"MatMul", in_sets(1, {matmul, true, 2, 2})},
      {"ReduceSum", reduction_rule(reduce_sum, 13)},
      {"ReduceMean", reduction_rule(reduce_mean, 18)},
  };
}

Rules movement_rules() {
  const std::vector<AttributeRule> axes = {{"axes", 0, 12}};
  const std::vector<AttributeRule> slice_attributes = {
      {"axes", 0, 9}, {"ends", 0, 9}, {"starts", 0, 9}};
  const std::vector<AttributeRule> split_attributes = {
      {"axis"}, {"split", 0, 12}, {"num_outputs", 18}};
  const std::vector<AttributeRule> depth_attributes = {{"blocksize"}, {"mode", 11}};
  return {
      {"Reshape", in_sets(5, with_constants({reshape, true, 2, 2, {{"allowzero", 14}}}, {1}))},
      {"Flatten", in_sets(1, {flatten, true, 1, 1, {{"axis"}}})},
      {"Squeeze", in_sets(1, with_constants({squeeze, true, 1, 2, axes}, {1}))},
      {"Unsqueeze", in_sets(1, with_constants({unsqueeze, true, 1, 2, axes}, {1}))},
      {"Transpose", in_sets(1, {transpose, true, 1, 1, {{"perm"}}})},
      {"DepthToSpace", in_sets(1, {depth_to_space, true, 1, 1, depth_attributes})},
      {"SpaceToDepth", in_sets(1, {space_to_depth, true, 1, 1, {{"blocksize"}}})},
      {"Slice", in_sets(1, with_constants({slice, true, 1, 5, slice_attributes}, {1, 2, 3, 4}))},
      {"Split", in_sets(2, with_constants({split, true, 1, 2, split_attributes}, {1}))},
      {"Concat", in_sets(4, {concat, true, 1, any_number, {{"axis"}}})},
      {"Gather", in_sets(1, {gather, true, 2, 2, {{"axis"}}})},
      {"Expand", with_constants({expand, true, 2, 2}, {1})},
      {"Tile", in_sets(6, with_constants({tile, true, 2, 2}, {1}))},
  };
}

/// Adds a rule for each of several operators, with blanks between, that are never linear.
void add_nonlinear(Rules& rules, const std::string& operators,
                   OpResult (*apply)(const NodeContext&)) {
  std::istringstream words(operators);
  for (std::string op; words >> op;) rules[op] = in_sets(1, {apply, false, 0, any_number});
}

/// Operators that are not linear, by what is known of their shapes.
Rules nonlinear_rules() {
  Rules rules;
  add_nonlinear(rules,
                "Abs Acos Acosh Asin Asinh Atan Atanh Bernoulli BitwiseNot Ceil Celu Clip Cos Cosh "
                "CumSum DequantizeLinear Elu Erf Exp Floor Gelu GroupNormalization HardSigmoid "
                "HardSwish Hardmax InstanceNormalization IsInf IsNaN LRN LayerNormalization "
                "LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Mish Not PRelu "
                "QuantizeLinear RandomNormalLike RandomUniformLike Reciprocal Relu Round "
                "ScatterElements ScatterND Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus "
                "Softsign Sqrt Tan Tanh ThresholdedRelu Trilu",
                elementwise);
  add_nonlinear(rules, "BitShift Max Min Mod Pow", broadcast);
  add_nonlinear(rules, "And Equal Greater GreaterOrEqual Less LessOrEqual Or Xor", comparison);
  add_nonlinear(rules,
                "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMin ReduceProd "
                "ReduceSumSquare",
                other_reduction);
  add_nonlinear(rules, "ArgMax ArgMin", arg_reduction);
  add_nonlinear(rules, "GlobalLpPool GlobalMaxPool", global_pool);
  add_nonlinear(rules, "GRU LSTM RNN", recurrent);
  add_nonlinear(rules, "GatherElements", like_second);
  add_nonlinear(rules, "Where", choice);
  add_nonlinear(rules,
                "Compress ConstantOfShape Det Einsum EyeLike GatherND GridSample Loop LpPool "
                "MaxRoiPool MaxUnpool Multinomial NonMaxSuppression NonZero OneHot RandomNormal "
                "RandomUniform Range ReverseSequence RoiAlign STFT Scan Shape Size TopK Unique",
                shapeless);
  return rules;
}

Rules all_rules() {
  Rules rules = windows_rules();
  rules.merge(arithmetic_rules());
  rules.merge(movement_rules());
  rules.merge(nonlinear_rules());
  return rules;
}

}  // namespace

const OpRule* rule_of(const std::string& op) {
  static const Rules rules = all_rules();
  const auto found = rules.find(op);
  return found != rules.end() ? &found->second : nullptr;
}

void check_rule(const OpRule& rule, const NodeContext& node) {
  const std::size_t count = node.inputs.size();
  if (count < rule.least_inputs || count > rule.most_inputs) {
    throw FormatError("has " + std::to_string(count) + " inputs; expected " +
                      (count < rule.least_inputs ? std::to_string(rule.least_inputs) + " or more"
                                                 : std::to_string(rule.most_inputs) + " or fewer"));
  }
  if (!rule.may_be_linear) return;
  for (std::size_t i = 0; i < rule.least_inputs; ++i) node.input(i);
  for (const ::onnx::AttributeProto& attribute : node.proto.attribute()) {
    const bool known = std::ranges::any_of(rule.attributes, [&](const AttributeRule& known_one) {
      return known_one.name == attribute.name() && known_one.since <= node.opset &&
             node.opset <= known_one.until;
    });
    if (!known) throw FormatError("attribute '" + attribute.name() + "' is not known");
  }
}

}  // namespace toeplix::onnx_detail
