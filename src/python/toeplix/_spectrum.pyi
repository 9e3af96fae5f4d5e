from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

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

@dataclass(frozen=True, repr=False)
class SpectralNorm:
    lower: float
    upper: float
    converged: bool
    reason: str
    lower_from: Literal["rayleigh quotient", "zero"]
    upper_from: Literal[
        "norms", "frobenius", "frequencies", "embedding", "factorization", "zero"
    ]
    norm_1: float
    norm_inf: float
    frobenius: float
    products: int
    blocks: int
    factorizations: int

@dataclass(frozen=True, repr=False)
class SingularTripletsReport:
    converged: bool
    reason: str
    residual: float
    relative_residual: float
    products: int
    def __bool__(self) -> bool: ...

class SingularTriplets(NamedTuple):
    u: np.ndarray | None
    s: np.ndarray
    vt: np.ndarray | None
    report: SingularTripletsReport

def spectral_norm(
    weights: ArrayLike,
    input: Extents | str,
    *,
    tolerance: float = 0.05,
    certify: Literal["automatic", "transforms", "factorization"] = "automatic",
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
) -> SpectralNorm: ...

def singular_values(
    weights: ArrayLike,
    input: Extents | str,
    *,
    dense_limit: int = 2048,
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
) -> np.ndarray: ...

def largest_singular_values(
    weights: ArrayLike,
    input: Extents | str,
    k: int,
    *,
    tolerance: float = 1e-10,
    vectors: bool = True,
    dense_limit: int = 2048,
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
) -> SingularTriplets: ...
