#include "cli/commands/commands.hpp"
#include "cli/help.hpp"
#include "cli/operators/help.hpp"

#include <toeplix/version.hpp>

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace toeplix::cli {
namespace {

/// Text that roff prints as it is.
std::string escape(std::string_view text) {
  std::string escaped;
  bool line_begins = true;
  for (const char letter : text) {
    // A line that begins with one of these would be a request.
    if (line_begins && (letter == '.' || letter == '\'')) escaped += "\\&";
    if (letter == '\\') {
      escaped += "\\e";
    } else if (letter == '-') {
      escaped += "\\-";
    } else {
      escaped += letter;
    }
    line_begins = letter == '\n';
  }
  return escaped;
}

/// Text whose lines are kept.
void print_lines(std::string_view text) {
  fmt::print(".nf\n{}\n.fi\n", escape(text));
}

void print_option(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += (names.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) {
    names += (names.empty() ? "--" : ", --") + name;
  }
  if (names.empty()) return;  // SPEC, which the synopsis shows
  const std::string value = value_name(option);
  fmt::print(".TP\n\\fB{}\\fR{}\n{}\n", escape(names),
             value.empty() ? "" : " \\fI" + escape(value) + "\\fR",
             escape(option.get_description()));
}

void print_command(const CLI::App& command) {
  std::string words;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    words += " \\fI" + escape(option->get_name(true, false)) + "\\fR";
    if (option->get_expected_max() > 1) words += "...";
  }
  fmt::print(".SS {}\n{}.\n.PP\n\\fBtoeplix {}\\fR [\\fIOPTION\\fR]...{}\n",
             escape(command.get_name()), escape(command.get_description()),
             escape(command.get_name()), words);
  for (const CLI::Option* option : command.get_options()) print_option(*option);
  fmt::print(".PP\n");
  print_lines(command.get_footer());
}

void print_manual(const CLI::App& program) {
  fmt::print(
      ".TH TOEPLIX 1 \"\" \"toeplix {0}\" \"User Commands\"\n"
      ".SH NAME\ntoeplix \\- {1}\n"
      ".SH SYNOPSIS\n\\fBtoeplix\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... \\fISPEC\\fR...\n"
      ".SH DESCRIPTION\nEvery command takes a \\fISPEC\\fR, the words that describe a convolution, "
      "and does something with the sparse matrix that this convolution is.\n",
      escape(version_string), escape(program.get_description()));
  fmt::print(".SH COMMANDS\n");
  for (const CLI::App* command : program.get_subcommands(nullptr)) print_command(*command);
  fmt::print(".SH SPEC AND KERNEL\n");
  print_lines(spec_help);
  for (const OperatorWords& words : operator_words) {
    fmt::print(".PP\n");
    print_lines(words.help);
  }
  fmt::print(".SH NOTES\n");
  print_lines(program.get_footer());
}

}  // namespace

void add_manual(CLI::App& program) {
  CLI::App* command = program.add_subcommand("manual", "Print this program's man page");
  command->group(print_group);
  command->footer("Example: toeplix manual | man --local-file -");
  command->callback([&program] { print_manual(program); });
}

}  // namespace toeplix::cli
