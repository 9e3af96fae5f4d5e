"""SciPy's sparse matrices: those of the library's arrays, and those that callers give."""

import numpy as np
import scipy.sparse

from ._arguments import as_array
from ._errors import GeometryError

FORMATS = {"csr": scipy.sparse.csr_matrix, "csc": scipy.sparse.csc_matrix}


def as_scipy(arrays, shape, format="csr"):
    """SciPy's matrix of compressed arrays, which it shares.

    Its constructor would look through the indices, and copy those of 64 bits into 32 if they fit.
    """
    made = FORMATS[format](shape, dtype=arrays[0].dtype)
    made.data, made.indices, made.indptr = arrays
    made.has_sorted_indices = True
    made.has_canonical_format = True
    return made


def is_matrix(value):
    """Whether it is one of SciPy's sparse matrices or arrays."""
    return scipy.sparse.issparse(value)


def as_sparse(matrix, name):
    """A matrix that is sparse, or becomes so."""
    if is_matrix(matrix):
        return matrix
    dense = as_array(matrix, name)
    if dense.ndim != 2:
        raise TypeError(f"{name} has the shape {dense.shape}; expected a matrix")
    return scipy.sparse.csr_matrix(dense)


def matrix_arguments(matrix, name, keywords, format="csr", dtype=None, **others):
    """Checks that nothing is said of the geometry of a matrix, which has none. See `compressed`."""
    for key in [*keywords, *(key for key, value in others.items() if value is not None)]:
        raise TypeError(f"{name}() of a sparse matrix has no use for {key}")
    return compressed(matrix, format, dtype)


def compressed(matrix, format="csr", dtype=None):
    """The arrays of a sparse matrix, and its extents, as the library takes them.

    Sorted, without duplicates, and checked before SciPy reads them: it trusts what they say.
    """
    made = _checked(matrix).asformat(format)
    if not made.has_canonical_format:
        made = made.copy()
        made.sum_duplicates()
    entries = int(made.indptr[-1])
    data, indices = made.data[:entries], made.indices[:entries]
    return as_array(data, "the matrix", dtype), *_index_arrays(indices, made.indptr), *made.shape


def _index_arrays(indices, indptr):
    """The same in one type, that of the library."""
    bits = np.int32 if indices.dtype == indptr.dtype == np.int32 else np.int64
    return np.ascontiguousarray(indices, bits), np.ascontiguousarray(indptr, bits)


def _checked(matrix):
    """The same matrix, of the same numbers, whose arrays are those of a matrix."""
    if matrix.format in FORMATS:
        return _checked_lines(matrix)
    if matrix.format == "bsr":
        blocks = [extent / side for extent, side in zip(matrix.shape, matrix.blocksize)]
        _check_lines(matrix, *blocks, axes=3)
        return matrix.tocsr()
    pairs = matrix.tocoo()
    _check(pairs.row.shape == pairs.col.shape == pairs.data.shape, "row, col or data")
    for places, extent, name in zip((pairs.row, pairs.col), pairs.shape, ("row", "col")):
        _check(_is_within(places, extent), name)
    return pairs


def _checked_lines(matrix):
    """The same without what the matrix says of its order, which may no longer be so."""
    by_rows = matrix.format == "csr"
    _check_lines(matrix, *matrix.shape[:: 1 if by_rows else -1])
    made = FORMATS[matrix.format](matrix.shape, dtype=matrix.data.dtype)
    made.data = matrix.data
    made.indices, made.indptr = _index_arrays(matrix.indices, matrix.indptr)
    return made


def _check_lines(matrix, lines, length, axes=1):
    """Raises GeometryError unless so many lines of that length lie within the arrays."""
    arrays = (matrix.data, matrix.indices, matrix.indptr)
    data, indices, indptr = (np.asanyarray(each) for each in arrays)
    _check(
        indptr.shape == (lines + 1,)
        and indices.ndim == 1
        and data.ndim == axes
        and indptr.dtype.kind in "iu"
        and indptr[0] == 0
        and bool((indptr[:-1] <= indptr[1:]).all())
        and indptr[-1] <= min(len(indices), len(data)),
        "indptr",
    )
    _check(_is_within(indices[: indptr[-1]], length), "indices")


def _is_within(places, extent):
    if places.dtype.kind not in "iu":
        return False
    return places.size == 0 or (0 <= places.min() and places.max() < extent)


def _check(holds, name):
    if not holds:
        raise GeometryError(
            f"the matrix has {name} that are not those of a matrix; "
            "its method check_format says more"
        )
