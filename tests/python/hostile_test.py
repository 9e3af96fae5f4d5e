"""Sparse matrices whose arrays are not those of a matrix: refused, where SciPy would crash."""

import numpy as np
import pytest
import scipy.sparse
from refusals import refused

import toeplix

FAR = 10**8

#: indices and indptr of a matrix of 2 x 2, data being 1 to 4.
WRONG = {
    "a negative index": ([-1, 0, 1, 0], [0, 2, 4]),
    "an index far below": ([-FAR, 0, 1, 0], [0, 2, 4]),
    "an index far above": ([FAR, 0, 1, 0], [0, 2, 4]),
    "a pointer that decreases": ([0, 1, 0, 1], [0, FAR, 4]),
    "a last pointer far above": ([0, 1, 0, 1], [0, 2, FAR]),
    "a last pointer far below": ([0, 1, 0, 1], [0, 4, -FAR]),
    "pointers that begin far above": ([0, 1, 0, 1], [FAR, FAR, FAR]),
    "no entries, between far pointers": ([0, 1, 0, 1], [0, FAR, 0]),
    "too few pointers": ([0, 1, 0, 1], [0, 4]),
    "no pointers": ([0, 1, 0, 1], []),
    "too few indices": ([0], [0, 2, 4]),
    "indices of 2 axes": ([[0, 1], [0, 1]], [0, 2, 4]),
    "indices that wrap": (np.array([2**63, 1, 0, 1], np.uint64), [0, 2, 4]),
    "indices that are no integers": ([0.0, 1.0, 0.0, 1.0], [0, 2, 4]),
}

FUNCTIONS = {
    "inspect": toeplix.inspect,
    "plot": toeplix.plot,
    "page": toeplix.page,
    "diagonals": toeplix.diagonals,
    "AffineMap": toeplix.AffineMap,
}
if toeplix._core.has_solvers:
    b = np.ones(2)
    FUNCTIONS["least_squares"] = lambda A: toeplix.least_squares(A, b)
    FUNCTIONS["solve_square"] = lambda A: toeplix.solve_square(A, b)
    FUNCTIONS["tikhonov"] = lambda A: toeplix.tikhonov([1], 2, b, lambda_=1, regularizer=A)


def with_arrays(format, indices, indptr, data=(1.0, 2.0, 3.0, 4.0)):
    made = scipy.sparse.csr_matrix((2, 2)).asformat(format)
    made.data, made.indices, made.indptr = (np.array(each) for each in (data, indices, indptr))
    if not made.indptr.size:
        made.indptr = made.indptr.astype(int)
    return made


@pytest.mark.parametrize("ask", FUNCTIONS.values(), ids=FUNCTIONS.keys())
@pytest.mark.parametrize("format", ["csr", "csc"])
@pytest.mark.parametrize("arrays", WRONG.values(), ids=WRONG.keys())
def test_arrays_that_are_no_matrix(arrays, format, ask):
    refused("are not those of a matrix", lambda: ask(with_arrays(format, *arrays)))
    flagged = with_arrays(format, *arrays)
    flagged.has_canonical_format = True
    refused("are not those of a matrix", lambda: ask(flagged))


def test_blocks_and_pairs_that_are_no_matrix():
    blocks = scipy.sparse.bsr_matrix(np.ones((4, 4)), blocksize=(2, 2))
    blocks.indices = np.array([0, FAR, 0, 1])
    refused("indices that are not", lambda: toeplix.inspect(blocks))
    blocks = scipy.sparse.bsr_matrix(np.ones((4, 4)), blocksize=(2, 2))
    blocks.data = np.ones((4, 3, 3))
    refused("indptr that are not", lambda: toeplix.inspect(blocks))
    for name in ("row", "col"):
        for wrong in (-FAR, FAR):
            pairs = scipy.sparse.coo_matrix(np.eye(2))
            setattr(pairs, name, np.array([0, wrong]))
            refused(f"{name} that are not", lambda made=pairs: toeplix.inspect(made))
    pairs = scipy.sparse.coo_matrix(np.eye(2))
    pairs.data = np.ones(1)
    refused("row, col or data that are not", lambda: toeplix.AffineMap(pairs))


@pytest.mark.parametrize("format", ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
def test_every_format_is_taken(format):
    A = scipy.sparse.random(6, 4, 0.5, random_state=1, format=format)
    assert np.array_equal(toeplix.AffineMap(A).A.toarray(), A.toarray())
    assert toeplix.inspect(A).nnz == A.tocsr().nnz


@pytest.mark.parametrize("format", ["csr", "csc"])
def test_what_a_matrix_says_of_its_order_may_no_longer_be_so(format):
    A = with_arrays(format, [1, 0, 1, 1], [0, 2, 4])
    expected = A.toarray()
    A.has_sorted_indices = A.has_canonical_format = True
    made = toeplix.AffineMap(A).A
    assert made.has_canonical_format and made.nnz == 3
    assert made.indices.tolist() == toeplix.AffineMap(expected).A.indices.tolist()
    assert np.array_equal(made.toarray(), expected)
    assert toeplix.inspect(A).nnz == 3
    assert A.indices.tolist() == [1, 0, 1, 1] and A.nnz == 4  # is left as it was


def off_by_a_byte(array):
    """The same numbers, where the processor may have to read them in two steps."""
    memory = np.zeros(array.nbytes + 1, np.uint8)[1:]
    moved = memory.view(array.dtype).reshape(array.shape)
    moved[...] = array
    assert not moved.flags.aligned
    return moved


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_arrays_that_are_not_aligned(dtype):
    w = np.arange(4).reshape(2, 2).astype(dtype)
    x = np.arange(400).astype(dtype)
    expected = toeplix.matrix(w, (20, 20)) @ x
    assert np.array_equal(toeplix.matrix(off_by_a_byte(w), (20, 20)) @ x, expected)
    assert toeplix._arguments.as_array(off_by_a_byte(w), "w").flags.aligned
    op = toeplix.operator(w, (20, 20))
    assert np.array_equal(op @ off_by_a_byte(x), expected)
    A = toeplix.matrix(w, (20, 20))
    A.data = off_by_a_byte(A.data)
    refused("leave it out", lambda: toeplix.matrix(w, (20, 20), out=A))


def test_products_hand_over_aligned_images(monkeypatch):
    seen = []

    class Core:
        def apply(self, x, y):
            seen.append(x.flags.aligned and x.flags.c_contiguous)

    op = toeplix.operator([[1.0, 2.0], [3.0, 4.0]], (3, 3))
    monkeypatch.setattr(op, "_core_of", lambda dtype: Core())
    op @ off_by_a_byte(np.zeros(9))
    assert seen == [True]


def test_rows_of_a_matrix_to_be_filled():
    w = [[1, 2], [3, 4]]
    A = toeplix.matrix(w, (3, 3))
    rows = np.array([0, 1])
    refused("^out is a whole", lambda: toeplix.matrix(w, (3, 3), out=A, rows=rows), TypeError)
