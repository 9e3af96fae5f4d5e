#include "onnx_case.hpp"

#include <nlohmann/json.hpp>

#include "onnx_model.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::conformance {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Tensors = std::map<std::string, OnnxTensor>;

/// An operator's attributes.
class Attributes {
 public:
  explicit Attributes(const onnx::NodeProto& node) : node_(node) {}

  Index whole(const std::string& name, Index otherwise) const {
    const auto* found = find(name);
    return found != nullptr ? found->i() : otherwise;
  }
  double number(const std::string& name, double otherwise) const {
    const auto* found = find(name);
    return found != nullptr ? static_cast<double>(found->f()) : otherwise;
  }
  std::string text(const std::string& name, const std::string& otherwise) const {
    const auto* found = find(name);
    return found != nullptr ? found->s() : otherwise;
  }
  Extents wholes(const std::string& name, const Extents& otherwise) const {
    const auto* found = find(name);
    return found != nullptr ? Extents(found->ints().begin(), found->ints().end()) : otherwise;
  }
  bool has(const std::string& name) const { return find(name) != nullptr; }

 private:
  const onnx::AttributeProto* find(const std::string& name) const {
    for (const onnx::AttributeProto& attribute : node_.attribute()) {
      if (attribute.name() == name) return &attribute;
    }
    return nullptr;
  }

  const onnx::NodeProto& node_;
};

/// A case in the making: the operator, its inputs by number, and what becomes of them.
struct Draft {
  const onnx::NodeProto& node;
  std::vector<const OnnxTensor*> inputs;  ///< nothing if an optional one is left out
  Json description;
  std::map<std::string, Tensor> arrays;

  const OnnxTensor* input(std::size_t number) const {
    return number < inputs.size() ? inputs[number] : nullptr;
  }
  const Tensor& needed(std::size_t number, const char* name) const {
    if (input(number) == nullptr) throw CaseError(std::string(name) + " is missing");
    return input(number)->tensor;
  }
};

Extents whole_values(const Tensor& tensor) {
  Extents values;
  for (const double value : tensor.values) {
    if (!(std::abs(value) <= 0x1p40)) throw CaseError("a tensor of whole numbers has others");
    values.push_back(static_cast<Index>(value));
  }
  return values;
}

/// What Conv, ConvTranspose and AveragePool share. `kernel` is taken if the model has none.
void describe_windows(Draft& draft, const Extents& kernel) {
  const Attributes attributes(draft.node);
  const std::size_t axes = kernel.size();
  Json& d = draft.description;
  d["ndim"] = axes;
  d["kernel_shape"] = attributes.wholes("kernel_shape", kernel);
  d["strides"] = attributes.wholes("strides", Extents(axes, 1));
  d["dilations"] = attributes.wholes("dilations", Extents(axes, 1));
  d["pads"] = attributes.wholes("pads", Extents(2 * axes, 0));
  d["auto_pad"] = attributes.text("auto_pad", "NOTSET");
}

Extents spatial(const Tensor& tensor) {
  if (tensor.shape.size() < 3) throw CaseError("a tensor has no spatial axes");
  return {tensor.shape.begin() + 2, tensor.shape.end()};
}

void describe_convolution(Draft& draft) {
  const Attributes attributes(draft.node);
  const Tensor& w = draft.needed(1, "w");
  const Extents kernel = spatial(w);
  describe_windows(draft, kernel);
  draft.arrays["w"] = w;
  draft.description["group"] = attributes.whole("group", 1);
  draft.description["output_padding"] =
      attributes.wholes("output_padding", Extents(kernel.size(), 0));
  if (attributes.has("output_shape")) {
    draft.description["output_shape"] = attributes.wholes("output_shape", {});
  }
  if (const OnnxTensor* bias = draft.input(2)) draft.arrays["b"] = bias->tensor;
  draft.description["bias"] = draft.arrays.contains("b");
}

void describe_pool(Draft& draft) {
  const Attributes attributes(draft.node);
  // GlobalAveragePool has no kernel: its window is the image.
  describe_windows(draft, spatial(draft.needed(0, "x")));
  draft.description["op"] = "AveragePool";
  draft.description["ceil_mode"] = attributes.whole("ceil_mode", 0);
  draft.description["count_include_pad"] = attributes.whole("count_include_pad", 0);
}

/// Pads and value are attributes until operator set 10, and inputs from 11 on.
void describe_pad(Draft& draft) {
  const Attributes attributes(draft.node);
  const OnnxTensor* pads = draft.input(1);
  const OnnxTensor* value = draft.input(2);
  draft.description["mode"] = attributes.text("mode", "constant");
  draft.description["pads"] =
      pads != nullptr ? whole_values(pads->tensor) : attributes.wholes("pads", {});
  draft.description["value"] = value != nullptr && !value->tensor.values.empty()
                                   ? value->tensor.values.front()
                                   : attributes.number("value", 0);
}

