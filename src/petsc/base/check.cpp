#include "petsc/base/check.hpp"

#include <toeplix/error.hpp>

#include <string>

namespace toeplix::petsc::detail {

QuietErrors::QuietErrors() {
  PetscPushErrorHandler(PetscReturnErrorHandler, nullptr);
}

QuietErrors::~QuietErrors() {
  PetscPopErrorHandler();
}

void check(PetscErrorCode code) {
  if (code == 0) return;
  const char* kind = nullptr;
  char* details = nullptr;
  PetscErrorMessage(code, &kind, &details);
  std::string message = "PETSc: " + std::string(kind == nullptr ? "error" : kind);
  if (details != nullptr && *details != '\0') message += ": " + std::string(details);
  throw Error(message);
}

}  // namespace toeplix::petsc::detail
