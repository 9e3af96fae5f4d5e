#pragma once

#include <toeplix/spec.hpp>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

/// The words of the text form of a spec.
namespace toeplix::detail {

template <class Enum, std::size_t N>
using NameTable = std::array<std::pair<std::string_view, Enum>, N>;

inline constexpr NameTable<Boundary, 5> boundary_names{{{"zero", Boundary::zero},
                                                        {"circular", Boundary::circular},
                                                        {"reflect", Boundary::reflect},
                                                        {"symmetric", Boundary::symmetric},
                                                        {"replicate", Boundary::replicate}}};

inline constexpr NameTable<Operation, 2> operation_names{
    {{"correlation", Operation::correlation}, {"convolution", Operation::convolution}}};

inline constexpr NameTable<TensorOrder, 3> order_names{
    {{"channels_first", TensorOrder::channels_first},
     {"channels_last", TensorOrder::channels_last},
     {"column_major", TensorOrder::column_major}}};

inline constexpr NameTable<WeightsOrder, 4> weights_order_names{{{"oihw", WeightsOrder::oihw},
                                                                 {"hwio", WeightsOrder::hwio},
                                                                 {"ohwi", WeightsOrder::ohwi},
                                                                 {"hwim", WeightsOrder::hwim}}};

inline constexpr NameTable<Padding::Rule, 6> padding_rule_names{
    {{"valid", Padding::Rule::valid},
     {"same_upper", Padding::Rule::same_upper},
     {"same_lower", Padding::Rule::same_lower},
     {"full", Padding::Rule::full},
     {"causal", Padding::Rule::causal},
     {"same_tf", Padding::Rule::same_tf}}};

/// The padding that a rule decides; nothing for explicit sides, which have numbers.
inline std::optional<Padding> padding_by(Padding::Rule rule) {
  switch (rule) {
    case Padding::Rule::valid:
      return Padding::valid();
    case Padding::Rule::same_upper:
      return Padding::same_upper();
    case Padding::Rule::same_lower:
      return Padding::same_lower();
    case Padding::Rule::full:
      return Padding::full();
    case Padding::Rule::causal:
      return Padding::causal();
    case Padding::Rule::same_tf:
      return Padding::same_tf();
    case Padding::Rule::explicit_sides:
      break;
  }
  return std::nullopt;
}

}  // namespace toeplix::detail