void describe_resize(Draft& draft) {
  const Attributes attributes(draft.node);
  const std::string mode = attributes.text("mode", "nearest");
  const std::string coordinates = attributes.text("coordinate_transformation_mode", "half_pixel");
  for (const char* unknown : {"cubic", "tf_crop_and_resize", "tf_half_pixel_for_nn"}) {
    if (mode == unknown || coordinates == unknown) {
      throw UnknownOperator(std::string("Resize, ") + unknown);
    }
  }
  Json& d = draft.description;
  d["mode"] = mode;
  d["coordinate_transformation_mode"] = coordinates;
  d["nearest_mode"] = attributes.text("nearest_mode", "round_prefer_floor");
  // X, roi, scales, sizes; either of the last two may be there and empty.
  const OnnxTensor* sizes = draft.input(3);
  if (sizes != nullptr && !sizes->tensor.values.empty()) {
    d["sizes"] = whole_values(sizes->tensor);
  } else {
    d["scales"] = draft.needed(2, "scales").values;
  }
}

/// Before operator set 10 Resize was called Upsample; it rounds down and has one kind of
/// coordinate.
void describe_upsample(Draft& draft) {
  draft.description["op"] = "Resize";
  draft.description["mode"] = Attributes(draft.node).text("mode", "nearest");
  draft.description["coordinate_transformation_mode"] = "asymmetric";
  draft.description["nearest_mode"] = "floor";
  draft.description["scales"] = draft.needed(1, "scales").values;
}

using Describe = void (*)(Draft&);

Describe describer_of(const std::string& op) {
  static const std::map<std::string, Describe> describers = {
      {"Conv", describe_convolution}, {"ConvTranspose", describe_convolution},
      {"AveragePool", describe_pool}, {"GlobalAveragePool", describe_pool},
      {"Pad", describe_pad},          {"Resize", describe_resize},
      {"Upsample", describe_upsample}};
  const auto found = describers.find(op);
  if (found == describers.end()) throw UnknownOperator(op);
  return found->second;
}

/// The operator of a model, and the axes of length 1 that it sees and others do not.
struct Core {
  const onnx::NodeProto& node;
  Extents added_axes;
};

Core core_of(const onnx::GraphProto& graph) {
  const auto is = [&](int number, const char* op) { return graph.node(number).op_type() == op; };
  if (graph.node_size() == 1) return {graph.node(0), {}};
  if (graph.node_size() != 3 || !is(0, "Unsqueeze") || !is(2, "Squeeze")) {
    throw UnknownOperator("of several nodes");
  }
  const Extents axes = Attributes(graph.node(0)).wholes("axes", {});
  if (axes.empty() || axes != Attributes(graph.node(2)).wholes("axes", {})) {
    throw UnknownOperator("of several nodes");
  }
  return {graph.node(1), axes};
}

void unsqueeze(Tensor& tensor, const Extents& axes) {
  for (const Index axis : axes) {
    if (axis < 0 || axis > static_cast<Index>(tensor.shape.size())) {
      throw CaseError("Unsqueeze has axis " + std::to_string(axis));
    }
    tensor.shape.insert(tensor.shape.begin() + axis, 1);
  }
}

/// Initializers by name, and the files of the data set for the other inputs, in the graph's order.
Tensors tensors_of(const onnx::GraphProto& graph, const fs::path& data) {
  Tensors tensors;
  for (const onnx::TensorProto& proto : graph.initializer()) tensors[proto.name()] = decode(proto);
  int number = 0;
  for (const onnx::ValueInfoProto& input : graph.input()) {
    if (tensors.contains(input.name())) continue;
    const std::string file = "input_" + std::to_string(number++) + ".pb";
    tensors[input.name()] = read_onnx_tensor(data / file);
  }
  return tensors;
}

}  // namespace

std::vector<OnnxCase> find_onnx_cases(const fs::path& folder) {
  if (!fs::is_directory(folder)) throw CaseError(folder.string() + " is not a folder");
  std::vector<OnnxCase> cases;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const fs::path parent = entry.path().parent_path();
    const bool is_data =
        entry.is_directory() && entry.path().filename().string().starts_with("test_data_set_");
    if (is_data) cases.push_back({parent / "model.onnx", entry.path()});
  }
  if (cases.empty()) throw CaseError(folder.string() + " has no test_data_set_* in it");
  std::ranges::sort(cases, {}, &OnnxCase::data);
  return cases;
}

Case read_onnx_case(const OnnxCase& source) {
  const onnx::ModelProto model = read_onnx_model(source.model);
  const Core core = core_of(model.graph());
  const Describe describe = describer_of(core.node.op_type());
  Tensors tensors = tensors_of(model.graph(), source.data);
  // The operator's first input is the model's.
  if (!core.added_axes.empty()) {
    OnnxTensor inner = tensors[model.graph().node(0).input(0)];
    unsqueeze(inner.tensor, core.added_axes);
    tensors[core.node.input(0)] = inner;
  }
  Draft draft{.node = core.node, .inputs = {}, .description = Json::object(), .arrays = {}};
  for (const std::string& name : core.node.input()) {
    const auto found = tensors.find(name);
    draft.inputs.push_back(found == tensors.end() ? nullptr : &found->second);
  }
  const Tensor& x = draft.needed(0, "x");
  const bool single = draft.inputs[0]->precision == Precision::float32;
  draft.arrays["x"] = x;
  draft.arrays["y"] = read_onnx_tensor(source.data / "output_0.pb").tensor;
  unsqueeze(draft.arrays["y"], core.added_axes);
  draft.description["op"] = core.node.op_type();
  draft.description["onnx_op"] = core.node.op_type();
  draft.description["dtype"] = single ? "float32" : "float64";
  draft.description["tolerance"] = single ? 1e-5 : 1e-11;
  describe(draft);
  return make_case(draft.description, draft.arrays);
}

}  // namespace toeplix::conformance
