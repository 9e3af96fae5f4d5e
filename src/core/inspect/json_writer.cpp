#include "core/inspect/json_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace toeplix::detail {

void JsonWriter::line() {
  text_ += '\n';
  text_.append(static_cast<std::size_t>(2 * depth_), ' ');
}

void JsonWriter::begin_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!first_) text_ += ',';
  if (depth_ > 0) line();
  first_ = false;
}

void JsonWriter::begin_group(char opening) {
  begin_value();
  text_ += opening;
  ++depth_;
  first_ = true;
}

void JsonWriter::end_group(char closing) {
  --depth_;
  if (!first_) line();
  text_ += closing;
  first_ = false;
}

void JsonWriter::begin_object() {
  begin_group('{');
}
void JsonWriter::end_object() {
  end_group('}');
}
void JsonWriter::begin_list() {
  begin_group('[');
}
void JsonWriter::end_list() {
  end_group(']');
}

void JsonWriter::key(std::string_view name) {
  value(name);
  text_ += ": ";
  after_key_ = true;
}

void JsonWriter::value(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  begin_value();
  text_ += '"';
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      text_ += '\\';
      text_ += letter;
    } else if (code < 0x20) {
      text_ += "\\u00";
      text_ += digits[code >> 4];
      text_ += digits[code & 15];
    } else {
      text_ += letter;
    }
  }
  text_ += '"';
}

void JsonWriter::append(double number) {
  if (!std::isfinite(number)) {
    text_ += "null";
    return;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text_.append(digits.data(), end);
}

void JsonWriter::value(double number) {
  begin_value();
  append(number);
}

void JsonWriter::value(Index number) {
  begin_value();
  text_ += std::to_string(number);
}

void JsonWriter::value(bool truth) {
  begin_value();
  text_ += truth ? "true" : "false";
}

void JsonWriter::null() {
  begin_value();
  text_ += "null";
}

void JsonWriter::value(const std::vector<Index>& numbers) {
  begin_value();
  text_ += '[';
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    text_ += (i == 0 ? "" : ", ") + std::to_string(numbers[i]);
  }
  text_ += ']';
}

void JsonWriter::value(const std::vector<double>& numbers) {
  begin_value();
  text_ += '[';
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) text_ += ", ";
    append(numbers[i]);
  }
  text_ += ']';
}

}  // namespace toeplix::detail
