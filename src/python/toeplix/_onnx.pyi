import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, overload

import numpy as np
from scipy.sparse import csr_matrix

from ._affine_map import AffineMap
from ._types import Extents

class OnnxTensor(NamedTuple):
    name: str
    shape: tuple[int, ...]

class OnnxOtherNode:
    name: str
    op_type: str
    domain: str
    position: int
    inputs: tuple[OnnxTensor, ...]
    outputs: tuple[OnnxTensor, ...]
    known: bool
    reason: str
    def __init__(
        self,
        name: str,
        op_type: str,
        domain: str,
        position: int,
        inputs: tuple[OnnxTensor, ...],
        outputs: tuple[OnnxTensor, ...],
        known: bool,
        reason: str,
    ) -> None: ...

class OnnxPart:
    def __init__(self, core: Any, dtype: np.dtype) -> None: ...
    @property
    def name(self) -> str: ...
    @property
    def inputs(self) -> tuple[OnnxTensor, ...]: ...
    @property
    def output(self) -> OnnxTensor: ...
    @property
    def shape(self) -> tuple[int, int]: ...
    @property
    def dtype(self) -> np.dtype: ...
    @property
    def A(self) -> csr_matrix: ...
    @property
    def b(self) -> np.ndarray: ...
    def map(
        self,
        input: int | str = 0,
        *,
        dtype: Any = None,
        threads: int | None = None,
        memory_budget: int | None = None,
    ) -> AffineMap: ...
    def matrix(
        self,
        *,
        dtype: Any = None,
        threads: int | None = None,
        memory_budget: int | None = None,
    ) -> csr_matrix: ...

class OnnxNode(OnnxPart):
    @property
    def op_type(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def nnz(self) -> int: ...
    @property
    def spec(self) -> str | None: ...
    @property
    def weights(self) -> np.ndarray | None: ...
    @property
    def bias(self) -> np.ndarray | None: ...
    @property
    def batch(self) -> int: ...
    def rows(
        self,
        first: int,
        last: int,
        input: int | str = 0,
        *,
        dtype: Any = None,
        threads: int | None = None,
        memory_budget: int | None = None,
    ) -> AffineMap: ...

class OnnxSegment(OnnxPart):
    @property
    def nodes(self) -> tuple[OnnxNode, ...]: ...
    @property
    def nnz(self) -> int: ...
    @property
    def is_chain(self) -> bool: ...

class OnnxModel:
    def __init__(self, core: Any) -> None: ...
    @property
    def opset(self) -> int: ...
    @property
    def inputs(self) -> tuple[OnnxTensor, ...]: ...
    @property
    def outputs(self) -> tuple[OnnxTensor, ...]: ...
    @property
    def segments(self) -> tuple[OnnxSegment, ...]: ...
    @property
    def nodes(self) -> tuple[OnnxNode, ...]: ...
    @property
    def nonlinear(self) -> tuple[OnnxOtherNode, ...]: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[OnnxSegment]: ...
    @overload
    def __getitem__(self, key: int | str) -> OnnxSegment: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[OnnxSegment, ...]: ...

def from_onnx(
    path: str | os.PathLike[str] | bytes,
    *,
    shapes: Mapping[str, Extents] | None = None,
    threads: int | None = None,
    memory_budget: int | None = None,
) -> OnnxModel: ...
