"""Keywords of a geometry, and the text form that the library reads."""

import re

from ._arguments import as_flag, as_integer, as_integers, as_word, is_sequence
from ._errors import GeometryError

#: The words of torch.nn for what lies beyond the border, and ours.
PADDING_MODES = {
    "zeros": "zero",
    "reflect": "reflect",
    "replicate": "replicate",
    "circular": "circular",
}

#: The words for what lies beyond the border, PyTorch's among them, and those of the text form.
BOUNDARIES = {
    "zero": "zero",
    "circular": "circular",
    "reflect": "reflect",
    "symmetric": "symmetric",
    "replicate": "replicate",
    "zeros": "zero",
}

#: The words for padding, of torch.nn.Conv2d and ours, and those of the text form.
_PADDINGS = {
    "same": "same_upper",
    **{word: word for word in ("valid", "same_upper", "same_lower", "same_tf", "full", "causal")},
}

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


def is_default(value, key):
    """Whether a keyword says what it would say if it were left out."""
    return not is_sequence(value) and bool(value == DEFAULTS.get(key, 0))


#: Where the array of the weights has the letters o and i of its order. (``hwim`` has i and m.)
_CHANNEL_AXES = {"oihw": (0, 1), "hwio": (-1, -2), "ohwi": (0, -1), "hwim": (-1, -2)}


#: The words of other keywords.
_WORDS = {
    "operation": ("correlation", "convolution"),
    "order": ("channels_first", "channels_last", "column_major"),
    "weights_order": tuple(_CHANNEL_AXES),
}


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
    transposed = as_flag(keywords.get("transposed", False), "transposed")
    words = ["transposed"] if transposed else []
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
        if given[key] is not None and not is_default(given[key], key):
            words.append(f"{key}={_numbers(as_integers(given[key], key))}")
    words.append(f"padding={_padding(given['padding'], given['stride'])}")
    words.append(f"boundary={_boundary(given['boundary'], given['padding_mode'])}")
    if keywords.get("padding_value", 0) != 0:
        words.append(f"padding_value={float(keywords['padding_value'])!r}")
    for key in ("operation", "order", "weights_order"):
        words.append(f"{key}={_word(given[key], key, _WORDS[key])}")
    return words


def _check_output(keywords):
    if keywords.get("transposed"):
        padding, output = keywords.get("padding", 0), keywords.get("output")
        if output is not None and not re.fullmatch(r"[0:,]+|same_\w+", _padding(padding, 1)):
            raise GeometryError(
                f"padding is {padding!r}, and output is {output!r}: both say how many pixels there "
                "are; with padding, say output_padding in place of output"
            )
        return
    for key in ("output_padding", "output"):
        value = keywords.get(key, DEFAULTS[key])
        if value is not None and not is_default(value, key):
            raise GeometryError(
                f"{key} is {value!r}, which only a transposed convolution has (transposed=True)"
            )


def _numbers(values):
    return ",".join(str(value) for value in values)


def _word(value, name, words):
    if not isinstance(value, str):
        raise TypeError(f"{name} is {value!r}; expected a word")
    return as_word(value, name, words)


def _padding(padding, stride):
    if isinstance(padding, str):
        if padding == "same" and set(as_integers(stride, "stride")) != {1}:
            raise GeometryError(
                f"padding 'same' is PyTorch's, which does not take stride {stride!r}; "
                "say 'same_upper', 'same_lower' or 'same_tf'"
            )
        if re.fullmatch(r"[\d:,+-]+", padding):
            return padding  # the numbers of the text form
        return _PADDINGS[as_word(padding, "padding", _PADDINGS, "numbers or ")]
    if not is_sequence(padding):
        return str(as_integer(padding, "padding"))
    return ",".join(axis_padding(sides) for sides in padding)


def axis_padding(sides):
    """The padding of one axis in the text form, of a number or a pair."""
    numbers = as_integers(sides, "padding")
    if len(numbers) > 2 or not numbers or (len(numbers) == 1 and is_sequence(sides)):
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
    return ",".join(boundary_words(boundary))


def boundary_words(boundary):
    """A word, several with commas between, or a sequence of words, as those of the text form."""
    if isinstance(boundary, str):
        boundary = boundary.split(",")
    each_axis = boundary if is_sequence(boundary) else [boundary]
    return [BOUNDARIES[_word(each, "boundary", BOUNDARIES)] for each in each_axis]
