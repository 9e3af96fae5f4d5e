"""What a matrix is like."""

import json
from dataclasses import dataclass
from typing import Optional

from . import _core
from ._arguments import as_count, as_integers
from ._geometry import takes_geometry
from ._records import Described, frozen
from ._sparse import is_matrix, matrix_arguments
from ._subject import documented, resolve_subject, taken_apart


@dataclass(frozen=True)
class InspectedConvolution:
    """The convolution that was inspected."""

    spec: str
    in_channels: int
    input: tuple
    out_channels: int
    output: tuple
    weights_shape: tuple
    padding_value: float


@dataclass(frozen=True)
class StorageBytes:
    """Bytes of the matrix, by scalar and bits of an index; None if these are too few."""

    float_32: Optional[int]
    double_32: Optional[int]
    float_64: Optional[int]
    double_64: Optional[int]


@dataclass(frozen=True)
class MatrixPosition:
    """A row or a column, as a channel and a coordinate on every axis."""

    index: int
    channel: int
    coordinate: tuple


@dataclass(frozen=True)
class VacantLines:
    """Rows or columns without an entry: how many, and the first of them."""

    count: int
    first: tuple


@dataclass(frozen=True)
class LevelStructure:
    """What the blocks of one level do: True, False, or None if it is not decided."""

    name: str
    kind: str
    rows: int
    cols: int
    toeplitz: Optional[bool]
    circulant: Optional[bool]
    toeplitz_plus_hankel: Optional[bool]


@dataclass(frozen=True)
class MatrixStructure:
    """Structure that was found: True, False, or None if it is not decided.

    ``levels`` has the slowest first. What begins with ``block_`` is of all levels but the channels.
    """

    levels: tuple
    toeplitz: Optional[bool]
    circulant: Optional[bool]
    block_toeplitz: Optional[bool]
    block_circulant: Optional[bool]
    block_toeplitz_plus_hankel: Optional[bool]
    symmetric: Optional[bool]
    normal: Optional[bool]
    doubly_stochastic: Optional[bool]


@dataclass(frozen=True)
class Separability:
    """Whether a kernel is a product of one factor for each axis, and these factors."""

    separable: Optional[bool]
    kernel_rank: Optional[int]
    kronecker_rank: Optional[int]
    factors: tuple
    channel_factor: tuple


@dataclass(frozen=True, kw_only=True, repr=False)
class Inspection(Described):
    """What a matrix is like. ``repr`` is a text for people.

    Attributes
    ----------
    convolution : InspectedConvolution or None
        None for a matrix that is given as it is.
    rows, cols, nnz : int
        Of the matrix; stored entries, whatever their value.
    density : float
        nnz / (rows * cols).
    bytes : StorageBytes
        Of the compiled matrix.
    row_lengths, column_lengths : tuple of (int, int)
        A number of entries, and how many rows (columns) have it.
    lower_bandwidth, upper_bandwidth : int
        Of the band below and above the diagonal.
    cyclic_diagonals : int or None
        Diagonals that ``toeplix.diagonals`` gives; None if it takes too long to count them.
    rotations : int or None
        Rotations of x that a product by these diagonals takes: those whose offset is not 0.
    packed_rotations : int or None
        The same if input and output are packed by ``toeplix.pixel_shuffle``; None too if that
        changes nothing, and of a sparse matrix.
    empty_rows, unused_inputs : VacantLines
        Rows and columns without an entry.
    structure : MatrixStructure
    separability : Separability or None
        None without weights.
    """

    convolution: Optional[InspectedConvolution]
    rows: int
    cols: int
    nnz: int
    density: float
    bytes: StorageBytes
    row_lengths: tuple
    column_lengths: tuple
    lower_bandwidth: int
    upper_bandwidth: int
    cyclic_diagonals: Optional[int]
    rotations: Optional[int]
    packed_rotations: Optional[int]
    empty_rows: VacantLines
    unused_inputs: VacantLines
    structure: MatrixStructure
    separability: Optional[Separability]

    @property
    def shape(self):
        """(rows, cols)."""
        return self.rows, self.cols


