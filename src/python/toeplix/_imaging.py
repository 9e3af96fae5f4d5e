"""Images from what an instrument has made of them, by iterations that need products alone."""

from dataclasses import dataclass
from typing import NamedTuple, Optional

import numpy as np

from . import _core
from ._arguments import (
    as_array,
    as_callback,
    as_count,
    as_flag,
    as_integer,
    as_number,
    as_resources,
    as_word,
)
from ._errors import GeometryError, SolverError
from ._geometry import resolve
from ._keywords import suggest_keywords
from ._solve import check_solvers

_MOST_ITERATIONS = 2**31 - 1


@dataclass(frozen=True, repr=False)
class IterationReport:
    """What an iterative method says of its work.

    Attributes
    ----------
    status : str
        ``"converged"``, ``"iteration_limit"`` or ``"overflow"``.
    reason : str
        Why it is not converged, otherwise empty.
    iterations : int
        Steps that were taken.
    residual, relative_residual : float
        |A x - image|, with what the model adds to A x, and the same divided by |image|.
    last_change : float
        |x - x of the step before| / |x|.
    error : float
        What the stopping rule compares with the tolerance.
    history : list of float
        The objective at the start and after every step.
    separated_terms : int or None
        Terms of the kernel as a sum of products of one factor per axis, if A was multiplied in that
        way because it is faster.
    bytes : int
        Of the vectors that the method keeps.
    seconds : float
        Of wall time.
    lambda_, rule, trials, at_limit, part, kernel_sum, kernel_scale
        Of ``deblur``: as in ``SolveReport``.
    """

    status: str
    reason: str
    iterations: int
    residual: float
    relative_residual: float
    last_change: float
    error: float
    history: list
    separated_terms: Optional[int]
    bytes: int
    seconds: float
    lambda_: Optional[float] = None
    rule: Optional[str] = None
    trials: Optional[int] = None
    at_limit: Optional[bool] = None
    part: Optional[tuple] = None
    kernel_sum: Optional[float] = None
    kernel_scale: Optional[str] = None

    def __bool__(self):
        return self.status == "converged"

    def __repr__(self):
        text = (
            f"{self.status} after {self.iterations} iterations: "
            f"residual {self.residual:.3g}, relative {self.relative_residual:.3g}"
        )
        if self.reason:
            text += f"; {self.reason}"
        if self.kernel_scale == "divided":
            text += f"; kernel divided by its sum {self.kernel_sum:.3g}"
        return f"{text}; {self.seconds:.2g} s"


class IterativeSolution(NamedTuple):
    """An image, and how it came about: ``x, report = ...``."""

    x: np.ndarray
    report: IterationReport


class _Instrument:
    """A kernel that blurs the pixels of every channel, and the images on both of its sides."""

    def __init__(self, image, kernel, channel_axis, boundary, operation):
        self.kernel = _as_blur(kernel)
        image = as_array(image, "image", np.float64)
        self.shape = image.shape
        self.axis = channel_axis_of(image.shape, self.kernel.ndim, channel_axis)
        channels = self._channels_of(image)
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

    def _channels_of(self, image):
        channels = image[np.newaxis] if self.axis is None else np.moveaxis(image, self.axis, 0)
        return np.ascontiguousarray(channels)

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
        return self._channels_of(array).reshape(-1)

    def solved(self, solve, tolerance, max_iterations, progress, resources, **options):
        """Calls the solver, and gives the result the shape of the image."""
        steps = as_count(max_iterations, "max_iterations", 1)
        x, report = solve(
            self.geometry,
            self.weights,
            self.b,
            tolerance=as_number(tolerance, "tolerance"),
            max_iterations=min(steps, _MOST_ITERATIONS),
            progress=as_callback(progress, "progress"),
            **options,
            **resources,
        )
        if self.axis is None:
            x = x.reshape(self.shape)
        else:
            first = np.moveaxis(np.empty(self.shape), self.axis, 0).shape
            x = np.moveaxis(x.reshape(first), 0, self.axis)
        return IterativeSolution(x, IterationReport(**report))


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


