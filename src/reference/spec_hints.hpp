#pragma once

#include <toeplix/index.hpp>

#include <string>
#include <string_view>
#include <vector>

/// What somebody meant who wrote a word that the text form of a spec does not have: a word of
/// another program, one in capitals, or one with a letter or two that are wrong.
namespace toeplix::detail {

/// `; did you mean kernel?` for an unknown key, or nothing if nobody can say.
std::string hint_for_key(std::string_view key);

/// `; did you mean transposed?` for a word without a `=`, or nothing.
std::string hint_for_word(std::string_view word);

/// The same for what stands behind `boundary=`, `padding=`, `operation=`, `order=`,
/// `weights_order=`.
std::string hint_for_boundary(std::string_view word);
std::string hint_for_padding(std::string_view word);
std::string hint_for_operation(std::string_view word);
std::string hint_for_order(std::string_view word);
std::string hint_for_weights_order(std::string_view word);

/// All keys, as messages list them.
std::string known_keys();

/// What takes the place of output padding: what transposes a convolution adds as many pixels as the
/// convolution has less upper padding.
std::string instead_of_output_padding(const std::vector<Index>& pixels);

}  // namespace toeplix::detail
