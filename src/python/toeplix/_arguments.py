"""Arrays, numbers and words as callers give them, made what the library takes."""

import operator
import os

import numpy as np

from ._errors import Error, FormatError
from ._words import meant

#: The types that the library computes with.
SCALARS = tuple(np.dtype(name) for name in ("float32", "float64", "complex64", "complex128"))

_TAKEN = (
    "float32, float64, complex64, complex128, integers (become float64), float16 and bfloat16 "
    "(become float32)"
)

#: How the package's own objects give their matrices.
_MATRICES = {"Operator": ".to_sparse()", "AffineMap": ".A"}


def is_torch(value):
    """Whether a value is torch's, without importing torch."""
    return type(value).__module__.partition(".")[0] == "torch" or any(
        base.__module__.partition(".")[0] == "torch" for base in type(value).__mro__
    )


def _from_torch(tensor, name):
    if not hasattr(tensor, "detach"):
        message = f"{name} is {type(tensor).__name__}; expected an array or a tensor"
        if hasattr(tensor, "forward"):
            message += "; use toeplix.affine(layer, ...)"
        if getattr(tensor, "weight", None) is not None:
            message += ", or layer.weight"
        raise TypeError(message)
    if tensor.device.type == "meta":
        raise TypeError(f"{name} lies on the device meta, which holds no numbers")
    if tensor.device.type != "cpu":
        raise TypeError(f"{name} lies on the device {tensor.device}; move it by .cpu() first")
    try:
        tensor = tensor.detach().resolve_conj().resolve_neg()
        if str(tensor.dtype) in ("torch.bfloat16", "torch.float16"):
            tensor = tensor.float()
        return tensor.numpy()
    except (TypeError, RuntimeError) as error:  # of a layout or a type that NumPy does not have
        raise TypeError(f"{name} is no array: {error}") from None


def as_array(values, name, dtype=None):
    """An array of a type that the library computes with, in C order.

    No copy is made of an array that is one already. ``dtype`` asks for one of these types.
    """
    return np.require(as_numbers(values, name, dtype), requirements=("C", "ALIGNED"))


def as_numbers(values, name, dtype=None):
    """The same, in whatever order the numbers lie."""
    if dtype is None and type(values) is np.ndarray and values.dtype in SCALARS:
        return values  # products of small images are too short for more questions
    if np.ma.is_masked(values):
        raise TypeError(f"{name} has masked numbers; fill them first")
    try:
        array = np.asarray(_without_torch(values, name))
    except ValueError as error:  # rows of different lengths
        raise TypeError(f"{name} is no array: {error}") from None
    wanted = _scalar_of(array.dtype, name) if dtype is None else as_scalar_type(dtype)
    if array.dtype.kind == "c" and wanted.kind != "c":
        raise TypeError(f"{name} is complex ({array.dtype}), and dtype {wanted} is real")
    _scalar_of(array.dtype, name)
    result = np.asarray(array, dtype=wanted)
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8:
        _check_exact(array, result, name)
    return result


def _without_torch(values, name):
    """A tensor, or lists of tensors, as arrays."""
    if isinstance(values, (list, tuple)):
        if values and isinstance(values[0], (int, float)):
            return values
        return [_without_torch(each, name) for each in values]
    if type(values).__name__ in _MATRICES and type(values).__module__.startswith("toeplix."):
        kind = type(values).__name__
        raise TypeError(f"{name} is {kind}; expected an array; its matrix is {_MATRICES[kind]}")
    return _from_torch(values, name) if is_torch(values) else values


def _scalar_of(dtype, name):
    if dtype.kind in "iu":
        return np.dtype(np.float64)
    if dtype.name in ("float16", "bfloat16"):
        return np.dtype(np.float32)
    native = dtype.newbyteorder("=")
    if native not in SCALARS:
        raise TypeError(f"{name} has the type {dtype}; taken are {_TAKEN}")
    return native


