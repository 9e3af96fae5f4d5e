#include <toeplix/error.hpp>
#include <toeplix/spec.hpp>

#include "reference/spec_hints.hpp"
#include "reference/spec_names.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <string>

namespace toeplix {

using detail::boundary_names;
using detail::NameTable;
using detail::operation_names;
using detail::order_names;
using detail::padding_rule_names;
using detail::weights_order_names;

namespace {

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const NameTable<Enum, N>& table, std::string_view name) {
  for (const auto& [entry_name, entry] : table) {
    if (entry_name == name) return entry;
  }
  return std::nullopt;
}

template <class Enum, std::size_t N>
std::string list_names(const NameTable<Enum, N>& table) {
  std::string names;
  for (const auto& [name, entry] : table) {
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

/// One `key=value` and where its value begins in the text, for messages.
struct Field {
  std::string_view key;
  std::string_view value;
  std::size_t byte;
};

[[noreturn]] void refuse(const Field& field, const std::string& why) {
  throw FormatError("spec text, byte " + std::to_string(field.byte) + ": " +
                    std::string(field.key) + "=" + std::string(field.value) + ": " + why);
}

[[noreturn]] void fail(const Field& field, const std::string& expected) {
  refuse(field, "expected " + expected);
}

Index parse_number(const Field& field, std::string_view text) {
  Index number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc::result_out_of_range) {
    fail(field, "integers that fit 64 bits, got '" + std::string(text) + "'");
  }
  if (error != std::errc() || stop != end) {
    fail(field, "integers separated by commas, got '" + std::string(text) + "'");
  }
  return number;
}

double parse_real(const Field& field) {
  if (field.value.starts_with('+')) {
    fail(field, "a number without a plus sign, got '" + std::string(field.value) + "'");
  }
  double number = 0;
  const char* end = field.value.data() + field.value.size();
  const auto [stop, error] = std::from_chars(field.value.data(), end, number);
  if (error == std::errc::result_out_of_range && stop == end) {
    fail(field, "0, or a number of a size from 4.9e-324 to 1.8e+308, got '" +
                    std::string(field.value) + "'");
  }
  if (error != std::errc() || stop != end) {
    fail(field, "one number, got '" + std::string(field.value) + "'");
  }
  return number;
}

/// Splits at every comma; an empty piece is a piece.
std::vector<std::string_view> split_list(std::string_view text) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const std::size_t comma = text.find(',');
    pieces.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return pieces;
    text.remove_prefix(comma + 1);
  }
}

std::vector<Index> parse_numbers(const Field& field) {
  std::vector<Index> numbers;
  for (const std::string_view piece : split_list(field.value)) {
    numbers.push_back(parse_number(field, piece));
  }
  return numbers;
}

/// `hint` says what somebody meant who wrote another word.
template <class Enum, std::size_t N>
Enum parse_name(const Field& field, const NameTable<Enum, N>& table, std::string_view text,
                std::string (*hint)(std::string_view)) {
  if (const auto found = find_name(table, text)) return *found;
  fail(field, "one of " + list_names(table) + ", got '" + std::string(text) + "'" + hint(text));
}

std::vector<Boundary> parse_boundaries(const Field& field) {
  std::vector<Boundary> boundaries;
  for (const std::string_view piece : split_list(field.value)) {
    boundaries.push_back(parse_name(field, boundary_names, piece, detail::hint_for_boundary));
  }
  return boundaries;
}

AxisPadding parse_axis_padding(const Field& field, std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    const Index both = parse_number(field, text);
    return {both, both};
  }
  return {parse_number(field, text.substr(0, colon)), parse_number(field, text.substr(colon + 1))};
}

bool begins_with_letter(std::string_view text) {
  const char first = text.empty() ? '0' : text[0];
  return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
}

Padding parse_padding(const Field& field) {
  const auto rule = find_name(padding_rule_names, field.value);
  const auto padding = rule ? detail::padding_by(*rule) : std::nullopt;
  if (padding) return *padding;
  if (begins_with_letter(field.value)) {
    fail(field, "numbers, lower:upper pairs, or one of " + list_names(padding_rule_names) +
                    detail::hint_for_padding(field.value));
  }
  std::vector<AxisPadding> sides;
  for (const std::string_view piece : split_list(field.value)) {
    sides.push_back(parse_axis_padding(field, piece));
  }
  return sides;
}

[[noreturn]] void refuse_key(const Field& field) {
  const std::string hint = detail::hint_for_key(field.key);
  if (hint.empty()) fail(field, "a known key: " + detail::known_keys());
  refuse(field, "no such key" + hint);
}

