"""toeplix.diagonals against the dense matrix."""

import numpy as np
import pytest
import scipy.sparse
from inspect_test import random_problems

import toeplix


def padded(dense, size):
    """The matrix in blocks of that size, the last of which are padded with zeros."""
    extents = [-(-extent // size) * size for extent in dense.shape]
    result = np.zeros(extents, dense.dtype)
    result[: dense.shape[0], : dense.shape[1]] = dense
    return result


def rebuilt(found, dense):
    """The matrix that the diagonals make up."""
    size = found.size
    result = np.zeros_like(padded(dense, size))
    assert result.shape == (found.block_rows * size, found.block_columns * size)
    for diagonal in found:
        offset, array = diagonal
        assert array.shape == (size,) and 0 <= offset < size
        assert np.array_equal(array[diagonal.rows], diagonal.values)
        rows = np.arange(size)
        result[diagonal.block_row * size + rows,
               diagonal.block_column * size + (rows + offset) % size] += array
    return result


def test_they_make_up_the_matrix():
    rng = np.random.default_rng(6)
    for weights, pixels, keywords in random_problems(100, seed=6):
        A = toeplix.matrix(weights, pixels, **keywords)
        dense = A.toarray()
        for size in (None, int(rng.integers(1, 40))):
            found = toeplix.diagonals(weights, pixels, size=size, **keywords)
            assert found.size == size or found.size == max(dense.shape)
            assert np.array_equal(rebuilt(found, dense), padded(dense, found.size))
            assert len(found) == len(list(found))
            assert sum(len(diagonal.rows) for diagonal in found) == A.nnz
            of_matrix = toeplix.diagonals(A, size=size)
            assert np.array_equal(rebuilt(of_matrix, dense), padded(dense, found.size))
            assert len(of_matrix) == len(found)


def test_a_product_of_rotations():
    rng = np.random.default_rng(7)
    w = rng.integers(-9, 10, (3, 3))
    x = rng.integers(-9, 10, 36)
    found = toeplix.diagonals(w, (6, 6), padding=1)
    y = sum(diagonal * np.roll(x, -offset) for offset, diagonal in found)
    assert np.array_equal(y, toeplix.matrix(w, (6, 6), padding=1) @ x)


def test_every_scalar_keeps_its_type():
    for dtype in (np.float32, np.float64, np.complex64, np.complex128):
        w = np.array([1, 2, 3], dtype)
        for found in (toeplix.diagonals(w, 5), toeplix.diagonals(toeplix.matrix(w, 5))):
            offsets = [diagonal.offset for diagonal in found]
            assert offsets == [0, 1, 2]
            assert all(array.dtype == dtype for _, array in found)


def test_full_diagonals_are_not_copied():
    found = toeplix.diagonals([1, 2], 6, boundary="circular", padding="same_upper")
    diagonal = found[1]
    assert diagonal.dense() is diagonal.values
    assert not diagonal.values.flags.owndata
    assert diagonal.rows.dtype == np.int64


def test_zeros_are_left_out_if_asked():
    assert len(list(toeplix.diagonals([1, 0, 2], 5))) == 3
    for found in (
        toeplix.diagonals([1, 0, 2], 5, prune=True),
        toeplix.diagonals(toeplix.matrix([1, 0, 2], 5), prune=True),
    ):
        assert [diagonal.offset for diagonal in found] == [0, 2]


def test_a_kernel_for_every_pixel():
    w = np.arange(1, 9).reshape(4, 1, 1, 2)
    with pytest.raises(toeplix.GeometryError, match="toeplix.matrix makes its matrix"):
        toeplix.diagonals(w, 5)
    A = toeplix.matrix(w, 5)
    found = toeplix.diagonals(A)
    assert np.array_equal(rebuilt(found, A.toarray()), padded(A.toarray(), 5))


def test_single_diagonals():
    A = toeplix.matrix([1, 2, 3], 5)
    for found in (toeplix.diagonals([1, 2, 3], 5), toeplix.diagonals(A)):
        assert np.array_equal(found[1].values, [2, 2, 2])
        assert len(found[3].rows) == 0 and not found[3].dense().any()
        assert repr(found[1]) == "Diagonal(offset=1, block=(0, 0), 3 entries of 5)"
        assert repr(found) == "<toeplix.Diagonals of 1 x 1 blocks of 5 x 5>"
        for offset in (-1, 5):
            with pytest.raises(IndexError, match="expected 0 to 4"):
                found[offset]
        with pytest.raises(IndexError, match="block_row is 1"):
            found.at(0, 1)
    for blocks in (toeplix.diagonals([1, 2, 3], 5, size=2), toeplix.diagonals(A, size=2)):
        assert blocks.at(1, 0, 0).dense().tolist() == [2, 0]
        assert blocks.at(0, 0, 1).dense().tolist() == [3, 3]
        with pytest.raises(IndexError, match="blocks of 2 x 2"):
            blocks[0]


def test_iterators_are_independent_and_keep_what_they_need():
    found = toeplix.diagonals([1, 2, 3], 5)
    pairs = [(a.offset, b.offset) for a in found for b in found]
    assert pairs == [(a, b) for a in range(3) for b in range(3)]
    walk = iter(toeplix.diagonals([1, 2, 3], 5))
    del found
    assert [diagonal.offset for diagonal in walk] == [0, 1, 2]


def test_a_matrix_that_is_too_large_to_compile():
    found = toeplix.diagonals(np.ones((3, 3)), (2000, 2000), padding=1)
    first = next(iter(found))
    assert first.offset == 0 and len(first.rows) == 4_000_000
    assert len(found) == 9


def test_what_is_refused():
    with pytest.raises(TypeError, match="did you mean 'stride'"):
        toeplix.diagonals([1, 2], 5, strides=2)
    with pytest.raises(TypeError, match="needs the input's pixels"):
        toeplix.diagonals([1, 2])
    with pytest.raises(TypeError, match="needs the weights"):
        toeplix.diagonals("input=5 kernel=2")
    with pytest.raises(ValueError, match="size is 0"):
        toeplix.diagonals([1, 2], 5, size=0)
    with pytest.raises(TypeError, match="no use for padding"):
        toeplix.diagonals(scipy.sparse.eye(3, format="csr"), padding=1)
    with pytest.raises(toeplix.CapacityError, match="memory budget"):
        list(toeplix.diagonals([1, 2], 500, memory_budget=10))
    with pytest.raises(toeplix.CapacityError, match="memory budget"):
        toeplix.diagonals(scipy.sparse.eye(30, format="csr"), memory_budget=10)
