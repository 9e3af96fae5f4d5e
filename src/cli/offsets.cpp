#include "cli/offsets.hpp"

#include "cli/weights.hpp"

#include <toeplix/affine.hpp>

#include <fmt/format.h>

namespace toeplix::cli {

void add_bias(CLI::App& command, std::string& path) {
  command.add_option("--bias", path, "A .npy file: what each output channel adds")
      ->type_name("FILE");
}

double padding_value_of(const AnyConv& convolution) {
  const auto* const conv = std::get_if<Convolution>(&convolution);
  return conv == nullptr ? 0 : conv->spec().padding_value;
}

std::string offset_note(double padding_value) {
  if (padding_value == 0) return {};
  return fmt::format(
      "padding_value {} times the weights on padding is added to the product; no entry has it\n",
      padding_value);
}

std::vector<double> read_bias(const std::string& path, const AnyConv& convolution, Index budget) {
  const Index channels =
      std::visit([](const auto& conv) { return conv.out_channels(); }, convolution);
  if (path.empty()) return std::vector<double>(static_cast<std::size_t>(channels));
  check_extension_or_stream(path, {".npy"});
  NpyArray<double> array = read_array<double>(path, budget);
  if (static_cast<Index>(array.values.size()) == channels) return std::move(array.values);
  throw GeometryError(input_name(path) + ": expected a bias of " + std::to_string(channels) +
                      " numbers, one per output channel, got an array of shape " +
                      format_shape(array.shape));
}

void check_offset_file(const std::string& path) {
  check_extension(path, {".npy"});
  check_folder(path);
}

template <class Scalar>
std::vector<Scalar> offset_of(const AnyConv& convolution, const std::vector<Scalar>& weights,
                              bool per_pixel, const std::vector<double>& bias,
                              const std::optional<Rows>& rows, const Resources& resources) {
  const std::vector<Scalar> biases = numbers_of<Scalar>(bias, "bias");
  const auto offset = std::visit(
      [&](const auto& conv) {
        const auto [first, last] = rows_within(rows, conv.rows());
        return with_kind(weights, per_pixel, [&, first = first, last = last](const auto& kernels) {
          return affine_offset_rows(conv, kernels, biases, first, last, resources);
        });
      },
      convolution);
  return {offset.begin(), offset.end()};
}

template std::vector<float> offset_of(const AnyConv&, const std::vector<float>&, bool,
                                      const std::vector<double>&, const std::optional<Rows>&,
                                      const Resources&);
template std::vector<double> offset_of(const AnyConv&, const std::vector<double>&, bool,
                                       const std::vector<double>&, const std::optional<Rows>&,
                                       const Resources&);

}  // namespace toeplix::cli
