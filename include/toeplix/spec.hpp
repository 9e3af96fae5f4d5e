#pragma once

#include <toeplix/index.hpp>

#include <initializer_list>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace toeplix {

/// What lies beyond the border of an image `abcd`. Names as in docs/conventions.md.
enum class Boundary {
  zero,       ///< `000 abcd 000`
  circular,   ///< `bcd abcd abc`
  reflect,    ///< `dcb abcd cba`: the edge pixel is not repeated
  symmetric,  ///< `cba abcd dcb`: the edge pixel is repeated
  replicate,  ///< `aaa abcd ddd`
};

/// Whether the kernel is flipped along every spatial axis.
enum class Operation {
  correlation,  ///< not flipped: PyTorch, ONNX, MATLAB's imfilter
  convolution,  ///< flipped: MATLAB's conv2, scipy.signal.convolve, deblurring
};

/// How an image with channels is laid out as a vector, for rows and columns alike.
enum class TensorOrder {
  channels_first,  ///< C,H,W in C order: PyTorch, ONNX
  channels_last,   ///< H,W,C in C order: TensorFlow, image files
  column_major,    ///< MATLAB's `X(:)` of an H x W x C array: first axis fastest, channels slowest
};

/// How the array of the weights is laid out, in C order: `o` the output channels, `i` the input
/// channels of a group, `h` and `w` the kernel's axes, however many there are. Of a transposed
/// convolution the letters mean its adjoint, so `o` are its own input channels.
enum class WeightsOrder {
  oihw,  ///< PyTorch, ONNX
  hwio,  ///< TensorFlow, Keras, JAX; also of TensorFlow's transposed layers: (h, w, out, in)
  ohwi,  ///< TensorFlow Lite
  hwim,  ///< TensorFlow's depthwise kernels: (h, w, in, multiplier); groups = in_channels
};

/// One value for all axes, or one per axis.
///
///     toeplix::PerAxis<toeplix::Index> stride = 2;           // on every axis
///     toeplix::PerAxis<toeplix::Index> dilation = {1, 3};    // on axis 0, on axis 1
template <class T>
class PerAxis {
 public:
  /// The same value for every axis.
  PerAxis(T value) : values_{value} {}
  /// One value per axis.
  PerAxis(std::initializer_list<T> values) : values_(values) {}
  /// One value per axis.
  PerAxis(std::vector<T> values) : values_(std::move(values)) {}

  /// The values as they were given: one, or one per axis.
  [[nodiscard]] const std::vector<T>& values() const { return values_; }
  /// Whether the given values fit this number of axes.
  [[nodiscard]] bool fits(std::size_t axes) const {
    return values_.size() == 1 || values_.size() == axes;
  }
  /// The value of one axis. Precondition: `fits(axes)` for the number of axes at hand.
  [[nodiscard]] T operator[](std::size_t axis) const {
    return values_.size() == 1 ? values_[0] : values_[axis];
  }

  friend bool operator==(const PerAxis&, const PerAxis&) = default;

 private:
  std::vector<T> values_;
};

/// Padding of one axis, in pixels. A negative number crops.
struct AxisPadding {
  Index lower = 0;  ///< before coordinate 0
  Index upper = 0;  ///< after the last coordinate

  friend bool operator==(const AxisPadding&, const AxisPadding&) = default;
};

/// Padding of every axis, by numbers or by rule.
///
///     toeplix::Padding all = 1;                                  // every side of every axis
///     auto mixed = toeplix::Padding::sides({{0, 1}, {2, 2}});    // lower, upper; per axis
///     auto same = toeplix::Padding::same_upper();                // by rule
class Padding {
 public:
  /// What decides the numbers.
  enum class Rule {
    explicit_sides,  ///< the numbers in `sides()`
    valid,           ///< 0 on both sides
    same_upper,      ///< output is ceil(input / stride); an odd pixel goes to the upper side
    same_lower,      ///< output is ceil(input / stride); an odd pixel goes to the lower side
    full,            ///< (kernel - 1) * dilation on both sides: every overlap counts
    causal,          ///< (kernel - 1) * dilation on the lower side, nothing on the upper one
    same_tf,         ///< TensorFlow's SAME, of convolutions and of transposed ones
  };

  /// The same number on both sides of every axis.
  Padding(Index both) : sides_{{both, both}} {}
  /// One number per axis, for both of its sides.
  Padding(std::initializer_list<Index> per_axis) : Padding(std::vector<Index>(per_axis)) {}
  /// One number per axis, for both of its sides.
  Padding(const std::vector<Index>& per_axis) {
    for (const Index both : per_axis) sides_.push_back({both, both});
  }
  /// A `{lower, upper}` pair per axis.
  Padding(std::initializer_list<AxisPadding> per_axis) : sides_(per_axis) {}
  /// A `{lower, upper}` pair per axis.
  Padding(std::vector<AxisPadding> per_axis) : sides_(std::move(per_axis)) {}

