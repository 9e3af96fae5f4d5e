#include "case.hpp"

#include <toeplix/convolution.hpp>
#include <toeplix/im2col.hpp>

#include "fields.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::conformance {

namespace {

using Arrays = std::map<std::string, Tensor>;

std::size_t count_of(Index number) {
  return static_cast<std::size_t>(number);
}

const Tensor& array(const Arrays& arrays, const std::string& name) {
  const auto found = arrays.find(name);
  if (found == arrays.end()) throw CaseError(name + " is missing");
  return found->second;
}

void expect_shape(const std::string& name, const Extents& shape, const Extents& expected) {
  if (shape == expected) return;
  throw CaseError(name + " has shape " + to_string(shape) + "; expected " + to_string(expected));
}

/// Channels and extents of (batch, channels, extents...).
struct ImageShape {
  Index channels;
  Extents extents;
};

ImageShape image_shape(const Tensor& tensor, const std::string& name, std::size_t axes) {
  if (tensor.shape.size() != axes + 2) {
    throw CaseError(name + " has shape " + to_string(tensor.shape) +
                    "; expected batch, channels and " + std::to_string(axes) + " axes");
  }
  return {tensor.shape[1], {tensor.shape.begin() + 2, tensor.shape.end()}};
}

/// What Conv, ConvTranspose and AveragePool share.
struct Windows {
  std::size_t axes;
  Extents kernel;
  Extents strides;
  Extents dilations;
  Padding padding;
  std::optional<Padding> rule;  ///< what must come to the same as `padding`
};

/// The rule that a case names besides its pads, if it does.
std::optional<Padding> rule_of(const Fields& fields) {
  if (fields.has("output_shape")) return std::nullopt;
  if (fields.has("torch_padding") && fields.text("op") == "Conv") {
    // A list of numbers is what `pads` has.
    try {
      return fields.choice<Padding>("torch_padding",
                                    {{"same", Padding::same_upper()}, {"valid", Padding::valid()}});
    } catch (const CaseError&) {
      return std::nullopt;
    }
  }
  if (!fields.has("auto_pad") || fields.text("auto_pad") == "NOTSET") return std::nullopt;
  return fields.choice<Padding>("auto_pad", {{"SAME_UPPER", Padding::same_upper()},
                                             {"SAME_LOWER", Padding::same_lower()},
                                             {"VALID", Padding::valid()}});
}

/// The pads of a ConvTranspose that is asked for a size; see the README of the data.
std::vector<AxisPadding> pads_for(const Extents& output, const Extents& input,
                                  const Extents& output_padding, const Windows& windows,
                                  bool upper) {
  std::vector<AxisPadding> sides;
  for (std::size_t axis = 0; axis < output.size(); ++axis) {
    const Index total = windows.strides[axis] * (input[axis] - 1) + output_padding[axis] +
                        (windows.kernel[axis] - 1) * windows.dilations[axis] + 1 - output[axis];
    const auto half = static_cast<Index>(std::floor(static_cast<double>(total) / 2));
    sides.push_back(upper ? AxisPadding{half, total - half} : AxisPadding{total - half, half});
  }
  return sides;
}

Windows windows_of(const Fields& fields) {
  const auto axes = count_of(fields.whole("ndim"));
  Windows windows{.axes = axes,
                  .kernel = fields.wholes("kernel_shape", axes),
                  .strides = fields.wholes("strides", axes),
                  .dilations = fields.wholes("dilations", axes),
                  .padding = fields.pads("pads", axes),
                  .rule = rule_of(fields)};
  if (fields.has("effective_pads")) {
    const Padding effective = fields.pads("effective_pads", axes);
    const bool overridden = windows.rule || fields.has("output_shape");
    if (!overridden && effective != windows.padding) {
      throw CaseError("effective_pads differ from pads, and nothing overrides those");
    }
    windows.padding = effective;
  } else if (windows.rule) {
    windows.padding = *std::exchange(windows.rule, std::nullopt);
  }
  return windows;
}

/// Refuses a case whose pads are not those of the rule that it names.
template <class Conv, class Spec>
void check_rule(const Spec& spec, const std::optional<Padding>& rule) {
  if (!rule) return;
  Spec by_rule = spec;
  by_rule.padding = *rule;
  const Conv given(spec);
  const Conv ruled(by_rule);
  for (std::size_t axis = 0; axis < given.axes(); ++axis) {
    if (given.padding(axis) == ruled.padding(axis)) continue;
    throw CaseError("effective_pads of axis " + std::to_string(axis) + " are " +
                    std::to_string(given.padding(axis).lower) + ':' +
                    std::to_string(given.padding(axis).upper) + "; the library resolves " +
                    to_string(by_rule) + " to " + std::to_string(ruled.padding(axis).lower) + ':' +
                    std::to_string(ruled.padding(axis).upper));
  }
}

std::vector<double> bias_of(const Fields& fields, const Arrays& arrays, Index channels) {
  const bool has_file = arrays.contains("b");
  if (fields.truth("bias") != has_file) {
    throw CaseError(has_file ? "b is there, though bias is false" : "b is missing");
  }
  if (!has_file) return {};
  expect_shape("b", arrays.at("b").shape, {channels});
  return arrays.at("b").values;
}

Boundary boundary_of(const Fields& fields) {
  if (!fields.has("padding_mode")) return Boundary::zero;
  return fields.choice<Boundary>("padding_mode", {{"zeros", Boundary::zero},
                                                  {"reflect", Boundary::reflect},
                                                  {"replicate", Boundary::replicate},
                                                  {"circular", Boundary::circular}});
}

ConvolutionProblem convolution_problem(const Fields& fields, const Arrays& arrays) {
  const Windows windows = windows_of(fields);
  const ImageShape image = image_shape(array(arrays, "x"), "x", windows.axes);
  const Tensor& w = array(arrays, "w");
  if (w.shape.size() != windows.axes + 2) {
    throw CaseError("w has shape " + to_string(w.shape) + "; expected two channel axes and " +
                    std::to_string(windows.axes) + " more");
  }
  const ConvolutionSpec spec{.input = image.extents,
                             .kernel = windows.kernel,
                             .in_channels = image.channels,
                             .out_channels = w.shape[0],
                             .groups = fields.whole("group"),
                             .stride = windows.strides,
                             .dilation = windows.dilations,
                             .padding = windows.padding,
                             .boundary = boundary_of(fields)};
  expect_shape("w", w.shape, Convolution(spec).weights());
  check_rule<Convolution>(spec, windows.rule);
  return {spec, w.values, bias_of(fields, arrays, spec.out_channels)};
}

ConvolutionProblem transposed_problem(const Fields& fields, const Arrays& arrays) {
  Windows windows = windows_of(fields);
  const ImageShape image = image_shape(array(arrays, "x"), "x", windows.axes);
  const Tensor& w = array(arrays, "w");
  if (w.shape.size() != windows.axes + 2) {
    throw CaseError("w has shape " + to_string(w.shape) + "; expected two channel axes and " +
                    std::to_string(windows.axes) + " more");
  }
  const Extents output_padding = fields.wholes("output_padding", windows.axes);
  if (fields.has("output_shape")) {
    const Extents wanted = fields.wholes("output_shape", windows.axes);
    const bool upper = fields.text("auto_pad") == "SAME_UPPER";
    const Padding pads = pads_for(wanted, image.extents, output_padding, windows, upper);
    if (fields.has("effective_pads") && pads != windows.padding) {
      throw CaseError("effective_pads do not give the output_shape");
    }
    windows.padding = pads;
  }
  const TransposedConvolutionSpec spec{.input = image.extents,
                                       .kernel = windows.kernel,
                                       .in_channels = image.channels,
                                       .out_channels = w.shape[1] * fields.whole("group"),
                                       .groups = fields.whole("group"),
                                       .stride = windows.strides,
                                       .dilation = windows.dilations,
                                       .padding = windows.padding,
                                       .output_padding = output_padding,
                                       .boundary = boundary_of(fields)};
  expect_shape("w", w.shape, TransposedConvolution(spec).weights());
  check_rule<TransposedConvolution>(spec, windows.rule);
  return {spec, w.values, bias_of(fields, arrays, spec.out_channels)};
}

/// x is (batch, channels * taps, windows).
ConvolutionProblem col2im_problem(const Fields& fields, const Arrays& arrays) {
  const auto axes = count_of(fields.whole("ndim"));
  const ImageShape columns = image_shape(array(arrays, "x"), "x", 1);
  const Extents kernel = fields.wholes("kernel_shape", axes);
  Index taps = 1;
  for (const Index extent : kernel) {
    // More taps than x has rows cannot be right, and need not be multiplied on.
    if (extent < 1 || taps > columns.channels) throw CaseError("kernel_shape and x disagree");
    taps *= extent;
  }
  if (columns.channels % taps != 0) {
    throw CaseError("x has " + std::to_string(columns.channels) +
                    " rows per image, which is no multiple of " + std::to_string(taps) + " taps");
  }
  const TransposedConvolution fold = col2im({.input = fields.wholes("image_shape", axes),
                                             .kernel = kernel,
                                             .in_channels = columns.channels / taps,
                                             .stride = fields.wholes("strides", axes),
                                             .dilation = fields.wholes("dilations", axes),
                                             .padding = fields.pads("pads", axes)});
  return {fold.spec(), im2col_weights<double>(fold), {}};
}

/// The pads that a rule comes to.
Padding resolved(const Padding& padding, const Extents& input, const Windows& windows) {
  if (padding.rule() == Padding::Rule::explicit_sides) return padding;
  const Convolution convolution({.input = input,
                                 .kernel = windows.kernel,
                                 .stride = windows.strides,
                                 .dilation = windows.dilations,
                                 .padding = padding});
  std::vector<AxisPadding> sides;
  for (std::size_t axis = 0; axis < input.size(); ++axis) {
    sides.push_back(convolution.padding(axis));
  }
  return sides;
}

SeparableProblem pool_problem(const Fields& fields, const Arrays& arrays) {
  const Windows windows = windows_of(fields);
  const ImageShape image = image_shape(array(arrays, "x"), "x", windows.axes);
  const AveragePool pool{.input = image.extents,
                         .kernel = windows.kernel,
                         .channels = image.channels,
                         .stride = windows.strides,
                         .dilation = windows.dilations,
                         .padding = resolved(windows.padding, image.extents, windows),
                         .ceil_mode = fields.truth("ceil_mode"),
                         .count_include_pad = fields.truth("count_include_pad")};
  if (windows.rule) {
    AveragePool by_rule = pool;
    by_rule.padding = *windows.rule;
    if (Separable(by_rule).tables() != Separable(pool).tables()) {
      throw CaseError("effective_pads are not what the library makes of auto_pad");
    }
  }
  return {pool};
}

SeparableProblem pad_problem(const Fields& fields, const Arrays& arrays) {
  const Extents& input = array(arrays, "x").shape;
  return {Pad{.input = input,
              .padding = fields.pads("pads", input.size()),
              .boundary = fields.choice<Boundary>("mode", {{"constant", Boundary::zero},
                                                           {"edge", Boundary::replicate},
                                                           {"reflect", Boundary::reflect},
                                                           {"wrap", Boundary::circular}}),
              .constant = fields.number("value")}};
}

SeparableProblem resize_problem(const Fields& fields, const Arrays& arrays) {
  const Extents& input = array(arrays, "x").shape;
  Resize resize{
      .input = input,
      .interpolation = fields.choice<Interpolation>(
          "mode", {{"nearest", Interpolation::nearest}, {"linear", Interpolation::linear}}),
      .coordinates = fields.choice<CoordinateMode>(
          "coordinate_transformation_mode",
          {{"half_pixel", CoordinateMode::half_pixel},
           {"pytorch_half_pixel", CoordinateMode::pytorch_half_pixel},
           {"align_corners", CoordinateMode::align_corners},
           {"asymmetric", CoordinateMode::asymmetric},
           {"half_pixel_symmetric", CoordinateMode::half_pixel_symmetric}})};
  if (fields.has("nearest_mode")) {
    resize.nearest = fields.choice<NearestPixel>(
        "nearest_mode", {{"round_prefer_floor", NearestPixel::round_prefer_floor},
                         {"round_prefer_ceil", NearestPixel::round_prefer_ceil},
                         {"floor", NearestPixel::floor},
                         {"ceil", NearestPixel::ceil}});
  }
  if (fields.has("sizes")) {
    resize.sizes = fields.wholes("sizes", input.size());
  } else {
    resize.scales = fields.numbers("scales", input.size());
  }
  return {resize};
}

using Problem = std::variant<ConvolutionProblem, SeparableProblem>;
using MakeProblem = Problem (*)(const Fields&, const Arrays&);

/// What makes the problem of an operator.
MakeProblem maker_of(const std::string& op) {
  static const std::map<std::string, MakeProblem> makers = {
      {"Conv",
       [](const Fields& f, const Arrays& a) -> Problem { return convolution_problem(f, a); }},
      {"ConvTranspose",
       [](const Fields& f, const Arrays& a) -> Problem { return transposed_problem(f, a); }},
      {"Col2Im", [](const Fields& f, const Arrays& a) -> Problem { return col2im_problem(f, a); }},
      {"AveragePool",
       [](const Fields& f, const Arrays& a) -> Problem { return pool_problem(f, a); }},
      {"Pad", [](const Fields& f, const Arrays& a) -> Problem { return pad_problem(f, a); }},
      {"Resize", [](const Fields& f, const Arrays& a) -> Problem { return resize_problem(f, a); }},
  };
  const auto found = makers.find(op);
  if (found == makers.end()) throw UnknownOperator(op);
  return found->second;
}

/// The arrays to compare with; r comes with what is computed from it, or neither is there.
std::map<Expectation, Tensor> expectations(const Arrays& arrays, bool has_weights) {
  std::map<Expectation, Tensor> expected{{Expectation::y, array(arrays, "y")}};
  if (arrays.contains("matrix")) expected[Expectation::matrix] = arrays.at("matrix");
  if (!arrays.contains("r") && !arrays.contains("gx") && !arrays.contains("gw")) return expected;
  expect_shape("r", array(arrays, "r").shape, array(arrays, "y").shape);
  expected[Expectation::gx] = array(arrays, "gx");
  expect_shape("gx", arrays.at("gx").shape, array(arrays, "x").shape);
  if (!has_weights) return expected;
  expected[Expectation::gw] = array(arrays, "gw");
  expect_shape("gw", arrays.at("gw").shape, array(arrays, "w").shape);
  return expected;
}

/// What case.json says of shapes must be what the arrays have.
void check_shapes(const Fields& fields, const Arrays& arrays) {
  for (const char* name : {"x", "w", "b", "y", "matrix"}) {
    const std::string key = std::string(name) + "_shape";
    if (!fields.has(key.c_str())) continue;
    const Extents& shape = array(arrays, name).shape;
    if (fields.wholes(key.c_str(), shape.size()) == shape) continue;
    throw CaseError(std::string(name) + " has shape " + to_string(shape) + "; " + key +
                    " says otherwise");
  }
}

void check_finite(const Arrays& arrays) {
  for (const auto& [name, tensor] : arrays) {
    const bool finite =
        std::ranges::all_of(tensor.values, [](double v) { return std::isfinite(v); });
    if (!finite) throw CaseError(name + " holds what is not a finite number");
  }
}

}  // namespace

