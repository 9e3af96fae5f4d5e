from collections.abc import Sequence
from typing import Literal

from scipy.sparse import csc_matrix, csr_matrix

from ._types import BoundaryWord, DTypeLike, Extents

Sides = int | Sequence[int | tuple[int, int]]
Frame = BoundaryWord | Literal["zeros"]

def average_pool(
    input: Extents,
    kernel_size: Extents,
    *,
    stride: Extents | None = None,
    padding: Sides = 0,
    dilation: Extents = 1,
    channels: int = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    dtype: DTypeLike | None = None,
    format: Literal["csr", "csc"] = "csr",
    threads: int | None = None,
    memory_budget: int | None = None,
) -> csr_matrix | csc_matrix: ...
def pad(
    input: Extents,
    padding: Sides,
    *,
    boundary: Frame | Sequence[Frame] = "zero",
    dtype: DTypeLike | None = None,
    format: Literal["csr", "csc"] = "csr",
    threads: int | None = None,
    memory_budget: int | None = None,
) -> csr_matrix | csc_matrix: ...
def resize(
    input: Extents,
    size: Extents | None = None,
    *,
    scale_factor: float | Sequence[float] | None = None,
    mode: Literal["nearest", "nearest-exact", "linear"] = "nearest",
    align_corners: bool = False,
    nearest: Literal["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"] | None = None,
    coordinates: Literal[
        "half_pixel",
        "pytorch_half_pixel",
        "align_corners",
        "asymmetric",
        "half_pixel_symmetric",
    ]
    | None = None,
    dtype: DTypeLike | None = None,
    format: Literal["csr", "csc"] = "csr",
    threads: int | None = None,
    memory_budget: int | None = None,
) -> csr_matrix | csc_matrix: ...
