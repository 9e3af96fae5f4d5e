"""What solvers say of their work."""

from dataclasses import dataclass
from typing import NamedTuple, Optional

import numpy as np


@dataclass(frozen=True, kw_only=True, repr=False)
class Restored:
    """What ``tikhonov`` and ``deblur`` add to the report of a solver."""

    lambda_: Optional[float] = None
    rule: Optional[str] = None
    trials: Optional[int] = None
    at_limit: Optional[bool] = None
    part: Optional[tuple] = None
    faded: Optional[bool] = None
    kernel_sum: Optional[float] = None
    kernel_scale: Optional[str] = None

    def _scaling(self):
        """What was done to the kernel, if it was, as reports append it."""
        if self.kernel_scale != "divided":
            return ""
        return f"; kernel divided by its sum {self.kernel_sum:.3g}"


@dataclass(frozen=True, repr=False)
class SolveReport(Restored):
    """What a solver says of its work.

    Attributes
    ----------
    status : str
        ``"solved"``, ``"inaccurate"``, ``"singular"``, or ``"iteration_limit"``.
    reason : str
        Why it is not solved, otherwise empty.
    method, method_reason : str
        ``"factorization"``, ``"transform"`` or ``"iterative"``, and why that, if there was a
        choice.
    residual, relative_residual : float
        |A x - b|, and the same divided by |b|.
    error : float
        How far the equations that define x are from holding, relative to their terms.
    rank, nullity, reciprocal_condition : int, int, float, or None
        If the solver finds them out.
    separated_terms : int or None
        Terms of the kernel as a sum of products of one factor per axis, if A was multiplied in that
        way because it is faster.
    fourier_products : bool
        Whether A was multiplied with by Fourier transforms, likewise.
    iterations : int
        Of the right-hand side that took most; 0 if there are none.
    history : list of float
        After each of these the residual of the normal equations over the right-hand side.
    preconditioner : str
        What the iterations were helped by; empty if by nothing.
    fill, flops, bytes : int, float, int
        Entries of the factors, operations, and memory.
    seconds : dict
        Of ``"assembly"``, ``"analysis"``, ``"factorization"`` and ``"solution"``, and of Tikhonov's
        problem of the ``"choice"`` of lambda, with all its trials.
    lambda_ : float or None
        Of Tikhonov's problem.
    rule : str or None
        How lambda was found: ``"given"``, ``"cross_validation"``, ``"discrepancy"``.
    trials : int or None
        Factorizations that finding it took.
    at_limit : bool or None
        Whether the rule asks for a lambda outside of the range that was searched.
    part : tuple of int or None
        Of ``deblur``: extents of the pixels that lambda was found on.
    faded : bool or None
        Of ``deblur``: whether their border was faded, so that transforms could find lambda where
        another search would take long.
    kernel_sum, kernel_scale : float, str, or None
        Of ``deblur``: the kernel's sum, and what was done because of it: nothing, as it is 1
        (``"unit"``), as that was asked for (``"kept"``) or as it is next to 0 (``"vanishing"``); or
        the kernel was ``"divided"`` by it.
    """

    status: str
    reason: str
    method: str
    method_reason: str
    residual: float
    relative_residual: float
    error: float
    rank: Optional[int]
    nullity: Optional[int]
    separated_terms: Optional[int]
    fourier_products: bool
    reciprocal_condition: Optional[float]
    iterations: int
    history: list
    preconditioner: str
    fill: int
    flops: float
    bytes: int
    seconds: dict

    def __bool__(self):
        return self.status == "solved"

    def __repr__(self):
        text = f"{self.status}: residual {self.residual:.3g}, relative {self.relative_residual:.3g}"
        if self.reason:
            text += f"; {self.reason}"
        if self.lambda_ is not None:
            trials = "" if self.trials is None else f", {self.trials} trials"
            text += f"; lambda {self.lambda_:.3g} ({self.rule}{trials})"
        text += self._scaling()
        seconds = sum(self.seconds.values())
        effort = {
            "transform": "by transforms",
            "iterative": f"{self.iterations} iterations",
        }.get(self.method, f"{self.fill} entries in the factors")
        return f"{text}; {effort}, {seconds:.2g} s in all"


