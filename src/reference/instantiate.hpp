#pragma once

#include <complex>
#include <cstdint>

// The types that the templates of the library are compiled for, written once. A source file ends
// with, for instance,
//
//     #define TOEPLIX_INSTANTIATE(Scalar) template class Operator<Scalar>;
//     TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
//     #undef TOEPLIX_INSTANTIATE
//
// Macros, because C++ has no other way to write an instantiation for each of several types. These
// are the only ones of the library. (Names of Eigen are used only if there is a matrix, so that the
// oracle can use the list without Eigen.)

/// X(Scalar)
#define TOEPLIX_FOR_EACH_SCALAR(X) \
  X(float)                         \
  X(double)                        \
  X(std::complex<float>)           \
  X(std::complex<double>)

/// X(Scalar, StorageIndex)
#define TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(X) \
  X(float, std::int32_t)                     \
  X(float, std::int64_t)                     \
  X(double, std::int32_t)                    \
  X(double, std::int64_t)                    \
  X(std::complex<float>, std::int32_t)       \
  X(std::complex<float>, std::int64_t)       \
  X(std::complex<double>, std::int32_t)      \
  X(std::complex<double>, std::int64_t)

/// X(Scalar, Order, StorageIndex): the parameters of an Eigen::SparseMatrix, of real numbers
#define TOEPLIX_FOR_EACH_REAL_MATRIX(X)    \
  X(float, Eigen::RowMajor, std::int32_t)  \
  X(float, Eigen::RowMajor, std::int64_t)  \
  X(float, Eigen::ColMajor, std::int32_t)  \
  X(float, Eigen::ColMajor, std::int64_t)  \
  X(double, Eigen::RowMajor, std::int32_t) \
  X(double, Eigen::RowMajor, std::int64_t) \
  X(double, Eigen::ColMajor, std::int32_t) \
  X(double, Eigen::ColMajor, std::int64_t)

/// X(Scalar, Order, StorageIndex)
#define TOEPLIX_FOR_EACH_MATRIX(X)                       \
  TOEPLIX_FOR_EACH_REAL_MATRIX(X)                        \
  X(std::complex<float>, Eigen::RowMajor, std::int32_t)  \
  X(std::complex<float>, Eigen::RowMajor, std::int64_t)  \
  X(std::complex<float>, Eigen::ColMajor, std::int32_t)  \
  X(std::complex<float>, Eigen::ColMajor, std::int64_t)  \
  X(std::complex<double>, Eigen::RowMajor, std::int32_t) \
  X(std::complex<double>, Eigen::RowMajor, std::int64_t) \
  X(std::complex<double>, Eigen::ColMajor, std::int32_t) \
  X(std::complex<double>, Eigen::ColMajor, std::int64_t)

/// X(Scalar): the real numbers that files hold
#define TOEPLIX_FOR_EACH_REAL_NUMBER(X) \
  X(std::int8_t)                        \
  X(std::int16_t)                       \
  X(std::int32_t)                       \
  X(std::int64_t)                       \
  X(std::uint8_t)                       \
  X(std::uint16_t)                      \
  X(std::uint32_t)                      \
  X(std::uint64_t)                      \
  X(float)                              \
  X(double)

/// X(Scalar): the numbers that files hold
#define TOEPLIX_FOR_EACH_NUMBER(X) \
  TOEPLIX_FOR_EACH_REAL_NUMBER(X)  \
  X(std::complex<float>)           \
  X(std::complex<double>)
