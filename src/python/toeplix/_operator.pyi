from typing import Literal

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

from ._products import Products
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

class Operator(Products):
    @property
    def nnz(self) -> int: ...
    def to_sparse(
        self,
        format: Literal["csr", "csc"] = "csr",
        *,
        index_dtype: DTypeLike | None = None,
        prune: bool = False,
    ) -> csr_matrix | csc_matrix: ...
    def diagonal(self) -> np.ndarray: ...
    def row_sums(self) -> np.ndarray: ...
    def column_sums(self) -> np.ndarray: ...
    def row_squared_norms(self) -> np.ndarray: ...
    def column_squared_norms(self) -> np.ndarray: ...
    def frobenius_norm(self) -> float: ...
    def norm_1(self) -> float: ...
    def norm_inf(self) -> float: ...

class SeparatedOperator(Products):
    @property
    def terms(self) -> int: ...

def operator(
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
    dtype: DTypeLike | None = None,
    threads: int | None = None,
    memory_budget: int | None = None,
) -> Operator: ...
def separated(op: Operator) -> SeparatedOperator | None: ...
