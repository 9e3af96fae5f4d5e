#include "files/numpy/npy_dictionary.hpp"

#include "files/bytes/byte_source.hpp"
#include "files/bytes/shown_name.hpp"

#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace toeplix::detail {
namespace {

constexpr std::size_t most_axes = 64;

/// Reads the Python dictionary of a header: three keys in any order, no other.
class DictionaryParser {
 public:
  /// `first_byte` is where the text starts in the file.
  DictionaryParser(std::string_view text, const std::string& name, std::uint64_t first_byte)
      : text_(text), name_(name), first_byte_(first_byte) {}

  RawNpyHeader parse() {
    expect('{');
    while (!accept('}')) {
      parse_entry();
      if (accept('}')) break;
      expect(',');
    }
    skip_blanks();
    if (at_ != text_.size()) fail("expected the end of the header");
    if (!descriptor_) fail("expected the key 'descr'");
    if (!fortran_order_) fail("expected the key 'fortran_order'");
    if (!shape_) fail("expected the key 'shape'");
    return {*descriptor_, *fortran_order_, *shape_};
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw format_error(name_, first_byte_ + at_, what);
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }

  bool accept(char wanted) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) fail(std::string("expected '") + wanted + "' in the header");
  }

  std::string_view parse_string() {
    const char quote = accept('"') ? '"' : '\'';
    if (quote == '\'') expect('\'');
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != quote) ++at_;
    if (at_ == text_.size()) fail("expected the end of a string");
    return text_.substr(begin, at_++ - begin);
  }

  void parse_entry() {
    skip_blanks();
    const std::size_t begin = at_;
    const std::string_view key = parse_string();
    expect(':');
    if (key == "descr" && !descriptor_) {
      descriptor_ = parse_descriptor();
    } else if (key == "fortran_order" && !fortran_order_) {
      fortran_order_ = parse_bool();
    } else if (key == "shape" && !shape_) {
      shape_ = parse_shape();
    } else {
      at_ = begin;
      fail("expected each of 'descr', 'fortran_order', 'shape' once");
    }
  }

  bool parse_bool() {
    skip_blanks();
    for (const auto& [word, value] : {std::pair("True", true), std::pair("False", false)}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += std::string_view(word).size();
      return value;
    }
    fail("expected True or False");
  }

  NpyDescriptor parse_descriptor() {
    skip_blanks();
    const std::size_t begin = at_;
    if (begin < text_.size() && text_[begin] == '[') fail("structured arrays are not supported");
    const std::string text(parse_string());
    const auto descriptor = parse_descriptor_text(text);
    if (!descriptor) {
      at_ = begin;
      fail("expected a type such as '<f8', got " + quoted_name(text));
    }
    return *descriptor;
  }

  static std::optional<NpyDescriptor> parse_descriptor_text(std::string_view text) {
    std::endian order = std::endian::native;
    if (text.starts_with('<')) order = std::endian::little;
    if (text.starts_with('>')) order = std::endian::big;
    if (!text.empty() && std::string_view("<>|=").find(text[0]) != text.npos) text.remove_prefix(1);
    if (text.empty()) return std::nullopt;
    NpyDescriptor result{order, text[0], 0};
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + 1, end, result.size);
    if (rest != end || error != std::errc()) return std::nullopt;
    return result;
  }

  Extents parse_shape() {
    Extents shape;
    expect('(');
    while (!accept(')')) {
      if (shape.size() == most_axes) fail("expected at most 64 axes");
      shape.push_back(parse_extent());
      if (accept(')')) {
        if (shape.size() > 1) break;
        --at_;
        fail("expected ',' after the extent of a single axis");
      }
      expect(',');
    }
    return shape;
  }

  Index parse_extent() {
    skip_blanks();
    Index extent = 0;
    const char* begin = text_.data() + at_;
    const auto [rest, error] = std::from_chars(begin, text_.data() + text_.size(), extent);
    if (error != std::errc() || extent < 0) {
      fail("expected an extent from 0 to " + std::to_string(std::numeric_limits<Index>::max()));
    }
    at_ += static_cast<std::size_t>(rest - begin);
    accept('L');  // Python 2 wrote its long integers so
    return extent;
  }

  std::string_view text_;
  const std::string& name_;
  std::uint64_t first_byte_;
  std::size_t at_ = 0;
  std::optional<NpyDescriptor> descriptor_;
  std::optional<bool> fortran_order_;
  std::optional<Extents> shape_;
};

}  // namespace

RawNpyHeader parse_npy_dictionary(std::string_view text, const std::string& name,
                                  std::uint64_t first_byte) {
  return DictionaryParser(text, name, first_byte).parse();
}

}  // namespace toeplix::detail
