"""The matrix of a convolution, as SciPy's."""

import numpy as np

from . import _core
from ._arguments import SCALARS, as_dtype, as_flag, as_integer, as_resources, as_word
from ._errors import Error, GeometryError
from ._geometry import resolve, takes_geometry
from ._sparse import FORMATS, as_scipy, is_matrix


@takes_geometry
def matrix(
    weights,
    input,
    *,
    geometry,
    format="csr",
    dtype=None,
    index_dtype=None,
    rows=None,
    prune=False,
    out=None,
    threads=None,
    memory_budget=None,
):
    """The sparse matrix of a convolution: ``matrix(w, input) @ x.ravel()`` is the convolution of x.

    Every pair of pixels that the kernel connects is a stored entry, whatever the weights. Column
    indices ascend, without duplicates.

    Parameters
    ----------
    {arguments}
    {geometry}
    format : str
        ``"csr"`` or ``"csc"``.
    dtype : dtype
        float32, float64, complex64 or complex128 (default: by the weights).
    index_dtype : dtype
        int32 or int64 (default: int32 wherever it suffices).
    rows : (int, int)
        Rows [first, last) alone; SciPy converts them if they are to be ``"csc"``.
    prune : bool
        Whether to leave out entries that are exactly zero.
    out : csr_matrix or csc_matrix
        A matrix of the same geometry, whose values are replaced, and which is returned.
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that the matrix may take (default: what is free).

    Returns
    -------
    scipy.sparse.csr_matrix or csc_matrix
        Of shape (output pixels and channels, input pixels and channels). Its arrays are those that
        the library wrote.

    Raises
    ------
    GeometryError
        If there is no such convolution, or the weights do not fit it.
    CapacityError
        If the entries exceed the index type or the memory, before anything is allocated.

    Notes
    -----
    Cost: writing the matrix once, and the memory that it has. Meanwhile other threads of Python
    run, and Ctrl-C stops it. A process that is forked after a use of several threads works by one
    thread.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> A = toeplix.matrix([[0, 1], [2, 3]], input=(3, 3))
    >>> A.toarray().astype(int)
    array([[0, 1, 0, 2, 3, 0, 0, 0, 0],
           [0, 0, 1, 0, 2, 3, 0, 0, 0],
           [0, 0, 0, 0, 1, 0, 2, 3, 0],
           [0, 0, 0, 0, 0, 1, 0, 2, 3]])
    >>> toeplix.matrix([1, 2], input=2, transposed=True, stride=2).toarray().astype(int)
    array([[1, 0],
           [2, 0],
           [0, 1],
           [0, 2]])
    """
    as_word(format, "format", FORMATS)
    prune = as_flag(prune, "prune")
    resources = as_resources(threads, memory_budget)
    if out is not None:
        if format != "csr" or index_dtype is not None or rows is not None or prune:
            raise TypeError("out is a whole matrix; it decides format and index_dtype")
        _check_out(out)
        problem = resolve(weights, input, geometry, out.dtype if dtype is None else dtype)
        return _refill(out, problem, resources)
    problem = resolve(weights, input, geometry, dtype)
    if rows is not None:
        rows = _as_rows(rows)
    by_columns = format == "csc"
    arrays = _core.compile(
        *problem,
        by_columns=by_columns and rows is None,
        index_bits=index_bits(index_dtype),
        rows=rows,
        prune=prune,
        **resources,
    )
    height = problem.geometry.rows if rows is None else rows[1] - rows[0]
    made = as_scipy(arrays, (height, problem.geometry.cols), "csr" if rows is not None else format)
    return made.tocsc() if by_columns and rows is not None else made


def index_bits(index_dtype):
    """32 or 64, or 0 for what suffices."""
    if index_dtype is None:
        return 0
    found = as_dtype(index_dtype)
    for bits in (32, 64):
        if found == np.dtype(f"int{bits}"):
            return bits
    raise TypeError(f"index_dtype is {index_dtype!r}; expected int32 or int64")


def _as_rows(rows):
    try:
        first, last = rows
    except (TypeError, ValueError):
        raise TypeError(f"rows is {rows!r}; expected a pair (first, last)") from None
    return as_integer(first, "rows"), as_integer(last, "rows")


def _check_out(out):
    if not is_matrix(out) or out.format not in FORMATS:
        raise TypeError(f"out is {type(out).__name__}; expected a csr_matrix or a csc_matrix")
    if out.dtype not in SCALARS:
        taken = ", ".join(map(str, SCALARS))
        raise TypeError(f"out holds {out.dtype}; expected one of {taken}")
    if not out.data.flags.writeable:
        raise Error("out has values that are read-only; expected ones that can be written")


def _refill(out, problem, resources):
    """The same matrix with other values."""
    geometry, weights = problem
    expected = (geometry.rows, geometry.cols)
    if out.shape != expected:
        raise GeometryError(f"out has the shape {out.shape}; expected {expected}")
    if out.dtype != weights.dtype:
        raise TypeError(f"out holds {out.dtype}, and the weights are {weights.dtype}")
    arrays = (out.data, out.indices, out.indptr)
    if not _is_whole(arrays, out.shape[0 if out.format == "csr" else 1], geometry.nnz):
        raise GeometryError("out was not compiled from this geometry; leave it out")
    _core.refill(geometry, weights, *arrays, by_columns=out.format == "csc", **resources)
    return out


def _is_whole(arrays, lines, entries):
    """Whether the arrays are as long as they have to be, and can be read where they are."""
    data, indices, indptr = arrays
    return (
        len(data) == len(indices) == entries
        and len(indptr) == lines + 1
        and indices.dtype == indptr.dtype
        and indices.dtype in (np.int32, np.int64)
        and all(each.ndim == 1 and each.flags.c_contiguous and each.flags.aligned for each in arrays)
    )