class Solution(NamedTuple):
    """A solution, and how it came about: ``x, report = ...``."""

    x: Optional[np.ndarray]  # None if the system is singular
    report: SolveReport


@dataclass(frozen=True, repr=False)
class IterationReport(Restored):
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
    fourier_products : bool
        Whether A was multiplied with by Fourier transforms, likewise.
    bytes : int
        Of the vectors that the method keeps.
    seconds : float
        Of wall time.
    lambda_, rule, trials, at_limit, part, faded, kernel_sum, kernel_scale
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
    fourier_products: bool
    bytes: int
    seconds: float

    def __bool__(self):
        return self.status == "converged"

    def __repr__(self):
        text = (
            f"{self.status} after {self.iterations} iterations: "
            f"residual {self.residual:.3g}, relative {self.relative_residual:.3g}"
        )
        if self.reason:
            text += f"; {self.reason}"
        return f"{text}{self._scaling()}; {self.seconds:.2g} s"


class IterativeSolution(NamedTuple):
    """An image, and how it came about: ``x, report = ...``."""

    x: np.ndarray
    report: IterationReport


@dataclass(frozen=True, repr=False)
class SpectralNorm:
    """An interval that holds the largest singular value, and how it came about.

    Attributes
    ----------
    lower, upper : float
        No more, and no less, than the largest singular value; rounding is counted in.
    converged : bool
        Whether upper - lower <= tolerance * upper. The bounds hold in any case.
    reason : str
        Why it is not converged, otherwise empty.
    lower_from, upper_from : str
        How the ends were found: ``"rayleigh quotient"``; ``"norms"``, ``"frobenius"``,
        ``"frequencies"``, ``"embedding"``, ``"factorization"``; or ``"zero"``.
    norm_1, norm_inf, frobenius : float
        The largest sum of absolute values in a column and in a row, and the root of the sum of
        squares, to rounding.
    products : int
        By A and by its transpose.
    blocks : int
        Of frequencies that were bounded.
    factorizations : int
        Of t^2 I - A^T A.
    """

    lower: float
    upper: float
    converged: bool
    reason: str
    lower_from: str
    upper_from: str
    norm_1: float
    norm_inf: float
    frobenius: float
    products: int
    blocks: int
    factorizations: int

    def __repr__(self):
        text = (
            f"{self.lower!r} ({self.lower_from}) <= norm <= {self.upper!r} ({self.upper_from}): "
            f"{self.products} products, {self.blocks} blocks, {self.factorizations} factorizations"
        )
        return text if self.converged else f"{text}; not converged: {self.reason}"


@dataclass(frozen=True, repr=False)
class SingularTripletsReport:
    """How singular values and their vectors came about.

    Attributes
    ----------
    converged : bool
        Whether residuals are within the tolerance, and nothing larger was found. So is the truth of
        the report itself.
    reason : str
        Why it is not converged, otherwise empty.
    residual, relative_residual : float
        The largest |A v - s u| or |A^T u - s v|, and the same divided by the largest value.
    products : int
        By A and by its transpose; 0 if a dense matrix was decomposed.
    """

    converged: bool
    reason: str
    residual: float
    relative_residual: float
    products: int

    def __bool__(self):
        return self.converged

    def __repr__(self):
        word = "converged" if self.converged else f"not converged: {self.reason}"
        residual = f"residual {self.residual:.3g}, relative {self.relative_residual:.3g}"
        return f"{word}: {residual}; {self.products} products"


class SingularTriplets(NamedTuple):
    """Some singular values and their vectors, as svds has them: ``u, s, vt, report = ...``."""

    u: Optional[np.ndarray]  # rows x k; None if vectors were not wanted
    s: np.ndarray  # k, descending
    vt: Optional[np.ndarray]  # k x columns, likewise
    report: SingularTripletsReport
