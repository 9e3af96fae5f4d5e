#include "files/matlab/variable.hpp"

#include "files/bytes/deflate.hpp"
#include "files/matlab/other_formats.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace toeplix::detail {
namespace {

/// No deflate data become more than this many times their size.
constexpr std::uint64_t deflate_limit = 1032;
/// More than MATLAB has.
constexpr std::uint64_t longest_name = 4096;
constexpr std::uint64_t most_dimensions = 64;

std::uint32_t load_word(const std::byte* from, std::endian order) {
  std::array<std::byte, 4> bytes;
  std::memcpy(bytes.data(), from, bytes.size());
  if (order != std::endian::native) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<std::uint32_t>(bytes);
}

std::uint32_t read_word(ByteStream& stream, std::endian order) {
  std::array<std::byte, 4> bytes;
  stream.read(bytes);
  return load_word(bytes.data(), order);
}

std::optional<NumberType> type_of(std::uint32_t element_type) {
  switch (element_type) {
    case mat::mi_int8:
      return NumberType::int8;
    case mat::mi_uint8:
      return NumberType::uint8;
    case mat::mi_int16:
      return NumberType::int16;
    case mat::mi_uint16:
      return NumberType::uint16;
    case mat::mi_int32:
      return NumberType::int32;
    case mat::mi_uint32:
      return NumberType::uint32;
    case mat::mi_single:
      return NumberType::float32;
    case mat::mi_double:
      return NumberType::float64;
    case mat::mi_int64:
      return NumberType::int64;
    case mat::mi_uint64:
      return NumberType::uint64;
    default:
      return std::nullopt;
  }
}

void read_flags(MatlabVariable& variable) {
  const MatlabElement element = variable.next_element();
  if (element.type != mat::mi_uint32 || element.size != 8) {
    throw format_error(variable.stream->name(), variable.stream->position(),
                       "expected the flags of an array");
  }
  variable.flags = read_word(*variable.stream, variable.byte_order);
  variable.skip(4);
}

void read_dimensions(MatlabVariable& variable) {
  const MatlabElement element = variable.next_element();
  const std::uint64_t count = element.size / 4;
  const bool is_signed = element.type == mat::mi_int32;
  if ((!is_signed && element.type != mat::mi_uint32) || element.size % 4 != 0 || count < 2 ||
      count > most_dimensions) {
    throw format_error(variable.stream->name(), variable.stream->position(),
                       "expected the dimensions of an array");
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t at = variable.stream->position();
    const std::uint32_t word = read_word(*variable.stream, variable.byte_order);
    const Index extent = is_signed ? Index{static_cast<std::int32_t>(word)} : Index{word};
    if (extent < 0) {
      throw format_error(variable.stream->name(), at,
                         "expected an extent from 0 on, got " + std::to_string(extent));
    }
    variable.dimensions.push_back(extent);
  }
  variable.skip_padding(element.padding);
}

void read_name(MatlabVariable& variable) {
  const MatlabElement element = variable.next_element();
  const bool is_text =
      element.type == mat::mi_int8 || element.type == mat::mi_uint8 || element.type == mat::mi_utf8;
  if (!is_text || element.size > longest_name) {
    throw format_error(variable.stream->name(), variable.stream->position(),
                       "expected the name of a variable");
  }
  variable.name.resize(static_cast<std::size_t>(element.size));
  variable.stream->read(std::as_writable_bytes(std::span(variable.name)));
  variable.skip_padding(element.padding);
}

/// Flags, dimensions and name; not those of a variable that is laid out in another way.
void read_description(MatlabVariable& variable) {
  read_flags(variable);
  const std::uint32_t kind = variable.flags & mat::class_mask;
  if (kind == 0 || kind > mat::last_plain_class) return;
  read_dimensions(variable);
  read_name(variable);
}

}  // namespace

std::optional<NumberType> MatlabVariable::number_type() const {
  // In the order of MATLAB's classes.
  constexpr std::array<NumberType, 10> types{
      NumberType::float64, NumberType::float32, NumberType::int8,  NumberType::uint8,
      NumberType::int16,   NumberType::uint16,  NumberType::int32, NumberType::uint32,
      NumberType::int64,   NumberType::uint64};
  static_assert(types.size() == mat::class_uint64 - mat::class_double + 1);
  const std::uint32_t kind = flags & mat::class_mask;
  if (kind < mat::class_double || kind > mat::class_uint64) return std::nullopt;
  return is_logical() ? NumberType::boolean : types[kind - mat::class_double];
}

MatlabElement MatlabVariable::next_element() {
  const std::uint64_t at = stream->position();
  const std::uint32_t word = read_word(*stream, byte_order);
  const std::uint32_t small_size = word >> 16;
  MatlabElement element{word & 0xffff, small_size, 4 - small_size};
  if (small_size > 4) {
    throw format_error(
        stream->name(), at,
        "expected at most 4 bytes in a small element, got " + std::to_string(small_size));
  }
  if (small_size == 0) {
    element = {word, read_word(*stream, byte_order), 0};
    element.padding = mat::padding_of(element.size);
  }
  if (element.size > stream->remaining()) {
    throw format_error(stream->name(), at,
                       "an element of " + std::to_string(element.size) + " bytes, but only " +
                           std::to_string(stream->remaining()) + " are left");
  }
  return element;
}

void MatlabVariable::skip_padding(std::uint64_t bytes) {
  skip(std::min(bytes, stream->remaining()));
}

