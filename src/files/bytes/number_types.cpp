#include "files/bytes/number_types.hpp"

#include <array>
#include <cstddef>

namespace toeplix {
namespace {

struct TypeFacts {
  std::string_view name;
  char letter;
  std::uint64_t bytes;
};

/// In the order of `NumberType`.
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

const TypeFacts& facts_of(NumberType type) {
  return type_facts[static_cast<std::size_t>(type)];
}

}  // namespace

std::string_view to_string(NumberType type) {
  return facts_of(type).name;
}

namespace detail {

char letter_of(NumberType type) {
  return facts_of(type).letter;
}

std::uint64_t bytes_of(NumberType type) {
  return facts_of(type).bytes;
}

std::string short_name(NumberType type) {
  return letter_of(type) + std::to_string(bytes_of(type));
}

std::optional<NumberType> find_number_type(char letter, std::uint64_t bytes) {
  for (std::size_t i = 0; i < type_facts.size(); ++i) {
    if (type_facts[i].letter == letter && type_facts[i].bytes == bytes) return NumberType(i);
  }
  return std::nullopt;
}

}  // namespace detail
}  // namespace toeplix
