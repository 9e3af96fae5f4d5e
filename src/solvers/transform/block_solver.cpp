#include "solvers/transform/block_solver.hpp"

#include "solvers/base/judge_condition.hpp"
#include "solvers/base/penalty_map.hpp"
#include "solvers/base/planes.hpp"
#include "solvers/base/stopwatch.hpp"
#include "solvers/transform/frequency_blocks.hpp"
#include "solvers/transform/full_spectrum.hpp"
#include "solvers/transform/penalty_symbol.hpp"
#include "solvers/transform/spectra_memory.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include <algorithm>
#include <limits>

namespace toeplix::detail {

namespace {

std::vector<Basis> bases_of(const std::vector<FrequencyAxis>& axes) {
  std::vector<Basis> bases;
  for (const FrequencyAxis& axis : axes) bases.push_back(axis.basis);
  return bases;
}

class BlockSolver final : public NormalSolver {
 public:
  using Block = Eigen::MatrixXcd;

  BlockSolver(const Pattern& pattern, std::span<const double> weights,
              const Regularizer& regularizer, const TikhonovOptions& options, SolveReport& report)
      : planes_(Planes::of_columns(pattern)),
        threads_(options.resources.threads),
        extents_(column_extents(pattern)),
        blocks_(pattern, weights, *exact_axes(pattern, weights)),
        bases_(bases_of(blocks_.axes())) {
    // Of each channel the penalty's eigenvalues and a spectrum, and a plane to transform.
    const auto channels = static_cast<double>(planes_.channels);
    check_spectra(static_cast<double>(planes_.pixels) * (3 * channels + 2), options.resources,
                  report);
    Stopwatch watch;
    transform_.emplace(extents_, bases_, threads_);
    report.seconds.analysis += watch.lap();
    for (Index channel = 0; channel < planes_.channels; ++channel) {
      if (channel > 0 && !regularizer.cols()) break;
      squared_l_.push_back(penalty_symbol(regularizer, extents_, bases_, channel, threads_));
      for (double& value : squared_l_.back()) value = std::max(value, 0.0);
    }
    penalty_.emplace(penalty_map(regularizer, pattern.cols(), options.resources));
    report.seconds.factorization += watch.lap();
  }

  void set_lambda(double lambda, SolveReport& report) override {
    lambda_ = lambda;
    Stopwatch watch;
    least_ = std::numeric_limits<double>::infinity();
    greatest_ = normal_norm_ = 0;
    const auto count = static_cast<std::size_t>(blocks_.groups() * blocks_.count());
    std::vector<std::array<double, 3>> found(count);
    for_blocks([&](Index group, Index number, const Block& block) {
      const Block normal = block.adjoint() * block;
      const Eigen::VectorXd values =
          (normal + penalty_block(group, number)).selfadjointView<Eigen::Lower>().eigenvalues();
      found[static_cast<std::size_t>(group * blocks_.count() + number)] = {
          values.minCoeff(), values.maxCoeff(), normal.trace().real()};
    });
    for (const auto& [low, high, trace] : found) {
      least_ = std::min(least_, low);
      greatest_ = std::isfinite(high) ? std::max(greatest_, high) : high;
      normal_norm_ = std::max(normal_norm_, trace);
    }
    judge_condition(least_, greatest_, normal_norm_, lambda * penalty_->norm, report);
    report.seconds.factorization = watch.lap();
  }

  Eigen::MatrixXd solve(const Eigen::MatrixXd& right, SolveReport&) const override {
    Eigen::MatrixXd x(right.rows(), right.cols());
    for (Eigen::Index column = 0; column < right.cols(); ++column) {
      std::vector<std::vector<double>> spectra = transformed(right.col(column).data());
      solve_frequencies(spectra);
      std::vector<double> plane(static_cast<std::size_t>(planes_.pixels));
      const double factor = 1 / transform_->scale();
      for (Index channel = 0; channel < planes_.channels; ++channel) {
        transform_->inverse(spectra[static_cast<std::size_t>(channel)], plane);
        planes_.put(plane.data(), channel, x.col(column).data(), threads_,
                    [factor](Index) { return factor; });
      }
    }
    return x;
  }

  Eigen::MatrixXd penalize(const Eigen::MatrixXd& x) const override { return penalty_->map * x; }

  double norm(double) const override { return greatest_; }

  std::optional<double> freedom() const override {
    std::vector<double> parts(static_cast<std::size_t>(blocks_.groups() * blocks_.count()));
    for_blocks([&](Index group, Index number, const Block& block) {
      const Block normal = block.adjoint() * block;
      const Block followed = (normal + penalty_block(group, number)).llt().solve(normal);
      parts[static_cast<std::size_t>(group * blocks_.count() + number)] =
          blocks_.multiplicity(number) * followed.trace().real();
    });
    double sum = 0;
    for (const double part : parts) sum += part;
    return sum;
  }

