#include "files/bytes/canonical.hpp"

#include <toeplix/error.hpp>

#include "reference/instantiate.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace toeplix::detail {

template <class Scalar, class StorageIndex>
bool is_canonical(const CompressedLines<Scalar, StorageIndex>& matrix) {
  for (std::size_t line = 0; line + 1 < matrix.pointers.size(); ++line) {
    const StorageIndex* begin = matrix.indices + matrix.pointers[line];
    const StorageIndex* end = matrix.indices + matrix.pointers[line + 1];
    if (std::adjacent_find(begin, end, std::greater_equal<>()) != end) return false;
  }
  return true;
}

template <class Scalar, class StorageIndex>
StorageIndex sort_and_add_duplicates(const CompressedLines<Scalar, StorageIndex>& matrix) {
  const auto& [pointers, indices, values] = matrix;
  const auto by_index = [](const auto& a, const auto& b) { return a.first < b.first; };
  std::vector<std::pair<StorageIndex, Scalar>> entries;
  StorageIndex begin = 0;
  StorageIndex out = 0;
  for (std::size_t line = 0; line + 1 < pointers.size(); ++line) {
    const StorageIndex end = pointers[line + 1];
    entries.clear();
    for (StorageIndex i = begin; i < end; ++i) entries.emplace_back(indices[i], values[i]);
    std::stable_sort(entries.begin(), entries.end(), by_index);
    const StorageIndex line_begin = out;
    for (const auto& [index, value] : entries) {
      if (out > line_begin && indices[out - 1] == index) {
        values[out - 1] += value;
      } else {
        indices[out] = index;
        values[out++] = value;
      }
    }
    begin = end;
    pointers[line + 1] = out;
  }
  return out;
}

template <class StorageIndex>
void check_pointers(std::span<const StorageIndex> pointers, Index entries,
                    const std::string& name) {
  const auto fail = [&](std::size_t at, Index expected, const char* relation) {
    throw FormatError(name + '[' + std::to_string(at) + "]: expected " + relation +
                      std::to_string(expected) + ", got " + std::to_string(pointers[at]));
  };
  if (pointers.front() != 0) fail(0, 0, "");
  for (std::size_t i = 1; i < pointers.size(); ++i) {
    if (pointers[i] < pointers[i - 1]) fail(i, pointers[i - 1], "at least ");
  }
  if (pointers.back() != entries) fail(pointers.size() - 1, entries, "");
}

template <class StorageIndex>
void check_indices(std::span<const StorageIndex> indices, Index extent, const std::string& name) {
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] >= 0 && indices[i] < extent) continue;
    throw FormatError(name + '[' + std::to_string(i) + "]: expected an index from 0 to " +
                      std::to_string(extent - 1) + ", got " + std::to_string(indices[i]));
  }
}

#define TOEPLIX_INSTANTIATE(Scalar, StorageIndex)                           \
  template bool is_canonical(const CompressedLines<Scalar, StorageIndex>&); \
  template StorageIndex sort_and_add_duplicates(const CompressedLines<Scalar, StorageIndex>&);
TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

template void check_pointers(std::span<const std::int32_t>, Index, const std::string&);
template void check_pointers(std::span<const std::int64_t>, Index, const std::string&);
template void check_indices(std::span<const std::int32_t>, Index, const std::string&);
template void check_indices(std::span<const std::int64_t>, Index, const std::string&);

}  // namespace toeplix::detail
