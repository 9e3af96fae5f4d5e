#include "petsc/base/share.hpp"

#include <toeplix/error.hpp>

#include "core/base/check_length.hpp"
#include "petsc/base/together.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace toeplix::petsc::detail {

namespace {

/// FNV-1a, word by word.
class Hash {
 public:
  void add(Index word) { state_ = (state_ ^ static_cast<std::uint64_t>(word)) * 1099511628211u; }
  void add(double number) {
    std::uint64_t word = 0;
    std::copy_n(reinterpret_cast<const unsigned char*>(&number), sizeof(number),
                reinterpret_cast<unsigned char*>(&word));
    add(static_cast<Index>(word));
  }
  Index value() const { return static_cast<Index>(state_); }

 private:
  std::uint64_t state_ = 14695981039346656037u;
};

Index hash_of(const Pattern& pattern) {
  Hash hash;
  for (const Pattern::Axis& axis : pattern.axes()) {
    const AxisGeometry& g = axis.table.geometry();
    for (const Index number : {g.input, g.output, g.kernel, g.stride, g.dilation, g.input_dilation,
                               g.lower, g.cropped_upper, static_cast<Index>(g.boundary),
                               static_cast<Index>(g.operation), Index{axis.table.is_transposed()},
                               axis.row_stride, axis.column_stride, axis.weight_stride}) {
      hash.add(number);
    }
  }
  const Pattern::Channels& c = pattern.channels();
  for (const Index number :
       {static_cast<Index>(c.place), c.groups, c.rows_per_group, c.columns_per_group, c.row_stride,
        c.column_stride, c.weight_group_stride, c.weight_row_stride, c.weight_column_stride}) {
    hash.add(number);
  }
  return hash.value();
}

Index hash_of(std::span<const double> weights) {
  Hash hash;
  for (const double weight : weights) hash.add(weight);
  return hash.value();
}

/// What a process tells the others, in this order.
enum Item { of_pattern, of_weights, output_lines, input_lines, items };

/// What all processes said.
class Statements {
 public:
  Statements(MPI_Comm comm, const std::array<Index, items>& mine)
      : all_(static_cast<std::size_t>(items * processes_of(comm))) {
    MPI_Allgather(mine.data(), items, MPI_INT64_T, all_.data(), items, MPI_INT64_T, comm);
  }

  Index processes() const { return std::ssize(all_) / items; }
  Index at(Index process, Item item) const {
    return all_[static_cast<std::size_t>(process * items + item)];
  }

  void check_same(Item item, const char* what) const {
    for (Index process = 1; process < processes(); ++process) {
      if (at(process, item) == at(0, item)) continue;
      throw GeometryError("process " + std::to_string(process) + " has " + what +
                          " than process 0; all processes of a communicator must pass the same");
    }
  }

  /// The bands that the processes asked for, of so many lines in all.
  Bands bands(Item item, const char* what, Index lines) const {
    std::vector<Index> each;
    for (Index process = 0; process < processes(); ++process) each.push_back(at(process, item));
    const auto decided = std::ranges::count(each, Index{PETSC_DECIDE});
    if (decided == processes()) return Bands::even(lines, processes());
    const std::string field = std::string("layout: ") + what;
    for (Index process = 0; process < processes(); ++process) {
      const Index given = at(process, item);
      if (given >= 0) continue;
      throw GeometryError(field + " of process " + std::to_string(process) + " are " +
                          std::to_string(given) +
                          "; they must not be negative, or PETSC_DECIDE on all processes");
    }
    Bands bands(each);
    if (bands.lines() != lines) {
      throw GeometryError(field + " of all processes add up to " + std::to_string(bands.lines()) +
                          "; the convolution has " + std::to_string(lines));
    }
    return bands;
  }

 private:
  std::vector<Index> all_;
};

void check_fits(Index count, const char* what) {
  constexpr Index most = std::numeric_limits<PetscInt>::max();
  if (count <= most) return;
  throw CapacityError("the matrix has " + std::to_string(count) + " " + what +
                          "; this PETSc numbers up to " + std::to_string(most),
                      CapacityCause::index_type, {}, {},
                      "use a PETSc with 64-bit indices (libpetsc64-real-dev)");
}

}  // namespace

Share share(MPI_Comm comm, const std::function<Pattern()>& make_pattern,
            std::span<const double> weights, const Options& options) {
  check_petsc(comm);
  std::optional<Pattern> pattern;
  std::array<Index, items> mine = {};
  together(comm, [&] {
    pattern = make_pattern();
    if (pattern->is_per_pixel()) {
      throw GeometryError(
          "the pattern has a kernel for every pixel; toeplix::petsc takes one kernel for all "
          "pixels");
    }
    toeplix::detail::check_length("weights", weights.size(), pattern->weight_count());
    mine = {hash_of(*pattern), hash_of(weights), options.layout.output_lines,
            options.layout.input_lines};
  });
  const Statements all(comm, mine);
  all.check_same(of_pattern, "another convolution");
  all.check_same(of_weights, "other weights");
  return {*pattern, all.bands(output_lines, "output lines", row_lines(*pattern)),
          all.bands(input_lines, "input lines", column_lines(*pattern)), rank_in(comm)};
}

void check_numbering(const BandNumbering& rows, const BandNumbering& columns) {
  check_fits(rows.size(), "rows");
  check_fits(columns.size(), "columns");
}

}  // namespace toeplix::petsc::detail
