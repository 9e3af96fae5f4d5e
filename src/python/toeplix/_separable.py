"""Pooling by average, padding and resizing: what works on every axis by itself."""

import numpy as np

from . import _core
from ._arguments import (
    as_flag,
    as_integer,
    as_integers,
    as_number,
    as_real_type,
    as_resources,
    as_word,
    is_sequence,
)
from ._errors import GeometryError
from ._keywords import suggest_keywords
from ._sparse import as_scipy
from ._text_form import axis_padding, boundary_words

#: The modes of torch.nn.functional.interpolate: whether linear, nearest pixel, coordinates.
MODES = {
    "nearest": (False, "floor", "asymmetric"),
    "nearest-exact": (False, "round_prefer_ceil", "half_pixel"),
    "linear": (True, "floor", "half_pixel"),
}
_NEAREST = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
_COORDINATES = (
    "half_pixel",
    "pytorch_half_pixel",
    "align_corners",
    "asymmetric",
    "half_pixel_symmetric",
)


@suggest_keywords
def average_pool(
    input,
    kernel_size,
    *,
    stride=None,
    padding=0,
    dilation=1,
    channels=1,
    ceil_mode=False,
    count_include_pad=True,
    dtype=None,
    format="csr",
    threads=None,
    memory_budget=None,
):
    """The sparse matrix of a pooling by average. The defaults are those of torch.nn.AvgPool2d.

    Parameters
    ----------
    input : int or tuple of int
        Pixels along every axis, without channels.
    kernel_size : int or tuple of int
        Of the windows; one for all axes, or one for each. So are ``stride`` and ``dilation``.
    stride : int or tuple of int
        Default: ``kernel_size``.
    padding : int or tuple
        One number, one for each axis, or a pair (lower, upper) for each; not negative.
    dilation : int or tuple of int
        Which PyTorch does not have.
    channels : int
        Images, each pooled by itself.
    ceil_mode : bool
        Whether the number of windows is rounded up.
    count_include_pad : bool
        Whether the divisor counts padding.
    dtype : dtype
        float32 or float64 (default).
    format : str
        ``"csr"`` or ``"csc"``.
    threads, memory_budget : int
        As for `toeplix.matrix`.

    Returns
    -------
    scipy.sparse.csr_matrix or csc_matrix
        Of the shape (channels * windows, channels * pixels).

    Raises
    ------
    GeometryError
        If there are no such windows.
    CapacityError
        If the entries exceed the memory.

    Examples
    --------
    >>> import toeplix
    >>> toeplix.average_pool(4, kernel_size=2).toarray()
    array([[0.5, 0.5, 0. , 0. ],
           [0. , 0. , 0.5, 0.5]])
    """
    pixels = as_integers(input, "input")
    kernel = as_integers(kernel_size, "kernel_size")
    pool = _core.average_pool(
        pixels,
        kernel,
        as_integer(channels, "channels"),
        kernel if stride is None else as_integers(stride, "stride"),
        as_integers(dilation, "dilation"),
        _sides(padding, len(pixels)),
        as_flag(ceil_mode, "ceil_mode"),
        as_flag(count_include_pad, "count_include_pad"),
    )
    return _compiled(pool, dtype, format, threads, memory_budget)


@suggest_keywords
def pad(
    input,
    padding,
    *,
    boundary="zero",
    dtype=None,
    format="csr",
    threads=None,
    memory_budget=None,
):
    """The sparse matrix that puts an array into a frame, as numpy.pad and torch.nn.ReflectionPad2d.

    Parameters
    ----------
    input : int or tuple of int
        The shape of the array; channels are an axis among the others.
    padding : int or tuple
        One number, one for each axis, or a pair (lower, upper) for each, the first axis first.
        Negative numbers crop, before the boundaries extend what is left.
    boundary : str or tuple of str
        What is in the frame: ``"zero"``, ``"circular"``, ``"reflect"``, ``"symmetric"``,
        ``"replicate"``; one for all axes, or one for each. ``"zeros"`` is PyTorch's word.
    dtype : dtype
        float32 or float64 (default).
    format : str
        ``"csr"`` or ``"csc"``.
    threads, memory_budget : int
        As for `toeplix.matrix`.

    Returns
    -------
    scipy.sparse.csr_matrix or csc_matrix
        One entry in every row, or none where there are zeros.

    Raises
    ------
    GeometryError
        If an axis ends up without pixels.
    CapacityError
        If the entries exceed the memory.

    Examples
    --------
    >>> import toeplix
    >>> toeplix.pad(3, (1,), boundary="reflect").toarray().astype(int)
    array([[0, 1, 0],
           [1, 0, 0],
           [0, 1, 0],
           [0, 0, 1],
           [0, 1, 0]])
    """
    shape = as_integers(input, "input")
    frame = _core.pad(shape, _sides(padding, len(shape)), boundary_words(boundary), 0.0)
    return _compiled(frame, dtype, format, threads, memory_budget)


