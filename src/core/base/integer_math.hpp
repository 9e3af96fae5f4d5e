#pragma once

#include <toeplix/index.hpp>

#include <cstddef>
#include <optional>

namespace toeplix::detail {

/// Quotient rounded toward minus infinity. Precondition: `divisor > 0`.
constexpr Index floor_div(Index dividend, Index divisor) {
  const Index quotient = dividend / divisor;
  return dividend % divisor < 0 ? quotient - 1 : quotient;
}

/// Quotient rounded toward plus infinity. Precondition: `divisor > 0`.
constexpr Index ceil_div(Index dividend, Index divisor) {
  return -floor_div(-dividend, divisor);
}

/// Remainder in [0, divisor). Precondition: `divisor > 0`.
constexpr Index floor_mod(Index dividend, Index divisor) {
  return dividend - floor_div(dividend, divisor) * divisor;
}

/// Product, or nothing if it exceeds 64 bits. Nothing in, nothing out.
inline std::optional<Index> checked_product(std::optional<Index> a, std::optional<Index> b) {
  Index product = 0;
  if (!a || !b || __builtin_mul_overflow(*a, *b, &product)) return std::nullopt;
  return product;
}

/// Sum, or nothing if it exceeds 64 bits. Nothing in, nothing out.
inline std::optional<Index> checked_sum(std::optional<Index> a, std::optional<Index> b) {
  Index sum = 0;
  if (!a || !b || __builtin_add_overflow(*a, *b, &sum)) return std::nullopt;
  return sum;
}

/// Bytes of the arrays of a compressed matrix: a value and an index for every entry, and an index
/// for every pointer. Nothing if they exceed 64 bits.
inline std::optional<Index> matrix_bytes(Index entries, std::optional<Index> pointers,
                                         std::size_t scalar_bytes, std::size_t index_bytes) {
  return checked_sum(checked_product(entries, static_cast<Index>(scalar_bytes + index_bytes)),
                     checked_product(pointers, static_cast<Index>(index_bytes)));
}

}  // namespace toeplix::detail
