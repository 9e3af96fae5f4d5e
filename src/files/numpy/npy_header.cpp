#include "files/numpy/npy_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace toeplix {
namespace {

struct TypeFacts {
  std::string_view name;
  char kind;
  std::uint64_t size;
};

/// In the order of `NpyType`.
constexpr std::array<TypeFacts, 14> type_facts{{{"bool", 'b', 1},
                                                {"int8", 'i', 1},
                                                {"int16", 'i', 2},
                                                {"int32", 'i', 4},
                                                {"int64", 'i', 8},
                                                {"uint8", 'u', 1},
                                                {"uint16", 'u', 2},
                                                {"uint32", 'u', 4},
                                                {"uint64", 'u', 8},
                                                {"float16", 'f', 2},
                                                {"float32", 'f', 4},
                                                {"float64", 'f', 8},
                                                {"complex64", 'c', 8},
                                                {"complex128", 'c', 16}}};

const TypeFacts& facts_of(NpyType type) {
  return type_facts[static_cast<std::size_t>(type)];
}

}  // namespace

std::string_view to_string(NpyType type) {
  return facts_of(type).name;
}

namespace detail {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
/// NumPy writes some hundred bytes; anything near this is not an array of numbers.
constexpr std::uint64_t longest_dictionary = 65535;
constexpr std::size_t most_axes = 64;

std::string read_text(ByteStream& stream, std::uint64_t size) {
  std::string text(static_cast<std::size_t>(size), '\0');
  stream.read(std::as_writable_bytes(std::span(text)));
  return text;
}

std::uint64_t read_little_endian(ByteStream& stream, int bytes) {
  std::uint64_t value = 0;
  const std::string text = read_text(stream, static_cast<std::uint64_t>(bytes));
  for (std::size_t i = text.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(text[i]);
  }
  return value;
}

/// Magic, version and length; leaves the stream at the dictionary and answers its length.
std::uint64_t read_preamble(ByteStream& stream) {
  const std::uint64_t size = std::min<std::uint64_t>(stream.remaining(), magic.size());
  if (read_text(stream, size) != magic) {
    throw format_error(stream.name(), 0, "expected a .npy file, which starts with \\x93NUMPY");
  }
  const std::uint64_t major = read_little_endian(stream, 1);
  const std::uint64_t minor = read_little_endian(stream, 1);
  if (major < 1 || major > 3 || minor != 0) {
    throw format_error(stream.name(), 6,
                       "expected format version 1.0, 2.0 or 3.0, got " + std::to_string(major) +
                           "." + std::to_string(minor));
  }
  const std::uint64_t length = read_little_endian(stream, major == 1 ? 2 : 4);
  if (length > longest_dictionary || length > stream.remaining()) {
    const auto most = std::min(longest_dictionary, stream.remaining());
    throw format_error(stream.name(), 8,
                       "expected a header of at most " + std::to_string(most) + " bytes, got " +
                           std::to_string(length));
  }
  return length;
}

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
      fail("expected a type such as '<f8', got '" + text + "'");
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

NpyType numeric_type(const NpyDescriptor& descriptor, const std::string& name) {
  for (std::size_t i = 0; i < type_facts.size(); ++i) {
    const TypeFacts& facts = type_facts[i];
    if (facts.kind == descriptor.kind && facts.size == descriptor.size) return NpyType(i);
  }
  throw format_error(name, std::string("type '") + descriptor.kind +
                               std::to_string(descriptor.size) +
                               "' is not supported; expected bool, an integer, float16 to float64 "
                               "or complex64 to complex128");
}

/// Refuses a shape that promises another number of values than the file holds.
void check_size(const NpyHeader& header, const ByteStream& stream) {
  const std::uint64_t item = bytes_of(header.type);
  const auto count = number_of_values(header.shape);
  if (!count || *count > std::numeric_limits<Index>::max() / item) {
    throw format_error(stream.name(), "the shape promises more than 2^63 bytes");
  }
  if (*count * item == stream.remaining()) return;
  throw format_error(stream.name(), stream.position(),
                     "expected " + std::to_string(*count * item) + " bytes (" +
                         std::to_string(*count) + " values of " +
                         std::string(to_string(header.type)) + "), got " +
                         std::to_string(stream.remaining()));
}

std::string format_shape(const Extents& shape) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    text += (axis == 0 ? "" : ", ") + std::to_string(shape[axis]);
  }
  return text + (shape.size() == 1 ? ",)" : ")");
}

}  // namespace

std::uint64_t bytes_of(NpyType type) {
  return facts_of(type).size;
}

std::optional<std::uint64_t> number_of_values(const Extents& shape) {
  std::uint64_t product = 1;
  bool empty = false;
  for (const Index extent : shape) {
    if (extent < 0) return std::nullopt;
    empty = empty || extent == 0;
    if (extent == 0) continue;
    const auto factor = static_cast<std::uint64_t>(extent);
    if (product > std::numeric_limits<Index>::max() / factor) return std::nullopt;
    product *= factor;
  }
  return empty ? 0 : product;
}

RawNpyHeader read_raw_npy_header(ByteStream& stream) {
  const std::uint64_t length = read_preamble(stream);
  const std::uint64_t first_byte = stream.position();
  const std::string text = read_text(stream, length);
  return DictionaryParser(text, stream.name(), first_byte).parse();
}

NpyHeader read_numeric_npy_header(ByteStream& stream) {
  RawNpyHeader raw = read_raw_npy_header(stream);
  NpyHeader header{numeric_type(raw.descriptor, stream.name()), raw.descriptor.byte_order,
                   raw.fortran_order, std::move(raw.shape), stream.position()};
  check_size(header, stream);
  return header;
}

std::string format_npy_header(std::string_view descriptor, const Extents& shape) {
  constexpr std::size_t preamble = 10;
  constexpr std::size_t alignment = 64;
  std::string text = "{'descr': '" + std::string(descriptor) +
                     "', 'fortran_order': False, 'shape': " + format_shape(shape) + ", }";
  // NumPy leaves room for the first extent to grow to 21 digits in place.
  if (!shape.empty()) text.append(21 - std::to_string(shape[0]).size(), ' ');
  const std::size_t used = preamble + text.size() + 1;
  text.append(alignment - used % alignment, ' ');
  text += '\n';
  std::string header(magic);
  header +=
      {'\1', '\0', static_cast<char>(text.size() & 0xff), static_cast<char>(text.size() >> 8)};
  return header + text;
}

}  // namespace detail
}  // namespace toeplix
