"""toeplix.operator against the compiled matrix, exactly: products, types, images, norms."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg
from geometries import integers, random_geometry

import toeplix

SCALARS = (np.float32, np.float64, np.complex64, np.complex128)


def draw(rng):
    """An operator and the dense matrix that it is."""
    extents, shape, keywords = random_geometry(rng)
    dtype = SCALARS[rng.integers(4)]
    keywords["order"] = str(rng.choice(["channels_first", "channels_last", "column_major"]))
    keywords["operation"] = str(rng.choice(["correlation", "convolution"]))
    weights = integers(rng, shape, dtype)
    matrix = toeplix.matrix(weights, extents, **keywords)
    return toeplix.operator(weights, extents, **keywords), matrix.toarray()


def test_products_are_those_of_the_matrix():
    rng = np.random.default_rng(1)
    for _ in range(150):
        op, A = draw(rng)
        assert op.shape == A.shape and op.dtype == A.dtype
        for form, dense in ((op, A), (op.T, A.T), (op.H, A.conj().T), (op.conj(), A.conj()),
                            (op.T.H, A.conj()), (op.H.H, A), (op.adjoint().conj(), A.T)):
            assert isinstance(form, toeplix.Operator)
            assert form.shape == dense.shape and form.dtype == dense.dtype
            x = integers(rng, dense.shape[1], A.dtype)
            y = integers(rng, dense.shape[0], A.dtype)
            assert np.array_equal(form @ x, dense @ x)
            assert np.array_equal(form.matvec(x[:, None]), (dense @ x)[:, None])
            assert np.array_equal(form.rmatvec(y), dense.conj().T @ y)
            X = integers(rng, (dense.shape[1], 3), A.dtype)
            assert np.array_equal(form @ X, dense @ X)
            assert np.array_equal(form.matmat(np.asfortranarray(X)), dense @ X)
            Y = integers(rng, (dense.shape[0], 3), A.dtype)
            assert np.array_equal(form.rmatmat(Y), dense.conj().T @ Y)


def test_whatever_else_it_is_asked_is_what_the_matrix_answers():
    rng = np.random.default_rng(2)
    for _ in range(100):
        op, A = draw(rng)
        assert op.nnz == op.T.nnz == op.to_sparse().nnz
        assert np.array_equal(op.diagonal(), A.diagonal())
        assert np.array_equal(op.row_sums(), A.sum(1))
        assert np.array_equal(op.column_sums(), A.sum(0))
        squares = A.real**2 + A.imag**2
        assert np.array_equal(op.row_squared_norms(), squares.sum(1))
        assert np.array_equal(op.column_squared_norms(), squares.sum(0))
        assert op.row_squared_norms().dtype == squares.dtype
        assert np.isclose(op.frobenius_norm(), np.linalg.norm(A), rtol=1e-6)
        assert np.isclose(op.norm_1(), np.linalg.norm(A, 1), rtol=1e-6)
        assert np.isclose(op.norm_inf(), np.linalg.norm(A, np.inf), rtol=1e-6)
        assert np.array_equal(op.H.row_sums(), A.conj().T.sum(1))


def test_to_sparse_is_the_matrix():
    rng = np.random.default_rng(3)
    for _ in range(50):
        op, A = draw(rng)
        for format in ("csr", "csc"):
            made = op.to_sparse(format, index_dtype=np.int64)
            assert made.format == format and made.indices.dtype == made.indptr.dtype == np.int64
            made.check_format(full_check=True)
            assert np.array_equal(made.toarray(), A)
            assert np.array_equal(op.H.to_sparse(format).toarray(), A.conj().T)
    op = toeplix.operator([[0.0, 1.0]], (3, 3))
    assert op.to_sparse().nnz == 12 and op.to_sparse(prune=True).nnz == 6


def test_products_have_a_type_that_holds_both():
    rng = np.random.default_rng(4)
    weights = integers(rng, (2, 3, 3, 3))
    for mine in SCALARS:
        op = toeplix.operator(weights, (6, 5), dtype=mine)
        A = toeplix.matrix(weights, (6, 5), dtype=mine)
        for theirs in SCALARS:
            x, y = integers(rng, 90, theirs), integers(rng, op.shape[0], theirs)
            for ours, scipys in ((op @ x, A @ x), (op.H @ y, A.conj().T @ y),
                                 (op.rmatvec(y), A.conj().T @ y)):
                assert ours.dtype == scipys.dtype
                assert np.array_equal(ours, scipys)
        assert (op @ np.ones(90, int)).dtype == np.result_type(mine, np.float64)
        assert (op @ np.ones(90, np.float16)).dtype == mine
        assert (op @ ([1] * 90)).dtype == np.result_type(mine, np.float64)


def test_products_with_longer_numbers_are_computed_in_them():
    op = toeplix.operator(np.ones(2, np.float32), 3)
    x = np.array([2.0**30, 1.0, 2.0**-20])
    assert np.array_equal(op @ x, [2.0**30 + 1, 1 + 2.0**-20])
    assert np.array_equal(op.rmatvec([2.0**30, 1]), [2.0**30, 2.0**30 + 1, 1])
    assert np.array_equal(op @ (x * 1j), [(2.0**30 + 1) * 1j, (1 + 2.0**-20) * 1j])
    assert np.array_equal(op(x), op @ x)


def test_an_operator_of_infinities_does_not_mix_the_parts_of_a_complex_vector():
    op = toeplix.operator([np.inf], 1)
    assert (op @ [1 + 2j])[0] == complex(np.inf, np.inf)


def test_images_in_their_own_shape():
    rng = np.random.default_rng(5)
    weights = integers(rng, (4, 3, 3, 3))
    for order, axes in (("channels_first", (3, 6, 5)), ("channels_last", (6, 5, 3)),
                        ("column_major", (3, 5, 6))):
        op = toeplix.operator(weights, (6, 5), order=order, padding=1)
        assert op.input_shape == axes and op.T.output_shape == axes
        assert op.output_shape == tuple(4 if n == 3 else n for n in axes) == op.H.input_shape
        images = integers(rng, (7, *axes))
        expected = np.stack([(op @ image.ravel()) for image in images])
        shaped = expected.reshape(7, *op.output_shape)
        assert np.array_equal(op(images), shaped)
        assert np.array_equal(op.apply(images[2]), shaped[2])
        assert np.array_equal(op(images.reshape(7, -1)), expected)
        assert np.array_equal(op(images[0].ravel()), expected[0])
        assert op(images[:0]).shape == (0, *op.output_shape)
        assert op.T(shaped).shape == images.shape


def test_images_of_one_channel_need_no_axis_for_it():
    op = toeplix.operator(np.ones((3, 3)), (6, 5))
    assert op.input_shape == (1, 6, 5)
    assert op(np.ones((6, 5))).shape == (4, 3)
    assert op(np.ones((2, 6, 5))).shape == (2, 4, 3)
    assert op(np.ones((1, 6, 5))).shape == (1, 4, 3)
    assert op(np.ones((2, 1, 6, 5))).shape == (2, 1, 4, 3)
    assert op(np.ones(30)).shape == (12,)
    spread = toeplix.operator(np.ones((2, 1, 3, 3)), (6, 5))
    assert spread(np.ones((6, 5))).shape == (2, 4, 3)
    last = toeplix.operator(np.ones((2, 1, 3, 3)), (6, 5), order="channels_last")
    assert last(np.ones((4, 6, 5))).shape == (4, 4, 3, 2)


def test_products_take_no_memory_but_their_result():
    op = toeplix.operator(np.ones((3, 3), np.float32), (400, 400), padding=1)
    images = np.ones((4, 400, 400), np.float32)
    X = images.reshape(4, -1).T  # columns one after another, as in Fortran
    for call, result in ((lambda: op @ X, X), (lambda: op.rmatmat(X), X), (lambda: op.T @ X, X),
                         (lambda: op(images), images), (lambda: op @ X[:, 0], X[:, 0]),
                         (lambda: op.rmatvec(X[:, 0]), X[:, 0])):
        call()
        tracemalloc.start()
        made = call()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert made.shape == result.shape and made.dtype == np.float32
        assert peak < made.nbytes + 20_000
    assert (op @ X).flags.f_contiguous
    assert np.array_equal(op @ X, op @ np.ascontiguousarray(X))


def test_it_takes_per_pixel_kernels_transposed_convolutions_and_texts():
    rng = np.random.default_rng(6)
    for weights, input, keywords in (
        (integers(rng, (4, 3, 1, 1, 2, 2)), (5, 4), {}),
        (integers(rng, (2, 3, 3, 3)), (5, 4), {"transposed": True, "stride": 2,
                                               "output_padding": 1}),
        (integers(rng, (3, 3)), "input=7,6 kernel=3,3 stride=2 boundary=circular padding=1", {}),
    ):
        op = toeplix.operator(weights, input, **keywords)
        A = toeplix.matrix(weights, input, **keywords).toarray()
        x, y = integers(rng, A.shape[1]), integers(rng, A.shape[0])
        assert np.array_equal(op @ x, A @ x) and np.array_equal(op.T @ y, A.T @ y)


def test_threads_change_no_bit():
    rng = np.random.default_rng(7)
    weights, x = rng.normal(size=(8, 4, 3, 3)), rng.normal(size=4 * 50 * 60)
    one = toeplix.operator(weights, (50, 60), threads=1)
    two = toeplix.operator(weights, (50, 60), threads=2)
    assert np.array_equal(one @ x, two @ x)
    assert np.array_equal(one.H @ (one @ x), two.H @ (two @ x))


def test_separated_is_the_operator_by_its_factors():
    rng = np.random.default_rng(8)
    column, row = rng.integers(1, 9, 21).astype(float), rng.integers(1, 9, 21).astype(float)
    op = toeplix.operator(np.outer(column, row), (60, 50), boundary="symmetric", padding=10)
    fast = toeplix.separated(op)
    assert fast.terms == 1 and fast.shape == op.shape and fast.input_shape == (1, 60, 50)
    x, y = rng.integers(-9, 9, op.shape[1]), rng.integers(-9, 9, op.shape[0])
    for ours, theirs in ((fast @ x, op @ x), (fast.T @ y, op.T @ y), (fast.rmatvec(y), op.H @ y),
                         (fast(x.reshape(60, 50)), op(x.reshape(60, 50)))):
        assert ours.shape == theirs.shape and np.allclose(ours, theirs, rtol=1e-12)
    assert toeplix.separated(op.T).shape == op.T.shape
    assert np.allclose(toeplix.separated(op.T) @ y, op.T @ y, rtol=1e-12)
    small = toeplix.separated(toeplix.operator(np.outer(column, row), (60, 50), dtype=np.float32))
    product = small @ np.ones(3000)
    assert product.dtype == np.float64
    assert np.allclose(product, column.sum() * row.sum(), rtol=1e-6)
    assert toeplix.separated(toeplix.operator(np.ones((3, 3)), (9, 9))) is None
    with pytest.raises(TypeError, match="op is ndarray; expected what toeplix.operator gives"):
        toeplix.separated(np.ones(3))


def test_what_it_is_called():
    op = toeplix.operator(np.ones((3, 3)), (6, 5))
    assert repr(op) == "<12x30 Operator of 'input=6,5 kernel=3,3', dtype=float64>"
    assert repr(op.T) == "<30x12 Operator of transpose of 'input=6,5 kernel=3,3', dtype=float64>"
    c = toeplix.operator(np.ones((3, 3)) * 1j, (6, 5))
    assert repr(c.H).startswith("<30x12 Operator of adjoint of 'input=6,5")
    assert repr(c.H.T).startswith("<12x30 Operator of conjugate of 'input=6,5")


def test_what_does_not_fit_is_refused_by_its_shape():
    op = toeplix.operator(np.ones((2, 3, 3, 3)), (6, 5))
    for call, message in (
        (lambda: op @ np.ones(89), r"x has the shape \(89,\); expected \(90,\)"),
        (lambda: op.rmatvec(np.ones(90)), r"x has the shape \(90,\); expected \(24,\)"),
        (lambda: op @ np.ones((3, 90)), r"X has the shape \(3, 90\); expected \(90, k\)"),
        (lambda: op.rmatmat(np.ones((90, 3))), r"X has the shape \(90, 3\); expected \(24, k\)"),
        (lambda: op @ np.ones((3, 6, 5)), r"\(3, 6, 5\); products take vectors \(90,\) and "
                                          r"matrices \(90, k\), and op\(x\) takes images"),
        (lambda: op(np.ones((6, 5))), r"images has the shape \(6, 5\); expected \(3, 6, 5\) or "
                                      r"\(90,\), or a batch of these along the first axis"),
        (lambda: op(np.ones((2, 2, 3, 6, 5))), r"images has the shape \(2, 2, 3, 6, 5\)"),
    ):
        with pytest.raises(toeplix.GeometryError, match=message):
            call()
    for x in (np.array([None] * 90), np.array(["1"] * 90), np.ones(90, bool),
              np.ones(90, np.longdouble)):
        with pytest.raises(TypeError, match=f"x has the type {x.dtype}; taken are float32"):
            op @ x
        with pytest.raises(TypeError, match="x has the type"):
            op.matvec(x)
    with pytest.raises(TypeError, match="did you mean 'index_dtype'"):
        op.to_sparse(index_type=np.int64)
    with pytest.raises(ValueError, match="format is 'coo'; expected one of 'csr', 'csc'"):
        op.to_sparse("coo")


def test_it_is_part_of_scipys_algebra():
    rng = np.random.default_rng(9)
    op = toeplix.operator(integers(rng, (3, 3)), (6, 5), boundary="circular", padding=1)
    A, x = op.to_sparse().toarray(), integers(rng, 30)
    both = 2 * op.T @ op + scipy.sparse.linalg.aslinearoperator(scipy.sparse.eye(30))
    assert np.array_equal(both @ x, 2 * A.T @ A @ x + x)
    assert np.array_equal((op**2) @ x, A @ (A @ x))
    assert np.array_equal((op - op.T) @ x, (A - A.T) @ x)
    assert scipy.sparse.linalg.aslinearoperator(op) is op


def test_arrays_of_any_layout_are_taken():
    rng = np.random.default_rng(10)
    op = toeplix.operator(integers(rng, (3, 3)), (6, 5))
    A, x = op.to_sparse().toarray(), integers(rng, 60)
    frozen = x[:30].copy()
    frozen.flags.writeable = False
    for given in (x[::2], x[:30][::-1], frozen, x[:30].astype(">f8"), list(x[:30])):
        assert np.array_equal(op @ given, A @ np.asarray(given))
    X = integers(rng, (60, 8))[::-2, ::3]
    assert np.array_equal(op @ X, A @ X)
    images = integers(rng, (12, 10, 4)).transpose(2, 0, 1)[:, ::2, ::-2]
    assert np.array_equal(op(images), (A @ images.reshape(4, 30).T).T.reshape(4, 4, 3))


def test_torchs_tensors_are_taken():
    torch = pytest.importorskip("torch")
    op = toeplix.operator(torch.ones(2, 3, 3, 3, requires_grad=True), (6, 5))
    assert op.dtype == np.float32
    x = torch.arange(90.0, requires_grad=True)
    assert np.array_equal(op @ x, op @ np.arange(90, dtype=np.float32))
    assert op(x.reshape(3, 6, 5)).shape == (2, 4, 3)
    assert np.array_equal(op @ x.bfloat16(), op @ x.bfloat16().float().detach().numpy())
