from scipy.sparse import spmatrix

from ._operator import Operator
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
