"""The generalized diagonals of a matrix, as compilers for encrypted computing pack them."""

import numpy as np

from . import _core
from ._arguments import as_count, as_flag, as_integer
from ._geometry import takes_geometry
from ._packing import packing_core, slot_order
from ._sparse import is_matrix, matrix_arguments
from ._subject import resolve_subject, taken_apart


class Diagonal:
    """One diagonal of a block of n rows and n columns: the entries (i, (i + offset) mod n).

    It unpacks into ``(offset, array)``, with ``array`` as ``dense`` has it.

    Attributes
    ----------
    offset : int
        From 0 to n - 1.
    rows, values : ndarray
        Rows of the block that have an entry, ascending, and their entries.
    block_row, block_column : int
        The block begins with row block_row * n and column block_column * n of the matrix.
    size : int
        n.
    """

    __slots__ = ("block_column", "block_row", "offset", "rows", "size", "values")

    def __init__(self, block_row, block_column, offset, rows, values, *, size):
        self.block_row = block_row
        self.block_column = block_column
        self.offset = offset
        self.rows = rows
        self.values = values
        self.size = size

    def dense(self):
        """The whole diagonal: n numbers, zero where there is no entry.

        If every row has one, it is ``values`` itself.
        """
        if len(self.values) == self.size:
            return self.values
        array = np.zeros(self.size, self.values.dtype)
        array[self.rows] = self.values
        return array

    def __iter__(self):
        return iter((self.offset, self.dense()))

    def __repr__(self):
        return (
            f"Diagonal(offset={self.offset}, block=({self.block_row}, {self.block_column}), "
            f"{len(self.rows)} entries of {self.size})"
        )


class Diagonals:
    """The diagonals of a matrix that have entries: iterate over it, by block and offset.

    Each is made when it is asked for; any number of iterators may go over it. ``len`` counts them
    (stored entries, whatever their value), and ``diagonals[offset]`` is one of the only block.

    Attributes
    ----------
    size : int
        n, the rows and columns of a block.
    block_rows, block_columns : int
        Blocks below and beside one another; 1 if n is no less than the matrix's extents.
    """

    def __init__(self, source):
        self._source = source
        self.size = source.size
        self.block_rows = source.block_rows
        self.block_columns = source.block_columns

    @property
    def rotations(self):
        """Rotations of x that a product takes: pairs of a column of blocks, and an offset but 0.

        A part of x that is rotated once serves every row of blocks. Stored entries count, whatever
        their value, as for ``len``.
        """
        return self._source.rotations()

    def __iter__(self):
        walk = self._source.walk()
        while (found := walk.next()) is not None:
            yield Diagonal(*found, size=self.size)

    def __len__(self):
        return self._source.count()

    def __getitem__(self, offset):
        if (self.block_rows, self.block_columns) != (1, 1):
            raise IndexError(f"{self!r}: take at(offset, block_row, block_column)")
        return self.at(offset)

    def at(self, offset, block_row=0, block_column=0):
        """One diagonal of a block, which has no rows if there are no entries.

        Raises
        ------
        IndexError
            For a place outside of the blocks.
        """
        place = (
            as_integer(block_row, "block_row"),
            as_integer(block_column, "block_column"),
            as_integer(offset, "offset"),
        )
        for at, end, name in zip(
            place,
            (self.block_rows, self.block_columns, self.size),
            ("block_row", "block_column", "offset"),
        ):
            if not 0 <= at < end:
                raise IndexError(f"{name} is {at}; expected 0 to {end - 1}")
        return Diagonal(*self._source.at(*place), size=self.size)

    def __repr__(self):
        return (
            f"<toeplix.Diagonals of {self.block_rows} x {self.block_columns} "
            f"blocks of {self.size} x {self.size}>"
        )


