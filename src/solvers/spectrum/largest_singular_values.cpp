#include <toeplix/solvers/singular_values.hpp>

#include <toeplix/memory.hpp>
#include <toeplix/operator.hpp>

#include "core/base/check_resources.hpp"
#include "core/base/parallel.hpp"
#include "solvers/base/check.hpp"
#include "solvers/base/format_number.hpp"
#include "solvers/base/judge.hpp"
#include "solvers/base/serial_section.hpp"
#include "solvers/spectrum/block_values.hpp"
#include "solvers/spectrum/dense_matrix.hpp"
#include "solvers/spectrum/gram_map.hpp"
#include "solvers/spectrum/scaled_weights.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <utility>

namespace toeplix {

namespace {

using Report = SingularTriplets::Report;

void check_arguments(const Pattern& pattern, Index k, const LargestSingularValuesOptions& options) {
  const Index most = std::min(pattern.rows(), pattern.cols());
  if (k < 1 || k > most) {
    throw SolverError("k is " + std::to_string(k) + "; expected a number from 1 to " +
                      std::to_string(most) + ", the rows or columns, whichever are fewer");
  }
  if (!(options.tolerance > 0 && options.tolerance < 1)) {
    throw SolverError("tolerance " + detail::format_number(options.tolerance) +
                      "; expected a number between 0 and 1");
  }
}

void check_vectors(const Pattern& pattern, Index k, const Resources& resources) {
  const Index shorter = std::min(pattern.rows(), pattern.cols());
  const Index longer = std::max(pattern.rows(), pattern.cols());
  // The basis; vectors that are kept and new ones; their images and what decomposes them.
  const double numbers =
      static_cast<double>(shorter) * static_cast<double>(detail::basis_of(k, shorter) + 8 * k) +
      static_cast<double>(longer) * static_cast<double>(6 * k + 4);
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  if (8 * numbers <= static_cast<double>(budget)) return;
  const Index whole = detail::whole_number(8 * numbers);
  throw CapacityError("the vectors of " + std::to_string(k) + " singular values need " +
                          std::to_string(whole) + " bytes, which exceeds the memory budget of " +
                          std::to_string(budget) + " bytes",
                      CapacityCause::memory_budget, {}, whole,
                      "ask for fewer, or use spectral_norm for the largest");
}

SingularTriplets by_a_dense_matrix(const Pattern& pattern, std::span<const double> weights, Index k,
                                   const LargestSingularValuesOptions& options) {
  detail::check_dense(
      pattern, options.dense_limit, 6, options.resources,
      "ask for at most half as many, or use singular_values if waves take it apart");
  const Eigen::MatrixXd a = detail::dense_matrix(pattern, weights, options.resources);
  const detail::SerialSection serial;
  const detail::DenseSvd svd = detail::dense_svd(a);
  return {svd.values.head(k), svd.u.leftCols(k), svd.v.leftCols(k), {}};
}

/// Finds the largest values of an A with at least as many rows as columns.
class LargestSearch {
 public:
  LargestSearch(const Operator<double>& a, Index k, double tolerance)
      : a_(a), map_(a), k_(k), tolerance_(tolerance) {}

  SingularTriplets run();

 private:
  detail::TopVectors look(Index count, double tolerance);
  void take(const Eigen::MatrixXd& more);