  /// One number per axis, for both of its sides: `per_axis({1, 2})` is 1 below and above on axis 0
  /// and 2 on axis 1. Says what `{1, 2}` means.
  [[nodiscard]] static Padding per_axis(const std::vector<Index>& both) { return Padding(both); }
  /// A `{lower, upper}` pair per axis: `sides({{1, 2}})` is 1 below and 2 above on the only axis.
  /// Says what `{{1, 2}}` means.
  [[nodiscard]] static Padding sides(std::vector<AxisPadding> pairs) {
    return Padding(std::move(pairs));
  }
  /// No padding: a window lies within the image.
  [[nodiscard]] static Padding valid() { return Padding(Rule::valid); }
  /// The output has ceil(input / stride) pixels; an odd pixel of padding goes to the upper side.
  [[nodiscard]] static Padding same_upper() { return Padding(Rule::same_upper); }
  /// The output has ceil(input / stride) pixels; an odd pixel of padding goes to the lower side.
  [[nodiscard]] static Padding same_lower() { return Padding(Rule::same_lower); }
  /// (kernel - 1) * dilation on both sides: every overlap of kernel and image counts.
  [[nodiscard]] static Padding full() { return Padding(Rule::full); }
  /// (kernel - 1) * dilation on the lower side, nothing on the upper one. A convolution with a
  /// stride of 1 then has as many outputs as inputs, and with the boundary zero or replicate output
  /// `o` reads no pixel beyond `o`.
  [[nodiscard]] static Padding causal() { return Padding(Rule::causal); }
  /// TensorFlow's and Keras's "same". Of a convolution the same as `same_upper`. A transposed
  /// convolution is the transpose of the convolution with this padding that maps `output` pixels
  /// (by default `input * stride`) to `input`; ONNX's `same_upper` is another one if the span of
  /// the kernel is below the stride.
  [[nodiscard]] static Padding same_tf() { return Padding(Rule::same_tf); }

  /// What decides the numbers.
  [[nodiscard]] Rule rule() const { return rule_; }
  /// The numbers as they were given: one pair, or one per axis; empty under any other rule.
  [[nodiscard]] const std::vector<AxisPadding>& sides() const { return sides_; }

  friend bool operator==(const Padding&, const Padding&) = default;

 private:
  explicit Padding(Rule rule) : rule_(rule) {}

  Rule rule_ = Rule::explicit_sides;
  std::vector<AxisPadding> sides_;
};

/// A convolution as the caller writes it. Plain data; `Convolution` checks it.
///
/// Every member means what it means in PyTorch and ONNX. Input tensor: `in_channels` x `input`.
/// Weights: (out_channels, in_channels / groups, kernel...), C order, or as `weights_order` says.
///
/// With an `input_dilation` of d the image is spread first: d - 1 zeros come between neighbouring
/// pixels (JAX's lhs_dilation). Then negative padding crops, then the boundary extends what is
/// left.
///
/// `padding_value` (SciPy's `cval`) is what a pixel beyond the border of any axis with the boundary
/// zero has, in the scalar of the data. It adds an offset and changes no entry of the matrix: the
/// convolution is A x + `padding_offset`, and everything that has to do with the matrix is that of
/// the linear part A. It must be finite, and 0 if no axis has the boundary zero.
///
///     toeplix::ConvolutionSpec spec{
///         .input = {28, 28}, .kernel = {3, 3}, .out_channels = 8, .padding = 1};
struct ConvolutionSpec {
  Extents input;                                    ///< pixels per spatial axis
  Extents kernel;                                   ///< kernel positions: one for all axes, or each
  Index in_channels = 1;                            ///< total, not per group
  Index out_channels = 1;                           ///< total, not per group
  Index groups = 1;                                 ///< divides both channel counts
  PerAxis<Index> stride = 1;                        ///< pixels from one output to the next
  PerAxis<Index> dilation = 1;                      ///< pixels between kernel positions; 1 is dense
  PerAxis<Index> input_dilation = 1;                ///< spreads the pixels of the input; 1 is dense
  Padding padding = 0;                              ///< negative crops
  PerAxis<Boundary> boundary = Boundary::zero;      ///< what the padding is filled with
  double padding_value = 0;                         ///< what `Boundary::zero` fills in
  Operation operation = Operation::correlation;     ///< whether the kernel is flipped
  TensorOrder order = TensorOrder::channels_first;  ///< layout of rows and columns
  WeightsOrder weights_order = WeightsOrder::oihw;  ///< layout of the weights

  friend bool operator==(const ConvolutionSpec&, const ConvolutionSpec&) = default;
};

