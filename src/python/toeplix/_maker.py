"""What makes the maps of layers: calls of the library, all of one type and by one name."""

import math

import numpy as np

from . import _core
from ._affine_map import converted, map_of
from ._arguments import as_array
from ._geometry import resolve
from ._windows import windows_map


class Maker:
    """Makes maps of one scalar type, called by one name, within the same resources."""

    def __init__(self, dtype, name, resources):
        self.dtype = np.dtype(dtype)
        self.name = name
        self.resources = resources
        self._options = {"name": name, **resources}

    def array(self, values, name):
        """Parameters of a layer, such as its weights, in the type of the map."""
        return as_array(values, f"{name} of {self.name}", self.dtype)

    def convolution(self, weights, pixels, keywords, bias=None):
        """Of weights and a bias, which may be None."""
        geometry, weights = resolve(self.array(weights, "weight"), tuple(pixels), keywords)
        bias = None if bias is None else self.array(bias, "bias").reshape(-1)
        return map_of(_core.affine_convolution(geometry, weights, bias, **self._options))

    def linear(self, weights, shape, bias=None):
        """A dense matrix along the last axis of an input: a convolution with kernels of 1 pixel."""
        weights = self.array(weights, "weight")
        rest = shape[:-1]
        made = self.convolution(
            weights[:, :, None], (math.prod(rest),), {"order": "channels_last"}, bias
        )
        return made.with_shapes(shape, (*rest, len(weights)))

    def separable(self, separable):
        """Of what `_core` has as average_pool, pad, resize or selection."""
        example = np.empty(0, self.dtype)
        return map_of(_core.affine_separable(separable, example, **self._options))

    def windows(self, pixels, kernel_size, channels, keywords, back=False):
        """Of `toeplix.unfold`, or with ``back`` of `toeplix.fold`."""
        return windows_map(
            pixels, kernel_size, channels, keywords, self.dtype, back, **self._options
        )

    def scale(self, shape, scale, shift):
        """Of numbers for every channel, the first axis of the shape."""
        numbers = (self.array(scale, "scale"), self.array(shift, "shift"))
        return map_of(_core.affine_scale(shape, 0, *numbers, **self._options))

    def reshape(self, shape, result):
        """The identity from one shape to another."""
        example = np.empty(0, self.dtype)
        return map_of(_core.affine_reshape(shape, result, example, **self._options))

    def typed(self, affine):
        """A map that was made elsewhere in the type of all."""
        return converted(affine, self.dtype, affine.A.indptr.dtype)
