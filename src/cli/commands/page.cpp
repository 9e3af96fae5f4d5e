#include <toeplix/files/page.hpp>

#include "cli/commands/commands.hpp"
#include "cli/matrix_files.hpp"
#include "cli/standard_streams.hpp"
#include "cli/weights.hpp"

#include <fmt/format.h>

#include <memory>
#include <span>

namespace toeplix::cli {
namespace {

struct PageArguments {
  std::vector<std::string> spec;
  std::string weights;
  std::string variable;
  std::string output;
  Resources resources;
};

/// Writes the page of such a matrix, and says so.
void write(const std::string& html, Index rows, Index cols, Index entries,
           const PageArguments& options) {
  if (is_stream(options.output)) {
    write_standard_output(std::as_bytes(std::span(html)));
  } else {
    detail::write_page(options.output, html);
  }
  print_summary(options.output,
                fmt::format("{}: a page of a {} x {} matrix, {} {}\n", output_name(options.output),
                            rows, cols, entries, entries == 1 ? "entry" : "entries"));
}

void run(const PageArguments& options) {
  check_extension_or_stream(options.output, {".html"});
  check_folder(options.output);
  check_not_kernel(options.output, options.weights);
  if (takes_matrix_file(options.spec, options.weights, options.variable)) {
    const std::string& path = options.spec[0];
    check_distinct({options.output}, {path});
    const auto write_matrix_page = [&](const auto& matrix) {
      write(page_html(matrix, input_name(path)), matrix.rows(), matrix.cols(), matrix.nonZeros(),
            options);
    };
    return std::visit(write_matrix_page, read_matrix(path, options.variable, options.resources));
  }
  const AnyConv convolution = parse_convolution(options.spec);
  std::vector<double> weights;
  if (!options.weights.empty()) {
    weights = load_double_weights(options.weights, convolution, options.resources.memory_budget);
  }
  const auto write_convolution_page = [&](const auto& conv) {
    write(page_html(conv, weights), conv.rows(), conv.cols(), conv.nnz(), options);
  };
  std::visit(write_convolution_page, convolution);
}

}  // namespace

void add_page(CLI::App& program) {
  auto options = std::make_shared<PageArguments>();
  CLI::App* command = program.add_subcommand("page", "Write a page to explore a small matrix");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights);
  add_variable(*command, options->variable);
  command->add_option("--output", options->output, "The .html file to write; - prints it")
      ->required()
      ->type_name("FILE");
  add_memory(*command, options->resources.memory_budget);
  set_help(*command,
           "One file for a browser, which loads nothing from anywhere. In place of SPEC: a\n"
           ".npz, .mtx or .mat file, or - for a .mtx on standard input.\n"
           "Example: toeplix page input=5,5 kernel=3,3 padding=1 --output W.html");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
