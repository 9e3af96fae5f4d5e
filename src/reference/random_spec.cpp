#include <toeplix/random_spec.hpp>

#include <toeplix/error.hpp>
#include <toeplix/reference.hpp>

#include "reference/check_spec.hpp"
#include "reference/draw_spec.hpp"
#include "reference/spec_names.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>

namespace toeplix::reference {

namespace {

constexpr int most_draws = 10'000;
constexpr Index largest_bound = 1024;
constexpr Index most_axes_at_all = 16;

// --- numbers, which no standard library draws in its own way -------------------------------------

/// Both included.
Index between(std::mt19937_64& engine, Index lowest, Index highest) {
  const auto count = static_cast<std::uint64_t>(highest - lowest) + 1;
  return lowest + static_cast<Index>(engine() % count);
}

bool once_in(std::mt19937_64& engine, Index times) {
  return between(engine, 1, times) == 1;
}

template <class T>
T pick(std::mt19937_64& engine, const std::vector<T>& choices) {
  return choices[static_cast<std::size_t>(
      between(engine, 0, static_cast<Index>(choices.size()) - 1))];
}

/// From 1 to `highest`, and more often 1 than any other.
Index count_from_one(std::mt19937_64& engine, Index highest) {
  return once_in(engine, 3) ? 1 : between(engine, 1, highest);
}

/// One value for all axes, or one per axis. `draw(axis)` draws one.
template <class T, class Draw>
PerAxis<T> draw_per_axis(std::mt19937_64& engine, std::size_t axes, Draw draw) {
  if (once_in(engine, 3)) return draw(std::size_t{0});
  std::vector<T> values;
  for (std::size_t axis = 0; axis < axes; ++axis) values.push_back(draw(axis));
  return values;
}

// --- bounds --------------------------------------------------------------------------------------

/// What is small depends on the number of axes.
Index largest_extent(const std::optional<Index>& given, std::size_t axes,
                     const std::array<Index, 4>& otherwise) {
  if (given) return *given;
  return axes <= otherwise.size() ? otherwise[axes - 1] : 2;
}

void check_bound(std::string_view name, Index value, Index lowest, Index highest) {
  if (value >= lowest && value <= highest) return;
  throw GeometryError("bounds: " + std::string(name) + " " + std::to_string(value) +
                      " is not from " + std::to_string(lowest) + " to " + std::to_string(highest));
}

template <class T>
void check_choices(std::string_view name, const std::vector<T>& choices) {
  if (choices.empty())
    throw GeometryError("bounds: " + std::string(name) + " is empty, expected at least one");
}

void check_bounds(const SpecBounds& bounds) {
  check_bound("fewest_axes", bounds.fewest_axes, 1, most_axes_at_all);
  check_bound("most_axes", bounds.most_axes, bounds.fewest_axes, most_axes_at_all);
  check_bound("largest_input", bounds.largest_input.value_or(1), 1, largest_bound);
  check_bound("largest_kernel", bounds.largest_kernel.value_or(1), 1, largest_bound);
  check_bound("largest_groups", bounds.largest_groups, 1, largest_bound);
  check_bound("largest_channels", bounds.largest_channels, 1, largest_bound);
  check_bound("largest_stride", bounds.largest_stride, 1, largest_bound);
  check_bound("largest_dilation", bounds.largest_dilation, 1, largest_bound);
  check_bound("largest_input_dilation", bounds.largest_input_dilation, 1, largest_bound);
  check_bound("smallest_padding", bounds.smallest_padding, -largest_bound, largest_bound);
  check_bound("largest_padding", bounds.largest_padding, bounds.smallest_padding, largest_bound);
  check_bound("largest_padding_value", bounds.largest_padding_value, 0, largest_bound);
  check_bound("most_products", bounds.most_products, 1, std::numeric_limits<Index>::max());
  check_choices("padding_rules", bounds.padding_rules);
  check_choices("boundaries", bounds.boundaries);
  check_choices("operations", bounds.operations);
  check_choices("orders", bounds.orders);
  check_choices("weights_orders", bounds.weights_orders);
}

// --- specs ---------------------------------------------------------------------------------------

/// Mostly narrow; now and then as wide as it may be, so that boundaries fold more than once.
Index draw_side(std::mt19937_64& engine, const SpecBounds& bounds) {
  const Index narrow = std::clamp<Index>(4, bounds.smallest_padding, bounds.largest_padding);
  return between(engine, bounds.smallest_padding,
                 once_in(engine, 8) ? bounds.largest_padding : narrow);
}

Padding draw_sides(std::mt19937_64& engine, std::size_t axes, const SpecBounds& bounds) {
  if (once_in(engine, 4)) return draw_side(engine, bounds);
  std::vector<AxisPadding> sides;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const Index lower = draw_side(engine, bounds);
    sides.push_back({lower, draw_side(engine, bounds)});
  }
  return sides;
}

/// Numbers in half of all cases, if they are allowed: they have the most to say.
Padding draw_padding(std::mt19937_64& engine, std::size_t axes, const SpecBounds& bounds) {
  const bool numbers = std::ranges::count(bounds.padding_rules, Padding::Rule::explicit_sides) > 0;
  if (numbers && once_in(engine, 2)) return draw_sides(engine, axes, bounds);
  const auto padding = toeplix::detail::padding_by(pick(engine, bounds.padding_rules));
  return padding ? *padding : draw_sides(engine, axes, bounds);
}

/// Extents around the one without padding, or those that TensorFlow takes.
void draw_output(std::mt19937_64& engine, TransposedConvolutionSpec& spec) {
  const std::size_t axes = spec.input.size();
  const PerAxis<Index> output = draw_per_axis<Index>(engine, axes, [&](std::size_t axis) {
    const Index last = (spec.input[axis] - 1) * spec.stride[axis];
    if (spec.padding.rule() == Padding::Rule::same_tf)
      return between(engine, last + 1, last + spec.stride[axis]);
    const Index end = last + detail::span_of(spec, axis);
    return between(engine, std::max<Index>(1, end - 4), end + 4);
  });
  spec.output = output.values();
}

/// Whether the output is drawn too: in a third of all cases in which the padding leaves it open.
bool draws_output(std::mt19937_64& engine, const SpecBounds& bounds, const Padding& padding) {
  const auto rule = padding.rule();
  const bool open = rule == Padding::Rule::same_upper || rule == Padding::Rule::same_lower ||
                    rule == Padding::Rule::same_tf || padding == Padding(0);
  return bounds.says_output && open && once_in(engine, 3);
}

template <class Spec>
void draw_extents(std::mt19937_64& engine, const SpecBounds& bounds, Spec& spec) {
  const auto axes = static_cast<std::size_t>(between(engine, bounds.fewest_axes, bounds.most_axes));
  for (std::size_t axis = 0; axis < axes; ++axis) {
    spec.input.push_back(
        between(engine, 1, largest_extent(bounds.largest_input, axes, {14, 7, 4, 3})));
    spec.kernel.push_back(
        between(engine, 1, largest_extent(bounds.largest_kernel, axes, {6, 4, 3, 2})));
  }
  if (bounds.broadcasts_kernel && once_in(engine, 4)) spec.kernel.resize(1);
}

template <class Spec>
void draw_channels(std::mt19937_64& engine, const SpecBounds& bounds, Spec& spec) {
  spec.groups = once_in(engine, 2) ? 1 : between(engine, 1, bounds.largest_groups);
  spec.in_channels = spec.groups * count_from_one(engine, bounds.largest_channels);
  spec.out_channels = spec.groups * count_from_one(engine, bounds.largest_channels);
}

bool exists(const auto& spec) {
  try {
    static_cast<void>(output_extents(spec));
    return true;
  } catch (const GeometryError&) {
    return false;
  }
}

double product(double factor, const Extents& extents) {
  for (const Index extent : extents) factor *= static_cast<double>(extent);
  return factor;
}

/// Windows times weights, or the numbers of the input or output if they are more; rounded.
/// Precondition: the convolution exists.
template <class Spec>
double count_steps(const Spec& spec) {
  const Extents output = output_extents(spec);
  auto weights = static_cast<double>(spec.in_channels * spec.out_channels / spec.groups);
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis)
    weights *= static_cast<double>(detail::taps_of(spec, axis));
  const Extents& windows = std::same_as<Spec, ConvolutionSpec> ? output : spec.input;
  return std::max({product(weights, windows),
                   product(static_cast<double>(spec.in_channels), spec.input),
                   product(static_cast<double>(spec.out_channels), output)});
}

