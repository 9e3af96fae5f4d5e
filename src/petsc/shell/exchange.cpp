#include "petsc/shell/exchange.hpp"

#include <toeplix/error.hpp>

#include "petsc/base/check.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string>

namespace toeplix::petsc::detail {

namespace {

constexpr Index most_lines = std::numeric_limits<PetscInt>::max();

/// How many lines of a run, the first of which is `from`, lie in one band.
Index lines_in_band(const Bands& bands, Index owner, Index from, Index from_step) {
  if (from_step == 0) return std::numeric_limits<Index>::max();
  const Index way = from_step > 0 ? bands.end(owner) - 1 - from : from - bands.begin(owner);
  return way / std::abs(from_step) + 1;
}

MPI_Datatype make_line_type(int numbers) {
  MPI_Datatype type = MPI_DATATYPE_NULL;
  if (MPI_Type_contiguous(numbers, MPIU_SCALAR, &type) != MPI_SUCCESS ||
      MPI_Type_commit(&type) != MPI_SUCCESS) {
    throw Error("MPI has no room for the type of a line");
  }
  return type;
}

}  // namespace

Exchange::Exchange(const std::vector<HaloPart>& parts, const BandNumbering& columns, Index process)
    : columns_(columns),
      own_lines_(columns.bands().size(process)),
      line_size_(columns.line_size()) {
  if (line_size_ > std::numeric_limits<int>::max()) {
    throw CapacityError(
        "a line has " + std::to_string(line_size_) + " numbers; MPI takes up to 2^31 - 1 as one",
        CapacityCause::index_type);
  }
  for (const HaloPart& part : parts) {
    offsets_.push_back(lines_);
    if (part.own) continue;
    has_zeros_ = has_zeros_ || part.has_zeros();
    Index size = 0;
    if (__builtin_mul_overflow(part.lines, columns.blocks(), &size) || size > most_lines - lines_) {
      throw CapacityError("the halo of process " + std::to_string(process) + " has " +
                              std::to_string(part.lines) + " lines; this PETSc numbers up to " +
                              std::to_string(most_lines),
                          CapacityCause::index_type, {}, {},
                          "use a PETSc with 64-bit indices (libpetsc64-real-dev)");
    }
    for (const LineRun& run : part.runs) plan(run, lines_, part.lines, process);
    lines_ += size;
  }
}

Exchange::~Exchange() {
  PetscSFDestroy(&forest_);
  if (line_type_ != MPIU_SCALAR) MPI_Type_free(&line_type_);
}

/// Shares out a run among those who have its lines.
void Exchange::plan(const LineRun& run, Index first, Index to_block, Index process) {
  for (Index done = 0; done < run.count;) {
    LineRun piece = run;
    piece.to += done * run.to_step;
    piece.from += done * run.from_step;
    const Bands& bands = columns_.bands();
    const Index owner = bands.owner(piece.from);
    piece.count =
        std::min(run.count - done, lines_in_band(bands, owner, piece.from, piece.from_step));
    done += piece.count;
    piece.from -= bands.begin(owner);
    if (owner != process) {
      add_leaves(piece, first, to_block, owner);
      continue;
    }
    piece.to += first;
    copies_.push_back({piece, to_block});
  }
}

void Exchange::add_leaves(const LineRun& run, Index first, Index to_block, Index owner) {
  const Index from_block = columns_.bands().size(owner);
  for (Index block = 0; block < columns_.blocks(); ++block) {
    for (Index i = 0; i < run.count; ++i) {
      leaves_.push_back(static_cast<PetscInt>(first + block * to_block + run.to + i * run.to_step));
      roots_.push_back({static_cast<PetscInt>(owner),
                        static_cast<PetscInt>(block * from_block + run.from + i * run.from_step)});
    }
  }
}

void Exchange::connect(MPI_Comm comm) {
  // PETSc's sums do not know a type of one number.
  if (line_size_ > 1) line_type_ = make_line_type(static_cast<int>(line_size_));
  check(PetscSFCreate(comm, &forest_));
  check(PetscSFSetType(forest_, PETSCSFBASIC));
  check(PetscSFSetGraph(forest_, static_cast<PetscInt>(own_lines_ * columns_.blocks()),
                        static_cast<PetscInt>(leaves_.size()), leaves_.data(), PETSC_COPY_VALUES,
                        roots_.data(), PETSC_COPY_VALUES));
  check(PetscSFSetUp(forest_));
  // PETSc has its own copies.
  leaves_ = {};
  roots_ = {};
}

template <class Use>
void Exchange::for_copies(const Use& use) const {
  for (const auto& [run, to_block] : copies_) {
    for (Index block = 0; block < columns_.blocks(); ++block) {
      for (Index i = 0; i < run.count; ++i) {
        use(block * to_block + run.to + i * run.to_step,
            block * own_lines_ + run.from + i * run.from_step);
      }
    }
  }
}

void Exchange::receive(std::span<const double> own, std::span<double> halo,
                       const std::function<void()>& meanwhile) const {
  if (has_zeros_) std::ranges::fill(halo, 0.0);
  check(PetscSFBcastBegin(forest_, line_type_, own.data(), halo.data(), MPI_REPLACE));
  // Others wait for what is on its way, whatever is thrown here.
  const auto finish = [&] {
    return PetscSFBcastEnd(forest_, line_type_, own.data(), halo.data(), MPI_REPLACE);
  };
  try {
    meanwhile();
  } catch (...) {
    finish();
    throw;
  }
  check(finish());
  for_copies([&](Index to, Index from) {
    std::copy_n(own.data() + from * line_size_, line_size_, halo.data() + to * line_size_);
  });
}

void Exchange::add_back(std::span<const double> halo, std::span<double> own) const {
  for_copies([&](Index to, Index from) {
    const double* const numbers = halo.data() + to * line_size_;
    double* const sums = own.data() + from * line_size_;
    for (Index i = 0; i < line_size_; ++i) sums[i] += numbers[i];
  });
  check(PetscSFReduceBegin(forest_, line_type_, halo.data(), own.data(), MPIU_SUM));
  check(PetscSFReduceEnd(forest_, line_type_, halo.data(), own.data(), MPIU_SUM));
}

}  // namespace toeplix::petsc::detail