 private:
  /// Calls `work(group, number, block)` for all frequencies.
  template <class Work>
  void for_blocks(const Work& work) const {
    const Index count = blocks_.count();
    const Index all = blocks_.groups() * count;
    // Products of blocks and their factorizations, in operations.
    const Index work_of_all = all * blocks_.cols() * blocks_.cols() * (blocks_.rows() + 10);
    const int workers = threads_to_write(work_of_all, threads_);
    const Index chunks = std::min<Index>(all, Index{16} * workers);
    for_each_chunk(workers, chunks, [&] {
      return [&, block = Block(blocks_.rows(), blocks_.cols())](Index chunk) mutable {
        const Index end = chunk_begin(all, chunks, chunk + 1);
        for (Index i = chunk_begin(all, chunks, chunk); i < end; ++i) {
          blocks_.write(i / count, i % count, 1, block.data());
          work(i / count, i % count, block);
        }
      };
    });
  }

  /// The input frequency of an alias of a block's columns, one coordinate for each axis.
  std::vector<Index> aliased(Index number, Index alias) const {
    std::vector<Index> frequency = blocks_.frequency(number);
    for (std::size_t axis = frequency.size(); axis-- > 0;) {
      const FrequencyAxis& a = blocks_.axes()[axis];
      frequency[axis] += alias % a.row_step * a.frequencies();
      alias /= a.row_step;
    }
    return frequency;
  }

  /// The channel and alias of a column of a block.
  struct Column {
    Index channel;  ///< of all groups
    Index alias;
  };
  Column column_of(Index group, Index column) const {
    const Index channels = blocks_.column_channels();
    return {group * channels + column % channels, column / channels};
  }

  /// lambda L^T L at the frequencies of a block's columns.
  Block penalty_block(Index group, Index number) const {
    const FullSpectrum full(*transform_, extents_, bases_);
    Eigen::VectorXd diagonal(blocks_.cols());
    for (Index column = 0; column < blocks_.cols(); ++column) {
      const auto [channel, alias] = column_of(group, column);
      const auto which = std::min(static_cast<std::size_t>(channel), squared_l_.size() - 1);
      diagonal[column] = lambda_ * full.real_at(squared_l_[which], aliased(number, alias));
    }
    return diagonal.cast<std::complex<double>>().asDiagonal();
  }

  std::vector<std::vector<double>> transformed(const double* image) const {
    std::vector<std::vector<double>> spectra;
    std::vector<double> plane(static_cast<std::size_t>(planes_.pixels));
    for (Index channel = 0; channel < planes_.channels; ++channel) {
      planes_.take(image, channel, plane.data(), threads_, [](Index) { return 1.0; });
      spectra.emplace_back(static_cast<std::size_t>(transform_->spectrum_size()));
      transform_->forward(plane, spectra.back());
    }
    return spectra;
  }

  /// Solves in place. No two blocks share a number of the spectra.
  void solve_frequencies(std::vector<std::vector<double>>& spectra) const {
    const FullSpectrum full(*transform_, extents_, bases_);
    for_blocks([&](Index group, Index number, const Block& block) {
      Eigen::VectorXcd numbers(blocks_.cols());
      for (Index column = 0; column < blocks_.cols(); ++column) {
        const auto [channel, alias] = column_of(group, column);
        numbers[column] =
            full.at(spectra[static_cast<std::size_t>(channel)], aliased(number, alias));
      }
      const Block normal = block.adjoint() * block + penalty_block(group, number);
      numbers = normal.llt().solve(numbers);
      for (Index column = 0; column < blocks_.cols(); ++column) {
        const auto [channel, alias] = column_of(group, column);
        full.set(spectra[static_cast<std::size_t>(channel)], aliased(number, alias),
                 numbers[column]);
      }
    });
  }

  Planes planes_;
  int threads_;
  Extents extents_;
  FrequencyBlocks blocks_;
  std::vector<Basis> bases_;
  std::optional<GridTransform> transform_;
  std::vector<std::vector<double>> squared_l_;  // eigenvalues of L^T L, for each channel or for all
  std::optional<PenaltyMap> penalty_;
  double lambda_ = 0;
  double least_ = 0;
  double greatest_ = 0;
  double normal_norm_ = 0;
};

}  // namespace

std::string block_misfit(const Pattern& pattern, std::span<const double> weights,
                         const Regularizer& regularizer) {
  if (!has_transforms()) return "the library was built without FFTW";
  const auto axes = exact_axes(pattern, weights);
  if (!axes) return "an axis is neither circular nor symmetric with a symmetric kernel";
  return penalty_misfit(regularizer, pattern, bases_of(*axes));
}

std::unique_ptr<NormalSolver> make_block_solver(const Pattern& pattern,
                                                std::span<const double> weights,
                                                const Regularizer& regularizer,
                                                const TikhonovOptions& options,
                                                SolveReport& report) {
  return std::make_unique<BlockSolver>(pattern, weights, regularizer, options, report);
}

}  // namespace toeplix::detail
