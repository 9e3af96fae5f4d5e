#include "case_folder.hpp"

#include <toeplix/files/npy.hpp>

#include "fields.hpp"

#include <algorithm>
#include <fstream>

namespace toeplix::conformance {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> listed_cases(const fs::path& folder) {
  std::vector<fs::path> cases;
  std::ifstream index(folder / "index.txt");
  for (std::string line; std::getline(index, line);) {
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back()))) line.pop_back();
    if (!line.empty()) cases.push_back(folder / line);
  }
  return cases;
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::ranges::sort(folders);
  return folders;
}

bool has_arrays(const fs::path& folder) {
  const fs::directory_iterator entries(folder);
  return std::any_of(begin(entries), end(entries), [](const fs::directory_entry& entry) {
    return entry.path().extension() == ".npy";
  });
}

nlohmann::json read_json(const fs::path& path) {
  std::ifstream file(path);
  if (!file) throw CaseError(path.filename().string() + " is missing");
  try {
    return nlohmann::json::parse(file);
  } catch (const nlohmann::json::exception& error) {
    throw CaseError(path.filename().string() + ": " + error.what());
  }
}

/// Reads an array of the type that the case says it has.
Tensor read_tensor(const fs::path& path, NumberType type) {
  const NumberType found = read_npy_header(path).type;
  if (found != type) {
    throw CaseError(path.filename().string() + " holds " + std::string(to_string(found)) +
                    ", case.json says " + std::string(to_string(type)));
  }
  NpyArray<double> read = read_npy<double>(path);
  return {std::move(read.shape), std::move(read.values)};
}

}  // namespace

std::vector<fs::path> find_cases(const fs::path& folder) {
  if (!fs::is_directory(folder)) throw CaseError(folder.string() + " is not a folder");
  if (fs::exists(folder / "case.json")) return {folder};
  if (fs::exists(folder / "index.txt")) {
    std::vector<fs::path> cases = listed_cases(folder);
    if (cases.empty()) throw CaseError((folder / "index.txt").string() + " lists no case");
    return cases;
  }
  std::vector<fs::path> cases;
  for (const fs::path& inner : folders_in(folder)) {
    const bool is_case = fs::exists(inner / "case.json") || has_arrays(inner);
    if (is_case || folders_in(inner).empty()) {
      cases.push_back(inner);
    } else {
      const std::vector<fs::path> found = find_cases(inner);
      cases.insert(cases.end(), found.begin(), found.end());
    }
  }
  if (cases.empty()) throw CaseError(folder.string() + " has no cases in it");
  return cases;
}

Case read_case(const fs::path& folder) {
  const nlohmann::json description = read_json(folder / "case.json");
  check_operator(description);
  const auto type = Fields(description)
                        .choice<NumberType>("dtype", {{"float32", NumberType::float32},
                                                      {"float64", NumberType::float64}});
  std::map<std::string, Tensor> arrays;
  for (const char* name : {"x", "w", "b", "y", "r", "gx", "gw", "matrix"}) {
    const fs::path path = folder / (std::string(name) + ".npy");
    if (fs::exists(path)) arrays[name] = read_tensor(path, type);
  }
  return make_case(description, arrays);
}

}  // namespace toeplix::conformance
