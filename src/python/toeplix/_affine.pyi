from typing import Any

from ._affine_map import AffineMap
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

def affine(
    layer: Any,
    input: Extents | str | None = None,
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
    bias: ArrayLike | None = None,
    padding_value: float = 0,
    name: str | None = None,
    dtype: DTypeLike | None = None,
    threads: int | None = None,
    memory_budget: int | None = None,
) -> AffineMap: ...
