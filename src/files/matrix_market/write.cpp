#include <toeplix/files/matrix_market.hpp>

#include "core/base/parallel.hpp"
#include "files/bytes/atomic_file.hpp"
#include "files/bytes/sparse_lines.hpp"
#include "files/matrix_market/number_texts.hpp"
#include "files/matrix_market/symmetry_check.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <charconv>
#include <complex>
#include <cstring>
#include <memory>
#include <ostream>

namespace toeplix {
namespace {

using detail::SparseLines;

/// Entries that one call of a worker formats.
constexpr Index piece_entries = Index{1} << 14;

/// A number of entries that follow one another, from the entry `skip` of a line on.
struct Piece {
  Index line;
  Index skip;
  Index entries;
};

template <class Scalar, class StorageIndex>
std::vector<Piece> split(const SparseLines<Scalar, StorageIndex>& matrix) {
  std::vector<Piece> pieces;
  Piece piece{0, 0, 0};
  for (Index line = 0; line < matrix.count(); ++line) {
    const Index length = matrix.length(line);
    Index taken = 0;
    while (length - taken >= piece_entries - piece.entries) {
      taken += piece_entries - piece.entries;
      pieces.push_back({piece.line, piece.skip, piece_entries});
      piece = {line, taken, 0};
    }
    piece.entries += length - taken;
  }
  if (piece.entries > 0) pieces.push_back(piece);
  return pieces;
}

char* append_index(char* out, Index index) {
  return std::to_chars(out, out + 20, index).ptr;
}

/// Formats entries as lines of text.
template <class Scalar, class StorageIndex>
class EntryFormatter {
 public:
  using Matrix = SparseLines<Scalar, StorageIndex>;

  EntryFormatter(const Matrix& matrix, const MatrixMarketWriteOptions& options)
      : matrix_(matrix), options_(options) {}

  /// Bytes that no entry exceeds.
  static constexpr std::size_t longest = 2 * 20 + 2 * detail::longest_number + 4;

  /// Writes the lines of a piece; returns where they end.
  char* format(const Piece& piece, char* out) {
    Index skip = piece.skip;
    Index left = piece.entries;
    for (Index line = piece.line; left > 0; ++line, skip = 0) {
      const Index count = std::min(left, matrix_.length(line) - skip);
      out = format_line(line, matrix_.begin(line) + skip, count, out);
      left -= count;
    }
    return out;
  }

 private:
  char* format_line(Index line, Index begin, Index count, char* out) {
    char number[20];
    const auto digits = static_cast<std::size_t>(append_index(number, line + 1) - number);
    const auto append_line = [&] {
      std::memcpy(out, number, digits);
      out += digits;
    };
    for (Index i = begin; i < begin + count; ++i) {
      const Index inner = matrix_.index(i);
      if (!is_written(line, inner)) continue;
      if (matrix_.by_rows) {
        append_line();
        *out++ = ' ';
        out = append_index(out, inner + 1);
      } else {
        out = append_index(out, inner + 1);
        *out++ = ' ';
        append_line();
      }
      out = append_value(matrix_.value(i), out);
      *out++ = '\n';
    }
    return out;
  }

  bool is_written(Index line, Index inner) const {
    const Index below = matrix_.by_rows ? line - inner : inner - line;
    return detail::is_written(options_.symmetry, below);
  }

  char* append_value(const Scalar& value, char* out) {
    if (options_.values == MatrixMarketValues::pattern) return out;
    *out++ = ' ';
    if constexpr (std::is_floating_point_v<Scalar>) {
      return texts_.append(value, out);
    } else {
      out = texts_.append(value.real(), out);
      *out++ = ' ';
      return texts_.append(value.imag(), out);
    }
  }

