"""Operators and affine maps where a matrix is taken."""

import numpy as np
import pytest
import scipy.sparse
from geometries import integers
from refusals import refused

import toeplix

needs_solvers = pytest.mark.skipif(not toeplix._core.has_solvers, reason="built without solvers")

RNG = np.random.default_rng(21)
W = integers(RNG, (2, 1, 3, 2))
KEYWORDS = {"padding": 1, "boundary": "reflect", "stride": 2}
OP = toeplix.operator(W, (6, 5), **KEYWORDS)
A = OP.to_sparse()
MAP = toeplix.affine(W, (6, 5), bias=[1, 2], **KEYWORDS)


def test_an_operator_is_its_geometry_and_weights():
    assert toeplix.inspect(OP) == toeplix.inspect(W, (6, 5), **KEYWORDS)
    assert repr(toeplix.plot(OP)) == repr(toeplix.plot(W, (6, 5), **KEYWORDS))
    assert toeplix.plot(OP).svg() == toeplix.plot(W, (6, 5), **KEYWORDS).svg()
    assert toeplix.page(OP).html == toeplix.page(W, (6, 5), **KEYWORDS).html
    huge = toeplix.operator(W, (4000, 3000))
    assert toeplix.inspect(huge).nnz == huge.nnz and toeplix.plot(huge, size=64).png()


def dense_by_diagonals(found, shape):
    made = np.zeros((found.size, found.size), complex)
    for each in found:
        made[each.rows, (each.rows + each.offset) % found.size] += each.values
    return made[: shape[0], : shape[1]]


def test_other_forms_are_their_matrices():
    own = toeplix.operator(integers(RNG, (2, 3, 1, 1, 2, 2)), (3, 4))
    for given in (OP, OP.T, OP.H, toeplix.operator(1j * W, (6, 5), **KEYWORDS).conj(), own, MAP):
        matrix = MAP.A if given is MAP else given.to_sparse()
        found = dense_by_diagonals(toeplix.diagonals(given), matrix.shape)
        assert np.array_equal(found, matrix.toarray())
        assert toeplix.inspect(given).nnz == matrix.nnz
        assert toeplix.inspect(given).shape == matrix.shape
        assert toeplix.plot(given, size=64).png()
    assert toeplix.page(MAP, title="a map").html == toeplix.page(MAP.A, title="a map").html


@needs_solvers
def test_solvers_take_operators_and_b_by_name():
    b = np.arange(float(len(A.indptr) - 1))
    expected = toeplix.least_squares(A, b)
    for found in (toeplix.least_squares(A, b=b), toeplix.least_squares(OP, b),
                  toeplix.least_squares(OP, b=b)):
        assert np.allclose(found.x, expected.x, atol=1e-9)
    assert toeplix.least_squares(OP, b.reshape(OP.output_shape)).x.shape == OP.input_shape
    assert np.allclose(toeplix.least_squares(OP.T, np.arange(30.0)).x,
                       toeplix.least_squares(A.T, np.arange(30.0)).x, atol=1e-9)
    square = toeplix.operator([1, 4, 1], 4, padding=1)
    for found in (toeplix.solve_square(square, [6, 12, 18, 19]),
                  toeplix.solve_square(square.to_sparse(), b=[6, 12, 18, 19])):
        assert np.allclose(found.x, [1, 2, 3, 4])
    for call, message in (
        (lambda: toeplix.least_squares(OP), "takes it and b, and no more"),
        (lambda: toeplix.least_squares(A, (6, 5), b), "takes it and b, and no more"),
        (lambda: toeplix.least_squares(MAP, b), r"use map.A, and b - map.b"),
        (lambda: toeplix.least_squares(OP, b, stride=2), "of an Operator has no use for stride"),
        (lambda: toeplix.least_squares(np.eye(4), b=b[:4]), "dense matrix .*csr_matrix"),
        (lambda: toeplix.least_squares(np.eye(4), b[:4]), "dense matrix .*csr_matrix"),
    ):
        refused(message, call, TypeError)


def test_what_is_refused_says_what_to_give():
    fast = toeplix.separated(toeplix.operator(np.ones((31, 31)), (99, 99)))
    for call, message in (
        (lambda: toeplix.plot(np.eye(4)), r"scipy.sparse.csr_matrix\(A\)"),
        (lambda: toeplix.plot(OP, (6, 5)), "of an Operator has no use for input"),
        (lambda: toeplix.diagonals(OP, padding=1), "of an Operator has no use for padding"),
        (lambda: toeplix.inspect(fast), "takes no SeparatedOperator, but the Operator"),
        (lambda: toeplix.plot(MAP, (6, 5)), "has no use for input"),
        (lambda: toeplix.matrix(OP, (6, 5)), r"weights is Operator; .*\.to_sparse\(\)"),
        (lambda: toeplix.operator(MAP, (6, 5)), r"weights is AffineMap; .*\.A"),
    ):
        refused(message, call, TypeError)
    assert scipy.sparse.issparse(OP.to_sparse())


def test_modules_are_told_where_to_go():
    torch = pytest.importorskip("torch")
    layer = torch.nn.Conv2d(1, 1, 2)
    for call in (toeplix.matrix, toeplix.operator, toeplix.plot, toeplix.inspect,
                 toeplix.diagonals):
        refused(r"weights is Conv2d; .*; use toeplix.affine\(layer, \.\.\.\), or layer.weight",
                lambda: call(layer, (5, 5)), TypeError)
    refused("weights is ReLU; expected an array or a tensor; use toeplix.affine",
            lambda: toeplix.matrix(torch.nn.ReLU(), (5, 5)), TypeError)