@takes_geometry
def diagonals(
    weights,
    input=None,
    *,
    size=None,
    prune=False,
    packing=None,
    row_order=None,
    column_order=None,
    memory_budget=None,
    geometry,
):
    """The generalized diagonals of a matrix: A[i, (i + d) mod n] for every d that has entries.

    A matrix times a vector is the sum of its diagonals times the rotated vector, which is how
    homomorphic encryption multiplies: ``y = sum(diagonal * np.roll(x, -d))``. The matrix is padded
    with zeros to blocks of n x n: so x is padded with zeros to n numbers for each block, and y is
    cut off after as many as the matrix has rows.

    Parameters
    ----------
    {arguments}
    {geometry}
    size : int
        n, such as the slots of a ciphertext (default: the larger of rows and columns). A larger
        matrix is cut into blocks.
    prune : bool
        Whether to leave out entries that are exactly zero, and diagonals without any other.
    packing : PixelShuffle
        Rows and columns are the slots of the packed output and input: see
        ``toeplix.pixel_shuffle``, by which a strided convolution has few diagonals.
    row_order, column_order : array_like of int, or PackedTensor
        Of a sparse matrix: the place of every row, or column, each another one from 0 on.
        (By default they stay; of an array the highest place is the last.)
    memory_budget : int
        Bytes that one diagonal may take while it is made (default: what is free).

    Returns
    -------
    Diagonals
        To iterate over. Each of its items unpacks into ``(offset, array)``, whose array has all n
        numbers, zeros among them. Its attributes are ``offset``, ``rows`` and ``values`` (the
        entries alone, ``array[rows]``), ``block_row`` and ``block_column``. In place of
        ``weights`` any sparse matrix of SciPy's will do, which has no geometry, and whose diagonals
        are all made at once.

    Raises
    ------
    GeometryError
        If there is no such convolution, or weights, packing or places do not fit it.
    CapacityError
        If there are too many blocks, or a diagonal exceeds the memory.

    Notes
    -----
    Nothing of the matrix is stored. Cost of each diagonal: its entries and the kernel positions.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> x = np.arange(4)
    >>> y = np.zeros(4)
    >>> for offset, diagonal in toeplix.diagonals([1, 2, 3], input=4, padding=1):
    ...     print(offset, diagonal.astype(int))
    ...     y += diagonal * np.roll(x, -offset)
    0 [2 2 2 2]
    1 [3 3 3 0]
    3 [0 1 1 1]
    >>> y.astype(int), (toeplix.matrix([1, 2, 3], input=4, padding=1) @ x).astype(int)
    (array([ 3,  8, 14,  8]), array([ 3,  8, 14,  8]))

    A matrix of 4 x 6 in blocks of 4 x 4: x is padded to two blocks, y is one.

    >>> A = toeplix.matrix([1, 2, 3], input=6)
    >>> found = toeplix.diagonals([1, 2, 3], input=6, size=4)
    >>> found.block_rows, found.block_columns
    (1, 2)
    >>> x = np.zeros((found.block_columns, found.size))
    >>> x.flat[:6] = range(6)
    >>> y = np.zeros((found.block_rows, found.size))
    >>> for diagonal in found:
    ...     rotated = np.roll(x[diagonal.block_column], -diagonal.offset)
    ...     y[diagonal.block_row] += diagonal.dense() * rotated
    >>> y.ravel()[:4], A @ range(6)
    (array([ 8., 14., 20., 26.]), array([ 8., 14., 20., 26.]))
    """
    packing = packing_core(packing)
    options = (
        0 if size is None else as_count(size, "size", 1),
        as_flag(prune, "prune"),
        0 if memory_budget is None else as_integer(memory_budget, "memory_budget"),
    )
    weights, input = taken_apart(weights, input, geometry, "diagonals")
    if is_matrix(weights):
        arrays = matrix_arguments(weights, "diagonals", geometry, input=input)
        orders = (slot_order(row_order, "row_order"), slot_order(column_order, "column_order"))
        return Diagonals(_core.diagonals_of_matrix(arrays, *options, packing, *orders))
    if row_order is not None or column_order is not None:
        raise TypeError("row_order and column_order are of a sparse matrix; here, give packing")
    subject = resolve_subject(weights, input, geometry, None, "diagonals")
    if subject.weights is None:
        raise TypeError("diagonals() needs the weights")
    return Diagonals(_core.diagonals(*subject, *options, packing))
