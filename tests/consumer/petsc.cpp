// The optional component on PETSc: the matrix of a small convolution, on however many processes.

#include <toeplix/petsc/matrix.hpp>

#include <iostream>
#include <vector>

int main(int argc, char** argv) {
  if (PetscInitialize(&argc, &argv, nullptr, nullptr) != 0) return 1;
  PetscInt rows = 0;
  {
    const toeplix::Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
    Mat mat = toeplix::petsc::matrix(PETSC_COMM_WORLD, conv, std::vector<double>{0, 1, 2, 3});
    MatGetSize(mat, &rows, nullptr);
    MatDestroy(&mat);
  }
  std::cout << rows << " rows\n";
  return PetscFinalize() == 0 && rows == 4 ? 0 : 1;
}
