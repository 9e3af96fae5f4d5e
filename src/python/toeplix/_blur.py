"""A kernel that blurs images, and the images on both of its sides, as imaging takes them."""

import functools
import inspect

import numpy as np

from ._arguments import as_array, as_callback, as_count, as_integer, as_number, as_resources
from ._arguments import as_word
from ._errors import GeometryError, SolverError
from ._geometry import resolve
from ._keywords import check_keywords, check_positional
from ._reports import IterationReport, IterativeSolution
from ._solve import check_solvers

_MOST_ITERATIONS = 2**31 - 1

#: What `takes_blur` adds after the keywords of a function.
_SETTINGS = {
    "progress": None,
    "boundary": "reflect",
    "operation": "convolution",
    "channel_axis": None,
    "threads": None,
    "memory_budget": None,
}

#: What docstrings say of image and kernel, of the settings, and of errors.
_DOCUMENTATION = {
    "{blur}": """image : array_like
        As many axes as the kernel, or one more for channels, first or last.
    kernel : array_like
        What blurred it: the point spread function, of any number of axes. As in ``toeplix.deblur``
        it is taken as a convolution, which flips it; for what ``toeplix.matrix`` or PyTorch blurred
        say ``operation="correlation"``.""",
    "{settings}": """progress : callable
        ``progress(iteration, residual)`` is called after each step, with |A x - image| / |image|.
        What it raises ends the call.
    boundary : str
        What lies beyond the border, see ``toeplix.matrix``.
    operation : str
        ``"convolution"`` (the default, which flips the kernel) or ``"correlation"``.
    channel_axis : int
        0 or -1 (default: whichever has at most four channels, if the other has more).
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that the method's vectors may take (default: what is free).""",
    "{raises}": """SolverError
        For numbers that are not finite or out of range, and a kernel of zeros.
    CapacityError
        If the vectors exceed the memory.
    ImportError
        If the package was built without solvers.""",
}


def takes_blur(function):
    """Gives a function image, kernel and settings, which it gets as an Instrument. (A decorator.)

    In its docstring, ``{blur}``, ``{settings}`` and ``{raises}`` stand for what is said of these
    and of errors. A wrong keyword is told the right one.
    """
    kinds = inspect.Parameter
    own = inspect.signature(function)
    named = [kinds(name, kinds.POSITIONAL_OR_KEYWORD) for name in ("image", "kernel")]
    settings = [kinds(name, kinds.KEYWORD_ONLY, default=_SETTINGS[name]) for name in _SETTINGS]
    signature = own.replace(parameters=[*named, *list(own.parameters.values())[1:], *settings])
    name = function.__name__

    @functools.wraps(function)
    def called(*args, **keywords):
        check_positional(name, args, list(signature.parameters.values()))
        check_keywords(name, keywords, list(signature.parameters))
        given = _bound(name, signature, args, keywords)
        check_solvers(name)
        blur = {key: given.pop(key) for key in ("image", "kernel", *_SETTINGS)}
        return function(Instrument(**blur), **given)

    called.__signature__ = signature
    for key, text in _DOCUMENTATION.items():
        called.__doc__ = called.__doc__.replace(key, text)
    return called


def _bound(name, signature, args, keywords):
    try:
        bound = signature.bind(*args, **keywords)
    except TypeError as error:
        raise TypeError(f"{name}(): {error}") from None
    bound.apply_defaults()
    return dict(bound.arguments)


class Instrument:
    """What blurs the pixels of every channel, and how its images are restored."""

    def __init__(
        self, image, kernel, progress, boundary, operation, channel_axis, threads, memory_budget
    ):
        self.kernel = _as_blur(kernel)
        image = as_array(image, "image", np.float64)
        self.shape = image.shape
        self.axis = channel_axis_of(image.shape, self.kernel.ndim, channel_axis)
        channels = channels_of(image, self.axis)
        count, *pixels = channels.shape
        keywords = {
            "boundary": boundary,
            "operation": operation,
            "padding": "same_upper",
            "groups": count,
        }
        repeated = np.repeat(self.kernel[np.newaxis, np.newaxis], count, axis=0)
        self.geometry, self.weights = resolve(repeated, tuple(pixels), keywords, np.float64)
        self.b = channels.reshape(-1)
        self.progress = as_callback(progress, "progress")
        self.resources = as_resources(threads, memory_budget)

    def per_pixel(self, values, name):
        """Nothing, one number, or one for each pixel, in the order of ``b``."""
        if values is None:
            return np.empty(0)
        array = as_array(values, name, np.float64)
        if array.ndim == 0:
            return array.reshape(1)
        if array.shape != self.shape:
            raise GeometryError(
                f"{name} has the shape {array.shape}; expected a number, or the image's shape "
                f"{self.shape}"
            )
        return channels_of(array, self.axis).reshape(-1)

    def solved(self, solve, tolerance, max_iterations, **options):
        """Calls the solver, and gives the result the shape of the image."""
        x, report = solve(
            self.geometry,
            self.weights,
            self.b,
            tolerance=as_number(tolerance, "tolerance"),
            max_iterations=as_steps(max_iterations, "max_iterations"),
            progress=self.progress,
            **options,
            **self.resources,
        )
        return IterativeSolution(like_image(x, self.shape, self.axis), IterationReport(**report))


def as_steps(value, name):
    """A number of iterations, from 1 on, that the library has room for."""
    return min(as_count(value, name, 1), _MOST_ITERATIONS)


def channels_of(image, axis):
    """An image in C order with its channels first, of which there is one if axis is None."""
    channels = image[np.newaxis] if axis is None else np.moveaxis(image, axis, 0)
    return np.ascontiguousarray(channels)


def like_image(x, shape, axis):
    """The numbers of all channels, one after the other, as an image of that shape."""
    if axis is None:
        return x.reshape(shape)
    first = np.moveaxis(np.empty(shape), axis, 0).shape
    return np.moveaxis(x.reshape(first), 0, axis)


def _as_blur(kernel):
    """A kernel without borders of zeros, which would cost as much as the rest.

    As many lines are cut off on either side, so that the centre stays in its place.
    """
    kernel = as_array(kernel, "kernel", np.float64)
    if kernel.ndim == 0:
        raise GeometryError("kernel is a number; expected an axis at least")
    if not kernel.any():
        raise SolverError("the kernel is zero everywhere, so the picture is lost")
    for axis in range(kernel.ndim):
        others = tuple(other for other in range(kernel.ndim) if other != axis)
        lines = np.flatnonzero(kernel.any(axis=others))
        extent = kernel.shape[axis]
        border = min(lines[0], extent - 1 - lines[-1], (extent - 1) // 2)
        kernel = kernel.take(range(border, extent - border), axis=axis)
    return np.ascontiguousarray(kernel)


def channel_axis_of(shape, axes, axis):
    """0, -1, or None of an image without channels."""
    if 0 in shape or len(shape) not in (axes, axes + 1):
        raise GeometryError(
            f"image has the shape {shape}, and the kernel has {axes} axes; expected as many, or "
            "one more for channels"
        )
    if len(shape) == axes:
        if axis is not None:
            raise GeometryError(f"image has the shape {shape}, without channels")
        return None
    if axis is not None:
        return as_word(as_integer(axis, "channel_axis"), "channel_axis", (0, -1))
    few = [extent <= 4 for extent in (shape[0], shape[-1])]
    if few[0] == few[1]:
        raise GeometryError(
            f"image has the shape {shape}, whose channels may be first or last; say channel_axis=0 "
            "or channel_axis=-1"
        )
    return 0 if few[0] else -1
