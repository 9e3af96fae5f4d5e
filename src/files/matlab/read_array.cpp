#include <toeplix/files/matlab_array.hpp>

#include "files/bytes/c_order.hpp"
#include "files/bytes/read_budget.hpp"
#include "files/bytes/stored_values.hpp"
#include "files/matlab/find.hpp"
#include "files/numpy/npy_header.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace toeplix {
namespace {

using detail::format_error;
using detail::MatlabArray;
using detail::MatlabVariable;

/// Refuses an array that would take more memory than the budget. Turning it takes a second copy.
void check_array_budget(const std::string& file, std::uint64_t count, std::size_t bytes,
                        Index budget) {
  detail::check_budget(
      file + ": reading " + std::to_string(count) + (count == 1 ? " number" : " numbers"),
      static_cast<double>(count) * static_cast<double>(bytes), budget);
}

/// 0 if there is an extent of 0, whatever the others are; nothing if it exceeds 63 bits.
std::optional<std::uint64_t> number_of_elements(const Extents& dimensions) {
  if (std::ranges::find(dimensions, 0) != dimensions.end()) return 0;
  return detail::number_of_values(dimensions);
}

/// The numbers of the variable, of which there must be as many as its dimensions say.
MatlabArray next_numbers(MatlabVariable& variable) {
  const MatlabArray array = variable.next_array("an array");
  const std::optional<std::uint64_t> count = number_of_elements(variable.dimensions);
  if (!count || static_cast<std::uint64_t>(array.count) != *count) {
    throw format_error(variable.stream->name(), array.begin,
                       "expected " + (count ? std::to_string(*count) : "more than 2^63") +
                           " numbers, as the dimensions say, got " + std::to_string(array.count));
  }
  return array;
}

/// Whether the values come in another order than C order: two axes are longer than 1.
bool is_turned(const Extents& shape) {
  return std::ranges::count_if(shape, [](Index extent) { return extent != 1; }) > 1;
}

template <class T>
NpyArray<T> read_source(const detail::ByteSource& source, const MatlabReadOptions& options) {
  MatlabVariable variable = detail::find_variable(source, options.variable, MatlabKind::dense);
  const std::string& name = variable.stream->name();
  const NumberType type = *variable.number_type();
  detail::check_convertible<T>(type, name);
  const MatlabArray array = next_numbers(variable);
  detail::check_convertible<T>(array.numbers.type, name);
  const bool turned = array.count > 0 && is_turned(variable.dimensions);
  const auto count = static_cast<std::size_t>(array.count);
  check_array_budget(source.name(), count, sizeof(T) * (turned ? 2 : 1),
                     detail::read_budget(options.resources.memory_budget, source.size()));
  std::vector<T> values(count);
  detail::read_values_of_class<T>(*variable.stream, array.numbers, type, values);
  variable.skip_padding(array.padding);
  variable.stream->finish();
  if (turned) values = detail::to_c_order(variable.dimensions, values);
  return {std::move(variable.dimensions), std::move(values)};
}

}  // namespace

template <NumberScalar T>
requires std::is_arithmetic_v<T> NpyArray<T> read_matlab_array(const std::filesystem::path& path,
                                                               const MatlabReadOptions& options) {
  return read_source<T>(detail::FileSource(path), options);
}

template <NumberScalar T>
requires std::is_arithmetic_v<T> NpyArray<T> parse_matlab_array(std::span<const std::byte> bytes,
                                                                std::string_view name,
                                                                const MatlabReadOptions& options) {
  return read_source<T>(detail::MemorySource(bytes, name), options);
}

#define TOEPLIX_INSTANTIATE(T)                                                                    \
  template NpyArray<T> read_matlab_array(const std::filesystem::path&, const MatlabReadOptions&); \
  template NpyArray<T> parse_matlab_array(std::span<const std::byte>, std::string_view,           \
                                          const MatlabReadOptions&);
TOEPLIX_FOR_EACH_REAL_NUMBER(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
