#pragma once

#include <toeplix/spec.hpp>

#include <vector>

namespace toeplix::detail {

// What follows from the fields of a spec, one axis at a time. Precondition: `check_spec` has passed
// it. Everything here throws GeometryError if a kernel span or an output extent exceeds 2^40 or
// does not exist.

/// The padding of one axis in numbers, whatever rule it is given by.
AxisPadding resolve_padding(const ConvolutionSpec& spec, std::size_t axis);
/// As ONNX's ConvTranspose resolves auto_pad and output_shape: the target is input * stride or what
/// `output` says, and the total, which may be negative, is halved toward minus infinity.
/// TensorFlow's has no negative half below the image.
AxisPadding resolve_padding(const TransposedConvolutionSpec& spec, std::size_t axis);

/// Throws GeometryError if padding crops all of an extent and the boundary has nothing to extend.
void check_cropped(std::size_t axis, Index extent, AxisPadding padding, Boundary boundary);

/// The number of windows along one axis.
Index output_extent(const ConvolutionSpec& spec, std::size_t axis, AxisPadding padding);

/// The convolution that maps the output of `spec` back to its input.
///
/// It must have exactly as many windows as `spec` has inputs. A remainder below the stride is lost
/// in the window count anyway; whole strides of output padding (possible if dilation > stride) are
/// taken off the upper side.
ConvolutionSpec adjoint_spec(const TransposedConvolutionSpec& spec,
                             const std::vector<AxisPadding>& padding);

}  // namespace toeplix::detail
