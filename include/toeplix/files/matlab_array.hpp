#pragma once

#include <toeplix/error.hpp>
#include <toeplix/files/matlab.hpp>
#include <toeplix/files/npy.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <type_traits>

/// \file
/// Dense arrays of MATLAB 5 files, such as kernels that MATLAB or Octave computed.

namespace toeplix {

/// Reads a dense array of real numbers from a MATLAB 5 file, compressed or not, of either byte
/// order; what else the file holds is passed over, even if it cannot be understood.
///
/// The shape is MATLAB's `size`, so it has two axes or more: a row vector is (1, n), a column
/// vector (n, 1), and axes of 1 at the end are not there. MATLAB's `h(i, j)` is the value at
/// (i - 1, j - 1); the file's columns are turned into C order. Any numeric class is read (double,
/// single, integers, logical ones as 0 and 1), however few bytes the file stores a number in, and
/// converted as `read_npy` does, by its class: numbers of class double are not read as integers,
/// though the file may store them so. A value that its class does not have (1.5 of class int8) is
/// a FormatError. `T` is real.
///
/// Throws FormatError (file, byte, what was expected) for a file that is no MATLAB 5 file (the
/// message names the format), that is damaged, or has no such variable; for a variable that is
/// complex, a text, a cell array, a structure, an object or sparse, which the message says;
/// MatlabChoiceError without a name for a file of several arrays, which it lists. Throws
/// CapacityError if the array takes more than the memory budget. Cost: reading that array; twice
/// its memory for a moment, if it has several columns.
///
///     const auto [shape, values] = toeplix::read_matlab_array<double>("psf.mat");
///     auto kernel = toeplix::read_matlab_array<float>("psf.mat", {.variable = "h"});
template <NumberScalar T>
requires std::is_arithmetic_v<T>
[[nodiscard]] NpyArray<T> read_matlab_array(const std::filesystem::path& path,
                                            const MatlabReadOptions& options = {});

/// As `read_matlab_array`, from the bytes of a file. Messages call it `name`.
///
///     auto kernel = toeplix::parse_matlab_array<double>(bytes, "psf.mat");
template <NumberScalar T>
requires std::is_arithmetic_v<T>
[[nodiscard]] NpyArray<T> parse_matlab_array(std::span<const std::byte> bytes,
                                             std::string_view name,
                                             const MatlabReadOptions& options = {});

}  // namespace toeplix
