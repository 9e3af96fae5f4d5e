import os
from typing import Literal

import numpy as np
from scipy.sparse import spmatrix

from ._affine_map import AffineMap
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

class Plot:
    def save(self, path: str | bytes | os.PathLike) -> None: ...
    def svg(self) -> str: ...
    def png(self) -> bytes: ...
    def image(self) -> np.ndarray: ...
    def terminal(
        self,
        columns: int = 80,
        lines: int = 24,
        colour: Literal["none", "palette_256", "true_colour"] = "none",
    ) -> str: ...

class Page:
    html: str
    def save(self, path: str | bytes | os.PathLike) -> None: ...

def plot(
    weights: ArrayLike | str | spmatrix | Operator | AffineMap | None = None,
    input: Extents | str | None = None,
    *,
    weights_shape: Extents | None = None,
    size: int = 840,
    title: str = "",
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
) -> Plot: ...

def page(
    weights: ArrayLike | str | spmatrix | Operator | AffineMap | None = None,
    input: Extents | str | None = None,
    *,
    weights_shape: Extents | None = None,
    title: str | None = None,
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
) -> Page: ...
