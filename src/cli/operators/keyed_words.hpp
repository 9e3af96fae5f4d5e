#pragma once

#include "cli/arguments.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace toeplix::cli {

/// A key of another program, in small letters and with underscores, and what is meant here.
struct KeySynonym {
  std::string_view theirs;
  std::string_view ours;
};

/// The keys that a command takes.
struct KnownKeys {
  std::string_view command;                           ///< for messages
  std::span<const std::string_view> of_spec;          ///< with the same meaning as in a SPEC
  std::span<const std::string_view> of_command = {};  ///< its own
  std::span<const KeySynonym> synonyms = {};
};

/// One value stands for all axes, as `stride` does in a SPEC.
template <class T>
std::vector<T> one_per_axis(std::vector<T> values, std::size_t axes) {
  if (values.size() == 1) values.resize(axes, values.front());
  return values;
}

/// Words `key=value` of a command that works on images without a kernel of weights. Everything here
/// throws UsageError with the word, what is wrong with it and what was expected.
class KeyedWords {
 public:
  /// Takes the words apart. Refuses what is not `key=value`, unknown keys, and keys that stand
  /// twice.
  KeyedWords(const std::vector<std::string>& words, const KnownKeys& keys);

  /// What a SPEC has in common with this command, read as every SPEC is; `more` are words that it
  /// needs besides. Nothing of the geometry is checked.
  [[nodiscard]] ConvolutionSpec spec(std::vector<std::string> more = {}) const;

  [[nodiscard]] bool has(std::string_view key) const { return value(key).has_value(); }
  /// `true` or `false`.
  [[nodiscard]] bool truth(std::string_view key, bool otherwise) const;
  /// Numbers separated by commas; empty if the key is not there. `Number` is Index, float or
  /// double.
  template <class Number>
  [[nodiscard]] std::vector<Number> numbers(std::string_view key) const;

  /// One number.
  [[nodiscard]] double number(std::string_view key, double otherwise) const;

  /// One of some words.
  template <class T, std::size_t N>
  [[nodiscard]] T choice(std::string_view key,
                         const std::array<std::pair<std::string_view, T>, N>& choices,
                         T otherwise) const {
    const auto word = value(key);
    if (!word) return otherwise;
    std::vector<std::string_view> names;
    for (const auto& [name, choice] : choices) {
      if (name == *word) return choice;
      names.push_back(name);
    }
    refuse_choice(key, *word, names);
  }

 private:
  [[nodiscard]] std::optional<std::string_view> value(std::string_view key) const;
  [[noreturn]] static void refuse_choice(std::string_view key, std::string_view word,
                                         std::span<const std::string_view> choices);

  std::vector<std::string> of_spec_;
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace toeplix::cli
