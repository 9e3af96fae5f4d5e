#include "cli/arguments.hpp"
#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/help.hpp"
#include "cli/words.hpp"
#include "reference/nearest_word.hpp"

#include <toeplix/version.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#if defined(__unix__)
#include <sys/resource.h>
#endif

namespace toeplix::cli {
namespace {

enum ExitCode : int {
  success = 0,
  verification_failed = 1,
  wrong_usage = 2,
  wrong_file = 3,
  out_of_capacity = 4,
};

constexpr const char* program_help =
    "Example: toeplix inspect input=3,3 kernel=2,2    (more: toeplix COMMAND --help)\n"
    "Exit codes: 0 success, 1 not verified, 2 usage or SPEC, 3 file, 4 too large";

template <class Exception>
bool is(const std::exception& error) {
  return dynamic_cast<const Exception*>(&error) != nullptr;
}

ExitCode exit_code_of(const std::exception& error) {
  if (is<VerificationFailed>(error)) return verification_failed;
  if (is<FormatError>(error) || is<std::system_error>(error)) return wrong_file;
  if (is<CapacityError>(error) || is<TooLarge>(error)) return out_of_capacity;
  if (is<std::bad_alloc>(error)) return out_of_capacity;
  if (is<std::length_error>(error)) return out_of_capacity;
  return wrong_usage;
}

/// Messages of libraries may have several lines, and names in files what steers a terminal.
std::string one_line(std::string message) {
  while (!message.empty() && message.back() == '\n') message.pop_back();
  std::replace(message.begin(), message.end(), '\n', ' ');
  return printable(message);
}

std::string message_of(const std::exception& error) {
  if (is<std::bad_alloc>(error)) return "out of memory";
  if (const auto* too_large = dynamic_cast<const CapacityError*>(&error)) {
    return in_words_of_the_program(*too_large);
  }
  return error.what();
}

/// What was printed may still be on its way to a full disk.
void flush_output() {
  if (std::fflush(stdout) != 0 || !std::cout || std::ferror(stdout) != 0) {
    throw std::system_error(errno != 0 ? errno : EIO, std::generic_category(), "standard output");
  }
}

/// Refuses an empty word as the value of an option: nobody can mean it, and it would count as not
/// given.
void refuse_empty_values(CLI::App& program) {
  const auto not_empty = [](const std::string& word) {
    return word.empty() ? std::string("expected a value, got an empty word") : std::string();
  };
  for (CLI::App* command : program.get_subcommands(nullptr)) {
    for (CLI::Option* option : command->get_options()) {
      if (option->get_type_size() > 0) option->check(not_empty);
    }
  }
}

/// Commands that a build may be without, and the component that each needs.
constexpr std::array<std::array<std::string_view, 2>, 3> optional_commands = {
    {{"deblur", "solvers"}, {"spectrum", "solvers"}, {"onnx", "onnx"}}};

/// Throws UsageError if the word in the command's place is none.
void check_command(const CLI::App& program, int count, char** arguments) {
  const auto is_word = [](const char* argument) { return argument[0] != '-'; };
  char** const end = arguments + count;
  char** const name = std::find_if(std::min(arguments + 1, end), end, is_word);
  if (name == end) return;
  std::vector<std::string> commands;
  for (const CLI::App* command : program.get_subcommands(nullptr)) {
    commands.push_back(command->get_name());
  }
  if (std::ranges::find(commands, *name) != commands.end()) return;
  for (const auto& [command, component] : optional_commands) {
    if (*name != command) continue;
    throw UsageError(fmt::format("'{}' needs the component {}, which this build is without",
                                 command, component));
  }
  const std::vector<std::string_view> words(commands.begin(), commands.end());
  const std::string_view meant = detail::nearest_word(*name, words);
  throw UsageError(fmt::format("no command '{}'; {}expected one of {}", *name,
                               meant.empty() ? "" : fmt::format("did you mean {}? ", meant),
                               fmt::join(commands, ", ")));
}

/// Runs a command, or shows the help or the version that were asked for instead.
void parse(CLI::App& program, int count, char** arguments) {
  try {
    program.parse(count, arguments);
  } catch (const CLI::Success& request) {
    program.exit(request);
    std::cout.flush();
  }
  flush_output();
}

/// Says on standard error what the command has taken.
void report_resources(std::chrono::duration<double> time) {
  std::string memory;
#if defined(__unix__)
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  memory = fmt::format(", at most {:.0f} MB of memory", static_cast<double>(usage.ru_maxrss) / 1e3);
#endif
  fmt::print(stderr, "  took {:.2f} s{}\n", time.count(), memory);
}

/// Says what went wrong. If that cannot be written either, the exit code is left to say it.
int report(const std::exception& error, const CLI::App& program) {
  std::string advice;
  if (is<CLI::ParseError>(error)) {
    const std::vector<CLI::App*> commands = program.get_subcommands();
    const std::string command = commands.empty() ? "" : commands.front()->get_name() + ' ';
    advice = fmt::format(" (toeplix {}--help says more)", command);
  }
  std::fputs(fmt::format("toeplix: {}{}\n", one_line(message_of(error)), advice).c_str(), stderr);
  return exit_code_of(error);
}

int run(int count, char** arguments) {
  CLI::App program("Convolutions compiled to the sparse block-Toeplitz matrices they are",
                   "toeplix");
  program.set_version_flag("--version", "toeplix " + std::string(version_string));
  program.require_subcommand(1);
  bool resources = false;
  program.add_flag("--resources", resources, "Say at the end what time and memory it took");
  program.footer(program_help);
  program.formatter(std::make_shared<HelpFormatter>());
  add_inspect(program);
  add_explain(program);
  add_diagonals(program);
  add_compile(program);
  add_apply(program);
  add_compose(program);
  add_verify(program);
  add_pool(program);
  add_pad(program);
  add_resize(program);
  add_im2col(program);
  add_plot(program);
  add_page(program);
#ifdef TOEPLIX_CLI_SOLVERS
  add_deblur(program);
  add_spectrum(program);
#endif
#ifdef TOEPLIX_CLI_ONNX
  add_onnx(program);
#endif
  add_spec_help(program);
  add_completion(program);
  add_manual(program);
  refuse_empty_values(program);
  try {
    check_command(program, count, arguments);
    const auto begin = std::chrono::steady_clock::now();
    parse(program, count, arguments);
    if (resources) report_resources(std::chrono::steady_clock::now() - begin);
    return success;
  } catch (const std::exception& error) {
    return report(error, program);
  }
}

/// Ends the process without what libraries do at its end. If there was too little memory when
/// OpenBLAS was loaded, one of its threads tries to get some for ever, and OpenBLAS would wait for
/// that thread.
[[noreturn]] void leave(int code) {
  std::cout.flush();
  std::fflush(nullptr);
#ifdef TOEPLIX_SANITIZED
  std::exit(code);  // leaks are looked for at the end
#else
  std::_Exit(code);
#endif
}

}  // namespace
}  // namespace toeplix::cli

int main(int count, char** arguments) {
#if defined(SIGXFSZ)
  // A file beyond the limit of a user is then an error of the write, which says so.
  std::signal(SIGXFSZ, SIG_IGN);
#endif
  toeplix::cli::leave(toeplix::cli::run(count, arguments));
}
