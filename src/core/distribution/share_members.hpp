#pragma once

#include <toeplix/distribution.hpp>

#include <array>

namespace toeplix::detail {

/// A number of a share, and how people and JSON name it.
template <class Number>
struct ShareMember {
  Number ProcessShare::*value;
  const char* name;
  const char* label;
};

/// The counts, in the order of the struct.
inline constexpr auto share_counts = std::to_array<ShareMember<Index>>({
    {&ProcessShare::row_lines, "row_lines", "lines of the output"},
    {&ProcessShare::column_lines, "column_lines", "lines of the input"},
    {&ProcessShare::rows, "rows", "rows"},
    {&ProcessShare::columns, "columns", "columns"},
    {&ProcessShare::diagonal_entries, "diagonal_entries", "diagonal entries"},
    {&ProcessShare::off_diagonal_entries, "off_diagonal_entries", "off-diagonal entries"},
    {&ProcessShare::ghosts, "ghosts", "ghosts"},
    {&ProcessShare::halo_lines, "halo_lines", "halo lines"},
    {&ProcessShare::halo_numbers, "halo_numbers", "halo numbers"},
    {&ProcessShare::messages_received, "messages_received", "messages received"},
    {&ProcessShare::messages_sent, "messages_sent", "messages sent"},
});

/// The bytes, likewise.
inline constexpr auto share_bytes = std::to_array<ShareMember<std::optional<Index>>>({
    {&ProcessShare::matrix_bytes_32, "matrix_bytes_32", "matrix, 32-bit PetscInt"},
    {&ProcessShare::matrix_bytes_64, "matrix_bytes_64", "matrix, 64-bit PetscInt"},
    {&ProcessShare::vector_bytes, "vector_bytes", "vectors"},
    {&ProcessShare::halo_bytes, "halo_bytes", "halo"},
    {&ProcessShare::shell_bytes, "shell_bytes", "shell"},
});

}  // namespace toeplix::detail
