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

std::optional<Padding> auto_pad_of(const Fields& fields) {
  using Choice = std::optional<Padding>;
  if (!fields.has("auto_pad")) return std::nullopt;
  return fields.choice<Choice>("auto_pad", {{"NOTSET", std::nullopt},
                                            {"SAME_UPPER", Padding::same_upper()},
                                            {"SAME_LOWER", Padding::same_lower()},
                                            {"VALID", Padding::valid()}});
}

/// The padding that PyTorch was given: a rule, or one number per axis, which `pads` must have on
/// both sides.
std::optional<Padding> torch_padding_of(const Fields& fields, const Padding& pads,
                                        std::size_t axes) {
  if (!fields.has("torch_padding")) return std::nullopt;
  if (fields.is_text("torch_padding")) {
    if (fields.text("op") != "Conv") throw CaseError("torch_padding by name is for Conv only");
    return fields.choice<Padding>("torch_padding",
                                  {{"same", Padding::same_upper()}, {"valid", Padding::valid()}});
  }
  std::vector<AxisPadding> sides;
  for (const Index number : fields.wholes("torch_padding", axes)) sides.push_back({number, number});
  if (Padding(sides) == pads) return std::nullopt;
  throw CaseError("torch_padding and pads disagree");
}

/// The rule that a case names besides its pads, if it does.
std::optional<Padding> rule_of(const Fields& fields, const Padding& pads, std::size_t axes) {
  const std::optional<Padding> automatic = auto_pad_of(fields);
  const std::optional<Padding> torch = torch_padding_of(fields, pads, axes);
  if (automatic && fields.has("torch_padding")) {
    throw CaseError("auto_pad is set beside torch_padding");
  }
  // A size that is given decides the pads; auto_pad then only says where the odd pixel goes.
  if (fields.has("output_shape")) return std::nullopt;
  return torch ? torch : automatic;
}

/// The pads of a ConvTranspose whose size is given; see the README of the data.
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
  const Padding pads = fields.pads("pads", axes);
  Windows windows{.axes = axes,
                  .kernel = fields.wholes("kernel_shape", axes),
                  .strides = fields.wholes("strides", axes),
                  .dilations = fields.wholes("dilations", axes),
                  .padding = pads,
                  .rule = rule_of(fields, pads, axes)};
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

/// Windows that are not those of a transposed convolution have no output padding.
void refuse_output_padding(const Fields& fields, std::size_t axes) {
  if (!fields.has("output_padding")) return;
  if (fields.wholes("output_padding", axes) == Extents(axes, 0)) return;
  throw CaseError("output_padding must be 0; only a ConvTranspose has it");
}

Boundary boundary_of(const Fields& fields) {
  if (!fields.has("padding_mode")) return Boundary::zero;
  return fields.choice<Boundary>("padding_mode", {{"zeros", Boundary::zero},
                                                  {"reflect", Boundary::reflect},
                                                  {"replicate", Boundary::replicate},
                                                  {"circular", Boundary::circular}});
}

/// Calls what may find something wrong, and adds the text form to what it says.
template <class Check>
auto with_text_form(const std::string& text, Check check) {
  try {
    return check();
  } catch (const std::exception& error) {
    throw CaseError(error.what(), text);
  }
}

ConvolutionProblem convolution_problem(const Fields& fields, const Arrays& arrays) {
  const Windows windows = windows_of(fields);
  refuse_output_padding(fields, windows.axes);
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
  return with_text_form(to_string(spec), [&]() -> ConvolutionProblem {
    expect_shape("w", w.shape, Convolution(spec).weights_shape());
    check_rule<Convolution>(spec, windows.rule);
    return {spec, w.values, bias_of(fields, arrays, spec.out_channels)};
  });
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
  return with_text_form(to_string(spec), [&]() -> ConvolutionProblem {
    expect_shape("w", w.shape, TransposedConvolution(spec).weights_shape());
    check_rule<TransposedConvolution>(spec, windows.rule);
    return {spec, w.values, bias_of(fields, arrays, spec.out_channels)};
  });
}