/// The keys that only one kind of spec has.
void assign_own(ConvolutionSpec& spec, const Field& field) {
  if (field.key == "input_dilation") {
    spec.input_dilation = parse_numbers(field);
  } else if (field.key == "padding_value") {
    spec.padding_value = parse_real(field);
  } else if (field.key == "output_padding") {
    fail(field, "the word 'transposed' in front; only a transposed convolution has this key" +
                    detail::instead_of_output_padding(parse_numbers(field)));
  } else if (field.key == "output") {
    fail(field,
         "the word 'transposed' in front; the output of a convolution follows from the others, and "
         "out is its channels");
  } else {
    refuse_key(field);
  }
}

void assign_own(TransposedConvolutionSpec& spec, const Field& field) {
  if (field.key == "output_padding") {
    spec.output_padding = parse_numbers(field);
  } else if (field.key == "output") {
    spec.output = parse_numbers(field);
  } else if (field.key == "input_dilation") {
    refuse(field, "a transposed convolution does not have this key; its stride spreads its input");
  } else if (field.key == "padding_value") {
    fail(field, "no word 'transposed' in front; only a convolution has this key");
  } else {
    refuse_key(field);
  }
}

template <class Spec>
void assign(Spec& spec, const Field& field) {
  const std::string_view key = field.key;
  if (key == "input") {
    spec.input = parse_numbers(field);
  } else if (key == "kernel") {
    spec.kernel = parse_numbers(field);
  } else if (key == "in") {
    spec.in_channels = parse_number(field, field.value);
  } else if (key == "out") {
    spec.out_channels = parse_number(field, field.value);
  } else if (key == "groups") {
    spec.groups = parse_number(field, field.value);
  } else if (key == "stride") {
    spec.stride = parse_numbers(field);
  } else if (key == "dilation") {
    spec.dilation = parse_numbers(field);
  } else if (key == "padding") {
    spec.padding = parse_padding(field);
  } else if (key == "boundary") {
    spec.boundary = parse_boundaries(field);
  } else if (key == "operation") {
    spec.operation = parse_name(field, operation_names, field.value, detail::hint_for_operation);
  } else if (key == "order") {
    spec.order = parse_name(field, order_names, field.value, detail::hint_for_order);
  } else if (key == "weights_order") {
    spec.weights_order =
        parse_name(field, weights_order_names, field.value, detail::hint_for_weights_order);
  } else {
    assign_own(spec, field);
  }
}

/// Walks over blank-separated words of a text, knowing the byte at which each begins.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  std::optional<std::string_view> next() {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = text_.find_first_not_of(blanks, position_);
    if (begin == std::string_view::npos) return std::nullopt;
    const std::size_t end = std::min(text_.find_first_of(blanks, begin), text_.size());
    byte_ = begin;
    position_ = end;
    return text_.substr(begin, end - begin);
  }

  /// Where the last word began.
  std::size_t byte() const { return byte_; }

 private:
  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t byte_ = 0;
};

Field split_field(std::string_view word, std::size_t byte) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) {
    throw FormatError("spec text, byte " + std::to_string(byte) + ": expected key=value, got '" +
                      std::string(word) + "'" + detail::hint_for_word(word));
  }
  return {word.substr(0, equals), word.substr(equals + 1), byte + equals + 1};
}

template <class Spec>
Spec parse_fields(Words words, std::optional<std::string_view> word) {
  Spec spec{.input = {}, .kernel = {}};
  std::set<std::string_view> seen;
  for (; word; word = words.next()) {
    const Field field = split_field(*word, words.byte());
    assign(spec, field);
    if (!seen.insert(field.key).second) fail(field, "each key once");
  }
  for (const std::string_view key : {"input", "kernel"}) {
    if (!seen.contains(key)) {
      throw FormatError("spec text: " + std::string(key) + " is missing: expected " +
                        std::string(key) + "=<one extent per axis>");
    }
  }
  return spec;
}

}  // namespace

AnySpec parse_spec(std::string_view text) {
  Words words(text);
  const auto first = words.next();
  if (first == "transposed") {
    const auto second = words.next();
    return parse_fields<TransposedConvolutionSpec>(words, second);
  }
  return parse_fields<ConvolutionSpec>(words, first);
}

ConvolutionSpec parse_convolution(std::string_view text) {
  const AnySpec spec = parse_spec(text);
  if (const auto* convolution = std::get_if<ConvolutionSpec>(&spec)) return *convolution;
  throw FormatError("spec text, byte 0: expected a convolution, got 'transposed'");
}

TransposedConvolutionSpec parse_transposed_convolution(std::string_view text) {
  const AnySpec spec = parse_spec(text);
  if (const auto* transposed = std::get_if<TransposedConvolutionSpec>(&spec)) return *transposed;
  throw FormatError("spec text, byte 0: expected the word 'transposed' first");
}

}  // namespace toeplix
