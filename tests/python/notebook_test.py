"""The notebook runs, and gives what stands in it."""

import os
import pathlib

import pytest

nbformat = pytest.importorskip("nbformat")
import run_notebook as runner  # noqa: E402 (needs nbformat)

PATH = (
    pathlib.Path(os.environ["TOEPLIX_SOURCE"]) / "docs/examples/transposed_convolution.ipynb"
)


def test_it_gives_what_stands_in_it():
    notebook = nbformat.read(PATH, as_version=4)
    nbformat.validate(notebook)
    assert notebook.nbformat == 4
    assert runner.run(notebook) == runner.committed(notebook)


def test_it_has_the_whole_section():
    notebook = nbformat.read(PATH, as_version=4)
    titles = [
        cell.source.splitlines()[0].lstrip("# ")
        for cell in notebook.cells
        if cell.cell_type == "markdown" and cell.source.startswith("#")
    ]
    assert titles == [
        "Transposed convolution",
        "The basic operation",
        "Padding",
        "Strides",
        "Multiple channels",
        "Connection to matrix transposition",
        "Any other geometry",
    ]


def test_the_runner_tells_values_from_what_is_printed():
    names = {}
    assert runner.run_cell("a = 2", names) == ("", None)
    assert runner.run_cell("print(a)\na + 1", names) == ("2\n", "3")
    assert runner.run_cell("print(a)", names) == ("2\n", None)
    with pytest.raises(AssertionError):
        runner.run_cell("assert a == 3", names)
