from collections.abc import Sequence
from dataclasses import dataclass

from scipy.sparse import spmatrix

from ._affine_map import AffineMap
from ._operator import Operator
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
class InspectedConvolution:
    spec: str
    in_channels: int
    input: tuple[int, ...]
    out_channels: int
    output: tuple[int, ...]
    weights_shape: tuple[int, ...]
    padding_value: float

@dataclass(frozen=True)
class StorageBytes:
    float_32: int | None
    double_32: int | None
    float_64: int | None
    double_64: int | None

@dataclass(frozen=True)
class MatrixPosition:
    index: int
    channel: int
    coordinate: tuple[int, ...]

@dataclass(frozen=True)
class VacantLines:
    count: int
    first: tuple[MatrixPosition, ...]

@dataclass(frozen=True)
class LevelStructure:
    name: str
    kind: str
    rows: int
    cols: int
    toeplitz: bool | None
    circulant: bool | None
    toeplitz_plus_hankel: bool | None

@dataclass(frozen=True)
class MatrixStructure:
    levels: tuple[LevelStructure, ...]
    toeplitz: bool | None
    circulant: bool | None
    block_toeplitz: bool | None
    block_circulant: bool | None
    block_toeplitz_plus_hankel: bool | None
    symmetric: bool | None
    normal: bool | None
    doubly_stochastic: bool | None

@dataclass(frozen=True)
class Separability:
    separable: bool | None
    kernel_rank: int | None
    kronecker_rank: int | None
    factors: tuple[tuple[float, ...], ...]
    channel_factor: tuple[float, ...]

@dataclass(frozen=True, kw_only=True, repr=False)
class Inspection(Described):
    convolution: InspectedConvolution | None
    rows: int
    cols: int
    nnz: int
    density: float
    bytes: StorageBytes
    row_lengths: tuple[tuple[int, int], ...]
    column_lengths: tuple[tuple[int, int], ...]
    lower_bandwidth: int
    upper_bandwidth: int
    cyclic_diagonals: int | None
    rotations: int | None
    packed_rotations: int | None
    empty_rows: VacantLines
    unused_inputs: VacantLines
    structure: MatrixStructure
    separability: Separability | None
    @property
    def shape(self) -> tuple[int, int]: ...

def inspect(
    weights: ArrayLike | str | spmatrix | Operator | AffineMap | None = None,
    input: Extents | str | None = None,
    *,
    weights_shape: Extents | None = None,
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
    levels: Sequence[tuple[int, int]] | None = None,
    most_places: int = 10,
    most_work: int = 268435456,
) -> Inspection: ...
