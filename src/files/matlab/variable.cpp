#include "files/matlab/variable.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>

namespace toeplix::detail {
namespace {

/// More than MATLAB has.
constexpr std::uint64_t longest_name = 4096;
constexpr std::uint64_t most_dimensions = 64;

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

}  // namespace

std::uint32_t load_word(const std::byte* from, std::endian order) {
  std::array<std::byte, 4> bytes;
  std::memcpy(bytes.data(), from, bytes.size());
  if (order != std::endian::native) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<std::uint32_t>(bytes);
}

void MatlabVariable::read_description() {
  read_flags(*this);
  const std::uint32_t kind = flags & mat::class_mask;
  if (kind == 0 || kind > mat::last_plain_class) return;
  read_dimensions(*this);
  read_name(*this);
}

bool MatlabVariable::continues_as_sparse() {
  if (dimensions.size() != 2) return false;
  const auto pass_by = [this](const MatlabElement& element) {
    skip(element.size);
    skip_padding(element.padding);
  };
  const MatlabElement indices = next_element();
  if (indices.type != mat::mi_int32) return false;
  pass_by(indices);
  const MatlabElement pointers = next_element();
  const std::uint64_t columns = pointers.size / 4 - 1;
  if (pointers.type != mat::mi_int32 || columns != static_cast<std::uint64_t>(dimensions[1])) {
    return false;
  }
  pass_by(pointers);
  const MatlabElement values = next_element();
  return stream->remaining() <= values.size + values.padding;
}

std::optional<NumberType> MatlabVariable::number_type() const {
  // In the order of MATLAB's classes.
  constexpr std::array<NumberType, 10> types{
      NumberType::float64, NumberType::float32, NumberType::int8,  NumberType::uint8,
      NumberType::int16,   NumberType::uint16,  NumberType::int32, NumberType::uint32,
      NumberType::int64,   NumberType::uint64};
  static_assert(types.size() == mat::class_uint64 - mat::class_double + 1);
  const std::uint32_t kind = flags & mat::class_mask;
  if (kind < mat::class_double || kind > mat::class_uint64 || is_octaves_sparse) {
    return std::nullopt;
  }
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

}  // namespace toeplix::detail
