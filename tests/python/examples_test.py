"""The scripts of docs/examples print what they printed when they were written."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from scipy.optimize import linprog
from spectra import has_spectra

import toeplix

EXAMPLES = pathlib.Path(os.environ["TOEPLIX_SOURCE"]) / "docs/examples"

PRINTED = {
    "milp_layer": """\
the layer: 8 x 36, 50 entries
before: class 1, ahead by 5.875
after:  class 0, no pixel changed by more than 0.420
of 2000 smaller changes, 0 turn it
""",
    "singular_values": """\
circular, by frequencies: 3.482518 3.465053 3.440329
circular, the largest:   3.482518 3.465053 3.440329
zero, the largest:       3.436108 3.417876 3.408277
reflect, the largest:    4.024073 4.006677 4.004290
replicate, the largest:  3.889010 3.838369 3.699125
all 768 of them differ by less than 1e-12: True
""",
    "deblur_photograph": """\
blur: 16384 x 16384, solved, lambda 4.4e-04
before: 17.95 dB
after:  35.18 dB
""",
}


def test_every_script_is_here():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(PRINTED)


@pytest.mark.parametrize("name", PRINTED)
def test_it_prints(name, tmp_path):
    if name == "deblur_photograph" and not toeplix._core.has_solvers:
        pytest.skip("the package is built without solvers")
    if name == "singular_values" and not has_spectra():
        pytest.skip("the package is built without Spectra")
    command = [sys.executable, EXAMPLES / f"{name}.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == PRINTED[name]
    if name == "deblur_photograph":
        pictures = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        assert sorted(pictures) == ["after.png", "before.png"]
        assert all(content.startswith(b"\x89PNG") for content in pictures.values())


def test_no_smaller_change_turns_the_network(tmp_path, monkeypatch):
    """The MILP's minimum against linear programs for every pattern of its ReLUs."""
    milp_layer = _import(monkeypatch, "milp_layer")
    A, b, x0, dense = milp_layer.A.toarray(), milp_layer.b, milp_layer.x0, milp_layer.dense
    score = dense[milp_layer.winner] - dense[milp_layer.loser]
    found = min(_least_change(A, b, x0, score, pattern, milp_layer.MARGIN) for pattern in range(256))
    assert milp_layer.e == pytest.approx(found, abs=1e-6)


def _import(monkeypatch, name):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return __import__(name)


def _least_change(A, b, x0, score, pattern, margin):
    """The least e if exactly the hidden numbers of a pattern are positive; infinite if none does."""
    active = (pattern >> np.arange(len(b))) & 1
    sign = np.where(active, -1, 1)  # sign * (A x + b) <= 0
    pixels = len(x0)
    one = np.ones((pixels, 1))
    upper = np.block([
        [np.identity(pixels), -one],
        [-np.identity(pixels), -one],
        [sign[:, None] * A, np.zeros((len(b), 1))],
        [-(score * active) @ A, 0],
    ])
    limits = np.concatenate([x0, -x0, -sign * b, [(score * active) @ b - margin]])
    cost = np.zeros(pixels + 1)
    cost[-1] = 1
    done = linprog(cost, upper, limits, bounds=[(0, 1)] * pixels + [(0, None)], method="highs")
    return done.fun if done.success else np.inf
