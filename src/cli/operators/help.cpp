#include "cli/operators/help.hpp"

#include <algorithm>

namespace toeplix::cli {

const std::array<OperatorWords, 4> operator_words{{
    {"pool",
     "SPEC of toeplix pool: the mean of every window, each channel by itself. Words as\n"
     "in the SPEC of a convolution:\n"
     "  input=28,28 kernel=2,2     extents, which must be given\n"
     "  in=1                       channels, in and out\n"
     "  stride=1 dilation=1        ONNX's defaults; PyTorch's stride is the kernel\n"
     "  padding=0                  not negative; or same_upper, same_lower, ...\n"
     "  order=channels_first       channels_last, column_major\n"
     "  ceil_mode=false            true: the last window may stand out\n"
     "  count_include_pad=false    true: padding counts in the mean, as zeros\n"
     "Without --output the matrix is inspected. --output A.npz writes it. --input and\n"
     "--output apply it, to arrays of shape (channels, extents...) or pictures.\n",
     "input= kernel= in= stride= dilation= padding= order= ceil_mode= count_include_pad="},
    {"pad",
     "SPEC of toeplix pad: an image in a frame, along any axes. Words:\n"
     "  input=28,28                extents of all axes, which must be given\n"
     "  padding=0                  1, or 0:1 for lower and upper; negative crops\n"
     "  boundary=zero              circular, reflect, symmetric, replicate\n"
     "  constant=0                 what boundary=zero fills in\n"
     "Without --output the matrix is inspected. --output A.npz writes it; a constant\n"
     "that is not 0 is added to the product with it, and --offset b.npy writes what is\n"
     "added. --input and --output apply it, constant and all, to arrays of shape\n"
     "(extents...) or pictures.\n",
     "input= padding= boundary= constant="},
    {"resize",
     "SPEC of toeplix resize: an image resampled, along any axes. Words:\n"
     "  input=28,28                extents of all axes, required; and one of\n"
     "  sizes=56,56                extents of the result\n"
     "  scales=2                   factors; of an axis floor(input * scale) pixels\n"
     "  float_scales=2             the same, multiplied in 32-bit floats, as in ONNX\n"
     "For all axes:\n"
     "  interpolation=nearest      linear\n"
     "  nearest=round_prefer_floor round_prefer_ceil, floor, ceil\n"
     "  coordinates=half_pixel     pytorch_half_pixel, align_corners, asymmetric,\n"
     "                             half_pixel_symmetric: ONNX's formulas, but with\n"
     "                             scales ONNX Runtime has another align_corners\n"
     "Without --output the matrix is inspected. --output A.npz writes it. --input and\n"
     "--output apply it, to arrays of shape (extents...) or pictures.\n",
     "input= sizes= scales= float_scales= interpolation= nearest= coordinates="},
    {"im2col",
     "SPEC of toeplix im2col: the windows of an image as columns. Words as in the\n"
     "SPEC of a convolution:\n"
     "  input=28,28 kernel=3,3     extents, which must be given\n"
     "  in=1                       channels\n"
     "  stride=1 dilation=1 padding=0 boundary=zero\n"
     "  operation=correlation      convolution: windows turned round\n"
     "  order=channels_first       makes (in * positions, windows); channels_last and\n"
     "                             column_major: (windows, in * positions)\n"
     "The positions of a window's channel stand next to one another.\n"
     "Without --output the matrix is inspected. --output A.npz writes it. --input and\n"
     "--output apply it. --transpose lays columns back over the image, adding up:\n"
     "col2im.\n",
     "input= kernel= in= stride= dilation= padding= boundary= operation= order="},
}};

const OperatorWords* operator_words_of(std::string_view command) {
  const auto found = std::ranges::find(operator_words, command, &OperatorWords::command);
  return found == operator_words.end() ? nullptr : &*found;
}

}  // namespace toeplix::cli
