#pragma once

#include <toeplix/bands.hpp>
#include <toeplix/concepts.hpp>
#include <toeplix/convolution.hpp>
#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>

#include <optional>
#include <string>
#include <type_traits>

/// \file
/// What a matrix shared among processes takes: memory, lines of other processes, messages. All of
/// it follows from the geometry; there is no matrix, and there are no processes.

namespace toeplix {

/// What one process has of a matrix and of its vectors; or the largest of every number among all
/// processes, or its sum. Counts are exact, whatever the weights.
///
/// A process can have its rows as a matrix, or apply the convolution without it, which is what
/// PETSc calls a shell. A matrix has its rows in two parts: `diagonal_part` and
/// `off_diagonal_part`. A shell has the weights and a halo: lines of other processes that its
/// own are joined with. Of a convolution these are lines of the input, which it
/// receives; of a transposed convolution lines of the output, to which it adds and which it sends
/// to their owners.
///
///     const toeplix::Distribution shared = toeplix::distribution(conv, 64);
///     shared.largest.halo_lines;  // of the process that has most
struct ProcessShare {
  Index row_lines = 0;             ///< lines of the output
  Index column_lines = 0;          ///< lines of the input
  Index rows = 0;                  ///< numbers of the output
  Index columns = 0;               ///< numbers of the input
  Index diagonal_entries = 0;      ///< entries in its rows and its own columns
  Index off_diagonal_entries = 0;  ///< entries in its rows and columns of others
  /// Columns of others that its rows have an entry in, each once: numbers that a product by the
  /// matrix receives, and which PETSc lists in `garray`.
  Index ghosts = 0;
  /// Lines of others in the shell's halo, each once: a line is there as a whole, also if no row has
  /// an entry in some of its columns.
  Index halo_lines = 0;
  Index halo_numbers = 0;       ///< numbers of these lines, of all channels
  Index messages_received = 0;  ///< other processes that have lines which its rows read
  Index messages_sent = 0;      ///< other processes whose rows read lines that it has
  /// Bytes of both parts with a PetscInt of 32 bits and double values: two arrays of row pointers,
  /// an index and a value for each entry, and the list of ghosts. Nothing if a PetscInt cannot
  /// number the rows or the columns of all processes, or count the entries of a part; here and
  /// below also if the bytes exceed 64 bits.
  std::optional<Index> matrix_bytes_32 = 0;
  std::optional<Index> matrix_bytes_64 = 0;  ///< likewise with a PetscInt of 64 bits
  std::optional<Index> vector_bytes = 0;     ///< of its input and output, in doubles
  std::optional<Index> halo_bytes = 0;       ///< of its halo, in doubles
  /// Bytes of a shell in doubles: all weights, and the halo. Its own lines are multiplied where
  /// they lie. Vectors are not in it, nor are they in the bytes of the matrix.
  std::optional<Index> shell_bytes = 0;

  friend bool operator==(const ProcessShare&, const ProcessShare&) = default;
};

/// What all processes have together, and the one that has most. Plain data.
struct Distribution {
  std::string spec;         ///< text form of the convolution; empty for a pattern
  bool transposed = false;  ///< whether the halo has lines of the output
  Index processes = 0;      ///< number of processes
  Index idle = 0;           ///< processes without a line of the output
  Index weights = 0;        ///< numbers of the kernel, which every process has
  ProcessShare largest;     ///< the largest of each number, perhaps of different processes
  ProcessShare total;       ///< the sum of each number

  friend bool operator==(const Distribution&, const Distribution&) = default;
};

namespace detail {

Distribution distribution_of(const Pattern& pattern, const Bands& rows, const Bands& columns);
ProcessShare share_of(const Pattern& pattern, const Bands& rows, const Bands& columns,
                      Index process);
/// Throws CapacityError for more processes than one counts.
void check_process_count(Index processes);

/// The text form of what has one.
template <PatternArgument Conv>
std::string spec_text(const Conv& convolution) {
  if constexpr (AnyConvolution<Conv>) {
    return to_string(convolution.spec());
  } else if constexpr (std::is_same_v<Conv, Pattern>) {
    return {};
  } else {
    return to_string(convolution);
  }
}

}  // namespace detail

/// What a process has if rows and columns are shared by these bands. Throws GeometryError for bands
/// that do not fit (see `diagonal_part`), for a process that there is not and for a pattern with a
/// kernel for every pixel; CapacityError if the entries of the matrix exceed 64 bits. Cost: the
/// kernel extent and the folded taps of each axis, and the other processes that it meets, however
/// long the axes are.
///
///     const toeplix::Bands rows = toeplix::Bands::even(toeplix::row_lines(conv), 4);
///     const toeplix::Bands columns = toeplix::Bands::even(toeplix::column_lines(conv), 4);
///     toeplix::process_share(conv, rows, columns, 0).ghosts;
template <PatternArgument Conv>
[[nodiscard]] ProcessShare process_share(const Conv& convolution, const Bands& rows,
                                         const Bands& columns, Index process) {
  return detail::share_of(Pattern(convolution), rows, columns, process);
}

/// What all processes have. Errors as above; also CapacityError if a sum over all processes exceeds
/// 64 bits. Cost: that of the slowest axis, times the number of processes, and the other axes once.
///
///     toeplix::distribution(conv, toeplix::Bands({10, 20}), toeplix::Bands({12, 20}));
template <PatternArgument Conv>
[[nodiscard]] Distribution distribution(const Conv& convolution, const Bands& rows,
                                        const Bands& columns) {
  Distribution result = detail::distribution_of(Pattern(convolution), rows, columns);
  result.spec = detail::spec_text(convolution);
  return result;
}
/// The same with bands of `Bands::even`, which is what PETSc does by itself. GeometryError for no
/// process, CapacityError for more than 2^24.
///
///     toeplix::Distribution shared = toeplix::distribution(conv, 4096);
///     std::cout << toeplix::to_text(shared);
template <PatternArgument Conv>
[[nodiscard]] Distribution distribution(const Conv& convolution, Index processes) {
  detail::check_process_count(processes);
  const Pattern pattern(convolution);
  Distribution result = detail::distribution_of(pattern, Bands::even(row_lines(pattern), processes),
                                                Bands::even(column_lines(pattern), processes));
  result.spec = detail::spec_text(convolution);
  return result;
}

/// Several lines for people, each ended by a newline. docs/distributed.md has an example.
///
///     std::cout << toeplix::to_text(toeplix::distribution(conv, 64));
[[nodiscard]] std::string to_text(const Distribution& distribution);
/// One JSON object, indented by two blanks, ended by a newline; every member of the struct by its
/// name, null if it is nothing.
///
///     std::ofstream("shares.json") << toeplix::to_json(toeplix::distribution(conv, 64));
[[nodiscard]] std::string to_json(const Distribution& distribution);

}  // namespace toeplix