template <class Spec>
Spec draw_existing(std::mt19937_64& engine, const SpecBounds& bounds) {
  check_bounds(bounds);
  for (int draw = 0; draw < most_draws; ++draw) {
    const Spec spec = detail::draw_spec<Spec>(engine, bounds);
    if (exists(spec) && count_steps(spec) <= static_cast<double>(bounds.most_products)) return spec;
  }
  throw GeometryError("bounds: none of 10000 random specs exists and takes at most " +
                      std::to_string(bounds.most_products) + " products");
}

}  // namespace

template <SpecArgument Spec>
Spec detail::draw_spec(std::mt19937_64& engine, const SpecBounds& bounds) {
  Spec spec{.input = {}, .kernel = {}};
  draw_extents(engine, bounds, spec);
  draw_channels(engine, bounds, spec);
  const std::size_t axes = spec.input.size();
  spec.stride = draw_per_axis<Index>(
      engine, axes, [&](std::size_t) { return count_from_one(engine, bounds.largest_stride); });
  spec.dilation = draw_per_axis<Index>(
      engine, axes, [&](std::size_t) { return count_from_one(engine, bounds.largest_dilation); });
  if constexpr (requires { spec.input_dilation; }) {
    if (bounds.largest_input_dilation > 1 && once_in(engine, 4)) {
      spec.input_dilation = draw_per_axis<Index>(engine, axes, [&](std::size_t) {
        return count_from_one(engine, bounds.largest_input_dilation);
      });
    }
  }
  spec.padding = draw_padding(engine, axes, bounds);
  if constexpr (requires { spec.output_padding; }) {
    spec.output_padding = draw_per_axis<Index>(engine, axes, [&](std::size_t axis) {
      // One too many if it is the highest.
      const Index highest = std::max(spec.stride[axis], spec.dilation[axis]);
      return once_in(engine, 2) ? 0 : between(engine, 0, highest);
    });
    if (draws_output(engine, bounds, spec.padding)) draw_output(engine, spec);
    if (spec.padding.rule() == Padding::Rule::same_tf && !once_in(engine, 4))
      spec.output_padding = 0;  // the only one that it takes
  }
  spec.boundary = draw_per_axis<Boundary>(
      engine, axes, [&](std::size_t) { return pick(engine, bounds.boundaries); });
  spec.operation = pick(engine, bounds.operations);
  spec.order = pick(engine, bounds.orders);
  if constexpr (requires { spec.padding_value; }) {
    const bool fills = std::ranges::count(spec.boundary.values(), Boundary::zero) > 0;
    const Index largest = bounds.largest_padding_value;
    if (fills && largest > 0 && once_in(engine, 2))
      spec.padding_value = static_cast<double>(between(engine, -largest, largest));
  }
  // No choice takes no draw: by the default bounds a seed gives what it gave before there was one.
  const bool choice = bounds.weights_orders.size() > 1;
  spec.weights_order = choice ? pick(engine, bounds.weights_orders) : bounds.weights_orders.front();
  return spec;
}

ConvolutionSpec random_convolution(std::uint64_t seed, const SpecBounds& bounds) {
  std::mt19937_64 engine(seed);
  return draw_existing<ConvolutionSpec>(engine, bounds);
}

TransposedConvolutionSpec random_transposed_convolution(std::uint64_t seed,
                                                        const SpecBounds& bounds) {
  std::mt19937_64 engine(seed);
  return draw_existing<TransposedConvolutionSpec>(engine, bounds);
}

AnySpec random_spec(std::uint64_t seed, const SpecBounds& bounds) {
  std::mt19937_64 engine(seed);
  if (once_in(engine, 2)) return draw_existing<ConvolutionSpec>(engine, bounds);
  return draw_existing<TransposedConvolutionSpec>(engine, bounds);
}

template ConvolutionSpec detail::draw_spec(std::mt19937_64&, const SpecBounds&);
template TransposedConvolutionSpec detail::draw_spec(std::mt19937_64&, const SpecBounds&);

}  // namespace toeplix::reference
