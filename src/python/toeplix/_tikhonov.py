"""Tikhonov's problem with the matrix of a convolution."""

import time

import numpy as np

from . import _core
from ._arguments import as_callback, as_count, as_number, as_resources, as_word
from ._geometry import resolve, takes_geometry
from ._images import as_images, like_images
from ._reports import Solution, SolveReport
from ._solve import check_solvers
from ._sparse import compressed, is_matrix
from ._subject import check_one_kernel, input_of, output_of

REGULARIZERS = ("identity", "gradient", "laplacian")
METHODS = ("automatic", "factorization", "transform", "iterative")
_ORDERINGS = ("automatic", "dissection", "metis", "amd")
_LAMBDAS = (1e-8, 1e2)


def _as_regularizer(regularizer):
    if is_matrix(regularizer):
        return compressed(regularizer, dtype=np.float64)
    return as_word(regularizer, "regularizer", REGULARIZERS)


def as_method(method):
    return getattr(_core.SolveMethod, as_word(method, "method", METHODS))


def choose(solver, b, noise, lambda_range=_LAMBDAS):
    """Leaves the solver with a lambda, and says how it was found, and in how many seconds."""
    try:
        least, greatest = (as_number(each, "lambda_range") for each in lambda_range)
    except (TypeError, ValueError):
        raise TypeError(f"lambda_range is {lambda_range!r}; expected two numbers") from None
    if noise is not None:
        noise = as_number(noise, "noise")
    begin = time.perf_counter()
    lambda_, trials, at_limit = solver.choose(b, noise, least, greatest)
    return {
        "lambda_": lambda_,
        "rule": "cross_validation" if noise is None else "discrepancy",
        "trials": trials,
        "at_limit": at_limit,
        "seconds": time.perf_counter() - begin,
    }


def check_lambda(lambda_, noise):
    if lambda_ is None:
        return
    if noise is not None:
        raise TypeError("noise is for choosing lambda_, which is given")
    as_number(lambda_, "lambda_")


def given(lambda_):
    return {"lambda_": float(lambda_), "rule": "given", "seconds": 0.0}


@takes_geometry
def tikhonov(
    weights,
    input,
    b,
    *,
    lambda_=None,
    noise=None,
    lambda_range=_LAMBDAS,
    regularizer="identity",
    ordering="automatic",
    method="automatic",
    tolerance=1e-6,
    max_iterations=1000,
    progress=None,
    threads=None,
    memory_budget=None,
    geometry,
):
    """The x that minimizes |A x - b|^2 + lambda |L x|^2, A being the matrix of a convolution.

    Parameters
    ----------
    {arguments}
    {geometry}
    b : array_like
        An image of the output's shape, or a batch of these, which share one factorization.
    lambda_ : float
        How much to regularize (default: what generalized cross-validation chooses).
    noise : float
        Standard deviation of the noise of b: lambda is then chosen by the discrepancy principle.
    lambda_range : (float, float)
        Where to look for lambda.
    regularizer : str or sparse matrix
        L: ``"identity"`` (small pixels), ``"gradient"`` (small slopes), ``"laplacian"`` (small
        curvature), or any sparse matrix with a column for each of A's.
    ordering : str
        Of the unknowns: ``"automatic"``, ``"dissection"``, ``"metis"``, ``"amd"``.
    method : str
        ``"factorization"`` (exact), ``"transform"`` (exact and quick, where Fourier or cosine
        transforms diagonalize A and L), ``"iterative"`` (conjugate gradients, for any size), or
        ``"automatic"``: what is expected to take least time; ``report.method_reason`` says why.
    tolerance, max_iterations : float, int
        Of iterations: the residual of the normal equations over |A^T b|, and when they give up.
    progress : callable
        Of iterations: ``progress(iteration, residual)`` is called after each, with the residual of
        the normal equations over |A^T b|. What it raises ends the call.
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that matrix and factor, spectra or vectors may take (default: what is free).

    Returns
    -------
    x : ndarray or None
        Laid out as b is; None if the system is singular, which ``report.reason`` explains.
    report : SolveReport
        With ``lambda_``, how it was found, and the time that this took.

    Raises
    ------
    SolverError
        For numbers that are not finite, a negative lambda, an L that does not fit, and if no lambda
        can be chosen.
    CapacityError
        If what the method keeps will exceed the memory.
    ImportError
        If the package was built without solvers.

    Notes
    -----
    Cost: one factorization by CHOLMOD, in float64, and some 20 more if lambda is to be chosen, with
    solutions for each: ``report.seconds["choice"]`` is their time. Ctrl-C takes effect when a
    factorization has ended. Transforms find lambda from one spectrum; an iteration costs two
    products.

    Examples
    --------
    >>> import toeplix
    >>> x, report = toeplix.tikhonov([1], input=3, b=[2, 4, 6], lambda_=1)
    >>> x
    array([1., 2., 3.])
    """
    check_solvers("tikhonov")
    check_lambda(lambda_, noise)
    found, weights = resolve(weights, input, geometry, np.float64)
    check_one_kernel(found, "tikhonov")
    right, form = as_images(b, "b", output_of(found), np.float64)
    solver = _core.Tikhonov(
        found,
        weights,
        _as_regularizer(regularizer),
        getattr(_core.Ordering, as_word(ordering, "ordering", _ORDERINGS)),
        method=as_method(method),
        tolerance=as_number(tolerance, "tolerance"),
        max_iterations=as_count(max_iterations, "max_iterations", 1),
        progress=as_callback(progress, "progress"),
        **as_resources(threads, memory_budget),
    )
    if lambda_ is None:
        how = choose(solver, right, noise, lambda_range)
    else:
        how = given(lambda_)
        solver.set_lambda(how["lambda_"])
    x, report = solver.solve(right)
    # The last of the trials is the factorization that is reported, too.
    last = report["seconds"]["factorization"]
    report["seconds"]["choice"] = max(0.0, how.pop("seconds") - last)
    if x is not None:
        x = like_images(x, form, input_of(found))
    return Solution(x, SolveReport(**report, **how))
