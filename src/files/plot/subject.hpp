#pragma once

#include "files/plot/ticks.hpp"

#include <toeplix/files/drawing.hpp>
#include <toeplix/pattern.hpp>

#include <string>
#include <variant>
#include <vector>

namespace toeplix::detail {

/// What every drawing of a matrix begins with: its entries and the words around it.
struct Subject {
  /// The entries: a convolution's with what meets there, or any with values.
  std::variant<Pattern, SparseEntries> matrix;
  MatrixLines rows;
  MatrixLines columns;
  std::string title;    ///< the spec in its text form, or the name of the matrix
  std::string summary;  ///< rows, columns, entries
  Extents kernel = {};
  std::vector<double> weights = {};  ///< empty: by kernel position

  /// The pattern of a convolution; null for another matrix.
  const Pattern* pattern() const { return std::get_if<Pattern>(&matrix); }
  Index entries() const;
  /// Whether entries have the colours of their values, not of kernel positions.
  bool by_value() const { return pattern() == nullptr || !weights.empty(); }
  /// The letter of a weight; if there are several channels, which the blocks show, its kernel
  /// position alone. Precondition: it is a convolution's.
  std::string name_of(Index weight) const;
  /// Calls `visit` for every entry with its value. Precondition: `by_value()`.
  void for_each_value(const EntryVisitor& visit) const;
};

/// `title`: what stands above the picture in place of the spec, if it is not empty. Throws
/// GeometryError for weights that do not fit or are not finite.
Subject make_subject(const Convolution& conv, std::vector<double> weights,
                     const std::string& title = "");
Subject make_subject(const TransposedConvolution& conv, std::vector<double> weights,
                     const std::string& title = "");
/// Of any matrix. Throws GeometryError for one without rows or columns, or whose values are not all
/// finite.
Subject make_subject(SparseEntries matrix, const std::string& title);

}  // namespace toeplix::detail
