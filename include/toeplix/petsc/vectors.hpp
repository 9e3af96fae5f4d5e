#pragma once

#include <toeplix/bands.hpp>
#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/petsc/options.hpp>

#include <petscmat.h>

#include <span>
#include <vector>

/// \file
/// From tensors to PETSc's vectors and back. A vector has the order of bands, a tensor its natural
/// order: see `BandNumbering`. Both are the same with one channel, with channels last, and on one
/// process.

namespace toeplix::petsc {

/// How the rows of a matrix that `matrix` or `shell` made are numbered, and so the vectors y in
/// y = A x. Throws GeometryError if the rows that a process has are no whole lines of the
/// convolution's output.
///
///     const auto of_y = toeplix::petsc::row_numbering(A, conv);
[[nodiscard]] BandNumbering row_numbering(Mat mat, const Pattern& pattern);
/// Likewise its columns, and the vectors x.
///
///     const auto of_x = toeplix::petsc::column_numbering(A, conv);
[[nodiscard]] BandNumbering column_numbering(Mat mat, const Pattern& pattern);

/// The same of any convolution, or the spec of one.
///
///     const auto of_y = toeplix::petsc::row_numbering(A, conv);
template <PatternArgument Conv>
[[nodiscard]] BandNumbering row_numbering(Mat mat, const Conv& convolution) {
  return row_numbering(mat, Pattern(convolution));
}
/// The same of any convolution, or the spec of one.
///
///     const auto of_x = toeplix::petsc::column_numbering(A, conv);
template <PatternArgument Conv>
[[nodiscard]] BandNumbering column_numbering(Mat mat, const Conv& convolution) {
  return column_numbering(mat, Pattern(convolution));
}

/// The whole tensor of a vector on the first process, in natural order; nothing on the others.
/// Collective. Throws GeometryError, on all processes, for a vector of another size than the
/// numbering, or shared otherwise. Cost: sending the vector to the first process, which holds it
/// twice meanwhile. (Take the numbering of x for x: that of y may fit as well, and then puts
/// numbers elsewhere.)
///
///     const std::vector<double> image = toeplix::petsc::gather(x, of_x);
[[nodiscard]] std::vector<double> gather(Vec vec, const BandNumbering& numbering);

/// Shares out the tensor that the first process has, in natural order; what others pass is not
/// looked at. Collective. Errors as for `gather`, and GeometryError for a tensor of another size.
/// Cost likewise.
///
///     toeplix::petsc::scatter(image, of_x, x);
void scatter(std::span<const double> tensor, const BandNumbering& numbering, Vec vec);

}  // namespace toeplix::petsc
