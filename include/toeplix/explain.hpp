#pragma once

#include <toeplix/convolution.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Where an entry of the matrix comes from, where a weight goes, and the matrix in letters or in
/// numbers. A spec stands for its convolution everywhere here; GeometryError says if it describes
/// none.

namespace toeplix {

/// How a kernel position comes to a pixel along one axis.
enum class AxisFold {
  straight,  ///< it lies on the pixel itself
  lower,     ///< it lies before coordinate 0, and the boundary brings it to the pixel
  upper,     ///< it lies after the last coordinate, likewise
};

/// `straight`, `lower`, `upper`.
///
///     toeplix::to_string(explanation.meetings[0].folds[0]);
[[nodiscard]] std::string_view to_string(AxisFold fold);

/// One kernel position that a row and a column meet at. Every list has one number per axis of the
/// spec.
struct KernelMeeting {
  Index weight;                 ///< index into the weights, C order
  Extents kernel;               ///< kernel position
  Extents extended;             ///< coordinate in the spread image as its boundary extends it
  std::vector<AxisFold> folds;  ///< how `extended` becomes the pixel's coordinate

  friend bool operator==(const KernelMeeting&, const KernelMeeting&) = default;
};

/// Where one entry of the matrix comes from.
///
/// Of a transposed convolution, windows lie on the output: they are those of the adjoint
/// convolution, which reads this one's output.
struct EntryExplanation {
  std::string spec;                     ///< text form
  bool transposed;                      ///< whether it is a transposed convolution's
  Extents weights_shape;                ///< C order
  Index row;                            ///< of the entry
  Index col;                            ///< of the entry
  Index out_channel;                    ///< channel of the row
  Extents output;                       ///< coordinate
  Index in_channel;                     ///< channel of the column
  Extents input;                        ///< coordinate
  std::vector<KernelMeeting> meetings;  ///< by weight, ascending; empty if no entry is stored
  std::string absence;                  ///< why no entry is stored; empty if one is
  /// Of every axis; where it is more than 1, `KernelMeeting::extended` counts holes, too.
  Extents input_dilation = {};
  double padding_value = 0;  ///< of the convolution; what it adds is in no entry

  friend bool operator==(const EntryExplanation&, const EntryExplanation&) = default;
};

/// Explains entry (row, col) of the matrix, whether or not it is stored.
/// Throws GeometryError for one outside the matrix, CapacityError if more than 10,000 kernel
/// positions meet. Cost: its kernel positions.
///
///     toeplix::Convolution conv("input=4 kernel=3 padding=1 boundary=reflect");
///     toeplix::explain(conv, 0, 1).meetings.size();  // 2: weight 2, and weight 0 folded
[[nodiscard]] EntryExplanation explain(const Convolution& convolution, Index row, Index col);
/// Explains an entry of a transposed convolution's matrix, likewise.
///
///     toeplix::explain(toeplix::TransposedConvolution("transposed input=4 kernel=3"), 2, 0);
[[nodiscard]] EntryExplanation explain(const TransposedConvolution& convolution, Index row,
                                       Index col);

/// One entry that a weight adds to.
struct WeightLanding {
  Index row;                    ///< of the entry
  Index col;                    ///< of the entry
  Extents output;               ///< coordinate
  Extents input;                ///< coordinate
  std::vector<AxisFold> folds;  ///< along every axis

  friend bool operator==(const WeightLanding&, const WeightLanding&) = default;
};

/// Where one weight goes.
struct WeightLandings {
  std::string spec;                       ///< text form
  Index weight;                           ///< index into the weights, C order
  Extents position;                       ///< the same as coordinates, one per axis of the weights
  Index out_channel;                      ///< the output channel that it belongs to
  Index in_channel;                       ///< the input channel that it belongs to
  Index count;                            ///< entries that it adds to; 0 if it only meets padding
  std::vector<WeightLanding> first = {};  ///< the first of them, by row and column
  /// How many diagonals `col - row` they lie on; nothing if that takes too long to count.
  std::optional<Index> diagonal_count = {};
  /// The lowest of them, ascending; as many as `first` may have.
  std::vector<Index> first_diagonals = {};
  double padding_value = 0;  ///< of the convolution; what it adds is in no entry

