from collections.abc import Callable
from typing import Literal

from ._reports import IterativeSolution, Solution
from ._tikhonov import Method, Regularizer
from ._types import ArrayLike, Boundary, Operation

def deblur(
    image: ArrayLike,
    kernel: ArrayLike,
    *,
    lambda_: float | None = None,
    noise: float | None = None,
    boundary: Boundary = "reflect",
    operation: Operation = "convolution",
    regularizer: Regularizer = "gradient",
    method: Method = "automatic",
    nonnegative: bool = False,
    total_variation: float | None = None,
    richardson_lucy: int | None = None,
    tolerance: float | None = None,
    max_iterations: int | None = None,
    progress: Callable[[int, int, float], object] | None = None,
    keep_sum: bool = False,
    channel_axis: Literal[0, -1] | None = None,
    threads: int | None = None,
    memory_budget: int | None = None,
) -> Solution | IterativeSolution: ...
