#include <toeplix/error.hpp>

#include "solvers/spectrum/gram_map.hpp"

#include <Spectra/SymEigsSolver.h>

#include <stdexcept>

namespace toeplix::detail {

namespace {

/// The map by the names that Spectra has.
class SpectraMap {
 public:
  using Scalar = double;

  explicit SpectraMap(const GramMap& map) : map_(map) {}
  Eigen::Index rows() const { return map_.size(); }
  Eigen::Index cols() const { return map_.size(); }
  void perform_op(const double* x, double* y) const { map_.apply(x, y); }

 private:
  const GramMap& map_;
};

}  // namespace

bool has_top_vectors() {
  return true;
}

TopVectors top_vectors(const GramMap& map, const Eigen::VectorXd& start, Index k,
                       double tolerance) {
  constexpr Eigen::Index most_restarts = 300;
  SpectraMap op(map);
  Spectra::SymEigsSolver<SpectraMap> solver(op, k, basis_of(k, map.size()));
  try {
    solver.init(start.data());
    const Eigen::Index found =
        solver.compute(Spectra::SortRule::LargestAlge, most_restarts, tolerance);
    return {solver.eigenvectors(found), found == k};
  } catch (const std::runtime_error& error) {
    // Its small decompositions may fail when the rank is below the size of its basis.
    if (dynamic_cast<const Error*>(&error) != nullptr) throw;
    return {};
  }
}

}  // namespace toeplix::detail
