"""Operators and what was found out can be copied, and sent to other processes."""

import copy
import pickle

import numpy as np
import pytest
from geometries import integers

import toeplix


def copies(thing):
    return [pickle.loads(pickle.dumps(thing)), copy.deepcopy(thing), copy.copy(thing)]


FORMS = {
    "plain": lambda op: op,
    "transpose": lambda op: op.T,
    "adjoint": lambda op: op.H,
    "conjugate": lambda op: op.conj(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex128"])
def test_operators(form, dtype):
    rng = np.random.default_rng(20)
    weights = integers(rng, (2, 3, 3, 2)).astype(dtype) * (1j if dtype[0] == "c" else 1)
    made = FORMS[form](toeplix.operator(weights, (6, 5), padding=1, boundary="reflect", threads=1))
    identity = np.eye(made.shape[1])
    for again in copies(made):
        assert repr(again) == repr(made) and again.dtype == made.dtype
        assert np.array_equal(again @ identity, made @ identity)
        assert again.input_shape == made.input_shape
        assert again._cores[made.dtype].resources == (1, 0)
        assert np.array_equal(again.T @ np.eye(made.shape[0]), (made @ identity).T)


def test_operators_of_a_kernel_for_every_pixel():
    weights = np.arange(4 * 3 * 4.0).reshape(4, 3, 1, 1, 2, 2)
    made = toeplix.operator(weights, (5, 4))
    for again in copies(made):
        assert np.array_equal(again.to_sparse().toarray(), made.to_sparse().toarray())


def test_separated_operators():
    made = toeplix.separated(toeplix.operator(np.ones((31, 31), np.float32), (40, 36)))
    x = np.arange(1440, dtype=np.float32) % 7
    for given in (made, made.T):
        y = x[: given.shape[1]]
        for again in copies(given):
            assert again.terms == made.terms and np.array_equal(again @ y, given @ y)


def test_what_was_found_out():
    found = toeplix.inspect([1, 2, 1], 9, padding=1)
    assert all(again == found and repr(again) == repr(found) for again in copies(found))
    report = toeplix.verify([1, 2, 1], 9)
    assert all(again == report for again in copies(report))
    where = toeplix.explain([1, 2, 1], 9, entry=(0, 1))
    assert all(again == where for again in copies(where))
