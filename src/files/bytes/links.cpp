#include "files/bytes/links.hpp"

#include <toeplix/files/same_file.hpp>

namespace toeplix {
namespace detail {
namespace {

/// As many as Linux follows.
constexpr int most_links = 40;

/// One spelling for every path to the same place.
std::filesystem::path place_of(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path target = follow_links(path, error);
  const auto absolute = std::filesystem::absolute(error ? path : target, error);
  const auto canonical = std::filesystem::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal() : canonical;
}

}  // namespace

std::filesystem::path follow_links(const std::filesystem::path& path, std::error_code& error) {
  error.clear();
  std::filesystem::path current = path;
  for (int links = 0; links <= most_links; ++links) {
    std::error_code ignored;  // a path that cannot be looked at is no link
    if (!std::filesystem::is_symlink(std::filesystem::symlink_status(current, ignored))) {
      return current;
    }
    const std::filesystem::path next = std::filesystem::read_symlink(current, error);
    if (error) return current;
    current = current.parent_path() / next;
  }
  error = std::make_error_code(std::errc::too_many_symbolic_link_levels);
  return path;
}

}  // namespace detail

bool same_file(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code error;
  if (std::filesystem::equivalent(a, b, error) && !error) return true;
  return detail::place_of(a) == detail::place_of(b);
}

}  // namespace toeplix
