#pragma once

#include <toeplix/index.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace toeplix::detail {

/// Writes JSON, indented by two blanks; lists of plain numbers stay on one line. Numbers have the
/// shortest digits that read back the same; what is not finite is null.
class JsonWriter {
 public:
  void begin_object();
  void end_object();
  void begin_list();
  void end_list();
  /// The name of the next value of an object.
  void key(std::string_view name);

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(double number);
  void value(Index number);
  void value(bool truth);
  void value(const std::vector<Index>& numbers);
  void value(const std::vector<double>& numbers);
  template <class T>
  void value(const std::optional<T>& something) {
    if (something) return value(*something);
    null();
  }
  void null();

  template <class T>
  void member(std::string_view name, const T& content) {
    key(name);
    value(content);
  }

  /// All that was written, with a newline at the end.
  std::string finish() { return std::move(text_) + '\n'; }

 private:
  void begin_value();
  void begin_group(char opening);
  void end_group(char closing);
  void line();
  void append(double number);

  std::string text_;
  int depth_ = 0;
  bool first_ = true;       // of its group
  bool after_key_ = false;  // the value belongs on the line of its key
};

}  // namespace toeplix::detail
