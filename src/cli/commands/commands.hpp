#pragma once

#include <CLI/CLI.hpp>

namespace toeplix::cli {

/// Each function adds one command to the program. The command runs while the arguments are parsed,
/// and reports failure by an exception.
void add_inspect(CLI::App& program);
void add_explain(CLI::App& program);
void add_diagonals(CLI::App& program);
void add_compile(CLI::App& program);
void add_apply(CLI::App& program);
void add_compose(CLI::App& program);
void add_verify(CLI::App& program);
void add_pool(CLI::App& program);
void add_pad(CLI::App& program);
void add_resize(CLI::App& program);
void add_im2col(CLI::App& program);
void add_plot(CLI::App& program);
void add_page(CLI::App& program);
/// These two only if the component `solvers` was built.
void add_deblur(CLI::App& program);
void add_spectrum(CLI::App& program);
/// Only if the component `onnx` was built.
void add_onnx(CLI::App& program);
void add_spec_help(CLI::App& program);
/// These two describe the commands that were added before.
void add_completion(CLI::App& program);
void add_manual(CLI::App& program);

}  // namespace toeplix::cli
