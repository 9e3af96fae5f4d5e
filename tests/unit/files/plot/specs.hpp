#pragma once

namespace plot_test {

/// Convolutions of all kinds, whose matrices are small.
inline constexpr const char* specs[] = {
    "input=3,3 kernel=2,2",
    "input=9 kernel=4 padding=2:1 boundary=reflect",
    "input=5,4 kernel=3,3 padding=1 boundary=symmetric,zero",
    "input=4,6 kernel=3,2 padding=3 boundary=circular stride=2,1",
    "input=4,4 kernel=3,3 padding=2 boundary=replicate operation=convolution dilation=2,1",
    "input=5,3 kernel=2,3 in=4 out=6 groups=2 stride=2 padding=1",
    "input=5,3 kernel=2,3 in=4 out=6 groups=2 order=channels_last padding=1:0,0:1",
    "input=4,3 kernel=3,1 in=2 out=3 order=column_major padding=1 boundary=reflect",
    "input=3,3 kernel=1,1 in=7 out=5",
    "input=3 kernel=1 in=12 out=12 groups=12",
    "transposed input=3,3 kernel=3,3 in=2 out=3 stride=2 padding=1 output_padding=1",
    "transposed input=4 kernel=5 padding=2 boundary=reflect in=2 out=2 order=channels_last",
    "input=3,2,4 kernel=2,2,3 padding=1 boundary=circular,reflect,zero",
};

}  // namespace plot_test
