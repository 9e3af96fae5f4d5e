#pragma once

#include <toeplix/index.hpp>
#include <toeplix/pattern.hpp>

#include <span>

namespace toeplix::detail {

/// Throws SolverError for a number that is not finite.
void check_finite(const char* name, std::span<const double> values);

/// Throws SolverError unless a vector has the length that a system expects, and finite numbers
/// only.
void check_numbers(const char* name, std::span<const double> values, Index expected);

/// Throws SolverError unless a matrix is square.
void check_square(Index rows, Index cols);

/// A count or a number of bytes, of which only an estimate in double is known, capped to an Index.
Index whole_number(double estimate);

/// The bytes of so many doubles per column and per row. Throws CapacityError if they exceed the
/// budget (0: what is free).
Index check_vectors(const char* method, const Pattern& pattern, Index per_column, Index per_row,
                    Index budget);

/// Throws CapacityError for factors of this predicted size over the budget (0: what is free).
void check_factor_budget(const char* what, Index entries, double bytes, Index budget,
                         const char* advice = "use a smaller image or kernel");

}  // namespace toeplix::detail
