#include <toeplix/files/matrix_market.hpp>

#include "core/base/huge_pages.hpp"
#include "core/base/parallel.hpp"
#include "core/compile/allocate.hpp"
#include "files/bytes/canonical.hpp"
#include "files/bytes/read_budget.hpp"
#include "files/matrix_market/entries.hpp"
#include "files/matrix_market/header.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace toeplix {
namespace {

using detail::ByteSource;
using detail::line_error;

template <class Scalar, int Order, class StorageIndex>
using Matrix = Eigen::SparseMatrix<Scalar, Order, StorageIndex>;

template <class Scalar, class StorageIndex>
using Entry = typename detail::MatrixMarketEntries<Scalar, StorageIndex>::Entry;

/// Bytes of the file that one call of a worker parses.
constexpr std::uint64_t piece_bytes = std::uint64_t{1} << 20;

/// Memory for all entries of a file, of which every piece takes a part: one block on huge pages,
/// that nothing touches before the entries come.
template <class E>
class EntryStore {
 public:
  explicit EntryStore(std::size_t most)
      : most_(most), bytes_(new std::byte[std::max<std::size_t>(most, 1) * sizeof(E)]) {
    static_assert(std::is_trivially_copyable_v<E> && alignof(E) <= alignof(std::max_align_t));
    detail::advise_huge_pages(bytes_.get(), most * sizeof(E));
  }

  /// Copies entries into a part of the store; none where there is no room for them.
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
  std::string wrong;                                     ///< why it is; empty where none is
};

/// Number of the line that begins at a byte.
std::uint64_t line_at(const ByteSource& source, std::uint64_t byte) {
  std::uint64_t line = 1;
  std::vector<std::byte> buffer(65536);
  for (std::uint64_t begin = 0; begin < byte; begin += buffer.size()) {
    buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), byte - begin)));
    source.read_at(begin, buffer);
    line += static_cast<std::uint64_t>(std::count(buffer.begin(), buffer.end(), std::byte{'\n'}));
  }
  return line;
}

/// The text of the lines that begin in a piece of the file.
class PieceText {
 public:
  PieceText(const ByteSource& source, std::uint64_t begin) : source_(source), begin_(begin) {}

  /// Reads the lines that begin in [first, last). They end in a newline, also the last of a file.
  void read(std::uint64_t first, std::uint64_t last) {
    first_ = first;
    text_.clear();
    append(last);
    if (first > begin_ && !begins_line()) drop_first_line();
    if (text_.empty()) return;
    const std::size_t tail = text_.rfind('\n');
    std::size_t line = tail == text_.npos ? 0 : tail + 1;
    while (line != text_.size()) {
      if (text_.size() - line > detail::longest_line) fail_long(line);
      const std::size_t searched = text_.size();
      if (!append(std::min(source_.size(), end() + tail_bytes))) return text_.push_back('\n');
      const std::size_t found = text_.find('\n', searched);
      if (found != text_.npos) return text_.resize(found + 1);
    }
  }

  const std::string& text() const { return text_; }
  std::uint64_t byte_of(const char* at) const {
    return first_ + static_cast<std::uint64_t>(at - text_.data());
  }

 private:
  static constexpr std::uint64_t tail_bytes = 256;

  std::uint64_t end() const { return first_ + text_.size(); }

  /// Reads up to a byte of the file; false where there is nothing to read.
  bool append(std::uint64_t last) {
    const std::size_t before = text_.size();
    const auto count = static_cast<std::size_t>(last - end());
    text_.resize(before + count);
    source_.read_at(first_ + before, std::as_writable_bytes(std::span(text_).subspan(before)));
    return count > 0;
  }

  bool begins_line() const {
    std::byte previous{};
    source_.read_at(first_ - 1, std::span(&previous, 1));
    return previous == std::byte{'\n'};
  }

  /// It belongs to the piece that it begins in.
  void drop_first_line() {
    const std::size_t newline = text_.find('\n');
    const std::size_t count = newline == text_.npos ? text_.size() : newline + 1;
    text_.erase(0, count);
    first_ += count;
  }

  [[noreturn]] void fail_long(std::size_t line) const {
    throw detail::WrongLine{
        text_.data() + line,
        "expected an end of the line within " + std::to_string(detail::longest_line) + " bytes"};
  }

  const ByteSource& source_;
  std::uint64_t begin_;  ///< of the first entry
  std::uint64_t first_ = 0;
  std::string text_;
};

