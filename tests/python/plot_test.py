"""Pictures and pages: what they hold, how they show themselves, the files, and what is refused."""

import html
import re
import xml.etree.ElementTree

import numpy as np
import pytest
import scipy.sparse

import toeplix

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_extents(data):
    """Width and height by the header of a PNG file."""
    assert data[:8] == SIGNATURE and data[12:16] == b"IHDR"
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def plots():
    """One of each kind."""
    A = toeplix.matrix([1, -2, 1], 8, padding=1)
    yield toeplix.plot([1, -2, 1], 8, padding=1)
    yield toeplix.plot("input=8 kernel=3 padding=1")
    yield toeplix.plot(weights_shape=(2, 1, 3), input=8)
    yield toeplix.plot([1, 2], 3, transposed=True, stride=2)
    yield toeplix.plot(A)
    yield toeplix.plot((A * 1j).tocoo())
    yield toeplix.plot("input=4000,3000 kernel=5,5 padding=2", size=100)


def test_a_picture_in_jupyter():
    for plot in plots():
        width, height = png_extents(plot._repr_png_())
        assert plot.png() == plot._repr_png_()
        pixels = plot.image()
        assert pixels.shape == (height, width, 3) and pixels.dtype == np.uint8
        assert len(np.unique(pixels @ [65536, 256, 1])) > 2
        root = xml.etree.ElementTree.fromstring(plot._repr_svg_())
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert plot.svg() == plot._repr_svg_()
        assert repr(plot).startswith("<toeplix.Plot of ")


def test_it_saves_itself(tmp_path):
    for plot in plots():
        plot.save(tmp_path / "W.png")
        assert (tmp_path / "W.png").read_bytes() == plot.png()
        plot.save(str(tmp_path / "W.SVG"))
        assert (tmp_path / "W.SVG").read_text() == plot.svg()
    with pytest.raises(toeplix.FormatError, match="jpg"):
        plot.save(tmp_path / "W.jpg")
    with pytest.raises(toeplix.FormatError):
        plot.save(tmp_path / "none" / "W.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["W.SVG", "W.png"]


def test_it_is_drawn_in_the_terminal():
    plot = toeplix.plot([1, 2, 3], 4, title="three")
    text = str(plot)
    assert text.startswith("three\n") and text == plot.terminal()
    assert any("\u2800" <= character <= "\u28ff" for character in text)
    assert "\x1b[38;2;" in plot.terminal(colour="true_colour")
    assert "\x1b[38;5;" in plot.terminal(colour="palette_256")
    wide = toeplix.plot("input=500 kernel=3")
    assert max(map(len, wide.terminal(40, 30).splitlines())) <= 40
    with pytest.raises(toeplix.GeometryError):
        plot.terminal(columns=5)
    with pytest.raises(ValueError, match="expected one of 'none', 'palette_256', 'true_colour'"):
        plot.terminal(colour="red")


def test_what_is_drawn_is_what_was_given():
    w = np.array([1.0, -2, 1])
    plot = toeplix.plot(w, 8)
    svg = plot.svg()
    assert svg == toeplix.plot(np.float32(w), 8).svg() == toeplix.plot([1, -2, 1], 8).svg()
    w[:] = 5
    assert plot.svg() == svg != toeplix.plot(w, 8).svg()
    assert svg != toeplix.plot("input=8 kernel=3").svg()
    assert ">own title<" in toeplix.plot(w, 8, title="own title").svg()
    A = scipy.sparse.csr_matrix([[1, 0], [0, -1]])
    assert toeplix.plot(A).svg() == toeplix.plot(A.tocsc().astype(np.float32)).svg()
    assert toeplix.plot(A).svg() != toeplix.plot(A[::-1]).svg()
    small, large = (png_extents(toeplix.plot(w, 8, size=size).png()) for size in (200, 400))
    assert small < large


def test_what_plot_refuses():
    for size in (15, 8193):
        with pytest.raises(toeplix.GeometryError, match="size"):
            toeplix.plot([1, 2], 5, size=size)
    with pytest.raises(TypeError, match="size is 8.5; expected an integer"):
        toeplix.plot([1, 2], 5, size=8.5)
    with pytest.raises(TypeError, match="title is 3; expected a text"):
        toeplix.plot([1, 2], 5, title=3)
    with pytest.raises(TypeError, match="complex128; plot takes real ones"):
        toeplix.plot([1j, 2], 5)
    with pytest.raises(toeplix.GeometryError, match="0"):
        toeplix.plot(scipy.sparse.csr_matrix((0, 3)))
    with pytest.raises(TypeError, match="no use for stride"):
        toeplix.plot(scipy.sparse.eye(3), stride=2)


def test_a_page_shows_itself(tmp_path):
    A = toeplix.matrix([1, -2, 1], 6)
    for page in (
        toeplix.page([1, -2, 1], 6),
        toeplix.page("input=6 kernel=3"),
        toeplix.page(A, title="<A>"),
        toeplix.page([1, 2], 3, transposed=True),
    ):
        assert page.html.startswith("<!DOCTYPE html>")
        shown = page._repr_html_()
        frame = re.fullmatch(r'<iframe srcdoc="([^"]*)"[^<>]*></iframe>', shown)
        assert html.unescape(frame[1]) == page.html
        page.save(tmp_path / "W.html")
        assert (tmp_path / "W.html").read_text(encoding="utf-8") == page.html
        assert repr(page).startswith("<toeplix.Page of ")
    assert "my matrix" in toeplix.page(A, title="my matrix").html
    assert "<A>" not in toeplix.page(A, title="<A>").html
    assert toeplix.page([1, -2, 1], 6).html != toeplix.page("input=6 kernel=3").html


def test_what_page_refuses(tmp_path):
    with pytest.raises(toeplix.CapacityError, match="400"):
        toeplix.page("input=500 kernel=3")
    with pytest.raises(toeplix.GeometryError, match="finite"):
        toeplix.page([np.nan, 1], 5)
    with pytest.raises(toeplix.GeometryError):
        toeplix.page(scipy.sparse.eye(3) * 1j)
    with pytest.raises(TypeError, match="complex128; page takes real ones"):
        toeplix.page([1j, 1], 5)
    with pytest.raises(TypeError, match="title is that of a sparse matrix"):
        toeplix.page([1, 2], 5, title="W")
    with pytest.raises(toeplix.FormatError):
        toeplix.page([1, 2], 5).save(tmp_path / "none" / "W.html")
