#include "solvers/transform/transform_solver.hpp"

#include "solvers/base/judge_condition.hpp"
#include "solvers/base/penalty_map.hpp"
#include "solvers/base/pieces.hpp"
#include "solvers/base/planes.hpp"
#include "solvers/base/stopwatch.hpp"
#include "solvers/transform/block_solver.hpp"
#include "solvers/transform/diagonal_bases.hpp"
#include "solvers/transform/kernel_taps.hpp"
#include "solvers/transform/penalty_symbol.hpp"
#include "solvers/transform/spectra_memory.hpp"
#include "solvers/transform/symbol.hpp"
#include "solvers/transform/transform_path.hpp"

#include <algorithm>
#include <limits>

namespace toeplix::detail {

namespace {

/// The squared absolute values of a symbol.
std::vector<double> squares_of(std::vector<double> symbol, bool is_complex) {
  if (!is_complex) {
    for (double& value : symbol) value *= value;
    return symbol;
  }
  std::vector<double> squares(symbol.size() / 2);
  for (std::size_t i = 0; i < squares.size(); ++i) {
    squares[i] = symbol[2 * i] * symbol[2 * i] + symbol[2 * i + 1] * symbol[2 * i + 1];
  }
  return squares;
}

double greatest(const std::vector<std::vector<double>>& values) {
  double result = 0;
  for (const auto& channel : values) {
    for (const double value : channel) result = std::max(result, value);
  }
  return result;
}

class TransformSolver final : public NormalSolver {
 public:
  TransformSolver(const Pattern& pattern, std::span<const double> weights,
                  const Regularizer& regularizer, const TikhonovOptions& options,
                  SolveReport& report)
      : planes_(Planes::of_columns(pattern)),
        threads_(options.resources.threads),
        extents_(column_extents(pattern)),
        bases_(diagonal_bases(pattern, weights).bases) {
    // Eigenvalues of every channel, and a plane and a spectrum to work in.
    const auto channels = static_cast<double>(planes_.channels);
    check_spectra(static_cast<double>(planes_.pixels) * (2 * channels + 4), options.resources,
                  report);
    Stopwatch watch;
    transform_.emplace(extents_, bases_, threads_);
    report.seconds.analysis += watch.lap();
    eigenvalues_ = eigenvalues_of(pattern, weights, regularizer);
    penalty_.emplace(penalty_map(regularizer, pattern.cols(), options.resources));
    report.seconds.factorization += watch.lap();
  }

  void set_lambda(double lambda, SolveReport& report) override {
    lambda_ = lambda;
    double least = std::numeric_limits<double>::infinity();
    double most = 0;
    for (Index channel = 0; channel < planes_.channels; ++channel) {
      const auto& normal = eigenvalues_->normal_of(channel);
      const auto& penalty = eigenvalues_->penalty_of(channel);
      for (std::size_t i = 0; i < normal.size(); ++i) {
        const double value = normal[i] + lambda * penalty[i];
        least = std::min(least, value);
        most = std::max(most, value);
      }
    }
    judge_condition(least, most, greatest(eigenvalues_->normal),
                    lambda * greatest(eigenvalues_->penalty), report);
  }

  Eigen::MatrixXd solve(const Eigen::MatrixXd& right, SolveReport&) const override {
    Eigen::MatrixXd x(right.rows(), right.cols());
    std::vector<double> plane(static_cast<std::size_t>(planes_.pixels));
    std::vector<double> spectrum = room_for_spectrum();
    const double factor = 1 / transform_->scale();
    const auto all = [](Index) { return 1.0; };
    for (Eigen::Index column = 0; column < right.cols(); ++column) {
      for (Index channel = 0; channel < planes_.channels; ++channel) {
        planes_.take(right.col(column).data(), channel, plane.data(), threads_, all);
        const std::span<double> numbers = is_complex() ? spectrum : std::span<double>(plane);
        transform_->forward(plane, numbers);
        divide(numbers, channel, factor);
        transform_->inverse(numbers, plane);
        planes_.put(plane.data(), channel, x.col(column).data(), threads_, all);
      }
    }
    return x;
  }

  Eigen::MatrixXd penalize(const Eigen::MatrixXd& x) const override { return penalty_->map * x; }

  double norm(double lambda) const override {
    return greatest(eigenvalues_->normal) + lambda * greatest(eigenvalues_->penalty);
  }

  std::optional<double> freedom() const override {
    const auto counts = occurrences(*transform_, extents_, bases_);
    const auto channels = static_cast<std::size_t>(planes_.channels);
    return make_transform_path(eigenvalues_, std::vector<std::vector<double>>(channels), counts)
        ->freedom(lambda_);
  }

