"""toeplix.average_pool, pad and resize against NumPy, plain loops and PyTorch."""

from fractions import Fraction
from itertools import product
from math import floor, prod

import numpy as np
import pytest

import toeplix

#: Rounding of a mean, or of coordinates.
ROUNDING = 1e-14


def extents(rng, axes, low, high):
    return tuple(int(each) for each in rng.integers(low, high + 1, axes))


def check_structure(A, expected):
    """No entry is zero, none is missing."""
    A.check_format(full_check=True)
    assert A.has_canonical_format and (A.data != 0).all()
    assert np.array_equal(A.toarray() != 0, expected != 0)


def kronecker(tables):
    result = np.ones((1, 1))
    for table in tables:
        result = np.kron(result, table)
    return result


def test_frames_are_numpys():
    modes = {"zero": "constant", "circular": "wrap", "reflect": "reflect",
             "symmetric": "symmetric", "replicate": "edge"}
    rng = np.random.default_rng(1)
    for _ in range(200):
        shape = extents(rng, int(rng.integers(1, 4)), 2, 5)
        boundary = str(rng.choice(list(modes)))
        # NumPy before 1.25 wraps wrongly by more than the array.
        most = min(shape) if boundary == "circular" else 4
        sides = [extents(rng, 2, 0, most) for _ in shape]
        A = toeplix.pad(shape, sides, boundary=boundary)
        x = rng.integers(1, 100, shape)
        expected = np.pad(x, sides, mode=modes[boundary])
        assert np.array_equal(A @ x.ravel(), expected.ravel()), (shape, sides, boundary)
        assert (A.data == 1).all() and A.nnz == (expected != 0).sum()
    assert np.array_equal(toeplix.pad(4, -1) @ [1, 2, 3, 4], [2, 3])
    mixed = toeplix.pad((2, 2), [1, (0, 1)], boundary=("zeros", "replicate"))
    assert np.array_equal(
        (mixed @ [1, 2, 3, 4]).reshape(4, 3), [[0, 0, 0], [1, 2, 2], [3, 4, 4], [0, 0, 0]]
    )


def pooled(extent, kernel, stride, sides, ceil, dilation):
    """The windows of one axis: pixels that each reads, and how many count with padding."""
    span = (kernel - 1) * dilation + 1
    end = extent + sum(sides)
    found, start = [], 0
    begins = extent + sides[0]  # within the image or its lower padding
    while start + span <= end or (ceil and start < begins and start - stride + span < end):
        taps = [start + tap * dilation for tap in range(kernel)]
        counted = sum(tap < end for tap in taps)
        found.append(([tap - sides[0] for tap in taps if 0 <= tap - sides[0] < extent], counted))
        start += stride
    return found


