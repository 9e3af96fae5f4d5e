#pragma once

#include <petscsys.h>

#include <functional>

namespace toeplix::petsc::detail {

/// Throws Error unless PETSc is initialized and `comm` a communicator.
void check_petsc(MPI_Comm comm);

/// Calls `work` on every process. If it throws on some, throws on all of them what it threw on the
/// first of these; if others went through, the message names that process. Collective.
void together(MPI_Comm comm, const std::function<void()>& work);

/// Rank and number of processes.
int rank_in(MPI_Comm comm);
int processes_of(MPI_Comm comm);

}  // namespace toeplix::petsc::detail
