from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

@dataclass(frozen=True, kw_only=True, repr=False)
class Restored:
    lambda_: float | None = None
    rule: Literal["given", "cross_validation", "discrepancy"] | None = None
    trials: int | None = None
    at_limit: bool | None = None
    part: tuple[int, ...] | None = None
    faded: bool | None = None
    kernel_sum: float | None = None
    kernel_scale: Literal["unit", "divided", "kept", "vanishing"] | None = None

@dataclass(frozen=True, repr=False)
class SolveReport(Restored):
    status: Literal["solved", "inaccurate", "singular", "iteration_limit"]
    reason: str
    method: Literal["factorization", "transform", "iterative"]
    method_reason: str
    residual: float
    relative_residual: float
    error: float
    rank: int | None
    nullity: int | None
    separated_terms: int | None
    fourier_products: bool
    reciprocal_condition: float | None
    iterations: int
    history: list[float]
    preconditioner: str
    fill: int
    flops: float
    bytes: int
    seconds: dict[str, float]
    def __bool__(self) -> bool: ...

class Solution(NamedTuple):
    x: np.ndarray | None
    report: SolveReport

@dataclass(frozen=True, repr=False)
class IterationReport(Restored):
    status: Literal["converged", "iteration_limit", "overflow"]
    reason: str
    iterations: int
    residual: float
    relative_residual: float
    last_change: float
    error: float
    history: list[float]
    separated_terms: int | None
    fourier_products: bool
    bytes: int
    seconds: float
    def __bool__(self) -> bool: ...

class IterativeSolution(NamedTuple):
    x: np.ndarray
    report: IterationReport

@dataclass(frozen=True, repr=False)
class SpectralNorm:
    lower: float
    upper: float
    converged: bool
    reason: str
    lower_from: Literal["rayleigh quotient", "zero"]
    upper_from: Literal[
        "norms", "frobenius", "frequencies", "embedding", "factorization", "zero"
    ]
    norm_1: float
    norm_inf: float
    frobenius: float
    products: int
    blocks: int
    factorizations: int

@dataclass(frozen=True, repr=False)
class SingularTripletsReport:
    converged: bool
    reason: str
    residual: float
    relative_residual: float
    products: int
    def __bool__(self) -> bool: ...

class SingularTriplets(NamedTuple):
    u: np.ndarray | None
    s: np.ndarray
    vt: np.ndarray | None
    report: SingularTripletsReport
