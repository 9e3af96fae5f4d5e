#include "onnx/ops/linear_ops.hpp"
#include "onnx/ops/steps.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>
#include <limits>

namespace toeplix::onnx_detail {

namespace {

/// A part of one axis: where it begins, the step, and how many.
struct AxisRange {
  Index start;
  Index step;
  Index count;
};

/// As numpy's slices: negative numbers count from the end, and what is beyond is cut off.
AxisRange sliced(Index start, Index end, Index step, Index extent) {
  const Index lowest = step < 0 ? -1 : 0;
  const Index highest = step < 0 ? extent - 1 : extent;
  const auto within = [&](Index number) {
    return std::clamp(number < 0 ? number + extent : number, lowest, highest);
  };
  const Index from = within(start);
  const Index to = within(end);
  const Index distance = step < 0 ? from - to : to - from;
  const Index pace = step < 0 ? -step : step;
  return {from, step, distance > 0 ? detail::ceil_div(distance, pace) : 0};
}

/// The ranges of all axes as a form.
LinearForm ranges_form(const Extents& shape, const std::vector<AxisRange>& ranges,
                       std::size_t input) {
  const Extents steps = steps_through(shape);
  ContractionSpec spec{.input = shape};
  Extents output;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const AxisRange& range = ranges[axis];
    output.push_back(range.count);
    // Along an axis of one element a step of any length goes nowhere.
    const Index step = range.count > 1 ? range.step * steps[axis] : 0;
    spec.output.push_back({range.count, step, 0});
    spec.input_start += range.start * steps[axis];
  }
  if (std::ranges::find(output, 0) != output.end()) return {std::move(output), {}, {}};
  return {std::move(output), {{make_part(std::move(spec)), input}}, {}};
}

std::vector<AxisRange> whole_ranges(const Extents& shape) {
  std::vector<AxisRange> ranges;
  for (const Index extent : shape) ranges.push_back({0, 1, extent});
  return ranges;
}

/// starts, ends, axes and steps of Slice: attributes until operator set 9, then inputs.
struct SliceNumbers {
  Extents starts;
  Extents ends;
  Extents axes;
  Extents steps;
};

SliceNumbers slice_numbers(const NodeContext& node) {
  const bool by_attributes = node.opset < 10;
  const auto read = [&](const char* name, std::size_t input) {
    return by_attributes ? node.attributes.wholes(name) : node.wholes(input);
  };
  const auto starts = read("starts", 1);
  const auto ends = read("ends", 2);
  if (!starts || !ends) throw FormatError("there are no starts or no ends");
  Extents all;
  for (std::size_t axis = 0; axis < starts->size(); ++axis) all.push_back(static_cast<Index>(axis));
  SliceNumbers numbers{*starts, *ends, read("axes", 3).value_or(all), Extents(starts->size(), 1)};
  if (!by_attributes) numbers.steps = node.wholes(4).value_or(numbers.steps);
  const std::size_t count = starts->size();
  if (ends->size() != count || numbers.axes.size() != count || numbers.steps.size() != count) {
    throw FormatError("starts, ends, axes and steps are not as many");
  }
  return numbers;
}

/// The extents of the outputs of Split.
Extents split_extents(const NodeContext& node, Index extent) {
  const auto given = node.opset < 13 ? node.attributes.wholes("split") : node.wholes(1);
  const auto outputs = static_cast<Index>(node.outputs());
  if (given) {
    if (static_cast<Index>(given->size()) != outputs) {
      throw FormatError("split has " + std::to_string(given->size()) + " numbers for " +
                        std::to_string(outputs) + " outputs");
    }
    return *given;
  }
  const Index stated = node.attributes.whole("num_outputs", outputs);
  if (stated != outputs) {
    throw FormatError("attribute 'num_outputs' is " + std::to_string(stated) + ", but there are " +
                      std::to_string(outputs) + " outputs");
  }
  if (node.opset < 18 && extent % outputs != 0) {
    throw FormatError("an axis of " + std::to_string(extent) + " cannot be split into " +
                      std::to_string(outputs) + " equal parts");
  }
  const Index each = detail::ceil_div(extent, outputs);
  Extents extents(node.outputs(), each);
  extents.back() = extent - each * (outputs - 1);
  return extents;
}

/// One axis of a joined tensor, of which an input has the part that begins at `begin`.
CoefficientTable joined_table(const NodeContext& node, Index extent, Index begin, Index total) {
  ask_for_table(node, total);
  CoefficientTable table(extent);
  table.reserve(total, extent);
  for (Index row = 0; row < total; ++row) {
    const bool is_here = row >= begin && row < begin + extent;
    if (is_here) table.append_row({{row - begin, 1}});
    if (!is_here) table.append_row({});
  }
  return table;
}

/// The axis along which tensors are joined, and the shape that they make together. Constants
/// without elements are passed over.
struct Joined {
  std::size_t axis;
  Extents shape;
};

Joined joined_shape(const NodeContext& node) {
  const Extents& first = node.shape(0);
  if (!node.attributes.has("axis")) throw FormatError("attribute 'axis' is missing");
  const std::size_t axis = node.axis(node.attributes.whole("axis", 0), first.size());
  Extents shape = first;
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    Extents other = node.shape(i);
    const bool as_many = other.size() == shape.size();
    const auto total = detail::checked_sum(shape[axis], as_many ? other[axis] : 0);
    if (as_many) other[axis] = shape[axis];
    if (!total || other != shape) {
      throw FormatError("inputs " + shape_text(first) + " and " + shape_text(node.shape(i)) +
                        " cannot be joined along axis " + std::to_string(axis));
    }
    shape[axis] = *total;
  }
  return {axis, std::move(shape)};
}

