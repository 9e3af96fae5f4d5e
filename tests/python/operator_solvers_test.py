"""SciPy's solvers by operators, against dense results; and what pylops wants of an operator."""

import inspect

import numpy as np
import pytest
import scipy.sparse.linalg as sla

import toeplix

#: Later versions of SciPy have another name for it.
RTOL = "rtol" if "rtol" in inspect.signature(sla.cg).parameters else "tol"

DTYPES = (np.float32, np.float64, np.complex64, np.complex128)


def blur(dtype, **keywords):
    """A well-conditioned operator, the matrix that it is, and a right-hand side."""
    rng = np.random.default_rng(1)
    weights = rng.integers(-2, 3, (3, 3)).astype(dtype)
    if np.dtype(dtype).kind == "c":
        weights = weights + 1j * rng.integers(-2, 3, (3, 3))
    weights[1, 1] += 16
    keywords = {"padding": 1, "boundary": "symmetric", **keywords}
    op = toeplix.operator(weights.astype(dtype), (9, 8), **keywords)
    b = rng.integers(-9, 10, op.shape[0])
    return op, op.to_sparse().toarray(), b.astype(np.float64)


def close(ours, dense, dtype):
    tolerance = 1e-4 if np.dtype(dtype) in (np.float32, np.complex64) else 1e-8
    return np.allclose(ours, dense, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", DTYPES[:2])
def test_lsqr_and_lsmr(dtype):
    for keywords in ({}, {"stride": 2}, {"padding": 2}):
        op, A, b = blur(dtype, **keywords)
        expected = np.linalg.lstsq(A.astype(np.float64), b, rcond=None)[0]
        for right in (b, b.astype(dtype)):
            found = sla.lsqr(op, right, atol=1e-12, btol=1e-12, iter_lim=1000)[0]
            assert np.allclose(found, expected, atol=1e-8 if right.dtype == np.float64 else 1e-4)
            found = sla.lsmr(op, right, atol=1e-12, btol=1e-12, maxiter=1000)[0]
            assert np.allclose(found, expected, atol=1e-8 if right.dtype == np.float64 else 1e-4)


@pytest.mark.parametrize("dtype", DTYPES[2:])
def test_lsmr_of_complex_operators(dtype):
    op, A, b = blur(dtype)
    expected = np.linalg.solve(A.astype(np.complex128), b)
    found = sla.lsmr(op, b.astype(np.complex128), atol=1e-12, btol=1e-12, maxiter=1000)[0]
    assert np.allclose(found, expected, atol=1e-8)


@pytest.mark.parametrize("dtype", DTYPES)
def test_singular_values(dtype):
    op, A, _ = blur(dtype)
    expected = np.linalg.svd(A, compute_uv=False)[:4]
    for solver in ("arpack", "lobpcg"):
        u, found, v = sla.svds(op, k=4, solver=solver, random_state=1, maxiter=1000)
        order = np.argsort(found)[::-1]
        assert np.allclose(found[order], expected, rtol=1e-3 if solver == "lobpcg" else 1e-4)
        if solver == "arpack":
            assert close(A @ v.conj().T, u * found, np.float32)


@pytest.mark.parametrize("dtype", DTYPES)
def test_normal_equations_by_conjugate_gradients(dtype):
    op, A, b = blur(dtype)
    A = A.astype(np.result_type(dtype, np.float64))
    expected = np.linalg.solve(A.conj().T @ A, A.conj().T @ b)
    found, failed = sla.cg(op.H @ op, op.H @ b, maxiter=1000, atol=0, **{RTOL: 1e-10})
    assert failed == 0
    assert np.allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
def test_square_systems_by_gmres(dtype):
    op, A, b = blur(dtype)
    found, failed = sla.gmres(op, b, maxiter=1000, atol=0, **{RTOL: 1e-9})
    assert failed == 0 and close(found, np.linalg.solve(A, b), dtype)


def test_norm_estimates():
    op, A, _ = blur(np.float64)
    assert np.isclose(sla.onenormest(op), np.linalg.norm(A, 1))


class Wrapped:
    """Asks of an operator what `pylops.LinearOperator(Op=op)` does: shape and dtype, ``matmat`` of
    one column for a product, ``H.matvec`` for that of the adjoint."""

    def __init__(self, Op):
        self.Op, self.shape, self.dtype = Op, Op.shape, np.dtype(Op.dtype)

    def matvec(self, x):
        return self.Op.matmat(x.reshape(-1, 1)).reshape(self.shape[0])

    def rmatvec(self, y):
        return self.Op.H.matvec(y).reshape(self.shape[1])


def dot_test(Op, rng):
    """<A u, v> = <u, A^H v>, as pylops.utils.dottest asks."""
    u, v = (rng.integers(-9, 10, n).astype(Op.dtype) for n in Op.shape[::-1])
    return np.vdot(Op.matvec(u), v) == np.vdot(u, Op.rmatvec(v))


def conjugate_gradients_of_least_squares(Op, b, steps=200):
    """CGLS, as pylops.optimization.basic.cgls has it: products by matvec and rmatvec alone."""
    x = np.zeros(Op.shape[1], Op.dtype)
    residual = b.astype(Op.dtype)
    direction = gradient = Op.rmatvec(residual)
    square = np.vdot(gradient, gradient).real
    for _ in range(steps):
        product = Op.matvec(direction)
        step = square / np.vdot(product, product).real
        x, residual = x + step * direction, residual - step * product
        gradient = Op.rmatvec(residual)
        before, square = square, np.vdot(gradient, gradient).real
        if square < 1e-24:
            break
        direction = gradient + square / before * direction
    return x


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_protocol_of_pylops(dtype):
    op, A, b = blur(dtype)
    wrapped = Wrapped(Op=op)
    assert dot_test(wrapped, np.random.default_rng(1))
    if np.dtype(dtype).name in ("float64", "complex128"):
        found = conjugate_gradients_of_least_squares(wrapped, b)
        assert np.allclose(found, np.linalg.solve(A, b))


@pytest.mark.parametrize("dtype", DTYPES)
def test_pylops_itself(dtype):
    pylops = pytest.importorskip("pylops")
    op, A, b = blur(dtype)
    wrapped = pylops.aslinearoperator(op)
    assert np.array_equal(wrapped.matvec(b.astype(dtype)), op @ b.astype(dtype))
    complex_vectors = 3 * (np.dtype(dtype).kind == "c")
    pylops.utils.dottest(wrapped, *op.shape, complexflag=complex_vectors, rtol=1e-3)
    both = pylops.VStack([wrapped, 0.1 * pylops.Identity(op.shape[1], dtype=dtype)])
    expected = np.concatenate([op @ b, 0.1 * b])
    assert np.allclose(both @ b.astype(dtype), expected, rtol=1e-4, atol=1e-4)