def _check_exact(integers, numbers, name):
    if numbers.dtype.kind == "f" and numbers.dtype.itemsize == 8:
        wrong = np.abs(numbers) >= 2.0**53  # 2**53 + 1 is 2**53 by now
        if wrong.any():
            raise TypeError(
                f"{name} has the integer {integers[wrong].flat[0]}, which float64 may not hold "
                "exactly; convert the array if that is meant"
            )


def as_scalar_type(dtype):
    """One of the four types that the library computes with."""
    found = as_dtype(dtype)
    if found is None or found.newbyteorder("=") not in SCALARS:
        raise TypeError(f"dtype {dtype!r} is not one of float32, float64, complex64, complex128")
    return found.newbyteorder("=")


def as_dtype(dtype):
    """A type of NumPy's, or None if it is none."""
    try:
        return np.dtype(str(dtype).partition(".")[2] if is_torch(dtype) else dtype)
    except (TypeError, ValueError, SyntaxError):
        return None


def as_real_type(dtype):
    """float32 or float64; None is the latter."""
    found = as_scalar_type(np.float64 if dtype is None else dtype)
    if found.kind != "f":
        raise TypeError(f"dtype {found} is complex; expected float32 or float64")
    return found


def as_number(value, name):
    """A real number, as a float of Python."""
    try:
        if not isinstance(value, (str, bytes)):
            return float(value)
    except (TypeError, ValueError, OverflowError):
        pass
    raise TypeError(f"{name} is {value!r}; expected a number")


def as_flag(value, name):
    """True or False, or 1 or 0."""
    if isinstance(value, (bool, np.bool_, int, np.integer)) and value in (0, 1):
        return bool(value)
    raise TypeError(f"{name} is {value!r}; expected True or False")


def as_integer(value, name, bits=64):
    """A whole number, of Python or NumPy, that so many bits have room for."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}; expected an integer") from None
    if not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise Error(f"{name} is {number}; expected an integer of {bits} bits")
    return number


def as_count(value, name, least=0):
    """A whole number from ``least`` on."""
    number = as_integer(value, name)
    if number < least:
        raise Error(f"{name} is {number}; expected an integer from {least} on")
    return number


def as_integers(value, name):
    """A tuple of whole numbers: of one of them, or of several."""
    if not is_sequence(value):
        return (as_integer(value, name),)
    return tuple(as_integer(each, name) for each in value)


def is_sequence(value):
    """Whether a value is several in an order, and not one; neither texts nor sets are."""
    if isinstance(value, (str, bytes, set, frozenset, dict)) or not hasattr(value, "__iter__"):
        return False
    return getattr(value, "ndim", 1) > 0


def as_text(value, name):
    """A text of Unicode, as UTF-8 has it."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {value!r}; expected a text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Error(f"{name} is {value!r}; expected Unicode, without halves of pairs") from None
    return value


def as_name(value):
    """What messages call a thing; None is empty, what the library calls it."""
    return "" if value is None else as_text(value, "name")


def as_path(path):
    """The bytes that the system has for a path."""
    try:
        found = os.fsencode(path)
    except UnicodeEncodeError:
        found = b"\0"
    if b"\0" in found:
        raise Error(f"path is {path!r}, which no file can have")
    return found


def as_callback(value, name):
    """A function, or None."""
    if value is None or callable(value):
        return value
    raise TypeError(f"{name} is {value!r}; expected a function")


def as_resources(threads, memory_budget):
    """``threads`` and ``memory_budget`` as the library has them; None is its default, 0."""
    return {
        "threads": 0 if threads is None else as_integer(threads, "threads", 32),
        "memory_budget": (
            0 if memory_budget is None else as_integer(memory_budget, "memory_budget")
        ),
    }


def as_word(value, name, words, besides=""):
    """One of some words. Messages also name what is taken besides."""
    if isinstance(value, (str, int)) and value in words:
        return value
    expected = ", ".join(repr(word) for word in words)
    message = f"{name} is {value!r}; expected {besides}one of {expected}"
    suggestion = meant(value, name, words) if isinstance(value, str) else None
    raise FormatError(f"{message}; did you mean {suggestion}?" if suggestion else message)
