"""toeplix.affine of weights and lists of maps, and AffineMap, exactly, by NumPy and SciPy alone."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse

import toeplix
from toeplix import AffineMap, CapacityError
from toeplix._affine_map import _combine, converted


def random_map(rng, inputs, outputs, dtype=np.float64):
    """Small integers, a third of them stored, some of these zeros."""
    A = scipy.sparse.random(outputs, inputs, 0.3, "csr", random_state=rng)
    A.data = rng.integers(-3, 4, A.nnz).astype(dtype)
    return AffineMap(A.astype(dtype), rng.integers(-9, 10, outputs).astype(dtype))


def pattern(matrix):
    """Ones where entries are stored."""
    return scipy.sparse.csr_matrix(
        (np.ones(matrix.nnz), matrix.indices, matrix.indptr), matrix.shape
    ).toarray()


def test_a_convolution_with_a_bias():
    rng = np.random.default_rng(1)
    for _ in range(200):
        axes = int(rng.integers(1, 4))
        groups, transposed = int(rng.integers(1, 3)), bool(rng.integers(2))
        per_group = rng.integers(1, 3, 2)
        kernel = tuple(rng.integers(1, 4, axes))
        geometry = {
            "stride": tuple(rng.integers(1, 3, axes)),
            "padding": tuple(rng.integers(0, 2, axes)),
            "groups": groups,
            "transposed": transposed,
        }
        w = rng.integers(-3, 4, (groups * per_group[0], per_group[1], *kernel))
        outputs = groups * per_group[1] if transposed else w.shape[0]
        bias = rng.integers(-9, 10, outputs)
        pixels = tuple(rng.integers(3, 5, axes))
        layer = toeplix.affine(w, pixels, bias=bias, **geometry)
        A = toeplix.matrix(w, pixels, **geometry)
        assert np.array_equal(layer.A.indptr, A.indptr)
        assert np.array_equal(layer.A.indices, A.indices) and np.array_equal(layer.A.data, A.data)
        assert layer.output_shape[0] == outputs and layer.input_shape[1:] == pixels
        x = rng.integers(-9, 10, (3, *layer.input_shape))
        expected = (A @ x.reshape(3, -1).T).T.reshape(3, *layer.output_shape)
        expected = expected + bias.reshape(1, -1, *[1] * axes)
        assert np.array_equal(layer(x), expected)


def test_a_padding_value():
    rng = np.random.default_rng(2)
    for _ in range(50):
        w, x = rng.integers(-3, 4, (2, 1, 3, 2)), rng.integers(-9, 10, (4, 5))
        layer = toeplix.affine(w, (4, 5), padding=((1, 2), (0, 3)), padding_value=7)
        framed = np.pad(x, ((1, 2), (0, 3)), constant_values=7)
        assert np.array_equal(layer(x), toeplix.affine(w, framed.shape)(framed))
    text = toeplix.affine([1, 2, 4], "input=3 kernel=3 padding=1 padding_value=5", bias=[100])
    assert list(text.b) == [105, 100, 120]


def test_it_shares_the_arrays_of_the_library():
    layer = toeplix.affine(np.ones((4, 2, 3, 3), np.float32), (9, 8), padding=1)
    assert layer.A is layer.A and layer.A.dtype == layer.b.dtype == layer.dtype == np.float32
    again = layer.with_shapes(layer.input_shape, (4 * 9 * 8,)).with_name("flat")
    for name in ("data", "indices", "indptr"):
        mine = getattr(layer.A, name)
        assert not mine.flags.owndata and np.shares_memory(mine, getattr(again.A, name))
    assert again.output_shape == (288,) and again.name == "flat" and layer.name != "flat"
    assert layer.A.indices.dtype == layer.A.indptr.dtype == np.int32
    data, b = layer.A.data, again.b
    del layer, again  # the arrays keep their memory
    assert (data == 1).all() and not b.any()


def test_images_in_every_form():
    layer = toeplix.affine([[1, 2], [3, 4]], (3, 3), bias=[1])
    x = np.arange(9)
    flat = layer.A @ x + layer.b
    for form, expected in (
        ((9,), (4,)),
        ((3, 3), (2, 2)),
        ((1, 3, 3), (1, 2, 2)),
    ):
        y = layer(x.reshape(form))
        assert y.shape == expected and np.array_equal(y.ravel(), flat)
        batch = layer(np.stack([x.reshape(form)] * 5), threads=1)
        assert batch.shape == (5, *expected) and np.array_equal(batch[4].ravel(), flat)
    assert layer(np.zeros((0, 1, 3, 3))).shape == (0, 1, 2, 2)
    last = toeplix.affine([[1, 2], [3, 4]], (3, 3), bias=[1], order="channels_last")
    assert last.output_shape == (2, 2, 1)
    assert np.array_equal(last(x.reshape(3, 3)), flat.reshape(2, 2))
    assert np.array_equal(layer(np.arange(18)[::2][::-1] // 2), layer(x[::-1]))
    with pytest.raises(toeplix.GeometryError, match=r"x has the shape \(4, 3\)"):
        layer(np.zeros((4, 3)))
    with pytest.raises(TypeError, match="complex"):
        layer(1j * x)


def test_what_maps_make_together():
    rng = np.random.default_rng(3)
    for _ in range(100):
        i, k, o = (int(each) for each in rng.integers(1, 8, 3))
        inner, outer, other = random_map(rng, i, k), random_map(rng, k, o), random_map(rng, k, o)
        a, b, c = (each.A.toarray() for each in (inner, outer, other))
        product = outer @ inner
        assert np.array_equal(product.A.toarray(), b @ a)
        assert np.array_equal(product.b, b @ inner.b + outer.b)
        assert np.array_equal(pattern(product.A), pattern(outer.A) @ pattern(inner.A) > 0)
        total = outer + other
        assert np.array_equal(total.A.toarray(), b + c)
        assert np.array_equal(total.b, outer.b + other.b)
        assert np.array_equal(pattern(total.A), pattern(outer.A) + pattern(other.A) > 0)
        joined = AffineMap.concatenate([outer, other])
        assert np.array_equal(joined.A.toarray(), np.vstack([b, c]))
        assert joined.output_shape == (2 * o,)
        for made in (AffineMap.chain([inner, joined]), toeplix.affine([inner, [joined]])):
            assert np.array_equal(made.A.toarray(), np.vstack([b, c]) @ a)
            assert np.array_equal(made.b, np.vstack([b, c]) @ inner.b + joined.b)


def test_concatenation_along_every_axis():
    rng = np.random.default_rng(4)
    for axis in (0, 1, 2, -1):
        maps = []
        for extent in (1, 3):
            shape = [2, 3, 4]
            shape[axis] = extent
            layer = random_map(rng, 5, int(np.prod(shape)))
            maps.append(layer.with_shapes((5,), tuple(shape)))
        x = rng.integers(-9, 10, (2, 5))
        expected = np.concatenate([each(x) for each in maps], axis + 1 if axis >= 0 else axis)
        assert np.array_equal(AffineMap.concatenate(maps, axis)(x), expected)


def test_maps_of_several_types_become_of_one():
    rng = np.random.default_rng(5)
    a, b = random_map(rng, 4, 3, np.float32), random_map(rng, 4, 3, np.float64)
    assert (a + b).dtype == np.float64
    complex_map = AffineMap(1j * b.A, b.b)
    assert np.array_equal((a + complex_map).A.toarray(), a.A.toarray() + 1j * b.A.toarray())
    wide = converted(a, a.dtype, np.int64)
    assert (wide + a).A.indptr.dtype == (a + wide).A.indices.dtype == np.int64
    assert np.array_equal((wide + a).A.toarray(), 2 * a.A.toarray())
    assert toeplix.affine([a], dtype=np.float64).dtype == np.float64


def test_indices_of_64_bits_where_32_do_not_suffice():
    layer = toeplix.affine([2.0], input=3_000_000_000, stride=2_999_999_999, bias=[5])
    assert layer.A.indices.dtype == layer.A.indptr.dtype == np.int64
    assert list(layer.A.indices) == [0, 2_999_999_999] and list(layer.b) == [5, 5]
    assert AffineMap.concatenate([layer, layer]).A.indptr.dtype == np.int64


def test_products_whose_entries_exceed_32_bits_are_made_again():
    given = []

    def work(handles, **options):
        given.append(handles[0].matrix[2].dtype)
        if given[-1] == np.int32:
            error = CapacityError("too many")
            error.cause = cause
            raise error
        return handles[0]

    narrow, cause = AffineMap(np.eye(2)), "index_type"
    made = _combine(work, [narrow, narrow], None, None, None)
    assert given == [np.int32, np.int64] and np.array_equal(made.A.toarray(), np.eye(2))
    cause = "memory_budget"
    with pytest.raises(CapacityError, match="too many"):
        _combine(work, [narrow, narrow], None, None, None)
    assert given == [np.int32, np.int64, np.int32]


def test_any_matrix_is_a_map():
    A = scipy.sparse.coo_matrix(([1, 2, 4], ([0, 0, 1], [1, 1, 0])), (2, 2))
    layer = AffineMap(A, [1, 2], input_shape=(1, 2), name="mine")
    assert np.array_equal(layer.A.toarray(), [[0, 3], [4, 0]]) and layer.A.nnz == 2
    assert repr(layer) == "AffineMap((1, 2) -> (2,), 2 entries, float64, 'mine')"
    copied = pickle.loads(pickle.dumps(layer))
    assert repr(copied) == repr(layer) and (copied.A != layer.A).nnz == 0
    unsorted = scipy.sparse.csr_matrix((np.array([1.0, 2.0]), [1, 0], [0, 2, 2]), (2, 2))
    assert list(AffineMap(unsorted).A.indices) == [0, 1]
    assert list(unsorted.indices) == [1, 0]
    for dtype in (np.float32, np.complex64, ">f8", np.int32):
        assert np.array_equal(AffineMap(np.eye(2, dtype=dtype))([1, 2]), [1, 2])


def test_torch_is_imported_by_nobody():
    code = (
        "import sys, numpy, toeplix\n"
        "layer = toeplix.affine(numpy.ones((2, 2)), (3, 3))\n"
        "toeplix.affine([layer, toeplix.AffineMap(numpy.eye(4), input_shape=(1, 2, 2))])\n"
        "toeplix.unfold(numpy.ones((1, 3, 3)), 2)\n"
        "sys.exit('torch' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_refused():
    a, b = AffineMap(np.ones((2, 3)), name="first"), AffineMap(np.ones((2, 3)), name="second")
    for error, message, call in (
        (toeplix.GeometryError, "'first'.*has 4 elements", lambda: a.with_shapes((2, 2), (2,))),
        (toeplix.GeometryError, "'second'", lambda: a @ b),
        (toeplix.GeometryError, r"layer 1 \('second'\) takes", lambda: toeplix.affine([a, b])),
        (toeplix.GeometryError, "the first map takes", lambda: toeplix.affine([a], input=4)),
        (toeplix.GeometryError, "no map", lambda: AffineMap.chain([])),
        (toeplix.GeometryError, "axis", lambda: AffineMap.concatenate([a, b], 1)),
        (TypeError, "no AffineMap", lambda: a.sum(np.ones(3))),
        (TypeError, "int is no AffineMap", lambda: a + 1),
        (TypeError, "called with images", lambda: a @ np.ones(3)),
        (TypeError, "name is 5", lambda: a.with_name(5)),
        (TypeError, "name is 5", lambda: toeplix.affine([1, 2], 5, name=5)),
        (toeplix.GeometryError, "input_shape is empty", lambda: a.with_shapes((), (2,))),
        (toeplix.GeometryError, "3 numbers", lambda: AffineMap(np.eye(2), np.ones(3))),
        (toeplix.Error, "integer of 64 bits", lambda: toeplix.affine([1, 2], 2**70)),
        (TypeError, "needs input", lambda: toeplix.affine(np.ones(3))),
        (TypeError, "did you mean 'stride'", lambda: toeplix.affine(np.ones(3), 5, strides=1)),
        (TypeError, "stride is for weights", lambda: toeplix.affine([a], stride=2)),
        (TypeError, "bias is for weights", lambda: toeplix.affine([a], bias=np.ones(2))),
        (toeplix.GeometryError, "bias", lambda: toeplix.affine([1, 2], 5, bias=[1, 2])),
        (TypeError, "complex", lambda: toeplix.affine([1, 2], 5, bias=[1j])),
        (toeplix.GeometryError, "kernel for every pixel",
         lambda: toeplix.affine(np.ones((4, 1, 1, 2)), 5)),
        (toeplix.Error, r"layer 1 \(<lambda>\) is no module",
         lambda: toeplix.affine([a, lambda x: x])),
        (TypeError, "a matrix", lambda: AffineMap(np.ones(3))),
        (toeplix.CapacityError, "memory budget",
         lambda: toeplix.affine(np.ones((50, 50)), (99, 99), memory_budget=1000)),
        (toeplix.CapacityError, "memory budget", lambda: a.sum(b, memory_budget=1)),
        (toeplix.Error, "threads", lambda: a(np.ones(3), threads=-1)),
    ):
        with pytest.raises(error, match=message):
            call()
