"""Images as callers give them: flat or in their own shape, one or a batch of them."""

import math
from typing import NamedTuple

import numpy as np

from ._arguments import as_array
from ._errors import GeometryError


class ImageShape(NamedTuple):
    """Channels and pixels of the images on one side of a convolution, as an array has them."""

    axes: tuple  # of the array, channels among them
    channels_last: bool

    @property
    def size(self):
        """Numbers of one image."""
        return math.prod(self.axes)

    @property
    def pixels(self):
        """The axes without channels, or None if there are several channels."""
        channel_axis = -1 if self.channels_last else 0
        if self.axes[channel_axis] != 1:
            return None
        return self.axes[:-1] if self.channels_last else self.axes[1:]

    def forms(self):
        """The shapes that an image may have, by names for them."""
        forms = {"whole": self.axes, "pixels": self.pixels, "flat": (self.size,)}
        return {name: form for name, form in forms.items() if form is not None}


def as_images(values, name, shape, dtype=None):
    """Images one after another, and what tells `like_images` the form of the results.

    ``values`` is one image of a form that ``shape`` has, or a batch of such along the first axis.
    """
    array = as_array(values, name, dtype)
    forms = shape.forms()
    for batch in (0, 1):
        for kind, form in forms.items():
            if array.ndim == batch + len(form) and array.shape[batch:] == form:
                count = array.shape[:batch]
                return array.reshape(math.prod(count), shape.size), (count, kind)
    expected = " or ".join(str(form) for form in dict.fromkeys(forms.values()))
    raise GeometryError(
        f"{name} has the shape {array.shape}; expected {expected}, or a batch of these along the "
        "first axis"
    )


def like_images(flat, given, shape):
    """Results, one after another, in the form in which the images were given."""
    batch, kind = given
    return np.reshape(flat, batch + shape.forms().get(kind, shape.axes))
