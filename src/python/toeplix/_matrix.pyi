from typing import Literal

from scipy.sparse import csc_matrix, csr_matrix

from ._types import (
    ArrayLike,
    Boundary,
    DTypeLike,
    Extents,
    Operation,
    Order,
    Padding,
    PaddingMode,
    WeightsOrder,
)

def matrix(
    weights: ArrayLike,
    input: Extents | str,
    *,
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
    format: Literal["csr", "csc"] = "csr",
    dtype: DTypeLike | None = None,
    index_dtype: DTypeLike | None = None,
    rows: tuple[int, int] | None = None,
    prune: bool = False,
    out: csr_matrix | csc_matrix | None = None,
    threads: int | None = None,
    memory_budget: int | None = None,
) -> csr_matrix | csc_matrix: ...
