"""How tensors lie in the slots of ciphertexts, so that strided layers have few diagonals."""

from typing import NamedTuple

import numpy as np

from . import _core
from ._arguments import as_count, as_integers, as_word
from ._errors import GeometryError
from ._geometry import takes_geometry
from ._sparse import is_matrix
from ._subject import documented, resolve_subject, taken_apart


class PackedTensor:
    """A tensor whose pixels lie ``gap`` apart on a grid, with further channels in between.

    P channels, the product of the gaps, share an image of the grid (multiplexed packing, Lee et
    al., ICML 2022). With axes y and x, pixel (y, x) of channel c = c' P + i gap_x + j is at the
    point (gap_y y + i, gap_x x + j) of image c', as ``torch.nn.functional.pixel_shuffle`` puts it.
    With ``order="channels_last"`` c = (i gap_x + j) C' + c', as TensorFlow's ``depth_to_space``;
    C' = ceil(channels / P). With ``"column_major"`` i is the faster: c = c' P + i + gap_y j.

    Parameters
    ----------
    channels : int
        Of the tensor.
    extents : int or tuple of int
        Its pixels along every axis.
    order : str
        Of its vector, and of the slots, as ``toeplix.matrix`` takes it.
    gap : int or tuple of int
        Points from a pixel to the next along every axis (default: 1).
    grid : int or tuple of int
        Points of the grid (default: gap times extents).
    grid_channels : int
        Images of the grid (default: C').

    Attributes
    ----------
    channels, extents, order, gap, grid, grid_channels
        The parameters, nothing left out.
    elements, size : int
        Of the tensor, and of the vector of slots.

    Raises
    ------
    GeometryError
        If the grid does not hold the tensor.

    Examples
    --------
    >>> import toeplix
    >>> packed = toeplix.PackedTensor(2, 3, gap=2)
    >>> packed.places
    array([0, 2, 4, 1, 3, 5])
    >>> packed.pack([1, 2, 3, 10, 20, 30])
    array([ 1, 10,  2, 20,  3, 30])
    """

    def __init__(
        self, channels, extents, *, order="channels_first", gap=None, grid=None, grid_channels=None
    ):
        extents = as_integers(extents, "extents")
        self._set(
            _core.PackedTensor(
                as_count(channels, "channels", 1),
                extents,
                as_word(order, "order", ("channels_first", "channels_last", "column_major")),
                _per_axis(gap, "gap", len(extents)),
                _per_axis(grid, "grid", len(extents)),
                0 if grid_channels is None else as_count(grid_channels, "grid_channels", 1),
            )
        )

    def _set(self, core):
        self._core = core
        self._places = None
        self.channels = core.channels
        self.extents = tuple(core.extents)
        self.order = core.order
        self.gap = tuple(core.gap)
        self.grid = tuple(core.grid)
        self.grid_channels = core.grid_channels
        self.elements = core.elements
        self.size = core.size

    @classmethod
    def _of(cls, core):
        made = cls.__new__(cls)
        made._set(core)
        return made

    @property
    def places(self):
        """The slot of every element, in the order of the tensor's vector; it is not to be written.

        ``row_order`` and ``column_order`` of ``toeplix.diagonals`` take it, and the object too.
        """
        if self._places is None:
            self._places = self._core.places()
            self._places.flags.writeable = False
        return self._places

    def pack(self, x, size=None):
        """The slots of a vector or tensor of so many elements; zeros where there is none.

        Parameters
        ----------
        x : array_like
            A tensor of the convolution's shape, or its vector. (Of ``column_major`` the vector.)
        size : int
            Length of the result (default: as many as there are slots), as blocks of diagonals
            need it: ``found.block_columns * found.size``.

        Returns
        -------
        ndarray
        """
        x = np.asarray(x)
        if x.size != self.elements:
            raise GeometryError(f"x has {x.size} elements; expected {self.elements}")
        size = self.size if size is None else as_count(size, "size", self.size)
        slots = np.zeros(size, x.dtype)
        slots[self.places] = x.ravel()
        return slots

    def unpack(self, slots):
        """The vector of the tensor that lies in slots.

        Parameters
        ----------
        slots : array_like
            A vector of at least ``size`` numbers.

        Returns
        -------
        ndarray
        """
        slots = np.ravel(slots)
        if slots.size < self.size:
            raise GeometryError(f"slots has {slots.size} numbers; expected at least {self.size}")
        return slots[self.places]

    def _fields(self):
        return (
            self.channels, self.extents, self.order, self.gap, self.grid, self.grid_channels,
        )

    def __eq__(self, other):
        return isinstance(other, PackedTensor) and self._fields() == other._fields()

    def __hash__(self):
        return hash(self._fields())

    def __reduce__(self):
        return _made, self._fields()

    def __repr__(self):
        channels, extents, order, gap, grid, grid_channels = self._fields()
        return (
            f"PackedTensor({channels}, {extents}, order={order!r}, gap={gap}, grid={grid}, "
            f"grid_channels={grid_channels})"
        )


def _made(channels, extents, order, gap, grid, grid_channels):
    return PackedTensor(
        channels, extents, order=order, gap=gap, grid=grid, grid_channels=grid_channels
    )


