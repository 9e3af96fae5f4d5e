from collections.abc import Callable
from typing import Literal

from scipy.sparse import spmatrix

from ._reports import Solution
from ._types import (
    ArrayLike,
    Boundary,
    Extents,
    Operation,
    Order,
    Padding,
    PaddingMode,
    WeightsOrder,
)

Regularizer = Literal["identity", "gradient", "laplacian"]
Method = Literal["automatic", "factorization", "transform", "iterative"]

def tikhonov(
    weights: ArrayLike,
    input: Extents | str,
    b: ArrayLike,
    *,
    lambda_: float | None = None,
    noise: float | None = None,
    lambda_range: tuple[float, float] = (1e-08, 100.0),
    regularizer: Regularizer | spmatrix = "identity",
    ordering: Literal["automatic", "dissection", "metis", "amd"] = "automatic",
    method: Method = "automatic",
    tolerance: float = 1e-6,
    max_iterations: int = 1000,
    progress: Callable[[int, float], object] | None = None,
    threads: int | None = None,
    memory_budget: int | None = None,
    stride: Extents = 1,
    padding: Padding = 0,
    dilation: Extents = 1,
    groups: int = 1,
    boundary: Boundary | None = None,
    padding_mode: PaddingMode | None = None,
    input_dilation: Extents = 1,
    operation: Operation = "correlation",
    order: Order = "channels_first",
    weights_order: WeightsOrder = "oihw",
    transposed: bool = False,
    output_padding: Extents = 0,
    output: Extents | None = None,
) -> Solution: ...
