"""Pictures of a matrix, and a page to explore it."""

import html

import numpy as np

from . import _core
from ._arguments import as_integer, as_path, as_text, as_word
from ._geometry import takes_geometry
from ._sparse import is_matrix, matrix_arguments
from ._subject import documented, resolve_subject, taken_apart

_COLOURS = ("none", "palette_256", "true_colour")


def _drawing(weights, input, geometry, weights_shape, name):
    """What is to be drawn, and a line that says of what."""
    weights, input = taken_apart(weights, input, geometry, name)
    if is_matrix(weights):
        dtype = "complex128" if weights.dtype.kind == "c" else "float64"
        others = {"input": input, "weights_shape": weights_shape}
        arrays = matrix_arguments(weights, name, geometry, dtype=dtype, **others)
        rows, cols = weights.shape
        return _core.Drawing(arrays), f"a {rows} x {cols} matrix"
    subject = resolve_subject(weights, input, geometry, weights_shape, name)
    numbers = subject.weights
    if numbers is not None:
        if numbers.dtype.kind == "c":
            raise TypeError(f"weights are {numbers.dtype}; {name} takes real ones")
        numbers = numbers.astype(np.float64, copy=False)  # the drawing has a copy
    return _core.Drawing(subject.geometry, numbers), f"'{subject.geometry.text}'"


class Plot:
    """A picture of a matrix: shown by Jupyter, written by ``save``, in characters by ``str``.

    ``toeplix.plot`` makes it.
    """

    def __init__(self, drawing, subject, size, title):
        self._drawing = drawing
        self._subject = subject
        self._size = size
        self._title = title
        self._png = drawing.png(size, title)

    def save(self, path):
        """Writes a file ``.png`` or ``.svg``, which appears whole or not at all.

        Raises
        ------
        FormatError
            For another extension, and if the file cannot be written.
        """
        self._drawing.save_plot(as_path(path), self._size, self._title)

    def svg(self):
        """The text of an SVG file."""
        return self._drawing.svg(self._size, self._title)

    def png(self):
        """The bytes of a PNG file."""
        return self._png

    def image(self):
        """The pixels as an array of uint8 of shape (height, width, 3)."""
        return self._drawing.pixels(self._size, self._title)

    def terminal(self, columns=80, lines=24, colour="none"):
        """The picture in characters.

        Parameters
        ----------
        columns, lines : int
            Of the terminal.
        colour : str
            What it understands: ``"none"``, ``"palette_256"``, ``"true_colour"``.
        """
        kind = getattr(_core.TerminalColour, as_word(colour, "colour", _COLOURS))
        columns, lines = as_integer(columns, "columns"), as_integer(lines, "lines")
        return self._drawing.characters(columns, lines, kind, self._title)

    def __str__(self):
        return self.terminal()

    def __repr__(self):
        return f"<toeplix.Plot of {self._subject}>"

    def _repr_png_(self):
        return self.png()

    def _repr_svg_(self):
        return self.svg()


@takes_geometry
@documented
def plot(weights=None, input=None, *, weights_shape=None, size=840, title="", geometry):
    """A picture of a matrix of any size, which is not built: its entries, with coordinates.

    With weights an entry has the colour of its value (negative blue, positive red), without them
    that of its kernel position. A large matrix is drawn by density.

    Parameters
    ----------
    {subject or matrix}
    {geometry}
    size : int
        The longer side in pixels, from 16 to 8192.
    title : str
        What stands above (default: the geometry).

    Returns
    -------
    Plot
        A picture in Jupyter. ``plot.save("W.png")`` or ``.svg`` writes it, ``print(plot)`` draws it
        in the terminal.

    Raises
    ------
    GeometryError
        If there is no such convolution, the weights do not fit it, or the size is out of range.
    TypeError
        If the weights are complex. (Of a complex sparse matrix the magnitudes are drawn.)

    Notes
    -----
    Cost: that of the picture, whatever the extents; a sparse matrix is copied and gone through.

    Examples
    --------
    >>> import toeplix
    >>> toeplix.plot("input=4000,3000 kernel=5,5 padding=2")
    <toeplix.Plot of 'input=4000,3000 kernel=5,5 padding=2'>
    >>> print(toeplix.plot([1, 2, 3], input=4, title="a kernel of three"))  # doctest: +ELLIPSIS
    a kernel of three
    ...
    """
    drawing, subject = _drawing(weights, input, geometry, weights_shape, "plot")
    return Plot(drawing, subject, as_integer(size, "size"), as_text(title, "title"))


class Page:
    """A page of HTML to explore a small matrix: shown by Jupyter, written by ``save``.

    ``toeplix.page`` makes it.

    Attributes
    ----------
    html : str
        The whole page, which loads nothing from anywhere.
    """

    def __init__(self, drawing, subject, title):
        self._drawing = drawing
        self._subject = subject
        self._title = title
        self.html = drawing.html(title)

    def save(self, path):
        """Writes a file, which appears whole or not at all.

        Raises
        ------
        FormatError
            If it cannot be written.
        """
        self._drawing.save_page(as_path(path), self._title)

    def __repr__(self):
        return f"<toeplix.Page of {self._subject}>"

    def _repr_html_(self):
        return (
            f'<iframe srcdoc="{html.escape(self.html)}" width="100%" height="720" '
            'style="border: 0" allow="clipboard-write"></iframe>'
        )


@takes_geometry
@documented
def page(weights=None, input=None, *, weights_shape=None, title=None, geometry):
    """A page for teaching and debugging: input, kernel, output and matrix side by side.

    What is pointed at lights up in the others. With weights there are numbers, which can be typed.

    Parameters
    ----------
    {subject or matrix}
    {geometry}
    title : str
        Of a sparse matrix: what stands above (default: ``"matrix"``).

    Returns
    -------
    Page
        The page itself in Jupyter. ``page.save("W.html")`` writes it.

    Raises
    ------
    GeometryError
        If there is no such convolution, the weights do not fit it or are not finite, and for more
        than three axes.
    CapacityError
        For more than 400 rows or columns, or 6000 entries: ``toeplix.plot`` draws these.
    TypeError
        If the weights are complex.

    Examples
    --------
    >>> import toeplix
    >>> page = toeplix.page([[0, 1], [2, 3]], input=(3, 3))
    >>> page
    <toeplix.Page of 'input=3,3 kernel=2,2'>
    >>> page.html[:15]
    '<!DOCTYPE html>'
    """
    weights, input = taken_apart(weights, input, geometry, "page")
    if title is not None and not is_matrix(weights):
        raise TypeError("title is that of a sparse matrix; a convolution's page has its geometry")
    drawing, subject = _drawing(weights, input, geometry, weights_shape, "page")
    return Page(drawing, subject, "matrix" if title is None else as_text(title, "title"))