  friend bool operator==(const WeightLandings&, const WeightLandings&) = default;
};

/// Where the weight at `position` goes: one coordinate per axis of the weights. Lists at most
/// `most` entries and diagonals. Throws GeometryError for a position outside the weights,
/// CapacityError for more than 2^20 entries to list. Cost: the kernel positions and folded taps of
/// every axis.
///
///     toeplix::explain_weight(conv, {0, 0, 1, 1}).count;  // entries that w[0, 0, 1, 1] adds to
[[nodiscard]] WeightLandings explain_weight(const Convolution& convolution, const Extents& position,
                                            std::size_t most = 20);
/// Where a weight of a transposed convolution goes, likewise; the weights have its own shape,
/// (in_channels, out_channels / groups, kernel...).
///
///     toeplix::explain_weight(up, {0, 0, 1, 1}).first.front().row;
[[nodiscard]] WeightLandings explain_weight(const TransposedConvolution& convolution,
                                            const Extents& position, std::size_t most = 20);

/// Where a weight goes, by its index in C order. Throws GeometryError for an index that is not from
/// 0 to weight_count() - 1; else as `explain_weight`.
///
///     toeplix::explain_weight_index(conv, 4).position;  // {0, 0, 1, 1} of a kernel of 3 x 3
[[nodiscard]] WeightLandings explain_weight_index(const Convolution& convolution, Index weight,
                                                  std::size_t most = 20);
/// Where a weight of a transposed convolution goes, likewise.
///
///     toeplix::explain_weight_index(up, 0).count;
[[nodiscard]] WeightLandings explain_weight_index(const TransposedConvolution& convolution,
                                                  Index weight, std::size_t most = 20);

/// Sentences for people, ended by a newline.
///
///     std::cout << toeplix::to_text(toeplix::explain(conv, 0, 1));
[[nodiscard]] std::string to_text(const EntryExplanation& explanation);
/// A sentence and a list for people, ended by a newline.
///
///     std::cout << toeplix::to_text(toeplix::explain_weight_index(conv, 0));
[[nodiscard]] std::string to_text(const WeightLandings& landings);
/// One JSON object, ended by a newline; every member by its name.
///
///     std::cout << toeplix::to_json(toeplix::explain(conv, 0, 1));
[[nodiscard]] std::string to_json(const EntryExplanation& explanation);
/// One JSON object, likewise.
///
///     std::cout << toeplix::to_json(toeplix::explain_weight_index(conv, 0));
[[nodiscard]] std::string to_json(const WeightLandings& landings);

/// The letter of a weight, the same everywhere: its coordinates in the array of weights, without
/// those of the channels if there is one of each: `w01` at kernel position (0, 1); `w0_11` if an
/// extent exceeds 10. `weights_shape` is that of the convolution, and `order` says which axes are
/// channels. Precondition: `weight` is the index of a weight.
///
///     toeplix::weight_name({1, 1, 3, 3}, 1);                              // "w01"
///     toeplix::weight_name({3, 3, 1, 1}, 1, toeplix::WeightsOrder::hwio);  // "w01"
///     toeplix::weight_name({3, 3, 1, 2}, 1, toeplix::WeightsOrder::hwio);  // "w0001"
[[nodiscard]] std::string weight_name(const Extents& weights_shape, Index weight,
                                      WeightsOrder order = WeightsOrder::oihw);

/// How the matrix in letters is written.
enum class SymbolicFormat {
  text,   ///< `w00 w01 .`, aligned
  latex,  ///< `\begin{bmatrix} w_{00} & w_{01} & \cdot \end{bmatrix}` of amsmath
};

/// The matrix of letters that textbooks print, see `weight_name`; a sum for an entry that several
/// kernel positions meet at, a dot if no entry is stored.
///
/// Throws CapacityError for a matrix of more than 40 columns or 80 rows, and for one whose lines of
/// text are longer than 200 characters; says what shows it instead.
///
///     std::cout << toeplix::symbolic_matrix(toeplix::Convolution("input=4 kernel=3"));
[[nodiscard]] std::string symbolic_matrix(const Convolution& convolution,
                                          SymbolicFormat format = SymbolicFormat::text);
/// The matrix of a transposed convolution in letters, likewise.
///
///     toeplix::symbolic_matrix(up, toeplix::SymbolicFormat::latex);
[[nodiscard]] std::string symbolic_matrix(const TransposedConvolution& convolution,
                                          SymbolicFormat format = SymbolicFormat::text);

/// The same matrix with its numbers: for every entry the sum of its weights, which are in C order
/// as `compile` takes them; a dot if no entry is stored. Numbers have the fewest digits that read
/// back as the same double; LaTeX has `1 \times 10^{30}` for those of 1e21 or more, and below 1e-6.
///
/// Throws GeometryError for weights of another number, and for a weight or a sum that is not
/// finite; CapacityError as `symbolic_matrix`.
///
///     const std::vector<double> kernel = {0, 1, 2, 3};
///     std::cout << toeplix::numeric_matrix(conv, kernel, toeplix::SymbolicFormat::latex);
[[nodiscard]] std::string numeric_matrix(const Convolution& convolution,
                                         std::span<const double> weights,
                                         SymbolicFormat format = SymbolicFormat::text);
/// The matrix of a transposed convolution with its numbers, likewise.
///
///     toeplix::numeric_matrix(up, kernel);
[[nodiscard]] std::string numeric_matrix(const TransposedConvolution& convolution,
                                         std::span<const double> weights,
                                         SymbolicFormat format = SymbolicFormat::text);

}  // namespace toeplix
