#include "files/matrix_market/header.hpp"

#include "files/bytes/shown_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace toeplix {
namespace detail {
namespace {

constexpr std::size_t longest_comment = std::size_t{1} << 20;

constexpr std::array<std::pair<std::string_view, MatrixMarketField>, 4> fields{{
    {"real", MatrixMarketField::real},
    {"complex", MatrixMarketField::complex},
    {"integer", MatrixMarketField::integer},
    {"pattern", MatrixMarketField::pattern},
}};

constexpr std::array<std::pair<std::string_view, MatrixMarketSymmetry>, 4> symmetries{{
    {"general", MatrixMarketSymmetry::general},
    {"symmetric", MatrixMarketSymmetry::symmetric},
    {"skew-symmetric", MatrixMarketSymmetry::skew_symmetric},
    {"hermitian", MatrixMarketSymmetry::hermitian},
}};

/// Lines from the start of a source, one after another.
class LineReader {
 public:
  explicit LineReader(const ByteSource& source) : source_(source) {}

  /// The next line without its end; nothing at the end of the source. Valid until the next call.
  std::optional<std::string_view> next() {
    std::size_t end = text_.find('\n', taken_);
    while (end == text_.npos && read_ < source_.size()) {
      text_.erase(0, std::exchange(taken_, 0));
      if (text_.size() >= longest_line) fail_next("expected an end of the line");
      const std::size_t searched = text_.size();
      read_more();
      end = text_.find('\n', searched);
    }
    if (taken_ == text_.size()) return std::nullopt;
    ++line_;
    end = std::min(end, text_.size());
    const std::size_t begin = std::exchange(taken_, std::min(end + 1, text_.size()));
    return std::string_view(text_).substr(begin, end - begin);
  }

  /// Number of the line that `next` gave.
  std::uint64_t line() const { return line_; }
  /// Byte after that line.
  std::uint64_t position() const { return read_ - (text_.size() - taken_); }

  [[noreturn]] void fail(std::string_view what) const {
    throw line_error(source_.name(), std::max<std::uint64_t>(line_, 1), what);
  }

 private:
  [[noreturn]] void fail_next(const std::string& what) const {
    throw line_error(source_.name(), line_ + 1,
                     what + " within " + std::to_string(longest_line) + " bytes");
  }

  void read_more() {
    constexpr std::uint64_t block = 4096;
    const std::size_t before = text_.size();
    const auto count = static_cast<std::size_t>(std::min(block, source_.size() - read_));
    text_.resize(before + count);
    source_.read_at(read_, std::as_writable_bytes(std::span(text_).subspan(before)));
    read_ += count;
  }

  const ByteSource& source_;
  std::string text_;
  std::size_t taken_ = 0;  ///< bytes of the text that lines have taken
  std::uint64_t read_ = 0;
  std::uint64_t line_ = 0;
};

/// Letters of the first line may be of either case.
std::string take_lower(std::string_view& line) {
  std::string word(take_word(line));
  for (char& c : word) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return word;
}

template <class Table>
auto take_choice(const LineReader& lines, std::string_view& line, const Table& table) {
  const std::string word = take_lower(line);
  std::string choices;
  for (const auto& [name, value] : table) {
    if (name == word) return value;
    choices += (choices.empty() ? "" : ", ") + std::string(name);
  }
  lines.fail("expected one of " + choices + ", got " + quote(word));
}

void parse_banner(LineReader& lines, MatrixMarketHeader& header) {
  std::string_view line = lines.next().value_or("");
  const bool is_at_begin = line.starts_with('%');
  const std::string_view banner = take_word(line);
  if (banner != "%%MatrixMarket" || !is_at_begin) {
    lines.fail("expected a Matrix Market file, which starts with %%MatrixMarket");
  }
  const std::string object = take_lower(line);
  if (object != "matrix") lines.fail("expected matrix, got " + quote(object));
  const std::string format = take_lower(line);
  if (format != "coordinate") {
    const char* dense = format == "array" ? ", which is a dense matrix" : "";
    lines.fail("expected coordinate, got " + quote(format) + dense);
  }
  header.field = take_choice(lines, line, fields);
  header.symmetry = take_choice(lines, line, symmetries);
  const std::string_view rest = take_word(line);
  if (!rest.empty()) lines.fail("expected the end of the line, got " + quote(rest));
}

void check_meaning(const LineReader& lines, const MatrixMarketHeader& header) {
  const bool is_pattern = header.field == MatrixMarketField::pattern;
  if (header.symmetry == MatrixMarketSymmetry::hermitian &&
      header.field != MatrixMarketField::complex) {
    lines.fail("a hermitian matrix is complex, got " + std::string(to_string(header.field)));
  }
  if (header.symmetry == MatrixMarketSymmetry::skew_symmetric && is_pattern) {
    lines.fail("a pattern has no signs and cannot be skew-symmetric");
  }
}

void append_comment(std::string& comment, std::string_view line, bool first) {
  if (comment.size() + line.size() >= longest_comment) return;
  line.remove_prefix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  if (!first) comment += '\n';
  comment += line;
}

Index take_extent(const LineReader& lines, std::string_view& line, const char* what) {
  const std::string_view word = take_word(line);
  Index extent = -1;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), extent);
  const bool is_number = error == std::errc() && end == word.data() + word.size();
  if (is_number && extent >= 0) return extent;
  lines.fail("expected the number of " + std::string(what) + ", from 0 to 2^63 - 1, got " +
             quote(word));
}

