#pragma once

#include <toeplix/bands.hpp>
#include <toeplix/halo.hpp>
#include <toeplix/operator.hpp>

#include "petsc/shell/exchange.hpp"

#include <memory>
#include <span>
#include <vector>

namespace toeplix::petsc::detail {

/// Products with the rows that a process has of a matrix, and with their transposed. Vectors are
/// what this process has of them.
///
/// The rows are a sum of parts: what they read of this process, which is multiplied in place, and
/// what they read of the halo.
class BandProduct {
 public:
  /// `pattern` is not transposed. Throws CapacityError if the halo exceeds the memory budget.
  BandProduct(const Pattern& pattern, const Bands& rows, const Bands& columns, Index process,
              std::span<const double> weights, const Resources& resources);

  /// To be called once, first. Collective.
  void connect(MPI_Comm comm) { exchange_->connect(comm); }

  /// y = A x. Collective, also if it throws.
  void multiply(std::span<const double> x, std::span<double> y);
  /// The part of x = A^T y that needs no other process: writes x, and the halo.
  void multiply_transposed(std::span<const double> y, std::span<double> x);
  /// Adds the halos of all processes to their x. Collective.
  void add_halos(std::span<double> x) const { exchange_->add_back(halo_, x); }

 private:
  struct Part {
    Operator<double> product;
    Operator<double> transposed;
    Index first_row;  ///< its first line of the output
    Index rows;       ///< its lines of the output
    Index offset;     ///< its first number in the halo
  };

  void add_parts(std::vector<HaloPart> parts, std::span<const double> weights,
                 const Resources& resources);
  Index most_room() const;
  bool has_all_rows(const Part& part) const { return part.rows == lines_; }
  /// Whether the lines of a part of the output lie side by side.
  bool lies_together(const Part& part) const { return blocks_ == 1 || has_all_rows(part); }
  std::span<double> halo_of(const Part& part);
  void add_product(const Part& part, std::span<const double> x, std::span<double> y);
  std::span<const double> output_of(const Part& part, std::span<const double> y);

  Index lines_;      // of the output
  Index blocks_;     // likewise
  Index line_size_;  // likewise
  std::unique_ptr<Exchange> exchange_;
  std::vector<Part> own_;    // one or none
  std::vector<Part> parts_;  // all others
  std::vector<double> halo_;
  std::vector<double> room_;  // for the lines of a part of the output that lie apart
};

}  // namespace toeplix::petsc::detail
