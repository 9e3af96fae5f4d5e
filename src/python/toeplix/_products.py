"""Products of what is a matrix without its memory: with vectors, matrices and images."""

import numpy as np
from scipy.sparse.linalg import LinearOperator

from ._arguments import as_numbers
from ._errors import GeometryError
from ._images import as_images, like_images


class Products(LinearOperator):
    """What an operator does with vectors, matrices and images."""

    def __init__(self, cores, dtype, shapes, text, form=(False, False)):
        self._cores = cores  # by the type: the same numbers, shared by all forms
        self._formed_cores = {}  # the same in this form, made when they are first needed
        self._shapes = shapes  # of images on both sides: (of outputs, of inputs)
        self._text = text
        self._form = form  # whether it is transposed, and whether conjugated
        super().__init__(dtype, tuple(side.size for side in shapes))

    @property
    def input_shape(self):
        """Shape of an image that it takes: channels and pixels, in the order of the geometry."""
        return self._shapes[1].axes

    @property
    def output_shape(self):
        """Shape of an image that it gives."""
        return self._shapes[0].axes

    def apply(self, images):
        """The operator on images in their own shape. ``op(images)`` is the same.

        Parameters
        ----------
        images : array_like
            Of the shape ``input_shape``; or without the axis of channels if there is one; or flat;
            or a batch of these along the first axis.

        Returns
        -------
        numpy.ndarray
            Images of ``output_shape``, without the axis of channels or flat as those given, in a
            batch if those were. A type that holds those of the operator and of the images.

        Examples
        --------
        >>> import numpy as np, toeplix
        >>> op = toeplix.operator(np.ones((2, 3, 5, 5)), input=(32, 48), padding=2)
        >>> op.apply(np.ones((3, 32, 48))).shape
        (2, 32, 48)
        >>> op(np.ones((10, 3, 32, 48))).shape
        (10, 2, 32, 48)
        """
        flat, form = as_images(images, "images", self._shapes[1])
        return like_images(self._product(flat), form, self._shapes[0])

    def __call__(self, images):
        return self.apply(images)

    def __matmul__(self, other):
        # What SciPy asks first takes longer than the product with a small image.
        return self.dot(other) if isinstance(other, np.ndarray) else super().__matmul__(other)

    def dot(self, x):
        """The product with a vector, a matrix, a number or another LinearOperator."""
        if not isinstance(x, np.ndarray) and (isinstance(x, LinearOperator) or np.isscalar(x)):
            return super().dot(x)
        x = as_numbers(x, "x")
        if x.ndim == 2:
            return self.matmat(x)
        if x.ndim != 1:
            raise GeometryError(
                f"x has the shape {x.shape}; products take vectors {self.shape[1:]} and matrices "
                f"({self.shape[1]}, k), and op(x) takes images"
            )
        if len(x) != self.shape[1]:
            _check_vector(x, self.shape[1])
        return self._product(x[np.newaxis])[0]

    def matvec(self, x):
        """A x. See scipy.sparse.linalg.LinearOperator."""
        _check_vector(x, self.shape[1])
        return super().matvec(x)

    def rmatvec(self, x):
        """A^H x. See scipy.sparse.linalg.LinearOperator."""
        _check_vector(x, self.shape[0])
        return super().rmatvec(x)

    def matmat(self, X):
        """A X. See scipy.sparse.linalg.LinearOperator."""
        _check_matrix(X, self.shape[1])
        return super().matmat(X)

    def rmatmat(self, X):
        """A^H X. See scipy.sparse.linalg.LinearOperator."""
        _check_matrix(X, self.shape[0])
        return super().rmatmat(X)

    def conjugate(self):
        """The operator of the conjugate weights. Cost: none."""
        return self._formed(False, True)

    conj = conjugate

    def _matvec(self, x):
        return self._product(as_numbers(x, "x").reshape(1, -1))[0]

    def _rmatvec(self, x):
        return self.H._matvec(x)

    def _matmat(self, X):
        # Images lie one after another in the columns of what NumPy calls Fortran's order.
        return self._product(as_numbers(X, "X").T).T

    def _rmatmat(self, X):
        return self.H._matmat(X)

    def _adjoint(self):
        return self._formed(True, True)

    def _transpose(self):
        return self._formed(True, False)

    def _formed(self, transposed, conjugated):
        """The transpose, the conjugate, or both. Cost: none."""
        form = (
            self._form[0] != transposed,
            self._form[1] != (conjugated and self.dtype.kind == "c"),
        )
        shapes = self._shapes[::-1] if transposed else self._shapes
        return self._with_form(shapes, form)

    def _with_form(self, shapes, form):
        return type(self)(self._cores, self.dtype, shapes, self._text, form)

    def _core_of(self, dtype):
        """What multiplies in a type that is its own or holds more; None if nothing does."""
        if dtype not in self._formed_cores:
            core = self._base_of(dtype)
            self._formed_cores[dtype] = None if core is None else core.formed(*self._form)
        return self._formed_cores[dtype]

    @property
    def _core(self):
        return self._core_of(self.dtype)

    def _product(self, images):
        """A of images along the first axis, in a type that holds those of both."""
        dtype = self.dtype
        if images.dtype != dtype:
            dtype = np.result_type(dtype, images.dtype)
        result = np.empty((len(images), self.shape[0]), dtype)
        if images.dtype.kind == "c" and self.dtype.kind != "c":
            result.real = self._product(images.real)
            result.imag = self._product(images.imag)
            return result
        core = self._core_of(dtype)
        if core is None:  # what cannot be computed in that type
            result[...] = self._product(images.astype(self.dtype))
            return result
        if images.dtype != dtype or not (images.flags.c_contiguous and images.flags.aligned):
            images = np.require(images, dtype, ("C", "ALIGNED"))
        core.apply(images, result)
        return result

    def __repr__(self):
        form = _FORMS[self._form]
        rows, cols = self.shape
        return f"<{rows}x{cols} {type(self).__name__} of {form}'{self._text}', dtype={self.dtype}>"


#: What `repr` calls a form.
_FORMS = {
    (False, False): "",
    (True, False): "transpose of ",
    (False, True): "conjugate of ",
    (True, True): "adjoint of ",
}


def _check_vector(x, length):
    shape = np.shape(x)
    if shape not in ((length,), (length, 1)):
        raise GeometryError(f"x has the shape {shape}; expected ({length},)")


def _check_matrix(X, length):
    shape = np.shape(X)
    if len(shape) != 2 or shape[0] != length:
        raise GeometryError(f"X has the shape {shape}; expected ({length}, k)")
