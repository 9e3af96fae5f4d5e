"""toeplix.matrix on random geometries: against plain loops, PyTorch and SciPy, exactly."""

import itertools

import numpy as np
import pytest
import scipy.ndimage
from geometries import PAD_MODES, convolve, integers, pick, random_geometry

import toeplix

#: Our boundaries, and what scipy.ndimage calls them.
NDIMAGE_MODES = {
    "zero": "constant",
    "circular": "wrap",
    "reflect": "mirror",
    "symmetric": "reflect",
    "replicate": "nearest",
}
SCALARS = (np.float32, np.float64, np.complex64, np.complex128)


def check_structure(A):
    A.check_format(full_check=True)
    assert A.indices.dtype == A.indptr.dtype
    assert len(A.data) == len(A.indices) == A.nnz
    lines = np.repeat(np.arange(len(A.indptr) - 1), np.diff(A.indptr))
    ascend = np.diff(A.indices) > 0
    assert np.all(ascend | (np.diff(lines) > 0))


def test_it_is_the_convolution_of_plain_loops():
    rng = np.random.default_rng(1)
    for _ in range(150):
        extents, shape, keywords = random_geometry(rng)
        dtype = SCALARS[rng.integers(4)]
        weights = integers(rng, shape, dtype)
        image = integers(rng, (keywords["groups"] * shape[1], *extents), dtype)
        A = toeplix.matrix(weights, extents, **keywords)
        check_structure(A)
        assert A.dtype == dtype
        expected = convolve(image, weights, keywords)
        assert np.array_equal(A @ image.ravel(), expected.ravel())
        flipped = np.flip(weights, range(2, weights.ndim))
        B = toeplix.matrix(flipped, extents, operation="convolution", **keywords)
        assert np.array_equal(B.data, A.data) and np.array_equal(B.indices, A.indices)


def test_entries_are_the_pixels_that_a_kernel_connects():
    rng = np.random.default_rng(2)
    for _ in range(40):
        extents, shape, keywords = random_geometry(rng, axes=int(rng.integers(1, 3)))
        ones = np.ones(shape)
        A = toeplix.matrix(np.zeros(shape), extents, **keywords)
        units = np.eye(A.shape[1]).reshape(A.shape[1], keywords["groups"] * shape[1], *extents)
        columns = [convolve(unit, ones, keywords).ravel() for unit in units]
        assert A.nnz == np.count_nonzero(columns)
        A.data[:] = 1
        assert np.array_equal(A.toarray() != 0, np.transpose(columns) != 0)


def test_formats_types_and_rows_are_the_same_matrix():
    rng = np.random.default_rng(3)
    for _ in range(60):
        extents, shape, keywords = random_geometry(rng)
        weights = integers(rng, shape)
        A = toeplix.matrix(weights, extents, **keywords)
        for dtype, index in itertools.product(SCALARS, (None, np.int32, np.int64)):
            B = toeplix.matrix(weights, extents, dtype=dtype, index_dtype=index, **keywords)
            assert B.dtype == dtype and B.indices.dtype == B.indptr.dtype == (index or np.int32)
            assert np.array_equal(B.data, A.data) and np.array_equal(B.indices, A.indices)
            C = toeplix.matrix(weights, extents, format="csc", dtype=dtype, index_dtype=index,
                               **keywords)
            check_structure(C)
            assert C.format == "csc" and C.dtype == dtype
            assert C.indices.dtype == (index or np.int32)
            assert np.array_equal(C.toarray(), A.toarray())
        first, last = sorted(rng.integers(0, A.shape[0] + 1, 2))
        part = toeplix.matrix(weights, extents, rows=(first, last), **keywords)
        check_structure(part)
        assert part.shape == (last - first, A.shape[1])
        assert np.array_equal(part.toarray(), A.toarray()[first:last])
        part = toeplix.matrix(weights, extents, rows=[first, last], format="csc", **keywords)
        assert part.format == "csc" and np.array_equal(part.toarray(), A.toarray()[first:last])


def test_pruning_leaves_out_zeros_alone():
    rng = np.random.default_rng(4)
    for _ in range(60):
        extents, shape, keywords = random_geometry(rng)
        weights = rng.integers(-1, 2, shape)
        A = toeplix.matrix(weights, extents, **keywords)
        for format in ("csr", "csc"):
            B = toeplix.matrix(weights, extents, prune=True, format=format, **keywords)
            check_structure(B)
            assert B.nnz == np.count_nonzero(A.data)
            assert np.array_equal(B.toarray(), A.toarray())


def test_out_refills_any_matrix():
    rng = np.random.default_rng(5)
    for _ in range(60):
        extents, shape, keywords = random_geometry(rng)
        format = str(rng.choice(["csr", "csc"]))
        index = (np.int32, np.int64)[rng.integers(2)]
        dtype = SCALARS[rng.integers(4)]
        A = toeplix.matrix(np.zeros(shape), extents, format=format, index_dtype=index, dtype=dtype,
                           **keywords)
        indices = A.indices.copy()
        weights = integers(rng, shape)
        assert toeplix.matrix(weights, extents, out=A, **keywords) is A
        B = toeplix.matrix(weights, extents, format=format, dtype=dtype, **keywords)
        assert A.dtype == dtype and np.array_equal(A.indices, indices)
        assert np.array_equal(A.data, B.data) and np.array_equal(A.indices, B.indices)


