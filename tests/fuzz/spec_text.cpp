#include "fuzz/target.hpp"

#include "support/make.hpp"

#include <toeplix/reference.hpp>

#include <algorithm>
#include <cmath>
#include <string_view>

// The text form, and the convolution of the spec that it gives, with numbers of any size.
//
// A convolution costs time and memory in proportion to its borders, up to a limit that takes
// seconds. So only those specs are made that are cheap, or so far beyond the limit that they must
// be refused at once.

namespace toeplix::fuzz::spec_text {

namespace {

// --- the text ------------------------------------------------------------------------------------

std::optional<AnySpec> check_text(std::string_view text) {
  auto parsed = attempt([text] { return parse_spec(text); });
  const auto convolution = attempt([text] { return parse_convolution(text); });
  const auto transposed = attempt([text] { return parse_transposed_convolution(text); });
  if (!parsed.value) {
    require(!convolution.value && !transposed.value, "one kind is parsed, but not any kind");
    return std::nullopt;
  }
  const bool is_transposed = std::holds_alternative<TransposedConvolutionSpec>(*parsed.value);
  require(transposed.value.has_value() == is_transposed, "parse_transposed_convolution");
  require(convolution.value.has_value() != is_transposed, "parse_convolution");
  const std::string written = to_string(*parsed.value);
  require(parse_spec(written) == *parsed.value, "the text form gives another spec");
  require(to_string(parse_spec(written)) == written, "the text form gives another text");
  return std::move(parsed.value);
}

// --- what it costs -------------------------------------------------------------------------------

/// Stored rows and taps of one axis that a fuzzer can afford.
constexpr double cheap = 1 << 15;
/// Twice the limit of the library.
constexpr double refused = 1 << 27;

/// One axis in numbers that cannot overflow. `image` is what the windows slide over, spread.
struct Axis {
  double image;
  double spread;
  double windows;
  double kernel;
  double stride;
  double dilation;
  double lower;
  Boundary boundary;

  double reach() const { return (kernel - 1) * dilation; }
  double upper() const { return (windows - 1) * stride + reach() + 1 - image - lower; }