@suggest_keywords
def resize(
    input,
    size=None,
    *,
    scale_factor=None,
    mode="nearest",
    align_corners=False,
    nearest=None,
    coordinates=None,
    dtype=None,
    format="csr",
    threads=None,
    memory_budget=None,
):
    """The sparse matrix of a resampling. The defaults are those of torch.nn.functional.interpolate.

    Parameters
    ----------
    input : int or tuple of int
        The shape of the array, all of whose axes are resized; channels are one whose size stays.
    size : int or tuple of int
        Of the result; one for all axes, or one for each. Coordinates are exact fractions.
    scale_factor : float or tuple of float
        By which each axis grows, instead; its size is ``floor(input * scale_factor)``.
    mode : str
        ``"nearest"``, ``"nearest-exact"``, or ``"linear"`` along every axis.
    align_corners : bool
        Whether the corner pixels keep their places; with ``"linear"`` only.
    nearest : str
        Which pixel is the nearest, in the words of ONNX: ``"round_prefer_floor"``,
        ``"round_prefer_ceil"``, ``"floor"``, ``"ceil"`` (default: by ``mode``).
    coordinates : str
        Where pixels lie in the original, in the words of ONNX: ``"half_pixel"``,
        ``"pytorch_half_pixel"``, ``"align_corners"``, ``"asymmetric"``,
        ``"half_pixel_symmetric"`` (default: by ``mode`` and ``align_corners``).
    dtype : dtype
        float32 or float64 (default).
    format : str
        ``"csr"`` or ``"csc"``.
    threads, memory_budget : int
        As for `toeplix.matrix`.

    Returns
    -------
    scipy.sparse.csr_matrix or csc_matrix
        Of the shape (pixels of the result, pixels of the input).

    Raises
    ------
    GeometryError
        If an axis ends up without pixels, or unless one of size and scale_factor is given.
    CapacityError
        If the entries exceed the memory.

    Notes
    -----
    PyTorch computes the coordinates of ``"nearest"`` in the precision of the image, so that it may
    choose the other pixel of two that are equally near, and copies an axis whose size stays,
    whatever its factor; `toeplix.affine` of a module follows it.

    Examples
    --------
    >>> import toeplix
    >>> toeplix.resize(2, size=4, mode="linear").toarray()
    array([[1.  , 0.  ],
           [0.75, 0.25],
           [0.25, 0.75],
           [0.  , 1.  ]])
    """
    linear, pixel, place = MODES[as_word(mode, "mode", MODES)]
    if as_flag(align_corners, "align_corners"):
        if not linear or coordinates is not None:
            raise GeometryError("align_corners is of the mode 'linear', without coordinates")
        place = "align_corners"
    shape = as_integers(input, "input")
    if (size is None) == (scale_factor is None):
        raise GeometryError("expected one of size and scale_factor")
    resized = _core.resize(
        shape,
        [] if size is None else _for_all(as_integers(size, "size"), shape),
        [] if size is not None else _for_all(_numbers(scale_factor, "scale_factor"), shape),
        linear,
        as_word(pixel if nearest is None else nearest, "nearest", _NEAREST),
        as_word(place if coordinates is None else coordinates, "coordinates", _COORDINATES),
    )
    return _compiled(resized, dtype, format, threads, memory_budget)


def _sides(padding, axes):
    """Padding in numbers as pairs (lower, upper) of every axis."""
    if isinstance(padding, str):
        raise TypeError(f"padding is {padding!r}; expected numbers")
    pairs = []
    for sides in padding if is_sequence(padding) else [padding] * axes:
        axis_padding(sides)
        numbers = as_integers(sides, "padding")
        pairs.append((numbers[0], numbers[-1]))
    return pairs


def _for_all(values, axes):
    return values * len(axes) if len(values) == 1 else values


def _numbers(values, name):
    if not is_sequence(values):
        return (as_number(values, name),)
    return tuple(as_number(each, name) for each in values)


def _compiled(separable, dtype, format, threads, memory_budget):
    as_word(format, "format", ("csr", "csc"))
    arrays, shape = _core.separable_compile(
        separable,
        np.empty(0, as_real_type(dtype)),
        by_columns=format == "csc",
        **as_resources(threads, memory_budget),
    )
    return as_scipy(arrays, shape, format)
