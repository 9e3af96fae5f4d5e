#pragma once

#include <toeplix/compile.hpp>

#include <optional>
#include <string>
#include <vector>

/// \file
/// Where an entry of the matrix comes from, where a weight goes, and the matrix in letters.

namespace toeplix {

/// How a kernel position came to a pixel along one axis.
enum class Fold {
  straight,  ///< it lies on the pixel itself
  lower,     ///< it lies before coordinate 0, and the boundary brings it to the pixel
  upper,     ///< it lies after the last coordinate, likewise
};

std::string_view to_string(Fold fold);

/// One kernel position that a row and a column meet at. Every list has one number per axis of the
/// spec.
struct Meeting {
  Index weight;             ///< index into the weights, C order
  Extents kernel;           ///< kernel position
  Extents extended;         ///< coordinate in the image as its boundary extends it
  std::vector<Fold> folds;  ///< how `extended` becomes the pixel's coordinate

  friend bool operator==(const Meeting&, const Meeting&) = default;
};

/// Where one entry of the matrix comes from.
///
/// Of a transposed convolution, windows lie on the output: they are those of the adjoint
/// convolution, which reads this one's output.
struct Explanation {
  std::string spec;       ///< text form
  bool transposed;        ///< whether it is a transposed convolution's
  Extents weights_shape;  ///< C order
  Index row;
  Index col;
  Index out_channel;
  Extents output;  ///< coordinate
  Index in_channel;
  Extents input;                  ///< coordinate
  std::vector<Meeting> meetings;  ///< by weight, ascending; none where no entry is stored
  std::string absence;            ///< why no entry is stored; empty where one is

  friend bool operator==(const Explanation&, const Explanation&) = default;
};

/// Explains entry (row, col) of the matrix, whether or not it is stored.
/// Throws GeometryError for one outside the matrix, CapacityError where more than 10,000 kernel
/// positions meet. Cost: its kernel positions.
Explanation explain(const Convolution& convolution, Index row, Index col);
Explanation explain(const TransposedConvolution& convolution, Index row, Index col);

/// One entry that a weight adds to.
struct Landing {
  Index row;
  Index col;
  Extents output;           ///< coordinate
  Extents input;            ///< coordinate
  std::vector<Fold> folds;  ///< along every axis

  friend bool operator==(const Landing&, const Landing&) = default;
};

/// Where one weight goes.
struct WeightLandings {
  std::string spec;  ///< text form
  Index weight;      ///< index into the weights, C order
  Extents position;  ///< the same as coordinates, one per axis of the weights
  Index out_channel;
  Index in_channel;
  Index count;                 ///< entries that it adds to; 0 where it only ever meets padding
  std::vector<Landing> first;  ///< the first of them, by row and column
  /// How many diagonals `col - row` they lie on; nothing where that takes too long to count.
  std::optional<Index> diagonal_count;
  std::vector<Index>
      first_diagonals;  ///< the lowest of them, ascending; as many as `first` may have

  friend bool operator==(const WeightLandings&, const WeightLandings&) = default;
};

/// Where the weight at `position` goes: one coordinate per axis of the weights, or a single index
/// in C order. Lists at most `most` entries and diagonals. Throws GeometryError for a position that
/// is none. Cost: the kernel positions and folded taps of every axis.
WeightLandings explain_weight(const Convolution& convolution, const Extents& position,
                              std::size_t most = 20);
WeightLandings explain_weight(const TransposedConvolution& convolution, const Extents& position,
                              std::size_t most = 20);

/// Sentences for people, ended by a newline.
std::string to_text(const Explanation& explanation);
std::string to_text(const WeightLandings& landings);
/// One JSON object, ended by a newline; every member by its name.
std::string to_json(const Explanation& explanation);
std::string to_json(const WeightLandings& landings);

/// The letter of a weight, the same wherever one is written: `w01` at kernel position (0, 1), with
/// the channels in front where there are several; `w0_11` where an extent exceeds 10.
/// `weights_shape` is that of the convolution, C order. Precondition: `weight` is one of them.
std::string weight_name(const Extents& weights_shape, Index weight);

enum class SymbolicFormat {
  text,   ///< `w00 w01 .`, aligned
  latex,  ///< `\begin{bmatrix} w_{00} & w_{01} & \cdot \end{bmatrix}` of amsmath
};

/// The matrix of letters that textbooks print, see `weight_name`; sums stand where a boundary
/// folds, a dot where no entry is stored.
///
/// Throws CapacityError for a matrix of more than 40 columns or 80 rows, and for one whose lines of
/// text are longer than 200 characters; says what shows it instead.
std::string symbolic(const Convolution& convolution, SymbolicFormat format = SymbolicFormat::text);
std::string symbolic(const TransposedConvolution& convolution,
                     SymbolicFormat format = SymbolicFormat::text);

}  // namespace toeplix
