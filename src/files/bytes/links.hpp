#pragma once

#include <filesystem>
#include <system_error>

namespace toeplix::detail {

/// The path to which a chain of symbolic links leads, whether a file is there or not. Each link is
/// read as the system does: a relative one from its own folder. `error` says why there is none: the
/// links form a loop, or one of them cannot be read.
std::filesystem::path follow_links(const std::filesystem::path& path, std::error_code& error);

}  // namespace toeplix::detail
