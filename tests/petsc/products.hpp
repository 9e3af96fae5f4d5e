#pragma once

#include "petsc/entries.hpp"

#include <toeplix/petsc/shell.hpp>

namespace toeplix::test {

using Numbers = Eigen::VectorXd;

/// Whether it holds on all processes. What is checked must fail on all or on none: the first to
/// give up a test leaves the others waiting.
inline bool everywhere(bool holds) {
  int all = holds ? 1 : 0;
  MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT, MPI_LAND, PETSC_COMM_WORLD);
  return all != 0;
}

/// The numbers of a vector, given by the tensor that it stands for, the same on all processes.
class TensorVec {
 public:
  explicit TensorVec(const BandNumbering& numbering) : numbering_(numbering) {
    VecCreateMPI(PETSC_COMM_WORLD, static_cast<PetscInt>(numbering.size(rank())),
                 static_cast<PetscInt>(numbering.size()), &vec_);
  }
  TensorVec(const BandNumbering& numbering, const Numbers& tensor) : TensorVec(numbering) {
    double* numbers = nullptr;
    VecGetArray(vec_, &numbers);
    for (Index i = 0; i < numbering.size(rank()); ++i) numbers[i] = tensor[place(i)];
    VecRestoreArray(vec_, &numbers);
  }
  TensorVec(const TensorVec&) = delete;
  TensorVec& operator=(const TensorVec&) = delete;
  ~TensorVec() { VecDestroy(&vec_); }

  Vec vec() const { return vec_; }

  /// Whether the vector is a tensor, on all processes.
  bool equals(const Numbers& tensor) const {
    const double* numbers = nullptr;
    VecGetArrayRead(vec_, &numbers);
    bool same = true;
    for (Index i = 0; i < numbering_.size(rank()); ++i) {
      same = same && numbers[i] == tensor[place(i)];
    }
    VecRestoreArrayRead(vec_, &numbers);
    return everywhere(same);
  }

 private:
  Index place(Index i) const { return numbering_.natural(numbering_.first(rank()) + i); }

  BandNumbering numbering_;
  Vec vec_ = nullptr;
};

inline Numbers draw_numbers(Random& random, Index count) {
  const auto numbers = small_integers<double>(random, count);
  return Eigen::Map<const Numbers>(numbers.data(), count);
}

/// A shell, its serial matrix, and a vector of either kind.
struct Case {
  template <class Conv>
  Case(const Conv& conv, Random& random, const petsc::Options& options) {
    const auto weights = small_integers<double>(random, conv.weight_count());
    serial = toeplix::compile(conv, weights);
    mat = petsc::shell(PETSC_COMM_WORLD, conv, weights, options);
    x = draw_numbers(random, serial.cols());
    y = draw_numbers(random, serial.rows());
  }
  Case(const Case&) = delete;
  Case& operator=(const Case&) = delete;
  ~Case() { MatDestroy(&mat); }

  Rows serial;
  Mat mat = nullptr;
  Numbers x;
  Numbers y;
};

}  // namespace toeplix::test