@suggest_keywords
def nonnegative_least_squares(
    image,
    kernel,
    *,
    lambda_=0.0,
    upper=None,
    tolerance=1e-6,
    max_iterations=2000,
    progress=None,
    boundary="reflect",
    operation="convolution",
    channel_axis=None,
    threads=None,
    memory_budget=None,
):
    """The image x >= 0 that minimizes |A x - image|^2 + lambda |x|^2, A being a blur.

    Light is not negative. As in ``toeplix.deblur``, the kernel is taken as a convolution, which
    flips it; for what ``toeplix.matrix`` or PyTorch blurred say ``operation="correlation"``.

    Parameters
    ----------
    image : array_like
        As many axes as the kernel, or one more for channels, first or last.
    kernel : array_like
        What blurred it: the point spread function, of any number of axes.
    lambda_ : float
        How much to regularize (default: not at all).
    upper : float
        Bound of every pixel of x (default: none).
    tolerance : float
        Greatest length of the projected gradient, as a share of |A^T image|.
    max_iterations : int
        Steps at most.
    progress : callable
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
        Bytes that the method's vectors may take (default: what is free).

    Returns
    -------
    x : ndarray
        float64, of the shape and the scale of the image.
    report : IterationReport
        True if it converged: ``report.error`` is the projected gradient's share, 0 at a minimum.

    Raises
    ------
    SolverError
        For numbers that are not finite or out of range, and a kernel of zeros.
    CapacityError
        If the vectors exceed the memory.
    ImportError
        If the package was built without solvers.

    Notes
    -----
    Accelerated projected gradients (Beck and Teboulle 2009) with restarts (O'Donoghue and Candes
    2015). A step takes two products; Ctrl-C stops it.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> stars = np.zeros((8, 8))
    >>> stars[2, 3], stars[5, 6] = 9, 4
    >>> psf = np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]]) / 8
    >>> blurred = toeplix.operator(psf, stars.shape, padding=1, boundary="reflect")(stars)
    >>> x, report = toeplix.nonnegative_least_squares(blurred - 0.01, psf)
    >>> bool(x.min() >= 0), x[2, 3].round(1), report.status
    (True, 9.0, 'converged')
    """
    check_solvers("nonnegative_least_squares")
    instrument = _Instrument(image, kernel, channel_axis, boundary, operation)
    return instrument.solved(
        _core.nonnegative_least_squares,
        tolerance,
        max_iterations,
        progress,
        as_resources(threads, memory_budget),
        lambda_=as_number(lambda_, "lambda_"),
        upper=np.inf if upper is None else as_number(upper, "upper"),
    )