def test_the_transposed_convolution_is_the_transposed_matrix():
    rng = np.random.default_rng(6)
    for _ in range(100):
        extents, shape, keywords = random_geometry(rng)
        weights = integers(rng, shape)
        A = toeplix.matrix(weights, extents, **keywords)
        spans = [(k - 1) * d + 1 for k, d in zip(shape[2:], keywords["dilation"])]
        padded = [n + sum(sides) for n, sides in zip(extents, keywords["padding"])]
        left_over = [(n - span) % s for n, span, s in zip(padded, spans, keywords["stride"])]
        output = [(n - span) // s + 1 for n, span, s in zip(padded, spans, keywords["stride"])]
        T = toeplix.matrix(weights, output, transposed=True, output_padding=left_over, **keywords)
        check_structure(T)
        assert np.array_equal(T.toarray(), A.toarray().T)


def as_order(array, order):
    """An array of (channels, pixels...) laid out in an order, flat."""
    if order == "channels_last":
        array = np.moveaxis(array, 0, -1)
    if order == "column_major":
        array = array.transpose(0, *range(array.ndim - 1, 0, -1))
    return array.ravel()


def test_orders_of_images_and_weights():
    rng = np.random.default_rng(7)
    for _ in range(60):
        extents, shape, keywords = random_geometry(rng)
        weights = integers(rng, shape)
        image = integers(rng, (keywords["groups"] * shape[1], *extents))
        y = convolve(image, weights, keywords)
        for order in ("channels_first", "channels_last", "column_major"):
            for weights_order, given in (
                ("oihw", weights),
                ("hwio", np.moveaxis(weights, (1, 0), (-2, -1))),
                ("ohwi", np.moveaxis(weights, 1, -1)),
            ):
                A = toeplix.matrix(given, extents, order=order, weights_order=weights_order,
                                   **keywords)
                assert np.array_equal(A @ as_order(image, order), as_order(y, order))


def test_depthwise_weights_of_tensorflow():
    rng = np.random.default_rng(8)
    weights, image = integers(rng, (3, 3, 4, 2)), integers(rng, (4, 7, 6))  # h, w, i, multiplier
    usual = weights.transpose(2, 3, 0, 1).reshape(8, 1, 3, 3)
    A = toeplix.matrix(weights, (7, 6), weights_order="hwim")
    assert np.array_equal(A.toarray(), toeplix.matrix(usual, (7, 6), groups=4).toarray())
    assert A.shape == (8 * 5 * 4, image.size)


def test_a_kernel_for_every_pixel():
    rng = np.random.default_rng(9)
    for _ in range(60):
        extents, shape, keywords = random_geometry(rng, axes=int(rng.integers(1, 3)))
        image = integers(rng, (keywords["groups"] * shape[1], *extents))
        output = convolve(image, np.ones(shape), keywords).shape[1:]
        weights = integers(rng, (*output, *shape))
        A = toeplix.matrix(weights, extents, **keywords)
        check_structure(A)
        y = (A @ image.ravel()).reshape(shape[0], *output)
        for at in itertools.product(*map(range, output)):
            expected = convolve(image, weights[at], keywords)[(slice(None), *at)]
            assert np.array_equal(y[(slice(None), *at)], expected)


def test_texts_say_the_same_as_keywords():
    rng = np.random.default_rng(10)
    weights = integers(rng, (4, 3, 3, 2))
    A = toeplix.matrix(weights, (9, 8), stride=(2, 1), padding=((1, 2), (0, 1)),
                       boundary=("reflect", "circular"))
    text = "input=9,8 kernel=3,2 in=3 out=4 stride=2,1 padding=1:2,0:1 boundary=reflect,circular"
    for given in (weights, weights.ravel()):
        B = toeplix.matrix(given, text)
        assert np.array_equal(B.toarray(), A.toarray())
    C = toeplix.matrix(weights, text, format="csc", dtype=np.float32)
    assert C.format == "csc" and C.dtype == np.float32 and np.array_equal(C.toarray(), A.toarray())
    T = toeplix.matrix(integers(rng, (2, 2)), "transposed input=3,3 kernel=2,2 stride=2")
    assert T.shape == (36, 9)


def test_words_for_padding():
    for stride in (1, 2):
        for word in ("same_upper", "same_lower", "same_tf", "full"):
            A = toeplix.matrix(np.ones((2, 3)), (6, 7), padding=word, stride=stride)
            if word == "full":
                assert A.shape[0] == -(-7 // stride) * -(-9 // stride)
            else:
                assert A.shape[0] == -(-6 // stride) * -(-7 // stride)
    same = toeplix.matrix(np.ones((3, 3)), (6, 7), padding="same")
    one = toeplix.matrix(np.ones((3, 3)), (6, 7), padding=1)
    assert np.array_equal(same.toarray(), one.toarray())
    valid = toeplix.matrix(np.ones((3, 3)), (6, 7), padding="valid")
    assert np.array_equal(valid.toarray(), toeplix.matrix(np.ones((3, 3)), (6, 7)).toarray())


@pytest.mark.parametrize("boundary", PAD_MODES)
def test_it_is_scipys_filter(boundary):
    rng = np.random.default_rng(11)
    for _ in range(60):
        axes = int(rng.integers(1, 4))
        extents = pick(rng, axes, 5, 7)
        kernel = tuple(2 * half + 1 for half in pick(rng, axes, 0, 2))
        weights, image = integers(rng, kernel), integers(rng, extents)
        for operation, function in (("correlation", scipy.ndimage.correlate),
                                    ("convolution", scipy.ndimage.convolve)):
            A = toeplix.matrix(weights, extents, padding="same_upper", boundary=boundary,
                               operation=operation)
            expected = function(image, weights, mode=NDIMAGE_MODES[boundary])
            assert np.array_equal(A @ image.ravel(), expected.ravel())
