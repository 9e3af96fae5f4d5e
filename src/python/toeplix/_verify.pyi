from dataclasses import dataclass

import numpy as np

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
class VerifyReport:
    passed: bool
    message: str
    rows: int
    cols: int
    nnz: int
    exact: bool
    largest_error: float
    def __bool__(self) -> bool: ...

def verify(
    weights: ArrayLike,
    input: Extents | str,
    x: ArrayLike | None = None,
    *,
    bias: ArrayLike | None = None,
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
) -> VerifyReport: ...

def weight_gradient(
    x: ArrayLike,
    y_gradient: ArrayLike,
    weights_shape: Extents,
    input: Extents | str | None = None,
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
) -> np.ndarray: ...
