#include <toeplix/error.hpp>
#include <toeplix/linear_map.hpp>

#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/base/integer_math.hpp"
#include "core/operator/check_batch.hpp"
#include "core/operator/function_node.hpp"
#include "core/operator/operator_state.hpp"
#include "core/operator/sparse_node.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <complex>
#include <optional>
#include <string>

namespace toeplix {

namespace detail {

void check_operand(Index rows, Index columns) {
  check_length("x", static_cast<std::size_t>(rows), columns);
}

namespace {

template <class Scalar>
std::string shape(const LinearMap<Scalar>& map) {
  return std::to_string(map.rows()) + " x " + std::to_string(map.cols());
}

template <class Scalar>
class DiagonalNode final : public MapNode<Scalar> {
 public:
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

  explicit DiagonalNode(Vector diagonal)
      : MapNode<Scalar>(diagonal.size(), diagonal.size()), diagonal_(std::move(diagonal)) {}

  void multiply(Form form, const Into<Scalar>& into, const Scalar* x, Scalar* y,
                Index images) const override {
    const Index size = diagonal_.size();
    for (Index i = 0; i < images * size; ++i) {
      const Scalar& stored = diagonal_[i % size];
      const Scalar value = form.conjugated ? Eigen::numext::conj(stored) : stored;
      const Scalar product = into.factor * (value * x[i]);
      y[i] = into.adds() ? Scalar(y[i] + product) : product;
    }
  }

 private:
  Vector diagonal_;
};

template <class Scalar>
class SumNode final : public MapNode<Scalar> {
 public:
  SumNode(const LinearMap<Scalar>& a, const LinearMap<Scalar>& b)
      : MapNode<Scalar>(a.rows(), a.cols(), MapNode<Scalar>::levels_above(a, b)), a_(a), b_(b) {}

  void multiply(Form form, const Into<Scalar>& into, const Scalar* x, Scalar* y,
                Index images) const override {
    MapNode<Scalar>::multiply(a_, form, into, x, y, images);
    MapNode<Scalar>::multiply(b_, form, into.adding(), x, y, images);
  }

 private:
  LinearMap<Scalar> a_;
  LinearMap<Scalar> b_;
};

template <class Scalar>
class ProductNode final : public MapNode<Scalar> {
 public:
  ProductNode(const LinearMap<Scalar>& a, const LinearMap<Scalar>& b)
      : MapNode<Scalar>(a.rows(), b.cols(), MapNode<Scalar>::levels_above(a, b)), a_(a), b_(b) {}

  void multiply(Form form, const Into<Scalar>& into, const Scalar* x, Scalar* y,
                Index images) const override {
    const LinearMap<Scalar>& first = form.transposed ? a_ : b_;
    const LinearMap<Scalar>& second = form.transposed ? b_ : a_;
    const Index size = a_.cols();
    for_some_images(images, size, [&](Index image, Index count) {
      const auto between = scratch_.borrow(size * count);
      MapNode<Scalar>::multiply(first, form, {}, x + image * this->cols(form), between.data(),
                                count);
      MapNode<Scalar>::multiply(second, form, into, between.data(), y + image * this->rows(form),
                                count);
    });
  }

 private:
  LinearMap<Scalar> a_;
  LinearMap<Scalar> b_;
  Scratch<Scalar> scratch_;
};

/// Maps one above the other.
template <class Scalar>
class StackNode final : public MapNode<Scalar> {
 public:
  StackNode(std::vector<LinearMap<Scalar>> maps, Index rows)
      : MapNode<Scalar>(rows, maps.front().cols(), levels_above_all(maps)),
        maps_(std::move(maps)) {}

  void multiply(Form form, const Into<Scalar>& into, const Scalar* x, Scalar* y,
                Index images) const override {
    for (Index image = 0; image < images; ++image) {
      const Scalar* from = x + image * this->cols(form);
      Scalar* to = y + image * this->rows(form);
      Into<Scalar> part = into;
      for (const LinearMap<Scalar>& map : maps_) {
        MapNode<Scalar>::multiply(map, form, part, from, to, 1);
        if (form.transposed) {
          from += map.rows();
          part = into.adding();
        } else {
          to += map.rows();
        }
      }
    }
  }

 private:
  static int levels_above_all(const std::vector<LinearMap<Scalar>>& maps) {
    int levels = 0;
    for (const LinearMap<Scalar>& map : maps) {
      levels = std::max(levels, MapNode<Scalar>::levels_above(map));
    }
    return levels;
  }

