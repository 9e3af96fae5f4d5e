#pragma once

#include <toeplix/error.hpp>

#include "core/base/parallel.hpp"
#include "core/operator/map_node.hpp"

#include <Eigen/SparseCore>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace toeplix::detail {

/// A sparse matrix of Eigen's, compressed or not. Every sum is taken in the order in which the
/// matrix is stored, whatever the number of threads.
template <class Matrix>
class SparseNode final : public MapNode<typename Matrix::Scalar> {
 public:
  using Scalar = typename Matrix::Scalar;

  SparseNode(std::shared_ptr<const Matrix> matrix, int threads)
      : MapNode<Scalar>(matrix->rows(), matrix->cols()),
        matrix_(std::move(matrix)),
        threads_(threads) {}

  void multiply(Form form, const Into<Scalar>& into, const Scalar* x, Scalar* y,
                Index images) const override {
    check_shape();
    for (Index image = 0; image < images; ++image) {
      const Scalar* const from = x + image * this->cols(form);
      Scalar* const to = y + image * this->rows(form);
      // Whether the stored vectors are what is multiplied by x.
      if (form.transposed != bool(Matrix::IsRowMajor)) {
        gather(form, into, from, to);
      } else {
        scatter(form, into, from, to);
      }
    }
  }

 private:
  /// Whoever else the matrix belongs to may have given it another shape.
  void check_shape() const {
    if (matrix_->rows() == this->rows() && matrix_->cols() == this->cols()) return;
    throw GeometryError("a matrix that a map refers to is now " + std::to_string(matrix_->rows()) +
                        " x " + std::to_string(matrix_->cols()) + "; expected " +
                        std::to_string(this->rows()) + " x " + std::to_string(this->cols()) +
                        ", as when the map was made");
  }

  static Scalar value(Form form, const Scalar& stored) {
    return form.conjugated ? Eigen::numext::conj(stored) : stored;
  }

  void gather(Form form, const Into<Scalar>& into, const Scalar* x, Scalar* y) const {
    const Index outer = matrix_->outerSize();
    const int threads = threads_to_write(matrix_->nonZeros(), threads_);
    const Index chunks =
        std::clamp<Index>(threads * chunks_per_thread, 1, std::max<Index>(1, outer));
    for_each_own_chunk(threads, chunks, [&] {
      return [&](Index chunk) {
        const Index last = chunk_begin(outer, chunks, chunk + 1);
        for (Index i = chunk_begin(outer, chunks, chunk); i < last; ++i) {
          Scalar sum{};
          for (typename Matrix::InnerIterator it(*matrix_, i); it; ++it) {
            sum += value(form, it.value()) * x[it.index()];
          }
          y[i] = into.adds() ? Scalar(y[i] + into.factor * sum) : Scalar(into.factor * sum);
        }
      };
    });
  }

  void scatter(Form form, const Into<Scalar>& into, const Scalar* x, Scalar* y) const {
    if (!into.adds()) std::fill_n(y, this->rows(form), Scalar());
    for (Index i = 0; i < matrix_->outerSize(); ++i) {
      const Scalar scaled = into.factor * x[i];
      for (typename Matrix::InnerIterator it(*matrix_, i); it; ++it) {
        y[it.index()] += value(form, it.value()) * scaled;
      }
    }
  }

  std::shared_ptr<const Matrix> matrix_;
  int threads_;
};

}  // namespace toeplix::detail
