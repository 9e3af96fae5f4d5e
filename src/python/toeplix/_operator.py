"""The matrix of a convolution without its memory, as a LinearOperator of SciPy's."""

from . import _core
from ._arguments import as_flag, as_resources, as_word
from ._geometry import resolve, takes_geometry
from ._images import ImageShape
from ._keywords import suggest_keywords
from ._matrix import index_bits
from ._products import Products
from ._sparse import FORMATS, as_scipy


class Operator(Products):
    """The matrix of a convolution without its memory. See `operator`, which makes one.

    It can be copied and pickled.

    A `scipy.sparse.linalg.LinearOperator`, whose transpose and adjoint are operators, too.

    Attributes
    ----------
    shape : (int, int)
        Of the matrix.
    dtype : numpy.dtype
        Of its entries.
    input_shape, output_shape : tuple of int
        Channels and pixels.
    nnz : int
        Entries that the matrix would store.
    """

    @property
    def nnz(self):
        """Entries that the matrix would store. CapacityError if they exceed 64 bits."""
        return self._core.nnz

    @suggest_keywords
    def to_sparse(self, format="csr", *, index_dtype=None, prune=False):
        """The matrix, as `matrix` makes it: ``format`` is ``"csr"`` or ``"csc"``."""
        by_columns = as_word(format, "format", FORMATS) == "csc"
        bits = index_bits(index_dtype)
        arrays = _core.compile_operator(
            self._core, by_columns=by_columns, index_bits=bits, prune=as_flag(prune, "prune")
        )
        return as_scipy(arrays, self.shape, format)

    def diagonal(self):
        """The entries (i, i): as many as the shorter side has."""
        return self._core.diagonal()

    def row_sums(self):
        """The sum of each row."""
        return self._core.row_sums()

    def column_sums(self):
        """The sum of each column."""
        return self._core.column_sums()

    def row_squared_norms(self):
        """The sum of the squared absolute values of each row, as real numbers."""
        return self._core.row_squared_norms()

    def column_squared_norms(self):
        """The sum of the squared absolute values of each column: the diagonal of A^H A."""
        return self._core.column_squared_norms()

    def frobenius_norm(self):
        """The root of the sum of all squared absolute values."""
        return self._core.frobenius_norm()

    def norm_1(self):
        """The largest sum of absolute values in a column."""
        return self._core.norm_1()

    def norm_inf(self):
        """The largest sum of absolute values in a row."""
        return self._core.norm_inf()

    def _question(self):
        """Weights and text form that have this matrix, or the matrix itself and None."""
        core = self._cores[self.dtype]
        if any(self._form) or core.per_pixel or self.dtype.kind == "c":
            return self.to_sparse(), None
        return core.weights, self._text

    def __reduce__(self):
        core = self._cores[self.dtype]
        return _unpickled, (self._text, core.per_pixel, core.weights, core.resources, self._form)

    def _base_of(self, dtype):
        if dtype not in self._cores:
            self._cores[dtype] = self._cores[self.dtype].widened()
        return self._cores[dtype]


class SeparatedOperator(Products):
    """An operator as a sum of products of operators along one axis. See `separated`.

    Attributes
    ----------
    terms : int
        Of the sum: the rank of the kernel.
    """

    def __init__(self, cores, dtype, shapes, text, form, terms, whole):
        super().__init__(cores, dtype, shapes, text, form)
        self._terms = terms
        self._whole = whole  # the operator that was separated, neither transposed nor conjugated

    @property
    def terms(self):
        """Of the sum."""
        return self._terms

    def __reduce__(self):
        return _separated, (self._whole, self._form)

    def _with_form(self, shapes, form):
        return SeparatedOperator(
            self._cores, self.dtype, shapes, self._text, form, self._terms, self._whole
        )

    def _base_of(self, dtype):
        # Its factors are those of rounded weights: there are none of more digits.
        return self._cores.get(dtype)


