#include <toeplix/files/page.hpp>

#include "cli/commands/commands.hpp"
#include "cli/matrix_files.hpp"
#include "cli/weights.hpp"

#include <memory>

namespace toeplix::cli {
namespace {

struct PageArguments {
  std::vector<std::string> spec;
  std::string weights;
  std::string variable;
  std::string output;
};

void run(const PageArguments& options) {
  check_extension(options.output, {".html"});
  check_folder(options.output);
  check_not_kernel(options.output, options.weights);
  if (takes_matrix_file(options.spec, options.weights, options.variable)) {
    const std::string& path = options.spec[0];
    std::visit([&](const auto& matrix) { write_page(options.output, matrix, path); },
               read_matrix(path, options.variable, {}));
    return;
  }
  const AnyConv convolution = parse_convolution(options.spec);
  std::vector<double> weights;
  if (!options.weights.empty()) {
    weights = std::get<std::vector<double>>(
        load_weights(options.weights, convolution, Precision::twofold));
  }
  std::visit([&](const auto& conv) { write_page(options.output, conv, weights); }, convolution);
}

}  // namespace

void add_page(CLI::App& program) {
  auto options = std::make_shared<PageArguments>();
  CLI::App* command = program.add_subcommand("page", "Write a page to explore a small matrix");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights);
  add_variable(*command, options->variable);
  command->add_option("--output", options->output, "The .html file to write")
      ->required()
      ->type_name("FILE");
  set_help(*command,
           "One file for a browser, which loads nothing from anywhere. In place of SPEC: a\n"
           ".npz, .mtx or .mat file.\n"
           "Example: toeplix page input=5,5 kernel=3,3 padding=1 --output W.html");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
