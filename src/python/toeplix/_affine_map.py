"""Affine maps y = A x + b: the class, and what maps make together."""

import numpy as np

from . import _core
from ._arguments import as_array, as_integer, as_integers, as_name, as_resources
from ._errors import CapacityError, GeometryError
from ._images import ImageShape, as_images, like_images
from ._sparse import as_scipy, as_sparse, compressed


class AffineMap:
    """y = A x + b, with the shapes of the arrays that x and y are.

    `toeplix.affine` makes them of layers. Called with images it gives what the layer makes of them:
    ``layer(x)``. ``outer @ inner`` is one after the other, ``a + b`` is the sum. Do not modify the
    arrays of ``A`` and ``b``: they are not copied.

    Parameters
    ----------
    A : sparse matrix or array_like
        Of the shape (outputs, inputs).
    b : array_like
        One number for every output (default: zeros).
    input_shape, output_shape : tuple of int
        Of the arrays x and y, channels among them (default: flat).
    name : str
        What messages call the map.

    Raises
    ------
    GeometryError
        If the shapes have not as many elements as the matrix has columns and rows.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> layer = toeplix.affine([[1, 2], [3, 4]], input=(3, 3), bias=[100])
    >>> layer
    AffineMap((1, 3, 3) -> (1, 2, 2), 16 entries, float64, 'input=3,3 kernel=2,2')
    >>> layer(np.ones((3, 3)))
    array([[110., 110.],
           [110., 110.]])
    >>> half = toeplix.AffineMap(np.eye(4) / 2, input_shape=(1, 2, 2))
    >>> (half @ layer)(np.ones((3, 3)))
    array([55., 55., 55., 55.])
    """

    def __init__(self, A, b=None, *, input_shape=None, output_shape=None, name="affine map"):
        *arrays, rows, cols = compressed(as_sparse(A, "A"))
        b = np.zeros(rows, arrays[0].dtype) if b is None else b
        offset = as_array(b, "b", arrays[0].dtype).reshape(-1)
        shapes = (
            _as_shape((cols,) if input_shape is None else input_shape, "input_shape"),
            _as_shape((rows,) if output_shape is None else output_shape, "output_shape"),
        )
        self._keep(_core.AffineMap(tuple(arrays), cols, offset, *shapes, as_name(name)))

    def _keep(self, handle):
        self._handle = handle
        self._matrix = as_scipy(handle.matrix, (handle.rows, handle.cols))
        self._offset = handle.offset
        self._input_shape = tuple(handle.input_shape)
        self._output_shape = tuple(handle.output_shape)

    @property
    def A(self):
        """The matrix, a csr_matrix. It shares the arrays that the library compiled."""
        return self._matrix

    @property
    def b(self):
        """What is added: an array with one number for every row of ``A``."""
        return self._offset

    @property
    def input_shape(self):
        """The shape of x, channels among the axes."""
        return self._input_shape

    @property
    def output_shape(self):
        """The shape of y, channels among the axes."""
        return self._output_shape

    @property
    def name(self):
        """What messages call the map."""
        return self._handle.name

    @property
    def dtype(self):
        """Of the numbers of ``A`` and ``b``."""
        return self._offset.dtype

    def __repr__(self):
        return (
            f"AffineMap({self.input_shape} -> {self.output_shape}, {self._handle.nnz} entries, "
            f"{self.dtype}, {self.name!r})"
        )

    def __reduce__(self):
        return _unpickled, (self.A, self.b, self.input_shape, self.output_shape, self.name)

    def __call__(self, x, *, threads=None, memory_budget=None):
        """A x + b for an image x, or for every image of a batch.

        Parameters
        ----------
        x : array_like
            Of ``input_shape``, flat, or without the axis of channels if there is one; or a batch
            of these along the first axis. Becomes ``dtype``.
        threads, memory_budget : int
            As for `toeplix.matrix`.

        Returns
        -------
        ndarray
            Of ``output_shape``, or in the form that x has; a batch of a batch.
        """
        images, form = as_images(x, "x", _image_shape(self.input_shape), self.dtype)
        resources = as_resources(threads, memory_budget)
        results = _core.affine_apply(self._handle, images, **resources)
        return like_images(results, form, _image_shape(self.output_shape))

    def compose(self, inner, *, name=None, threads=None, memory_budget=None):
        """This map after another one: y = A (B x + c) + b.

        An entry is stored wherever a row of A meets a row of B, also if its sum is zero.

        Parameters
        ----------
        inner : AffineMap
            Whose ``output_shape`` is the ``input_shape`` of this map.
        name, threads, memory_budget
            As for `toeplix.affine`.

        Returns
        -------
        AffineMap

        Raises
        ------
        GeometryError
            If the shapes do not fit.
        CapacityError
            If the entries exceed the memory, before the product is formed.
        """
        return _combine(_core.affine_compose, (self, inner), name, threads, memory_budget)

    def sum(self, other, *, name=None, threads=None, memory_budget=None):
        """The sum of two maps: y = (A + B) x + (a + b), such as a residual connection.

        Parameters
        ----------
        other : AffineMap
            Of the same shapes.
        name, threads, memory_budget
            As for `toeplix.affine`.

        Returns
        -------
        AffineMap
        """
        return _combine(_core.affine_sum, (self, other), name, threads, memory_budget)

    def __matmul__(self, other):
        return self.compose(other)

    def __add__(self, other):
        return self.sum(other)

    @staticmethod
    def concatenate(maps, axis=0, *, name=None, threads=None, memory_budget=None):
        """Maps of one input side by side, their outputs joined along an axis, as numpy.concatenate.

        Parameters
        ----------
        maps : iterable of AffineMap
            Of one ``input_shape``.
        axis : int
            Of their outputs; 0 is that of channels.
        name, threads, memory_budget
            As for `toeplix.affine`.

        Returns
        -------
        AffineMap
        """
        axis = as_integer(axis, "axis")
        return _combine(_core.affine_concatenate, maps, name, threads, memory_budget, axis)

    @staticmethod
    def chain(maps, *, name=None, threads=None, memory_budget=None):
        """Maps one after another as one map; the first is applied first.

        The product is associated as takes the fewest multiplications.

        Parameters
        ----------
        maps : iterable of AffineMap
            Each takes the shape that the one before it gives.
        name, threads, memory_budget
            As for `toeplix.affine`.

        Returns
        -------
        AffineMap
        """
        return _combine(_core.affine_chain, maps, name, threads, memory_budget)

    def with_shapes(self, input_shape, output_shape):
        """The same map for arrays of other shapes, as numpy.reshape.

        Parameters
        ----------
        input_shape, output_shape : tuple of int
            Of as many elements as before.

        Returns
        -------
        AffineMap
            Which shares the matrix.
        """
        return map_of(
            self._handle.with_shapes(
                _as_shape(input_shape, "input_shape"), _as_shape(output_shape, "output_shape")
            )
        )

    def with_name(self, name):
        """The same map by another name.

        Parameters
        ----------
        name : str
            What messages shall call it.

        Returns
        -------
        AffineMap
            Which shares the matrix.
        """
        return map_of(self._handle.with_name(as_name(name)))


