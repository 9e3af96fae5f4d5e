#include <toeplix/files/matlab_array.hpp>

#include "files/bytes/c_order.hpp"
#include "files/bytes/read_budget.hpp"
#include "files/bytes/stored_values.hpp"
#include "files/matlab/variable.hpp"
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

constexpr std::size_t most_variables_listed = 12;

bool is_real_array(const MatlabVariable& variable) {
  return variable.number_type() && !variable.is_complex();
}

/// What a variable is, for those who expected a dense array of real numbers.
std::string kind_of(const MatlabVariable& variable) {
  switch (variable.flags & detail::mat::class_mask) {
    case detail::mat::class_cell:
      return "a cell array";
    case detail::mat::class_structure:
      return "a structure";
    case detail::mat::class_object:
      return "an object";
    case detail::mat::class_text:
      return "a text";
    case detail::mat::class_sparse:
      return "a sparse matrix";
    default:
      return variable.number_type() ? "an array of complex numbers" : "no array";
  }
}

std::string listed_variables(const std::vector<std::string>& variables) {
  std::string text;
  for (std::size_t i = 0; i < variables.size() && i < most_variables_listed; ++i) {
    text += (i == 0 ? "" : ", ") + variables[i];
  }
  if (variables.size() <= most_variables_listed) return text;
  return text + " and " + std::to_string(variables.size() - most_variables_listed) + " more";
}

/// The variables of a file, on the way to the one that is meant.
struct Search {
  std::optional<MatlabVariable> found;
  std::vector<std::string> arrays;  ///< names of those that could be read
  std::vector<std::string> others;  ///< names, and what they are
  std::string problem;              ///< of the first variable that cannot be understood
};

/// Looks at every variable up to the one of that name, or at all of them. MATLAB hides those
/// without a name.
Search search(const detail::ByteSource& source, const std::string& name) {
  detail::MatlabFile file(source);
  Search result;
  while (std::optional<MatlabVariable> next = file.next()) {
    if (result.problem.empty()) result.problem = next->problem;
    if (!next->problem.empty() || next->name.empty()) continue;
    const std::string quoted = "'" + next->name + "'";
    if (is_real_array(*next)) {
      result.arrays.push_back(quoted);
    } else {
      result.others.push_back(quoted + ", " + kind_of(*next));
    }
    const bool is_meant = name.empty() ? is_real_array(*next) : next->name == name;
    if (is_meant && !result.found) result.found = std::move(next);
    if (result.found && !name.empty()) break;
  }
  return result;
}

/// Why there is no variable to read.
std::string reason_of(const Search& result, const std::string& name) {
  const std::string wanted =
      name.empty() ? "expected a dense array of real numbers" : "found no variable '" + name + "'";
  if (!result.arrays.empty())
    return wanted + "; it has the arrays " + listed_variables(result.arrays);
  if (!result.others.empty()) return wanted + "; it has " + listed_variables(result.others);
  return wanted + (name.empty() ? ", found none" : "");
}

/// The dense array of that name, or the only one if no name is given.
MatlabVariable find_array(const detail::ByteSource& source, const std::string& name) {
  Search result = search(source, name);
  if (!result.found) {
    const std::string reason = reason_of(result, name);
    if (!result.problem.empty()) throw FormatError(result.problem + "; " + reason);
    throw format_error(source.name(), reason);
  }
  if (name.empty() && result.arrays.size() > 1) {
    throw format_error(source.name(), "holds several arrays of numbers, " +
                                          listed_variables(result.arrays) +
                                          ": expected the name of one");
  }
  if (is_real_array(*result.found)) return std::move(*result.found);
  throw format_error(source.name(), "'" + name + "' is " + kind_of(*result.found) +
                                        ": expected a dense array of real numbers");
}

/// Refuses an array that would take more memory than the budget. Turning it takes a second copy.
void check_array_budget(const std::string& file, std::uint64_t count, std::size_t bytes,
                        Index budget) {
  if (static_cast<double>(count) * static_cast<double>(bytes) <= static_cast<double>(budget))
    return;
  throw CapacityError(file + ": reading " + std::to_string(count) +
                          " numbers takes more than the memory budget of " +
                          std::to_string(budget) + " bytes",
                      CapacityCause::memory_budget);
}

/// The numbers of the variable, of which there must be as many as its dimensions say.
MatlabArray next_numbers(MatlabVariable& variable) {
  MatlabArray array = variable.next_array("an array");
  const std::optional<std::uint64_t> count = detail::number_of_values(variable.dimensions);
  if (!count || static_cast<std::uint64_t>(array.count) != *count) {
    throw format_error(variable.stream->name(), array.begin,
                       "expected " + (count ? std::to_string(*count) : "more than 2^63") +
                           " numbers, as the dimensions say, got " + std::to_string(array.count));
  }
  const bool are_bytes = array.numbers.type == NumberType::uint8;
  if (variable.is_logical() && are_bytes) array.numbers.type = NumberType::boolean;
  return array;
}

/// Whether the values come in another order than C order: two axes are longer than 1.
bool is_turned(const Extents& shape) {
  return std::ranges::count_if(shape, [](Index extent) { return extent != 1; }) > 1;
}

template <class T>
NpyArray<T> read_source(const detail::ByteSource& source, const MatlabReadOptions& options) {
  MatlabVariable variable = find_array(source, options.variable);
  const std::string& name = variable.stream->name();
  detail::check_convertible<T>(*variable.number_type(), name);
  const MatlabArray array = next_numbers(variable);
  detail::check_convertible<T>(array.numbers.type, name);
  const bool turned = is_turned(variable.dimensions);
  const auto count = static_cast<std::size_t>(array.count);
  check_array_budget(source.name(), count, sizeof(T) * (turned ? 2 : 1),
                     detail::read_budget(options.resources.memory_budget, source.size()));
  std::vector<T> values(count);
  detail::read_values<T>(*variable.stream, array.numbers, values);
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
