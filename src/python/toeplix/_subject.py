"""What a question is about: a geometry, with weights or without, or a matrix of SciPy's."""

from typing import NamedTuple, Optional

import numpy as np

from . import _core
from ._affine_map import AffineMap
from ._arguments import as_integers
from ._errors import GeometryError
from ._geometry import check_no_keywords, geometry_for, geometry_of, resolve
from ._images import ImageShape
from ._operator import Operator, SeparatedOperator

#: What docstrings say of these arguments.
SUBJECT = """weights : array_like, str, or sparse matrix
        As ``toeplix.matrix`` takes them. Or the text form of a geometry, such as
        ``"input=28,28 kernel=3,3"``, or nothing: then there are no weights.{matrix}
    input : int, tuple of int, or str
        As ``toeplix.matrix`` takes it.
    weights_shape : tuple of int
        If there are no weights: the shape that they would have.
    """

MATRIX = (
    " Or any sparse matrix\n        of SciPy's, which has no geometry and is copied; or an "
    "Operator or AffineMap."
)


def documented(function):
    """Puts SUBJECT into a docstring, with a matrix or without. (A decorator.)"""
    function.__doc__ = function.__doc__.replace(
        "{subject}\n    ", SUBJECT.replace("{matrix}", "")
    ).replace("{subject or matrix}\n    ", SUBJECT.replace("{matrix}", MATRIX))
    return function


def taken_apart(asked, input, keywords, name):
    """An operator as weights and text form, or as its matrix, as is an affine map; others stay."""
    if isinstance(asked, SeparatedOperator):
        raise TypeError(
            f"{name}() takes no SeparatedOperator, but the Operator that it was made of"
        )
    if isinstance(asked, AffineMap):
        return asked.A, input
    if not isinstance(asked, Operator):
        return asked, input
    for key in ["input"] * (input is not None) + list(keywords):
        raise TypeError(f"{name}() of an Operator has no use for {key}: it has its own geometry")
    return asked._question()


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
        raise TypeError(
            f"{name}() needs the input's pixels (input), or a text form; "
            "a dense matrix is given as scipy.sparse.csr_matrix(A)"
        )
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
    check_no_keywords(keywords)
    return geometry_of(text)


def resolve_geometry(weights_shape, input, keywords):
    """The geometry for weights of that shape, by keywords or by a text."""
    shape = as_integers(weights_shape, "weights_shape")
    return geometry_for(shape, input, keywords, "weights_shape is")


def input_of(geometry):
    """What its input images are like."""
    return ImageShape(tuple(geometry.input_shape), geometry.channels_last)


def output_of(geometry):
    """What its output images are like."""
    return ImageShape(tuple(geometry.output_shape), geometry.channels_last)
