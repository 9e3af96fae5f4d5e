#pragma once

#include "core/base/parallel.hpp"
#include "files/bytes/canonical.hpp"
#include "files/matrix_market/entries_reader.hpp"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

namespace toeplix::detail {

/// Puts the entries of all pieces into the lines of a matrix, in parallel if they ascend.
template <class Scalar, class StorageIndex>
class Assembler {
 public:
  using Pieces = std::vector<Piece<Scalar, StorageIndex>>;
  using Lines = CompressedLines<Scalar, StorageIndex>;

  Assembler(Pieces pieces, int threads) : pieces_(std::move(pieces)), threads_(threads) {
    begins_.push_back(0);
    for (const auto& piece : pieces_) {
      begins_.push_back(begins_.back() + static_cast<Index>(piece.entries.size()));
    }
  }

  Index entries() const { return begins_.back(); }

  /// Fills lines that have room for all entries and whose pointers are 0. Indices may then be in
  /// any order, and repeat.
  void fill(const Lines& lines) const { ascends() ? copy(lines) : sort(lines); }

 private:
  using E = Entry<Scalar, StorageIndex>;

  static bool not_before(const E& a, const E& b) {
    return a.outer != b.outer ? a.outer > b.outer : a.inner >= b.inner;
  }

  template <class Action>
  void for_each_piece(Action action) const {
    for_each_chunk(thread_count(threads_), static_cast<Index>(pieces_.size()),
                   [&] { return action; });
  }

  /// Whether the entries come in the order of the matrix, each once.
  bool ascends() const {
    std::atomic<bool> result{true};
    for_each_piece([&](Index number) {
      const auto& entries = pieces_[static_cast<std::size_t>(number)].entries;
      if (std::adjacent_find(entries.begin(), entries.end(), not_before) != entries.end()) {
        result = false;
      }
    });
    const E* last = nullptr;
    for (const auto& piece : pieces_) {
      if (piece.entries.empty()) continue;
      if (last != nullptr && not_before(*last, piece.entries.front())) return false;
      last = &piece.entries.back();
    }
    return result;
  }

  /// For entries that ascend: each piece to its place.
  void copy(const Lines& lines) const {
    std::vector<std::size_t> first_lines;  // the line after the last one of the pieces before
    std::size_t end_line = 0;
    for (const auto& piece : pieces_) {
      first_lines.push_back(end_line);
      if (!piece.entries.empty()) end_line = line_of(piece.entries.back()) + 1;
    }
    for_each_piece([&](Index number) {
      const auto piece = static_cast<std::size_t>(number);
      std::size_t line = first_lines[piece];
      Index at = begins_[piece];
      for (const E& entry : pieces_[piece].entries) {
        for (; line <= line_of(entry); ++line) {
          lines.pointers[line] = static_cast<StorageIndex>(at);
        }
        put(lines, at++, entry);
      }
    });
    std::fill(lines.pointers.begin() + static_cast<std::ptrdiff_t>(end_line), lines.pointers.end(),
              static_cast<StorageIndex>(entries()));
  }

  /// For entries in any order: counting, then each into its line.
  void sort(const Lines& lines) const {
    const auto pointers = lines.pointers;
    for (const auto& piece : pieces_) {
      for (const E& entry : piece.entries) ++pointers[line_of(entry) + 1];
    }
    for (std::size_t i = 1; i < pointers.size(); ++i) pointers[i] += pointers[i - 1];
    std::vector<StorageIndex> next(pointers.begin(), pointers.end() - 1);
    for (const auto& piece : pieces_) {
      for (const E& entry : piece.entries) put(lines, next[line_of(entry)]++, entry);
    }
  }

  static std::size_t line_of(const E& entry) { return static_cast<std::size_t>(entry.outer); }

  static void put(const Lines& lines, Index place, const E& entry) {
    lines.indices[place] = entry.inner;
    lines.values[place] = entry.value;
  }

  Pieces pieces_;
  int threads_;
  std::vector<Index> begins_;  ///< entries before each piece, and all
};

}  // namespace toeplix::detail
