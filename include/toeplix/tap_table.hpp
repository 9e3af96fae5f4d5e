#pragma once

#include <toeplix/spec.hpp>

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace toeplix {

/// One axis of a convolution, checked and resolved (`Convolution` makes them).
///
/// The image is spread first: pixel `i` comes to lie at `i * input_dilation`, with holes between.
/// Then it is cropped, and then the boundary extends what is left. Output coordinate `o` and window
/// position `t` meet the extended image at `o * stride - lower + t * dilation`. Preconditions:
/// extents, stride and dilations positive; no window reaches what is cropped.
///
///     const toeplix::AxisGeometry axis = {.input = 5, .output = 5, .kernel = 3, .lower = 1};
///     axis.coordinate(0, 0);  // -1: the first window begins one pixel before the image
struct AxisGeometry {
  Index input = 1;                               ///< extent of the image
  Index output = 1;                              ///< number of windows
  Index kernel = 1;                              ///< kernel positions
  Index stride = 1;                              ///< pixels from one window to the next
  Index dilation = 1;                            ///< pixels between window positions; 1 is dense
  Index input_dilation = 1;                      ///< from one pixel to the next; 1 is dense
  Index lower = 0;                               ///< lower padding; a negative one crops
  Index cropped_upper = 0;                       ///< how much the upper end is cropped by
  Boundary boundary = Boundary::zero;            ///< what the padding is filled with
  Operation operation = Operation::correlation;  ///< whether the kernel is flipped

  /// Where window position `t` of output coordinate `o` lies in the extended image.
  [[nodiscard]] Index coordinate(Index o, Index t) const {
    return o * stride - lower + t * dilation;
  }
  /// Pixels and holes of the spread image, from its first pixel to its last, both included.
  [[nodiscard]] Index spread_input() const { return (input - 1) * input_dilation + 1; }
  /// The pixel of the image that the extended image shows at `coordinate`, in [0, input); -1 at a
  /// hole, and beyond what `Boundary::zero` or nothing at all extends.
  ///
  ///     const toeplix::AxisGeometry axis = {
  ///         .input = 5, .kernel = 3, .lower = 1, .boundary = toeplix::Boundary::reflect};
  ///     axis.source(-1);  // 1
  [[nodiscard]] Index source(Index coordinate) const;
  /// Pixels from the first to the last position of a window, both included.
  [[nodiscard]] Index span() const { return (kernel - 1) * dilation + 1; }
  /// The kernel position that lies at a window position: the same, or mirrored for a convolution.
  /// Mirroring twice changes nothing, so this also finds the window position of a kernel position.
  [[nodiscard]] Index kernel_position(Index window) const {
    return operation == Operation::correlation ? window : kernel - 1 - window;
  }

  friend bool operator==(const AxisGeometry&, const AxisGeometry&) = default;
};

/// Where the extended image at `coordinate` comes from: a coordinate in [0, extent), or -1 if there
/// is nothing (`Boundary::zero` outside). Any distance outside is folded, as `numpy.pad` does.
///
///     toeplix::fold_coordinate(-2, 5, toeplix::Boundary::reflect);  // 2: c b [a b c d e]
[[nodiscard]] Index fold_coordinate(Index coordinate, Index extent, Boundary boundary);

namespace detail {

/// The numbers x with `start + x * factor = 0` modulo `modulus`: if there are any, they lie `step`
/// apart.
struct Congruence {
  Index common = 1;   ///< greatest common divisor of factor and modulus
  Index step = 1;     ///< modulus / common
  Index inverse = 0;  ///< of factor / common, modulo `step`

  /// The first solution from `lowest` on; nothing if there is none. Cost: constant.
  [[nodiscard]] std::optional<Index> first_solution(Index start, Index lowest) const;
};

}  // namespace detail

/// Where one output coordinate reads along one axis.
///
/// Folding boundaries can make several kernel positions land on one input.
///
///     for (toeplix::Index i = 0; i < row.size(); ++i) {
///       for (toeplix::Index k : row[i].kernel) y += w[k] * x[row[i].input];
///     }
struct Tap {
  Index input;                    ///< the coordinate that is read
  std::span<const Index> kernel;  ///< kernel positions that land on it, ascending; never empty
};

/// The taps of one row of a table, sorted by `input`, each input once. Lives no longer than its
/// table; its taps live no longer than itself.
///
///     const toeplix::TapRow row = table.row(0);
///     row[0].input;  // the first coordinate that output 0 reads
class TapRow {
 public:
  /// Number of taps. Cost: constant.
  [[nodiscard]] Index size() const { return size_; }
  /// Precondition: 0 <= position < size(). Cost: constant.
  [[nodiscard]] Tap operator[](Index position) const {
    if (inputs_.empty()) {
      return {first_input_ + position * input_step_,
              {identity_ + first_kernel_ + position * kernel_step_, 1}};
    }
    const auto at = static_cast<std::size_t>(position);
    const auto count = static_cast<std::size_t>(kernel_begin_[at + 1] - kernel_begin_[at]);
    return {inputs_[at], {kernel_positions_.data() + kernel_begin_[at], count}};
  }

 private:
  friend class TapTable;

  Index size_ = 0;
  // A row that nothing was folded into is an arithmetic progression; its kernel positions are
  // taken from 0, 1, 2, ...
  Index first_input_ = 0;
  Index input_step_ = 0;
  Index first_kernel_ = 0;
  Index kernel_step_ = 0;
  const Index* identity_ = nullptr;
  // The taps of a row that something was folded into; empty otherwise.
  std::vector<Index> inputs_;
  std::vector<Index> kernel_begin_;
  std::vector<Index> kernel_positions_;
};

/// Some rows of a table, and of their taps those whose input lies in one range of coordinates, or
/// outside of it: what one process has of an axis, its own part or that of the others.
///
///     const toeplix::TapTablePart upper_half = {
///         .first_row = 0, .last_row = 14, .first_column = 0, .last_column = 14};
struct TapTablePart {
  /// On which side of the range the inputs lie.
  enum class Columns {
    inside,   ///< within [first_column, last_column), numbered from 0 on
    outside,  ///< those before and those after, numbered as if there were nothing between
  };

  Index first_row = 0;                ///< the first row
  Index last_row = 0;                 ///< one past the last row
  Index first_column = 0;             ///< the first input of the range
  Index last_column = 0;              ///< one past its last input
  Columns columns = Columns::inside;  ///< which inputs are kept
};

/// The one-dimensional sparse pattern of one axis: output coordinate -> sorted taps; or,
/// transposed, input coordinate -> the output coordinates that read it.
///
/// Rows in the middle repeat: with `m = middle()`, row `r + m.period` is row `r` with every input
/// `m.shift` higher and the same kernel positions, for all r in [m.begin, m.end - m.period).
/// Rows before and after the middle are the borders.
///
/// Cost of construction: proportional to the border rows, plus, if a boundary folds, their taps,
/// sorted, and the pixels beyond the edges that windows reach, plus the kernel extent; independent
/// of the length of the middle. Memory: 8 bytes for every border row and kernel position.
///
///     toeplix::TapTable table({.input = 5, .output = 5, .kernel = 3, .lower = 1});
///     table.row(0);              // inputs 0 and 1, by kernel positions 1 and 2
///     table.middle();            // rows 1 to 3 repeat, one input further each
///     table.transposed().row(0)  // outputs 0 and 1, by kernel positions 1 and 0
class TapTable {
 public:
  /// Throws CapacityError for more than 2^24 kernel positions, border rows, folded taps or pixels
  /// of the extension, before it takes memory or time for them, and for more taps than 64 bits can
  /// count.
  explicit TapTable(const AxisGeometry& geometry);

  /// The table of the transposed pattern. Errors as in the constructor; Error if this is a part.
  [[nodiscard]] TapTable transposed() const;

  /// A part of this table, its rows numbered from 0 on. It has rows and taps, but no geometry and
  /// no transposed table, because no axis is like it. Throws GeometryError for ranges that are not
  /// within the table, CapacityError for more than 2^24 rows that read both inside and outside of
  /// the range, or outside alone. Cost and memory: those rows, with their taps; none for the
  /// others.
  ///
  ///     table.part({.first_row = 0, .last_row = 2, .first_column = 0, .last_column = 2}).row(1);
  [[nodiscard]] TapTable part(const TapTablePart& part) const;

  /// Number of output coordinates; of a transposed table, of input coordinates.
  [[nodiscard]] Index rows() const { return rows_; }
  /// Number of coordinates that `Tap::input` may take.
  [[nodiscard]] Index columns() const { return columns_; }
  /// Sum of all row lengths.
  [[nodiscard]] Index entries() const { return entries_before(rows_); }
  /// The forward geometry, of a transposed table too. Throws Error if this is a part of a table.
  [[nodiscard]] const AxisGeometry& geometry() const {
    if (part_) refuse_part("geometry");
    return geometry_;
  }
  /// Whether rows are input coordinates.
  [[nodiscard]] bool is_transposed() const { return orientation_ == Orientation::transposed; }

  /// Precondition: 0 <= row < rows(). Cost: constant. Of border rows if a boundary folds: their
  /// taps and, transposed, the pixels that are folded onto them. (Nothing of them is stored, so
  /// that a kernel as long as the image takes no more memory than another.)
  [[nodiscard]] TapRow row(Index row) const;
  /// `row(row).size()` at constant cost.
  [[nodiscard]] Index row_length(Index row) const {
    return entries_before(row + 1) - entries_before(row);
  }
  /// Sum of the lengths of the rows before `row`. Precondition: 0 <= row <= rows(). Constant cost.
  [[nodiscard]] Index entries_before(Index row) const;

  /// The rows that repeat.
  ///
  ///     const auto [begin, end, period, shift] = table.middle();
  struct Middle {
    Index begin;   ///< first row of the middle
    Index end;     ///< one past its last row; `begin` if there is no middle
    Index period;  ///< rows after which the pattern repeats
    Index shift;   ///< how far the inputs move in that many rows
  };
  /// The rows that repeat; both borders are what lies before and after. Cost: none.
  [[nodiscard]] const Middle& middle() const { return middle_; }

  /// Rows of one class have equal taps but for a shift of their inputs. Border rows are classes of
  /// their own; the middle has `period` classes.
  [[nodiscard]] Index classes() const { return rows_ - repeats(); }
  /// The class of a row, in [0, classes()). Cost: constant.
  [[nodiscard]] Index class_of(Index row) const;
  /// The first row of a class.
  [[nodiscard]] Index representative(Index row_class) const;
  /// How far the inputs of `row` lie above those of its class's representative.
  [[nodiscard]] Index shift_of(Index row) const;

 private:
  /// Rows before `begin` and from `end` on, numbered one after the other.
  struct Borders {
    Index begin = 0;
    Index end = 0;

    Index number(Index row) const { return row < begin ? row : row - (end - begin); }
    Index row(Index number) const { return number < begin ? number : number + (end - begin); }
    bool contain(Index row) const { return row < begin || row >= end; }
  };
  /// The unfolded taps of a row: inputs and window positions in arithmetic progression.
  struct Straight {
    Index count;
    Index first_input;
    Index first_window;
  };
  /// An input and a kernel position.
  using SingleTap = std::pair<Index, Index>;
  enum class Orientation { forward, transposed };

  /// Of what table this is a part, and which.
  struct PartOf;

  TapTable(const AxisGeometry& geometry, Orientation orientation);

  [[noreturn]] static void refuse_part(const char* what);
  void set_part_middle();
  std::vector<SingleTap> part_taps(Index row) const;
  TapRow part_row(Index row) const;

  Index repeats() const;
  Borders borders() const { return {middle_.begin, middle_.end}; }
  void set_forward_middle();
  void set_transposed_middle();
  void set_middle(Index begin, Index end, Index period, Index shift);
  std::vector<Index> folded_inputs(Index begin, Index end) const;
  void check_folds() const;
  void count_entries();
  void check_entries() const;

  Straight straight(Index row) const;
  Straight straight_forward(Index output) const;
  /// The taps of a border row in order; empty if nothing is folded into it.
  std::vector<SingleTap> folded_row(Index row) const;
  std::vector<SingleTap> folded_forward(Index output) const;
  std::vector<SingleTap> folded_transposed(Index input) const;
  /// The unfolded taps that a pixel or hole of the spread image has.
  Straight straight_at(Index coordinate) const;
  void append(const Straight& read, std::vector<SingleTap>& taps) const;
  static TapRow merged(const std::vector<SingleTap>& taps);
  /// The number of different inputs of a border row.
  Index count_row(Index row) const;

  AxisGeometry geometry_;
  Orientation orientation_;
  Index rows_ = 0;
  Index columns_ = 0;
  Index input_step_ = 1;           // of the unfolded taps, from one to the next
  Index window_step_ = 1;          // likewise
  detail::Congruence congruence_;  // its solutions are the unfolded taps of a row
  Middle middle_{};
  std::vector<Index> border_before_;    // entries before each border row, then the total
  std::vector<Index> period_before_;    // entries of the middle before each row of its first period
  std::vector<Index> identity_;         // 0, 1, 2, ... kernel - 1
  std::shared_ptr<const PartOf> part_;  // nothing for a whole table
};

}  // namespace toeplix
