from typing import Literal

from ._solve import Solution
from ._tikhonov import Regularizer
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
    channel_axis: Literal[0, -1] | None = None,
    threads: int | None = None,
    memory_budget: int | None = None,
) -> Solution: ...
