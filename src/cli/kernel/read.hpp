#pragma once

#include <toeplix/files/npy.hpp>

#include <string>

namespace toeplix::cli {

/// A word that stands for a kernel, taken apart. Every command reads it by this.
///
/// | word | kind |
/// | --- | --- |
/// | `1,2,3` or `0,1;2,3` | numbers |
/// | `kernel.npy`, `-` | npy: a file, or standard input |
/// | `model.npz`, `model.npz:conv1.weight` | npz: an array of an archive |
/// | `psf.mat`, `psf.mat:h` | mat: a dense array of a MATLAB file |
/// | `psf.png` | png: a grey picture of a point that was blurred, scaled to sum 1 |
/// | `gaussian:9:1.5` | builtin |
struct KernelWord {
  enum class Kind { numbers, npy, npz, mat, png, builtin };

  Kind kind;
  std::string text;   ///< all of it, for messages
  std::string path;   ///< of the file, if it is one
  std::string array;  ///< its name in the file, if one is given
};

/// Throws UsageError for a word that is none of them, which says what there is. Reads no file; but
/// one that exists under the whole word is meant, whatever else the word could be.
KernelWord parse_kernel_word(const std::string& text);

/// Reads numbers (two axes) or the array of a file. Precondition: it is not builtin. Throws
/// UsageError for numbers that are wrong, a picture that is not grey, or black, and a file of
/// several arrays without a name; otherwise what the format's reader throws. `T` is float or
/// double.
/// Throws TooLarge or CapacityError for an array of a file that takes more than the budget, as
/// `check_memory` has it.
template <class T>
NpyArray<T> read_kernel(const KernelWord& word, Index budget);

/// Whether the kernel is exact in float, as its file has float16 or float32 (MATLAB's single).
bool is_float_kernel(const KernelWord& word, Index budget);

}  // namespace toeplix::cli
