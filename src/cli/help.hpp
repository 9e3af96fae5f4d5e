#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace toeplix::cli {

/// Formats help so that it fits a screen of 80 columns and 24 lines. Commands with a group share a
/// line, which has the name of the group as its description.
class HelpFormatter : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
};

/// The group of the commands that print something about the program: see `HelpFormatter`.
inline constexpr const char* print_group = "Print the words of SPEC, bash completion, man page";

/// What SPEC and KERNEL are: lines that end with a newline.
extern const std::string_view spec_help;

/// The word for an option's value, `FILE`; empty for a flag.
std::string value_name(const CLI::Option& option);

/// The words that an option takes, if it takes no others.
std::vector<std::string> value_choices(const CLI::Option& option);

}  // namespace toeplix::cli