def _record(kind, values):
    if values is None:
        return None
    return kind(**{key: frozen(value) for key, value in values.items()})


def _vacant(values):
    first = tuple(_record(MatrixPosition, each) for each in values["first"])
    return VacantLines(values["count"], first)


def _structure(values):
    levels = tuple(_record(LevelStructure, level) for level in values["levels"])
    return MatrixStructure(**{**values, "levels": levels})


def _inspection(text, source):
    values = json.loads(source)
    nested = {
        "convolution": _record(InspectedConvolution, values["convolution"]),
        "bytes": _record(StorageBytes, values["bytes"]),
        "row_lengths": frozen(values["row_lengths"]),
        "column_lengths": frozen(values["column_lengths"]),
        "empty_rows": _vacant(values["empty_rows"]),
        "unused_inputs": _vacant(values["unused_inputs"]),
        "structure": _structure(values["structure"]),
        "separability": _record(Separability, values["separability"]),
    }
    return Inspection(**{**values, **nested}, _text=text, _json=source)


@takes_geometry
@documented
def inspect(
    weights=None,
    input=None,
    *,
    weights_shape=None,
    geometry,
    levels=None,
    most_places=10,
    most_work=2**28,
):
    """What a matrix is like: counts, bands, and the structure that is found in it.

    Without weights structure is what holds for every kernel.

    Parameters
    ----------
    {subject or matrix}
    {geometry}
    levels : sequence of (int, int)
        Of a sparse matrix: the rows and columns of blocks to look for, the slowest level first.
    most_places : int
        How many empty rows and unused inputs are listed.
    most_work : int
        Multiplications that finding structure may take; what needs more is not decided (None).

    Returns
    -------
    Inspection
        Which prints as a text. Its attributes are ``rows``, ``cols``, ``shape``, ``nnz``,
        ``density``, ``bytes`` (``bytes.double_32`` is that of float64 and int32), ``row_lengths``,
        ``column_lengths``, ``lower_bandwidth``, ``upper_bandwidth``, ``cyclic_diagonals``,
        ``rotations``, ``packed_rotations``, ``empty_rows``, ``unused_inputs``, ``structure`` (``structure.block_toeplitz`` and others),
        ``separability`` (``separability.factors``) and ``convolution``; ``to_dict()`` and
        ``to_json()`` have them all.

    Raises
    ------
    GeometryError
        If there is no such convolution, or weights or levels do not fit.
    TypeError
        If the weights are complex. (The values of a sparse matrix may be.)

    Notes
    -----
    Cost: of a geometry that of its borders, as the matrix is not built. Of a matrix a copy of it.

    Examples
    --------
    >>> import toeplix
    >>> found = toeplix.inspect([1, 2, 1], input=100, padding=1)
    >>> found.nnz, found.structure.symmetric, found.structure.circulant
    (298, True, False)
    >>> toeplix.inspect("input=4,4 kernel=3,3 boundary=circular padding=1").row_lengths
    ((9, 16),)
    """
    limits = (as_count(most_places, "most_places"), as_count(most_work, "most_work"))
    weights, input = taken_apart(weights, input, geometry, "inspect")
    if is_matrix(weights):
        arrays = matrix_arguments(
            weights, "inspect", geometry, input=input, weights_shape=weights_shape
        )
        return _inspection(*_core.inspect_matrix(arrays, _as_levels(levels), *limits))
    if levels is not None:
        raise TypeError("levels are those of a sparse matrix; a convolution has its own")
    subject = resolve_subject(weights, input, geometry, weights_shape, "inspect")
    if subject.weights is not None and subject.weights.dtype.kind == "c":
        raise TypeError(
            f"weights are {subject.weights.dtype}; inspect takes real ones, or a sparse matrix"
        )
    return _inspection(*_core.inspect(*subject, *limits))


def _as_levels(levels):
    pairs = [] if levels is None else [as_integers(level, "levels") for level in levels]
    if any(len(pair) != 2 for pair in pairs):
        raise TypeError(f"levels is {levels!r}; expected pairs (rows, cols)")
    return pairs
