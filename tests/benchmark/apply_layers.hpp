#pragma once

#include "layers.hpp"

#include <array>

namespace bench {

/// A convolution that contenders multiply with.
struct ApplyLayer {
  std::string_view name;
  std::string_view spec;
  toeplix::Index images = 1;
  /// Too many entries for the explicit matrix.
  bool matrix_is_too_large = false;
};

/// The layers of `build/`, and those that products differ on.
inline constexpr std::array<ApplyLayer, 19> apply_layers{{
    {"blur_9x9_512", layers[0].spec},
    {"blur_5x5_128", layers[1].spec},
    {"resnet_3x3_64_56", layers[2].spec},
    {"resnet_conv1", layers[3].spec},
    {"small_3x3_16_32", layers[4].spec},
    {"signal_31_1m", layers[5].spec},
    {"volume_3_64", layers[6].spec},
    {"up_4x4_64_32", layers[7].spec},
    {"resnet_1x1_256_64", "input=56,56 kernel=1,1 in=256 out=64"},
    {"resnet_3x3_128_28", "input=28,28 kernel=3,3 in=128 out=128 padding=1"},
    {"mobilenet_dw_3x3_512_14", "input=14,14 kernel=3,3 in=512 out=512 groups=512 padding=1"},
    {"vgg_3x3_64_224", "input=224,224 kernel=3,3 in=64 out=64 padding=1", 1, true},
    {"dilated_3x3_64_56", "input=56,56 kernel=3,3 in=64 out=64 padding=2 dilation=2"},
    {"unet_up_2x2_128_64", "transposed input=28,28 kernel=2,2 in=128 out=64 stride=2"},
    {"dcgan_4x4_512_256", "transposed input=4,4 kernel=4,4 in=512 out=256 stride=2 padding=1"},
    {"blur_31x31_1024", "input=1024,1024 kernel=31,31 padding=15", 1, true},
    {"resnet_3x3_64_56_batch16", layers[2].spec, 16, true},
    {"blur_9x9_512_symmetric", "input=512,512 kernel=9,9 padding=4 boundary=symmetric"},
    {"resnet_3x3_64_56_symmetric",
     "input=56,56 kernel=3,3 in=64 out=64 padding=1 boundary=symmetric"},
}};

}  // namespace bench
