#include "files/numpy/npy_header.hpp"

#include "files/bytes/shown_name.hpp"
#include "files/numpy/npy_dictionary.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace toeplix::detail {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
/// NumPy writes some hundred bytes; anything near this is not an array of numbers.
constexpr std::uint64_t longest_dictionary = 65535;

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

NumberType numeric_type(const NpyDescriptor& descriptor, const std::string& name) {
  if (const auto type = find_number_type(descriptor.kind, descriptor.size)) return *type;
  throw format_error(name, "type " +
                               quoted_name(descriptor.kind + std::to_string(descriptor.size)) +
                               " is not supported; expected bool, an integer, float16 to float64 "
                               "or complex64 to complex128");
}

/// Refuses a shape that promises another number of values than the file holds.
void check_size(const NpyHeader& header, const ByteStream& stream) {
  const std::uint64_t bytes = value_bytes(header);
  if (bytes == stream.remaining()) return;
  throw format_error(stream.name(), stream.position(),
                     "expected " + std::to_string(bytes) + " bytes (" +
                         std::to_string(bytes / bytes_of(header.type)) + " values of " +
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
  return parse_npy_dictionary(text, stream.name(), first_byte);
}

std::uint64_t value_bytes(const NpyHeader& header) {
  return *number_of_values(header.shape) * bytes_of(header.type);
}

NpyHeader read_header_alone(ByteStream& stream) {
  RawNpyHeader raw = read_raw_npy_header(stream);
  NpyHeader header{numeric_type(raw.descriptor, stream.name()), raw.descriptor.byte_order,
                   raw.fortran_order, std::move(raw.shape), stream.position()};
  const auto count = number_of_values(header.shape);
  if (!count || *count > std::numeric_limits<Index>::max() / bytes_of(header.type)) {
    throw format_error(stream.name(), "the shape promises more than 2^63 bytes");
  }
  return header;
}

NpyHeader read_numeric_npy_header(ByteStream& stream) {
  NpyHeader header = read_header_alone(stream);
  check_size(header, stream);
  return header;
}

std::string npy_descriptor(NumberType type) {
  constexpr bool little = std::endian::native == std::endian::little;
  const char order = bytes_of(type) == 1 ? '|' : little ? '<' : '>';
  return order + short_name(type);
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

}  // namespace toeplix::detail
