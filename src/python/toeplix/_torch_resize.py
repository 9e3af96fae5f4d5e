"""torch.nn.Upsample and torch.nn.functional.interpolate as affine maps."""

import math
import sys

import numpy as np

from . import _core
from ._errors import Error, GeometryError

#: The modes that are taken; those of linear interpolation are for one number of axes.
_MODES = ("nearest", "nearest-exact", "linear", "bilinear", "trilinear", "area")
_LINEAR_AXES = {"linear": 1, "bilinear": 2, "trilinear": 3}
_KEYWORDS = {
    "size": None,
    "scale_factor": None,
    "mode": "nearest",
    "align_corners": None,
    "recompute_scale_factor": None,
    "antialias": False,
}


def of_module(module, shape, make):
    """Of an Upsample, or a class that is one."""
    return _resized(shape, make, **{key: getattr(module, key, _KEYWORDS[key]) for key in _KEYWORDS})


def of_partial(partial, shape, make):
    """Of ``functools.partial(torch.nn.functional.interpolate, ...)``."""
    torch = sys.modules.get("torch")
    if torch is None or partial.func is not torch.nn.functional.interpolate:
        raise Error(f"{make.name} is not known here; of functions interpolate is taken")
    if partial.args:
        raise Error(f"{make.name} has arguments by position; give them by keyword")
    unknown = set(partial.keywords) - set(_KEYWORDS)
    if unknown:
        raise Error(f"{make.name} has the keywords {sorted(unknown)}, which interpolate has not")
    return _resized(shape, make, **{**_KEYWORDS, **partial.keywords})


def _resized(shape, make, *, mode, align_corners, antialias, recompute_scale_factor, **extents):
    pixels = shape[1:]
    _check(shape, make, mode, align_corners, antialias)
    size, scales = _sizes(pixels, make, **extents)
    if recompute_scale_factor or mode == "area":
        scales = None
    if min(size) < 1:
        raise GeometryError(f"{make.name} makes {tuple(size)} pixels of {tuple(pixels)}")
    if mode == "area":
        return adaptive_pool(pixels, size, shape, make)
    if mode in _LINEAR_AXES:
        return _linear(shape, make, size, scales, align_corners)
    by = {"size": tuple(size)} if scales is None else {"scale_factor": tuple(scales)}
    sources = [_sources(axis, shape, make, mode=mode, **by) for axis in range(len(pixels))]
    return make.separable(_core.selection(shape, [range(shape[0]), *sources]))


def _linear(shape, make, size, scales, align_corners):
    place = "align_corners" if align_corners else "half_pixel"
    if scales is None or align_corners:  # which goes by the sizes, whatever the factors
        return make.separable(_core.resize(shape, (shape[0], *size), [], True, "floor", place))
    # Torch copies an axis whose size stays, whatever its factor.
    factors = [
        1.0 if length == extent else scale for extent, length, scale in zip(shape[1:], size, scales)
    ]
    return make.separable(_core.resize(shape, [], (1.0, *factors), True, "floor", place))


def adaptive_pool(pixels, wanted, shape, make):
    """Means of equal windows, so many along every axis; None leaves an axis as it is."""
    wanted = tuple(extent if each is None else each for each, extent in zip(wanted, pixels))
    for extent, each in zip(pixels, wanted):
        if each < 1 or extent % each:
            raise GeometryError(
                f"{make.name} makes {each} pixels of {extent}; taken is what divides the extent, "
                "so that all windows are equal"
            )
    kernel = tuple(extent // each for extent, each in zip(pixels, wanted))
    sides = [(0, 0)] * len(pixels)
    return make.separable(
        _core.average_pool(pixels, kernel, shape[0], kernel, (1,), sides, False, True)
    )


def _check(shape, make, mode, align_corners, antialias):
    """Refuses what torch refuses, and what is not made here."""
    if mode not in _MODES:
        raise Error(f"{make.name} has the mode {mode!r}; taken are {', '.join(_MODES)}")
    if antialias:
        raise Error(f"{make.name} has antialias, which is not known here")
    axes = len(shape) - 1
    if axes not in ((_LINEAR_AXES[mode],) if mode in _LINEAR_AXES else (1, 2, 3)):
        raise GeometryError(
            f"{make.name} has the mode {mode!r}, which does not take the shape {tuple(shape)} of "
            f"channels and {axes} axes of pixels"
        )
    if align_corners is not None and mode not in _LINEAR_AXES:
        raise GeometryError(f"{make.name} has align_corners, which the mode {mode!r} has not")


def _sizes(pixels, make, size, scale_factor):
    """The pixels of the result, and the factors that coordinates are computed with, or None."""
    if (size is None) == (scale_factor is None):
        raise GeometryError(f"{make.name} has not one of size and scale_factor")
    if size is not None:
        return _for_all(size, pixels, make, "size"), None
    scales = [float(each) for each in _for_all(scale_factor, pixels, make, "scale_factor")]
    if not all(0 < scale < math.inf for scale in scales):
        raise GeometryError(f"{make.name} has the scale_factor {scale_factor}, not positive")
    sizes = [math.floor(float(extent) * scale) for extent, scale in zip(pixels, scales)]
    return sizes, scales


def _for_all(value, pixels, make, name):
    if not isinstance(value, (tuple, list)):
        return [value] * len(pixels)
    if len(value) != len(pixels):
        raise GeometryError(f"{make.name} has the {name} {value}; {len(pixels)} axes are resized")
    return list(value)


def _sources(axis, shape, make, **options):
    """The pixel that torch takes for every pixel of the result, along one axis.

    Of two that are equally near it takes one or the other, as its rounding will have it, which
    depends on the type of the image, on the axes, and on whether there are several channels. So it
    is asked, with an image like those of the layer that holds the coordinates.
    """
    torch = sys.modules["torch"]
    real = np.empty(0, make.dtype).real.dtype
    pixels = shape[1:]
    if pixels[axis] > 2 ** (np.finfo(real).nmant + 1):
        raise GeometryError(f"{make.name}: an axis of {pixels[axis]} pixels is too long for {real}")
    line = torch.arange(pixels[axis], dtype=getattr(torch, real.name))
    line = line.reshape(-1, *[1] * (len(pixels) - 1 - axis))
    image = line.expand(1, min(shape[0], 2), *pixels).contiguous()
    result = torch.nn.functional.interpolate(image, **options)[0, 0]
    return result.movedim(axis, -1).reshape(-1, result.shape[axis])[0].long().tolist()