  const Matrix& matrix_;
  const MatrixMarketWriteOptions& options_;
  detail::NumberTexts<typename Eigen::NumTraits<Scalar>::Real> texts_;
};

void append_text(detail::ByteSink& sink, std::string_view text) {
  sink.append(std::as_bytes(std::span(text)));
}

/// Lines after `% `, long ones in several pieces.
std::string format_comment(std::string_view comment) {
  constexpr std::size_t longest = 1000;
  std::string text;
  while (!comment.empty()) {
    const std::size_t end = std::min(comment.find('\n'), comment.size());
    std::string_view line = comment.substr(0, end);
    comment.remove_prefix(std::min(end + 1, comment.size()));
    do {
      text += "% ";
      text += line.substr(0, longest);
      text += '\n';
      line.remove_prefix(std::min(longest, line.size()));
    } while (!line.empty());
  }
  return text;
}

template <class Scalar>
std::string format_start(const MatrixMarketWriteOptions& options, Index rows, Index cols,
                         Index entries) {
  const auto field = options.values == MatrixMarketValues::pattern ? MatrixMarketField::pattern
                     : std::is_floating_point_v<Scalar>            ? MatrixMarketField::real
                                                                   : MatrixMarketField::complex;
  return "%%MatrixMarket matrix coordinate " + std::string(to_string(field)) + ' ' +
         std::string(to_string(options.symmetry)) + '\n' + format_comment(options.comment) +
         std::to_string(rows) + ' ' + std::to_string(cols) + ' ' + std::to_string(entries) + '\n';
}

/// Formats a few pieces at a time, in parallel, and appends them in order.
template <class Scalar, class StorageIndex>
void append_entries(detail::ByteSink& sink, const SparseLines<Scalar, StorageIndex>& matrix,
                    const MatrixMarketWriteOptions& options) {
  using Formatter = EntryFormatter<Scalar, StorageIndex>;
  const std::vector<Piece> pieces = split(matrix);
  const int threads = detail::thread_count(options.resources.threads);
  // Enough that threads seldom wait for one another, and some 20 MB of text.
  const std::size_t at_a_time =
      std::min(pieces.size(), std::max<std::size_t>(32, 4 * static_cast<std::size_t>(threads)));
  std::vector<std::unique_ptr<char[]>> buffers(at_a_time);
  std::vector<std::size_t> sizes(at_a_time);
  std::vector<Formatter> formatters(at_a_time, Formatter(matrix, options));
  for (std::size_t first = 0; first < pieces.size(); first += at_a_time) {
    const std::size_t count = std::min(at_a_time, pieces.size() - first);
    const auto format = [&](Index number) {
      const auto i = static_cast<std::size_t>(number);
      const Piece& piece = pieces[first + i];
      if (!buffers[i]) {
        buffers[i].reset(new char[static_cast<std::size_t>(piece_entries) * Formatter::longest]);
      }
      char* const end = formatters[i].format(piece, buffers[i].get());
      sizes[i] = static_cast<std::size_t>(end - buffers[i].get());
    };
    detail::for_each_chunk(threads, static_cast<Index>(count), [&] { return format; });
    for (std::size_t i = 0; i < count; ++i) append_text(sink, {buffers[i].get(), sizes[i]});
  }
}

/// A stream as a sink.
class StreamSink final : public detail::ByteSink {
 public:
  explicit StreamSink(std::ostream& out) : out_(out) {}

  void append(std::span<const std::byte> bytes) override {
    out_.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    if (!out_) throw FormatError("Matrix Market: the stream cannot be written");
    position_ += bytes.size();
  }
  std::uint64_t position() const override { return position_; }

 private:
  std::ostream& out_;
  std::uint64_t position_ = 0;
};

template <class Scalar, class StorageIndex>
void write_matrix(detail::ByteSink& sink, const SparseLines<Scalar, StorageIndex>& matrix,
                  const MatrixMarketWriteOptions& options) {
  const bool with_values = options.values == MatrixMarketValues::numbers;
  const Index entries = detail::count_written(matrix, options.symmetry, with_values);
  append_text(sink, format_start<Scalar>(options, matrix.rows, matrix.cols, entries));
  append_entries(sink, matrix, options);
}

}  // namespace

template <class Scalar, int Order, class StorageIndex>
void write_matrix_market(const std::filesystem::path& path,
                         const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                         const MatrixMarketWriteOptions& options) {
  detail::AtomicFile file(path);
  write_matrix(file, SparseLines(matrix), options);
  file.commit();
}

template <class Scalar, int Order, class StorageIndex>
std::uint64_t write_matrix_market(std::ostream& out,
                                  const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                                  const MatrixMarketWriteOptions& options) {
  StreamSink sink(out);
  write_matrix(sink, SparseLines(matrix), options);
  return sink.position();
}

template <class Scalar, int Order, class StorageIndex>
std::vector<std::byte> format_matrix_market(
    const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
    const MatrixMarketWriteOptions& options) {
  detail::MemorySink sink;
  write_matrix(sink, SparseLines(matrix), options);
  return sink.release();
}

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex)                                     \
  template void write_matrix_market(const std::filesystem::path&,                            \
                                    const Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, \
                                    const MatrixMarketWriteOptions&);                        \
  template std::uint64_t write_matrix_market(                                                \
      std::ostream&, const Eigen::SparseMatrix<Scalar, Order, StorageIndex>&,                \
      const MatrixMarketWriteOptions&);                                                      \
  template std::vector<std::byte> format_matrix_market(                                      \
      const Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, const MatrixMarketWriteOptions&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
