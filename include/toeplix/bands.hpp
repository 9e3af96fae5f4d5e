#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>

#include <vector>

namespace toeplix {

/// How the lines of a tensor are shared among processes: each has a band of lines that follow one
/// another. A line is everything at one coordinate of the slowest axis, all channels included: a
/// row of pixels of an image, a plane of a volume, a sample of a signal.
///
///     const toeplix::Bands bands = toeplix::Bands::even(10, 4);  // 3, 3, 2 and 2 lines
///     bands.owner(5);                                            // process 1
class Bands {
 public:
  /// So many lines on each process, perhaps 0. Throws GeometryError for no process, a negative
  /// number, and numbers whose sum exceeds 64 bits.
  explicit Bands(const std::vector<Index>& lines);
  /// As evenly as can be, the longer bands first: what PETSc does by itself. Throws GeometryError
  /// for a negative number of lines, and for no process.
  [[nodiscard]] static Bands even(Index lines, Index processes);

  /// Number of processes.
  [[nodiscard]] Index processes() const { return static_cast<Index>(begin_.size()) - 1; }
  /// Lines of all processes.
  [[nodiscard]] Index lines() const { return begin_.back(); }
  /// The first line of a process. Precondition, here and below: 0 <= process < processes().
  [[nodiscard]] Index begin(Index process) const {
    return begin_[static_cast<std::size_t>(process)];
  }
  /// One past its last line.
  [[nodiscard]] Index end(Index process) const { return begin(process + 1); }
  /// Number of its lines.
  [[nodiscard]] Index size(Index process) const { return end(process) - begin(process); }
  /// The process that has a line. Precondition: 0 <= line < lines(). Cost: a binary search.
  [[nodiscard]] Index owner(Index line) const;

  /// Whether the same lines lie on the same processes.
  friend bool operator==(const Bands&, const Bands&) = default;

 private:
  std::vector<Index> begin_;
};

/// Lines of the output of a convolution: rows of its matrix by their coordinate on the slowest
/// axis.
///
///     toeplix::row_lines(toeplix::Convolution("input=8,5 kernel=3,3"));  // 6
template <PatternArgument Conv>
[[nodiscard]] Index row_lines(const Conv& convolution) {
  return Pattern(convolution).axes().front().table.rows();
}
/// Likewise of the input.
///
///     const auto bands = toeplix::Bands::even(toeplix::column_lines(conv), processes);
template <PatternArgument Conv>
[[nodiscard]] Index column_lines(const Conv& convolution) {
  return Pattern(convolution).axes().front().table.columns();
}

/// The order of a vector's numbers when bands lie one after another: all of the first process, then
/// all of the second. Within a band numbers lie as the tensor of these lines alone would have them.
///
/// The natural order is that of the whole tensor, which everything else here has. Both are the
/// same if no axis is slower than the lines: with one channel, with channels last, and on one
/// process. (PETSc has these words for its own structured grids.)
///
///     toeplix::BandNumbering of_x = toeplix::column_numbering(conv, bands);
///     of_x.natural(of_x.first(1));  // where the first number of process 1 lies in the tensor
class BandNumbering {
 public:
  /// A tensor of `blocks` outermost channels, each of `bands.lines()` lines of `line_size` numbers.
  /// Throws CapacityError if all of them exceed 64 bits.
  BandNumbering(Bands bands, Index blocks, Index line_size);

  /// Who has which lines.
  [[nodiscard]] const Bands& bands() const { return bands_; }
  /// Channels that are slower than the lines: all of them, or 1 with channels last.
  [[nodiscard]] Index blocks() const { return blocks_; }
  /// Numbers of one line that lie side by side: those of one channel, or of all with channels last.
  [[nodiscard]] Index line_size() const { return line_size_; }
  /// Numbers of all processes.
  [[nodiscard]] Index size() const { return bands_.lines() * line_numbers(); }
  /// Numbers of one process. Precondition, here and below: 0 <= process < bands().processes().
  [[nodiscard]] Index size(Index process) const { return bands_.size(process) * line_numbers(); }
  /// The first number of a process.
  [[nodiscard]] Index first(Index process) const { return bands_.begin(process) * line_numbers(); }

  /// Where the number at `banded` lies in natural order. Precondition: 0 <= banded < size(). Cost,
  /// here and below: a binary search among the processes.
  [[nodiscard]] Index natural(Index banded) const;
  /// Where the number at `natural` lies in the order of bands. Precondition: as above.
  [[nodiscard]] Index banded(Index natural) const;

 private:
  Index line_numbers() const { return blocks_ * line_size_; }

  Bands bands_;
  Index blocks_;
  Index line_size_;
};

/// How the rows of a matrix are numbered by bands. Throws GeometryError for bands of another number
/// of lines than `row_lines`.
///
///     const toeplix::BandNumbering of_y = toeplix::row_numbering(pattern, bands);
[[nodiscard]] BandNumbering row_numbering(const Pattern& pattern, const Bands& bands);
/// Likewise its columns, and `column_lines`.
///
///     const toeplix::BandNumbering of_x = toeplix::column_numbering(pattern, bands);
[[nodiscard]] BandNumbering column_numbering(const Pattern& pattern, const Bands& bands);

/// The same of any convolution, or the spec of one.
template <PatternArgument Conv>
[[nodiscard]] BandNumbering row_numbering(const Conv& convolution, const Bands& bands) {
  return row_numbering(Pattern(convolution), bands);
}
/// The same of any convolution, or the spec of one.
template <PatternArgument Conv>
[[nodiscard]] BandNumbering column_numbering(const Conv& convolution, const Bands& bands) {
  return column_numbering(Pattern(convolution), bands);
}

/// The block of a matrix that connects the rows of a process with the columns of the same process:
/// what PETSc and hypre call the diagonal part. Its rows and columns are numbered from 0 on, in the
/// order of the band. `compile` takes it, with the weights of the whole; what asks for the geometry
/// of an axis, as products do, throws Error.
///
/// Throws GeometryError for bands that do not fit the pattern, have different numbers of processes
/// or none of that number, and for a pattern with a kernel for every pixel; CapacityError as
/// `TapTable::part`. Cost: see there.
///
///     auto A = toeplix::compile(toeplix::diagonal_part(pattern, rows, columns, 0), weights);
[[nodiscard]] Pattern diagonal_part(const Pattern& pattern, const Bands& rows, const Bands& columns,
                                    Index process);

/// The rest of the rows of a process: what they read of others, which PETSc and hypre call the
/// off-diagonal part. Columns are those of the tensor without the lines of the process, in natural
/// order. Errors and cost as above.
///
///     auto B = toeplix::compile(toeplix::off_diagonal_part(pattern, rows, columns, 0), weights);
[[nodiscard]] Pattern off_diagonal_part(const Pattern& pattern, const Bands& rows,
                                        const Bands& columns, Index process);

}  // namespace toeplix