/// x is (batch, channels * taps, windows).
ConvolutionProblem col2im_problem(const Fields& fields, const Arrays& arrays) {
  const auto axes = count_of(fields.whole("ndim"));
  const ImageShape columns = image_shape(array(arrays, "x"), "x", 1);
  const Extents kernel = fields.wholes("kernel_shape", axes);
  Index taps = 1;
  for (const Index extent : kernel) {
    // More taps than x has rows cannot be right; stop before the product overflows.
    if (extent < 1 || taps > columns.channels) throw CaseError("kernel_shape and x disagree");
    taps *= extent;
  }
  if (columns.channels % taps != 0) {
    throw CaseError("x has " + std::to_string(columns.channels) +
                    " rows per image, which is not a multiple of " + std::to_string(taps) +
                    " taps");
  }
  const TransposedConvolution fold = col2im({.input = fields.wholes("image_shape", axes),
                                             .kernel = kernel,
                                             .in_channels = columns.channels / taps,
                                             .stride = fields.wholes("strides", axes),
                                             .dilation = fields.wholes("dilations", axes),
                                             .padding = fields.pads("pads", axes)});
  return {fold.spec(), im2col_weights<double>(fold), {}};
}

/// The pads that follow from a rule.
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

/// What a pool shares with convolutions must say nothing that a pool cannot do.
void check_pool(const Fields& fields, const Windows& windows, const ImageShape& image) {
  refuse_output_padding(fields, windows.axes);
  if (boundary_of(fields) != Boundary::zero) {
    throw CaseError("padding_mode must be zeros; an AveragePool has no other");
  }
  if (!fields.has("group")) return;
  const Index groups = fields.whole("group");
  if (groups == 1 || groups == image.channels) return;
  throw CaseError("group is " + std::to_string(groups) +
                  "; in an AveragePool it must be 1 or the " + std::to_string(image.channels) +
                  " channels");
}

