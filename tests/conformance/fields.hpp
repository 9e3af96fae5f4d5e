#pragma once

#include "case.hpp"

#include <nlohmann/json.hpp>

namespace toeplix::conformance {

/// The keys of a case.json, whose types are checked; the description must outlive this.
/// Errors are CaseErrors that name the key.
class Fields {
 public:
  explicit Fields(const nlohmann::json& description) : json_(description) {
    if (!json_.is_object()) throw CaseError("expected an object");
  }

  /// Whether a key is there and not null.
  bool has(const char* key) const { return json_.contains(key) && !json_.at(key).is_null(); }

  bool is_text(const char* key) const { return at(key).is_string(); }
  std::string text(const char* key) const {
    const nlohmann::json& value = at(key);
    if (!value.is_string()) fail(key, "a text");
    return value.get<std::string>();
  }
  double number(const char* key) const {
    const nlohmann::json& value = at(key);
    if (!value.is_number()) fail(key, "a number");
    return value.get<double>();
  }
  Index whole(const char* key) const {
    const nlohmann::json& value = at(key);
    if (!is_whole(value)) fail(key, "a whole number");
    return value.get<Index>();
  }
  /// true, false, 1 or 0.
  bool truth(const char* key) const {
    const nlohmann::json& value = at(key);
    if (value.is_boolean()) return value.get<bool>();
    const Index number = whole(key);
    if (number != 0 && number != 1) fail(key, "0 or 1");
    return number == 1;
  }
  /// Whole numbers, `count` of them.
  Extents wholes(const char* key, std::size_t count) const {
    Extents numbers;
    for (const nlohmann::json& value : list(key, count)) {
      if (!is_whole(value)) fail(key, "whole numbers");
      numbers.push_back(value.get<Index>());
    }
    return numbers;
  }
  std::vector<double> numbers(const char* key, std::size_t count) const {
    std::vector<double> numbers;
    for (const nlohmann::json& value : list(key, count)) {
      if (!value.is_number()) fail(key, "numbers");
      numbers.push_back(value.get<double>());
    }
    return numbers;
  }
  /// All begins, then all ends.
  std::vector<AxisPadding> pads(const char* key, std::size_t axes) const {
    const Extents numbers = wholes(key, 2 * axes);
    std::vector<AxisPadding> sides;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      sides.push_back({numbers[axis], numbers[axes + axis]});
    }
    return sides;
  }
  /// One of the names in `choices`.
  template <class T>
  T choice(const char* key, std::initializer_list<std::pair<const char*, T>> choices) const {
    const std::string name = text(key);
    std::string known;
    for (const auto& [choice, value] : choices) {
      if (name == choice) return value;
      known += std::string(known.empty() ? "" : ", ") + choice;
    }
    throw CaseError("" + std::string(key) + " is \"" + name + "\"; expected one of " + known);
  }

 private:
  /// No case has larger numbers, and sums and products of two of them fit 64 bits.
  static bool is_whole(const nlohmann::json& value) {
    if (!value.is_number_integer()) return false;
    const double number = value.get<double>();
    return number >= -0x1p30 && number <= 0x1p30;
  }
  const nlohmann::json& at(const char* key) const {
    if (!has(key)) throw CaseError("key " + std::string(key) + " is missing");
    return json_.at(key);
  }
  const nlohmann::json& list(const char* key, std::size_t count) const {
    const nlohmann::json& value = at(key);
    if (!value.is_array() || value.size() != count) {
      fail(key, "a list of " + std::to_string(count));
    }
    return value;
  }
  [[noreturn]] void fail(const char* key, const std::string& expected) const {
    throw CaseError("" + std::string(key) + " is " + json_.at(key).dump() + "; expected " +
                    expected);
  }

  const nlohmann::json& json_;
};

}  // namespace toeplix::conformance
