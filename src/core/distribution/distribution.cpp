#include <toeplix/distribution.hpp>

#include "core/base/integer_math.hpp"
#include "core/distribution/axis_reads.hpp"
#include "core/distribution/check_bands.hpp"
#include "core/distribution/share_members.hpp"

#include <algorithm>
#include <limits>

namespace toeplix {

using detail::AxisReads;
using detail::checked_product;
using detail::checked_sum;
using detail::LineRange;
using detail::LineSet;

namespace {

constexpr Index largest_index_32 = std::numeric_limits<std::int32_t>::max();

std::optional<Index> double_bytes(std::optional<Index> numbers) {
  return checked_product(numbers, static_cast<Index>(sizeof(double)));
}

/// What is the same for all processes.
class Shares {
 public:
  Shares(const Pattern& pattern, const Bands& rows, const Bands& columns)
      : rows_(rows),
        columns_(columns),
        reads_(pattern.axes().front().table),
        read_by_(reads_.transposed()),
        pattern_(pattern),
        row_line_(pattern.rows() / rows.lines()),
        column_line_(pattern.cols() / columns.lines()) {
    // No process has more entries than all together.
    const Index taps = pattern.axes().front().table.entries();
    entries_of_tap_ = pattern.nnz() / std::max<Index>(1, taps);
    ghosts_of_line_ = pattern.channels().columns();
    for (auto axis = pattern.axes().begin() + 1; axis != pattern.axes().end(); ++axis) {
      ghosts_of_line_ *= AxisReads(axis->table).inputs_of({0, axis->table.rows()}).count();
    }
  }

  ProcessShare operator()(Index process) const {
    const LineRange rows{rows_.begin(process), rows_.end(process)};
    const LineRange columns{columns_.begin(process), columns_.end(process)};
    const LineSet read = reads_.inputs_of(rows);
    const LineSet readers = read_by_.inputs_of(columns);
    const Index foreign = read.count() - read.count_in(columns);
    const Index inside = reads_.taps(rows, columns);
    ProcessShare share;
    share.row_lines = rows_.size(process);
    share.column_lines = columns_.size(process);
    share.rows = share.row_lines * row_line_;
    share.columns = share.column_lines * column_line_;
    share.diagonal_entries = inside * entries_of_tap_;
    share.off_diagonal_entries =
        (reads_.taps(rows, {0, columns_.lines()}) - inside) * entries_of_tap_;
    share.ghosts = foreign * ghosts_of_line_;
    share.halo_lines = transposed() ? readers.count() - readers.count_in(rows) : foreign;
    share.halo_numbers = share.halo_lines * (transposed() ? row_line_ : column_line_);
    share.messages_received = std::ssize(read.owners(columns_, process));
    share.messages_sent = std::ssize(readers.owners(rows_, process));
    set_bytes(share);
    return share;
  }

 private:
  bool transposed() const { return pattern_.axes().front().table.is_transposed(); }

  void set_bytes(ProcessShare& share) const {
    const Index most = std::max(std::max(pattern_.rows(), pattern_.cols()),
                                std::max(share.diagonal_entries, share.off_diagonal_entries));
    share.matrix_bytes_32 = std::nullopt;
    if (most <= largest_index_32) share.matrix_bytes_32 = both_parts(share, sizeof(std::int32_t));
    share.matrix_bytes_64 = both_parts(share, sizeof(std::int64_t));
    share.vector_bytes = double_bytes(checked_sum(share.rows, share.columns));
    share.halo_bytes = double_bytes(share.halo_numbers);
    share.shell_bytes = double_bytes(checked_sum(pattern_.weight_count(), share.halo_numbers));
  }

  static std::optional<Index> both_parts(const ProcessShare& share, std::size_t index_bytes) {
    const auto pointers = checked_sum(share.rows, 1);
    const auto own =
        detail::matrix_bytes(share.diagonal_entries, pointers, sizeof(double), index_bytes);
    const auto rest =
        detail::matrix_bytes(share.off_diagonal_entries, pointers, sizeof(double), index_bytes);
    return checked_sum(checked_sum(own, rest),
                       checked_product(share.ghosts, static_cast<Index>(index_bytes)));
  }

  const Bands& rows_;
  const Bands& columns_;
  AxisReads reads_;    // which lines of the input rows read
  AxisReads read_by_;  // which lines of the output read a line of the input
  const Pattern& pattern_;
  Index row_line_;            // numbers of a line of the output, all channels
  Index column_line_;         // likewise of the input
  Index entries_of_tap_ = 0;  // entries that connect a line with one that it reads
  Index ghosts_of_line_ = 0;  // columns of a line that are read at all
};

/// The larger of two numbers; nothing if one of them is not known.
std::optional<Index> larger(std::optional<Index> a, std::optional<Index> b) {
  if (!a || !b) return std::nullopt;
  return std::max(*a, *b);
}

/// Takes a share to those before.
void add(Distribution& all, const ProcessShare& share) {
  if (share.row_lines == 0) ++all.idle;
  for (const auto& [value, name, label] : detail::share_counts) {
    all.largest.*value = std::max(all.largest.*value, share.*value);
    const auto sum = checked_sum(all.total.*value, share.*value);
    if (!sum) {
      throw CapacityError("the " + std::string(label) + " of " + std::to_string(all.processes) +
                          " processes exceed 64 bits");
    }
    all.total.*value = *sum;
  }
  for (const auto& [value, name, label] : detail::share_bytes) {
    all.largest.*value = larger(all.largest.*value, share.*value);
    all.total.*value = checked_sum(all.total.*value, share.*value);
  }
}

}  // namespace

ProcessShare detail::share_of(const Pattern& pattern, const Bands& rows, const Bands& columns,
                              Index process) {
  check_bands("a distribution", pattern, rows, columns);
  check_process(rows, process);
  return Shares(pattern, rows, columns)(process);
}

Distribution detail::distribution_of(const Pattern& pattern, const Bands& rows,
                                     const Bands& columns) {
  check_bands("a distribution", pattern, rows, columns);
  Distribution all;
  all.transposed = pattern.axes().front().table.is_transposed();
  all.processes = rows.processes();
  all.weights = pattern.weight_count();
  const Shares shares(pattern, rows, columns);
  for (Index process = 0; process < all.processes; ++process) add(all, shares(process));
  return all;
}

void detail::check_process_count(Index processes) {
  constexpr Index most = Index{1} << 24;
  if (processes <= most) return;
  throw CapacityError(std::to_string(processes) + " processes exceed the limit of 2^24");
}

}  // namespace toeplix
