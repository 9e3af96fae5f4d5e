#include "fuzz/target.hpp"

#include "support/make.hpp"

#include <toeplix/pattern.hpp>
#include <toeplix/reference.hpp>

#include <algorithm>
#include <string_view>

// The text form, and what can be made of the spec that it gives, with numbers of any size.
//
// Making a convolution costs time and memory in proportion to its borders, up to a limit of 2^26
// rows that takes seconds. So only those specs are made that are cheap, or far beyond the limit and
// must be refused at once.

namespace {

using namespace toeplix;
using fuzz::attempt;
using fuzz::require;

/// Rows and taps that may be stored for one axis.
constexpr double cheap = 1 << 15;
/// Beyond any limit, however roughly estimated.
constexpr double hopeless = 1LL << 32;
/// The direct loops step over every pixel.
constexpr Index largest_for_reference = 1 << 10;

// --- the text ------------------------------------------------------------------------------------

std::optional<AnySpec> check_text(std::string_view text) {
  const auto parsed = attempt([text] { return parse(text); });
  const bool is_convolution = attempt([text] { return parse_convolution(text); }).value.has_value();
  const bool is_transposed =
      attempt([text] { return parse_transposed_convolution(text); }).value.has_value();
  require(is_convolution + is_transposed == (parsed.value ? 1 : 0), "not exactly one kind");
  if (!parsed.value) return std::nullopt;
  require(is_convolution == std::holds_alternative<ConvolutionSpec>(*parsed.value), "other kind");
  const std::string written = to_string(*parsed.value);
  require(parse(written) == *parsed.value, "the text form gives another spec");
  require(to_string(parse(written)) == written, "the text form gives another text");
  return parsed.value;
}

// --- the cost ------------------------------------------------------------------------------------

double magnitude(Index value) {
  return std::abs(static_cast<double>(value));
}

/// What making one axis takes at most, in rows and taps.
struct AxisCost {
  double forward;
  double transposed;
};

AxisCost axis_cost(const AxisGeometry& g) {
  const double kernel = magnitude(g.kernel);
  const double reach = kernel * magnitude(g.dilation);
  const double padded = magnitude(g.output) * magnitude(g.stride) + reach;
  const double lower = std::max<double>(0, static_cast<double>(g.lower));
  const double upper = std::max<double>(0, padded - magnitude(g.input) - lower);
  const double border = std::min(magnitude(g.output), (lower + upper) / magnitude(g.stride) + 4);
  const double taps = g.boundary == Boundary::zero ? 1 : kernel;
  const double stored = kernel + border * taps;
  const double cut = 4 * (reach + magnitude(g.lower) + upper) + magnitude(g.stride);
  return {stored, stored + std::min(cut, magnitude(g.input))};
}

/// Whether every axis of a spec is either cheap or must be refused, judged by its text's numbers.
template <class Spec>
bool worth_making(const Spec& spec) {
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    const auto value = [axis](const auto& list) {
      const auto& values = list.values();
      return values[std::min(axis, values.size() - 1)];
    };
    const double kernel = axis < spec.kernel.size() ? magnitude(spec.kernel[axis]) : 1;
    const double stride = std::max(1.0, magnitude(value(spec.stride)));
    double padding = kernel * magnitude(value(spec.dilation));
    if (spec.padding.rule() == Padding::Rule::explicit_sides) {
      const auto& sides = spec.padding.sides();
      const AxisPadding side = sides[std::min(axis, sides.size() - 1)];
      padding = magnitude(side.lower) + magnitude(side.upper);
    }
    const double taps = value(spec.boundary) == Boundary::zero ? 1 : kernel;
    const double cost = kernel + (2 * padding / stride + 4) * taps;
    const double rows = padding / stride;
    if (cost > cheap && rows < hopeless && kernel < hopeless) return false;
  }
  return true;
}

// --- what is made --------------------------------------------------------------------------------

void check_row(const TapTable& table, Index row) {
  const TapRow taps = table.row(row);
  require(table.entries_before(row + 1) - table.entries_before(row) == taps.size(), "row length");
  const Index first = table.representative(table.class_of(row));
  const TapRow same = table.row(first);
  require(same.size() == taps.size(), "a class of rows of different lengths");
  for (Index i = 0; i < taps.size(); ++i) {
    const Tap tap = taps[i];
    require(tap.input >= 0 && tap.input < table.columns(), "a tap outside the image");
    require(i == 0 || tap.input > taps[i - 1].input, "taps out of order");
    require(tap.input - same[i].input == table.shift_of(row), "a class of different rows");
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
  const AxisCost cost = axis_cost(table.geometry());
  if (cost.forward > 2 * cheap) return;
  check_rows(table);
  if (cost.transposed > 2 * cheap) return;
  const TapTable transposed = table.transposed();
  require(transposed.rows() == table.columns() && transposed.columns() == table.rows(), "extents");
  require(transposed.entries() == table.entries(), "the transposed table has other entries");
  check_rows(transposed);
}

template <class Conv>
void check_counts(const Conv& convolution) {
  const auto nnz = attempt([&] { return convolution.nnz(); });
  if (nnz.value) require(*nnz.value >= 0, "nnz is negative");
  const auto bytes = attempt([&] { return convolution.template bytes<double>(); });
  require(!bytes.value || (nnz.value && *bytes.value / 12 >= *nnz.value), "fewer bytes than nnz");
  require(convolution.rows() > 0 && convolution.cols() > 0, "no rows or columns");
}

const std::vector<TapTable>& tables_of(const Convolution& convolution) {
  return convolution.tap_tables();
}
const std::vector<TapTable>& tables_of(const TransposedConvolution& convolution) {
  return convolution.adjoint().tap_tables();
}

bool is_small(const Extents& numbers) {
  return std::ranges::all_of(numbers, [](Index number) {
    return number >= -largest_for_reference && number <= largest_for_reference;
  });
}

template <class Spec>
bool is_small(const Spec& spec) {
  Extents numbers = {spec.in_channels, spec.out_channels, spec.groups};
  for (const AxisPadding& side : spec.padding.sides()) {
    numbers.insert(numbers.end(), {side.lower, side.upper});
  }
  if constexpr (requires { spec.output_padding; }) {
    if (!is_small(spec.output_padding.values())) return false;
  }
  return is_small(numbers) && is_small(spec.input) && is_small(spec.kernel) &&
         is_small(spec.stride.values()) && is_small(spec.dilation.values());
}

/// Whether the oracle agrees on what exists and on its output.
template <class Spec, class Conv>
void check_with_reference(const Spec& spec, const Outcome<Conv>& made) {}

template <class Spec>
void check_spec(const Spec& spec) {
  if (!worth_making(spec)) return;
  using Conv = decltype(test::make(spec));
  std::optional<Conv> made;
  bool exists = true;
  try {
    made.emplace(spec);
  } catch (const GeometryError&) {
    exists = false;
  } catch (const CapacityError&) {
  }
  if (is_small(spec)) {
    try {
      const Extents output = reference::output_extents(spec);
      require(exists, "the reference knows an output, Convolution does not");
      require(!made || made->output() == output, "the reference has another output");
    } catch (const GeometryError&) {
      require(!exists, "Convolution exists, the reference knows no output");
    } catch (const CapacityError&) {
    }
  }
  if (!made) return;
  check_counts(*made);
  for (const TapTable& table : tables_of(*made)) check_table(table);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto spec = check_text(text)) {
    std::visit([](const auto& any) { check_spec(any); }, *spec);
  }
  return 0;
}