/// Parses the entries of a file, piece by piece and in parallel.
template <class Scalar, class StorageIndex>
class EntriesReader {
 public:
  using Pieces = std::vector<Piece<Scalar, StorageIndex>>;

  using Store = EntryStore<Entry<Scalar, StorageIndex>>;

  /// The store has room for as many entries as the file promises.
  EntriesReader(const ByteSource& source, const detail::MatrixMarketStart& start, Store& store)
      : source_(source), start_(start), store_(store) {}

  Pieces read(int threads) {
    const std::uint64_t bytes = source_.size() - start_.begin;
    pieces_.resize(static_cast<std::size_t>((bytes + piece_bytes - 1) / piece_bytes));
    const auto count = static_cast<Index>(pieces_.size());
    const int useful = static_cast<int>(std::min<Index>(detail::thread_count(threads), count));
    detail::for_each_chunk(std::max(useful, 1), count, [this] {
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
    detail::MatrixMarketEntries<Scalar, StorageIndex> parser(start_.header, scratch);
    try {
      text.read(first, std::min(first + piece_bytes, source_.size()));
      parser.parse(text.text().data(), text.text().data() + text.text().size());
    } catch (const detail::WrongLine& wrong) {
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
  const detail::MatrixMarketStart& start_;
  Store& store_;
  Pieces pieces_;
  std::atomic<Index> lines_{0};  ///< with an entry, in all pieces that were read
  std::atomic<Index> begun_{0};  ///< the largest number of a piece that was begun
  /// Pieces after this one need not be read.
  std::atomic<Index> last_{std::numeric_limits<Index>::max()};
};

/// Puts the entries of all pieces into a matrix.
template <class Scalar, int Order, class StorageIndex>
class Assembler {
 public:
  using Pieces = std::vector<Piece<Scalar, StorageIndex>>;

  Assembler(Pieces pieces, Matrix<Scalar, Order, StorageIndex>& matrix, int threads)
      : pieces_(std::move(pieces)), matrix_(matrix), threads_(threads) {
    begins_.push_back(0);
    for (const auto& piece : pieces_) {
      begins_.push_back(begins_.back() + static_cast<Index>(piece.entries.size()));
    }
  }

  Index entries() const { return begins_.back(); }

  void run() {
    detail::allocate_entries(matrix_, entries(), 0);
    if (ascends()) {
      copy();
    } else {
      sort();
      if (!detail::is_canonical(matrix_)) detail::make_canonical(matrix_);
    }
  }

 private:
  using E = Entry<Scalar, StorageIndex>;
  static StorageIndex outer_of(const E& entry) {
    return Order == Eigen::RowMajor ? entry.row : entry.col;
  }
  static StorageIndex inner_of(const E& entry) {
    return Order == Eigen::RowMajor ? entry.col : entry.row;
  }
  static bool not_before(const E& a, const E& b) {
    if (outer_of(a) != outer_of(b)) return outer_of(a) > outer_of(b);
    return inner_of(a) >= inner_of(b);
  }

  template <class Action>
  void for_each_piece(Action action) {
    detail::for_each_chunk(detail::thread_count(threads_), static_cast<Index>(pieces_.size()),
                           [&] { return action; });
  }

  /// Whether the entries come in the order of the matrix, each once.
  bool ascends() {
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
  void copy() {
    std::vector<Index> first_lines;  // the line after the last one of the pieces before
    Index line = 0;
    for (const auto& piece : pieces_) {
      first_lines.push_back(line);
      if (!piece.entries.empty()) line = Index{outer_of(piece.entries.back())} + 1;
    }
    StorageIndex* const pointers = matrix_.outerIndexPtr();
    for_each_piece([&](Index number) {
      const auto place = static_cast<std::size_t>(number);
      Index next_line = first_lines[place];
      Index at = begins_[place];
      for (const E& entry : pieces_[place].entries) {
        for (; next_line <= Index{outer_of(entry)}; ++next_line) {
          pointers[next_line] = static_cast<StorageIndex>(at);
        }
        put(at++, entry);
      }
    });
    std::fill(pointers + line, pointers + matrix_.outerSize() + 1,
              static_cast<StorageIndex>(entries()));
  }

  /// For entries in any order: counting, then each into its line.
  void sort() {
    StorageIndex* const pointers = matrix_.outerIndexPtr();
    for (const auto& piece : pieces_) {
      for (const E& entry : piece.entries) ++pointers[outer_of(entry) + 1];
    }
    for (Eigen::Index i = 0; i < matrix_.outerSize(); ++i) pointers[i + 1] += pointers[i];
    std::vector<StorageIndex> next(pointers, pointers + matrix_.outerSize());
    for (const auto& piece : pieces_) {
      for (const E& entry : piece.entries) {
        put(next[static_cast<std::size_t>(outer_of(entry))]++, entry);
      }
    }
  }

  void put(Index place, const E& entry) {
    matrix_.innerIndexPtr()[place] = inner_of(entry);
    matrix_.valuePtr()[place] = entry.value;
  }

  Pieces pieces_;
  Matrix<Scalar, Order, StorageIndex>& matrix_;
  int threads_;
  std::vector<Index> begins_;  ///< entries before each piece, and all
};

/// Bytes that reading takes at its peak. `entries` are those of the result.
template <class Scalar, int Order, class StorageIndex>
double needed_bytes(const MatrixMarketHeader& header, double entries) {
  const auto lines = static_cast<double>(Order == Eigen::RowMajor ? header.rows : header.cols);
  return detail::compressed_bytes(lines, entries, sizeof(Scalar), sizeof(StorageIndex)) +
         entries * static_cast<double>(sizeof(Entry<Scalar, StorageIndex>));
}

template <class Scalar, int Order, class StorageIndex>
Matrix<Scalar, Order, StorageIndex> read_matrix(const ByteSource& source,
                                                const MatrixMarketReadOptions& options) {
  const detail::MatrixMarketStart start = detail::read_matrix_market_start(source);
  const MatrixMarketHeader& header = start.header;
  if (std::is_floating_point_v<Scalar> && header.field == MatrixMarketField::complex) {
    throw line_error(source.name(), 1, "expected real values, got complex");
  }
  const Index budget = detail::read_budget(options.resources.memory_budget, source.size());
  const bool is_general = header.symmetry == MatrixMarketSymmetry::general;
  const double most = (is_general ? 1.0 : 2.0) * static_cast<double>(header.entries);
  const detail::MatrixSize size{header.rows, header.cols, header.entries};
  detail::check_capacity<StorageIndex>(
      source.name(), size, needed_bytes<Scalar, Order, StorageIndex>(header, most), budget);

  EntryStore<Entry<Scalar, StorageIndex>> store(static_cast<std::size_t>(most));
  auto pieces =
      EntriesReader<Scalar, StorageIndex>(source, start, store).read(options.resources.threads);
  Matrix<Scalar, Order, StorageIndex> matrix(header.rows, header.cols);
  Assembler<Scalar, Order, StorageIndex> assembler(std::move(pieces), matrix,
                                                   options.resources.threads);
  detail::check_capacity<StorageIndex>(source.name(),
                                       {header.rows, header.cols, assembler.entries()}, 0, budget);
  assembler.run();
  return matrix;
}

}  // namespace

template <class Scalar, int Order, class StorageIndex>
Eigen::SparseMatrix<Scalar, Order, StorageIndex> read_matrix_market(
    const std::filesystem::path& path, const MatrixMarketReadOptions& options) {
  return read_matrix<Scalar, Order, StorageIndex>(detail::FileSource(path), options);
}

template <class Scalar, int Order, class StorageIndex>
Eigen::SparseMatrix<Scalar, Order, StorageIndex> parse_matrix_market(
    std::span<const std::byte> bytes, std::string_view name,
    const MatrixMarketReadOptions& options) {
  return read_matrix<Scalar, Order, StorageIndex>(detail::MemorySource(bytes, name), options);
}

// clang-format off
template Eigen::SparseMatrix<float, Eigen::RowMajor, int> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<float, Eigen::RowMajor, int> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<float, Eigen::RowMajor, std::int64_t> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<float, Eigen::RowMajor, std::int64_t> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<float, Eigen::ColMajor, int> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<float, Eigen::ColMajor, int> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, int> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, int> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, int> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, int> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, int> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, int> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, std::int64_t> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, std::int64_t> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, int> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, int> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, std::int64_t> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, std::int64_t> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, int> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, int> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, std::int64_t> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, std::int64_t> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, int> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, int> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, std::int64_t> read_matrix_market(const std::filesystem::path&, const MatrixMarketReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, std::int64_t> parse_matrix_market(std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
// clang-format on

}  // namespace toeplix
