#pragma once

#include "support/format_bytes.hpp"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

/// MATLAB 5 files made by hand.
namespace mat_test {

using format_test::Bytes;
using format_test::to_bytes;

/// Writes the format by hand, in either byte order.
class Builder {
 public:
  explicit Builder(std::endian order = std::endian::little) : order_(order) {}

  template <class T>
  Bytes number(T value) const {
    Bytes bytes(sizeof(T));
    std::memcpy(bytes.data(), &value, sizeof(T));
    if (order_ != std::endian::native) std::reverse(bytes.begin(), bytes.end());
    return bytes;
  }

  template <class T>
  Bytes element(int type, const std::vector<T>& values) const {
    Bytes content;
    for (const T value : values) join(content, number(value));
    return wrap(type, content);
  }

  /// Tag, content, padding.
  Bytes wrap(int type, const Bytes& content) const {
    Bytes bytes = number<std::int32_t>(type);
    join(bytes, number(static_cast<std::int32_t>(content.size())));
    join(bytes, content);
    bytes.resize((bytes.size() + 7) / 8 * 8);
    return bytes;
  }

  /// At most four bytes, in the tag.
  Bytes small(int type, const Bytes& content) const {
    Bytes bytes =
        number(static_cast<std::uint32_t>(content.size() << 16 | static_cast<unsigned>(type)));
    join(bytes, content);
    bytes.resize(8);
    return bytes;
  }

  Bytes file(const std::vector<Bytes>& variables) const {
    Bytes bytes = to_bytes("MATLAB 5.0 MAT-file, by hand");
    bytes.resize(124);
    join(bytes, number<std::uint16_t>(0x0100));
    join(bytes, number<std::uint16_t>('M' << 8 | 'I'));
    for (const Bytes& variable : variables) join(bytes, variable);
    return bytes;
  }

  static void join(Bytes& bytes, const Bytes& more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  }

 private:
  std::endian order_;
};

/// The elements of [[0, 3], [2, 0], [0, 5]] as a sparse variable, each of which can be another.
struct Parts {
  explicit Parts(const Builder& b = Builder(), const std::string& text = "A")
      : builder(b),
        flags(b.element<std::uint32_t>(6, {5, 3})),
        dimensions(b.element<std::int32_t>(5, {3, 2})),
        name(b.small(1, to_bytes(text))),
        indices(b.element<std::int32_t>(5, {1, 0, 2})),
        pointers(b.element<std::int32_t>(5, {0, 1, 3})),
        values(b.element<double>(9, {2, 3, 5})) {}

  Bytes variable() const {
    Bytes content;
    for (const Bytes& part : {flags, dimensions, name, indices, pointers, values, imaginary}) {
      Builder::join(content, part);
    }
    return builder.wrap(14, content);
  }
  Bytes file() const { return builder.file({variable()}); }

  Builder builder;
  Bytes flags;
  Bytes dimensions;
  Bytes name;
  Bytes indices;
  Bytes pointers;
  Bytes values;
  Bytes imaginary = {};
};

inline Bytes deflated(const Builder& builder, const Bytes& variable) {
  uLongf size = ::compressBound(static_cast<uLong>(variable.size()));
  Bytes packed(size);
  ::compress(reinterpret_cast<Bytef*>(packed.data()), &size,
             reinterpret_cast<const Bytef*>(variable.data()), static_cast<uLong>(variable.size()));
  packed.resize(size);
  Bytes bytes = builder.number<std::int32_t>(15);
  Builder::join(bytes, builder.number(static_cast<std::int32_t>(size)));
  Builder::join(bytes, packed);
  return bytes;
}

}  // namespace mat_test
