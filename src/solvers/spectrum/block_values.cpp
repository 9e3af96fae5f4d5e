#include "solvers/spectrum/block_values.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace toeplix::detail {

namespace {

/// From this size on a bidiagonal form takes less time than rotations.
constexpr Eigen::Index large = 6;

/// The singular values of a bidiagonal matrix with entries of at most 1: the eigenvalues that are
/// not negative of the Golub-Kahan matrix, which is tridiagonal with the entries of both diagonals
/// in turn, beside zeros. Nothing is squared, so nothing is lost.
Eigen::VectorXd bidiagonal_values(const Eigen::VectorXd& diagonal, const Eigen::VectorXd& upper) {
  const Eigen::Index size = diagonal.size();
  Eigen::VectorXd beside(2 * size - 1);
  for (Eigen::Index i = 0; i < size; ++i) {
    beside[2 * i] = diagonal[i];
    if (i + 1 < size) beside[2 * i + 1] = upper[i];
  }
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(Eigen::VectorXd::Zero(2 * size), beside, Eigen::EigenvaluesOnly);
  if (solver.info() != Eigen::Success) return {};
  return solver.eigenvalues().tail(size).reverse().cwiseMax(0);
}

/// By Householder's bidiagonal form. Eigen's BDCSVD is not used: without vectors, version 3.4.0
/// answers wrong values for some matrices whose values repeat, and does not notice.
template <class Matrix>
Eigen::VectorXd values_of_tall(const Matrix& matrix) {
  const double unit = matrix.norm();
  if (unit == 0) return Eigen::VectorXd::Zero(matrix.cols());
  const Eigen::internal::UpperBidiagonalization<Matrix> form(matrix / unit);
  const auto& bidiagonal = form.bidiagonal();
  const Eigen::VectorXd upper = bidiagonal.diagonal(1);
  const Eigen::VectorXd values = bidiagonal_values(bidiagonal.diagonal(), upper);
  return values.size() == 0 ? Eigen::JacobiSVD<Matrix>(matrix).singularValues()
                            : Eigen::VectorXd(values * unit);
}

template <class Matrix>
Eigen::VectorXd values_of(const Matrix& matrix) {
  if (matrix.size() == 1) return Eigen::VectorXd::Constant(1, std::abs(matrix(0, 0)));
  if (matrix.rows() == 1 || matrix.cols() == 1) return Eigen::VectorXd::Constant(1, matrix.norm());
  if (std::min(matrix.rows(), matrix.cols()) < large) {
    return Eigen::JacobiSVD<Matrix>(matrix).singularValues();
  }
  return matrix.rows() < matrix.cols() ? values_of_tall<Matrix>(matrix.adjoint())
                                       : values_of_tall<Matrix>(matrix);
}

/// Whether a decomposition is one. Eigen's BDCSVD is known to fail at times.
bool is_sound(const Eigen::MatrixXd& matrix, const DenseSvd& svd) {
  const double allowed = 1e-12 * static_cast<double>(matrix.rows() + matrix.cols());
  const Eigen::Index size = svd.values.size();
  const Eigen::MatrixXd unit = Eigen::MatrixXd::Identity(size, size);
  return (matrix * svd.v - svd.u * svd.values.asDiagonal()).norm() <= allowed * matrix.norm() &&
         (svd.u.transpose() * svd.u - unit).norm() <= allowed &&
         (svd.v.transpose() * svd.v - unit).norm() <= allowed;
}

/// The Gram matrix of the side with more rows than columns, and its eigenvectors.
Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> gram_of(const Eigen::MatrixXcd& block,
                                                        int options) {
  Eigen::MatrixXcd gram;
  if (block.rows() < block.cols()) {
    gram.noalias() = block * block.adjoint();
  } else {
    gram.noalias() = block.adjoint() * block;
  }
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd>(gram, options);
}

}  // namespace

Eigen::VectorXd block_values(const Eigen::Ref<const Eigen::MatrixXcd>& block) {
  return values_of<Eigen::MatrixXcd>(block);
}

Eigen::VectorXd dense_values(const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
  return values_of<Eigen::MatrixXd>(matrix);
}

DenseSvd dense_svd(const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
  constexpr int vectors = Eigen::ComputeThinU | Eigen::ComputeThinV;
  if (std::min(matrix.rows(), matrix.cols()) > 16) {
    const Eigen::BDCSVD<Eigen::MatrixXd> svd(matrix, vectors);
    DenseSvd result{svd.singularValues(), svd.matrixU(), svd.matrixV()};
    if (svd.info() == Eigen::Success && is_sound(matrix, result)) return result;
  }
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(matrix, vectors);
  return {svd.singularValues(), svd.matrixU(), svd.matrixV()};
}

Eigen::VectorXcd top_right_vector(const Eigen::Ref<const Eigen::MatrixXcd>& block) {
  const auto gram = gram_of(block, Eigen::ComputeEigenvectors);
  const Eigen::VectorXcd top = gram.eigenvectors().col(gram.eigenvectors().cols() - 1);
  if (block.rows() >= block.cols()) return top;
  const Eigen::VectorXcd right = block.adjoint() * top;
  const double norm = right.norm();
  return norm > 0 ? Eigen::VectorXcd(right / norm)
                  : Eigen::VectorXcd(Eigen::VectorXcd::Unit(block.cols(), 0));
}

double top_value(const Eigen::Ref<const Eigen::MatrixXcd>& block) {
  if (block.rows() == 1 || block.cols() == 1) return block.norm();
  const auto gram = gram_of(block, Eigen::EigenvaluesOnly);
  return std::sqrt(std::max(0.0, gram.eigenvalues()[gram.eigenvalues().size() - 1]));
}

}  // namespace toeplix::detail
