#include <toeplix/normal_equations.hpp>

#include "core/base/check_length.hpp"
#include "core/base/check_resources.hpp"
#include "core/base/integer_math.hpp"
#include "core/base/parallel.hpp"
#include "core/compile/allocate.hpp"
#include "core/geometry/check_weights.hpp"
#include "core/normal/templates.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace toeplix {

namespace {

using detail::ColumnTemplate;
using detail::ComposedTable;
using detail::NormalShape;
using detail::NormalTemplates;

constexpr detail::RoomAdvice parts_advice = {
    .narrow_index = "use 64-bit indices, or more processes",
    .memory = "raise Resources::memory_budget, or use more processes"};

/// The rows of A^T A that belong to one band of lines, and who they connect to. A line is a
/// coordinate of the slowest axis here.
class NormalBand {
 public:
  NormalBand(const NormalShape& shape, const Bands& bands, Index process)
      : shape_(shape),
        begin_(bands.begin(process)),
        size_(bands.size(process)),
        line_pixels_(shape.pixels / bands.lines()) {
    const ComposedTable& table = shape.tables.front();
    for (Index line = begin_; line < begin_ + size_; ++line) {
      const std::vector<Index>& offsets = table.offsets(table.class_of(line));
      all_.push_back(std::ssize(offsets));
      own_.push_back(
          std::ranges::count_if(offsets, [&](Index offset) { return has_line(line + offset); }));
    }
  }

  Index begin() const { return begin_; }
  Index end() const { return begin_ + size_; }
  Index pixels() const { return size_ * line_pixels_; }
  Index rows() const { return pixels() * shape_.channels; }
  /// The other columns of A.
  Index columns_of_others() const { return (shape_.pixels - pixels()) * shape_.channels; }
  /// Whether all that a line meets lies in the band.
  bool is_closed(Index line) const { return own(line) == all(line); }
  /// Lines that a line meets in the band, and in all.
  Index own(Index line) const { return own_[static_cast<std::size_t>(line - begin_)]; }
  Index all(Index line) const { return all_[static_cast<std::size_t>(line - begin_)]; }
  bool has_line(Index line) const { return line >= begin_ && line < end(); }

  Index line_of(Index pixel) const { return pixel / line_pixels_; }
  /// The row of a pixel of the whole, if it lies in the band.
  Index row(Index channel, Index pixel) const {
    return place(channel, pixel - begin_ * line_pixels_, pixels());
  }
  /// The column of a pixel of the whole among those of the others.
  Index column_of_other(Index channel, Index pixel) const {
    const Index rest = line_of(pixel) < begin_ ? pixel : pixel - pixels();
    return place(channel, rest, shape_.pixels - pixels());
  }
  /// How much closer channels lie in the band than in the whole.
  Index closer() const { return shape_.innermost ? 0 : shape_.pixels - pixels(); }

  /// Entries of the slower-to-faster product without the slowest axis, of one row.
  Index inner_length(Index pixel) const {
    Index length = shape_.channels_per_group;
    for (std::size_t axis = shape_.tables.size(); --axis > 0;) {
      const ComposedTable& table = shape_.tables[axis];
      length *= std::ssize(table.offsets(table.class_of(pixel % table.rows())));
      pixel /= table.rows();
    }
    return length;
  }
  /// Entries of all rows that have so many lines each; nothing if they exceed 64 bits.
  std::optional<Index> entries(const std::vector<Index>& lines) const {
    std::optional<Index> sum = std::accumulate(lines.begin(), lines.end(), Index{0});
    for (std::size_t axis = 1; axis < shape_.tables.size(); ++axis) {
      sum = detail::checked_product(sum, shape_.tables[axis].entries());
    }
    return detail::checked_product(
        sum, detail::checked_product(shape_.channels, shape_.channels_per_group));
  }
  std::optional<Index> own_entries() const { return entries(own_); }
  std::optional<Index> all_entries() const { return entries(all_); }

