"""The windows of images as columns, and back."""

import math

import numpy as np

from . import _core
from ._affine_map import converted, map_of
from ._arguments import (
    as_array,
    as_integer,
    as_integers,
    as_real_type,
    as_resources,
    as_word,
    is_sequence,
)
from ._errors import GeometryError
from ._keywords import suggest_keywords
from ._sparse import as_scipy
from ._text_form import geometry_text


@suggest_keywords
def im2col(
    input,
    kernel_size,
    *,
    channels=1,
    dilation=1,
    padding=0,
    stride=1,
    boundary="zero",
    dtype=None,
    format="csr",
    threads=None,
    memory_budget=None,
):
    """The sparse matrix of `unfold`: every row copies one pixel, or none in the padding.

    Its transpose is the matrix of `fold`. Rows are (channels * taps, windows) in C order.

    Parameters
    ----------
    input : int or tuple of int
        Pixels along every axis, without channels.
    kernel_size : int or tuple of int
        One for all axes, or one for each; so are ``dilation``, ``padding`` and ``stride``.
    channels : int
        Of the image.
    dilation, stride : int or tuple of int
        The defaults are those of torch.nn.Unfold.
    padding : int, tuple, or str
        As for `toeplix.matrix`.
    boundary : str or tuple of str
        As for `toeplix.matrix`.
    dtype : dtype
        float32 or float64 (default).
    format : str
        ``"csr"`` or ``"csc"``.
    threads, memory_budget : int
        As for `toeplix.matrix`.

    Returns
    -------
    scipy.sparse.csr_matrix or csc_matrix
        Of the shape (channels * taps * windows, channels * pixels), all ones.

    Raises
    ------
    GeometryError
        If there are no such windows.
    CapacityError
        If the entries exceed the memory.

    Examples
    --------
    >>> import toeplix
    >>> toeplix.im2col(3, kernel_size=2).toarray().astype(int)
    array([[1, 0, 0],
           [0, 1, 0],
           [0, 1, 0],
           [0, 0, 1]])
    """
    as_word(format, "format", ("csr", "csc"))
    keywords = {"dilation": dilation, "padding": padding, "stride": stride, "boundary": boundary}
    pixels = as_integers(input, "input")
    text = _text(pixels, kernel_size, as_integer(channels, "channels"), keywords)
    geometry, weights = _core.im2col(text, np.empty(0, as_real_type(dtype)))
    arrays = _core.compile(
        geometry,
        weights,
        by_columns=format == "csc",
        index_bits=0,
        rows=None,
        prune=True,
        **as_resources(threads, memory_budget),
    )
    return as_scipy(arrays, (geometry.rows, geometry.cols), format)


@suggest_keywords
def unfold(x, kernel_size, dilation=1, padding=0, stride=1):
    """The windows of images as columns, as torch.nn.functional.unfold.

    Parameters
    ----------
    x : array_like
        Of the shape (channels, pixels...), or (batch, channels, pixels...).
    kernel_size : int or tuple of int
        One for each axis of pixels, of which there may be any number; an int means two axes, and
        the same for both.
    dilation, stride : int or tuple of int
        One for all axes, or one for each.
    padding : int, tuple, or str
        As for `toeplix.matrix`.

    Returns
    -------
    ndarray
        Of the shape (channels * taps, windows), behind the batch.

    Raises
    ------
    GeometryError
        If there are no such windows.

    Notes
    -----
    Cost: the matrix `im2col` and a product by it for every image.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> toeplix.unfold(np.arange(9).reshape(1, 3, 3), kernel_size=2).astype(int)
    array([[0, 1, 3, 4],
           [1, 2, 4, 5],
           [3, 4, 6, 7],
           [4, 5, 7, 8]])
    """
    x = as_array(x, "x")
    kernel = _kernel(kernel_size)
    if x.ndim not in (len(kernel) + 1, len(kernel) + 2):
        raise GeometryError(
            f"x has the shape {x.shape}; expected (channels, pixels...) with {len(kernel)} axes of "
            "pixels, as kernel_size has, or a batch of these"
        )
    channels, *pixels = x.shape[-len(kernel) - 1 :]
    keywords = {"dilation": dilation, "padding": padding, "stride": stride}
    return windows_map(pixels, kernel, channels, keywords, x.dtype)(x)


@suggest_keywords
def fold(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Columns laid back over the image, added up where they overlap, as torch.nn.functional.fold.

    Parameters
    ----------
    x : array_like
        Of the shape (channels * taps, windows), or (batch, channels * taps, windows).
    output_size : int or tuple of int
        Pixels of the image along every axis; an int means two axes, and the same for both.
    kernel_size, dilation, stride : int or tuple of int
        One for all axes, or one for each.
    padding : int, tuple, or str
        As for `toeplix.matrix`.

    Returns
    -------
    ndarray
        Of the shape (channels, pixels...), behind the batch.

    Raises
    ------
    GeometryError
        If x is not what `unfold` gives for such an image.

    Notes
    -----
    Cost: the transpose of `im2col` and a product by it for every image.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> toeplix.fold(np.ones((4, 4)), (3, 3), kernel_size=2).astype(int)
    array([[[1, 2, 1],
            [2, 4, 2],
            [1, 2, 1]]])
    """
    x = as_array(x, "x")
    if x.ndim not in (2, 3):
        raise GeometryError(
            f"x has the shape {x.shape}; expected (channels * taps, windows), or a batch of these"
        )
    pixels = _kernel(output_size, "output_size")
    channels = fold_channels(x.shape[-2], kernel_size, len(pixels))
    keywords = {"dilation": dilation, "padding": padding, "stride": stride}
    folding = windows_map(pixels, kernel_size, channels, keywords, x.dtype, back=True)
    if x.shape[-2:] != folding.input_shape:
        raise GeometryError(
            f"x has the shape {x.shape}; expected {folding.input_shape} for images of "
            f"{tuple(pixels)}, or a batch of these"
        )
    return folding(x)


def windows_map(pixels, kernel_size, channels, keywords, dtype, back=False, **options):
    """The affine map of `unfold`, or with ``back`` of `fold`, of images of ``pixels``."""
    text = _text(tuple(pixels), kernel_size, channels, keywords)
    real = np.empty(0, dtype).real
    options = {"name": "", "threads": 0, "memory_budget": 0, **options}
    made = map_of(_core.affine_windows(text, back, real, **options))
    image, columns = (made.input_shape, made.output_shape)[:: -1 if back else 1]
    shapes = (image, (columns[0], math.prod(columns[1:])))  # the windows in one line
    made = made.with_shapes(*shapes[:: -1 if back else 1])
    return converted(made, np.dtype(dtype), made.A.indptr.dtype)


def fold_channels(rows, kernel_size, axes):
    """The channels of an image whose columns have so many rows."""
    kernel = as_integers(kernel_size, "kernel_size")
    taps = math.prod(kernel) ** (axes if len(kernel) == 1 else 1)
    if taps < 1 or rows % taps:
        raise GeometryError(
            f"columns have {rows} rows; expected a multiple of the {taps} taps of the kernel"
        )
    return rows // taps


def _kernel(values, name="kernel_size"):
    axes = as_integers(values, name)
    return axes if is_sequence(values) else axes * 2


def _text(input, kernel_size, channels, keywords):
    """The text form of windows, whose kernel has one extent, or one for each axis."""
    if not input:
        raise GeometryError("the image has no axes; expected one of pixels at least")
    kernel = as_integers(kernel_size, "kernel_size")
    if len(kernel) == 1:
        kernel *= len(input)
    return geometry_text((1, channels, *kernel), input, keywords)
