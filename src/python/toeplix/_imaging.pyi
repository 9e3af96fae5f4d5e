from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from ._types import ArrayLike, Boundary, Operation

@dataclass(frozen=True, repr=False)
class IterationReport:
    status: Literal["converged", "iteration_limit", "overflow"]
    reason: str
    iterations: int
    residual: float
    relative_residual: float
    last_change: float
    error: float
    history: list[float]
    separated_terms: int | None
    bytes: int
    seconds: float
    lambda_: float | None = None
    rule: Literal["given", "cross_validation", "discrepancy"] | None = None
    trials: int | None = None
    at_limit: bool | None = None
    part: tuple[int, ...] | None = None
    kernel_sum: float | None = None
    kernel_scale: Literal["unit", "divided", "kept", "vanishing"] | None = None
    def __bool__(self) -> bool: ...

class IterativeSolution(NamedTuple):
    x: np.ndarray
    report: IterationReport

def nonnegative_least_squares(
    image: ArrayLike,
    kernel: ArrayLike,
    *,
    lambda_: float = 0.0,
    upper: float | None = None,
    tolerance: float = 1e-6,
    max_iterations: int = 2000,
    progress: Callable[[int, float], object] | None = None,
    boundary: Boundary = "reflect",
    operation: Operation = "convolution",
    channel_axis: Literal[0, -1] | None = None,
    threads: int | None = None,
    memory_budget: int | None = None,
) -> IterativeSolution: ...

def richardson_lucy(
    image: ArrayLike,
    kernel: ArrayLike,
    *,
    background: ArrayLike | float | None = None,
    flat: ArrayLike | float | None = None,
    tolerance: float = 1e-4,
    max_iterations: int = 100,
    progress: Callable[[int, float], object] | None = None,
    boundary: Boundary = "reflect",
    operation: Operation = "convolution",
    channel_axis: Literal[0, -1] | None = None,
    threads: int | None = None,
    memory_budget: int | None = None,
) -> IterativeSolution: ...

def total_variation(
    image: ArrayLike,
    kernel: ArrayLike,
    mu: float,
    *,
    nonnegative: bool = False,
    tolerance: float = 1e-3,
    max_iterations: int = 3000,
    progress: Callable[[int, float], object] | None = None,
    boundary: Boundary = "reflect",
    operation: Operation = "convolution",
    channel_axis: Literal[0, -1] | None = None,
    threads: int | None = None,
    memory_budget: int | None = None,
) -> IterativeSolution: ...
