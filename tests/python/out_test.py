"""What `out` of toeplix.matrix must be: whatever else it is, nothing breaks."""

import numpy as np
import pytest
import scipy.sparse
from refusals import refused

import toeplix


def whole(**keywords):
    return toeplix.matrix(np.ones((3, 3)), (9, 8), **keywords)


def refill(out, weights=((1, 2, 3), (4, 5, 6), (7, 8, 9)), **keywords):
    return toeplix.matrix(weights, (9, 8), out=out, **keywords)


def test_out_that_is_no_such_matrix_is_refused():
    for out in (np.zeros((42, 72)), [1], "A", 3, whole().tocoo(), whole().tolil()):
        refused("out is .*; expected a csr_matrix or a csc_matrix", lambda: refill(out), TypeError)
    refused(r"out has the shape \(42, 73\); expected \(42, 72\)",
            lambda: refill(scipy.sparse.csr_matrix((42, 73))))
    refused(r"out has the shape \(72, 42\); expected \(42, 72\)", lambda: refill(whole().T))
    refused("out holds int64; expected one of float32, float64",
            lambda: refill(whole().astype(np.int64)), TypeError)
    refused("out holds float32, and the weights are float64",
            lambda: refill(whole(dtype="f4"), dtype="f8"), TypeError)
    refused("weights is complex .complex128., and dtype float64 is real",
            lambda: refill(whole(), np.full((3, 3), 1j)), TypeError)
    for keywords in ({"format": "csc"}, {"rows": (0, 3)}, {"prune": True},
                     {"index_dtype": np.int32}):
        refused("out is a whole matrix", lambda: refill(whole(), **keywords), TypeError)
    frozen = whole()
    frozen.data = frozen.data.copy()
    frozen.data.flags.writeable = False
    refused("out has values that are read-only", lambda: refill(frozen), toeplix.Error)
    assert np.all(frozen.data == 1)
    A = whole()
    refused("weights.*share|share.*weights|weights.*memory",
            lambda: refill(A, A.data[:9].reshape(3, 3)))


def damaged(name, damage, **keywords):
    """A matrix with an array that is not what was compiled."""
    out = whole(**keywords)
    setattr(out, name, damage(getattr(out, name).copy()))
    return out


def put(at, value):
    def change(array):
        array[at] = value
        return array

    return change


@pytest.mark.parametrize("format", ["csr", "csc"])
def test_out_of_another_structure_is_refused(format):
    for name, damage in (
        ("data", lambda array: array[:-1]),
        ("data", lambda array: np.append(array, 1)),
        ("data", lambda array: np.repeat(array, 2)[::2]),
        ("data", lambda array: np.stack([array, array], 1)),
        ("indices", lambda array: array[:-1]),
        ("indices", lambda array: array[::-1]),
        ("indices", lambda array: array[::-1].copy()),
        ("indices", lambda array: array.astype(np.int64)),
        ("indices", lambda array: array.astype(">i4")),
        ("indices", lambda array: array.astype(np.float64)),
        ("indices", lambda array: np.full_like(array, 2**31 - 1)),
        ("indices", lambda array: np.full_like(array, -1)),
        ("indptr", lambda array: array[:-1]),
        ("indptr", lambda array: np.full_like(array, array[-1])),
        ("indptr", lambda array: np.full_like(array, 2**31 - 1)),
        ("indptr", lambda array: np.full_like(array, -(2**31))),
        ("indptr", lambda array: np.zeros_like(array)),
        ("indptr", lambda array: array[::-1].copy()),
        ("indptr", lambda array: array + 1),
        ("indptr", put(0, 1)),
        ("indptr", put(-1, 2**31 - 1)),
        ("indptr", put(1, -5)),
        ("indptr", put(1, 2**31 - 1)),
    ):
        out = damaged(name, damage, format=format)
        values = np.array(out.data)
        refused("not compiled from this geometry", lambda: refill(out))
        assert np.array_equal(out.data, values)


def test_hostile_pointers_between_samples_break_nothing():
    """Rows in between are not looked at: the values are written where the geometry says."""
    expected = refill(whole()).data
    for value in (-5, 2**31 - 1, 0):
        for at in range(2, 42):
            out = damaged("indptr", put(at, value))
            try:
                refill(out)
            except toeplix.GeometryError:
                assert np.all(out.data == 1)
            else:
                assert np.array_equal(out.data, expected)


def test_columns_that_are_not_sorted_are_refused():
    out = whole()
    order = np.concatenate([np.arange(i, j)[::-1] for i, j in zip(out.indptr[:-1], out.indptr[1:])])
    out.indices = out.indices[order]
    refused("not compiled from this geometry", lambda: refill(out))
