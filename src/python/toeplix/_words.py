"""What others call the words that arguments take: what is said of a wrong one."""

import difflib

#: By the argument, in small letters and with underscores. What C++ says of the text form is alike.
SYNONYMS = {
    "boundary": {
        "constant": "zero",
        "grid_constant": "zero",
        "fill": "zero",
        "wrap": "circular",
        "grid_wrap": "circular",
        "periodic": "circular",
        "mirror": "reflect",
        "reflect_101": "reflect",
        "symm": "symmetric",
        "grid_mirror": "symmetric",
        "edge": "replicate",
        "nearest": "replicate",
        "clamp": "replicate",
    },
    "padding_mode": {
        "constant": "zeros",
        "wrap": "circular",
        "edge": "replicate",
        "symmetric": "boundary='symmetric'",
    },
    "padding": {"none": "valid"},
    "operation": {
        "corr": "correlation",
        "xcorr": "correlation",
        "cross_correlation": "correlation",
        "conv": "convolution",
        "conv2d": "convolution",
    },
    "order": {
        "c": "channels_first",
        "nchw": "channels_first",
        "chw": "channels_first",
        "nhwc": "channels_last",
        "hwc": "channels_last",
        "f": "column_major",
        "fortran": "column_major",
    },
    "weights_order": {"channels_first": "oihw", "channels_last": "hwio"},
    "mode": {"bilinear": "linear", "trilinear": "linear"},
}


def meant(word, name, words):
    """The word that was meant, as Python writes it, or None if there is no telling."""
    plain = _plain(word)
    found = SYNONYMS.get(name, {}).get(plain)
    if found is not None:
        return repr(found) if found in words else found
    known = {_plain(each): each for each in words if isinstance(each, str)}
    close = difflib.get_close_matches(plain, known, n=1)
    return repr(known[close[0]]) if close else None


def _plain(word):
    return word.lower().replace("-", "_")
