#include "files/png/guard.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace toeplix::detail {

void check_memory(const PngFailure& failure) {
  for (const char* const sentence :
       {"out of memory", "Out of memory", "Out of Memory!", "insufficient memory"}) {
    if (std::strcmp(failure.message, sentence) == 0) throw std::bad_alloc();
  }
}

void on_png_error(png_structp png, png_const_charp message) {
  auto& failure = *static_cast<PngFailure*>(png_get_error_ptr(png));
  const std::size_t size = std::min(std::strlen(message), sizeof(failure.message) - 1);
  std::copy_n(message, size, failure.message);
  failure.message[size] = '\0';
  png_longjmp(png, 1);
}

void on_png_warning(png_structp, png_const_charp) {}

}  // namespace toeplix::detail
