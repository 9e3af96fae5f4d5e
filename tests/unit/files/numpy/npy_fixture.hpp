#pragma once

#include <toeplix/files/npy.hpp>

#include "support/format_bytes.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace npy_test {

using namespace format_test;
using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::NpyArray;
using toeplix::NumberType;

/// A file of version 1.0 whose dictionary is not padded.
inline std::string npy(const std::string& dictionary, std::string_view values) {
  std::string file = "\x93NUMPY";
  file += {'\1', '\0', static_cast<char>(dictionary.size() & 0xff),
           static_cast<char>(dictionary.size() >> 8)};
  return file + dictionary + std::string(values);
}

inline std::string dictionary(const std::string& descriptor, const std::string& shape,
                              const std::string& fortran_order = "False") {
  return "{'descr': '" + descriptor + "', 'fortran_order': " + fortran_order +
         ", 'shape': " + shape + ", }";
}

template <class T>
NpyArray<T> parse(const std::string& file) {
  return toeplix::parse_npy<T>(to_bytes(file), "a.npy");
}

template <class T>
std::vector<T> parse_values(const std::string& descriptor, const std::string& shape,
                            std::string_view values) {
  return parse<T>(npy(dictionary(descriptor, shape), values)).values;
}

inline std::string parse_failure(const std::string& file) {
  return message_of([&] { parse<double>(file); });
}

template <class T>
std::string conversion_failure(const std::string& descriptor, std::string_view value) {
  return message_of([&] { return parse_values<T>(descriptor, "(1,)", value); });
}

template <class T>
std::string raw(T value) {
  const auto bytes = std::bit_cast<std::array<char, sizeof(T)>>(value);
  return {bytes.data(), bytes.size()};
}

template <class T>
void check_round_trip(const std::vector<T>& values) {
  const Extents shape{static_cast<toeplix::Index>(values.size()), 1};
  const auto result = toeplix::parse_npy<T>(toeplix::format_npy(shape, values), "a.npy");
  BOOST_TEST(result.shape == shape);
  BOOST_TEST(std::equal(result.values.begin(), result.values.end(), values.begin(), values.end(),
                        [](const T& a, const T& b) { return raw(a) == raw(b); }));
}

}  // namespace npy_test
