#include "files/png/guard.hpp"

#include <algorithm>
#include <cstring>

namespace toeplix::detail {

void on_png_error(png_structp png, png_const_charp message) {
  auto& failure = *static_cast<PngFailure*>(png_get_error_ptr(png));
  const std::size_t size = std::min(std::strlen(message), sizeof(failure.message) - 1);
  std::copy_n(message, size, failure.message);
  failure.message[size] = '\0';
  png_longjmp(png, 1);
}

void on_png_warning(png_structp, png_const_charp) {}

}  // namespace toeplix::detail
