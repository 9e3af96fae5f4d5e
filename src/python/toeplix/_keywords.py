"""Keywords that a function does not have, and arguments that should be keywords."""

import difflib
import functools
import inspect

#: What others call what this package calls otherwise.
SYNONYMS = {
    "strides": "stride",
    "dilations": "dilation",
    "dilation_rate": "dilation",
    "rate": "dilation",
    "group": "groups",
    "pad": "padding",
    "pads": "padding",
    "auto_pad": "padding",
    "mode": "boundary",
    "padding_mode": "boundary",
    "bc": "boundary",
    "border": "boundary",
    "lhs_dilation": "input_dilation",
    "rhs_dilation": "dilation",
    "feature_group_count": "groups",
    "data_format": "order",
    "layout": "order",
    "memory_format": "order",
    "input_size": "input",
    "input_shape": "input",
    "shape": "input",
    "image": "input",
    "weight": "weights",
    "kernel": "weights",
    "kernel_size": "weights",
    "in_channels": "weights",
    "out_channels": "weights",
    "filters": "weights",
    "transpose": "transposed",
    "output_size": "output",
    "output_shape": "output",
    "cval": "padding_value",
    "constant_values": "padding_value",
    "psf": "kernel",
    "lam": "lambda_",
    "balance": "lambda_",
    "num_iter": "richardson_lucy",
    "tol": "tolerance",
    "rtol": "tolerance",
    "maxiter": "max_iterations",
    "max_iter": "max_iterations",
    "n_jobs": "threads",
    "num_threads": "threads",
}


def suggest_keywords(function):
    """A function that says of a wrong keyword which one was meant. (A decorator.)"""
    parameters = list(inspect.signature(function).parameters.values())
    known = [parameter.name for parameter in parameters]

    @functools.wraps(function)
    def checked(*args, **keywords):
        check_positional(function.__name__, args, parameters)
        check_keywords(function.__name__, keywords, known)
        return function(*args, **keywords)

    return checked


def check_keywords(name, keywords, known):
    """Raises TypeError for a keyword that the function ``name`` does not have."""
    for word in keywords:
        if word not in known:
            raise TypeError(_no_such_keyword(name, word, known))


def check_positional(name, args, parameters):
    """Raises TypeError for more arguments by position than the function ``name`` has."""
    keywords = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]
    taken = [each.name for each in parameters if each.kind is not each.KEYWORD_ONLY]
    if len(args) <= len(taken):
        return
    count = len(args) - taken.count("self")
    taken = [each for each in taken if each != "self"]
    message = f"{name}() takes {len(taken)} positional arguments ({', '.join(taken)}), not {count}"
    if keywords:
        message += f"; {keywords[0]} and what follows are keywords, as in {keywords[0]}=..."
    raise TypeError(message)


def _no_such_keyword(name, word, known):
    meant = SYNONYMS.get(word)
    if meant not in known:
        close = difflib.get_close_matches(word, known, n=1)
        meant = close[0] if close else None
    message = f"{name}() has no keyword '{word}'"
    if meant:
        return f"{message}; did you mean '{meant}'?"
    return f"{message}; it has {', '.join(known)}"
