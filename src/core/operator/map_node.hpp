#pragma once

#include <toeplix/error.hpp>
#include <toeplix/linear_map.hpp>

#include "core/operator/scratch.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace toeplix::detail {

/// What becomes of a product: y = factor A x, or y += factor A x.
template <class Scalar>
struct Into {
  enum class How { overwrite, add };

  Scalar factor = Scalar(1);
  How how = How::overwrite;

  bool adds() const { return how == How::add; }
  /// The same of a multiple.
  Into times(const Scalar& more) const { return {factor * more, how}; }
  Into adding() const { return {factor, How::add}; }
};

/// A part of a `LinearMap`: one matrix A that can be multiplied by, and by its kin.
template <class Scalar>
class MapNode {
 public:
  /// `levels` are those of the parts below, and one.
  MapNode(Index rows, Index cols, int levels = 0) : rows_(rows), cols_(cols), levels_(levels) {}
  virtual ~MapNode() = default;
  MapNode(const MapNode&) = delete;
  MapNode& operator=(const MapNode&) = delete;

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  Index rows(Form form) const { return form.transposed ? cols_ : rows_; }
  Index cols(Form form) const { return form.transposed ? rows_ : cols_; }

  /// The product of A in this form with images that follow one another. Preconditions: x and y are
  /// apart, and images times as long as columns and rows.
  virtual void multiply(Form form, const Into<Scalar>& into, const Scalar* x, Scalar* y,
                        Index images) const = 0;

 protected:
  /// The levels of what is made of so many as the part has. Throws CapacityError for too many: a
  /// product goes down all of them on the stack, as does the end of the map.
  static int levels_above(const LinearMap<Scalar>& part) {
    constexpr int most = 2000;
    if (part.node_->levels_ < most) return part.node_->levels_ + 1;
    throw CapacityError("a map of sums, products and stacks within one another has more than " +
                        std::to_string(most) +
                        " levels; build it as a tree, or with vstack and hstack of a list");
  }
  static int levels_above(const LinearMap<Scalar>& a, const LinearMap<Scalar>& b) {
    return std::max(levels_above(a), levels_above(b));
  }

  /// The product of a part, as above, whose own form and factor come first.
  static void multiply(const LinearMap<Scalar>& part, Form form, const Into<Scalar>& into,
                       const Scalar* x, Scalar* y, Index images) {
    const Scalar factor = form.conjugated ? Eigen::numext::conj(part.factor_) : part.factor_;
    part.node_->multiply(form.of(part.form_), into.times(factor), x, y, images);
  }

 private:
  Index rows_;
  Index cols_;
  int levels_;
};

}  // namespace toeplix::detail
