#pragma once

#include <toeplix/toeplix.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// A convolution that contenders build, by name.
struct Layer {
  std::string_view name;
  std::string_view spec;
};

inline constexpr std::array<Layer, 8> layers{{
    {"blur_9x9_512", "input=512,512 kernel=9,9 padding=4"},
    {"blur_5x5_128", "input=128,128 kernel=5,5 padding=2"},
    {"resnet_3x3_64_56", "input=56,56 kernel=3,3 in=64 out=64 padding=1"},
    {"resnet_conv1", "input=224,224 kernel=7,7 in=3 out=64 stride=2 padding=3"},
    {"small_3x3_16_32", "input=32,32 kernel=3,3 in=16 out=16 padding=1"},
    {"signal_31_1m", "input=1000000 kernel=31 padding=15"},
    {"volume_3_64", "input=64,64,64 kernel=3,3,3 padding=1"},
    {"up_4x4_64_32", "transposed input=32,32 kernel=4,4 in=64 out=32 stride=2 padding=1"},
}};

/// Layers for measuring memory alone.
inline constexpr std::array<Layer, 3> memory_layers{{
    // Row pointers that alternate weigh as much here as the entries.
    {"signal_up_3_4m", "transposed input=4000000 kernel=3 stride=2"},
    // Every row has its own taps.
    {"circulant_4096", "input=4096 kernel=4096 padding=same_upper boundary=circular"},
    {"circulant_up_4096", "transposed input=4096 kernel=4096 padding=same_upper boundary=circular"},
}};

/// Weights that are all different, so that no contender can profit from equal ones.
inline std::vector<float> make_weights(toeplix::Index count) {
  std::vector<float> weights(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = 1.0f + static_cast<float>(i);
  return weights;
}

}  // namespace bench