  const Operator<double>& a_;
  detail::GramMap map_;
  Index k_;
  double tolerance_;
  std::mt19937_64 random_{1};
  Eigen::MatrixXd v_;
  SingularTriplets found_;
};

/// Looks in what is orthogonal to the vectors that are known. None if A takes that to nothing but
/// rounding, of which Lanczos's method would make the most.
detail::TopVectors LargestSearch::look(Index count, double tolerance) {
  map_.project_out(v_);
  Eigen::VectorXd start(map_.size());
  for (double& number : start) number = static_cast<double>(random_() >> 11) * 0x1p-52 - 1;
  Eigen::VectorXd image(map_.size());
  map_.apply(start.data(), image.data());
  const double known = found_.values.size() > 0 ? found_.values[0] : 0;
  if (image.norm() <= 1e-13 * known * known * start.norm()) return {{}, true};
  return detail::top_vectors(map_, start, count, tolerance);
}

/// Decomposes A restricted to the known vectors and more.
void LargestSearch::take(const Eigen::MatrixXd& more) {
  Eigen::MatrixXd all(map_.size(), v_.cols() + more.cols());
  // A matrix without columns may have no rows either.
  if (v_.cols() > 0) all.leftCols(v_.cols()) = v_;
  if (more.cols() > 0) all.rightCols(more.cols()) = more;
  const Eigen::MatrixXd images = a_ * all;
  const detail::DenseSvd svd = detail::dense_svd(images);
  const Index kept = std::min(k_, all.cols());
  found_.values = svd.values.head(kept);
  found_.u = svd.u.leftCols(kept);
  v_ = all * svd.v.leftCols(kept);
  found_.report.products += all.cols();
}

SingularTriplets LargestSearch::run() {
  constexpr int most_rounds = 12;
  constexpr double equal = 1e-9;
  Report& report = found_.report;
  report.converged = true;
  for (int round = 0;; ++round) {
    const detail::TopVectors top = look(k_, tolerance_);
    report.converged = top.converged;
    if (top.vectors.cols() > 0) take(top.vectors);
    if (found_.values.size() < k_ || !top.converged || round == most_rounds) break;
    // One more vector tells whether there is anything larger.
    const detail::TopVectors next = look(1, std::max(tolerance_, 1e-6));
    report.converged = next.converged;
    if (next.vectors.cols() == 0) break;
    const double value = (a_ * next.vectors.col(0)).norm();
    if (value <= found_.values[k_ - 1] * (1 + equal)) break;
  }
  found_.v = v_;
  report.products += map_.products();
  return std::move(found_);
}

/// Columns of the identity, for a matrix of zeros.
SingularTriplets of_zeros(const Pattern& pattern, Index k) {
  return {Eigen::VectorXd::Zero(k),
          Eigen::MatrixXd::Identity(pattern.rows(), k),
          Eigen::MatrixXd::Identity(pattern.cols(), k),
          {}};
}

SingularTriplets by_products(const Operator<double>& a, Index k, double tolerance) {
  const detail::SerialSection serial;
  if (a.rows() >= a.cols()) return LargestSearch(a, k, tolerance).run();
  SingularTriplets triplets = LargestSearch(a.transpose(), k, tolerance).run();
  std::swap(triplets.u, triplets.v);
  return triplets;
}

void judge(const Operator<double>& a, Index k, double tolerance, SingularTriplets& triplets) {
  Report& report = triplets.report;
  const Operator<double> transposed = a.transpose();
  for (Eigen::Index i = 0; i < triplets.values.size(); ++i) {
    const Eigen::VectorXd u = triplets.u.col(i);
    const Eigen::VectorXd v = triplets.v.col(i);
    const double forward = (a * v - triplets.values[i] * u).norm();
    const double back = (transposed * u - triplets.values[i] * v).norm();
    report.residual = std::max({report.residual, forward, back});
  }
  report.relative_residual =
      triplets.values.size() == 0 ? 0 : detail::ratio(report.residual, triplets.values[0]);
  // Dense decompositions round too.
  const bool small = report.relative_residual <= std::max(10 * tolerance, 1e-11);
  report.converged = report.converged && small && triplets.values.size() == k;
  if (report.converged) return;
  report.reason = triplets.values.size() < k
                      ? std::to_string(triplets.values.size()) + " of " + std::to_string(k) +
                            " values were found"
                      : "the residual is " + detail::format_number(report.relative_residual) +
                            " of the largest value";
}

/// Small matrices, those of which many values are wanted, and whatever fits if there is no other
/// way.
bool is_dense_better(Index shorter, Index k, Index dense_limit) {
  constexpr Index small = 64;
  return shorter <= small || k > shorter / 2 ||
         (!detail::has_top_vectors() && shorter <= dense_limit);
}

SingularTriplets triplets_of(const Pattern& pattern, std::span<const double> weights, Index k,
                             const LargestSingularValuesOptions& options) {
  const Index shorter = std::min(pattern.rows(), pattern.cols());
  const int threads = detail::thread_count(options.resources.threads);
  const Operator<double> a(pattern, weights, {threads, options.resources.memory_budget});
  SingularTriplets triplets;
  if (a.frobenius_norm() == 0) {
    triplets = of_zeros(pattern, k);
    triplets.report.converged = true;
  } else if (is_dense_better(shorter, k, options.dense_limit)) {
    triplets = by_a_dense_matrix(pattern, weights, k, options);
    triplets.report.converged = true;
  } else {
    check_vectors(pattern, k, options.resources);
    triplets = by_products(a, k, options.tolerance);
    const bool missed = !triplets.report.converged || triplets.values.size() < k;
    if (missed && shorter <= options.dense_limit) {
      // A small rank, or values that lie too close: few matrices take so long.
      triplets = by_a_dense_matrix(pattern, weights, k, options);
      triplets.report.converged = true;
    }
  }
  judge(a, k, options.tolerance, triplets);
  return triplets;
}

}  // namespace

SingularTriplets largest_singular_values(const Pattern& pattern, std::span<const double> weights,
                                         Index k, const LargestSingularValuesOptions& options) {
  detail::check_resources(options.resources);
  check_arguments(pattern, k, options);
  const detail::ScaledWeights scaled =
      detail::scale_weights("largest_singular_values", pattern, weights);
  SingularTriplets triplets = triplets_of(pattern, scaled.values, k, options);
  triplets.values *= scaled.unit;
  triplets.report.residual *= scaled.unit;
  if (triplets.values.allFinite()) return triplets;
  throw SolverError("the largest singular value is beyond what a double holds");
}

}  // namespace toeplix
