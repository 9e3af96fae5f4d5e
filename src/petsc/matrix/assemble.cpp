#include "petsc/matrix/assemble.hpp"

#include <toeplix/memory.hpp>

#include "core/base/integer_math.hpp"

#include "petsc/base/check.hpp"
#include "petsc/base/together.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace toeplix::petsc::detail {

namespace {

/// The number that PETSc has for a column of an off-diagonal part.
class ColumnNumbers {
 public:
  ColumnNumbers(const BandNumbering& columns, Index process)
      : columns_(columns),
        begin_(columns.bands().begin(process)),
        size_(columns.bands().size(process)) {}

  PetscInt operator()(Index column) {
    const Index line = column / columns_.line_size();
    // Most columns lie on the line of the one before.
    if (line != line_) {
      line_ = line;
      const Index rest = columns_.bands().lines() - size_;
      const Index block = line / rest;
      const Index here = line % rest < begin_ ? line % rest : line % rest + size_;
      first_ = columns_.banded((block * columns_.bands().lines() + here) * columns_.line_size());
    }
    return static_cast<PetscInt>(first_ + column % columns_.line_size());
  }

 private:
  const BandNumbering& columns_;
  Index begin_;
  Index size_;
  Index line_ = -1;
  Index first_ = 0;  // of the line
};

/// Sorts entries by their columns; they do so already unless channels are slower than lines.
void sort_row(PetscInt* columns, double* values, Index count,
              std::vector<std::pair<PetscInt, double>>& room) {
  if (std::is_sorted(columns, columns + count)) return;
  room.clear();
  for (Index i = 0; i < count; ++i) room.emplace_back(columns[i], values[i]);
  std::ranges::sort(room, {}, &std::pair<PetscInt, double>::first);
  for (Index i = 0; i < count; ++i) {
    std::tie(columns[i], values[i]) = room[static_cast<std::size_t>(i)];
  }
}

PetscErrorCode destroy_part(void* part) {
  delete static_cast<Part*>(part);
  return 0;
}

/// Lets a matrix of PETSc's own the arrays that it works on.
void attach(Mat mat, std::unique_ptr<Part> part) {
  PetscContainer container = nullptr;
  check(PetscContainerCreate(PETSC_COMM_SELF, &container));
  check(PetscContainerSetPointer(container, part.release()));
  check(PetscContainerSetUserDestroy(container, destroy_part));
  check(PetscObjectCompose(reinterpret_cast<PetscObject>(mat), "toeplix_arrays",
                           reinterpret_cast<PetscObject>(container)));
  check(PetscContainerDestroy(&container));
}

void check_number(const char* part, Index entries) {
  constexpr Index most = std::numeric_limits<PetscInt>::max();
  if (entries <= most) return;
  throw CapacityError(std::string("the ") + part + " part has " + std::to_string(entries) +
                          " entries on one process; this PETSc numbers up to " +
                          std::to_string(most),
                      CapacityCause::index_type, entries, {},
                      "use more processes, a PETSc with 64-bit indices (libpetsc64-real-dev), or "
                      "petsc::shell");
}

}  // namespace

void check_entries(const Pattern& diagonal, const Pattern& off_diagonal,
                   const Resources& resources) {
  check_number("diagonal", diagonal.nnz());
  check_number("off-diagonal", off_diagonal.nnz());
  const Index entries = diagonal.nnz() + off_diagonal.nnz();
  const auto bytes = toeplix::detail::matrix_bytes(entries, 2 * (diagonal.rows() + 1),
                                                   sizeof(double), sizeof(PetscInt));
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  if (bytes && *bytes <= budget) return;
  throw CapacityError("the rows of one process, with " + std::to_string(entries) + " entries (" +
                          (bytes ? std::to_string(*bytes) : std::string("over 2^63")) +
                          " bytes), exceed the memory budget of " + std::to_string(budget) +
                          " bytes",
                      CapacityCause::memory_budget, entries, bytes,
                      "use more processes, petsc::shell, or raise Resources::memory_budget");
}

void number_columns(Part& off_diagonal, const BandNumbering& columns, Index process) {
  ColumnNumbers number(columns, process);
  std::vector<std::pair<PetscInt, double>> room;
  PetscInt* const numbers = off_diagonal.innerIndexPtr();
  for (Index row = 0; row < off_diagonal.rows(); ++row) {
    const Index begin = off_diagonal.outerIndexPtr()[row];
    const Index end = off_diagonal.outerIndexPtr()[row + 1];
    for (Index at = begin; at < end; ++at) numbers[at] = number(numbers[at]);
    sort_row(numbers + begin, off_diagonal.valuePtr() + begin, end - begin, room);
  }
}

Mat assemble(MPI_Comm comm, std::unique_ptr<Part> own, std::unique_ptr<Part> rest,
             const BandNumbering& rows, const BandNumbering& columns) {
  const auto local_rows = static_cast<PetscInt>(own->rows());
  const auto local_columns = static_cast<PetscInt>(own->cols());
  Mat mat = nullptr;
  if (processes_of(comm) == 1) {
    check(MatCreateSeqAIJWithArrays(comm, local_rows, local_columns, own->outerIndexPtr(),
                                    own->innerIndexPtr(), own->valuePtr(), &mat));
    attach(mat, std::move(own));
    return mat;
  }
  check(MatCreateMPIAIJWithSplitArrays(
      comm, local_rows, local_columns, static_cast<PetscInt>(rows.size()),
      static_cast<PetscInt>(columns.size()), own->outerIndexPtr(), own->innerIndexPtr(),
      own->valuePtr(), rest->outerIndexPtr(), rest->innerIndexPtr(), rest->valuePtr(), &mat));
  Mat inner = nullptr;
  Mat outer = nullptr;
  check(MatMPIAIJGetSeqAIJ(mat, &inner, &outer, nullptr));
  attach(inner, std::move(own));
  attach(outer, std::move(rest));
  return mat;
}

}  // namespace toeplix::petsc::detail