  std::vector<LinearMap<Scalar>> maps_;
};

template <class Scalar>
[[noreturn]] void refuse(const char* what, const LinearMap<Scalar>& a, const LinearMap<Scalar>& b,
                         const char* expected) {
  throw GeometryError(std::string(what) + " of " + shape(a) + " and " + shape(b) +
                      " does not exist; expected " + expected);
}

}  // namespace
}  // namespace detail

template <MatrixScalar Scalar>
LinearMap<Scalar>::LinearMap(const Operator<Scalar>& op)
    : LinearMap(op.state_, op.form_, Scalar(1)) {}

template <MatrixScalar Scalar>
template <int Order, MatrixIndex IndexType>
LinearMap<Scalar>::LinearMap(
    std::shared_ptr<const Eigen::SparseMatrix<Scalar, Order, IndexType>> matrix,
    const Resources& resources)
    : form_(), factor_(1) {
  detail::check_resources(resources);
  if (!matrix) throw GeometryError("the pointer to a matrix is empty; expected one to a matrix");
  using Matrix = Eigen::SparseMatrix<Scalar, Order, IndexType>;
  node_ = std::make_shared<const detail::SparseNode<Matrix>>(std::move(matrix), resources.threads);
}

template <MatrixScalar Scalar>
LinearMap<Scalar> LinearMap<Scalar>::diagonal_map(Vector diagonal) {
  return {std::make_shared<const detail::DiagonalNode<Scalar>>(std::move(diagonal)), {}, 1};
}

template <MatrixScalar Scalar>
LinearMap<Scalar> LinearMap<Scalar>::from_products(Index rows, Index cols, Product forward,
                                                   Product transposed) {
  if (rows < 0 || cols < 0) {
    throw GeometryError("a map of " + std::to_string(rows) + " rows and " + std::to_string(cols) +
                        " columns does not exist; expected no negative number");
  }
  if (!forward) throw GeometryError("the product of a map is empty; expected a function");
  return {std::make_shared<const detail::FunctionNode<Scalar>>(rows, cols, std::move(forward),
                                                               std::move(transposed)),
          {},
          1};
}

template <MatrixScalar Scalar>
Index LinearMap<Scalar>::rows() const {
  return node_->rows(form_);
}

template <MatrixScalar Scalar>
Index LinearMap<Scalar>::cols() const {
  return node_->cols(form_);
}

template <MatrixScalar Scalar>
void LinearMap<Scalar>::apply(std::span<const Scalar> x, std::span<Scalar> y) const {
  const Index images = detail::check_batch<Scalar>(x, cols(), y, rows());
  node_->multiply(form_, {factor_}, x.data(), y.data(), images);
}

template <MatrixScalar Scalar>
void LinearMap<Scalar>::add_product(const Scalar& factor, std::span<const Scalar> x,
                                    std::span<Scalar> y) const {
  const Index images = detail::check_batch<Scalar>(x, cols(), y, rows());
  node_->multiply(form_, {factor * factor_, detail::Into<Scalar>::How::add}, x.data(), y.data(),
                  images);
}

template <MatrixScalar Scalar>
LinearMap<Scalar> LinearMap<Scalar>::sum(const LinearMap& a, const LinearMap& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) {
    detail::refuse("the sum", a, b, "equal shapes");
  }
  return {std::make_shared<const detail::SumNode<Scalar>>(a, b), {}, 1};
}

template <MatrixScalar Scalar>
LinearMap<Scalar> LinearMap<Scalar>::product(const LinearMap& a, const LinearMap& b) {
  if (a.cols() != b.rows()) {
    detail::refuse("the product", a, b, "as many columns of the one as rows of the other");
  }
  return {std::make_shared<const detail::ProductNode<Scalar>>(a, b), {}, 1};
}

template <MatrixScalar Scalar>
LinearMap<Scalar> LinearMap<Scalar>::vertical(std::vector<LinearMap> maps) {
  if (maps.empty()) throw GeometryError("a stack of no maps has no shape; expected at least one");
  std::optional<Index> rows = 0;
  for (const LinearMap& map : maps) {
    if (map.cols() != maps.front().cols()) {
      detail::refuse("the vertical stack", maps.front(), map, "equal numbers of columns");
    }
    rows = detail::checked_sum(rows, map.rows());
  }
  if (!rows) throw CapacityError("the rows of a stack exceed 64 bits");
  return {std::make_shared<const detail::StackNode<Scalar>>(std::move(maps), *rows), {}, 1};
}

template <MatrixScalar Scalar>
LinearMap<Scalar> LinearMap<Scalar>::horizontal(std::vector<LinearMap> maps) {
  for (LinearMap& map : maps) {
    if (map.rows() != maps.front().rows()) {
      detail::refuse("the horizontal stack", maps.front(), map, "equal numbers of rows");
    }
  }
  for (LinearMap& map : maps) map = map.transpose();
  return vertical(std::move(maps)).transpose();
}

#define TOEPLIX_INSTANTIATE(Scalar) template class LinearMap<Scalar>;
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex) \
  template LinearMap<Scalar>::LinearMap(                 \
      std::shared_ptr<const Eigen::SparseMatrix<Scalar, Order, StorageIndex>>, const Resources&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