class PixelShuffle(NamedTuple):
    """How the input and the output of a convolution are packed: its columns, and its rows."""

    input: PackedTensor
    output: PackedTensor


def _per_axis(value, name, axes):
    if value is None:
        return ()
    numbers = as_integers(value, name)
    return numbers * axes if len(numbers) == 1 else numbers


@takes_geometry
@documented
def pixel_shuffle(
    weights=None,
    input=None,
    *,
    weights_shape=None,
    after=None,
    gap=None,
    grid=None,
    grid_channels=None,
    geometry,
):
    """Packs the output of a convolution as densely as its input, so that it has few diagonals.

    Pixels of the output lie ``stride`` times the input's gap apart, and that many channels share
    the points in between. Column minus row is then the same for all pixels of a channel that meet a
    kernel position: a strided convolution has about as many diagonals as another.

    Parameters
    ----------
    {subject}
    {geometry}
    after : PackedTensor
        The input as another layer has packed it: that layer's ``pixel_shuffle(...).output``.
    gap : int or tuple of int
        Points between pixels of the input (default: 1; for ``transposed=True`` the stride).
    grid : int or tuple of int
        Points of the grid (default: as few as hold input and output). Layers in a row need one grid
        that holds them all; the first has to be told of it.
    grid_channels : int
        Images of the grid; with ``order="channels_last"`` those of all layers in a row.

    Returns
    -------
    PixelShuffle
        Of two ``PackedTensor``: ``input``, which is plain if the input fills the grid, and
        ``output``. ``toeplix.diagonals`` takes it as ``packing``.

    Raises
    ------
    GeometryError
        If there is no such convolution, or the grid does not hold its input and output.

    Notes
    -----
    Source: Lee et al., Low-complexity deep convolutional neural networks on fully homomorphic
    encryption using multiplexed parallel convolutions, ICML 2022.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> w = np.arange(36).reshape(4, 1, 3, 3)
    >>> layer = dict(input=(8, 8), stride=2, padding=1)
    >>> found = toeplix.inspect(w, **layer)
    >>> found.rotations, found.packed_rotations
    (63, 15)
    >>> packing = toeplix.pixel_shuffle(w, **layer)
    >>> packing.output
    PackedTensor(4, (4, 4), order='channels_first', gap=(2, 2), grid=(8, 8), grid_channels=1)

    A product by rotations, and the same by the matrix:

    >>> x = np.arange(64)
    >>> slots = packing.input.pack(x)
    >>> y = sum(diagonal * np.roll(slots, -offset)
    ...         for offset, diagonal in toeplix.diagonals(w, packing=packing, **layer))
    >>> np.array_equal(packing.output.unpack(y), toeplix.matrix(w, **layer) @ x)
    True

    The next layer takes the slots as they are:

    >>> second = toeplix.pixel_shuffle("input=4,4 kernel=3,3 in=4 padding=1", after=packing.output)
    >>> second.input == packing.output, second.output.gap
    (True, (2, 2))
    """
    weights, input = taken_apart(weights, input, geometry, "pixel_shuffle")
    if is_matrix(weights):
        raise TypeError("pixel_shuffle() takes the geometry of a convolution, not a sparse matrix")
    subject = resolve_subject(weights, input, geometry, weights_shape, "pixel_shuffle")
    if after is not None:
        for name, value in (("gap", gap), ("grid", grid), ("grid_channels", grid_channels)):
            if value is not None:
                raise TypeError(f"{name} is given twice: by after, and by itself")
        if not isinstance(after, PackedTensor):
            raise TypeError(f"after is {type(after).__name__}; expected a PackedTensor")
        return _both(_core.pixel_shuffle_after(subject.geometry, after._core))
    axes = len(subject.geometry.input_shape) - 1
    return _both(
        _core.pixel_shuffle(
            subject.geometry,
            _per_axis(gap, "gap", axes),
            _per_axis(grid, "grid", axes),
            0 if grid_channels is None else as_count(grid_channels, "grid_channels", 1),
        )
    )


def _both(core):
    return PixelShuffle(PackedTensor._of(core.input), PackedTensor._of(core.output))


def packing_core(packing):
    """What the library takes of ``packing``; None if that is None."""
    if packing is None:
        return None
    try:
        first, second = packing
    except (TypeError, ValueError):
        first = second = None
    if not (isinstance(first, PackedTensor) and isinstance(second, PackedTensor)):
        raise TypeError(f"packing is {type(packing).__name__}; expected a PixelShuffle")
    return _core.PixelShuffle(first._core, second._core)


def slot_order(order, name):
    """Places, and how many there are: of a PackedTensor, or of an array."""
    if order is None:
        return None
    if isinstance(order, PackedTensor):
        return order.places, order.size
    places = np.asarray(order)
    if places.ndim != 1 or places.size == 0 or places.dtype.kind not in "iu":
        raise TypeError(f"{name} is {order!r}; expected a PackedTensor, or a list of places")
    highest = int(places.max())
    if highest >= 2**62:
        raise GeometryError(f"{name} has the place {highest}; expected one below 2^62")
    return np.require(places, np.int64, ("C", "ALIGNED")), max(0, highest + 1)