/// The table of an axis from which elements are taken by number.
CoefficientTable taken_table(const NodeContext& node, const Extents& indices, Index extent) {
  for (const Index index : indices) {
    if (index >= -extent && index < extent) continue;
    throw FormatError("the index " + std::to_string(index) + " is not within an axis of " +
                      std::to_string(extent));
  }
  CoefficientTable table(extent);
  const auto count = static_cast<Index>(indices.size());
  ask_for_table(node, count);
  table.reserve(count, count);
  for (const Index index : indices) table.append_row({{index < 0 ? index + extent : index, 1}});
  return table;
}

}  // namespace

OpResult slice(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  const SliceNumbers numbers = slice_numbers(node);
  const std::vector<std::size_t> axes = node.axes(numbers.axes, shape.size());
  std::vector<AxisRange> ranges = whole_ranges(shape);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const Index step = numbers.steps[i];
    if (step == 0 || step == std::numeric_limits<Index>::min()) {
      throw FormatError("a step is " + std::to_string(step) + "; expected another number than 0");
    }
    ranges[axes[i]] = sliced(numbers.starts[i], numbers.ends[i], step, shape[axes[i]]);
  }
  OpResult result;
  result.forms.push_back(ranges_form(shape, ranges, 0));
  return result;
}

OpResult split(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  const std::size_t axis = node.axis(node.attributes.whole("axis", 0), shape.size());
  OpResult result;
  std::vector<AxisRange> ranges = whole_ranges(shape);
  std::optional<Index> begin = 0;
  for (const Index extent : split_extents(node, shape[axis])) {
    const auto end = detail::checked_sum(begin, extent);
    if (extent < 0 || !end || *end > shape[axis]) {
      begin = std::nullopt;
      break;
    }
    ranges[axis] = {*begin, 1, extent};
    result.forms.push_back(ranges_form(shape, ranges, 0));
    begin = end;
  }
  if (begin == shape[axis]) return result;
  throw FormatError("the parts do not add up to axis " + std::to_string(axis) + " of " +
                    shape_text(shape));
}

OpResult concat(const NodeContext& node) {
  const Joined joined = joined_shape(node);
  Index begin = 0;
  std::vector<Term> terms;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Extents& shape = node.shape(i);
    const Index extent = shape[joined.axis];
    if (element_count(shape) != 0) {
      auto table = joined_table(node, extent, begin, joined.shape[joined.axis]);
      terms.push_back({table_part(node, shape, joined.axis, std::move(table)), i});
    }
    begin += extent;
  }
  return linear(joined.shape, std::move(terms));
}

OpResult gather(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  const std::size_t axis = node.axis(node.attributes.whole("axis", 0), shape.size());
  const Extents& picked = node.shape(1);
  Extents output(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis));
  output.insert(output.end(), picked.begin(), picked.end());
  output.insert(output.end(), shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, shape.end());
  const Constant indices = node.input(1).constant;
  if (indices == nullptr) {
    return nonlinear("takes elements by numbers that are not constant", std::move(output));
  }
  const auto* numbers = std::get_if<std::vector<std::int64_t>>(&indices->values);
  if (numbers == nullptr) throw FormatError("the indices are no whole numbers");
  if (element_count(output) == 0) return linear(std::move(output), {});
  return linear(std::move(output),
                {{table_part(node, shape, axis, taken_table(node, *numbers, shape[axis])), 0}});
}

OpResult expand(const NodeContext& node) {
  const auto given = node.wholes(1);
  if (!given) throw FormatError("there is no shape");
  for (const Index extent : *given) {
    if (extent < 0) throw FormatError("the shape " + shape_text(*given) + " has negative extents");
  }
  const Extents shape = broadcast_shape(node.shape(0), *given);
  if (element_count(shape) == 0) return linear(shape, {});
  return linear(shape, {{broadcast_part(node.shape(0), shape), 0}});
}

OpResult tile(const NodeContext& node) {
  const Extents& shape = node.shape(0);
  const auto repeats = node.wholes(1);
  if (!repeats || repeats->size() != shape.size()) {
    throw FormatError("there must be a number of repeats for each of the " +
                      std::to_string(shape.size()) + " axes");
  }
  const Extents steps = steps_through(shape);
  ContractionSpec spec{.input = shape};
  Extents output;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const auto extent = detail::checked_product(shape[axis], (*repeats)[axis]);
    if ((*repeats)[axis] < 0 || !extent) {
      throw FormatError("axis " + std::to_string(axis) + " is repeated " +
                        std::to_string((*repeats)[axis]) + " times; expected 0 or more");
    }
    output.push_back(*extent);
    spec.output.push_back({(*repeats)[axis], 0, 0});
    spec.output.push_back({shape[axis], steps[axis], 0});
  }
  return linear(std::move(output), {{make_part(std::move(spec)), 0}});
}

}  // namespace toeplix::onnx_detail
