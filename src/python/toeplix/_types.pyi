"""What the stubs of several modules say of arguments. It exists for type checkers alone."""

from collections.abc import Sequence
from typing import Literal

from numpy.typing import ArrayLike as ArrayLike
from numpy.typing import DTypeLike as DTypeLike

Extents = int | Sequence[int]
Padding = int | str | Sequence[int | tuple[int, int]]
BoundaryWord = Literal["zero", "circular", "reflect", "symmetric", "replicate", "zeros"]
Boundary = BoundaryWord | Sequence[BoundaryWord]
PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]
Operation = Literal["correlation", "convolution"]
Order = Literal["channels_first", "channels_last", "column_major"]
WeightsOrder = Literal["oihw", "hwio", "ohwi", "hwim"]
