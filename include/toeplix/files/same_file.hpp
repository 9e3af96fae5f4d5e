#pragma once

#include <filesystem>

namespace toeplix {

/// Whether two paths name one file, however they are spelled: directly or through links, with or
/// without dots (./W.npz, folder/../W.npz); two hard links are one file. The files need not exist:
/// the answer is then whether writing to the paths would write one file. Upper and lower case
/// differ.
///
///     toeplix::same_file("W.npz", "./W.npz");  // true
///     toeplix::same_file("W.npz", "W.mtx");    // false
[[nodiscard]] bool same_file(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace toeplix