def test_means_of_windows():
    rng = np.random.default_rng(2)
    tried = 0
    for _ in range(200):
        axes = int(rng.integers(1, 3))
        pixels, kernel = extents(rng, axes, 4, 7), extents(rng, axes, 1, 3)
        stride, dilation = extents(rng, axes, 1, 3), extents(rng, axes, 1, 2)
        sides = [extents(rng, 2, 0, each // 2) for each in kernel]
        ceil, include, channels = bool(rng.integers(2)), bool(rng.integers(2)), 2
        windows = [pooled(*each) for each in
                   zip(pixels, kernel, stride, sides, [ceil] * axes, dilation)]
        expected = []
        for window in product(*windows):
            row = np.zeros(pixels)
            row[np.ix_(*(taps for taps, _ in window))] = 1
            count = prod(counted if include else len(taps) for taps, counted in window)
            expected.append(row.ravel() / max(count, 1))
        options = {"stride": stride, "padding": sides, "dilation": dilation,
                   "channels": channels, "ceil_mode": ceil, "count_include_pad": include}
        if not expected:
            with pytest.raises(toeplix.GeometryError, match="kernel span"):
                toeplix.average_pool(pixels, kernel, **options)
        if not expected or any(not row.any() for row in expected):
            continue
        tried += 1
        A = toeplix.average_pool(pixels, kernel, **options)
        expected = np.kron(np.eye(channels), np.array(expected))
        assert A.shape == expected.shape
        check_structure(A, expected)
        assert np.abs(A.toarray() - expected).max() < ROUNDING
    assert tried > 100


def resampled(extent, length, mode, align):
    """One axis by fractions."""
    table = np.zeros((length, extent))
    for o in range(length):
        if mode == "nearest":
            table[o, floor(Fraction(o * extent, length))] = 1
        elif mode == "nearest-exact":
            table[o, floor((o + Fraction(1, 2)) * Fraction(extent, length))] = 1
        else:
            if align:
                place = Fraction(o * (extent - 1), length - 1) if length > 1 else Fraction(0)
            else:
                place = (o + Fraction(1, 2)) * Fraction(extent, length) - Fraction(1, 2)
            place = max(place, Fraction(0))
            low = floor(place)
            table[o, min(low, extent - 1)] += float(1 - (place - low))
            table[o, min(low + 1, extent - 1)] += float(place - low)
    return table


def test_resampling():
    rng = np.random.default_rng(3)
    for _ in range(200):
        axes = int(rng.integers(1, 4))
        shape, size = extents(rng, axes, 1, 6), extents(rng, axes, 1, 8)
        mode = str(rng.choice(["nearest", "nearest-exact", "linear"]))
        align = bool(mode == "linear" and rng.integers(2))
        A = toeplix.resize(shape, size, mode=mode, align_corners=align)
        expected = kronecker(
            [resampled(*each, mode, align) for each in zip(shape, size)]
        )
        check_structure(A, expected)
        assert np.abs(A.toarray() - expected).max() < ROUNDING
    for mode in ("nearest", "nearest-exact", "linear"):
        by_scale = toeplix.resize((3, 4), scale_factor=2, mode=mode)
        assert (by_scale != toeplix.resize((3, 4), size=(6, 8), mode=mode)).nnz == 0
    assert toeplix.resize(5, scale_factor=0.5).shape == (2, 5)
    assert toeplix.resize((5, 5), 2).shape == (4, 25)


def test_the_words_of_onnx():
    x = np.array([10, 20, 30, 40])
    for nearest, coordinates, expected in (
        (None, None, [10, 30]),
        ("ceil", "half_pixel", [20, 40]),
        ("floor", "half_pixel", [10, 30]),
        ("round_prefer_floor", "half_pixel", [10, 30]),
        ("round_prefer_ceil", "half_pixel", [20, 40]),
        ("floor", "align_corners", [10, 40]),
        ("floor", "asymmetric", [10, 30]),
    ):
        A = toeplix.resize(4, 2, nearest=nearest, coordinates=coordinates)
        assert list(A @ x) == expected, (nearest, coordinates)
    for coordinates, expected in (("half_pixel", [10, 30]), ("half_pixel_symmetric", [20, 30])):
        # 2 pixels of 2.8, which are moved to the centre, or not.
        A = toeplix.resize(
            4, scale_factor=0.7, nearest="round_prefer_floor", coordinates=coordinates
        )
        assert list(A @ x) == expected
    assert list(toeplix.resize(3, 1, mode="linear") @ x[:3]) == [20]
    one = toeplix.resize(3, 1, mode="linear", coordinates="pytorch_half_pixel")
    assert list(one @ x[:3]) == [10]


def test_they_are_pytorchs():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(4)
    for _ in range(60):
        x = torch.from_numpy(rng.integers(-9, 10, (1, 2, 6, 7)).astype(np.float64))
        kernel = extents(rng, 2, 1, 3)
        A = toeplix.average_pool((6, 7), kernel, channels=2)
        y = torch.nn.functional.avg_pool2d(x, kernel)
        assert np.abs(A @ x.ravel().numpy() - y.ravel().numpy()).max() < 1e-13
        size = extents(rng, 2, 1, 12)
        for mode, ours in (("nearest", "nearest"), ("bilinear", "linear")):
            y = torch.nn.functional.interpolate(x, size, mode=mode)
            A = toeplix.resize((2, 6, 7), (2, *size), mode=ours)
            assert np.abs(A @ x.ravel().numpy() - y.ravel().numpy()).max() < 1e-13


def test_types_and_formats():
    calls = (
        lambda **options: toeplix.average_pool((6, 6), 2, channels=2, **options),
        lambda **options: toeplix.pad((3, 4), 1, boundary="reflect", **options),
        lambda **options: toeplix.resize((3, 4), (5, 5), mode="linear", **options),
    )
    for call in calls:
        whole = call(threads=1)
        assert (whole.dtype, whole.format, whole.indices.dtype) == (np.float64, "csr", np.int32)
        assert not whole.data.flags.owndata
        by_columns = call(format="csc", dtype=np.float32)
        assert (by_columns.dtype, by_columns.format) == (np.float32, "csc")
        by_columns.check_format(full_check=True)
        assert np.array_equal(by_columns.toarray(), whole.toarray().astype(np.float32))
        with pytest.raises(toeplix.CapacityError, match="memory budget"):
            call(memory_budget=10)
        with pytest.raises(TypeError, match="complex"):
            call(dtype=complex)
    wide = toeplix.average_pool(2**20, 1, stride=2**20 - 1, channels=2**12)
    assert wide.indices.dtype == wide.indptr.dtype == np.int64 and wide.nnz == 2**13
    assert wide.indices[-1] == 2**32 - 1


def test_what_is_refused():
    for error, message, call in (
        (toeplix.GeometryError, "one of size and scale_factor", lambda: toeplix.resize(4)),
        (toeplix.GeometryError, "one of size", lambda: toeplix.resize(4, 2, scale_factor=2)),
        (toeplix.FormatError, "mode is 'cubic'", lambda: toeplix.resize(4, 2, mode="cubic")),
        (toeplix.FormatError, "nearest is 'up'", lambda: toeplix.resize(4, 2, nearest="up")),
        (toeplix.GeometryError, "align_corners", lambda: toeplix.resize(4, 2, align_corners=True)),
        (TypeError, "expected a number", lambda: toeplix.resize(4, scale_factor="two")),
        (toeplix.GeometryError, "scale", lambda: toeplix.resize(4, scale_factor=-1)),
        (toeplix.GeometryError, "scale", lambda: toeplix.resize(4, scale_factor=float("nan"))),
        (toeplix.GeometryError, "", lambda: toeplix.resize((4, 4), (1, 2, 3))),
        (toeplix.FormatError, "boundary is 'wrap'", lambda: toeplix.pad(4, 1, boundary="wrap")),
        (TypeError, "expected numbers", lambda: toeplix.pad(4, "same_upper")),
        (toeplix.GeometryError, "or a pair", lambda: toeplix.pad(4, [(1, 2, 3)])),
        (toeplix.GeometryError, "", lambda: toeplix.pad(4, (1, 2, 3))),
        (toeplix.GeometryError, "", lambda: toeplix.pad(4, -2)),
        (toeplix.GeometryError, "", lambda: toeplix.average_pool(4, 5)),
        (toeplix.GeometryError, "padding", lambda: toeplix.average_pool(4, 2, padding=-1)),
        (TypeError, "did you mean 'stride'", lambda: toeplix.average_pool(4, 2, strides=1)),
        (toeplix.FormatError, "format is 'coo'", lambda: toeplix.average_pool(4, 2, format="coo")),
        (toeplix.Error, "integer of 64 bits", lambda: toeplix.average_pool(2**70, 2)),
        (toeplix.CapacityError, "limit of 2", lambda: toeplix.pad(3, 2**40)),
        (toeplix.Error, "threads", lambda: toeplix.pad(4, 1, threads=-1)),
    ):
        with pytest.raises(error, match=message):
            call()
