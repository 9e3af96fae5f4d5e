#pragma once

#include <petscsys.h>

namespace toeplix::petsc::detail {

/// While one exists, PETSc returns its errors and does not print them.
class QuietErrors {
 public:
  QuietErrors();
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
  ~QuietErrors();
};

/// Throws Error, with what PETSc says, unless `code` is 0.
void check(PetscErrorCode code);

}  // namespace toeplix::petsc::detail
