#pragma once

#include "core/base/parallel.hpp"
#include "files/bytes/byte_source.hpp"
#include "files/matrix_market/entries.hpp"
#include "files/matrix_market/header.hpp"
#include "files/matrix_market/piece_text.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace toeplix::detail {

/// Bytes of the file that one call of a worker parses.
constexpr std::uint64_t piece_bytes = std::uint64_t{1} << 20;

/// Memory for all entries of a file, of which every piece takes a part: one block
/// that nothing touches before the entries come.
template <class E>
class EntryStore {
 public:
  explicit EntryStore(std::size_t most)
      : most_(most), bytes_(new std::byte[std::max<std::size_t>(most, 1) * sizeof(E)]) {
    static_assert(std::is_trivially_copyable_v<E> && alignof(E) <= alignof(std::max_align_t));
  }

  /// Copies entries into a part of the store; none if there is no room for them.
  std::span<const E> keep(const std::vector<E>& entries) {
    const std::size_t begin = used_.fetch_add(entries.size());
    if (entries.empty() || begin > most_ || entries.size() > most_ - begin) return {};
    std::byte* const to = bytes_.get() + begin * sizeof(E);
    std::memcpy(to, entries.data(), entries.size() * sizeof(E));
    return {std::launder(reinterpret_cast<const E*>(to)), entries.size()};
  }

 private:
  std::size_t most_;
  std::unique_ptr<std::byte[]> bytes_;
  std::atomic<std::size_t> used_{0};
};

/// What came of one piece of the file: the lines that begin in it.
template <class Scalar, class StorageIndex>
struct Piece {
  std::span<const Entry<Scalar, StorageIndex>> entries;  ///< those that a symmetry left out as well
  Index lines = 0;                                       ///< lines with an entry
  std::optional<std::uint64_t> lower;                    ///< byte of a line below the diagonal
  std::optional<std::uint64_t> upper;                    ///< byte of a line above the diagonal
  std::uint64_t wrong_at = 0;                            ///< byte of a line that is wrong
  std::string wrong;                                     ///< why it is; empty if it is not
};

/// Parses the entries of a file, piece by piece and in parallel.
template <class Scalar, class StorageIndex>
class EntriesReader {
 public:
  using Pieces = std::vector<Piece<Scalar, StorageIndex>>;

  using Store = EntryStore<Entry<Scalar, StorageIndex>>;

  /// The store has room for as many entries as the file promises; it keeps those of the pieces.
  EntriesReader(const ByteSource& source, const MatrixMarketStart& start, bool by_rows,
                Store& store)
      : source_(source), start_(start), by_rows_(by_rows), store_(store) {}

  /// Throws FormatError for the first line that is wrong.
  Pieces read(int threads) {
    const std::uint64_t bytes = source_.size() - start_.begin;
    pieces_.resize(static_cast<std::size_t>((bytes + piece_bytes - 1) / piece_bytes));
    const auto count = static_cast<Index>(pieces_.size());
    const int useful = static_cast<int>(std::min<Index>(thread_count(threads), count));
    for_each_chunk(std::max(useful, 1), count, [this] {
      return [this, text = PieceText(source_, start_.begin),
              scratch = Scratch()](Index piece) mutable { read_piece(piece, text, scratch); };
    });
    check();
    return std::move(pieces_);
  }

 private:
  using Scratch = std::vector<Entry<Scalar, StorageIndex>>;

  /// Whatever is wrong, all pieces before it are read, so that the same is found by any number of
  /// threads.
  void read_piece(Index number, PieceText& text, Scratch& scratch) {
    replace_if(begun_, number, std::less<>());
    if (number > last_) return;
    const std::uint64_t first = start_.begin + static_cast<std::uint64_t>(number) * piece_bytes;
    auto& piece = pieces_[static_cast<std::size_t>(number)];
    scratch.clear();
    MatrixMarketEntries<Scalar, StorageIndex> parser(start_.header, by_rows_, scratch);
    try {
      text.read(first, std::min(first + piece_bytes, source_.size()));
      parser.parse(text.text().data(), text.text().data() + text.text().size());
    } catch (const WrongLine& wrong) {
      piece.wrong_at = text.byte_of(wrong.at);
      piece.wrong = wrong.what;
      replace_if(last_, number, std::greater<>());
    }
    piece.lines = parser.lines();
    if (parser.triangles().lower) piece.lower = text.byte_of(parser.triangles().lower);
    if (parser.triangles().upper) piece.upper = text.byte_of(parser.triangles().upper);
    if ((lines_ += piece.lines) > start_.header.entries) {
      replace_if(last_, begun_, std::greater<>());
    }
    piece.entries = store_.keep(scratch);
  }

  template <class Compare>
  static void replace_if(std::atomic<Index>& number, Index other, Compare compare) {
    Index current = number;
    while (compare(current, other) && !number.compare_exchange_weak(current, other)) {
    }
  }

  /// Throws what is wrong first in the file, whichever thread came upon it.
  void check() const {
    Index lines = 0;
    std::optional<std::uint64_t> lower;
    std::optional<std::uint64_t> upper;
    for (const auto& piece : pieces_) {
      lines += piece.lines;
      if (lines > start_.header.entries) fail_count("more");
      if (!piece.wrong.empty()) fail(piece.wrong_at, piece.wrong);
      if (!lower) lower = piece.lower;
      if (!upper) upper = piece.upper;
      if (lower && upper) {
        fail(std::max(*lower, *upper), "expected the entries of a " +
                                           std::string(to_string(start_.header.symmetry)) +
                                           " matrix on one side of the diagonal, got both");
      }
    }
    if (lines < start_.header.entries) fail_count(std::to_string(lines));
  }

  [[noreturn]] void fail(std::uint64_t byte, const std::string& what) const {
    throw line_error(source_.name(), line_at(source_, byte), what);
  }
  [[noreturn]] void fail_count(const std::string& got) const {
    throw line_error(
        source_.name(), start_.size_line,
        "promises " + std::to_string(start_.header.entries) + " entries, the file has " + got);
  }

  const ByteSource& source_;
  const MatrixMarketStart& start_;
  bool by_rows_;
  Store& store_;
  Pieces pieces_;
  std::atomic<Index> lines_{0};  ///< with an entry, in all pieces that were read
  std::atomic<Index> begun_{0};  ///< the largest number of a piece that was begun
  /// Pieces after this one need not be read.
  std::atomic<Index> last_{std::numeric_limits<Index>::max()};
};

}  // namespace toeplix::detail