@takes_geometry
def operator(weights, input, *, geometry, dtype=None, threads=None, memory_budget=None):
    """The matrix of a convolution without its memory: ``operator(w, input) @ x`` is its product.

    Parameters
    ----------
    {arguments}
    {geometry}
    dtype : dtype
        float32, float64, complex64 or complex128 (default: by the weights).
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that one call may take (default: what is free).

    Returns
    -------
    Operator
        A `scipy.sparse.linalg.LinearOperator` of shape (output pixels and channels, input pixels
        and channels), for whatever of SciPy takes one: ``lsqr``, ``lsmr``, ``svds``, ``cg``.
        ``op(images)`` takes images in their own shape.

    Raises
    ------
    GeometryError
        If there is no such convolution, or the weights do not fit it; and of products, if the
        vectors do not.

    Notes
    -----
    Cost of a product: one multiplication per entry of the matrix; memory for the result. Columns of
    a matrix are multiplied where they are if it is in Fortran's order (``order="F"``), and copied
    otherwise.

    The result has a type that holds those of operator and vector, as of SciPy's matrices, and is
    computed in that type: an operator of float32 times a vector of float64 is of float64. The
    weights are converted once, and kept. The real and imaginary parts of a complex vector are
    multiplied one after the other if the operator is real.

    While it multiplies, other threads of Python run, and Ctrl-C stops it. A process that is forked
    after a use of several threads works by one thread.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> op = toeplix.operator([[0, 1], [2, 3]], input=(3, 3))
    >>> op
    <4x9 Operator of 'input=3,3 kernel=2,2', dtype=float64>
    >>> op @ np.arange(9)
    array([19., 25., 37., 43.])
    >>> op.T @ np.ones(4)
    array([0., 1., 1., 2., 6., 4., 2., 5., 3.])
    >>> op(np.arange(9).reshape(3, 3))
    array([[19., 25.],
           [37., 43.]])
    """
    resources = as_resources(threads, memory_budget)
    return _operator_of(*resolve(weights, input, geometry, dtype), resources)


def _operator_of(spec, weights, resources):
    shapes = tuple(
        ImageShape(tuple(shape), spec.channels_last)
        for shape in (spec.output_shape, spec.input_shape)
    )
    core = _core.Operator(spec, weights, **resources)
    return Operator({weights.dtype: core}, weights.dtype, shapes, spec.text)


def _unpickled(text, per_pixel, weights, resources, form):
    names = ("threads", "memory_budget")
    made = _operator_of(_core.Geometry(text, per_pixel), weights, dict(zip(names, resources)))
    return made._formed(*form)


@suggest_keywords
def separated(op):
    """The same operator by its kernel's factors, or None if that would gain nothing.

    A kernel of rank r is the sum of r products of one factor per axis, so that a pixel takes
    r (k1 + k2) multiplications in place of k1 k2. Only for one channel, or one per group, and one
    kernel for all pixels.

    Parameters
    ----------
    op : Operator

    Returns
    -------
    SeparatedOperator or None
        A LinearOperator, whose ``terms`` is r. Products differ from those of ``op`` by rounding,
        and are computed in its type.

    Notes
    -----
    Cost: a singular value decomposition of the kernel, which Ctrl-C does not stop.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> op = toeplix.operator(np.ones((31, 31), np.float32), input=(99, 99))
    >>> fast = toeplix.separated(op)
    >>> fast.terms
    1
    >>> float((fast @ np.ones(99 * 99, np.float32))[0])
    961.0
    >>> fast = toeplix.separated(op) or op  # whichever is faster
    """
    if not isinstance(op, Operator):
        raise TypeError(f"op is {type(op).__name__}; expected what toeplix.operator gives")
    parts = op._cores[op.dtype].separated()
    if parts is None:
        return None
    core, terms = parts
    whole = op._formed(*op._form)
    return SeparatedOperator(
        {op.dtype: core}, op.dtype, op._shapes, op._text, op._form, terms, whole
    )


def _separated(op, form):
    return separated(op)._formed(*form)