 private:
  Index place(Index channel, Index pixel, Index channel_pixels) const {
    return shape_.innermost ? pixel * shape_.channels + channel : channel * channel_pixels + pixel;
  }

  const NormalShape& shape_;
  Index begin_;
  Index size_;
  Index line_pixels_;
  std::vector<Index> own_;
  std::vector<Index> all_;
};

/// Writes rows into both parts.
template <class StorageIndex>
class PartsWriter {
 public:
  PartsWriter(const NormalShape& shape, const NormalBand& band, NormalParts<StorageIndex>& parts)
      : shape_(shape), band_(band), parts_(parts) {}

  void write_pointers() const {
    Index own = 0;
    Index rest = 0;
    for (Index row = 0; row < band_.rows(); ++row) {
      parts_.diagonal.outerIndexPtr()[row] = static_cast<StorageIndex>(own);
      parts_.off_diagonal.outerIndexPtr()[row] = static_cast<StorageIndex>(rest);
      const Index pixel =
          first_pixel() + (shape_.innermost ? row / shape_.channels : row % band_.pixels());
      const Index line = band_.line_of(pixel);
      const Index length = band_.inner_length(pixel);
      own += length * band_.own(line);
      rest += length * (band_.all(line) - band_.own(line));
    }
    parts_.diagonal.outerIndexPtr()[band_.rows()] = static_cast<StorageIndex>(own);
    parts_.off_diagonal.outerIndexPtr()[band_.rows()] = static_cast<StorageIndex>(rest);
  }

  void write_row(Index channel, Index pixel, const ColumnTemplate& entries) const {
    if (band_.is_closed(band_.line_of(pixel))) {
      write_closed(channel, pixel, entries);
    } else {
      write_split(channel, pixel, entries);
    }
  }

 private:
  Index first_pixel() const { return band_.pixels() == 0 ? 0 : band_.begin() * line_pixels(); }
  Index line_pixels() const { return shape_.pixels / shape_.tables.front().rows(); }

  /// All entries lie in the band: the template's, channels moved together.
  void write_closed(Index channel, Index pixel, const ColumnTemplate& entries) const {
    const Index row = band_.row(channel, pixel);
    const Index groups = shape_.innermost ? 1 : shape_.channels_per_group;
    const Index count = std::ssize(entries.offsets) / groups;
    Index place = parts_.diagonal.outerIndexPtr()[row];
    std::ranges::copy(entries.values, parts_.diagonal.valuePtr() + place);
    const Index* offset = entries.offsets.data();
    for (Index other = 0; other < groups; ++other) {
      const Index from = row - (other - channel % groups) * band_.closer();
      for (Index i = 0; i < count; ++i) {
        parts_.diagonal.innerIndexPtr()[place++] = static_cast<StorageIndex>(from + *offset++);
      }
    }
  }

  void write_split(Index channel, Index pixel, const ColumnTemplate& entries) const {
    const Index row = band_.row(channel, pixel);
    const Index whole =
        shape_.innermost ? pixel * shape_.channels + channel : channel * shape_.pixels + pixel;
    Index own = parts_.diagonal.outerIndexPtr()[row];
    Index rest = parts_.off_diagonal.outerIndexPtr()[row];
    for (std::size_t i = 0; i < entries.offsets.size(); ++i) {
      const Index met = whole + entries.offsets[i];
      const Index of = shape_.innermost ? met % shape_.channels : met / shape_.pixels;
      const Index at = shape_.innermost ? met / shape_.channels : met % shape_.pixels;
      if (band_.has_line(band_.line_of(at))) {
        put(parts_.diagonal, own++, band_.row(of, at), entries.values[i]);
      } else {
        put(parts_.off_diagonal, rest++, band_.column_of_other(of, at), entries.values[i]);
      }
    }
  }

  template <class Matrix>
  static void put(Matrix& matrix, Index place, Index column, double value) {
    matrix.innerIndexPtr()[place] = static_cast<StorageIndex>(column);
    matrix.valuePtr()[place] = value;
  }

