"""What a question is about: a geometry, with weights or without, or a matrix of SciPy's."""

from typing import NamedTuple, Optional

import numpy as np
import scipy.sparse

from . import _core
from ._arguments import as_array, as_integers
from ._errors import GeometryError
from ._geometry import _check_no_keywords, _with_channels, geometry_text, resolve
from ._images import ImageShape

#: What docstrings say of these arguments.
SUBJECT = """weights : array_like, str, or sparse matrix
        As ``toeplix.matrix`` takes them. Or the text form of a geometry, such as
        ``"input=28,28 kernel=3,3"``, or nothing: then there are no weights.{matrix}
    input : int, tuple of int, or str
        As ``toeplix.matrix`` takes it.
    weights_shape : tuple of int
        If there are no weights: the shape that they would have.
    """

MATRIX = " Or any sparse matrix\n        of SciPy's, which has no geometry and is copied."


def documented(function):
    """Puts SUBJECT into a docstring, with a matrix or without. (A decorator.)"""
    function.__doc__ = function.__doc__.replace(
        "{subject}\n    ", SUBJECT.replace("{matrix}", "")
    ).replace("{subject or matrix}\n    ", SUBJECT.replace("{matrix}", MATRIX))
    return function


class Subject(NamedTuple):
    """A checked geometry, and the weights for it, if there are any."""

    geometry: _core.Geometry
    weights: Optional[np.ndarray]


def resolve_subject(weights, input, keywords, weights_shape, name, dtype=None):
    """The geometry that the arguments describe. ``name`` is the function that asks.

    One kernel stands for all pixels: what is asked of a kernel for every pixel, its matrix answers.
    """
    if isinstance(weights, str) or weights is None:
        geometry = _without_weights(weights, input, keywords, weights_shape, name)
        return Subject(geometry, None)
    if weights_shape is not None:
        raise TypeError("the shape of the weights is given twice: by weights, and by weights_shape")
    if input is None:
        raise TypeError(f"{name}() needs the input's pixels (input), or a text form")
    found = resolve(weights, input, keywords, dtype)
    check_one_kernel(found.geometry, name)
    return Subject(*found)


def check_one_kernel(geometry, name):
    """Raises GeometryError for a kernel for every pixel."""
    if geometry.per_pixel:
        raise GeometryError(
            f"{name} takes one kernel for all pixels, and the weights have one for every pixel; "
            "toeplix.matrix makes its matrix"
        )


def _without_weights(text, input, keywords, weights_shape, name):
    if text is not None and input is not None:
        raise TypeError("the geometry is given twice: by a text, and by input")
    if text is None and isinstance(input, str):
        text = input
    if text is None:
        if weights_shape is None or input is None:
            raise TypeError(f"{name}() needs weights, or weights_shape and input, or a text form")
        return resolve_geometry(weights_shape, input, keywords)
    if weights_shape is not None:
        raise TypeError("the geometry is given twice: by a text, and by weights_shape")
    _check_no_keywords(keywords)
    return _core.Geometry(text, False)


def resolve_geometry(weights_shape, input, keywords):
    """The geometry for weights of that shape, by keywords or by a text."""
    shape = as_integers(weights_shape, "weights_shape")
    if isinstance(input, str):
        _check_no_keywords(keywords)
        return _of_text(input, shape)
    input = as_integers(input, "input")
    kernel, per_pixel = _with_channels(shape, len(input))
    geometry = _core.Geometry(geometry_text(kernel, input, keywords), per_pixel)
    pixels = tuple(geometry.kernel_pixels)
    if per_pixel and shape[: len(pixels)] != pixels:
        raise GeometryError(
            f"weights_shape is {shape}; for a kernel for every pixel it begins with {pixels}"
        )
    return geometry


def _of_text(text, given):
    geometry = _core.Geometry(text, False)
    shape = tuple(geometry.weights_shape)
    if given == shape or (shape[:2] == (1, 1) and given == shape[2:]):
        return geometry
    if given == (*geometry.kernel_pixels, *shape):
        return _core.Geometry(text, True)
    raise GeometryError(f"weights_shape is {given}; expected {shape} for '{geometry.text}'")


def input_of(geometry):
    """What its input images are like."""
    return ImageShape(tuple(geometry.input_shape), geometry.channels_last)


def output_of(geometry):
    """What its output images are like."""
    return ImageShape(tuple(geometry.output_shape), geometry.channels_last)


def is_matrix(value):
    """Whether it is one of SciPy's sparse matrices or arrays."""
    return scipy.sparse.issparse(value)


def matrix_arguments(matrix, name, keywords, **others):
    """Checks that nothing is said of the geometry of a matrix, which has none."""
    for key in [*keywords, *(key for key, value in others.items() if value is not None)]:
        raise TypeError(f"{name}() of a sparse matrix has no use for {key}")
    return compressed(matrix)


def compressed(matrix, format="csr", dtype=None):
    """The arrays of a sparse matrix, and its extents, as the library takes them."""
    made = matrix.asformat(format)
    if not made.has_canonical_format:
        made = made.copy()
        made.sum_duplicates()
    bits = np.int32 if made.indices.dtype == made.indptr.dtype == np.int32 else np.int64
    return (
        as_array(made.data, "the matrix", dtype),
        np.ascontiguousarray(made.indices, bits),
        np.ascontiguousarray(made.indptr, bits),
        *made.shape,
    )