  std::unique_ptr<ResidualPath> path(const Eigen::MatrixXd& b) const override {
    const std::vector<double> counts = occurrences(*transform_, extents_, bases_);
    std::vector<std::vector<double>> energies(
        static_cast<std::size_t>(planes_.channels),
        std::vector<double>(static_cast<std::size_t>(counts.size())));
    std::vector<double> plane(static_cast<std::size_t>(planes_.pixels));
    std::vector<double> spectrum = room_for_spectrum();
    for (Eigen::Index column = 0; column < b.cols(); ++column) {
      for (Index channel = 0; channel < planes_.channels; ++channel) {
        planes_.take(b.col(column).data(), channel, plane.data(), threads_,
                     [](Index) { return 1.0; });
        const std::span<double> numbers = is_complex() ? spectrum : std::span<double>(plane);
        transform_->forward(plane, numbers);
        add_energies(numbers, counts, energies[static_cast<std::size_t>(channel)]);
      }
    }
    return make_transform_path(eigenvalues_, std::move(energies), counts);
  }

 private:
  [[nodiscard]] bool is_complex() const { return transform_->is_complex(); }
  [[nodiscard]] std::vector<double> room_for_spectrum() const {
    return std::vector<double>(is_complex() ? static_cast<std::size_t>(transform_->spectrum_size())
                                            : 0);
  }

  std::shared_ptr<const Eigenvalues> eigenvalues_of(const Pattern& pattern,
                                                    std::span<const double> weights,
                                                    const Regularizer& regularizer) const {
    auto result = std::make_shared<Eigenvalues>();
    for (Index channel = 0; channel < planes_.channels; ++channel) {
      const KernelTaps taps = taps_of(pattern, weights, {.group = channel});
      result->normal.push_back(
          squares_of(symbol_of(taps, extents_, bases_, threads_), is_complex()));
    }
    const bool is_same_for_all = !regularizer.cols().has_value() || planes_.channels == 1;
    const Index different = is_same_for_all ? 1 : planes_.channels;
    for (Index channel = 0; channel < different; ++channel) {
      std::vector<double> penalty =
          penalty_symbol(regularizer, extents_, bases_, channel, threads_);
      // Rounding may leave less than nothing of what is a square.
      for (double& value : penalty) value = std::max(value, 0.0);
      result->penalty.push_back(std::move(penalty));
    }
    return result;
  }

  /// Divides a spectrum by the eigenvalues, times a factor.
  void divide(std::span<double> numbers, Index channel, double factor) const {
    const double* const normal = eigenvalues_->normal_of(channel).data();
    const double* const penalty = eigenvalues_->penalty_of(channel).data();
    const Index unit = is_complex() ? 2 : 1;
    const auto count = static_cast<Index>(numbers.size()) / unit;
    Pieces(threads_).each(count, [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        const double scale = factor / (normal[i] + lambda_ * penalty[i]);
        for (Index part = 0; part < unit; ++part) {
          numbers[static_cast<std::size_t>(i * unit + part)] *= scale;
        }
      }
    });
  }

  void add_energies(std::span<const double> numbers, const std::vector<double>& counts,
                    std::vector<double>& energies) const {
    const std::size_t unit = is_complex() ? 2 : 1;
    for (std::size_t i = 0; i < energies.size(); ++i) {
      double square = 0;
      for (std::size_t part = 0; part < unit; ++part) {
        square += numbers[i * unit + part] * numbers[i * unit + part];
      }
      energies[i] += counts[i] * energy_factor(*transform_, bases_, static_cast<Index>(i)) * square;
    }
  }

  Planes planes_;
  int threads_;
  Extents extents_;
  std::vector<Basis> bases_;
  std::optional<GridTransform> transform_;
  std::shared_ptr<const Eigenvalues> eigenvalues_;
  std::optional<PenaltyMap> penalty_;
  double lambda_ = 0;
};

/// Why the matrix is not diagonal itself.
std::string diagonal_misfit(const Pattern& pattern, std::span<const double> weights,
                            const Regularizer& regularizer) {
  const DiagonalBases found = diagonal_bases(pattern, weights);
  if (!found.exist()) return found.reason;
  if (!found.are_orthogonal()) {
    return "a reflecting boundary's basis, the DCT-I, is not orthogonal, so A^T A is not diagonal "
           "in it";
  }
  return penalty_misfit(regularizer, pattern, found.bases);
}

}  // namespace

std::string transform_misfit(const Pattern& pattern, std::span<const double> weights,
                             const Regularizer& regularizer) {
  const std::string misfit = diagonal_misfit(pattern, weights, regularizer);
  if (misfit.empty() || block_misfit(pattern, weights, regularizer).empty()) return {};
  return misfit;
}

std::unique_ptr<NormalSolver> make_transform_solver(const Pattern& pattern,
                                                    std::span<const double> weights,
                                                    const Regularizer& regularizer,
                                                    const TikhonovOptions& options,
                                                    SolveReport& report) {
  if (!diagonal_misfit(pattern, weights, regularizer).empty()) {
    return make_block_solver(pattern, weights, regularizer, options, report);
  }
  return std::make_unique<TransformSolver>(pattern, weights, regularizer, options, report);
}

}  // namespace toeplix::detail
