#pragma once

#include <petscvec.h>

#include "petsc/base/check.hpp"

#include <span>

namespace toeplix::petsc::detail {

/// The numbers that this process has of a vector, to be read while this exists.
class ReadArray {
 public:
  explicit ReadArray(Vec vec) : vec_(vec) {
    check(VecGetLocalSize(vec, &size_));
    check(VecGetArrayRead(vec, &numbers_));
  }
  ReadArray(const ReadArray&) = delete;
  ReadArray& operator=(const ReadArray&) = delete;
  ~ReadArray() { VecRestoreArrayRead(vec_, &numbers_); }

  std::span<const double> numbers() const { return {numbers_, static_cast<std::size_t>(size_)}; }

 private:
  Vec vec_;
  PetscInt size_ = 0;
  const double* numbers_ = nullptr;
};

/// Likewise, to be overwritten.
class WriteArray {
 public:
  explicit WriteArray(Vec vec) : vec_(vec) {
    check(VecGetLocalSize(vec, &size_));
    check(VecGetArrayWrite(vec, &numbers_));
  }
  WriteArray(const WriteArray&) = delete;
  WriteArray& operator=(const WriteArray&) = delete;
  ~WriteArray() { VecRestoreArrayWrite(vec_, &numbers_); }

  std::span<double> numbers() const { return {numbers_, static_cast<std::size_t>(size_)}; }

 private:
  Vec vec_;
  PetscInt size_ = 0;
  double* numbers_ = nullptr;
};

}  // namespace toeplix::petsc::detail
