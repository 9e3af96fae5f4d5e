from typing import NamedTuple

import numpy as np

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

class PackedTensor:
    channels: int
    extents: tuple[int, ...]
    order: str
    gap: tuple[int, ...]
    grid: tuple[int, ...]
    grid_channels: int
    elements: int
    size: int
    def __init__(
        self,
        channels: int,
        extents: Extents,
        *,
        order: Order = "channels_first",
        gap: Extents | None = None,
        grid: Extents | None = None,
        grid_channels: int | None = None,
    ) -> None: ...
    @property
    def places(self) -> np.ndarray: ...
    def pack(self, x: ArrayLike, size: int | None = None) -> np.ndarray: ...
    def unpack(self, slots: ArrayLike) -> np.ndarray: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[object, ...]: ...

class PixelShuffle(NamedTuple):
    input: PackedTensor
    output: PackedTensor

def pixel_shuffle(
    weights: ArrayLike | str | Operator | None = None,
    input: Extents | str | None = None,
    *,
    weights_shape: Extents | None = None,
    after: PackedTensor | None = None,
    gap: Extents | None = None,
    grid: Extents | None = None,
    grid_channels: int | None = None,
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
) -> PixelShuffle: ...