void MatlabVariable::skip(std::uint64_t bytes) {
  std::array<std::byte, 4096> buffer;
  while (bytes > 0) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, buffer.size()));
    stream->read(std::span(buffer).first(count));
    bytes -= count;
  }
}

MatlabArray MatlabVariable::next_array(const char* what) {
  const std::uint64_t at = stream->position();
  return array_of(next_element(), at, what);
}

MatlabArray MatlabVariable::next_values(const char* what, Index entries, Index places) {
  const std::uint64_t at = stream->position();
  MatlabElement element = next_element();
  const bool are_bytes = element.size == static_cast<std::uint64_t>(places) ||
                         element.size < 8 * static_cast<std::uint64_t>(entries);
  if (is_logical() && element.type == mat::mi_double && are_bytes) element.type = mat::mi_uint8;
  return array_of(element, at, what);
}

MatlabArray MatlabVariable::array_of(const MatlabElement& element, std::uint64_t begin,
                                     const char* what) const {
  const auto type = type_of(element.type);
  if (!type || element.size % bytes_of(*type) != 0) {
    throw format_error(stream->name(), begin, "expected the numbers of " + std::string(what));
  }
  const auto count = static_cast<Index>(element.size / bytes_of(*type));
  return {{*type, byte_order}, count, stream->position(), element.padding};
}

MatlabFile::MatlabFile(const ByteSource& source) : source_(source) {
  std::array<std::byte, mat::header_size> header{};
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(source.size(), header.size()));
  source.read_at(0, std::span(header).first(size));
  const auto number = [&](std::size_t begin, std::size_t high) {
    return std::to_integer<unsigned>(header[begin + high]) << 8 |
           std::to_integer<unsigned>(header[begin + 1 - high]);
  };
  const bool little = number(mat::order_begin, 1) == mat::order_mark;
  const bool big = number(mat::order_begin, 0) == mat::order_mark;
  byte_order_ = little ? std::endian::little : std::endian::big;
  const unsigned version = number(mat::version_begin, little ? 1 : 0);
  if ((little || big) && version == mat::version5) return;
  if ((little || big) && version == mat::version73) {
    throw format_error(source.name(), mat::version_begin,
                       "expected a MATLAB 5 file, got MATLAB 7.3, which is HDF5; save it with -v7");
  }
  if (const std::string_view other = other_format(std::span(header).first(size)); !other.empty()) {
    throw format_error(source.name(), "expected a MATLAB 5 file, got " + std::string(other) +
                                          "; save it with -v7");
  }
  if (size == header.size()) {
    throw format_error(source.name(), mat::version_begin, "expected a MATLAB 5 file (.mat)");
  }
  throw format_error(source.name(),
                     "expected a MATLAB 5 file (.mat), got " + std::to_string(size) + " bytes");
}

std::optional<MatlabVariable> MatlabFile::next() {
  const std::uint64_t begin = position_;
  if (begin == source_.size()) return std::nullopt;
  std::array<std::byte, 8> tag;
  source_.read_at(begin, tag);
  const std::uint32_t type = load(tag.data());
  const std::uint64_t size = load(tag.data() + 4);
  if (type != mat::mi_matrix && type != mat::mi_compressed) {
    throw format_error(source_.name(), begin,
                       "expected a variable, got an element of type " + std::to_string(type));
  }
  if (size > source_.size() - begin - tag.size()) {
    throw format_error(
        source_.name(), begin,
        "a variable of " + std::to_string(size) + " bytes does not fit into the file");
  }
  position_ = begin + tag.size() + size;
  MatlabVariable variable{nullptr, byte_order_, {}, {}};
  try {
    describe(variable, type, begin, size);
  } catch (const FormatError& error) {
    variable.problem = error.what();
  }
  return variable;
}

void MatlabFile::describe(MatlabVariable& variable, std::uint32_t type, std::uint64_t begin,
                          std::uint64_t size) const {
  constexpr std::uint64_t tag_size = 8;
  if (type == mat::mi_compressed) {
    variable.stream = open_compressed(begin + tag_size, size);
  } else {
    variable.stream =
        std::make_unique<SectionStream>(source_, name_of(begin), begin + tag_size, size);
  }
  if (variable.stream->remaining() > 0) read_description(variable);
}

std::string MatlabFile::name_of(std::uint64_t begin) const {
  return source_.name() + ": variable at byte " + std::to_string(begin);
}

/// The content of the one variable that is compressed there, after its tag.
std::unique_ptr<ByteStream> MatlabFile::open_compressed(std::uint64_t begin,
                                                        std::uint64_t size) const {
  const std::string name = name_of(begin - 8);
  const auto inflate = [&](std::uint64_t inflated) {
    return std::make_unique<InflateStream>(
        std::make_unique<SectionStream>(source_, name, begin, size), inflated);
  };
  std::array<std::byte, 8> tag;
  inflate(tag.size())->read(tag);
  const std::uint64_t content = load(tag.data() + 4);
  if (load(tag.data()) != mat::mi_matrix) {
    throw format_error(name, "expected a variable in the compressed data");
  }
  if (content / deflate_limit > size) {
    throw format_error(name, "promises " + std::to_string(content) + " bytes from " +
                                 std::to_string(size) + ", more than deflate can hold");
  }
  auto stream = inflate(tag.size() + content);
  stream->read(tag);
  return stream;
}

std::uint32_t MatlabFile::load(const std::byte* from) const {
  return load_word(from, byte_order_);
}

}  // namespace toeplix::detail
