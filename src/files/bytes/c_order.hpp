#pragma once

#include <toeplix/index.hpp>

#include <cstddef>
#include <vector>

namespace toeplix::detail {

/// For each position in C order, its position in Fortran order, by counting through coordinates.
class FortranCounter {
 public:
  explicit FortranCounter(const Extents& shape) : shape_(shape), coordinate_(shape.size(), 0) {
    Index step = 1;
    for (const Index extent : shape) {
      steps_.push_back(step);
      step *= extent;
    }
  }

  std::size_t position() const { return static_cast<std::size_t>(position_); }

  void advance() {
    for (std::size_t axis = shape_.size(); axis-- > 0;) {
      position_ += steps_[axis];
      if (++coordinate_[axis] < shape_[axis]) return;
      position_ -= steps_[axis] * shape_[axis];
      coordinate_[axis] = 0;
    }
  }

 private:
  const Extents& shape_;
  Extents coordinate_;
  Extents steps_;
  Index position_ = 0;
};

/// The values of an array whose first axis is the fastest (NumPy's Fortran order, MATLAB's only
/// one), with the last axis as the fastest. Takes as much memory as the values.
template <class T>
std::vector<T> to_c_order(const Extents& shape, const std::vector<T>& fortran) {
  std::vector<T> result;
  result.reserve(fortran.size());
  for (FortranCounter counter(shape); result.size() < fortran.size(); counter.advance()) {
    result.push_back(fortran[counter.position()]);
  }
  return result;
}

}  // namespace toeplix::detail
