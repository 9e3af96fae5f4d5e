from typing import Literal

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

from ._types import ArrayLike, Boundary, DTypeLike, Extents, Padding

def im2col(
    input: Extents,
    kernel_size: Extents,
    *,
    channels: int = 1,
    dilation: Extents = 1,
    padding: Padding = 0,
    stride: Extents = 1,
    boundary: Boundary = "zero",
    dtype: DTypeLike | None = None,
    format: Literal["csr", "csc"] = "csr",
    threads: int | None = None,
    memory_budget: int | None = None,
) -> csr_matrix | csc_matrix: ...
def unfold(
    x: ArrayLike,
    kernel_size: Extents,
    dilation: Extents = 1,
    padding: Padding = 0,
    stride: Extents = 1,
) -> np.ndarray: ...
def fold(
    x: ArrayLike,
    output_size: Extents,
    kernel_size: Extents,
    dilation: Extents = 1,
    padding: Padding = 0,
    stride: Extents = 1,
) -> np.ndarray: ...
