"""The Python that the documentation shows runs, and gives what it says.

The blocks of a page are run in order, in one namespace. An expression before `# -> text` must have
that text. A block that imports torch, or uses a solver or PETSc, is left out where there is none, as are those below
a line `<!-- not run: REASON -->`.
"""

import ast
import importlib.util
import os
import pathlib
import re

import numpy as np
import pytest
from spectra import has_spectra

import toeplix

SOURCE = pathlib.Path(os.environ["TOEPLIX_SOURCE"])
PAGES = ["README.md", "docs/python.md", "docs/spectrum.md"]


def blocks(text):
    """The line, and the code, of every block that is to be run."""
    pattern = r"^(<!-- not run: .+ -->\n+)?^```python\n(.*?)^```$"
    for found in re.finditer(pattern, text, re.DOTALL | re.MULTILINE):
        if not found[1]:
            yield text[: found.start(2)].count("\n") + 1, found[2]


def run(code, names, place):
    lines = code.splitlines()
    for statement in ast.parse(code).body:
        said = re.search(r"# -> (.*)", lines[statement.end_lineno - 1])
        if said and isinstance(statement, ast.Expr):
            value = eval(compile(ast.Expression(statement.value), place, "eval"), names)
            value = value.item() if isinstance(value, np.generic) else value
            assert repr(value) == said[1], f"{place}, line {statement.lineno} of the block"
        else:
            assert not said, f"{place}: not a value: {said[1]}"
            exec(compile(ast.Module([statement], []), place, "exec"), names)


def has_petsc():
    """Whether the package has matrices of petsc4py's, and petsc4py is there."""
    return all(map(importlib.util.find_spec, ("petsc4py", "toeplix._petsc")))


def can_run(code):
    """Whether what a block needs besides the package is there."""
    torch_is_there = importlib.util.find_spec("torch") is not None
    solvers = (
        r"toeplix\.(deblur|tikhonov|solve_square|\w*least_squares|richardson_lucy|total_variation|"
        r"spectral_norm|\w*singular_values)\("
    )
    return (
        (torch_is_there or not re.search(r"^import torch$", code, re.MULTILINE))
        and (toeplix._core.has_solvers or not re.search(solvers, code))
        and ("largest_singular_values" not in code or has_spectra())
        and (has_petsc() or "toeplix.petsc_" not in code)
        and (toeplix._core.has_onnx or "toeplix.from_onnx(" not in code)
    )


@pytest.mark.parametrize("page", PAGES)
def test_it_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names, count = {}, 0
    for line, code in blocks((SOURCE / page).read_text()):
        if can_run(code):
            run(code, names, f"{page}:{line}")
            count += 1
    assert count > 0 or not has_spectra()


def test_the_runner_sees_what_is_wrong():
    found = list(blocks("```python\n1 + 1  # -> 2\n```\n\n<!-- not run: no -->\n```python\nx\n```\n"))
    assert found == [(2, "1 + 1  # -> 2\n")]
    run(found[0][1], {}, "here")
    with pytest.raises(AssertionError, match="here"):
        run("1 + 1  # -> 3", {}, "here")
