#include "cli/commands/commands.hpp"
#include "cli/operators/command.hpp"
#include "cli/operators/keyed_words.hpp"

#include <algorithm>

namespace toeplix::cli {
namespace {

constexpr std::array<std::string_view, 7> pool_spec_keys = {"input",    "kernel",  "in",   "stride",
                                                            "dilation", "padding", "order"};
constexpr std::array<std::string_view, 2> pool_own_keys = {"ceil_mode", "count_include_pad"};
constexpr std::array<KeySynonym, 8> pool_synonyms{{{"channels", "in"},
                                                   {"in_channels", "in"},
                                                   {"out", "in, which is the number of both"},
                                                   {"kernel_size", "kernel"},
                                                   {"kernel_shape", "kernel"},
                                                   {"pads", "padding"},
                                                   {"auto_pad", "padding"},
                                                   {"ceil", "ceil_mode"}}};

AveragePool parse_pool(const std::vector<std::string>& words) {
  const KeyedWords keyed(words, {"pool", pool_spec_keys, pool_own_keys, pool_synonyms});
  const ConvolutionSpec spec = keyed.spec();
  return {.input = spec.input,
          .kernel = one_per_axis(spec.kernel, spec.input.size()),
          .channels = spec.in_channels,
          .stride = spec.stride,
          .dilation = spec.dilation,
          .padding = spec.padding,
          .ceil_mode = keyed.truth("ceil_mode", false),
          .count_include_pad = keyed.truth("count_include_pad", false),
          .order = spec.order};
}

/// The extents of one side, of which the tables have the channels among them.
Extents extents_of(Extents all, TensorOrder order) {
  all.erase(order == TensorOrder::channels_last ? all.end() - 1 : all.begin());
  if (order == TensorOrder::column_major) std::ranges::reverse(all);
  return all;
}

std::vector<MatrixLevel> pool_levels(const Separable& separable, TensorOrder order) {
  const std::size_t axes = separable.tables().size() - 1;
  std::vector<MatrixLevel> levels;
  for (std::size_t i = 0; i <= axes; ++i) {
    const CoefficientTable& table = separable.tables()[i];
    levels.push_back({table.rows(), table.columns()});
    const bool channels = i == (order == TensorOrder::channels_last ? axes : 0);
    const std::size_t place = order == TensorOrder::channels_last ? i : i - 1;
    const std::size_t axis = order == TensorOrder::column_major ? axes - i : place;
    levels.back().name = channels ? "channels" : "axis " + std::to_string(axis);
    levels.back().kind = channels ? MatrixLevelKind::channels : MatrixLevelKind::axis;
  }
  return levels;
}

LinearOperator pool_of(const std::vector<std::string>& words, Direction direction,
                       const Resources& resources) {
  const AveragePool pool = parse_pool(words);
  const Separable separable(pool, resources);
  return separable_operator(separable,
                            {pool.channels, extents_of(separable.input(), pool.order), pool.order},
                            {pool.channels, extents_of(separable.output(), pool.order), pool.order},
                            pool_levels(separable, pool.order), direction);
}

}  // namespace

void add_pool(CLI::App& program) {
  add_operator_command(program,
                       {.name = "pool",
                        .description = "The means of windows",
                        .example = "toeplix pool input=8,8 kernel=2 stride=2 in=3 --output A.npz",
                        .make = pool_of});
}

}  // namespace toeplix::cli
