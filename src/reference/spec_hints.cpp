#include "reference/spec_hints.hpp"

#include "reference/nearest_word.hpp"
#include "reference/spec_names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace toeplix::detail {

namespace {

/// A word of another program, in small letters and with underscores, and what it is called here.
struct Synonym {
  std::string_view theirs;
  std::string_view ours;
};

constexpr auto keys = std::to_array<std::string_view>(
    {"input", "kernel", "in", "out", "groups", "stride", "dilation", "input_dilation", "padding",
     "output_padding", "output", "boundary", "padding_value", "operation", "order",
     "weights_order"});

constexpr std::array key_synonyms = std::to_array<Synonym>({
    {"kernel_size", "kernel"},
    {"kernel_shape", "kernel"},
    {"ksize", "kernel"},
    {"filter", "kernel"},
    {"filter_size", "kernel"},
    {"input_size", "input"},
    {"input_shape", "input"},
    {"image", "input"},
    {"size", "input"},
    {"shape", "input"},
    {"in_channels", "in"},
    {"channels_in", "in"},
    {"input_channels", "in"},
    {"out_channels", "out"},
    {"channels_out", "out"},
    {"output_channels", "out"},
    {"filters", "out"},
    {"channels", "in and out"},
    {"group", "groups"},
    {"feature_group_count", "groups"},
    {"dilation_rate", "dilation"},
    {"rate", "dilation"},
    {"rhs_dilation", "dilation"},
    {"kernel_dilation", "dilation"},
    {"lhs_dilation", "input_dilation"},
    {"base_dilation", "input_dilation"},
    {"pad", "padding"},
    {"pads", "padding"},
    {"auto_pad", "padding"},
    {"padding_mode", "boundary"},
    {"pad_mode", "boundary"},
    {"mode", "boundary or padding"},
    {"border", "boundary"},
    {"border_mode", "boundary"},
    {"bc", "boundary"},
    {"cval", "padding_value"},
    {"constant_value", "padding_value"},
    {"constant_values", "padding_value"},
    {"fill_value", "padding_value"},
    {"pad_value", "padding_value"},
    {"output_size", "output, of a transposed convolution"},
    {"output_shape", "output, of a transposed convolution"},
    {"data_format", "order"},
    {"layout", "order"},
    {"memory_format", "order"},
    {"kernel_order", "weights_order"},
    {"kernel_layout", "weights_order"},
    {"kernel_format", "weights_order"},
    {"weight_order", "weights_order"},
    {"weights_layout", "weights_order"},
    {"weights_format", "weights_order"},
    {"filter_format", "weights_order"},
    {"rhs_spec", "weights_order"},
    {"flip", "operation=convolution"},
    {"op", "operation"},
    {"transposed", "the word transposed alone, in front"},
    {"transpose", "the word transposed alone, in front"},
});

constexpr std::array boundary_synonyms = std::to_array<Synonym>({
    {"zeros", "zero"},
    {"constant", "zero"},
    {"grid_constant", "zero"},
    {"fill", "zero"},
    {"dirichlet", "zero"},
    {"border_constant", "zero"},
    {"0", "zero"},
    {"wrap", "circular"},
    {"grid_wrap", "circular"},
    {"periodic", "circular"},
    {"border_wrap", "circular"},
    {"mirror", "reflect"},
    {"reflect_101", "reflect"},
    {"border_reflect_101", "reflect"},
    {"symm", "symmetric"},
    {"grid_mirror", "symmetric"},
    {"border_reflect", "symmetric"},
    {"edge", "replicate"},
    {"nearest", "replicate"},
    {"clamp", "replicate"},
    {"border_replicate", "replicate"},
});

constexpr std::array padding_synonyms = std::to_array<Synonym>({
    {"same", "same_upper (of PyTorch), same_tf (of TensorFlow) or same_lower (of NumPy and SciPy)"},
    {"none", "valid"},
});

constexpr std::array operation_synonyms = std::to_array<Synonym>({
    {"corr", "correlation"},
    {"correlate", "correlation"},
    {"xcorr", "correlation"},
    {"cross_correlation", "correlation"},
    {"conv", "convolution"},
    {"conv2", "convolution"},
    {"convolve", "convolution"},
});

constexpr std::array order_synonyms = std::to_array<Synonym>({
    {"nchw", "channels_first"},
    {"chw", "channels_first"},
    {"ncw", "channels_first"},
    {"ncdhw", "channels_first"},
    {"nhwc", "channels_last"},
    {"hwc", "channels_last"},
    {"nwc", "channels_last"},
    {"ndhwc", "channels_last"},
    {"f", "column_major"},
    {"fortran", "column_major"},
    {"colmajor", "column_major"},
    {"col_major", "column_major"},
});

constexpr std::array weights_order_synonyms = std::to_array<Synonym>({
    {"oiw", "oihw"},
    {"oidhw", "oihw"},
    {"iohw", "oihw, which is (in, out / groups, kernel...) of a transposed convolution"},
    {"wio", "hwio"},
    {"dhwio", "hwio"},
    {"hwoi", "hwio, which is (kernel..., out, in) of a transposed convolution"},
    {"owi", "ohwi"},
    {"odhwi", "ohwi"},
    {"hwcm", "hwim"},
    {"channels_first", "oihw"},
    {"channels_last", "hwio"},
});

/// In small letters, and with underscores.
std::string plain_word(std::string_view word) {
  std::string plain(word);
  for (char& letter : plain) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    if (letter == '-') letter = '_';
  }
  return plain;
}

