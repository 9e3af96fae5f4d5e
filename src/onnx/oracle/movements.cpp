#include "onnx/oracle/operators.hpp"

#include <algorithm>

namespace toeplix::onnx_oracle {

Outputs transpose(const Call& call) {
  const Array& x = call.input(0);
  const std::size_t axes = x.shape.size();
  Extents order;
  for (std::size_t axis = axes; axis-- > 0;) order.push_back(static_cast<Index>(axis));
  order = call.list("perm").value_or(order);
  if (order.size() != axes) throw FormatError("perm does not fit");
  Extents shape;
  for (const Index axis : order) shape.push_back(x.shape[axis_of(axis, axes)]);
  return {rearranged(x, shape, call.budget, [&](const Extents& at) {
    Extents there(axes);
    for (std::size_t axis = 0; axis < axes; ++axis) there[axis_of(order[axis], axes)] = at[axis];
    return there;
  })};
}

/// Blocks of channels become blocks of pixels. DCR: a channel is (row, column, c), CRD: (c, row,
/// column).
Outputs depth_to_space(const Call& call) {
  const Array& x = call.input(0);
  const Index block = call.whole("blocksize", 0);
  const std::string mode = call.word("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") call.refuse("the mode " + mode);
  if (x.shape.size() != 4 || block < 1 || block > 1 << 15 || x.shape[1] % (block * block) != 0) {
    throw FormatError("blocks do not fit " + text_of(x.shape));
  }
  const Index channels = x.shape[1] / (block * block);
  const Extents shape = {x.shape[0], channels, x.shape[2] * block, x.shape[3] * block};
  return {rearranged(x, shape, call.budget, [&](const Extents& at) {
    const Index inside = at[2] % block * block + at[3] % block;
    const Index channel =
        mode == "DCR" ? inside * channels + at[1] : at[1] * block * block + inside;
    return Extents{at[0], channel, at[2] / block, at[3] / block};
  })};
}

Outputs space_to_depth(const Call& call) {
  const Array& x = call.input(0);
  const Index block = call.whole("blocksize", 0);
  if (x.shape.size() != 4 || block < 1 || block > 1 << 15 || x.shape[2] % block != 0 ||
      x.shape[3] % block != 0) {
    throw FormatError("blocks do not fit " + text_of(x.shape));
  }
  const Index channels = x.shape[1];
  const Extents shape = {x.shape[0], channels * block * block, x.shape[2] / block,
                         x.shape[3] / block};
  return {rearranged(x, shape, call.budget, [&](const Extents& at) {
    const Index inside = at[1] / channels;
    return Extents{at[0], at[1] % channels, at[2] * block + inside / block,
                   at[3] * block + inside % block};
  })};
}

namespace {

/// The coordinates that a slice takes of one axis, as a Python loop over `range` would.
Extents sliced(Index start, Index end, Index step, Index extent) {
  if (step == 0) throw FormatError("a step is 0");
  const Index last = step > 0 ? extent : extent - 1;
  const Index least = step > 0 ? 0 : -1;
  if (start < 0) start += extent;
  if (end < 0) end += extent;
  start = std::clamp(start, least, last);
  end = std::clamp(end, least, last);
  Extents taken;
  for (Index at = start; step > 0 ? at < end : at > end;) {
    taken.push_back(at);
    if (step > extent || step < -extent) break;
    at += step;
  }
  return taken;
}

}  // namespace

Outputs slice(const Call& call) {
  const Array& x = call.input(0);
  const auto starts = call.list_or_input("starts", 1, 10);
  const auto ends = call.list_or_input("ends", 2, 10);
  const auto axes = call.list_or_input("axes", 3, 10);
  const auto steps = call.opset < 10 ? std::nullopt : call.wholes(4);
  if (!starts || !ends || starts->size() != ends->size() ||
      (axes && axes->size() != starts->size()) || (steps && steps->size() != starts->size())) {
    throw FormatError("starts, ends, axes and steps are not as many");
  }
  std::vector<Extents> taken;
  for (const Index extent : x.shape) taken.push_back(sliced(0, extent, 1, extent));
  for (std::size_t i = 0; i < starts->size(); ++i) {
    const std::size_t axis = axis_of(axes ? (*axes)[i] : static_cast<Index>(i), x.shape.size());
    taken[axis] = sliced((*starts)[i], (*ends)[i], steps ? (*steps)[i] : 1, x.shape[axis]);
  }
  Extents shape;
  for (const Extents& along : taken) shape.push_back(static_cast<Index>(along.size()));
  return {rearranged(x, shape, call.budget, [&](const Extents& at) {
    Extents there;
    for (std::size_t axis = 0; axis < at.size(); ++axis) {
      there.push_back(taken[axis][static_cast<std::size_t>(at[axis])]);
    }
    return there;
  })};
}

namespace {

/// Equal parts, of which the last may be smaller.
Extents equal_parts(Index extent, Index outputs) {
  const Index each = (extent + outputs - 1) / outputs;
  Extents parts;
  for (Index i = 0; i < outputs; ++i) {
    parts.push_back(std::clamp<Index>(extent - i * each, 0, each));
  }
  return parts;
}

}  // namespace

Outputs split(const Call& call) {
  const Array& x = call.input(0);
  const std::size_t axis = axis_of(call.whole("axis", 0), x.shape.size());
  const auto given = call.list_or_input("split", 1, 13);
  const Extents parts = given ? *given : equal_parts(x.shape[axis], call.node.output_size());
  Outputs outputs;
  Index begin = 0;
  for (const Index part : parts) {
    Extents shape = x.shape;
    shape[axis] = part;
    if (part < 0 || part > x.shape[axis] - begin) throw FormatError("the parts do not fit");
    outputs.push_back(rearranged(x, shape, call.budget, [&](Extents at) {
      at[axis] += begin;
      return at;
    }));
    begin += part;
  }
  if (begin != x.shape[axis]) throw FormatError("the parts do not fit");
  return outputs;
}

Outputs concat(const Call& call) {
  const Array& first = call.input(0);
  if (call.attribute("axis") == nullptr) throw FormatError("there is no axis");
  const std::size_t axis = axis_of(call.whole("axis", 0), first.shape.size());
  Extents shape = first.shape;
  shape[axis] = 0;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    Extents other = call.input(i).shape;
    if (other.size() != shape.size() || call.input(i).type != first.type) {
      throw FormatError("the inputs do not fit");
    }
    shape[axis] += other[axis];
    other[axis] = first.shape[axis];
    if (other != first.shape) throw FormatError("the inputs do not fit");
  }
  Array y = make_array(first.type, shape, call.budget);
  Index begin = 0;
  for (const ArrayPointer& x : call.inputs) {
    Index from = 0;
    for_each(x->shape, [&](Extents at) {
      at[axis] += begin;
      const auto to = static_cast<std::size_t>(place_of(shape, at));
      const auto source = static_cast<std::size_t>(from++);
      if (y.is_real()) y.reals[to] = x->reals[source];
      if (!y.is_real()) y.wholes[to] = x->wholes[source];
    });
    begin += x->shape[axis];
  }
  return {y};
}

