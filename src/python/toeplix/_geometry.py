"""The geometry of a convolution, as keywords or as a text, made a checked object of the library."""

import functools
import inspect
from typing import NamedTuple

import numpy as np

from . import _core
from ._arguments import as_array, as_integers, as_text
from ._errors import GeometryError
from ._keywords import check_keywords, check_positional
from ._text_form import DEFAULTS, geometry_text, is_default

#: What the docstring of a function says of them.
_DOCUMENTATION = """stride, dilation, input_dilation : int or tuple of int
        One for all axes, or one for each.
    padding : int, tuple, or str
        One number, one for each axis, or a pair (lower, upper) for each; or ``"same"`` and
        ``"valid"`` as PyTorch means them; or ``"same_upper"``, ``"same_lower"``, ``"same_tf"``,
        ``"full"``, ``"causal"``. Negative numbers crop.
    groups : int
        Of channels.
    boundary : str or tuple of str
        What lies beyond the border: ``"zero"`` (the default), ``"circular"``, ``"reflect"``,
        ``"symmetric"``, ``"replicate"``; one for all axes, or one for each. ``"zeros"`` is
        PyTorch's word.
    padding_mode : str
        The same in the words of torch.nn: ``"zeros"``, ``"reflect"``, ``"replicate"``,
        ``"circular"``.
    operation : str
        ``"correlation"`` (PyTorch, ONNX) or ``"convolution"``, which flips the kernel (SciPy).
    order : str
        How images are laid out as vectors: ``"channels_first"``, ``"channels_last"``,
        ``"column_major"``.
    weights_order : str
        ``"oihw"`` (PyTorch), ``"hwio"`` (TensorFlow, JAX), ``"ohwi"``, ``"hwim"``.
    transposed : bool
        Whether it is the transposed convolution (ConvTranspose2d).
    output_padding : int or tuple of int
        Of a transposed convolution: pixels added to its output.
    output : int or tuple of int
        Of a transposed convolution: the pixels of its output, which decide the padding. So it
        excludes ``padding`` in numbers: with that, PyTorch's ``output_size`` is the
        ``output_padding`` of as many pixels more.
    """

#: Of whole geometries as a text, and of weights.
_ARGUMENTS = """weights : array_like
        Of the shape (out channels, in channels / groups, kernel...) as torch.nn.Conv2d has it, or
        for ``transposed=True`` (in channels, out channels / groups, kernel...) as
        torch.nn.ConvTranspose2d; or the kernel alone, for one channel. A kernel for every output
        pixel has the extents of the output in front. Integers become float64, float16 and bfloat16
        float32. A torch tensor will do.
    input : int, tuple of int, or str
        Pixels along every axis, without channels; or the text form of a whole geometry, such as
        ``"input=28,28 kernel=3,3 stride=2"``.
    """


def takes_geometry(function):
    """Gives a function the keywords of a geometry, which it gets as a dictionary ``geometry``.

    In its docstring, ``{arguments}`` and ``{geometry}`` stand for what is said of ``weights`` and
    ``input``, and of the keywords. A wrong keyword is told the right one. (A decorator.)
    """
    own = inspect.signature(function)
    parameters = []
    for parameter in own.parameters.values():
        if parameter.name == "geometry":
            parameters += [
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
                for name, default in DEFAULTS.items()
            ]
        else:
            parameters.append(parameter)
    known = [parameter.name for parameter in parameters]

    @functools.wraps(function)
    def called(*args, **keywords):
        check_positional(function.__name__, args, parameters)
        check_keywords(function.__name__, keywords, known)
        geometry = {key: keywords.pop(key) for key in DEFAULTS if key in keywords}
        return function(*args, geometry=geometry, **keywords)

    called.__signature__ = own.replace(parameters=parameters)
    called.__doc__ = function.__doc__.replace("{arguments}", _ARGUMENTS.rstrip()).replace(
        "{geometry}", _DOCUMENTATION.rstrip()
    )
    return called


class Problem(NamedTuple):
    """A checked geometry and the weights for it."""

    geometry: _core.Geometry
    weights: np.ndarray  # float or complex, in C order


def resolve(weights, input, keywords, dtype=None):
    """The geometry that weights and keywords, or a text, describe.

    ``keywords`` are those of DEFAULTS, and perhaps ``padding_value``.
    """
    weights = as_array(weights, "weights", dtype)
    return Problem(geometry_for(weights.shape, input, keywords), weights)


def geometry_for(given, input, keywords, named="weights have the shape"):
    """The geometry for weights of the shape ``given``, of which messages say ``named``."""
    if isinstance(input, str):
        check_no_keywords(keywords)
        return _geometry_of_text(input, given, named)
    input = as_integers(input, "input")
    if not input:
        raise GeometryError("input is empty; expected the pixels of every axis")
    shape, per_pixel = _with_channels(given, input, keywords.get("order"))
    geometry = _core.Geometry(geometry_text(shape, input, keywords), per_pixel)
    pixels = tuple(geometry.kernel_pixels)
    if per_pixel and given[: len(pixels)] != pixels:
        axes = len(given) - 2
        raise GeometryError(
            f"{named} {given}; for a kernel for every pixel it begins with {pixels}, and for one "
            f"kernel, which has {axes} axes of pixels, input has as many, not {len(input)}"
        )
    return geometry


def check_no_keywords(keywords):
    for key, value in keywords.items():
        if not is_default(value, key):
            raise TypeError(f"the geometry is given twice: by a text, and by {key}")


def geometry_of(text):
    """The geometry of a text form alone."""
    return _core.Geometry(as_text(text, "the text form"), False)


def _geometry_of_text(text, given, named):
    geometry = geometry_of(text)
    shape = tuple(geometry.weights_shape)
    if given in (shape, (int(np.prod(shape, dtype=object)),)):
        return geometry
    if shape[:2] == (1, 1) and given == shape[2:]:
        return geometry
    if given == (*geometry.kernel_pixels, *shape):
        return _core.Geometry(text, True)
    raise GeometryError(f"{named} {given}; expected {shape} for '{geometry.text}'")


def _with_channels(shape, input, order):
    """The shape of one kernel, and whether every pixel has one."""
    axes = len(input)
    if len(shape) == axes:
        return shape, False
    if len(shape) == axes + 2:
        return shape, False
    if len(shape) == 2 * axes + 2:
        return shape[axes:], True
    raise GeometryError(
        f"weights have {len(shape)} axes {shape}, and input has {axes}; expected {axes} (one "
        f"channel), {axes + 2} (channels and kernel) or {2 * axes + 2} (a kernel for every pixel)"
        f"{_without_channels(shape, input, order)}"
    )


def _without_channels(shape, input, order):
    """What is to be said if an input seems to have channels."""
    if len(input) == 1 or len(input) not in (len(shape) - 1, len(shape) + 1):
        return ""
    pixels = input[:-1] if order == "channels_last" else input[1:]
    return f"; input is without channels: did you mean {pixels}?"