def map_of(handle):
    """The map that the library made."""
    made = AffineMap.__new__(AffineMap)
    made._keep(handle)
    return made


def converted(affine, dtype, index_dtype):
    """A map with numbers and indices of other types: the same object if it has them already."""
    if (affine.dtype, affine.A.indptr.dtype) == (dtype, index_dtype):
        return affine
    arrays = (
        affine.A.data.astype(dtype),
        affine.A.indices.astype(index_dtype),
        affine.A.indptr.astype(index_dtype),
    )
    shapes = (affine.input_shape, affine.output_shape)
    offset = affine.b.astype(dtype)
    return map_of(_core.AffineMap(arrays, affine.A.shape[1], offset, *shapes, affine.name))


def _unpickled(A, b, input_shape, output_shape, name):
    return AffineMap(A, b, input_shape=input_shape, output_shape=output_shape, name=name)


def _as_shape(value, name):
    shape = as_integers(value, name)
    if not shape:
        raise GeometryError(f"{name} is empty; expected an axis at least")
    return shape


def _image_shape(shape):
    return ImageShape(shape, channels_last=shape[0] != 1 and shape[-1] == 1)


def _combine(work, maps, name, threads, memory_budget, *arguments):
    """What the library makes of maps, all of which become of one type."""
    maps = tuple(maps)
    for each in maps:
        if not isinstance(each, AffineMap):
            kind = type(each).__name__
            raise TypeError(f"{kind} is no AffineMap; maps are called with images: layer(x)")
    options = {"name": as_name(name), **as_resources(threads, memory_budget)}
    dtype = np.result_type(*(each.dtype for each in maps)) if maps else None
    narrow = all(each.A.indptr.dtype == np.int32 for each in maps)
    for index_dtype in (np.int32, np.int64) if narrow else (np.int64,):
        handles = [converted(each, dtype, index_dtype)._handle for each in maps]
        try:
            return map_of(work(handles, *arguments, **options))
        except CapacityError as error:
            if error.cause != "index_type" or index_dtype is np.int64:
                raise
