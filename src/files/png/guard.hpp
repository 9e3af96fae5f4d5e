#pragma once

#include <png.h>

#include <csetjmp>
#include <type_traits>

namespace toeplix::detail {

/// Why libpng gave up.
struct PngFailure {
  char message[128];
};

/// Throws std::bad_alloc if it was memory that was missing, of which libpng and zlib have several
/// sentences.
void check_memory(const PngFailure& failure);

/// libpng's error callback: notes the message and jumps back into `run_guarded`.
/// The error pointer of `png` is a PngFailure.
[[noreturn]] void on_png_error(png_structp png, png_const_charp message);

/// libpng's warning callback, which does nothing: warnings concern metadata that we do not read.
void on_png_warning(png_structp png, png_const_charp message);

/// Runs calls into libpng; false if libpng gave up.
///
/// libpng reports errors by longjmp, which runs no destructors. So `phase` must be a lambda that
/// has no object with a destructor, calls nothing of ours that throws, and keeps what it computes
/// in objects of the caller's. (The caller's frame is not the one that calls setjmp, so its
/// objects keep their values.)
template <class Phase>
bool run_guarded(png_structp png, Phase phase) {
  static_assert(std::is_trivially_destructible_v<Phase>);
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  phase();
  return true;
}

}  // namespace toeplix::detail