@suggest_keywords
def richardson_lucy(
    image,
    kernel,
    *,
    background=None,
    flat=None,
    tolerance=1e-4,
    max_iterations=100,
    progress=None,
    boundary="reflect",
    operation="convolution",
    channel_axis=None,
    threads=None,
    memory_budget=None,
):
    """The image for which counted photons are likely, by the algorithm of Richardson and Lucy.

    The model is image ~ Poisson(flat * (A x) + background), A being the blur. As in
    ``toeplix.deblur``, the kernel is taken as a convolution, which flips it; for what
    ``toeplix.matrix`` or PyTorch blurred say ``operation="correlation"``.

    Parameters
    ----------
    image : array_like
        Counts, which are not negative. As many axes as the kernel, or one more for channels, first
        or last.
    kernel : array_like
        What blurred it: the point spread function, of any number of axes, without negative numbers.
    background : float or array_like
        What the detector counts without the image: one number, or one for each pixel (default: 0).
    flat : float or array_like
        How sensitive the detector is: one number, or one for each pixel, 0 for those that are dead
        (default: 1).
    tolerance : float
        Least relative change of x that is worth another step; 0 takes all steps.
    max_iterations : int
        Steps at most. Noise grows with them, so that to stop early is what regularizes.
    progress : callable
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
        Bytes that the method's vectors may take (default: what is free).

    Returns
    -------
    x : ndarray
        float64, of the shape of the image, nowhere negative.
    report : IterationReport
        ``report.history`` is the deviance, which never increases: the sum of
        image * log(image / model) - image + model.

    Raises
    ------
    SolverError
        For numbers that are negative or not finite, and a kernel of zeros.
    CapacityError
        If the vectors exceed the memory.
    ImportError
        If the package was built without solvers.

    Notes
    -----
    W. Richardson, JOSA 62 (1972); L. Lucy, Astron. J. 79 (1974). The column sums of A are those
    with its borders, so that the picture gets neither darker nor brighter there. A step takes two
    products; Ctrl-C stops it.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> stars = np.full((8, 8), 1.0)
    >>> stars[2, 3], stars[5, 6] = 900, 400
    >>> psf = np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]]) / 8
    >>> counts = toeplix.operator(psf, stars.shape, padding=1, boundary="reflect")(stars) + 10
    >>> steps = {"tolerance": 1e-5, "max_iterations": 999}
    >>> x, report = toeplix.richardson_lucy(counts, psf, background=10, **steps)
    >>> x[2, 3].round(-1), x[5, 6].round(-1)
    (900.0, 400.0)
    """
    check_solvers("richardson_lucy")
    instrument = _Instrument(image, kernel, channel_axis, boundary, operation)
    return instrument.solved(
        _core.richardson_lucy,
        tolerance,
        max_iterations,
        progress,
        as_resources(threads, memory_budget),
        background=instrument.per_pixel(background, "background"),
        flat=instrument.per_pixel(flat, "flat"),
    )


@suggest_keywords
def total_variation(
    image,
    kernel,
    mu,
    *,
    nonnegative=False,
    tolerance=1e-3,
    max_iterations=3000,
    progress=None,
    boundary="reflect",
    operation="convolution",
    channel_axis=None,
    threads=None,
    memory_budget=None,
):
    """The image x that minimizes |A x - image|^2 / 2 + mu TV(x): smooth areas with sharp edges.

    TV is the isotropic total variation, A the blur; the kernel ``[[1]]`` denoises. As in
    ``toeplix.deblur``, the kernel is taken as a convolution, which flips it; for what
    ``toeplix.matrix`` or PyTorch blurred say ``operation="correlation"``.

    Parameters
    ----------
    image : array_like
        As many axes as the kernel, or one more for channels, first or last.
    kernel : array_like
        What blurred it: the point spread function, of any number of axes.
    mu : float
        How much to regularize, in the units of the image: a plateau moves by mu times its border's
        length / its area.
    nonnegative : bool
        Whether x may not be negative.
    tolerance : float
        By which share of it the objective may exceed the least value, by a bound from duality.
    max_iterations : int
        Steps at most.
    progress : callable
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
        Bytes that the method's vectors may take (default: what is free).

    Returns
    -------
    x : ndarray
        float64, of the shape and the scale of the image.
    report : IterationReport
        True if it converged; ``report.history`` is the objective.

    Raises
    ------
    SolverError
        For numbers that are not finite or out of range, and a kernel of zeros.
    CapacityError
        If the vectors exceed the memory.
    ImportError
        If the package was built without solvers.

    Notes
    -----
    The primal-dual method of Chambolle and Pock, J. Math. Imaging Vis. 40 (2011). A step takes two
    products; Ctrl-C stops it.

    Examples
    --------
    >>> import toeplix
    >>> x, report = toeplix.total_variation([0, 0, 0, 10, 10, 10], [1], 3, tolerance=1e-8)
    >>> x.round(3).tolist()
    [1.0, 1.0, 1.0, 9.0, 9.0, 9.0]
    """
    check_solvers("total_variation")
    instrument = _Instrument(image, kernel, channel_axis, boundary, operation)
    wanted = as_flag(nonnegative, "nonnegative")
    return instrument.solved(
        _core.total_variation,
        tolerance,
        max_iterations,
        progress,
        as_resources(threads, memory_budget),
        mu=as_number(mu, "mu"),
        range=_core.PixelRange.nonnegative if wanted else _core.PixelRange.real,
    )
