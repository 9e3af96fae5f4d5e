#pragma once

#include <toeplix/index.hpp>

#include <cstddef>
#include <string>
#include <vector>

/// In which order to multiply several matrices.
namespace toeplix::detail {

/// What is known of the products of neighbours in L[0] L[1] ... L[n - 1].
struct ProductSizes {
  /// Rows of every matrix.
  std::vector<double> rows;
  /// `lengths[i][j]`: the mean entries of a row of L[i] ... L[j].
  std::vector<std::vector<double>> lengths;
};

/// The association of a product that takes the fewest multiplications.
class Association {
 public:
  /// Cost: the cube of the number of matrices.
  explicit Association(const ProductSizes& sizes);

  /// Multiplications of the whole product.
  double multiplications() const { return costs_.front().back(); }
  /// L[first] ... L[last] is (L[first] ... L[split]) (L[split + 1] ... L[last]).
  std::size_t split(std::size_t first, std::size_t last) const { return splits_[first][last]; }
  /// By numbers of factors, the last being 0: `(2 1) 0`.
  std::string text() const { return text(0, splits_.size() - 1); }

 private:
  void decide(const ProductSizes& sizes, std::size_t first, std::size_t last);
  std::string text(std::size_t first, std::size_t last) const;

  std::vector<std::vector<double>> costs_;
  std::vector<std::vector<std::size_t>> splits_;
};

}  // namespace toeplix::detail
