"""Images as the vectors that a matrix multiplies, and back."""

import math
from typing import NamedTuple

import numpy as np

from ._arguments import as_array
from ._errors import GeometryError


class Layout(NamedTuple):
    """How images were given: so results are given, too."""

    kind: str  # "image": with channels, "pixels": one channel without its axis, "flat"
    is_batch: bool


def channel_axis(geometry):
    """The axis of the channels of an image, 0 or -1."""
    return -1 if "order=channels_last" in geometry.text.split() else 0


def _shapes(geometry, shape):
    """What an image may be, by the name of its layout."""
    axis = channel_axis(geometry)
    shapes = {"image": shape}
    if shape[axis] == 1:
        shapes["pixels"] = shape[1:] if axis == 0 else shape[:-1]
    shapes["flat"] = (math.prod(shape),)
    return shapes


def as_batch(values, name, geometry, shape, dtype=None):
    """Images as the rows of an array, and their layout.

    ``shape`` is that of an image with its channels. An image may come without the axis of its only
    channel, or flat; and in a batch, along the first axis.
    """
    array = as_array(values, name, dtype)
    shape = tuple(shape)
    shapes = _shapes(geometry, shape)
    length = math.prod(shape)
    for kind, expected in shapes.items():
        if array.shape == expected:
            return array.reshape(1, length), Layout(kind, False)
    for kind, expected in shapes.items():
        if array.shape[1:] == expected:
            return array.reshape(len(array), length), Layout(kind, True)
    raise GeometryError(
        f"{name} has the shape {array.shape}; expected {shape}, or {(length,)}, "
        "or a batch of these along the first axis"
    )


def from_batch(rows, layout, geometry, shape):
    """The rows of an array as images of that shape, laid out as other images were."""
    shapes = _shapes(geometry, tuple(shape))
    expected = shapes.get(layout.kind, shapes["image"])
    return np.reshape(rows, (len(rows), *expected) if layout.is_batch else expected)
