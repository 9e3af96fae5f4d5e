#pragma once

#include <toeplix/bands.hpp>

namespace toeplix::detail {

/// Throws GeometryError for bands of another number of lines; `what` they are of.
void check_lines(const char* what, const Bands& bands, Index lines);

/// Throws GeometryError unless a pattern has one kernel for all pixels, as `what` takes it, and its
/// rows and columns are shared by these bands among as many processes.
void check_bands(const char* what, const Pattern& pattern, const Bands& rows, const Bands& columns);

/// Throws GeometryError for a process that has none of the bands.
void check_process(const Bands& bands, Index process);

}  // namespace toeplix::detail
