#include <toeplix/files/plot.hpp>

#include "cli/commands/commands.hpp"
#include "cli/progress.hpp"
#include "cli/weights.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string_view>

namespace toeplix::cli {
namespace {

struct PlotArguments {
  std::vector<std::string> spec;
  std::string weights;
  std::string output;
  PlotOptions plot;
};

/// An environment variable; empty if it is not set.
std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// What standard output understands. See https://no-color.org for NO_COLOR.
TerminalColour terminal_colour() {
  const std::string_view terminal = environment("TERM");
  const bool wanted = environment("NO_COLOR").empty() && terminal != "dumb";
  if (!wanted || ::isatty(STDOUT_FILENO) == 0) return TerminalColour::none;
  const std::string_view depth = environment("COLORTERM");
  const bool all = depth == "truecolor" || depth == "24bit";
  return all ? TerminalColour::true_colour : TerminalColour::palette_256;
}

/// As wide and high as the terminal; 80 x 24 in a pipe.
TerminalPlotOptions terminal_options() {
  TerminalPlotOptions options;
  options.colour = terminal_colour();
  winsize size = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return options;
  options.columns = std::clamp<Index>(size.ws_col, 20, 1000);
  options.lines = std::clamp<Index>(size.ws_row, 10, 1000);
  return options;
}

void run(const PlotArguments& options) {
  const bool on_terminal = options.output == "-";
  if (!on_terminal) {
    check_extension(options.output, {".png", ".svg"});
    check_folder(options.output);
    check_not_kernel(options.output, options.weights);
  }
  const AnyConv convolution = parse_convolution(options.spec);
  std::vector<double> weights;
  if (!options.weights.empty()) {
    weights = std::get<std::vector<double>>(
        load_weights(options.weights, convolution, Precision::twofold));
  }
  const auto plot = [&](const auto& conv) {
    const Progress progress("drawing");
    if (on_terminal) {
      fmt::print("{}", plot_terminal(conv, weights, terminal_options()));
    } else {
      write_plot(options.output, conv, weights, options.plot);
    }
  };
  std::visit(plot, convolution);
}

}  // namespace

void add_plot(CLI::App& program) {
  auto options = std::make_shared<PlotArguments>();
  CLI::App* command = program.add_subcommand("plot", "Draw the matrix, of any size");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights);
  command->add_option("--output", options->output, "The .png or .svg file; - draws on the terminal")
      ->required()
      ->type_name("FILE");
  command->add_option("--size", options->plot.size, "Pixels of the longer side, by default 840")
      ->check(whole_number(std::numeric_limits<Index>::max()))
      ->type_name("N");
  set_help(*command,
           "Entries have the colour of their kernel position, or with --weights of their\n"
           "value; a large matrix is drawn by density. NO_COLOR=1 draws on the terminal\n"
           "without colours.\n"
           "Example: toeplix plot input=8,8 kernel=3,3 padding=1 --output W.svg");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
