#pragma once

#include <toeplix/inspect.hpp>
#include <toeplix/pattern.hpp>

#include "core/inspect/structure.hpp"

#include <cstddef>
#include <map>

namespace toeplix::detail {

/// How many lines (rows, or columns) have a number of entries, by that number.
using LengthHistogram = std::map<Index, Index>;

std::vector<LineLengthCount> as_list(const LengthHistogram& histogram);

/// Sets rows, columns, entries, and what follows from these alone.
void set_sizes(Inspection& inspection, Index rows, Index cols, Index nnz);

/// Empty rows, or unused inputs, that may be listed: more would take much memory.
inline constexpr std::size_t most_listed = std::size_t{1} << 20;

/// Throws CapacityError if the list of `most` out of `count` lines exceeds `most_listed`.
void check_listed(Index count, std::size_t most);

/// The rows of a convolution's matrix without an entry; at most `most` are listed.
VacantLines vacant_rows(const Pattern& pattern, std::size_t most);

/// The counts of a convolution's matrix, which is not built. Everything but structure and
/// separability is set.
Inspection count_convolution(const Convolution& convolution, const InspectOptions& options);
Inspection count_convolution(const TransposedConvolution& convolution,
                             const InspectOptions& options);

/// The counts of a matrix that is given as it is, likewise. Scalars: double, std::complex<double>.
template <class Scalar>
Inspection count_matrix(const Rows<Scalar>& matrix, const InspectOptions& options);

}  // namespace toeplix::detail
