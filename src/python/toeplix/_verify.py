"""A convolution held against direct loops, and the gradient by its weights."""

from dataclasses import dataclass

import numpy as np

from . import _core
from ._arguments import as_array, as_integers, as_resources
from ._errors import GeometryError
from ._geometry import resolve, takes_geometry
from ._images import as_images
from ._subject import input_of, output_of, resolve_geometry


@dataclass(frozen=True, repr=False)
class VerifyReport:
    """What ``toeplix.verify`` found. It is true if everything agrees.

    Attributes
    ----------
    passed : bool
        Whether everything agrees.
    message : str
        What was compared and how closely, or the first mismatch.
    rows, cols, nnz : int
        Of the matrix.
    exact : bool
        Whether all sums were exact, so that equality was demanded.
    largest_error : float
        Largest difference, forward and transposed.
    """

    passed: bool
    message: str
    rows: int
    cols: int
    nnz: int
    exact: bool
    largest_error: float

    def __bool__(self):
        return self.passed

    def __repr__(self):
        return f"{'passed' if self.passed else 'FAILED'}: {self.message}"


def _check_capacity(geometry, weights, resources):
    """Raises CapacityError if the entries alone exceed the memory."""
    index_bytes = 4 if max(geometry.nnz, geometry.cols) < 2**31 else 8
    budget = resources["memory_budget"] or _core.available_memory()
    if geometry.nnz * (weights.itemsize + index_bytes) > budget:
        # The library says so, before it allocates anything.
        options = {"by_columns": False, "index_bits": 0, "rows": None, "prune": False}
        _core.compile(geometry, weights, **options, **resources)


@takes_geometry
def verify(weights, input, x=None, *, bias=None, threads=None, memory_budget=None, geometry):
    """Whether matrix and operator of a convolution are what direct loops say that they are.

    Checks the structure, A x, and the transposed product, against loops that share no code with
    the library.

    Parameters
    ----------
    {arguments}
    {geometry}
    x : array_like
        An image (default: integers from -8 to 8, the same ones every time).
    bias : array_like
        One number for each output channel.
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that the matrix may take (default: what is free).

    Returns
    -------
    VerifyReport
        True if everything agrees.

    Raises
    ------
    GeometryError
        If there is no such convolution, or weights, x or bias do not fit it.
    CapacityError
        If the matrix exceeds the memory.

    Notes
    -----
    The matrix is built, which has to fit into the memory. Cost: four passes of slow loops, which
    Ctrl-C does not stop.

    Examples
    --------
    >>> import toeplix
    >>> report = toeplix.verify([[0, 1], [2, 3]], input=(3, 3))
    >>> bool(report), report.exact, report.nnz
    (True, True, 16)
    """
    found, weights = resolve(weights, input, geometry)
    resources = as_resources(threads, memory_budget)
    if x is None:
        _check_capacity(found, weights, resources)
        x = np.random.default_rng(0).integers(-8, 9, found.cols)
    image, (batch, _) = as_images(x, "x", input_of(found), weights.dtype)
    if batch:
        raise GeometryError(f"x is a batch of {len(image)} images; verify takes one")
    if bias is not None:
        bias = as_array(bias, "bias", weights.dtype)
    made = _core.verify(found, weights, image, bias, **resources)
    return VerifyReport(**{name: getattr(made, name) for name in VerifyReport.__annotations__})


@takes_geometry
def weight_gradient(
    x,
    y_gradient,
    weights_shape,
    input=None,
    *,
    threads=None,
    memory_budget=None,
    geometry,
):
    """The gradient of a loss by the weights of a convolution, from that by its output.

    ``toeplix.weight_gradient(x, y_gradient, w.shape, ...)`` is
    ``torch.nn.grad.conv2d_weight(x, w.shape, y_gradient, ...)``.

    Parameters
    ----------
    x : array_like
        Images (channels, pixels...), as the convolution takes them: one, or a batch along the first
        axis; flat ones if ``input`` is given.
    y_gradient : array_like
        The gradient of the loss by the convolution's output: as many images, of the output's shape.
    weights_shape : tuple of int
        The shape of the weights, as ``toeplix.matrix`` takes them.
    input : int, tuple of int, or str
        Pixels along every axis, without channels (default: those of x), or the text form of a whole
        geometry.
    {geometry}
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that the gradient of a kernel for every pixel may take (default: what is free).

    Returns
    -------
    ndarray
        Of the shape ``weights_shape``, summed over the batch. The image is conjugated if it is
        complex, as PyTorch does it.

    Raises
    ------
    GeometryError
        If there is no such convolution, or the images do not fit it.

    Notes
    -----
    Cost: for each image one pass over the entries of the matrix, none of which is stored. Ctrl-C
    stops it.

    Examples
    --------
    >>> import toeplix
    >>> toeplix.weight_gradient([1, 2, 3, 4], [1, 0, 10], weights_shape=2)
    array([31., 42.])
    """
    shape = as_integers(weights_shape, "weights_shape")
    x = as_array(x, "x")
    y_gradient = as_array(y_gradient, "y_gradient")
    dtype = np.result_type(x, y_gradient)
    if input is None:
        input = _pixels_of(x.shape, shape, geometry.get("order"))
    found = resolve_geometry(shape, input, geometry)
    images, (batch, _) = as_images(x, "x", input_of(found), dtype)
    gradients, (other, _) = as_images(y_gradient, "y_gradient", output_of(found), dtype)
    if batch != other:
        raise GeometryError(
            f"x has the shape {x.shape}, and y_gradient {y_gradient.shape}; "
            "expected as many images"
        )
    resources = as_resources(threads, memory_budget)
    return _core.weight_gradient(found, images, gradients, **resources).reshape(shape)


def _pixels_of(x_shape, weights_shape, order):
    """Pixels along the axes of images that are not flat."""
    has_channels = len(weights_shape) > 2
    axes = len(weights_shape) - 2 * has_channels
    rank = axes + has_channels
    if len(x_shape) not in (rank, rank + 1):
        raise GeometryError(
            f"x has the shape {x_shape}; for weights of {len(weights_shape)} axes expected "
            f"{rank} axes, or {rank + 1} of a batch; or say the pixels by input"
        )
    pixels = x_shape[len(x_shape) - rank :]
    if has_channels:
        pixels = pixels[:-1] if order == "channels_last" else pixels[1:]
    return pixels[::-1] if order == "column_major" else pixels
