#include "onnx/ops/cubic.hpp"
#include "onnx/ops/linear_ops.hpp"
#include "onnx/ops/steps.hpp"

#include <algorithm>
#include <map>

namespace toeplix::onnx_detail {

namespace {

template <class Word>
Word word_of(const NodeContext& node, const char* attribute, const std::string& otherwise,
             const std::map<std::string, Word>& words) {
  const std::string text = node.attributes.text(attribute, otherwise);
  const auto found = words.find(text);
  if (found != words.end()) return found->second;
  std::string expected;
  for (const auto& [word, unused] : words) expected += (expected.empty() ? "" : ", ") + word;
  throw FormatError(std::string("attribute '") + attribute + "' is '" + text +
                    "'; expected one of " + expected);
}

NearestPixel nearest_of(const NodeContext& node) {
  return word_of<NearestPixel>(node, "nearest_mode", "round_prefer_floor",
                               {{"round_prefer_floor", NearestPixel::round_prefer_floor},
                                {"round_prefer_ceil", NearestPixel::round_prefer_ceil},
                                {"floor", NearestPixel::floor},
                                {"ceil", NearestPixel::ceil}});
}

CoordinateMode coordinates_of(const NodeContext& node) {
  return word_of<CoordinateMode>(node, "coordinate_transformation_mode", "half_pixel",
                                 {{"half_pixel", CoordinateMode::half_pixel},
                                  {"pytorch_half_pixel", CoordinateMode::pytorch_half_pixel},
                                  {"align_corners", CoordinateMode::align_corners},
                                  {"asymmetric", CoordinateMode::asymmetric},
                                  {"half_pixel_symmetric", CoordinateMode::half_pixel_symmetric}});
}

/// What is known of Resize but not supported, in words; empty if there is nothing of it.
std::string unsupported(const NodeContext& node) {
  const Attributes& attributes = node.attributes;
  const std::string coordinates = attributes.text("coordinate_transformation_mode", "half_pixel");
  const std::string policy = attributes.text("keep_aspect_ratio_policy", "stretch");
  if (coordinates == "tf_crop_and_resize" || coordinates == "tf_half_pixel_for_nn") {
    return "has the coordinates " + coordinates + ", which are not supported";
  }
  if (attributes.flag("antialias", false)) return "suppresses aliases, which is not supported";
  if (policy != "stretch") return "keeps the aspect ratio, which is not supported";
  return "";
}

/// The numbers of a list for all axes: those that are given for some, and `otherwise`.
template <class Number>
std::vector<Number> spread(const NodeContext& node, const std::vector<Number>& given,
                           std::vector<Number> otherwise, const char* what) {
  const auto axes = node.attributes.wholes("axes");
  const std::size_t count = axes ? axes->size() : otherwise.size();
  if (given.size() != count) {
    throw FormatError(std::string("there are ") + std::to_string(given.size()) + ' ' + what +
                      "; expected " + std::to_string(count));
  }
  if (!axes) return given;
  const std::vector<std::size_t> places = node.axes(*axes, otherwise.size());
  for (std::size_t i = 0; i < places.size(); ++i) otherwise[places[i]] = given[i];
  return otherwise;
}

std::vector<float> floats_of(const Tensor& tensor) {
  if (const auto* floats = std::get_if<std::vector<float>>(&tensor.values)) return *floats;
  throw FormatError("the scales are of type " + to_string(tensor.type) + "; expected float");
}

/// Sets sizes or scales.
void read_sizes(Resize& resize, const NodeContext& node) {
  const std::size_t scales_at = node.opset < 11 ? 1 : 2;
  const Constant scales = node.constant(scales_at);
  const bool has_scales = scales != nullptr && scales->size() > 0;
  const auto sizes = node.opset < 11 ? std::nullopt : node.wholes(3);
  const bool has_sizes = sizes && !sizes->empty();
  if (has_scales == has_sizes) {
    throw FormatError(has_sizes ? "there are both scales and sizes" : "there are no scales");
  }
  const std::vector<float> ones(resize.input.size(), 1);
  if (has_sizes) {
    resize.sizes = spread(node, *sizes, resize.input, "sizes");
  } else {
    resize.float_scales = spread(node, floats_of(*scales), ones, "scales");
  }
}

OpResult resized(const Resize& resize, const NodeContext& node) {
  const Separable separable(resize, node.resources);
  return linear(separable.output(), {{make_part(separable), 0}});
}

OpResult resized_by_cubics(const Resize& resize, const NodeContext& node) {
  const CubicOptions options = {node.attributes.number("cubic_coeff_a", -0.75),
                                node.attributes.flag("exclude_outside", false)};
  const Separable separable = cubic_resize(resize, options, node);
  return linear(separable.output(), {{make_part(separable), 0}});
}

/// What Upsample and the first version of Resize are.
Resize plain_resize(const NodeContext& node) {
  Resize resize{.input = node.shape(0)};
  resize.interpolation = word_of<Interpolation>(
      node, "mode", "nearest",
      {{"nearest", Interpolation::nearest}, {"linear", Interpolation::linear}});
  resize.coordinates = CoordinateMode::asymmetric;
  resize.nearest = NearestPixel::floor;
  return resize;
}

/// Upsample: scales are an attribute until operator set 8.
void read_upsample_scales(Resize& resize, const NodeContext& node) {
  const auto given = node.attributes.numbers("scales");
  if (node.opset >= 9) {
    if (!node.has(1)) throw FormatError("there are no scales");
    resize.float_scales = floats_of(*node.constant(1));
  } else if (given) {
    resize.float_scales = *given;
  } else {
    throw FormatError("attribute 'scales' is missing");
  }
}

}  // namespace

OpResult resize(const NodeContext& node) {
  if (node.op() == "Upsample") {
    Resize upsample = plain_resize(node);
    read_upsample_scales(upsample, node);
    return resized(upsample, node);
  }
  Resize resize{.input = node.shape(0)};
  if (node.opset < 11) resize = plain_resize(node);
  read_sizes(resize, node);
  const std::string reason = unsupported(node);
  if (!reason.empty()) {
    OpResult result = nonlinear(reason, Separable(resize, node.resources).output());
    // The size may be another one than that of plain resizing.
    if (node.attributes.has("keep_aspect_ratio_policy")) result.forms.clear();
    return result;
  }
  if (node.opset < 11) return resized(resize, node);
  resize.coordinates = coordinates_of(node);
  const auto interpolation =
      word_of<std::optional<Interpolation>>(node, "mode", "nearest",
                                            {{"cubic", std::nullopt},
                                             {"nearest", Interpolation::nearest},
                                             {"linear", Interpolation::linear}});
  if (!interpolation) return resized_by_cubics(resize, node);
  resize.interpolation = *interpolation;
  resize.nearest = nearest_of(node);
  return resized(resize, node);
}

}  // namespace toeplix::onnx_detail