  /// Windows that do not lie inside the image.
  double border() const {
    if (reach() >= image) return windows;
    const double begin = std::max(0.0, std::ceil(lower / stride));
    const double end = std::floor((image - 1 - reach() + lower) / stride) + 1;
    return std::min(windows, begin + std::max(0.0, windows - std::max(begin, end)));
  }
  /// What a table stores or walks.
  double cost() const {
    return kernel + spread + border() * (boundary == Boundary::zero ? 1 : kernel);
  }
  /// What a transposed table stores or walks at most.
  double transposed_cost() const {
    const double cut = reach() + std::abs(lower) + std::abs(upper());
    return cost() + std::min(image, stride + 4 * cut) + (boundary == Boundary::zero ? 0 : cut);
  }
  bool is_refused() const { return kernel > refused || border() > refused; }
};

Axis axis_of(const AxisGeometry& g) {
  const auto number = [](Index value) { return static_cast<double>(value); };
  return {number(g.spread_input()), number(g.input_dilation), number(g.output), number(g.kernel),
          number(g.stride),         number(g.dilation),       number(g.lower),  g.boundary};
}

template <class T>
T value_of(const PerAxis<T>& list, std::size_t axis) {
  return list.values()[std::min(axis, list.values().size() - 1)];
}

/// An axis of a spec that nobody has checked.
template <class Spec>
Axis axis_of(const Spec& spec, std::size_t index) {
  double spread = 1;
  if constexpr (requires { spec.input_dilation; }) {
    spread = static_cast<double>(value_of(spec.input_dilation, index));
  }
  Axis axis{(static_cast<double>(spec.input[index]) - 1) * spread + 1,
            spread,
            static_cast<double>(spec.input[index]),
            static_cast<double>(spec.kernel[std::min(index, spec.kernel.size() - 1)]),
            static_cast<double>(value_of(spec.stride, index)),
            static_cast<double>(value_of(spec.dilation, index)),
            0,
            value_of(spec.boundary, index)};
  double padding = 0;
  if (spec.padding.rule() == Padding::Rule::explicit_sides) {
    const auto& sides = spec.padding.sides();
    const AxisPadding side = sides[std::min(index, sides.size() - 1)];
    axis.lower = static_cast<double>(side.lower);
    padding = axis.lower + static_cast<double>(side.upper);
  } else if (spec.padding.rule() == Padding::Rule::full) {
    axis.lower = axis.reach();
    padding = 2 * axis.lower;
  } else if (spec.padding.rule() == Padding::Rule::causal) {
    axis.lower = axis.reach();
    padding = axis.lower;
  } else if (spec.padding.rule() != Padding::Rule::valid) {
    padding = axis.reach();
    axis.lower = padding / 2;
  }
  if constexpr (std::same_as<Spec, ConvolutionSpec>) {
    axis.windows = std::floor((axis.image + padding - axis.reach() - 1) / axis.stride) + 1;
  } else {
    axis.image = (axis.windows - 1) * axis.stride + axis.reach() + 1 - padding;
    if (!spec.output.empty()) {
      const double output =
          static_cast<double>(spec.output[std::min(index, spec.output.size() - 1)]);
      axis.lower = std::floor((axis.image + padding - output) / 2);
      axis.image = output;
    }
  }
  return axis;
}

template <class Spec>
bool worth_making(const Spec& spec) {
  for (std::size_t index = 0; index < spec.input.size(); ++index) {
    const Axis axis = axis_of(spec, index);
    // A transposed convolution has the tables of both directions.
    const bool both = std::same_as<Spec, TransposedConvolutionSpec>;
    const double cost = both ? axis.transposed_cost() : axis.cost();
    if (cost > cheap && !axis.is_refused()) return false;
  }
  return true;
}

// --- tap tables ----------------------------------------------------------------------------------

void check_row(const TapTable& table, Index row) {
  const TapRow taps = table.row(row);
  require(table.entries_before(row + 1) - table.entries_before(row) == taps.size(), "row length");
  const TapRow model = table.row(table.representative(table.class_of(row)));
  require(model.size() == taps.size(), "a class of rows of different lengths");
  for (Index i = 0; i < taps.size(); ++i) {
    const Tap tap = taps[i];
    require(tap.input >= 0 && tap.input < table.columns(), "a tap outside the image");
    require(i == 0 || tap.input > taps[i - 1].input, "taps out of order");
    require(tap.input - model[i].input == table.shift_of(row), "a class of different rows");
    require(!tap.kernel.empty() && std::ranges::is_sorted(tap.kernel), "kernel positions");
    require(tap.kernel.front() >= 0 && tap.kernel.back() < table.geometry().kernel,
            "a tap outside the kernel");
  }
}

/// Rows around every place where something begins or ends.
void check_rows(const TapTable& table) {
  const auto& middle = table.middle();
  for (const Index place : {Index{0}, middle.begin, middle.begin + middle.period, middle.end,
                            table.rows() / 2, table.rows()}) {
    for (Index row = place - 2; row <= place + 2; ++row) {
      if (row >= 0 && row < table.rows()) check_row(table, row);
    }
  }
}

void check_table(const TapTable& table) {
  check_rows(table);
  if (axis_of(table.geometry()).transposed_cost() > cheap) return;
  const TapTable transposed = table.transposed();
  require(transposed.rows() == table.columns() && transposed.columns() == table.rows(), "extents");
  require(transposed.entries() == table.entries(), "the transposed table has other entries");
  check_rows(transposed);
}

// --- convolutions --------------------------------------------------------------------------------

/// The direct loops step over every pixel.
bool is_small(const Extents& numbers) {
  constexpr Index largest = 1 << 10;
  return std::ranges::all_of(numbers,
                             [](Index number) { return number >= -largest && number <= largest; });
}

template <class Spec>
bool is_small(const Spec& spec) {
  Extents numbers = {spec.in_channels, spec.out_channels, spec.groups};
  for (const AxisPadding& side : spec.padding.sides()) {
    numbers.insert(numbers.end(), {side.lower, side.upper});
  }
  if constexpr (requires { spec.output_padding; }) {
    if (!is_small(spec.output_padding.values()) || !is_small(spec.output)) return false;
  }
  if constexpr (requires { spec.input_dilation; }) {
    if (!is_small(spec.input_dilation.values())) return false;
  }
  return is_small(numbers) && is_small(spec.input) && is_small(spec.kernel) &&
         is_small(spec.stride.values()) && is_small(spec.dilation.values());
}

/// Whether the oracle and the library agree on what can exist. `made` is empty if the library
/// refused the spec for its size.
template <class Spec, class Conv>
void check_with_reference(const Spec& spec, const std::optional<Conv>& made, bool exists) {
  try {
    const Extents output = reference::output_extents(spec);
    require(exists, "the oracle has an output, the library a GeometryError");
    require(!made || made->output() == output, "the oracle has another output");
  } catch (const GeometryError&) {
    require(!exists, "the oracle has a GeometryError, the library an output");
  } catch (const CapacityError&) {
  }
}

template <class Conv>
void check_counts(const Conv& convolution) {
  require(convolution.rows() > 0 && convolution.cols() > 0, "no rows or no columns");
  const auto nnz = attempt([&] { return convolution.nnz(); });
  const auto bytes = attempt([&] { return convolution.template bytes<double>(); });
  require(!nnz.value || *nnz.value >= 0, "nnz is negative");
  require(!bytes.value || (nnz.value && *bytes.value / 12 >= *nnz.value), "fewer bytes than nnz");
}

const std::vector<TapTable>& tables_of(const Convolution& convolution) {
  return convolution.tap_tables();
}
const std::vector<TapTable>& tables_of(const TransposedConvolution& convolution) {
  return convolution.adjoint().tap_tables();
}

template <class Spec>
void check_spec(const Spec& spec) {
  if (!worth_making(spec)) return;
  std::optional<decltype(test::make(spec))> made;
  bool exists = true;
  try {
    made.emplace(spec);
  } catch (const GeometryError&) {
    exists = false;
  } catch (const CapacityError&) {
  }
  if (is_small(spec)) check_with_reference(spec, made, exists);
  if (!made) return;
  check_counts(*made);
  for (const TapTable& table : tables_of(*made)) check_table(table);
}

}  // namespace

void run(Bytes bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto spec = check_text(text);
  if (spec) std::visit([](const auto& any) { check_spec(any); }, *spec);
}

}  // namespace toeplix::fuzz::spec_text
