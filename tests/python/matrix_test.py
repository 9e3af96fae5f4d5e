"""toeplix.matrix against plain loops and SciPy, exactly, and what it refuses."""

import numpy as np
import pytest
import scipy.signal
import scipy.sparse

import toeplix


def test_it_is_scipys_convolution():
    rng = np.random.default_rng(1)
    for mode, padding in (("valid", 0), ("same", "same_upper"), ("full", "full")):
        for _ in range(50):
            height, width = rng.integers(5, 12, 2)
            kernel = rng.integers(-9, 10, rng.integers(1, 3, 2) * 2 - 1)
            x = rng.integers(-9, 10, (height, width))
            A = toeplix.matrix(kernel, (height, width), padding=padding, operation="convolution")
            y = scipy.signal.convolve2d(x, kernel, mode=mode)
            assert A.dtype == np.float64
            assert np.array_equal(A @ x.ravel(), y.ravel())


def test_its_arrays_are_what_the_library_wrote():
    A = toeplix.matrix(np.ones((4, 2, 3, 3), np.float32), (9, 8), padding=1)
    assert A.dtype == np.float32 and A.indices.dtype == A.indptr.dtype == np.int32
    assert len(A.data) == len(A.indices) == A.nnz
    assert not A.data.flags.owndata and not A.indices.flags.owndata
    A.check_format(full_check=True)
    assert A.has_canonical_format


def test_out_refills_the_same_memory():
    for format in ("csr", "csc"):
        A = toeplix.matrix([[1, 2], [3, 4]], (5, 5), format=format)
        data = A.data
        other = [[5, 6], [7, 8]]
        assert toeplix.matrix(other, (5, 5), out=A) is A
        assert np.shares_memory(A.data, data)
        assert (A != toeplix.matrix(other, (5, 5))).nnz == 0
    with pytest.raises(toeplix.GeometryError, match="not compiled from this geometry"):
        toeplix.matrix([[1, 2], [3, 4]], (5, 5), out=scipy.sparse.eye(16, 25, format="csr"))


def test_a_wrong_keyword_is_told_the_right_one():
    with pytest.raises(TypeError, match="did you mean 'stride'"):
        toeplix.matrix([1, 2], 5, strides=2)
