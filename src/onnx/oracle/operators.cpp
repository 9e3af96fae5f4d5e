#include "onnx/oracle/operators.hpp"

#include <map>
#include <sstream>

namespace toeplix::onnx_oracle {

namespace {

using Operators = std::map<std::string, KnownOperator>;

const std::set<std::string> window_attributes = {"auto_pad",     "dilations", "group",
                                                 "kernel_shape", "pads",      "strides"};

/// One function for several operators, with blanks between.
void add_all(Operators& all, const std::string& names, const KnownOperator& one) {
  std::istringstream words(names);
  for (std::string name; words >> name;) all[name] = one;
}

void add_linear(Operators& all) {
  std::set<std::string> transposed = window_attributes;
  transposed.insert({"output_padding", "output_shape"});
  all["Conv"] = {conv, window_attributes};
  all["ConvTranspose"] = {conv_transpose, transposed};
  all["AveragePool"] = {average_pool,
                        {"auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape",
                         "pads", "strides"}};
  all["GlobalAveragePool"] = {global_average_pool};
  all["Pad"] = {pad, {"mode", "pads", "value"}};
  const std::set<std::string> resize_attributes = {"antialias",
                                                   "axes",
                                                   "cubic_coeff_a",
                                                   "coordinate_transformation_mode",
                                                   "exclude_outside",
                                                   "extrapolation_value",
                                                   "mode",
                                                   "keep_aspect_ratio_policy",
                                                   "nearest_mode",
                                                   "scales"};
  add_all(all, "Resize Upsample", {resize, resize_attributes, true});
  all["Gemm"] = {gemm, {"alpha", "beta", "broadcast", "transA", "transB"}};
  all["MatMul"] = {matmul};
  all["BatchNormalization"] = {
      batch_normalization,
      {"consumed_inputs", "epsilon", "is_test", "momentum", "spatial", "training_mode"},
      true};
  add_all(all, "ReduceSum ReduceMean ReduceProd ReduceMax ReduceMin",
          {reduction, {"axes", "keepdims", "noop_with_empty_axes"}});
}

void add_elementwise(Operators& all) {
  add_all(all, "Abs Ceil Exp Floor Log Neg Not Reciprocal Relu Round Sqrt", {element_function});
  add_all(all, "Add Sub Mul Div Max Min Mod Pow", {two_elements, {"fmod"}});
  add_all(all, "And Equal Greater GreaterOrEqual Less LessOrEqual Or Xor", {comparison});
  all["Sum"] = {sum_of_inputs};
  all["Mean"] = {mean_of_inputs};
  all["Where"] = {where};
  all["Identity"] = {identity};
  all["Cast"] = {cast, {"saturate", "to"}};
  all["Dropout"] = {dropout, {"ratio", "seed"}};
}

void add_movements(Operators& all) {
  all["Transpose"] = {transpose, {"perm"}};
  all["DepthToSpace"] = {depth_to_space, {"blocksize", "mode"}};
  all["SpaceToDepth"] = {space_to_depth, {"blocksize"}};
  all["Slice"] = {slice, {"axes", "ends", "starts"}};
  all["Split"] = {split, {"axis", "num_outputs", "split"}};
  all["Concat"] = {concat, {"axis"}};
  all["Gather"] = {gather, {"axis"}};
  all["Expand"] = {expand};
  all["Tile"] = {tile};
  all["Reshape"] = {reshape, {"allowzero"}};
  all["Flatten"] = {flatten, {"axis"}};
  all["Squeeze"] = {squeeze, {"axes"}};
  all["Unsqueeze"] = {unsqueeze, {"axes"}};
  all["Constant"] = {constant, {"value", "value_float", "value_floats", "value_int", "value_ints"}};
  all["ConstantOfShape"] = {constant_of_shape, {"value"}};
  all["Shape"] = {shape, {"end", "start"}};
  all["Size"] = {size};
  all["Range"] = {range};
}

}  // namespace

const KnownOperator* operator_of(const std::string& name) {
  static const Operators all = [] {
    Operators made;
    add_linear(made);
    add_elementwise(made);
    add_movements(made);
    return made;
  }();
  const auto found = all.find(name);
  return found != all.end() ? &found->second : nullptr;
}

}  // namespace toeplix::onnx_oracle