Outputs gather(const Call& call) {
  const Array& x = call.input(0);
  const Array& indices = call.input(1);
  const std::size_t axis = axis_of(call.whole("axis", 0), x.shape.size());
  if (indices.is_real()) call.refuse("indices that are real numbers");
  const auto before = static_cast<std::ptrdiff_t>(axis);
  const auto picked = static_cast<std::ptrdiff_t>(indices.shape.size());
  Extents shape(x.shape.begin(), x.shape.begin() + before);
  shape.insert(shape.end(), indices.shape.begin(), indices.shape.end());
  shape.insert(shape.end(), x.shape.begin() + before + 1, x.shape.end());
  return {rearranged(x, shape, call.budget, [&](const Extents& at) {
    const Extents chosen(at.begin() + before, at.begin() + before + picked);
    const auto place = static_cast<std::size_t>(place_of(indices.shape, chosen));
    Extents there(at.begin(), at.begin() + before);
    there.push_back(static_cast<Index>(
        axis_of(indices.wholes[place], static_cast<std::size_t>(x.shape[axis]))));
    there.insert(there.end(), at.begin() + before + picked, at.end());
    return there;
  })};
}

Outputs expand(const Call& call) {
  const Array& x = call.input(0);
  const auto wanted = call.wholes(1);
  if (!wanted) throw FormatError("there is no shape");
  return {rearranged(x, common_shape(x.shape, *wanted), call.budget,
                     [&](const Extents& at) { return coordinates_in(x.shape, at); })};
}

Outputs tile(const Call& call) {
  const Array& x = call.input(0);
  const auto repeats = call.wholes(1);
  if (!repeats || repeats->size() != x.shape.size()) throw FormatError("the repeats do not fit");
  Extents shape = x.shape;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const Index times = (*repeats)[axis];
    if (times < 0 || times > Index{1} << 40 || shape[axis] > (Index{1} << 62) / (times + 1)) {
      throw FormatError("the repeats do not fit");
    }
    shape[axis] *= times;
  }
  return {rearranged(x, shape, call.budget, [&](Extents at) {
    for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis] %= x.shape[axis];
    return at;
  })};
}

}  // namespace toeplix::onnx_oracle