  const NormalShape& shape_;
  const NormalBand& band_;
  NormalParts<StorageIndex>& parts_;
};

/// Pixels that follow one another along the fastest axis, of one channel.
struct PixelStretch {
  Index channel;
  Index begin;  // pixels of the whole
  Index end;
};

std::vector<PixelStretch> stretches_of(const NormalShape& shape, const NormalBand& band) {
  constexpr Index longest = Index{1} << 14;
  const Index inner = shape.tables.back().rows();
  const Index line_pixels = shape.pixels / shape.tables.front().rows();
  std::vector<PixelStretch> stretches;
  for (Index channel = 0; channel < shape.channels; ++channel) {
    for (Index at = band.begin() * line_pixels; at < band.end() * line_pixels;) {
      const Index end =
          std::min({at + longest, (at / inner + 1) * inner, band.end() * line_pixels});
      stretches.push_back({channel, at, end});
      at = end;
    }
  }
  return stretches;
}

/// Gives both parts room for their entries.
template <class StorageIndex>
void allocate(NormalParts<StorageIndex>& parts, const NormalBand& band,
              const Resources& resources) {
  using Matrix = typename NormalParts<StorageIndex>::Matrix;
  const auto own = band.own_entries();
  const auto all = band.all_entries();
  if (!own || !all) throw CapacityError("the entries of A^T A exceed 64 bits");
  const detail::CompressedSize inside = {*own, band.rows(), band.rows()};
  const detail::CompressedSize outside = {*all - *own, band.rows(), band.columns_of_others()};
  detail::check_index_type<Matrix>(inside, parts_advice);
  detail::check_index_type<Matrix>(outside, parts_advice);
  const auto bytes = detail::matrix_bytes(*all, detail::checked_product(2, band.rows() + 1),
                                          sizeof(double), sizeof(StorageIndex));
  detail::check_budget({*all, band.rows(), band.columns_of_others()}, bytes, resources,
                       parts_advice);
  detail::make_room(parts.diagonal, inside);
  detail::make_room(parts.off_diagonal, outside);
}

}  // namespace

template <MatrixIndex StorageIndex>
void normal_equations_parts(NormalParts<StorageIndex>& parts, const Pattern& pattern,
                            std::span<const double> weights, const Bands& bands, Index process,
                            const Resources& resources) {
  detail::check_resources(resources);
  detail::check_one_kernel("normal_equations_parts", pattern);
  detail::check_length("weights", weights.size(), pattern.weight_count());
  static_cast<void>(column_numbering(pattern, bands));  // refuses bands of other lines
  if (process < 0 || process >= bands.processes()) {
    throw GeometryError("process " + std::to_string(process) + " is none of the " +
                        std::to_string(bands.processes()) + " that have bands");
  }
  const NormalShape shape(pattern);
  const NormalBand band(shape, bands, process);
  allocate(parts, band, resources);
  const NormalTemplates templates(pattern, shape, weights, resources, detail::Triangle::both);
  const PartsWriter<StorageIndex> writer(shape, band, parts);
  writer.write_pointers();
  const std::vector<PixelStretch> stretches = stretches_of(shape, band);
  const Index inner = shape.tables.back().rows();
  detail::for_each_chunk(detail::thread_count(resources.threads), std::ssize(stretches), [&] {
    return [&, builder = templates.builder()](Index number) mutable {
      const PixelStretch& stretch = stretches[static_cast<std::size_t>(number)];
      builder.go_to(stretch.channel, stretch.begin / inner);
      for (Index pixel = stretch.begin; pixel < stretch.end; ++pixel) {
        const Index inner_class = shape.tables.back().class_of(pixel % inner);
        writer.write_row(stretch.channel, pixel, builder.column(inner_class));
      }
    };
  });
}

template void normal_equations_parts(NormalParts<std::int32_t>&, const Pattern&,
                                     std::span<const double>, const Bands&, Index,
                                     const Resources&);
template void normal_equations_parts(NormalParts<std::int64_t>&, const Pattern&,
                                     std::span<const double>, const Bands&, Index,
                                     const Resources&);

}  // namespace toeplix