/// Bytes of the shortest line with an entry, its end included.
std::uint64_t shortest_entry(MatrixMarketField field) {
  if (field == MatrixMarketField::pattern) return 4;
  return field == MatrixMarketField::complex ? 8 : 6;
}

/// The last line may lack its end.
void check_room(const LineReader& lines, const MatrixMarketHeader& header, std::uint64_t rest) {
  const auto entries = static_cast<std::uint64_t>(header.entries);
  if (entries <= (rest + 1) / shortest_entry(header.field)) return;
  lines.fail("promises " + std::to_string(entries) + " entries, more than the " +
             std::to_string(rest) + " bytes that follow can hold");
}

void parse_size(const LineReader& lines, std::string_view line, MatrixMarketHeader& header) {
  header.rows = take_extent(lines, line, "rows");
  header.cols = take_extent(lines, line, "columns");
  header.entries = take_extent(lines, line, "entries");
  const std::string_view rest = take_word(line);
  if (!rest.empty()) lines.fail("expected the end of the line, got " + quote(rest));
  if (header.symmetry != MatrixMarketSymmetry::general && header.rows != header.cols) {
    lines.fail("a " + std::string(to_string(header.symmetry)) + " matrix is square, got " +
               std::to_string(header.rows) + " x " + std::to_string(header.cols));
  }
}

}  // namespace

FormatError line_error(std::string_view name, std::uint64_t line, std::string_view what) {
  return FormatError(std::string(name) + ": line " + std::to_string(line) + ": " +
                     std::string(what));
}

std::string_view take_word(std::string_view& line) {
  const auto begin = std::find_if_not(line.begin(), line.end(), is_blank);
  const auto end = std::find_if(begin, line.end(), is_blank);
  const std::string_view word(begin, end);
  line = std::string_view(end, line.end());
  return word;
}

std::string quote(std::string_view word) {
  return word.empty() ? "the end of the line" : quoted_name(word);
}

MatrixMarketStart read_matrix_market_start(const ByteSource& source) {
  LineReader lines(source);
  MatrixMarketStart start{};
  parse_banner(lines, start.header);
  check_meaning(lines, start.header);
  bool first = true;
  while (const auto line = lines.next()) {
    std::string_view rest = *line;
    if (line->starts_with('%')) {
      append_comment(start.header.comment, *line, std::exchange(first, false));
    } else if (!take_word(rest).empty()) {
      parse_size(lines, *line, start.header);
      start.size_line = lines.line();
      start.begin = lines.position();
      check_room(lines, start.header, source.size() - start.begin);
      return start;
    }
  }
  lines.fail("expected a line with the numbers of rows, columns and entries, got the end");
}

}  // namespace detail

std::string_view to_string(MatrixMarketField field) {
  return detail::fields[static_cast<std::size_t>(field)].first;
}

std::string_view to_string(MatrixMarketSymmetry symmetry) {
  return detail::symmetries[static_cast<std::size_t>(symmetry)].first;
}

MatrixMarketHeader read_matrix_market_header(const std::filesystem::path& path) {
  return detail::read_matrix_market_start(detail::FileSource(path)).header;
}

MatrixMarketHeader parse_matrix_market_header(std::span<const std::byte> bytes,
                                              std::string_view name) {
  return detail::read_matrix_market_start(detail::MemorySource(bytes, name)).header;
}

}  // namespace toeplix
