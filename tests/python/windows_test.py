"""toeplix.unfold, fold and im2col against NumPy's windows and PyTorch, exactly."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import toeplix


def random_windows(rng, axes):
    """Kernel, keywords, and an image that has such windows."""
    kernel = tuple(int(each) for each in rng.integers(1, 4, axes))
    keywords = {
        "dilation": tuple(int(each) for each in rng.integers(1, 3, axes)),
        "padding": tuple(int(each) for each in rng.integers(0, 3, axes)),
        "stride": tuple(int(each) for each in rng.integers(1, 4, axes)),
    }
    shape = (int(rng.integers(1, 4)), *(int(each) for each in rng.integers(5, 8, axes)))
    return kernel, keywords, rng.integers(-9, 10, (2, *shape)).astype(np.float64)


def windows_of(x, kernel, dilation, padding, stride):
    """Columns of the windows of one image by NumPy."""
    axes = len(kernel)
    framed = np.pad(x, [(0, 0), *((each, each) for each in padding)])
    spans = tuple((extent - 1) * step + 1 for extent, step in zip(kernel, dilation))
    views = sliding_window_view(framed, spans, axis=tuple(range(1, axes + 1)))
    views = views[(slice(None), *(slice(None, None, step) for step in stride))]
    views = views[(..., *(slice(None, None, step) for step in dilation))]
    # channels, windows, taps -> channels, taps, windows
    order = (0, *range(axes + 1, 2 * axes + 1), *range(1, axes + 1))
    taps = len(x) * int(np.prod(kernel))
    return views.transpose(order).reshape(taps, -1)


def test_unfold_fold_and_the_matrix():
    rng = np.random.default_rng(1)
    for _ in range(200):
        axes = int(rng.integers(1, 4))
        kernel, keywords, x = random_windows(rng, axes)
        expected = np.stack([windows_of(image, kernel, **keywords) for image in x])
        columns = toeplix.unfold(x, kernel, **keywords)
        assert columns.dtype == np.float64 and np.array_equal(columns, expected)
        assert np.array_equal(toeplix.unfold(x[0], kernel, **keywords), expected[0])
        channels, *pixels = x.shape[1:]
        A = toeplix.im2col(pixels, kernel, channels=channels, **keywords)
        assert (A.data == 1).all() and np.diff(A.indptr).max() <= 1 and A.has_canonical_format
        assert np.array_equal(A @ x[0].ravel(), expected[0].ravel())
        y = rng.integers(-9, 10, columns.shape)
        image = toeplix.fold(y, tuple(pixels), kernel, **keywords)
        assert image.shape == x.shape
        assert np.array_equal(image.reshape(2, -1).T, A.T @ y.reshape(2, -1).T)
        assert np.array_equal(toeplix.fold(y[1], tuple(pixels), kernel, **keywords), image[1])


def test_they_are_pytorchs():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(2)
    for _ in range(100):
        kernel, keywords, x = random_windows(rng, 2)
        tensor = torch.from_numpy(x)
        columns = torch.nn.functional.unfold(tensor, kernel, **keywords)
        assert np.array_equal(toeplix.unfold(tensor, kernel, **keywords), columns)
        image = torch.nn.functional.fold(columns, x.shape[2:], kernel, **keywords)
        assert np.array_equal(toeplix.fold(columns, x.shape[2:], kernel, **keywords), image)
        same = torch.nn.functional.unfold(tensor, 2, 1, 2, 3)
        assert np.array_equal(toeplix.unfold(x, 2, 1, 2, 3), same)
        back = torch.nn.functional.fold(same, x.shape[2:], 2, 1, 2, 3)
        assert np.array_equal(toeplix.fold(same, x.shape[2:], 2, 1, 2, 3), back)


def test_types_and_formats():
    x = np.arange(18).reshape(2, 3, 3)
    for dtype in (np.float32, np.complex64, np.complex128):
        columns = toeplix.unfold(x.astype(dtype) * dtype(2), 2)
        assert columns.dtype == dtype and np.array_equal(columns, 2 * toeplix.unfold(x, 2))
    z = x + 1j * x[::-1]
    assert np.array_equal(toeplix.unfold(z, 2).imag, toeplix.unfold(x[::-1], 2))
    A = toeplix.im2col((3, 3), 2, channels=2, dtype=np.float32)
    B = toeplix.im2col((3, 3), 2, channels=2, format="csc")
    assert (A.format, A.dtype, B.format, B.dtype) == ("csr", np.float32, "csc", np.float64)
    assert (A != B).nnz == 0 and A.shape == (8 * 4, 18)
    # What is not finite stays where it is.
    x = np.array([[np.nan, 1, np.inf]])
    assert np.array_equal(toeplix.unfold(x, (2,)), [[np.nan, 1], [1, np.inf]], equal_nan=True)


def test_other_borders():
    A = toeplix.im2col(3, 3, padding=1, boundary="circular")
    assert np.array_equal(A @ [1, 2, 3], [3, 1, 2, 1, 2, 3, 2, 3, 1])
    with pytest.raises(TypeError, match="threads"):
        toeplix.im2col(3, 3, threads="two")


def test_what_is_refused():
    x = np.zeros((2, 6, 6))
    for error, message, call in (
        (toeplix.GeometryError, "2 axes of pixels", lambda: toeplix.unfold(np.zeros(4), 2)),
        (toeplix.GeometryError, "3 axes of pixels", lambda: toeplix.unfold(x, (2, 2, 2))),
        (toeplix.GeometryError, "kernel span 7", lambda: toeplix.unfold(x, 7)),
        (toeplix.GeometryError, "9 rows; expected a multiple of the 4 taps",
         lambda: toeplix.fold(np.zeros((9, 25)), 6, 2)),
        (toeplix.GeometryError, r"expected \(8, 25\) for images of \(6, 6\)",
         lambda: toeplix.fold(np.zeros((8, 24)), 6, 2)),
        (toeplix.GeometryError, "a batch of these", lambda: toeplix.fold(np.zeros(8), 6, 2)),
        (toeplix.GeometryError, "no axes", lambda: toeplix.im2col((), 2)),
        (toeplix.GeometryError, "no axes", lambda: toeplix.unfold(np.ones(3), ())),
        (toeplix.FormatError, "format is 'coo'", lambda: toeplix.im2col(4, 2, format="coo")),
        (TypeError, "complex", lambda: toeplix.im2col(4, 2, dtype=complex)),
        (TypeError, "did you mean 'stride'", lambda: toeplix.unfold(x, 2, strides=2)),
        (TypeError, "expected an integer", lambda: toeplix.unfold(x, 2.5)),
        (toeplix.CapacityError, "memory budget", lambda: toeplix.im2col(99, 9, memory_budget=9)),
    ):
        with pytest.raises(error, match=message):
            call()
