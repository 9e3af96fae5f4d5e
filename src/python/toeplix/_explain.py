"""Where an entry comes from, where a weight goes, and the matrix in letters."""

import json
import math
from dataclasses import dataclass
from typing import Optional

import numpy as np

from . import _core
from ._arguments import as_count, as_flag, as_integer, as_integers, is_sequence
from ._errors import GeometryError
from ._geometry import takes_geometry
from ._records import Described, frozen
from ._subject import documented, resolve_subject


@dataclass(frozen=True)
class KernelMeeting:
    """A kernel position that a row and a column meet at.

    ``folds`` says for every axis how it comes to the pixel: ``"straight"``, or over the
    ``"lower"`` or ``"upper"`` border.
    """

    weight: int
    kernel: tuple
    extended: tuple
    folds: tuple


@dataclass(frozen=True, kw_only=True, repr=False)
class EntryExplanation(Described):
    """Where one entry of the matrix comes from. ``repr`` says it in words.

    ``meetings`` has a KernelMeeting for each of its weights. If no entry is stored there are none,
    and ``absence`` says why.
    """

    spec: str
    transposed: bool
    weights_shape: tuple
    row: int
    col: int
    out_channel: int
    output: tuple
    in_channel: int
    input: tuple
    meetings: tuple
    absence: str
    input_dilation: tuple
    padding_value: float


@dataclass(frozen=True)
class WeightLanding:
    """An entry that a weight adds to."""

    row: int
    col: int
    output: tuple
    input: tuple
    folds: tuple


@dataclass(frozen=True, kw_only=True, repr=False)
class WeightLandings(Described):
    """Where one weight goes: how many entries it adds to, and the first of them.

    ``diagonal_count`` is None if it takes too long to count. ``repr`` says it in words.
    """

    spec: str
    weight: int
    position: tuple
    out_channel: int
    in_channel: int
    count: int
    first: tuple
    diagonal_count: Optional[int]
    first_diagonals: tuple
    padding_value: float


def _record(kind, values, **others):
    return kind(**{key: frozen(value) for key, value in values.items()}, **others)


def _made(kind, nested, part, text, source):
    """A record of that kind, whose field ``nested`` has records of the kind ``part``."""
    values = json.loads(source)
    parts = {nested: tuple(_record(part, each) for each in values.pop(nested))}
    return _record(kind, values, **parts, _text=text, _json=source)


@takes_geometry
@documented
def explain(
    weights=None,
    input=None,
    *,
    entry=None,
    weight=None,
    weights_shape=None,
    most=20,
    geometry,
):
    """Where an entry of the matrix comes from, or where a weight goes.

    Parameters
    ----------
    {subject}
    {geometry}
    entry : (int, int)
        Row and column of an entry, whether it is stored or not.
    weight : int or tuple of int
        A weight, by its index in C order, or by its coordinates in the array of weights (those of
        the kernel suffice if there is one channel).
    most : int
        How many entries of a weight are listed.

    Returns
    -------
    EntryExplanation or WeightLandings
        For ``entry``: with ``meetings`` (of kernel positions with the pixel), ``absence`` (why
        nothing is stored), ``row``, ``col``, ``output``, ``input``. For ``weight``: with ``count``
        (of its entries), ``first`` (some of them), ``diagonal_count``. Both print as words, and
        ``to_dict()`` has all of it.

    Raises
    ------
    GeometryError
        If there is no such convolution, or if entry or weight are outside of it.

    Notes
    -----
    Cost: the kernel positions that meet at the entry; those of every axis, for a weight.

    Examples
    --------
    >>> import toeplix
    >>> found = toeplix.explain("input=4 kernel=3 padding=1 boundary=reflect", entry=(0, 1))
    >>> [(meeting.weight, *meeting.folds) for meeting in found.meetings]
    [(0, 'lower'), (2, 'straight')]
    >>> toeplix.explain([1, 2, 3], input=5, weight=1).count
    3
    >>> print(toeplix.explain([1, 2, 3], input=5, entry=(0, 4)).absence)
    along axis 0 no kernel position of the window 0 comes to pixel 4
    """
    if (entry is None) == (weight is None):
        raise TypeError("explain() takes an entry=(row, column), or a weight")
    found, _ = resolve_subject(weights, input, geometry, weights_shape, "explain")
    if entry is not None:
        texts = _core.explain(found, *_as_entry(entry))
        return _made(EntryExplanation, "meetings", KernelMeeting, *texts)
    texts = _core.explain_weight(found, _as_weight(weight, found), as_count(most, "most"))
    return _made(WeightLandings, "first", WeightLanding, *texts)


def _as_entry(entry):
    pair = as_integers(entry, "entry")
    if len(pair) != 2:
        raise TypeError(f"entry is {entry!r}; expected a pair (row, column)")
    return pair


def _as_weight(weight, geometry):
    """An index, or the coordinates in the array of weights."""
    if not is_sequence(weight):
        return as_integer(weight, "weight")
    position = [as_integer(each, "weight") for each in weight]
    shape = tuple(geometry.weights_shape)
    kernel = _kernel_of(geometry)
    if len(position) != len(kernel) or math.prod(kernel) != math.prod(shape):
        return position
    if not all(0 <= at < extent for at, extent in zip(position, kernel)):
        raise GeometryError(f"weight is {tuple(position)}, outside of the kernel {kernel}")
    return int(np.ravel_multi_index(position, kernel))


def _kernel_of(geometry):
    words = dict(word.split("=") for word in geometry.text.split() if "=" in word)
    return tuple(int(number) for number in words["kernel"].split(","))


class SymbolicMatrix:
    """A matrix in letters or numbers: aligned text by ``str``, and a formula in Jupyter.

    Attributes
    ----------
    text : str
        As many lines as the matrix has rows.
    latex : str
        A ``bmatrix`` of amsmath.
    """

    def __init__(self, text, latex):
        self.text = text
        self.latex = latex

    def __str__(self):
        return self.text.rstrip("\n")

    __repr__ = __str__

    def _repr_latex_(self):
        return f"$\\displaystyle {self.latex.strip()}$"


@takes_geometry
@documented
def symbolic(weights=None, input=None, *, weights_shape=None, numbers=False, geometry):
    """The matrix of letters that textbooks print: ``w01`` is the weight at position (0, 1).

    Parameters
    ----------
    {subject}
    {geometry}
    numbers : bool
        Whether entries are numbers, the sums of their weights, in place of letters.

    Returns
    -------
    SymbolicMatrix
        With the attributes ``text`` and ``latex``; a formula in Jupyter.

    Raises
    ------
    GeometryError
        If there is no such convolution, or the weights do not fit it.
    CapacityError
        For more than 40 columns, 80 rows, or lines of more than 200 characters.

    Examples
    --------
    >>> import toeplix
    >>> toeplix.symbolic("input=4 kernel=3 padding=1 boundary=reflect")
    w1 w0+w2     .  .
    w0    w1    w2  .
     .    w0    w1 w2
     .     . w0+w2 w1
    >>> toeplix.symbolic([1, -2, 1], input=4, numbers=True)
    1 -2  1 .
    .  1 -2 1
    """
    numbers = as_flag(numbers, "numbers")
    dtype = np.float64 if numbers else None
    found = resolve_subject(weights, input, geometry, weights_shape, "symbolic", dtype)
    if not numbers:
        return SymbolicMatrix(*_core.symbolic(found.geometry))
    if found.weights is None:
        raise TypeError("symbolic() with numbers needs the weights")
    return SymbolicMatrix(*_core.numeric(*found))
