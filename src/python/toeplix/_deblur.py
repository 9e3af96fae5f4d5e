"""A sharp photograph of a blurred one."""

import time

import numpy as np

from . import _core
from ._arguments import as_array, as_integer, as_resources, as_word
from ._errors import GeometryError, SolverError
from ._geometry import resolve
from ._keywords import suggest_keywords
from ._solve import Solution, SolveReport, check_solvers
from ._tikhonov import REGULARIZERS, check_lambda, choose, given

#: The middle of a photograph, at most this wide and high: enough to find lambda on.
_WIDEST_PART = 128


@suggest_keywords
def deblur(
    image,
    kernel,
    *,
    lambda_=None,
    noise=None,
    boundary="reflect",
    operation="convolution",
    regularizer="gradient",
    channel_axis=None,
    threads=None,
    memory_budget=None,
):
    """A sharp photograph of a blurred one, if it is known what blurred it.

    The kernel is taken as a convolution, which flips it, as measured point spread functions are.
    ``toeplix.matrix`` and PyTorch do not flip it: for what they blurred say
    ``operation="correlation"``. With the wrong one of the two the picture is shifted, not sharp.

    It minimizes |A x - image|^2 + lambda |L x|^2 for every channel, A being the blur.

    Parameters
    ----------
    image : array_like
        Grey (height, width), or with channels, first or last. uint8 or float: there is no scale.
    kernel : array_like
        What blurred it, of two axes: the point spread function. Borders of zeros do no harm.
    lambda_ : float
        How much to regularize (default: what generalized cross-validation chooses on the middle of
        the picture, of 128 x 128 pixels).
    noise : float
        Standard deviation of the noise, in the units of the image: lambda is then chosen by the
        discrepancy principle.
    boundary : str
        What lies beyond the border, see ``toeplix.matrix``.
    operation : str
        ``"convolution"`` (the default, which flips the kernel, as scipy.signal.convolve), or
        ``"correlation"`` (the default of ``toeplix.matrix``).
    regularizer : str
        L: ``"gradient"`` (small slopes), ``"laplacian"`` (small curvature), ``"identity"``.
    channel_axis : int
        0 or -1 (default: whichever has at most four channels, if the other has more).
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that matrix and factor may take (default: what is free).

    Returns
    -------
    x : ndarray
        float64, of the shape and the scale of the image; neither rounded nor clipped.
    report : SolveReport
        With ``lambda_``, how it was found, and the time that this took.

    Raises
    ------
    SolverError
        For numbers that are not finite, a kernel of zeros, and if the system is singular.
    CapacityError
        If matrix or factor will exceed the memory.
    ImportError
        If the package was built without solvers.

    Notes
    -----
    Cost: one factorization by CHOLMOD. If lambda is to be chosen, some 20 more of a part of at
    most 128 x 128 pixels: a picture of that size takes about 15 s by one thread, with ``lambda_``
    1 s. ``report.seconds["choice"]`` is the time of all of them. Ctrl-C takes effect when a
    factorization has ended.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> photo = np.add.outer(np.arange(20) % 7, np.arange(30) % 5)
    >>> motion = np.array([[0, 0, 0], [0, 0.6, 0.3], [0, 0, 0.1]])
    >>> blurred = toeplix.operator(motion, photo.shape, padding=1, boundary="reflect")(photo)
    >>> x, report = toeplix.deblur(blurred, motion, lambda_=1e-9, operation="correlation")
    >>> bool(abs(x - photo).max() < 1e-3)
    True
    """
    check_solvers("deblur")
    check_lambda(lambda_, noise)
    photo = as_array(image, "image", np.float64)
    axis = _channel_axis_of(photo.shape, channel_axis)
    channels = photo[np.newaxis] if axis is None else np.moveaxis(photo, axis, 0)
    keywords = {"boundary": boundary, "operation": operation, "padding": "same_upper"}
    kernel = _as_blur(kernel)

    def make_solver(extents, keywords):
        return _core.Tikhonov(
            *resolve(kernel, extents, keywords),
            as_word(regularizer, "regularizer", REGULARIZERS),
            _core.Ordering.automatic,
            **as_resources(threads, memory_budget),
        )

    # Analyzed first: so a picture that is too large is refused before anything takes long.
    solver = make_solver(channels.shape[1:], keywords)
    if lambda_ is not None:
        how = given(lambda_)
    else:
        valid = {"operation": operation}
        how = _find_lambda(channels, kernel.shape, noise, lambda part: make_solver(part, valid))
    choice = how.pop("seconds")
    solver.set_lambda(how["lambda_"])
    x, report = solver.solve(np.ascontiguousarray(channels).reshape(len(channels), -1))
    if x is None:
        raise SolverError(f"lambda {how['lambda_']}: the system is singular: {report['reason']}")
    x = x.reshape(channels.shape)
    sharp = x[0] if axis is None else np.moveaxis(x, 0, axis)
    report["seconds"]["choice"] = choice
    return Solution(sharp, SolveReport(**report, **how))


def _find_lambda(channels, kernel, noise, make_solver):
    """Chooses lambda on the middle of the picture.

    Its pixels are blurred from a sharp part that is larger by the kernel, all of which is unknown:
    so nothing is assumed of what lies beside it.
    """
    begin = time.perf_counter()
    height, width = channels.shape[1:]
    tall, wide = min(height, _WIDEST_PART), min(width, _WIDEST_PART)
    top, left = (height - tall) // 2, (width - wide) // 2
    part = np.ascontiguousarray(channels[:, top : top + tall, left : left + wide])
    solver = make_solver((tall + kernel[0] - 1, wide + kernel[1] - 1))
    how = choose(solver, part.reshape(len(channels), -1), noise)
    return {**how, "seconds": time.perf_counter() - begin}


def _channel_axis_of(shape, axis):
    """0, -1, or None of a grey picture."""
    if 0 in shape or len(shape) not in (2, 3):
        raise GeometryError(
            f"image has the shape {shape}; expected (height, width), (channels, height, width) or "
            "(height, width, channels)"
        )
    if len(shape) == 2:
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


def _as_blur(kernel):
    kernel = as_array(kernel, "kernel", np.float64)
    if kernel.ndim != 2:
        raise GeometryError(f"kernel has the shape {kernel.shape}; expected two axes")
    return as_blur(kernel)


def as_blur(kernel):
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