SeparableProblem pool_problem(const Fields& fields, const Arrays& arrays) {
  const Windows windows = windows_of(fields);
  const ImageShape image = image_shape(array(arrays, "x"), "x", windows.axes);
  check_pool(fields, windows, image);
  const AveragePool pool{.input = image.extents,
                         .kernel = windows.kernel,
                         .channels = image.channels,
                         .stride = windows.strides,
                         .dilation = windows.dilations,
                         .padding = resolved(windows.padding, image.extents, windows),
                         .ceil_mode = fields.truth("ceil_mode"),
                         .count_include_pad = fields.truth("count_include_pad")};
  if (windows.rule && resolved(*windows.rule, image.extents, windows) != pool.padding) {
    throw CaseError("effective_pads are not what the library makes of auto_pad");
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

/// Scales that are given beside sizes must give the same sizes.
void check_scales(const std::vector<double>& scales, const Extents& input, const Extents& sizes) {
  for (std::size_t axis = 0; axis < scales.size(); ++axis) {
    const double scaled = scales[axis] * static_cast<double>(input[axis]);
    if (std::abs(scaled - static_cast<double>(sizes[axis])) < 1) continue;
    throw CaseError("scales and sizes of axis " + std::to_string(axis) + " disagree");
  }
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
  if (!fields.has("sizes")) {
    resize.scales = fields.numbers("scales", input.size());
    return {resize};
  }
  resize.sizes = fields.wholes("sizes", input.size());
  if (fields.has("scales")) {
    check_scales(fields.numbers("scales", input.size()), input, resize.sizes);
  }
  return {resize};
}

using Problem = std::variant<ConvolutionProblem, SeparableProblem>;
using Names = std::vector<std::string>;

/// What makes the problem of an operator, and what a case of it may have besides x, y and matrix.
struct KnownOperator {
  Problem (*make)(const Fields&, const Arrays&);
  Names keys;
  Names arrays;
};

/// Keys of windows, which are those of AveragePool, Conv and ConvTranspose.
Names with_windows(const Names& others) {
  Names keys = {"kernel_shape", "strides",        "dilations",    "group",         "pads",
                "auto_pad",     "effective_pads", "padding_mode", "output_padding"};
  keys.insert(keys.end(), others.begin(), others.end());
  return keys;
}

const std::map<std::string, KnownOperator>& operators() {
  static const std::map<std::string, KnownOperator> known = {
      {"Conv",
       {[](const Fields& f, const Arrays& a) -> Problem { return convolution_problem(f, a); },
        with_windows({"torch_padding"}),
        {"w", "b", "r", "gx", "gw"}}},
      {"ConvTranspose",
       {[](const Fields& f, const Arrays& a) -> Problem { return transposed_problem(f, a); },
        with_windows({"torch_padding", "output_shape"}),
        {"w", "b", "r", "gx", "gw"}}},
      {"Col2Im",
       {[](const Fields& f, const Arrays& a) -> Problem { return col2im_problem(f, a); },
        {"kernel_shape", "image_shape", "strides", "dilations", "pads"},
        {"r", "gx"}}},
      {"AveragePool",
       {[](const Fields& f, const Arrays& a) -> Problem { return pool_problem(f, a); },
        with_windows({"ceil_mode", "count_include_pad"}),
        {"r", "gx"}}},
      {"Pad",
       {[](const Fields& f, const Arrays& a) -> Problem { return pad_problem(f, a); },
        {"pads", "mode", "value"},
        {"r", "gx"}}},
      {"Resize",
       {[](const Fields& f, const Arrays& a) -> Problem { return resize_problem(f, a); },
        {"mode", "coordinate_transformation_mode", "nearest_mode", "scales", "sizes"},
        {"r", "gx"}}},
  };
  return known;
}

const KnownOperator& operator_of(const std::string& name) {
  const auto found = operators().find(name);
  if (found == operators().end()) throw UnknownOperator(name);
  return found->second;
}

bool has_name(const Names& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// Refuses keys and arrays that mean something to other operators only.
void check_names(const Fields& fields, const Arrays& arrays) {
  const std::string name = fields.text("op");
  const KnownOperator& own = operator_of(name);
  for (const auto& [other_name, other] : operators()) {
    for (const std::string& key : other.keys) {
      if (has_name(own.keys, key) || !fields.has(key.c_str())) continue;
      throw CaseError("key " + key + " is for " + other_name + "; a case of " + name +
                      " cannot have it");
    }
    for (const std::string& file : other.arrays) {
      if (has_name(own.arrays, file) || !arrays.contains(file)) continue;
      throw CaseError(file + " is there, though a case of " + name + " cannot have it");
    }
  }
  const bool may_have_bias = has_name(own.arrays, "b");
  if (!may_have_bias && fields.has("bias") && fields.truth("bias")) {
    throw CaseError("bias is true, though a case of " + name + " cannot have one");
  }
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

/// The shapes that case.json names must be those of the arrays.
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

/// Adds everything but the problem.
void add_arrays(Case& made, const Fields& fields, const Arrays& arrays) {
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
  // PyTorch's cases come with gradients.
  const bool from_torch = fields.has("part") && fields.text("part") == "torch";
  if (from_torch || arrays.contains("r")) made.r = array(arrays, "r");
}

}  // namespace

Index product(const Extents& shape) {
  Index count = 1;
  for (const Index extent : shape) count *= extent;
  return count;
}

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
  operator_of(Fields(description).text("op"));
}

Case make_case(const nlohmann::json& description, const std::map<std::string, Tensor>& arrays) {
  const Fields fields(description);
  const KnownOperator& known = operator_of(fields.text("op"));
  check_names(fields, arrays);
  Case made;
  made.op = fields.text(fields.has("onnx_op") ? "onnx_op" : "op");
  made.problem = known.make(fields, arrays);
  with_text_form(text_form(made), [&] { add_arrays(made, fields, arrays); });
  return made;
}

std::string text_form(const Case& made) {
  const auto* problem = std::get_if<ConvolutionProblem>(&made.problem);
  return problem != nullptr ? to_string(problem->spec) : std::string();
}

}  // namespace toeplix::conformance
