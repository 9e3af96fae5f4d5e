#include "core/inspect/structure.hpp"

#include <Eigen/SVD>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace toeplix::detail {

namespace {

template <class Scalar>
using Dense = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

constexpr double unit = std::numeric_limits<double>::epsilon();

std::size_t size_of(Index count) {
  return static_cast<std::size_t>(count);
}

/// A kernel with all pairs of channels as its first axis.
struct Kernel {
  Extents extents;  ///< pairs of channels, then kernel positions
  Extents steps;    ///< from one to the next along each
  std::span<const double> weights;
};

Kernel kernel_of(const Extents& shape, std::span<const double> weights) {
  Kernel kernel{{shape[0] * shape[1]}, {}, weights};
  kernel.extents.insert(kernel.extents.end(), shape.begin() + 2, shape.end());
  kernel.steps.assign(kernel.extents.size(), 1);
  for (std::size_t axis = kernel.extents.size(); axis-- > 1;) {
    kernel.steps[axis - 1] = kernel.steps[axis] * kernel.extents[axis];
  }
  return kernel;
}

Index coordinate_of(const Kernel& kernel, Index position, std::size_t axis) {
  return position / kernel.steps[axis] % kernel.extents[axis];
}

/// The line of weights along one axis through one of them.
std::vector<double> line_through(const Kernel& kernel, Index position, std::size_t axis) {
  const Index first = position - coordinate_of(kernel, position, axis) * kernel.steps[axis];
  std::vector<double> line;
  for (Index i = 0; i < kernel.extents[axis]; ++i) {
    line.push_back(kernel.weights[size_of(first + i * kernel.steps[axis])]);
  }
  return line;
}

/// One factor per axis of `kernel`; right if any are. The largest weight is the product of its
/// factors exactly, and so are the weights on the lines through it.
std::vector<std::vector<double>> candidates(const Kernel& kernel) {
  const auto largest = std::ranges::max_element(
      kernel.weights, [](double a, double b) { return std::abs(a) < std::abs(b); });
  const Index position = largest - kernel.weights.begin();
  std::vector<std::vector<double>> factors;
  for (std::size_t axis = 0; axis < kernel.extents.size(); ++axis) {
    factors.push_back(line_through(kernel, position, axis));
    // One factor keeps the size: the channels', or where there is one pair, that of axis 0.
    const std::size_t keeps = kernel.extents[0] == 1 ? 1 : 0;
    if (axis == keeps || *largest == 0) continue;
    for (double& number : factors.back()) number /= *largest;
  }
  return factors;
}

bool is_product(const Kernel& kernel, const std::vector<std::vector<double>>& factors) {
  double largest = 0;
  for (const double weight : kernel.weights) largest = std::max(largest, std::abs(weight));
  const double tolerance = 16 * unit * static_cast<double>(factors.size()) * largest;
  for (std::size_t position = 0; position < kernel.weights.size(); ++position) {
    double product = 1;
    for (std::size_t axis = 0; axis < factors.size(); ++axis) {
      product *= factors[axis][size_of(coordinate_of(kernel, static_cast<Index>(position), axis))];
    }
    if (!(std::abs(product - kernel.weights[position]) <= tolerance)) return false;
  }
  return true;
}

/// As numpy.linalg.matrix_rank counts: singular values above max(rows, cols) * eps * the largest.
template <class Scalar>
Index rank_of(const Dense<Scalar>& matrix, double epsilon) {
  const Eigen::VectorXd singular = Eigen::JacobiSVD<Dense<Scalar>>(matrix).singularValues();
  const double threshold =
      static_cast<double>(std::max(matrix.rows(), matrix.cols())) * epsilon * singular[0];
  return std::ranges::count_if(singular, [&](double value) { return value > threshold; });
}

/// Whether the rank of `rows` x `cols` numbers, `count` times, is found with that much work.
bool is_affordable(Index rows, Index cols, Index count, Index most_work) {
  const double sweeps = 10;
  const double work = sweeps * static_cast<double>(std::min(rows, cols)) *
                      static_cast<double>(rows) * static_cast<double>(cols) *
                      static_cast<double>(count);
  return work <= static_cast<double>(most_work) / 4;
}

std::optional<Index> kernel_rank(const Kernel& kernel, Index most_work) {
  if (kernel.extents.size() != 3) return std::nullopt;
  const Index rows = kernel.extents[1];
  const Index cols = kernel.extents[2];
  if (!is_affordable(rows, cols, kernel.extents[0], most_work)) return std::nullopt;
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Index rank = 0;
  for (Index pair = 0; pair < kernel.extents[0]; ++pair) {
    const double* const first = kernel.weights.data() + pair * kernel.steps[0];
    rank = std::max(rank, rank_of<double>(Eigen::Map<const RowMajor>(first, rows, cols), unit));
  }
  return rank;
}

/// A place in a block that is not zero: its row, its column, and the parts of its value.
using BlockEntry = std::tuple<Index, Index, double, double>;
using Block = std::vector<BlockEntry>;

/// The blocks of a matrix that are not zero, each once, however often it is there.
template <class Scalar>
std::set<Block> distinct_blocks(const Rows<Scalar>& matrix, const MatrixLevel& size) {
  std::map<std::pair<Index, Index>, Block> blocks;
  for (Index row = 0; row < matrix.outerSize(); ++row) {
    for (typename Rows<Scalar>::InnerIterator entry(matrix, row); entry; ++entry) {
      if (entry.value() == Scalar{}) continue;
      blocks[{row / size.rows, entry.col() / size.cols}].emplace_back(
          row % size.rows, entry.col() % size.cols, std::real(entry.value()),
          std::imag(entry.value()));
    }
  }
  std::set<Block> distinct;
  for (auto& [place, block] : blocks) distinct.insert(std::move(block));
  return distinct;
}

template <class Scalar>
Scalar value_of(const BlockEntry& entry) {
  if constexpr (Eigen::NumTraits<Scalar>::IsComplex) {
    return {std::get<2>(entry), std::get<3>(entry)};
  } else {
    return std::get<2>(entry);
  }
}

/// The rank of a matrix that has a row for every block and a column for every place in a block
/// (Van Loan and Pitsianis, 1993): a Kronecker product becomes a matrix of rank 1.
template <class Scalar>
std::optional<Index> kronecker_rank(const Rows<Scalar>& matrix, const MatrixLevel& size,
                                    double epsilon, Index most_work) {
  if (matrix.nonZeros() > most_work / 64) return std::nullopt;
  const std::set<Block> blocks = distinct_blocks(matrix, size);
  std::map<std::pair<Index, Index>, Index> columns;
  for (const Block& block : blocks) {
    for (const BlockEntry& entry : block) {
      columns.try_emplace({std::get<0>(entry), std::get<1>(entry)},
                          static_cast<Index>(columns.size()));
    }
  }
  const auto rows = static_cast<Index>(blocks.size());
  const auto cols = static_cast<Index>(columns.size());
  if (rows == 0) return 0;
  if (!is_affordable(rows, cols, 1, most_work)) return std::nullopt;
  Dense<Scalar> rearranged = Dense<Scalar>::Zero(rows, cols);
  Index row = 0;
  for (const Block& block : blocks) {
    for (const BlockEntry& entry : block) {
      const Index column = columns.at({std::get<0>(entry), std::get<1>(entry)});
      rearranged(row, column) = value_of<Scalar>(entry);
    }
    ++row;
  }
  return rank_of<Scalar>(rearranged, epsilon);
}

template <class Scalar>
bool is_finite(const Rows<Scalar>& matrix) {
  return std::all_of(matrix.valuePtr(), matrix.valuePtr() + matrix.nonZeros(),
                     [](const Scalar& value) {
                       return std::isfinite(std::real(value)) && std::isfinite(std::imag(value));
                     });
}

}  // namespace

