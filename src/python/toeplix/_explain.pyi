from dataclasses import dataclass
from typing import Literal

from ._records import Described
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

@dataclass(frozen=True)
class KernelMeeting:
    weight: int
    kernel: tuple[int, ...]
    extended: tuple[int, ...]
    folds: tuple[Literal["straight", "lower", "upper"], ...]

@dataclass(frozen=True, kw_only=True, repr=False)
class EntryExplanation(Described):
    spec: str
    transposed: bool
    weights_shape: tuple[int, ...]
    row: int
    col: int
    out_channel: int
    output: tuple[int, ...]
    in_channel: int
    input: tuple[int, ...]
    meetings: tuple[KernelMeeting, ...]
    absence: str
    input_dilation: tuple[int, ...]
    padding_value: float

@dataclass(frozen=True)
class WeightLanding:
    row: int
    col: int
    output: tuple[int, ...]
    input: tuple[int, ...]
    folds: tuple[Literal["straight", "lower", "upper"], ...]

@dataclass(frozen=True, kw_only=True, repr=False)
class WeightLandings(Described):
    spec: str
    weight: int
    position: tuple[int, ...]
    out_channel: int
    in_channel: int
    count: int
    first: tuple[WeightLanding, ...]
    diagonal_count: int | None
    first_diagonals: tuple[int, ...]
    padding_value: float

class SymbolicMatrix:
    text: str
    latex: str
    def __init__(self, text: str, latex: str) -> None: ...

def explain(
    weights: ArrayLike | str | None = None,
    input: Extents | str | None = None,
    *,
    entry: tuple[int, int] | None = None,
    weight: Extents | None = None,
    weights_shape: Extents | None = None,
    most: int = 20,
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
) -> EntryExplanation | WeightLandings: ...

def symbolic(
    weights: ArrayLike | str | None = None,
    input: Extents | str | None = None,
    *,
    weights_shape: Extents | None = None,
    numbers: bool = False,
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
) -> SymbolicMatrix: ...
