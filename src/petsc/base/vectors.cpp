#include <toeplix/petsc/vectors.hpp>

#include "petsc/base/check.hpp"
#include "petsc/base/together.hpp"

#include <string>

namespace toeplix::petsc {

namespace {

using detail::check;

/// Bands of whole lines from what each of some processes has of a vector.
Bands bands_of(PetscLayout layout, int processes, Index numbers_per_line, const char* what) {
  const PetscInt* ranges = nullptr;
  if (layout != nullptr) check(PetscLayoutGetRanges(layout, &ranges));
  if (ranges == nullptr) throw GeometryError("the matrix has no sizes yet; call MatSetUp first");
  std::vector<Index> lines;
  for (int process = 0; process < processes; ++process) {
    const Index count = ranges[process + 1] - ranges[process];
    if (count % numbers_per_line != 0) {
      throw GeometryError("process " + std::to_string(process) + " has " + std::to_string(count) +
                          " " + what + " of the matrix; a line of the convolution has " +
                          std::to_string(numbers_per_line));
    }
    lines.push_back(count / numbers_per_line);
  }
  return Bands(lines);
}

struct Layouts {
  PetscLayout rows = nullptr;
  PetscLayout columns = nullptr;
  int processes = 1;  ///< by PETSc's own communicator: the caller may have freed the other
};

Layouts layouts_of(Mat mat) {
  if (mat == nullptr) throw GeometryError("there is no matrix");
  Layouts layouts;
  check(MatGetLayouts(mat, &layouts.rows, &layouts.columns));
  layouts.processes = detail::processes_of(PetscObjectComm(reinterpret_cast<PetscObject>(mat)));
  return layouts;
}

/// Throws GeometryError, on all processes, unless a vector is shared as the numbering says.
void check_vector(Vec vec, const BandNumbering& numbering) {
  if (vec == nullptr) throw GeometryError("there is no vector");
  const MPI_Comm comm = PetscObjectComm(reinterpret_cast<PetscObject>(vec));
  detail::together(comm, [&] {
    PetscInt size = 0;
    PetscInt local = 0;
    check(VecGetSize(vec, &size));
    check(VecGetLocalSize(vec, &local));
    if (numbering.bands().processes() != detail::processes_of(comm)) {
      throw GeometryError("the numbering is for " + std::to_string(numbering.bands().processes()) +
                          " processes; the vector is shared among " +
                          std::to_string(detail::processes_of(comm)));
    }
    const Index expected = numbering.size(detail::rank_in(comm));
    if (size != numbering.size() || local != expected) {
      throw GeometryError("the vector has " + std::to_string(local) + " of " +
                          std::to_string(size) + " numbers here; expected " +
                          std::to_string(expected) + " of " + std::to_string(numbering.size()));
    }
  });
}

/// What sends a vector to the first process, and the vector there.
class ToFirst {
 public:
  explicit ToFirst(Vec vec) { check(VecScatterCreateToZero(vec, &scatter_, &whole_)); }
  ToFirst(const ToFirst&) = delete;
  ToFirst& operator=(const ToFirst&) = delete;
  ~ToFirst() {
    VecScatterDestroy(&scatter_);
    VecDestroy(&whole_);
  }

  /// Empty on all processes but the first.
  Vec whole() const { return whole_; }
  void send(Vec from, Vec to, ScatterMode mode) const {
    check(VecScatterBegin(scatter_, from, to, INSERT_VALUES, mode));
    check(VecScatterEnd(scatter_, from, to, INSERT_VALUES, mode));
  }

 private:
  VecScatter scatter_ = nullptr;
  Vec whole_ = nullptr;
};

}  // namespace

BandNumbering row_numbering(Mat mat, const Pattern& pattern) {
  const BandNumbering whole = row_numbering(pattern, Bands({row_lines(pattern)}));
  const Index per_line = whole.blocks() * whole.line_size();
  const Layouts layouts = layouts_of(mat);
  return row_numbering(pattern, bands_of(layouts.rows, layouts.processes, per_line, "rows"));
}

BandNumbering column_numbering(Mat mat, const Pattern& pattern) {
  const BandNumbering whole = column_numbering(pattern, Bands({column_lines(pattern)}));
  const Index per_line = whole.blocks() * whole.line_size();
  const Layouts layouts = layouts_of(mat);
  return column_numbering(pattern,
                          bands_of(layouts.columns, layouts.processes, per_line, "columns"));
}

std::vector<double> gather(Vec vec, const BandNumbering& numbering) {
  const detail::QuietErrors quiet;
  check_vector(vec, numbering);
  const ToFirst to_first(vec);
  to_first.send(vec, to_first.whole(), SCATTER_FORWARD);
  const bool first = detail::rank_in(PetscObjectComm(reinterpret_cast<PetscObject>(vec))) == 0;
  std::vector<double> tensor(static_cast<std::size_t>(first ? numbering.size() : 0));
  const double* numbers = nullptr;
  check(VecGetArrayRead(to_first.whole(), &numbers));
  for (Index i = 0; i < std::ssize(tensor); ++i) {
    tensor[static_cast<std::size_t>(numbering.natural(i))] = numbers[i];
  }
  check(VecRestoreArrayRead(to_first.whole(), &numbers));
  return tensor;
}

void scatter(std::span<const double> tensor, const BandNumbering& numbering, Vec vec) {
  const detail::QuietErrors quiet;
  check_vector(vec, numbering);
  const MPI_Comm comm = PetscObjectComm(reinterpret_cast<PetscObject>(vec));
  const bool first = detail::rank_in(comm) == 0;
  detail::together(comm, [&] {
    if (!first || std::ssize(tensor) == numbering.size()) return;
    throw GeometryError("the tensor has " + std::to_string(tensor.size()) + " numbers; expected " +
                        std::to_string(numbering.size()));
  });
  const ToFirst to_first(vec);
  double* numbers = nullptr;
  check(VecGetArray(to_first.whole(), &numbers));
  for (Index i = 0; i < (first ? numbering.size() : 0); ++i) {
    numbers[i] = tensor[static_cast<std::size_t>(numbering.natural(i))];
  }
  check(VecRestoreArray(to_first.whole(), &numbers));
  to_first.send(to_first.whole(), vec, SCATTER_REVERSE);
}

}  // namespace toeplix::petsc
