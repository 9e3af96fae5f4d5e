#pragma once

#include <toeplix/convolution.hpp>

namespace toeplix::detail {

/// Whether input and output are tensors of the same shape.
bool keeps_shape(const Convolution& conv);

/// A small convolution whose matrix has the same structure. One whose matrix is square by more than
/// every axis keeping its extent stays as it is, as a smaller one need not be square.
Convolution shortened(const Convolution& conv);

/// The same with few channels. Of weights at random few tell as much as many.
Convolution with_few_channels(const Convolution& conv);

}  // namespace toeplix::detail
