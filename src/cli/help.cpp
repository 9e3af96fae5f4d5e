#include "cli/help.hpp"

#include "cli/commands/commands.hpp"
#include "cli/operators/help.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace toeplix::cli {
namespace {

constexpr std::size_t description_column = 29;

/// CLI11 adds the check of a value to the word for it: `:{32,64,auto}`, `:POSITIVE`.
std::string check_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t colon = type.find(':');
  return colon == type.npos ? "" : type.substr(colon + 1);
}

std::string line_of(const std::string& term, const std::string& description) {
  const std::string left = "  " + term;
  if (left.size() + 2 <= description_column) {
    return fmt::format("{:<{}}{}\n", left, description_column, description);
  }
  return fmt::format("{}\n{:{}}{}\n", left, "", description_column, description);
}

std::string term_of(const CLI::Option& option) {
  std::string term = option.get_name(option.get_positional(), !option.get_positional());
  if (!option.get_positional() && !value_name(option).empty()) term += " " + value_name(option);
  if (option.get_required() && option.nonpositional()) term += " REQUIRED";
  return term;
}

/// Options of a group of their own share a line, which has the name of the group.
std::string option_lines(const CLI::App& app) {
  const CLI::Option* const help = app.get_help_ptr();
  std::string lines;
  std::string shared;
  std::string shared_group;
  const auto end_group = [&] {
    if (!shared.empty()) lines += fmt::format("  {}  {}\n", shared, shared_group);
    shared.clear();
  };
  for (const CLI::Option* option : app.get_options()) {
    // Who reads this knows --help.
    if (option->get_description().empty() || option == help) continue;
    const std::string group = option->get_group();
    if (group != shared_group) end_group();
    if (help == nullptr || group == help->get_group()) {
      lines += line_of(term_of(*option), option->get_description());
    } else {
      shared += (shared.empty() ? "" : ", ") + term_of(*option);
      shared_group = group;
    }
  }
  end_group();
  return lines;
}

/// Names of commands and what they do. Commands of a group of their own share a line, which has the
/// name of the group.
std::vector<std::pair<std::string, std::string>> command_lines(const CLI::App& app) {
  const std::string usual = CLI::App().get_group();
  std::vector<std::pair<std::string, std::string>> lines;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    const std::string group = command->get_group();
    if (group != usual && !lines.empty() && lines.back().second == group) {
      lines.back().first += ", " + command->get_name();
    } else {
      lines.emplace_back(command->get_name(), group == usual ? command->get_description() : group);
    }
  }
  return lines;
}

std::string usage_of(const CLI::App& app, const std::string& name) {
  const bool has_commands = !app.get_subcommands(nullptr).empty();
  if (has_commands) return "Usage: " + name + " COMMAND [OPTION]... SPEC...\n";
  std::string usage = "Usage: " + name + " [OPTION]...";
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    usage += " " + option->get_name(true, false);
    if (option->get_expected_max() > 1) usage += "...";
  }
  return usage + "\n";
}

}  // namespace

const std::string_view spec_help =
    "SPEC is made of words, key=value, in any order. One value per axis, or one for\n"
    "all axes:\n"
    "  input=28,28 kernel=3,3     extents, which must be given\n"
    "  stride=1 dilation=1 input_dilation=1\n"
    "  padding=0                  1, or 0:1 for lower and upper; or valid, full,\n"
    "                             same_upper, same_lower, same_tf, causal\n"
    "  boundary=zero              circular, reflect, symmetric, replicate\n"
    "For all axes:\n"
    "  in=1 out=1 groups=1        channels\n"
    "  padding_value=0            what boundary=zero fills in; adds an offset\n"
    "  operation=correlation      convolution: the kernel turned round\n"
    "  order=channels_first       channels_last, column_major\n"
    "  weights_order=oihw         hwio, ohwi, hwim: arrays of TensorFlow, JAX\n"
    "  transposed                 the first word; output_padding=0, or output=55,55\n"
    "\n"
    "KERNEL is an array of shape (out, in/groups, kernel...), transposed (in,\n"
    "out/groups, kernel...): file.npy, archive.npz:NAME, file.mat:NAME. Or, for every\n"
    "channel alone, one of shape (kernel...), a grey .png, numbers: \"0,1;2,3\"; or\n"
    "  gaussian:SIZE:SIGMA  box:SIZE  disk:RADIUS  motion:LENGTH:DEGREES  identity\n"
    "  log:SIZE:SIGMA  laplacian  sobel[:AXIS]  bilinear:SIZE\n"
    "- is standard input: a KERNEL as .npy, a matrix in place of SPEC as .mtx.\n";

std::string HelpFormatter::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode /*mode*/) const {
  std::string help =
      app->get_description() + "\n" + usage_of(*app, name) + "Options:\n" + option_lines(*app);
  if (!app->get_subcommands(nullptr).empty()) help += "\nCommands:\n";
  for (const auto& [names, what] : command_lines(*app)) help += line_of(names, what);
  return help + "\n" + app->get_footer() + "\n";
}

std::string value_name(const CLI::Option& option) {
  if (option.get_type_size() == 0) return "";
  const std::string type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

std::vector<std::string> value_choices(const CLI::Option& option) {
  const std::string check = check_of(option);
  if (!check.starts_with('{') || !check.ends_with('}')) return {};
  return CLI::detail::split(check.substr(1, check.size() - 2), ',');
}

void add_spec_help(CLI::App& program) {
  CLI::App* command = program.add_subcommand("spec", "Say what SPEC and KERNEL may be");
  command->group(print_group);
  auto of_command = std::make_shared<std::string>();
  std::vector<std::string> names;
  for (const OperatorWords& words : operator_words) names.emplace_back(words.command);
  command->add_option("COMMAND", *of_command)->type_name("")->check(CLI::IsMember(names));
  command->footer(
      "pool, pad, resize and im2col have words of their own: toeplix spec pool\n"
      "What every word means: docs/conventions.md\n"
      "Example: toeplix spec");
  command->callback([of_command] {
    const OperatorWords* const words = operator_words_of(*of_command);
    fmt::print("{}", words == nullptr ? spec_help : words->help);
  });
}

}  // namespace toeplix::cli
