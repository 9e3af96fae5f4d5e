#pragma once

#include "case.hpp"

#include <filesystem>

namespace toeplix::conformance {

/// The case folders that a folder stands for: the folder itself, if it has a case.json; those that
/// its index.txt lists, existing or not; else those in it, in order of their names. A folder that
/// has neither a case.json nor folders in it is a case too, and will fail. Throws CaseError for a
/// path that is not a folder, and for a folder without cases.
std::vector<std::filesystem::path> find_cases(const std::filesystem::path& folder);

/// Reads a case folder. Throws as `make_case`, and FormatError for files that are not what they
/// should be.
Case read_case(const std::filesystem::path& folder);

}  // namespace toeplix::conformance
