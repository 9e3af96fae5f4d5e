#include <toeplix/error.hpp>
#include <toeplix/files/npz_diagonals.hpp>

#include "core/base/integer_math.hpp"
#include "files/bytes/number_types.hpp"
#include "files/numpy/npy_header.hpp"
#include "files/numpy/zip_writer.hpp"
#include "reference/instantiate.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace toeplix {
namespace {

using detail::NextBytes;
using detail::ZipMethod;
using detail::ZipWriter;

/// Numbers that are made at a time if they do not come from a diagonal.
constexpr std::size_t piece_length = 4096;

template <class T>
NextBytes bytes_once(std::vector<T> numbers) {
  return [numbers = std::move(numbers), used = false]() mutable -> std::span<const std::byte> {
    if (std::exchange(used, true)) return {};
    return std::as_bytes(std::span<const T>(numbers));
  };
}

/// One number per diagonal that exists, zero or not.
template <class Structure>
Index row_of(const Structure& structure, const DiagonalPlace& place) {
  return (place.block_row * structure.block_columns() + place.block_column) * structure.size() +
         place.offset;
}

/// The arrays of the file, each in a pass of its own over the diagonals. `Found` is `Diagonals` or
/// `MatrixDiagonals`.
template <class Found>
class Passes {
 public:
  explicit Passes(const Found& diagonals) : diagonals_(diagonals) {}

  NextBytes columns() const {
    return of_each([](const auto& diagonal) -> const auto& { return diagonal.rows; });
  }
  NextBytes values() const {
    return of_each([](const auto& diagonal) -> const auto& { return diagonal.values; });
  }

  /// The row of every entry.
  NextBytes rows() const {
    return numbers([this, at = structure().begin(), left = Index{0},
                    row = Index{0}](std::vector<Index>& piece) mutable {
      for (; left == 0 && at != structure().end(); ++at) {
        left = diagonals_.entries(*at);
        row = row_of(structure(), *at);
      }
      const Index count = std::min<Index>(left, piece_length);
      piece.assign(static_cast<std::size_t>(count), row);
      left -= count;
    });
  }

  /// How many entries there are before every row, and in all.
  NextBytes pointers(Index row_count) const {
    return numbers([this, row_count, at = structure().begin(), row = Index{0},
                    before = Index{0}](std::vector<Index>& piece) mutable {
      for (; row <= row_count && piece.size() < piece_length; ++row) {
        piece.push_back(before);
        if (at == structure().end() || row_of(structure(), *at) != row) continue;
        before += diagonals_.entries(*at);
        ++at;
      }
    });
  }

 private:
  const auto& structure() const { return diagonals_.structure(); }

  /// Numbers that `fill` puts into an empty vector, some thousands at a time.
  template <class Fill>
  static NextBytes numbers(Fill fill) {
    return [fill = std::move(fill), piece = std::vector<Index>()]() mutable {
      piece.clear();
      fill(piece);
      return std::as_bytes(std::span<const Index>(piece));
    };
  }

  /// What `part_of` says of each diagonal that has entries.
  template <class PartOf>
  NextBytes of_each(PartOf part_of) const {
    using Iterator = decltype(diagonals_.begin());
    return
        [this, part_of, at = std::shared_ptr<Iterator>()]() mutable -> std::span<const std::byte> {
          if (!at) {
            at = std::make_shared<Iterator>(diagonals_.begin());
          } else if (*at != diagonals_.end()) {
            ++*at;
          }
          if (*at == diagonals_.end()) return {};
          return std::as_bytes(std::span(part_of(**at)));
        };
  }

  const Found& diagonals_;
};

void add_member(ZipWriter& zip, ZipMethod method, const std::string& name, std::string descriptor,
                const Extents& shape, NextBytes content) {
  zip.add(name + ".npy", method,
          [header = detail::format_npy_header(descriptor, shape), begun = false,
           content = std::move(content)]() mutable {
            if (std::exchange(begun, true)) return content();
            return std::as_bytes(std::span<const char>(header));
          });
}

template <class T>
std::string npy_type() {
  return detail::npy_descriptor(detail::number_type_of<T>());
}

template <class Found>
WrittenDiagonals measure(const Found& diagonals) {
  const auto& structure = diagonals.structure();
  const auto blocks = detail::checked_product(structure.block_rows(), structure.block_columns());
  const auto rows = detail::checked_product(blocks, structure.size());
  if (!rows) {
    throw CapacityError("the diagonals of " + std::to_string(structure.block_rows()) + " x " +
                        std::to_string(structure.block_columns()) + " blocks of " +
                        std::to_string(structure.size()) + " rows exceed 64 bits");
  }
  Index entries = 0;
  for (const DiagonalPlace& place : structure) entries += diagonals.entries(place);
  return {*rows, structure.size(), entries};
}

template <class Scalar, class Found>
WrittenDiagonals write(const std::filesystem::path& path, const Found& diagonals,
                       const NpzWriteOptions& options) {
  const WrittenDiagonals size = measure(diagonals);
  const auto method =
      options.compression == FileCompression::stored ? ZipMethod::stored : ZipMethod::deflated;
  const bool as_coordinates = options.layout == NpzLayout::coordinates;
  const std::string format = as_coordinates ? "coo" : "csr";
  const Passes passes(diagonals);
  detail::AtomicFile file(path);
  ZipWriter zip(file);
  const auto add = [&](const char* name, Index length, NextBytes content) {
    add_member(zip, method, name, npy_type<Index>(), {length}, std::move(content));
  };
  add(as_coordinates ? "col" : "indices", size.entries, passes.columns());
  if (as_coordinates) add("row", size.entries, passes.rows());
  if (!as_coordinates) add("indptr", size.rows + 1, passes.pointers(size.rows));
  add_member(zip, method, "format", "|S3", {},
             bytes_once(std::vector<char>(format.begin(), format.end())));
  add("shape", 2, bytes_once(std::vector<Index>{size.rows, size.cols}));
  add_member(zip, method, "data", npy_type<Scalar>(), {size.entries}, passes.values());
  zip.finish();
  file.commit();
  return size;
}

}  // namespace

template <MatrixScalar Scalar>
WrittenDiagonals measure_npz_diagonals(const Diagonals<Scalar>& diagonals) {
  return measure(diagonals);
}

template <MatrixScalar Scalar>
WrittenDiagonals measure_npz_diagonals(const MatrixDiagonals<Scalar>& diagonals) {
  return measure(diagonals);
}

template <MatrixScalar Scalar>
WrittenDiagonals write_npz_diagonals(const std::filesystem::path& path,
                                     const Diagonals<Scalar>& diagonals,
                                     const NpzWriteOptions& options) {
  return write<Scalar>(path, diagonals, options);
}

template <MatrixScalar Scalar>
WrittenDiagonals write_npz_diagonals(const std::filesystem::path& path,
                                     const MatrixDiagonals<Scalar>& diagonals,
                                     const NpzWriteOptions& options) {
  return write<Scalar>(path, diagonals, options);
}

#define TOEPLIX_INSTANTIATE(Scalar)                                                                \
  template WrittenDiagonals write_npz_diagonals(const std::filesystem::path&,                      \
                                                const Diagonals<Scalar>&, const NpzWriteOptions&); \
  template WrittenDiagonals write_npz_diagonals(                                                   \
      const std::filesystem::path&, const MatrixDiagonals<Scalar>&, const NpzWriteOptions&);       \
  template WrittenDiagonals measure_npz_diagonals(const Diagonals<Scalar>&);                       \
  template WrittenDiagonals measure_npz_diagonals(const MatrixDiagonals<Scalar>&);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
