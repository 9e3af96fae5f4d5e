#pragma once

#include "support/compare.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/weight_gradient.hpp>

#include <complex>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace toeplix::test {

/// Compares everything that the library makes of one spec with the oracle. Equality is exact: all
/// numbers are small integers. There is one kernel, or one per pixel.
template <class Scalar, class Spec, bool per_pixel = false>
class AllPaths {
 public:
  AllPaths(const Spec& spec, Failures& failures)
      : spec_(spec),
        failures_(failures),
        convolution_(make(spec)),
        pattern_(per_pixel ? detail::per_pixel(Pattern(convolution_)) : Pattern(convolution_)),
        random_(to_string(spec)),
        weights_(small_integers<Scalar>(random_, pattern_.weight_count(), 1, 9)),
        expected_(probe(spec, kernels(weights_))) {}

  void check() {
    const bool same_output = convolution_.output() == reference::output_extents(spec_);
    report("output", same_output ? "" : "has other extents");
    check_matrices();
    check_row_range();
    check_other_weights();
    check_provenance();
    check_products();
    check_gradient();
  }

 private:
  using Vector = std::vector<Scalar>;

  /// Weights as the oracle takes them.
  static auto kernels(const Vector& weights) {
    if constexpr (per_pixel) {
      return PerPixelWeights(weights);
    } else {
      return std::span(weights);
    }
  }

  void report(const std::string& what, const std::string& fault) {
    failures_.expect_none(spec_, what, fault);
  }

  template <class StorageIndex = int, int Order = Eigen::RowMajor>
  Eigen::SparseMatrix<Scalar, Order, StorageIndex> compiled(const Vector& weights,
                                                            const CompileOptions& options) const {
    Eigen::SparseMatrix<Scalar, Order, StorageIndex> matrix;
    compile_into(matrix, pattern_, weights, options);
    return matrix;
  }

  /// Both storage orders and both index types. Weights are positive, so that the zeros of the
  /// expectation tell what must not be stored.
  void check_matrices() {
    report("compile", difference(compiled(weights_, options_), expected_));
    report("compile column-major",
           difference(compiled<int, Eigen::ColMajor>(weights_, options_), expected_));
    report("compile 64-bit", difference(compiled<std::int64_t>(weights_, options_), expected_));
    report("compile 64-bit column-major",
           difference(compiled<std::int64_t, Eigen::ColMajor>(weights_, options_), expected_));
  }

  void check_row_range() {
    const Index first = random_.between(0, pattern_.rows());
    const Index last = random_.between(first, pattern_.rows());
    Eigen::SparseMatrix<Scalar, Eigen::RowMajor, int> rows;
    compile_rows_into(rows, pattern_, weights_, first, last, options_);
    report("compile_rows " + std::to_string(first) + " " + std::to_string(last),
           difference(rows, expected_.slice(first, last)));
  }

  /// Values of any sign, and zeros: recompiled into the structure of the positive ones, and pruned.
  void check_other_weights() {
    const Vector others = small_integers<Scalar>(random_, pattern_.weight_count(), -1, 1);
    const DenseMatrix<Scalar> values = probe(spec_, kernels(others));
    auto matrix = compiled(weights_, options_);
    recompile(matrix, pattern_, others, options_.resources);
    report("recompile", difference(matrix, expected_, values));
    auto columns = compiled<int, Eigen::ColMajor>(weights_, options_);
    recompile(columns, pattern_, others, options_.resources);
    report("recompile column-major", difference(columns, expected_, values));
    CompileOptions prune = options_;
    prune.prune_zero_weights = true;
    report("prune", difference(compiled(others, prune), values));
    report("prune column-major",
           difference(compiled<std::int64_t, Eigen::ColMajor>(others, prune), values));
  }

  /// The weights that the pattern names for every entry, added up.
  void check_provenance() {
    DenseMatrix<Scalar> sums = zero_matrix<Scalar>(pattern_.rows(), pattern_.cols());
    for (Index row = 0; row < pattern_.rows(); ++row) {
      for (const Pattern::Entry& entry : pattern_.row(row)) {
        for (const Index weight : entry.weights) {
          sums.at(row, entry.column) += weights_[static_cast<std::size_t>(weight)];
        }
      }
    }
    report("provenance", sums == expected_ ? "" : "does not add up to the matrix");
  }

  void check_products() {
    const Vector x = small_integers<Scalar>(random_, pattern_.cols());
    const Vector y = small_integers<Scalar>(random_, pattern_.rows());
    const Vector ax = oracle_apply(spec_, kernels(weights_), x);
    const Vector aty = oracle_apply_transpose(spec_, kernels(weights_), y);
    const auto matrix = compiled(weights_, options_);
    using EigenVector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    report("matrix * x", vector_difference(EigenVector(matrix * as_eigen(x)), ax));
    report("matrix^T * y", vector_difference(EigenVector(matrix.transpose() * as_eigen(y)), aty));
    const Operator<Scalar> op(pattern_, weights_, options_.resources);
    report("operator * x", vector_difference(op * x, ax));
    report("operator^T * y", vector_difference(op.transpose() * y, aty));
  }

  void check_gradient() {
    const Vector x = small_integers<Scalar>(random_, pattern_.cols());
    const Vector r = small_integers<Scalar>(random_, pattern_.rows());
    const auto gradient = weight_gradient<Scalar>(pattern_, x, r, options_.resources);
    if constexpr (per_pixel) {
      report("weight gradient",
             vector_difference(gradient, reference::per_pixel_weight_gradient(spec_, x, r)));
    } else {
      report("weight gradient",
             vector_difference(gradient, reference::weight_gradient(spec_, x, r)));
    }
  }

  const Spec& spec_;
  Failures& failures_;
  decltype(make(std::declval<Spec>())) convolution_;
  Pattern pattern_;
  Random random_;
  Vector weights_;
  DenseMatrix<Scalar> expected_;
  // Starting a thread, or asking the machine for its memory, takes longer than a small matrix.
  CompileOptions options_ = {.resources = {.threads = 1, .memory_budget = Index{1} << 30}};
};

template <class Scalar, class Spec>
void check_all_paths(const Spec& spec, Failures& failures) {
  AllPaths<Scalar, Spec>(spec, failures).check();
}

/// The same with a kernel for every pixel.
template <class Scalar, class Spec>
void check_all_paths_per_pixel(const Spec& spec, Failures& failures) {
  AllPaths<Scalar, Spec, true>(spec, failures).check();
}

}  // namespace toeplix::test
