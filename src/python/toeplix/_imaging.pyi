from collections.abc import Callable
from typing import Literal

from ._reports import IterativeSolution
from ._types import ArrayLike, Boundary, Operation

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
