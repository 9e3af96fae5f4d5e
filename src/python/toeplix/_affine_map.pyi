from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from ._types import ArrayLike, Extents

class AffineMap:
    def __init__(
        self,
        A: Any,
        b: ArrayLike | None = None,
        *,
        input_shape: Extents | None = None,
        output_shape: Extents | None = None,
        name: str = "affine map",
    ) -> None: ...
    @property
    def A(self) -> csr_matrix: ...
    @property
    def b(self) -> np.ndarray: ...
    @property
    def input_shape(self) -> tuple[int, ...]: ...
    @property
    def output_shape(self) -> tuple[int, ...]: ...
    @property
    def name(self) -> str: ...
    @property
    def dtype(self) -> np.dtype: ...
    def __call__(
        self,
        x: ArrayLike,
        *,
        threads: int | None = None,
        memory_budget: int | None = None,
    ) -> np.ndarray: ...
    def __matmul__(self, other: AffineMap) -> AffineMap: ...
    def __add__(self, other: AffineMap) -> AffineMap: ...
    def compose(
        self,
        inner: AffineMap,
        *,
        name: str | None = None,
        threads: int | None = None,
        memory_budget: int | None = None,
    ) -> AffineMap: ...
    def sum(
        self,
        other: AffineMap,
        *,
        name: str | None = None,
        threads: int | None = None,
        memory_budget: int | None = None,
    ) -> AffineMap: ...
    @staticmethod
    def concatenate(
        maps: Iterable[AffineMap],
        axis: int = 0,
        *,
        name: str | None = None,
        threads: int | None = None,
        memory_budget: int | None = None,
    ) -> AffineMap: ...
    @staticmethod
    def chain(
        maps: Iterable[AffineMap],
        *,
        name: str | None = None,
        threads: int | None = None,
        memory_budget: int | None = None,
    ) -> AffineMap: ...
    def with_shapes(self, input_shape: Extents, output_shape: Extents) -> AffineMap: ...
    def with_name(self, name: str) -> AffineMap: ...
