#include <toeplix/im2col.hpp>

#include "cli/commands/commands.hpp"
#include "cli/operators/command.hpp"
#include "cli/operators/keyed_words.hpp"

#include <functional>
#include <numeric>

namespace toeplix::cli {
namespace {

constexpr std::array<std::string_view, 9> im2col_keys = {
    "input", "kernel", "in", "stride", "dilation", "padding", "boundary", "operation", "order"};
constexpr std::array<KeySynonym, 6> im2col_synonyms{{{"channels", "in"},
                                                     {"in_channels", "in"},
                                                     {"kernel_size", "kernel"},
                                                     {"block_shape", "kernel"},
                                                     {"pads", "padding"},
                                                     {"pad", "padding"}}};

ConvolutionSpec parse_windows(const std::vector<std::string>& words) {
  const KeyedWords keyed(words, {"im2col", im2col_keys, {}, im2col_synonyms});
  ConvolutionSpec windows = keyed.spec();
  windows.kernel = one_per_axis(windows.kernel, windows.input.size());
  return windows;
}

/// The array of columns: one line of windows for every channel and position of the kernel.
Tensor columns_of(const Convolution& windows) {
  const Extents& output = windows.output();
  const Index count = std::accumulate(output.begin(), output.end(), Index{1}, std::multiplies<>());
  return {windows.out_channels(), {count}, windows.spec().order};
}

LinearOperator im2col_of(const std::vector<std::string>& words, Direction direction,
                         const Resources&) {
  const ConvolutionSpec spec = parse_windows(words);
  const Convolution windows = im2col(spec);
  const Tensor image{windows.in_channels(), windows.input(), spec.order};
  const Tensor columns = columns_of(windows);
  if (direction == Direction::forward) {
    return {Unfolding{windows, im2col_weights<double>(windows)}, image, columns,
            matrix_levels(windows)};
  }
  const TransposedConvolution back = col2im(spec);
  return {Unfolding{back, im2col_weights<double>(windows)}, columns, image, matrix_levels(back)};
}

}  // namespace

void add_im2col(CLI::App& program) {
  add_operator_command(
      program, {.name = "im2col",
                .description = "Windows as columns, and back",
                .example = "toeplix im2col input=8,8 kernel=3 in=3 --input x.npy --output c.npy",
                .make = im2col_of});
}

}  // namespace toeplix::cli
