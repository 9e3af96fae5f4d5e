#include "core/inspect/numerical_rank.hpp"
#include "core/inspect/structure.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace toeplix::detail {

namespace {

/// An entry of a block that is not zero: its row, its column, and the parts of its value.
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
  for (auto& [position, block] : blocks) distinct.insert(std::move(block));
  return distinct;
}

/// A column of the rearranged matrix for every position in a block that is not always zero.
std::map<std::pair<Index, Index>, Index> columns_of(const std::set<Block>& blocks) {
  std::map<std::pair<Index, Index>, Index> columns;
  for (const Block& block : blocks) {
    for (const auto& [row, column, real, imaginary] : block) {
      columns.try_emplace({row, column}, static_cast<Index>(columns.size()));
    }
  }
  return columns;
}

/// The rank of a matrix that has a row for every block and a column for every position in a block
/// (Van Loan and Pitsianis, 1993): a Kronecker product becomes a matrix of rank 1.
template <class Scalar>
std::optional<Index> kronecker_rank(const Rows<Scalar>& matrix, const MatrixLevel& size,
                                    double epsilon, Index most_work) {
  if (matrix.nonZeros() > most_work / 64) return std::nullopt;
  const std::set<Block> blocks = distinct_blocks(matrix, size);
  const auto columns = columns_of(blocks);
  const auto rows = static_cast<Index>(blocks.size());
  const auto cols = static_cast<Index>(columns.size());
  if (rows == 0) return 0;
  if (!is_rank_affordable(rows, cols, 1, most_work)) return std::nullopt;
  Eigen::MatrixXd real = Eigen::MatrixXd::Zero(rows, cols);
  Eigen::MatrixXd imaginary = Eigen::MatrixXd::Zero(rows, cols);
  Index block_row = 0;
  for (const Block& block : blocks) {
    for (const auto& [row, column, real_part, imaginary_part] : block) {
      real(block_row, columns.at({row, column})) = real_part;
      imaginary(block_row, columns.at({row, column})) = imaginary_part;
    }
    ++block_row;
  }
  if constexpr (Eigen::NumTraits<Scalar>::IsComplex)
    return numerical_rank(real, imaginary, epsilon);
  return numerical_rank(real, epsilon);
}

template <class Scalar>
bool is_finite(const Rows<Scalar>& matrix) {
  return std::all_of(matrix.valuePtr(), matrix.valuePtr() + matrix.nonZeros(),
                     [](const Scalar& value) {
                       return std::isfinite(std::real(value)) && std::isfinite(std::imag(value));
                     });
}

}  // namespace

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
