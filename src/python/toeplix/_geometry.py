"""The geometry of a convolution, as keywords or as a text, made a checked object of the library."""

import functools
import inspect
import re
from typing import NamedTuple

import numpy as np

from . import _core
from ._arguments import as_array, as_integer, as_integers, as_word, check_keywords
from ._errors import GeometryError

#: The words of torch.nn for what lies beyond the border, and ours.
PADDING_MODES = {
    "zeros": "zero",
    "reflect": "reflect",
    "replicate": "replicate",
    "circular": "circular",
}

#: The words of torch.nn.Conv2d for padding, and ours.
_PADDINGS = {"same": "same_upper"}

#: The keywords of a geometry, and what they are if they are not given.
DEFAULTS = {
    "stride": 1,
    "padding": 0,
    "dilation": 1,
    "groups": 1,
    "boundary": None,
    "padding_mode": None,
    "input_dilation": 1,
    "operation": "correlation",
    "order": "channels_first",
    "weights_order": "oihw",
    "transposed": False,
    "output_padding": 0,
    "output": None,
}


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
        ``"symmetric"``, ``"replicate"``; one for all axes, or one for each.
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
    output_padding, output : int or tuple of int
        Of a transposed convolution: pixels added to its output, or what they shall be in all.
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
        check_keywords(function.__name__, keywords, known)
        geometry = {key: keywords.pop(key) for key in DEFAULTS if key in keywords}
        return function(*args, geometry=geometry, **keywords)

    called.__signature__ = own.replace(parameters=parameters)
    called.__doc__ = function.__doc__.replace("{arguments}\n    ", _ARGUMENTS).replace(
        "{geometry}\n    ", _DOCUMENTATION
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
    if isinstance(input, str):
        _check_no_keywords(keywords)
        return Problem(_geometry_of_text(input, weights.shape), weights)
    input = as_integers(input, "input")
    if not input:
        raise GeometryError("input is empty; expected the pixels of every axis")
    shape, per_pixel = _with_channels(weights.shape, len(input))
    geometry = _core.Geometry(geometry_text(shape, input, keywords), per_pixel)
    if per_pixel:
        _check_per_pixel(geometry, weights.shape)
    return Problem(geometry, weights)


def _is_default(value, key):
    """Whether a keyword, perhaps an array, says what it would say if it were left out."""
    return bool(np.all(value == DEFAULTS.get(key, 0)))


def _check_no_keywords(keywords):
    for key, value in keywords.items():
        if not _is_default(value, key):
            raise TypeError(f"the geometry is given twice: by a text, and by {key}")


def _geometry_of_text(text, given):
    geometry = _core.Geometry(text, False)
    shape = tuple(geometry.weights_shape)
    if given in (shape, (int(np.prod(shape, dtype=object)),)):
        return geometry
    if shape[:2] == (1, 1) and given == shape[2:]:
        return geometry
    if given == (*geometry.kernel_pixels, *shape):
        return _core.Geometry(text, True)
    raise GeometryError(f"weights have the shape {given}; expected {shape} for '{geometry.text}'")


def _with_channels(shape, axes):
    """The shape of one kernel, and whether every pixel has one."""
    if len(shape) == axes:
        return shape, False
    if len(shape) == axes + 2:
        return shape, False
    if len(shape) == 2 * axes + 2:
        return shape[axes:], True
    raise GeometryError(
        f"weights have {len(shape)} axes {shape}, and input has {axes}; expected {axes} (one "
        f"channel), {axes + 2} (channels and kernel) or {2 * axes + 2} (a kernel for every pixel)"
    )


def _check_per_pixel(geometry, shape):
    pixels = tuple(geometry.kernel_pixels)
    if shape[: len(pixels)] != pixels:
        raise GeometryError(
            f"weights have the shape {shape}; for a kernel for every pixel it begins with {pixels}"
        )


#: Where the array of the weights has the letters o and i of its order. (``hwim`` has i and m.)
_CHANNEL_AXES = {"oihw": (0, 1), "hwio": (-1, -2), "ohwi": (0, -1), "hwim": (-1, -2)}


def _channels(shape, groups, keywords):
    """Input channels, output channels, groups and kernel extents, by the shape of the weights."""
    order = as_word(keywords.get("weights_order", "oihw"), "weights_order", _CHANNEL_AXES)
    o_axis, i_axis = (axis % len(shape) for axis in _CHANNEL_AXES[order])
    kernel = [extent for axis, extent in enumerate(shape) if axis not in (o_axis, i_axis)]
    o, i = shape[o_axis], shape[i_axis]
    if order == "hwim":
        groups = i if groups == 1 else groups
        o *= i
    else:
        i *= groups
    # The letters of a transposed convolution are those of the convolution that it transposes.
    return (o, i, groups, kernel) if keywords.get("transposed") else (i, o, groups, kernel)


def geometry_text(shape, input, keywords):
    """The text form of a spec."""
    groups = as_integer(keywords.get("groups", 1), "groups")
    if len(shape) == len(input):
        channels_in, channels_out, kernel = 1, 1, shape
    else:
        channels_in, channels_out, groups, kernel = _channels(shape, groups, keywords)
    words = ["transposed"] if keywords.get("transposed") else []
    words += [f"input={_numbers(input)}", f"kernel={_numbers(kernel)}"]
    words += [f"in={channels_in}", f"out={channels_out}", f"groups={groups}"]
    words += _optional_words(keywords)
    return " ".join(words)


def _optional_words(keywords):
    """What is left out if it has its default value."""
    _check_output(keywords)
    given = {key: keywords.get(key, default) for key, default in DEFAULTS.items()}
    words = []
    for key in ("stride", "dilation", "input_dilation", "output_padding", "output"):
        if given[key] is not None and not _is_default(given[key], key):
            words.append(f"{key}={_numbers(as_integers(given[key], key))}")
    words.append(f"padding={_padding(given['padding'], given['stride'])}")
    words.append(f"boundary={_boundary(given['boundary'], given['padding_mode'])}")
    if keywords.get("padding_value", 0) != 0:
        words.append(f"padding_value={float(keywords['padding_value'])!r}")
    for key in ("operation", "order", "weights_order"):
        words.append(f"{key}={_word(given[key], key)}")
    return words


def _check_output(keywords):
    if keywords.get("transposed"):
        return
    for key in ("output_padding", "output"):
        value = keywords.get(key, DEFAULTS[key])
        if value is not None and not _is_default(value, key):
            raise GeometryError(
                f"{key} is {value!r}, which only a transposed convolution has (transposed=True)"
            )


def _numbers(values):
    return ",".join(str(value) for value in values)


def _word(value, name):
    """A word of the text form, which is no more than one. The library knows which there are."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {value!r}; expected a word")
    if not re.fullmatch(r"[\w:,+-]+", value):
        raise GeometryError(f"{name} is {value!r}; expected one word")
    return value


def _padding(padding, stride):
    if isinstance(padding, str):
        if padding == "same" and set(as_integers(stride, "stride")) != {1}:
            raise GeometryError(
                f"padding 'same' is PyTorch's, which does not take stride {stride!r}; "
                "say 'same_upper', 'same_lower' or 'same_tf'"
            )
        return _word(_PADDINGS.get(padding, padding), "padding")
    if not hasattr(padding, "__iter__"):
        return str(as_integer(padding, "padding"))
    return ",".join(axis_padding(sides) for sides in padding)


def axis_padding(sides):
    """The padding of one axis in the text form, of a number or a pair."""
    numbers = as_integers(sides, "padding")
    if len(numbers) > 2 or not numbers or (len(numbers) == 1 and hasattr(sides, "__iter__")):
        raise GeometryError(
            f"padding has {sides!r}; expected one number for each axis, or a pair (lower, upper)"
        )
    return ":".join(str(number) for number in numbers)


def _boundary(boundary, padding_mode):
    if padding_mode is not None:
        if boundary is not None:
            raise TypeError("the geometry is given twice: by boundary, and by padding_mode")
        return PADDING_MODES[as_word(padding_mode, "padding_mode", PADDING_MODES)]
    if boundary is None:
        return "zero"
    if isinstance(boundary, str) or not hasattr(boundary, "__iter__"):
        return _word(boundary, "boundary")
    return ",".join(_word(each, "boundary") for each in boundary)
