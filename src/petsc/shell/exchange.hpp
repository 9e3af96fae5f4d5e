#pragma once

#include <toeplix/bands.hpp>
#include <toeplix/halo.hpp>

#include <petscsf.h>

#include <functional>
#include <span>
#include <vector>

namespace toeplix::petsc::detail {

/// Lines that come from other processes, and lines of this one that a boundary shows again. They
/// lie in one array, the halo: part by part, each a tensor of its own, `HaloPart::lines` lines in
/// every block. What no line comes to is zero.
class Exchange {
 public:
  /// Of the parts that are not `own`. Throws CapacityError for more lines than PETSc can number.
  /// Cost and memory: a step for every line of others; none for own ones.
  Exchange(const std::vector<HaloPart>& parts, const BandNumbering& columns, Index process);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  /// Tells all processes which lines they send to whom. Collective; to be called once, first.
  void connect(MPI_Comm comm);

  /// Numbers of the halo.
  Index size() const { return lines_ * line_size_; }
  /// Where a part begins in it, counted among the parts that were given.
  Index offset(std::size_t part) const { return offsets_[part] * line_size_; }

  /// Fills the halo from the numbers that this process has of the input, `own`. Calls `meanwhile`
  /// while others send; that may throw. Collective.
  void receive(std::span<const double> own, std::span<double> halo,
               const std::function<void()>& meanwhile) const;
  /// Adds the halo to the numbers where it is from. Collective.
  void add_back(std::span<const double> halo, std::span<double> own) const;

 private:
  /// Lines of this process that a part shows: `to` counts lines of the halo, `from` own lines.
  struct Copy {
    LineRun run;
    Index to_block;  ///< lines from a block to the next
  };

  void plan(const LineRun& run, Index first, Index to_block, Index process);
  void add_leaves(const LineRun& run, Index first, Index to_block, Index owner);
  /// Calls `use(line of the halo, own line)` for every line that is copied.
  template <class Use>
  void for_copies(const Use& use) const;

  BandNumbering columns_;
  Index own_lines_;
  Index line_size_;
  Index lines_ = 0;  // of the halo, in all blocks
  bool has_zeros_ = false;
  std::vector<Index> offsets_;  // of the parts, in lines
  std::vector<Copy> copies_;
  // What comes from others: lines of the halo, and which line of whose vector.
  std::vector<PetscInt> leaves_;
  std::vector<PetscSFNode> roots_;
  PetscSF forest_ = nullptr;
  MPI_Datatype line_type_ = MPIU_SCALAR;
};

}  // namespace toeplix::petsc::detail
