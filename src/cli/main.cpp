#include "arguments.hpp"
#include "commands.hpp"

#include <toeplix/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

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
    "Exit codes: 0 success, 1 a verification that failed, 2 wrong usage or SPEC, 3 a file that\n"
    "cannot be read or written, 4 too many entries or too little memory.\n"
    "SPEC and its conventions: docs/conventions.md. Help on a command: toeplix COMMAND --help";

template <class Exception>
bool is(const std::exception& error) {
  return dynamic_cast<const Exception*>(&error) != nullptr;
}

ExitCode exit_code_of(const std::exception& error) {
  if (is<VerificationFailed>(error)) return verification_failed;
  if (is<FormatError>(error) || is<std::system_error>(error)) return wrong_file;
  if (is<CapacityError>(error) || is<std::bad_alloc>(error)) return out_of_capacity;
  if (is<std::length_error>(error)) return out_of_capacity;
  return wrong_usage;
}

/// Messages of libraries may have several lines.
std::string one_line(std::string message) {
  while (!message.empty() && message.back() == '\n') message.pop_back();
  std::replace(message.begin(), message.end(), '\n', ' ');
  return message;
}

/// Says what went wrong, unless it is help that was asked for.
int report(const CLI::App& program, const std::exception& error) {
  if (const auto* parse_error = dynamic_cast<const CLI::ParseError*>(&error)) {
    if (parse_error->get_exit_code() == 0) return program.exit(*parse_error);
  }
  const bool no_memory = is<std::bad_alloc>(error);
  fmt::print(stderr, "toeplix: {}{}\n", no_memory ? "out of memory" : one_line(error.what()),
             is<CLI::ParseError>(error) ? " (toeplix --help says more)" : "");
  return exit_code_of(error);
}

/// What was printed may still be on its way to a full disk.
void flush_output() {
  if (std::fflush(stdout) != 0) {
    throw std::system_error(errno, std::generic_category(), "standard output");
  }
}

int run(int count, char** arguments) {
  CLI::App program("Convolutions compiled to the sparse block-Toeplitz matrices they are",
                   "toeplix");
  program.set_version_flag("--version", "toeplix " + std::string(version_string));
  program.require_subcommand(1);
  program.footer(program_help);
  add_inspect(program);
  add_explain(program);
  add_diagonals(program);
  add_compile(program);
  add_apply(program);
  add_verify(program);
  add_plot(program);
  add_page(program);
#ifdef TOEPLIX_CLI_SOLVERS
  add_deblur(program);
#endif
  add_completion(program);
  add_manual(program);
  try {
    program.parse(count, arguments);
    flush_output();
    return success;
  } catch (const std::exception& error) {
    return report(program, error);
  }
}

}  // namespace
}  // namespace toeplix::cli

int main(int count, char** arguments) {
  return toeplix::cli::run(count, arguments);
}