std::string hint(std::string_view word, std::span<const Synonym> synonyms,
                 std::span<const std::string_view> known) {
  const std::string plain = plain_word(word);
  const auto synonym = std::ranges::find(synonyms, plain, &Synonym::theirs);
  const std::string_view meant =
      synonym != synonyms.end() ? synonym->ours : nearest_word(plain, known);
  return meant.empty() ? "" : "; did you mean " + std::string(meant) + "?";
}

template <class Enum, std::size_t N>
std::array<std::string_view, N> words_of(const NameTable<Enum, N>& table) {
  std::array<std::string_view, N> words;
  for (std::size_t i = 0; i < N; ++i) words[i] = table[i].first;
  return words;
}

/// `0:-1` for an output padding of 1: the padding of the convolution that is transposed.
std::string crop_of(const std::vector<Index>& output_padding) {
  std::string text;
  for (const Index pixels : output_padding) {
    text += (text.empty() ? "" : ",") + std::string(pixels == 0 ? "0" : "0:") +
            (pixels == 0 ? "" : std::to_string(-pixels));
  }
  return text;
}

}  // namespace

std::string hint_for_key(std::string_view key) {
  return hint(key, key_synonyms, keys);
}

std::string hint_for_word(std::string_view word) {
  if (word == "transposed") return "; 'transposed' stands once, in front of everything else";
  constexpr std::array<std::string_view, 1> words = {"transposed"};
  return hint(word, {}, words);
}

std::string hint_for_boundary(std::string_view word) {
  return hint(word, boundary_synonyms, words_of(boundary_names));
}

std::string hint_for_padding(std::string_view word) {
  const std::string found = hint(word, padding_synonyms, words_of(padding_rule_names));
  if (!found.empty()) return found;
  // A word that belongs to another key.
  const auto boundaries = words_of(boundary_names);
  const std::string plain = plain_word(word);
  if (const auto ours = std::ranges::find(boundaries, plain); ours != boundaries.end())
    return "; did you mean boundary=" + plain + "?";
  const auto theirs = std::ranges::find(boundary_synonyms, plain, &Synonym::theirs);
  if (theirs == boundary_synonyms.end()) return {};
  return "; did you mean boundary=" + std::string(theirs->ours) + "?";
}

std::string hint_for_operation(std::string_view word) {
  return hint(word, operation_synonyms, words_of(operation_names));
}

std::string hint_for_order(std::string_view word) {
  return hint(word, order_synonyms, words_of(order_names));
}

std::string hint_for_weights_order(std::string_view word) {
  return hint(word, weights_order_synonyms, words_of(weights_order_names));
}

std::string known_keys() {
  std::string text;
  for (const std::string_view key : keys) text += (text.empty() ? "" : ", ") + std::string(key);
  return text;
}

std::string instead_of_output_padding(const std::vector<Index>& pixels) {
  if (std::ranges::any_of(pixels, [](Index value) { return value < 0; })) return {};
  if (std::ranges::count(pixels, 0) == std::ssize(pixels)) return "; leave it out";
  return "; the convolution that it transposes has as much less upper padding: padding=" +
         crop_of(pixels) + " if it has none";
}

}  // namespace toeplix::detail
