// What stands in for FFTW if it was not found.

#include <toeplix/error.hpp>

#include "solvers/transform/grid_transform.hpp"

namespace toeplix::detail {

bool has_transforms() {
  return false;
}

struct GridTransform::State {};

GridTransform::GridTransform(Extents, std::vector<Basis>, int) {
  throw SolverError("transforms are left out: the library was built without FFTW");
}
GridTransform::GridTransform(GridTransform&&) noexcept = default;
GridTransform& GridTransform::operator=(GridTransform&&) noexcept = default;
GridTransform::~GridTransform() = default;

// None of these is ever called, as there is no object.
Index GridTransform::pixels() const {
  return 0;
}
bool GridTransform::is_complex() const {
  return false;
}
const Extents& GridTransform::frequencies() const {
  static const Extents none;
  return none;
}
Index GridTransform::spectrum_size() const {
  return 0;
}
double GridTransform::scale() const {
  return 1;
}
void GridTransform::forward(std::span<double>, std::span<double>) const {}
void GridTransform::inverse(std::span<double>, std::span<double>) const {}

}  // namespace toeplix::detail
