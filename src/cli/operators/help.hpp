#pragma once

#include <array>
#include <string_view>

namespace toeplix::cli {

/// What a SPEC is for a command that does not take that of a convolution.
struct OperatorWords {
  std::string_view command;
  std::string_view help;  ///< lines that end with a newline
  std::string_view keys;  ///< for completion: `input= kernel=`
};

extern const std::array<OperatorWords, 4> operator_words;

/// The words of a command; nullptr for one that takes those of a convolution.
const OperatorWords* operator_words_of(std::string_view command);

}  // namespace toeplix::cli
