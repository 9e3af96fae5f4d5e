#pragma once

#include <toeplix/spec.hpp>

#include <array>
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

inline constexpr NameTable<Padding::Rule, 4> padding_rule_names{
    {{"valid", Padding::Rule::valid},
     {"same_upper", Padding::Rule::same_upper},
     {"same_lower", Padding::Rule::same_lower},
     {"full", Padding::Rule::full}}};

}  // namespace toeplix::detail
