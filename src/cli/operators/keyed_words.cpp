#include "cli/operators/keyed_words.hpp"

#include "cli/words.hpp"
#include "reference/nearest_word.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <concepts>

namespace toeplix::cli {
namespace {

/// In small letters, and with underscores.
std::string plain(std::string_view word) {
  std::string text(word);
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    if (letter == '-') letter = '_';
  }
  return text;
}

std::vector<std::string_view> all_keys(const KnownKeys& keys) {
  std::vector<std::string_view> all(keys.of_spec.begin(), keys.of_spec.end());
  all.insert(all.end(), keys.of_command.begin(), keys.of_command.end());
  return all;
}

[[noreturn]] void refuse_key(const std::string& word, std::string_view key, const KnownKeys& keys) {
  const std::vector<std::string_view> all = all_keys(keys);
  const std::string small = plain(key);
  const auto synonym = std::ranges::find(keys.synonyms, small, &KeySynonym::theirs);
  const std::string_view meant =
      synonym != keys.synonyms.end() ? synonym->ours : detail::nearest_word(small, all);
  if (!meant.empty()) {
    throw UsageError(
        fmt::format("SPEC: {}: {} has no such key; did you mean {}?", word, keys.command, meant));
  }
  throw UsageError(fmt::format("SPEC: {}: {} has no such key; expected one of {}", word,
                               keys.command, fmt::join(all, ", ")));
}

/// What is expected in place of a word that is no number.
template <class Number>
std::string expected_numbers(std::string_view word) {
  const std::string whole = std::integral<Number> ? "whole " : "";
  if (word.starts_with('+')) return whole + "numbers without a plus sign";
  if (!is_out_of_range<Number>(word)) return whole + "numbers separated by commas";
  return fmt::format("{}numbers that {}-bit {} hold", whole, 8 * sizeof(Number),
                     std::integral<Number> ? "integers" : "floats");
}

bool contains(std::span<const std::string_view> keys, std::string_view key) {
  return std::ranges::find(keys, key) != keys.end();
}

}  // namespace

KeyedWords::KeyedWords(const std::vector<std::string>& words, const KnownKeys& keys) {
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == word.npos) {
      throw UsageError("SPEC: expected key=value, got '" + word + "'" +
                       (plain(word).starts_with("transpose") ? "; did you mean --transpose?" : ""));
    }
    const std::string key = word.substr(0, equals);
    const bool of_spec = contains(keys.of_spec, key);
    if (!of_spec && !contains(keys.of_command, key)) refuse_key(word, key, keys);
    if (has(key)) throw UsageError("SPEC: " + word + ": expected each key once");
    if (of_spec) of_spec_.push_back(word);
    values_.emplace_back(key, word.substr(equals + 1));
  }
}

ConvolutionSpec KeyedWords::spec(std::vector<std::string> more) const {
  more.insert(more.begin(), of_spec_.begin(), of_spec_.end());
  return std::get<ConvolutionSpec>(parse_words(more));
}

std::optional<std::string_view> KeyedWords::value(std::string_view key) const {
  const auto found = std::ranges::find(values_, key, [](const auto& pair) { return pair.first; });
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

bool KeyedWords::truth(std::string_view key, bool otherwise) const {
  constexpr std::array<std::pair<std::string_view, bool>, 2> choices{
      {{"false", false}, {"true", true}}};
  return choice(key, choices, otherwise);
}

template <class Number>
std::vector<Number> KeyedWords::numbers(std::string_view key) const {
  std::vector<Number> numbers;
  const auto text = value(key);
  if (!text) return numbers;
  for (const std::string_view word : split(*text, ',')) {
    const auto number = number_of<Number>(word);
    if (!number) {
      throw UsageError(fmt::format("SPEC: {}={}: expected {}, got '{}'", key, *text,
                                   expected_numbers<Number>(word), word));
    }
    numbers.push_back(*number);
  }
  return numbers;
}

double KeyedWords::number(std::string_view key, double otherwise) const {
  const std::vector<double> list = numbers<double>(key);
  if (list.size() <= 1) return list.empty() ? otherwise : list.front();
  throw UsageError(fmt::format("SPEC: {}={}: expected one number", key, *value(key)));
}

void KeyedWords::refuse_choice(std::string_view key, std::string_view word,
                               std::span<const std::string_view> choices) {
  const std::string_view meant = detail::nearest_word(plain(word), choices);
  throw UsageError(fmt::format("SPEC: {}={}: expected one of {}{}", key, word,
                               fmt::join(choices, ", "),
                               meant.empty() ? "" : fmt::format("; did you mean {}?", meant)));
}

template std::vector<Index> KeyedWords::numbers(std::string_view) const;
template std::vector<float> KeyedWords::numbers(std::string_view) const;
template std::vector<double> KeyedWords::numbers(std::string_view) const;

}  // namespace toeplix::cli
