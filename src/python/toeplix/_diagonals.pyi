from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.sparse import spmatrix

from ._affine_map import AffineMap
from ._operator import Operator
from ._packing import PackedTensor, PixelShuffle
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

class Diagonal:
    offset: int
    rows: np.ndarray
    values: np.ndarray
    block_row: int
    block_column: int
    size: int
    def __init__(
        self,
        block_row: int,
        block_column: int,
        offset: int,
        rows: np.ndarray,
        values: np.ndarray,
        *,
        size: int,
    ) -> None: ...
    def dense(self) -> np.ndarray: ...
    def __iter__(self) -> Iterator[Any]: ...

class Diagonals:
    size: int
    block_rows: int
    block_columns: int
    @property
    def rotations(self) -> int: ...
    def __iter__(self) -> Iterator[Diagonal]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, offset: int) -> Diagonal: ...
    def at(self, offset: int, block_row: int = 0, block_column: int = 0) -> Diagonal: ...

def diagonals(
    weights: ArrayLike | spmatrix | Operator | AffineMap,
    input: Extents | str | None = None,
    *,
    size: int | None = None,
    prune: bool = False,
    packing: PixelShuffle | None = None,
    row_order: ArrayLike | PackedTensor | None = None,
    column_order: ArrayLike | PackedTensor | None = None,
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
) -> Diagonals: ...