/// A transposed convolution as the caller writes it: exactly the transpose of the convolution
/// that maps its output to its input (`TransposedConvolution::adjoint`).
///
/// `input` and `in_channels` describe what goes in. Weights:
/// (in_channels, out_channels / groups, kernel...), C order, or as `weights_order` says: what the
/// adjoint takes. Along each axis the output has
/// `(input - 1) * stride + (kernel - 1) * dilation + 1 - lower - upper + output_padding` pixels.
/// With `same_upper`, `same_lower` and `same_tf` it has `input * stride`. With `output` it has that
/// many, and the padding follows: in all what the formula has too much, which may be negative. Of
/// an odd number `same_upper` has the larger half as `upper`; `same_lower`, and no padding, as
/// `lower`.
///
///     toeplix::TransposedConvolutionSpec spec{.input = {14, 14}, .kernel = {2, 2}, .stride = 2};
///     toeplix::TransposedConvolutionSpec sized{
///         .input = {184, 245}, .kernel = {3, 3}, .stride = 2, .output = {368, 489}};
struct TransposedConvolutionSpec {
  Extents input;                                    ///< pixels per spatial axis
  Extents kernel;                                   ///< kernel positions: one for all axes, or each
  Index in_channels = 1;                            ///< total, not per group
  Index out_channels = 1;                           ///< total, not per group
  Index groups = 1;                                 ///< divides both channel counts
  PerAxis<Index> stride = 1;                        ///< output pixels from one input to the next
  PerAxis<Index> dilation = 1;                      ///< pixels between kernel positions; 1 is dense
  Padding padding = 0;                              ///< negative enlarges the output
  PerAxis<Index> output_padding = 0;                ///< below max(stride, dilation)
  Extents output = {};                              ///< one per axis, or one for all; empty: free
  PerAxis<Boundary> boundary = Boundary::zero;      ///< boundary of the adjoint convolution
  Operation operation = Operation::correlation;     ///< that of the adjoint convolution
  TensorOrder order = TensorOrder::channels_first;  ///< layout of rows and columns
  WeightsOrder weights_order = WeightsOrder::oihw;  ///< layout of the weights

  friend bool operator==(const TransposedConvolutionSpec&,
                         const TransposedConvolutionSpec&) = default;
};

/// Either kind of spec.
using AnySpec = std::variant<ConvolutionSpec, TransposedConvolutionSpec>;

/// The one-line text form. Leaves out what has its default value. `parse_spec` gives back an equal
/// spec, whether or not the spec is sound, unless one of its lists is empty.
///
///     toeplix::to_string(conv.spec());  // "input=56,56 kernel=3,3 in=64 out=64 padding=1"
[[nodiscard]] std::string to_string(const ConvolutionSpec& spec);
/// The text form of a transposed convolution, which begins with `transposed`.
[[nodiscard]] std::string to_string(const TransposedConvolutionSpec& spec);
/// The text form of either kind.
[[nodiscard]] std::string to_string(const AnySpec& spec);

/// Writes the text form.
///
///     std::cout << conv.spec() << '\n';
std::ostream& operator<<(std::ostream& out, const ConvolutionSpec& spec);
/// Writes the text form.
std::ostream& operator<<(std::ostream& out, const TransposedConvolutionSpec& spec);

/// The word of the text form, e.g. `reflect`.
[[nodiscard]] std::string_view to_string(Boundary boundary);
/// The word of the text form, e.g. `correlation`.
[[nodiscard]] std::string_view to_string(Operation operation);
/// The word of the text form, e.g. `channels_first`.
[[nodiscard]] std::string_view to_string(TensorOrder order);
/// The word of the text form, e.g. `oihw`.
[[nodiscard]] std::string_view to_string(WeightsOrder order);

/// Reads the text form: an optional word `transposed`, then `key=value` in any order, separated by
/// blanks. Keys: input, kernel, in, out, groups, stride, dilation, input_dilation (not of
/// transposed ones), padding, output_padding and output (of transposed ones alone), boundary,
/// padding_value (not of transposed ones), operation, order, weights_order. `input` and `kernel`
/// are required. Throws FormatError (byte, key, value, what was expected); does not check the
/// geometry.
///
///     toeplix::AnySpec spec = toeplix::parse_spec("transposed input=14,14 kernel=4,4 stride=2");
///     std::holds_alternative<toeplix::TransposedConvolutionSpec>(spec);  // true
[[nodiscard]] AnySpec parse_spec(std::string_view text);
/// Reads a text form that is not `transposed`. Errors as `parse_spec`.
///
///     toeplix::ConvolutionSpec spec = toeplix::parse_convolution("input=28,28 kernel=3,3 out=8");
[[nodiscard]] ConvolutionSpec parse_convolution(std::string_view text);
/// Reads a text form that is `transposed`. Errors as `parse_spec`.
///
///     auto spec = toeplix::parse_transposed_convolution("transposed input=14 kernel=4 stride=2");
[[nodiscard]] TransposedConvolutionSpec parse_transposed_convolution(std::string_view text);

}  // namespace toeplix
