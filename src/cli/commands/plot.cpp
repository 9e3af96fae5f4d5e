#include <toeplix/files/plot.hpp>

#include "cli/commands/commands.hpp"
#include "cli/matrix_files.hpp"
#include "cli/progress.hpp"
#include "cli/standard_streams.hpp"
#include "cli/weights.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <memory>
#include <span>
#include <string_view>

namespace toeplix::cli {
namespace {

struct PlotArguments {
  std::vector<std::string> spec;
  std::string weights;
  std::string variable;
  std::string output;
  PlotOptions plot;
  Resources resources;
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

/// How large a matrix is.
struct MatrixCounts {
  Index rows;
  Index cols;
  Index entries;
};

/// Draws what `plot_terminal` and `write_plot` take.
template <class... Drawn>
void draw(const PlotArguments& options, const std::string& title, const MatrixCounts& counts,
          const Drawn&... drawn) {
  if (is_stream(options.output)) {
    const std::string text = [&] {
      const Progress progress("drawing");
      TerminalPlotOptions terminal = terminal_options();
      terminal.title = title;
      return plot_terminal(drawn..., terminal);
    }();
    write_standard_output(std::as_bytes(std::span(text)));
    return;
  }
  const PlotExtents picture = [&] {
    const Progress progress("drawing");
    PlotOptions plot = options.plot;
    plot.title = title;
    return write_plot(options.output, drawn..., plot);
  }();
  fmt::print("{}: {} x {} pixels, of a {} x {} matrix, {} {}\n", options.output, picture.width,
             picture.height, counts.rows, counts.cols, counts.entries,
             counts.entries == 1 ? "entry" : "entries");
}

void draw_convolution(const PlotArguments& options) {
  const AnyConv convolution = parse_convolution(options.spec);
  std::vector<double> weights;
  if (!options.weights.empty()) {
    weights = load_double_weights(options.weights, convolution, options.resources.memory_budget);
  }
  const auto draw_any = [&](const auto& conv) {
    draw(options, "", {conv.rows(), conv.cols(), conv.nnz()}, conv, weights);
  };
  std::visit(draw_any, convolution);
}

void draw_file(const std::string& path, const PlotArguments& options) {
  check_distinct({options.output}, {path});
  const auto draw_any = [&](const auto& matrix) {
    draw(options, input_name(path), {matrix.rows(), matrix.cols(), matrix.nonZeros()}, matrix);
  };
  std::visit(draw_any, read_matrix(path, options.variable, options.resources));
}

void run(const PlotArguments& options) {
  if (!is_stream(options.output)) {
    check_extension(options.output, {".png", ".svg"});
    check_folder(options.output);
    check_not_kernel(options.output, options.weights);
  }
  if (takes_matrix_file(options.spec, options.weights, options.variable)) {
    return draw_file(options.spec[0], options);
  }
  draw_convolution(options);
}

}  // namespace

void add_plot(CLI::App& program) {
  auto options = std::make_shared<PlotArguments>();
  CLI::App* command = program.add_subcommand("plot", "Draw the matrix, of any size");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights);
  add_variable(*command, options->variable);
  command->add_option("--output", options->output, "The .png or .svg file; - draws on the terminal")
      ->required()
      ->type_name("FILE");
  command->add_option("--size", options->plot.size, "Pixels of the longer side, by default 840")
      ->check(whole_number(std::numeric_limits<Index>::max()))
      ->type_name("N");
  add_memory(*command, options->resources.memory_budget);
  set_help(*command,
           "In place of SPEC: a .npz, .mtx or .mat file, or - for a .mtx on standard input.\n"
           "Entries have the colour of their kernel position, or of their value with\n"
           "--weights and from a file; a large matrix is drawn by density. NO_COLOR=1 draws\n"
           "on the terminal without colours.\n"
           "Example: toeplix plot input=8,8 kernel=3,3 padding=1 --output W.svg");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
