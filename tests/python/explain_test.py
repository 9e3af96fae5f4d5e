"""toeplix.explain and toeplix.symbolic against compiled matrices, and what they refuse."""

import json

import numpy as np
import pytest
from inspect_test import random_problems

import toeplix


def test_the_weights_that_meet_at_an_entry_add_up_to_it():
    rng = np.random.default_rng(3)
    for weights, pixels, keywords in random_problems(100, seed=3):
        A = toeplix.matrix(weights, pixels, **keywords).toarray()
        stored = toeplix.matrix(np.ones(weights.shape), pixels, **keywords).toarray() != 0
        for _ in range(5):
            row, col = (int(rng.integers(extent)) for extent in A.shape)
            found = toeplix.explain(weights, pixels, entry=(row, col), **keywords)
            assert (found.row, found.col) == (row, col)
            total = sum(weights.flat[meeting.weight] for meeting in found.meetings)
            assert total == A[row, col]
            assert bool(found.meetings) == stored[row, col]
            assert bool(found.absence) != stored[row, col]


def test_a_weight_goes_where_the_matrix_depends_on_it():
    rng = np.random.default_rng(4)
    for weights, pixels, keywords in random_problems(100, seed=4):
        index = int(rng.integers(weights.size))
        unit = np.zeros(weights.shape)
        unit.flat[index] = 1
        A = toeplix.matrix(unit, pixels, prune=True, **keywords).tocoo()
        position = np.unravel_index(index, weights.shape)
        found = toeplix.explain(weights, pixels, weight=position, most=10_000, **keywords)
        assert found == toeplix.explain(weights, pixels, weight=index, most=10_000, **keywords)
        assert found.position == position
        assert found.count == A.data.sum()
        places = {(landing.row, landing.col) for landing in found.first}
        assert places == set(zip(A.row.tolist(), A.col.tolist()))
        assert found.first_diagonals == tuple(np.unique(A.col - A.row).tolist())


def test_it_says_so_in_words():
    found = toeplix.explain("input=4 kernel=3 padding=1 boundary=reflect", entry=(0, 1))
    assert repr(found).startswith("entry (0, 1): output channel 0 at (0) reads input channel 0")
    assert found.meetings[0].folds == ("lower",) and found.meetings[0].extended == (-1,)
    assert found.to_dict() == json.loads(found.to_json())
    landings = toeplix.explain([[1, 2], [3, 4]], (3, 3), weight=(1, 0))
    assert landings == toeplix.explain([[1, 2], [3, 4]], (3, 3), weight=(0, 0, 1, 0))
    assert repr(landings).startswith("w[0,0,1,0] (weight 2) takes input channel 0")
    up = toeplix.explain([1, 2], 3, entry=(3, 1), transposed=True, stride=2)
    assert up.transposed and [meeting.weight for meeting in up.meetings] == [1]
    last = toeplix.explain("input=4,4 kernel=2,3 weights_order=hwio", weight=(1, 2))
    assert last.position == (1, 2, 0, 0)


def test_what_explain_refuses():
    for keywords in ({}, {"entry": (0, 0), "weight": 0}):
        with pytest.raises(TypeError, match="takes an entry=.row, column., or a weight"):
            toeplix.explain([1, 2], 5, **keywords)
    with pytest.raises(TypeError, match="expected a pair"):
        toeplix.explain([1, 2], 5, entry=3)
    with pytest.raises(toeplix.GeometryError):
        toeplix.explain([1, 2], 5, entry=(4, 0))
    with pytest.raises(ValueError, match="entry is 1000000000000000000000"):
        toeplix.explain([1, 2], 5, entry=(10**21, 0))
    for weight in (2, -1, (2,), (-1,), (0, 0, 2), (0, 0)):
        with pytest.raises(toeplix.GeometryError):
            toeplix.explain([1, 2], 5, weight=weight)
    with pytest.raises(toeplix.GeometryError):
        toeplix.explain(np.ones((2, 1, 3)), 5, weight=(1,))
    with pytest.raises(ValueError, match="most is -1"):
        toeplix.explain([1, 2], 5, weight=0, most=-1)


def test_letters_stand_where_their_weights_are():
    compared = 0
    for weights, pixels, keywords in random_problems(100, seed=5):
        try:
            symbolic = toeplix.symbolic(weights, pixels, numbers=True, **keywords)
            letters = str(toeplix.symbolic(weights, pixels, **keywords)).splitlines()
        except toeplix.CapacityError:
            continue
        compared += 1
        A = toeplix.matrix(weights, pixels, **keywords).toarray()
        rows = [line.split() for line in str(symbolic).splitlines()]
        numbers = [[0 if word == "." else int(word) for word in row] for row in rows]
        assert np.array_equal(numbers, A)
        assert [[word == "." for word in line.split()] for line in letters] == [
            [word == "." for word in row] for row in rows
        ]
    assert compared > 30


def test_a_formula_in_jupyter():
    symbolic = toeplix.symbolic("input=3 kernel=2")
    assert repr(symbolic) == str(symbolic) == "w0 w1  .\n . w0 w1"
    assert symbolic.text == "w0 w1  .\n . w0 w1\n"
    latex = symbolic._repr_latex_()
    assert latex.startswith("$") and latex.endswith("$") and symbolic.latex.strip() in latex
    assert "\\begin{bmatrix}" in latex and "w_{0} & w_{1} & \\cdot" in latex
    with pytest.raises(TypeError, match="needs the weights"):
        toeplix.symbolic("input=3 kernel=2", numbers=True)
    with pytest.raises(TypeError, match="complex"):
        toeplix.symbolic([1j, 2], 3, numbers=True)
    with pytest.raises(toeplix.CapacityError):
        toeplix.symbolic("input=100 kernel=2")
