"""A sharp photograph of a blurred one."""

import numpy as np

from . import _core
from ._arguments import as_array, as_callback, as_flag, as_number, as_resources, as_word
from ._blur import as_steps, channel_axis_of, channels_of, like_image
from ._errors import GeometryError, SolverError
from ._geometry import resolve
from ._keywords import suggest_keywords
from ._reports import IterationReport, IterativeSolution, Solution, SolveReport
from ._solve import check_solvers
from ._tikhonov import REGULARIZERS, as_method, check_lambda


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
    method="automatic",
    nonnegative=False,
    total_variation=None,
    richardson_lucy=None,
    tolerance=None,
    max_iterations=None,
    progress=None,
    keep_sum=False,
    channel_axis=None,
    threads=None,
    memory_budget=None,
):
    """A sharp photograph of a blurred one, if it is known what blurred it.

    The kernel is taken as a convolution, which flips it, as measured point spread functions are.
    ``toeplix.matrix`` and PyTorch do not flip it: for what they blurred say
    ``operation="correlation"``. With the wrong one of the two the picture is shifted, not sharp.

    It minimizes |A x - image|^2 + lambda |L x|^2 for every channel, A being the blur; or what
    ``nonnegative``, ``total_variation`` or ``richardson_lucy`` ask for, one of them at most.

    Parameters
    ----------
    image : array_like
        Grey (height, width), or with channels, first or last. uint8 or float: there is no scale.
        A volume if the kernel has three axes.
    kernel : array_like
        What blurred it: the point spread function, of two axes or more. Axes of 1 in front of those
        that the image has, and borders of zeros, do no harm. It is divided by its sum, unless that
        is 1 or next to nothing.
    lambda_ : float
        How much to regularize (default: what generalized cross-validation chooses: on the whole
        picture if transforms solve the system, otherwise on its middle, of 128 x 128 pixels).
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
    method : str
        ``"factorization"``, ``"transform"``, ``"iterative"``, or ``"automatic"``, as in
        ``toeplix.tikhonov``.
    nonnegative : bool
        The x >= 0 that minimizes |A x - image|^2 + lambda |x|^2.
    total_variation : float
        The weight mu of |A x - image|^2 / 2 + mu TV(x): smooth areas with sharp edges.
    richardson_lucy : int
        So many iterations of Richardson and Lucy, for counted photons.
    tolerance, max_iterations : float, int
        When iterations stop (default: those of the method).
    progress : callable
        Of iterations: ``progress(channel, iteration, residual)`` is called after each, with the
        residual that the method of the same name tells. What it raises ends the call.
    keep_sum : bool
        Whether the kernel is taken as it is, whatever its sum.
    channel_axis : int
        0 or -1 (default: whichever has at most four channels, if the other has more).
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that matrix and factor, spectra or vectors may take (default: what is free).

    Returns
    -------
    x : ndarray
        float64, of the shape and the scale of the image; neither rounded nor clipped.
    report : SolveReport or IterationReport
        With ``lambda_``, how it was found, and the time that this took. The latter of
        ``nonnegative``, ``total_variation`` and ``richardson_lucy``.

    Raises
    ------
    SolverError
        For numbers that are not finite, a kernel of zeros, and if the system is singular.
    CapacityError
        If what the method keeps will exceed the memory.
    ImportError
        If the package was built without solvers.

    Notes
    -----
    Channels are solved one after the other. A symmetric kernel under ``boundary="symmetric"``, and
    any under ``"circular"``, is solved by transforms: a picture of any size takes a moment. What
    else is small is factorized, and what is large takes iterations. If lambda is to be chosen
    without transforms, some 20 factorizations of the middle come on top;
    ``report.seconds["choice"]`` is their time. Ctrl-C takes effect when a factorization or an
    iteration has ended.

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
    kernel = _as_kernel(kernel, photo.shape, channel_axis)
    axis = channel_axis_of(photo.shape, kernel.ndim, channel_axis)
    channels = channels_of(photo, axis)
    keywords = {"boundary": boundary, "operation": operation, "padding": "same_upper"}
    geometry, _ = resolve(kernel, channels.shape[1:], keywords)
    x, report, found = _core.deblur(
        geometry,
        kernel,
        channels.reshape(len(channels), -1),
        **_model_of(nonnegative, total_variation, richardson_lucy, regularizer, method),
        **_limits_of(method, tolerance, max_iterations),
        lambda_=None if lambda_ is None else as_number(lambda_, "lambda_"),
        noise=None if noise is None else as_number(noise, "noise"),
        progress=as_callback(progress, "progress"),
        keeps_sum=as_flag(keep_sum, "keep_sum"),
        **as_resources(threads, memory_budget),
    )
    if x is None:
        raise SolverError(f"lambda {found['lambda_']}: the system is singular: {report['reason']}")
    sharp = like_image(x, photo.shape, axis)
    choice = found.pop("seconds", 0.0)
    if "method" not in report:
        return IterativeSolution(sharp, IterationReport(**report, **found))
    report["seconds"]["choice"] = choice
    return Solution(sharp, SolveReport(**report, **found))


def _model_of(nonnegative, total_variation, richardson_lucy, regularizer, method):
    """What is looked for, of which one at most may be asked for."""
    as_word(regularizer, "regularizer", REGULARIZERS)
    wanted = {}
    if as_flag(nonnegative, "nonnegative"):
        wanted["nonnegative"] = 0.0
    if total_variation is not None:
        wanted["total_variation"] = as_number(total_variation, "total_variation")
    if richardson_lucy is not None:
        wanted["richardson_lucy"] = float(as_steps(richardson_lucy, "richardson_lucy"))
    if len(wanted) > 1:
        raise TypeError(f"{' and '.join(wanted)} are different problems; choose one")
    if wanted and method != "automatic":
        raise TypeError(f"{next(iter(wanted))} has a method of its own; leave out method")
    if wanted and regularizer != "gradient":
        raise TypeError(f"{next(iter(wanted))} says itself what is small; leave out regularizer")
    model, number = next(iter(wanted.items()), ("tikhonov", 0.0))
    return {
        "model": model,
        "number": number,
        "regularizer": regularizer,
        "method": as_method(method),
    }


def _limits_of(method, tolerance, max_iterations):
    limits = {"tolerance": tolerance, "max_iterations": max_iterations}
    for name, limit in limits.items():
        if limit is not None and method in ("factorization", "transform"):
            raise TypeError(f"{name} is for iterations, and method is {method!r}")
    if tolerance is not None:
        limits["tolerance"] = as_number(tolerance, "tolerance")
    if max_iterations is not None:
        limits["max_iterations"] = as_steps(max_iterations, "max_iterations")
    return limits


def _as_kernel(kernel, shape, channel_axis):
    """A kernel of two axes or more, without axes of 1 in front of those of an image's pixels."""
    kernel = as_array(kernel, "kernel", np.float64)
    if kernel.ndim < 2 or 0 in kernel.shape:
        raise GeometryError(f"kernel has the shape {kernel.shape}; expected two axes or more")
    few = {extent <= 4 for extent in shape[:1] + shape[-1:]}
    has_channels = channel_axis is not None or len(few) == 2
    axes = max(2, len(shape) - 1 if has_channels else len(shape))
    while kernel.ndim > axes and kernel.shape[0] == 1:
        kernel = kernel[0]
    return kernel
