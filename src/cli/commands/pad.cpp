#include "cli/commands/commands.hpp"
#include "cli/operators/command.hpp"
#include "cli/operators/keyed_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace toeplix::cli {
namespace {

constexpr std::array<std::string_view, 3> pad_spec_keys = {"input", "padding", "boundary"};
constexpr std::array<std::string_view, 1> pad_own_keys = {"constant"};
constexpr std::array<KeySynonym, 9> pad_synonyms{{{"padding_value", "constant"},
                                                  {"mode", "boundary"},
                                                  {"padding_mode", "boundary"},
                                                  {"pads", "padding"},
                                                  {"pad", "padding"},
                                                  {"pad_width", "padding"},
                                                  {"value", "constant"},
                                                  {"cval", "constant"},
                                                  {"constant_value", "constant"}}};

Pad parse_pad(const std::vector<std::string>& words) {
  const KeyedWords keyed(words, {"pad", pad_spec_keys, pad_own_keys, pad_synonyms});
  const ConvolutionSpec spec = keyed.spec({"kernel=1"});  // every SPEC has one
  const double constant = keyed.number("constant", 0);
  return {.input = spec.input,
          .padding = spec.padding,
          .boundary = spec.boundary,
          .constant = constant};
}

LinearOperator pad_of(const std::vector<std::string>& words, Direction direction,
                      const Resources& resources) {
  const Pad pad = parse_pad(words);
  const Separable separable(pad, resources);
  LinearOperator op = operator_of_axes(separable, direction);
  if (pad.constant == 0) return op;
  if (std::ranges::count(pad.boundary.values(), Boundary::zero) == 0) {
    throw UsageError(fmt::format("constant={} is for axes with the boundary zero; no axis has it",
                                 pad.constant));
  }
  if (direction == Direction::transposed) {
    throw UsageError(fmt::format(
        "constant={} goes without --transpose: the transposed matrix adds nothing", pad.constant));
  }
  // What crops alone adds nothing: every pixel has a source.
  if (separable.nnz() < separable.rows()) op.frame = pad;
  return op;
}

}  // namespace

void add_pad(CLI::App& program) {
  add_operator_command(
      program, {.name = "pad",
                .description = "An image in a frame",
                .example = "toeplix pad input=8,8 padding=2 boundary=reflect --output A.npz",
                .make = pad_of,
                .has_offset = true});
}

}  // namespace toeplix::cli