Separability find_separability(const Extents& shape, std::span<const double> weights,
                               Index most_work) {
  Separability result;
  const Kernel kernel = kernel_of(shape, weights);
  if (!std::ranges::all_of(weights, [](double weight) { return std::isfinite(weight); })) {
    result.separable = false;
    return result;
  }
  result.kernel_rank = kernel_rank(kernel, most_work);
  std::vector<std::vector<double>> factors = candidates(kernel);
  result.separable = is_product(kernel, factors);
  if (!*result.separable) return result;
  result.channel_factor = std::move(factors.front());
  result.factors.assign(factors.begin() + 1, factors.end());
  return result;
}

template <class Scalar>
Separability find_separability(const Rows<Scalar>& matrix, const MatrixLevel& block, double epsilon,
                               Index most_work) {
  Separability result;
  if (!is_finite(matrix)) {
    result.separable = false;
    return result;
  }
  result.kronecker_rank = kronecker_rank(matrix, block, epsilon, most_work);
  if (result.kronecker_rank) result.separable = *result.kronecker_rank <= 1;
  return result;
}

template Separability find_separability(const Rows<double>&, const MatrixLevel&, double, Index);
template Separability find_separability(const Rows<std::complex<double>>&, const MatrixLevel&,
                                        double, Index);

}  // namespace toeplix::detail