std::string to_string(const Extents& shape) {
  std::string text;
  for (const Index extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "(" + text + ")";
}

std::string_view to_string(Expectation expectation) {
  switch (expectation) {
    case Expectation::y:
      return "y";
    case Expectation::gx:
      return "gx";
    case Expectation::gw:
      return "gw";
    case Expectation::matrix:
      return "matrix";
  }
  return "unknown";
}

void check_operator(const nlohmann::json& description) {
  maker_of(Fields(description).text("op"));
}

Case make_case(const nlohmann::json& description, const std::map<std::string, Tensor>& arrays) {
  const Fields fields(description);
  Case made;
  made.op = fields.text("op");
  made.problem = maker_of(made.op)(fields, arrays);
  check_shapes(fields, arrays);
  check_finite(arrays);
  made.precision = fields.choice<Precision>(
      "dtype", {{"float32", Precision::float32}, {"float64", Precision::float64}});
  made.tolerance = fields.number("tolerance");
  if (!(made.tolerance >= 0 && made.tolerance < 0.1)) {
    throw CaseError("tolerance must be at least 0 and below 0.1");
  }
  made.x = array(arrays, "x");
  made.expected = expectations(arrays, arrays.contains("w"));
  if (arrays.contains("r")) made.r = arrays.at("r");
  return made;
}

}  // namespace toeplix::conformance
