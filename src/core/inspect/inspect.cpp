#include <toeplix/inspect.hpp>

#include <toeplix/diagonals.hpp>

#include "core/base/check_length.hpp"
#include "core/base/integer_math.hpp"
#include "core/inspect/offset_runs.hpp"
#include "core/inspect/structure.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_set>

namespace toeplix {

namespace {

/// Lines by their number of entries.
using Histogram = std::map<Index, Index>;

std::vector<LengthCount> as_list(const Histogram& histogram) {
  std::vector<LengthCount> list;
  for (const auto& [length, count] : histogram) list.push_back({length, count});
  return list;
}

/// How many rows of a table are like the representative of a class.
Index rows_of_class(const TapTable& table, Index representative) {
  const TapTable::Middle& middle = table.middle();
  const bool repeats = representative >= middle.begin && representative < middle.end;
  return repeats ? detail::ceil_div(middle.end - representative, middle.period) : 1;
}

Histogram row_lengths(const TapTable& table) {
  Histogram histogram;
  for (Index row_class = 0; row_class < table.classes(); ++row_class) {
    const Index row = table.representative(row_class);
    histogram[table.row_length(row)] += rows_of_class(table, row);
  }
  return histogram;
}

/// A row's length is the product of its lengths along every axis and of the channels it joins.
Histogram row_lengths(const Pattern& pattern) {
  const Pattern::Channels& channels = pattern.channels();
  Histogram histogram{{channels.columns_per_group, channels.groups * channels.rows_per_group}};
  for (const Pattern::Axis& axis : pattern.axes()) {
    const Histogram along = row_lengths(axis.table);
    Histogram product;
    for (const auto& [length, rows] : histogram) {
      for (const auto& [factor, count] : along) product[length * factor] += rows * count;
    }
    histogram = std::move(product);
  }
  return histogram;
}

/// Rows of one table without taps.
struct VacantRows {
  Index count = 0;
  std::vector<Index> first;  ///< ascending, as many as were asked for
};

VacantRows vacant_rows(const TapTable& table, std::size_t most) {
  VacantRows vacant;
  const TapTable::Middle& middle = table.middle();
  for (Index row_class = 0; row_class < table.classes(); ++row_class) {
    const Index row = table.representative(row_class);
    if (table.row_length(row) > 0) continue;
    const Index count = rows_of_class(table, row);
    vacant.count += count;
    const auto listed = std::min(count, static_cast<Index>(most));
    for (Index i = 0; i < listed; ++i) vacant.first.push_back(row + i * middle.period);
  }
  std::ranges::sort(vacant.first);
  if (vacant.first.size() > most) vacant.first.resize(most);
  return vacant;
}

/// Finds the first rows without entries in ascending order: those that are vacant along some axis.
class VacantSearch {
 public:
  VacantSearch(const Pattern& pattern, std::size_t most) : pattern_(pattern), most_(most) {
    for (const Pattern::Axis& axis : pattern.axes()) {
      extents_.push_back(axis.table.rows());
      vacant_.push_back(vacant_rows(axis.table, most));
    }
    const Pattern::Channels& channels = pattern.channels();
    const bool innermost = channels.place == Pattern::Channels::Place::innermost;
    extents_.insert(innermost ? extents_.end() : extents_.begin(),
                    channels.groups * channels.rows_per_group);
    vacant_.insert(innermost ? vacant_.end() : vacant_.begin(), VacantRows{});
  }

  Vacant find() {
    Vacant result;
    Index full = 1;
    for (std::size_t level = 0; level < extents_.size(); ++level) {
      full *= extents_[level] - vacant_[level].count;
    }
    result.count = pattern_.rows() - full;
    if (result.count > 0 && most_ > 0) visit(0, 0, Kind::full, result.first);
    return result;
  }

 private:
  enum class Kind { full, vacant };

  bool vacant_from(std::size_t level) const {
    return std::any_of(vacant_.begin() + static_cast<std::ptrdiff_t>(level), vacant_.end(),
                       [](const VacantRows& rows) { return rows.count > 0; });
  }

