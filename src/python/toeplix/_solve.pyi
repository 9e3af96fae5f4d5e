from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from scipy.sparse import spmatrix

from ._operator import Operator
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

@dataclass(frozen=True, repr=False)
class SolveReport:
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
    reciprocal_condition: float | None
    iterations: int
    history: list[float]
    preconditioner: str
    fill: int
    flops: float
    bytes: int
    seconds: dict[str, float]
    lambda_: float | None = None
    rule: Literal["given", "cross_validation", "discrepancy"] | None = None
    trials: int | None = None
    at_limit: bool | None = None
    part: tuple[int, ...] | None = None
    kernel_sum: float | None = None
    kernel_scale: Literal["unit", "divided", "kept", "vanishing"] | None = None
    def __bool__(self) -> bool: ...

class Solution(NamedTuple):
    x: np.ndarray | None
    report: SolveReport

def solve_square(
    weights: ArrayLike | spmatrix | Operator,
    input: Extents | str | ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
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

def least_squares(
    weights: ArrayLike | spmatrix | Operator,
    input: Extents | str | ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
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
