#include "onnx/oracle/operators.hpp"

#include <algorithm>

namespace toeplix::onnx_oracle {

namespace {

constexpr Index outside = -1;

/// The pixel among `extent` that is shown at a coordinate, which may lie beyond: found by walking
/// back from there. `outside` in constant mode.
Index pixel_at(Index at, Index extent, const std::string& mode) {
  if (at >= 0 && at < extent) return at;
  if (mode == "constant") return outside;
  if (mode == "edge") return at < 0 ? 0 : extent - 1;
  if (mode == "wrap") {
    while (at < 0) at += extent;
    while (at >= extent) at -= extent;
    return at;
  }
  if (extent == 1) return 0;
  while (at < 0 || at >= extent) at = at < 0 ? -at : 2 * (extent - 1) - at;
  return at;
}

/// One axis that is cropped where its pads are negative, and then extended.
struct Frame {
  Index lower = 0;
  Index upper = 0;

  Index cropped(Index extent) const {
    return extent + std::min<Index>(lower, 0) + std::min<Index>(upper, 0);
  }
  /// The pixel of the input at a coordinate of the output.
  Index source(Index at, Index extent, const std::string& mode) const {
    const Index pixel = pixel_at(at - std::max<Index>(lower, 0), cropped(extent), mode);
    return pixel == outside ? outside : pixel - std::min<Index>(lower, 0);
  }
};

std::vector<Frame> frames_of(const Call& call, std::size_t axes) {
  const auto pads = call.list_or_input("pads", 1, 11);
  if (!pads) throw FormatError("there are no pads");
  std::vector<std::size_t> padded;
  if (const auto given = call.wholes(3)) {
    for (const Index axis : *given) padded.push_back(axis_of(axis, axes));
  } else {
    for (std::size_t axis = 0; axis < axes; ++axis) padded.push_back(axis);
  }
  if (pads->size() != 2 * padded.size()) throw FormatError("there are too many or too few pads");
  std::vector<Frame> frames(axes);
  for (std::size_t i = 0; i < padded.size(); ++i) {
    frames[padded[i]] = {(*pads)[i], (*pads)[padded.size() + i]};
  }
  return frames;
}

}  // namespace

Outputs pad(const Call& call) {
  const Array& x = call.input(0);
  const std::string mode = call.word("mode", "constant");
  if (mode != "constant" && mode != "edge" && mode != "reflect" && mode != "wrap") {
    call.refuse("the mode " + mode);
  }
  const std::vector<Frame> frames = frames_of(call, x.shape.size());
  Extents shape = x.shape;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    shape[axis] += frames[axis].lower + frames[axis].upper;
    const bool has_pixels = frames[axis].cropped(x.shape[axis]) > 0;
    if (!has_pixels && mode != "constant") throw FormatError("an axis has no pixel to show");
  }
  double fill = call.opset < 11 ? call.number("value", 0) : 0;
  if (call.opset >= 11 && call.has(2) && call.input(2).size() > 0) fill = call.input(2).number(0);
  Array y = make_array(x.type, shape, call.budget);
  std::size_t place = 0;
  for_each(shape, [&](const Extents& at) {
    Extents there = at;
    for (std::size_t axis = 0; axis < at.size(); ++axis) {
      there[axis] = frames[axis].source(at[axis], x.shape[axis], mode);
    }
    const bool shown = std::ranges::find(there, outside) == there.end();
    const auto source = static_cast<std::size_t>(shown ? place_of(x.shape, there) : 0);
    if (x.is_real()) y.reals[place] = shown ? x.reals[source] : fill;
    if (!x.is_real()) y.wholes[place] = shown ? x.wholes[source] : static_cast<Index>(fill);
    ++place;
  });
  return {y};
}

}  // namespace toeplix::onnx_oracle