  void visit(std::size_t level, Index row, Kind kind, std::vector<MatrixPosition>& found) const {
    if (found.size() == most_) return;
    if (level == extents_.size()) {
      const Pattern::Position position = pattern_.row_position(row);
      return found.push_back({row, position.channel, position.coordinate});
    }
    const std::vector<Index>& listed = vacant_[level].first;
    const auto below = [&](Index coordinate, Kind next) {
      visit(level + 1, row * extents_[level] + coordinate, next, found);
    };
    if (kind == Kind::full && !vacant_from(level + 1)) {
      for (const Index coordinate : listed) below(coordinate, Kind::vacant);
      return;
    }
    // Every coordinate leads to a row that is sought.
    for (Index coordinate = 0; coordinate < extents_[level] && found.size() < most_; ++coordinate) {
      const bool is_vacant = kind == Kind::vacant || std::ranges::binary_search(listed, coordinate);
      below(coordinate, is_vacant ? Kind::vacant : Kind::full);
    }
  }

  const Pattern& pattern_;
  std::size_t most_;
  Extents extents_;                 // of the levels, the slowest first
  std::vector<VacantRows> vacant_;  // likewise; channels are never vacant
};

void set_bandwidths(Inspection& inspection, const Pattern& pattern) {
  if (inspection.nnz == 0) return;
  const detail::OffsetInterval range = detail::offset_range(pattern);
  inspection.lower_bandwidth = std::max<Index>(0, -range.first);
  inspection.upper_bandwidth = std::max<Index>(0, range.last);
}

template <class Scalar, class StorageIndex>
std::optional<Index> bytes_of(const Inspection& inspection) {
  const Index largest = std::max({inspection.rows, inspection.cols, inspection.nnz});
  if (largest > std::numeric_limits<StorageIndex>::max()) return std::nullopt;
  const auto entries =
      detail::checked_product(inspection.nnz, Index{sizeof(Scalar) + sizeof(StorageIndex)});
  const auto pointers =
      detail::checked_product(detail::checked_sum(inspection.rows, 1), Index{sizeof(StorageIndex)});
  return detail::checked_sum(entries, pointers);
}

void set_sizes(Inspection& inspection, Index rows, Index cols, Index nnz) {
  inspection.rows = rows;
  inspection.cols = cols;
  inspection.nnz = nnz;
  const double cells = static_cast<double>(rows) * static_cast<double>(cols);
  inspection.density = cells == 0 ? 0 : static_cast<double>(nnz) / cells;
  inspection.bytes = {
      bytes_of<float, std::int32_t>(inspection), bytes_of<double, std::int32_t>(inspection),
      bytes_of<float, std::int64_t>(inspection), bytes_of<double, std::int64_t>(inspection)};
}

template <AnyConvolution Conv>
Inspection inspect_counts(const Conv& conv, const InspectOptions& options) {
  const Pattern pattern(conv);
  const Pattern transposed = pattern.transposed();
  Inspection inspection;
  inspection.convolution = {to_string(conv.spec()), conv.in_channels(), conv.input(),
                            conv.out_channels(),    conv.output(),      conv.weights_shape()};
  set_sizes(inspection, conv.rows(), conv.cols(), conv.nnz());
  inspection.row_lengths = as_list(row_lengths(pattern));
  inspection.column_lengths = as_list(row_lengths(transposed));
  set_bandwidths(inspection, pattern);
  inspection.cyclic_diagonals = count_diagonals(pattern);
  inspection.empty_rows = VacantSearch(pattern, options.most_places).find();
  inspection.unused_inputs = VacantSearch(transposed, options.most_places).find();
  return inspection;
}

template <AnyConvolution Conv>
Inspection inspect_any(const Conv& conv, std::optional<std::span<const double>> weights,
                       const InspectOptions& options) {
  if (weights) detail::check_length("weights", weights->size(), conv.weight_count());
  Inspection inspection = inspect_counts(conv, options);
  inspection.structure = detail::find_structure(conv, weights, options.most_work);
  if (weights) {
    inspection.separability =
        detail::find_separability(conv.weights_shape(), *weights, options.most_work);
  }
  return inspection;
}

std::vector<MatrixLevel> levels_of(const Pattern& pattern, TensorOrder order) {
  std::vector<MatrixLevel> result;
  const std::size_t axes = pattern.axes().size();
  for (std::size_t i = 0; i < axes; ++i) {
    const std::size_t axis = order == TensorOrder::column_major ? axes - 1 - i : i;
    const TapTable& table = pattern.axes()[i].table;
    result.push_back({table.rows(), table.columns(), "axis " + std::to_string(axis)});
  }
  const Pattern::Channels& c = pattern.channels();
  const MatrixLevel channels{c.groups * c.rows_per_group, c.groups * c.columns_per_group,
                             "channels"};
  const bool innermost = c.place == Pattern::Channels::Place::innermost;
  result.insert(innermost ? result.end() : result.begin(), channels);
  return result;
}

void check_axis(std::size_t axis, std::size_t axes) {
  if (axis < axes) return;
  throw GeometryError("axis " + std::to_string(axis) + " does not exist; there are " +
                      std::to_string(axes) + ", from 0");
}

/// The fields that either kind of spec has, of one axis alone.
template <class Conv, class Spec>
Spec axis_spec(const Conv& conv, std::size_t axis) {
  check_axis(axis, conv.axes());
  Spec spec{.input = {conv.input()[axis]}, .kernel = {conv.kernel()[axis]}};
  spec.stride = conv.spec().stride[axis];
  spec.dilation = conv.spec().dilation[axis];
  spec.padding = std::vector<AxisPadding>{conv.padding(axis)};
  spec.boundary = conv.spec().boundary[axis];
  spec.operation = conv.spec().operation;
  return spec;
}

/// Rows, or columns, that have entries, ascending, and how many.
using LineLengths = std::vector<std::pair<Index, Index>>;

/// Rows, or columns, of an explicit matrix by the number of their entries. Most of them may have
/// none, and take neither time nor memory.
void set_lines(const LineLengths& lengths, Index lines, std::size_t most,
               std::vector<LengthCount>& list, Vacant& vacant) {
  Histogram histogram;
  Index next = 0;
  const auto skip_to = [&](Index line) {
    for (; next < line && vacant.first.size() < most; ++next) {
      vacant.first.push_back({next, 0, {next}});
    }
    next = line + 1;
  };
  for (const auto& [line, length] : lengths) {
    ++histogram[length];
    skip_to(line);
  }
  skip_to(lines);
  vacant.count = lines - static_cast<Index>(lengths.size());
  if (vacant.count > 0) histogram[0] = vacant.count;
  list = as_list(histogram);
}

template <class Scalar>
LineLengths lengths_of_rows(const detail::Rows<Scalar>& matrix) {
  LineLengths lengths;
  for (Index row = 0; row < matrix.outerSize(); ++row) {
    const Index length = matrix.outerIndexPtr()[row + 1] - matrix.outerIndexPtr()[row];
    if (length > 0) lengths.emplace_back(row, length);
  }
  return lengths;
}

/// A small file may claim more columns than there is memory for: those are not counted one by one.
template <class Scalar>
LineLengths lengths_of_columns(const detail::Rows<Scalar>& matrix) {
  constexpr Index most_counters = Index{1} << 20;
  const std::span columns(matrix.innerIndexPtr(), static_cast<std::size_t>(matrix.nonZeros()));
  LineLengths lengths;
  if (matrix.cols() <= std::max(matrix.nonZeros(), most_counters)) {
    std::vector<Index> counters(static_cast<std::size_t>(matrix.cols()));
    for (const Index column : columns) ++counters[static_cast<std::size_t>(column)];
    for (Index column = 0; column < matrix.cols(); ++column) {
      const Index length = counters[static_cast<std::size_t>(column)];
      if (length > 0) lengths.emplace_back(column, length);
    }
    return lengths;
  }
  std::vector<Index> sorted(columns.begin(), columns.end());
  std::ranges::sort(sorted);
  for (const Index column : sorted) {
    if (lengths.empty() || lengths.back().first != column) lengths.emplace_back(column, 0);
    ++lengths.back().second;
  }
  return lengths;
}

template <class Scalar>
void set_counts(Inspection& inspection, const detail::Rows<Scalar>& matrix, std::size_t most) {
  std::unordered_set<Index> diagonals;
  const Index size = std::max(matrix.rows(), matrix.cols());
  for (Index row = 0; row < matrix.outerSize(); ++row) {
    for (Index at = matrix.outerIndexPtr()[row]; at < matrix.outerIndexPtr()[row + 1]; ++at) {
      const Index column = matrix.innerIndexPtr()[at];
      inspection.lower_bandwidth = std::max(inspection.lower_bandwidth, row - column);
      inspection.upper_bandwidth = std::max(inspection.upper_bandwidth, column - row);
      diagonals.insert(column >= row ? column - row : column - row + size);
    }
  }
  inspection.cyclic_diagonals = static_cast<Index>(diagonals.size());
  set_lines(lengths_of_rows(matrix), matrix.rows(), most, inspection.row_lengths,
            inspection.empty_rows);
  set_lines(lengths_of_columns(matrix), matrix.cols(), most, inspection.column_lengths,
            inspection.unused_inputs);
}

void check_levels(std::span<const MatrixLevel> levels, Index rows, Index cols) {
  std::optional<Index> row_product = 1;
  std::optional<Index> column_product = 1;
  for (const MatrixLevel& level : levels) {
    const bool positive = level.rows > 0 && level.cols > 0;
    row_product = positive ? detail::checked_product(row_product, level.rows) : std::nullopt;
    column_product = positive ? detail::checked_product(column_product, level.cols) : std::nullopt;
  }
  if (row_product == rows && column_product == cols) return;
  throw GeometryError("the levels do not multiply to the " + std::to_string(rows) + " x " +
                      std::to_string(cols) + " matrix");
}

}  // namespace

std::vector<MatrixLevel> matrix_levels(const Convolution& convolution) {
  return levels_of(Pattern(convolution), convolution.spec().order);
}

std::vector<MatrixLevel> matrix_levels(const TransposedConvolution& convolution) {
  return levels_of(Pattern(convolution), convolution.spec().order);
}

Convolution axis_convolution(const Convolution& convolution, std::size_t axis) {
  return Convolution(axis_spec<Convolution, ConvolutionSpec>(convolution, axis));
}

TransposedConvolution axis_convolution(const TransposedConvolution& convolution, std::size_t axis) {
  auto spec = axis_spec<TransposedConvolution, TransposedConvolutionSpec>(convolution, axis);
  spec.output_padding = convolution.spec().output_padding[axis];
  return TransposedConvolution(spec);
}

Inspection inspect(const Convolution& convolution, const InspectOptions& options) {
  return inspect_any(convolution, std::nullopt, options);
}

Inspection inspect(const TransposedConvolution& convolution, const InspectOptions& options) {
  return inspect_any(convolution, std::nullopt, options);
}

Inspection inspect(const Convolution& convolution, std::span<const double> weights,
                   const InspectOptions& options) {
  return inspect_any(convolution, weights, options);
}

Inspection inspect(const TransposedConvolution& convolution, std::span<const double> weights,
                   const InspectOptions& options) {
  return inspect_any(convolution, weights, options);
}

template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
Inspection inspect(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                   std::span<const MatrixLevel> levels, const InspectOptions& options) {
  using Real = typename Eigen::NumTraits<Scalar>::Real;
  using Wide =
      std::conditional_t<Eigen::NumTraits<Scalar>::IsComplex, std::complex<double>, double>;
  const auto epsilon = static_cast<double>(Eigen::NumTraits<Real>::epsilon());
  const std::vector<MatrixLevel> whole{{matrix.rows(), matrix.cols(), "matrix"}};
  if (!levels.empty()) check_levels(levels, matrix.rows(), matrix.cols());
  if (levels.empty()) levels = whole;
  detail::Rows<Wide> rows = matrix.template cast<Wide>();
  rows.makeCompressed();
  Inspection inspection;
  set_sizes(inspection, matrix.rows(), matrix.cols(), rows.nonZeros());
  set_counts(inspection, rows, options.most_places);
  inspection.structure =
      detail::find_structure(rows, levels, epsilon, options.most_work, detail::Stochastic::checked);
  if (levels.size() == 2) {
    inspection.separability =
        detail::find_separability(rows, levels[1], epsilon, options.most_work);
  }
  return inspection;
}

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex)                               \
  template Inspection inspect(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, \
                              std::span<const MatrixLevel>, const InspectOptions&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE)

}  // namespace toeplix
