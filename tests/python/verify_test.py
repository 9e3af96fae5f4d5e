"""toeplix.verify and toeplix.weight_gradient, the latter against NumPy and torch."""

import dataclasses

import numpy as np
import pytest
from inspect_test import random_problems
from refusals import refused

import toeplix


def test_everything_agrees():
    for weights, pixels, keywords in random_problems(50, seed=8):
        report = toeplix.verify(weights, pixels, **keywords)
        assert report and report.passed and report.exact and report.largest_error == 0
        A = toeplix.matrix(weights, pixels, **keywords)
        assert (report.rows, report.cols, report.nnz) == (*A.shape, A.nnz)
        assert repr(report) == f"passed: {report.message}"


def test_it_takes_images_biases_and_every_scalar():
    rng = np.random.default_rng(9)
    for dtype in (np.float32, np.float64, np.complex64, np.complex128):
        w = rng.standard_normal((2, 3, 2, 2)).astype(dtype)
        x = rng.standard_normal((3, 5, 4))
        report = toeplix.verify(w, (5, 4), x, bias=[1, 2], padding=1, threads=1)
        assert report and not report.exact
    assert toeplix.verify(np.ones((4, 1, 1, 2)), 5)
    assert toeplix.verify([1, 2], 3, [1, 2, 3], transposed=True, stride=2)


def test_a_mismatch_is_false():
    report = dataclasses.replace(toeplix.verify([2, 1], 4), passed=False, message="row 3")
    assert not report
    assert repr(report) == "FAILED: row 3"


def test_what_verify_refuses():
    with pytest.raises(toeplix.GeometryError, match="x has the shape"):
        toeplix.verify([1, 2], 5, np.ones(4))
    with pytest.raises(toeplix.GeometryError, match="batch of 2 images; verify takes one"):
        toeplix.verify([1, 2], 5, np.ones((2, 5)))
    for bias in ([], [1, 2]):
        with pytest.raises(toeplix.GeometryError, match="bias"):
            toeplix.verify([1, 2], 5, bias=bias)
    with pytest.raises(TypeError, match="complex"):
        toeplix.verify([1, 2], 5, np.ones(5) * 1j)
    with pytest.raises(TypeError, match="did you mean 'padding'"):
        toeplix.verify([1, 2], 5, paddin=1)


def test_the_gradient_is_the_adjoint():
    """<A(unit weight) x, r> for every weight, summed over the batch."""
    rng = np.random.default_rng(10)
    for weights, pixels, keywords in random_problems(50, seed=10):
        A = toeplix.matrix(weights, pixels, **keywords)
        x = rng.integers(-9, 10, (2, A.shape[1]))
        r = rng.integers(-9, 10, (2, A.shape[0]))
        gradient = toeplix.weight_gradient(x, r, weights.shape, pixels, **keywords)
        assert gradient.shape == weights.shape and gradient.dtype == np.float64
        for index in rng.integers(0, weights.size, 4):
            unit = np.zeros(weights.shape)
            unit.flat[index] = 1
            y = x @ toeplix.matrix(unit, pixels, **keywords).T
            assert gradient.flat[index] == (y * r).sum()


def test_the_gradient_is_torchs():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(11)
    names = {1: torch.nn.grad.conv1d_weight, 2: torch.nn.grad.conv2d_weight}
    for _ in range(60):
        axes = int(rng.integers(1, 3))
        pixels = tuple(int(each) for each in rng.integers(5, 9, axes))
        groups, stride, padding, dilation = (int(each) for each in rng.integers(1, 3, 4))
        kernel = (int(each) for each in rng.integers(1, 4, axes))
        shape = (2 * groups, int(rng.integers(1, 3)), *kernel)
        keywords = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        x = torch.tensor(rng.integers(-9, 10, (3, groups * shape[1], *pixels)), dtype=torch.float64)
        y = getattr(torch.nn.functional, f"conv{axes}d")(
            x, torch.zeros(shape, dtype=torch.float64), **keywords
        )
        r = torch.tensor(rng.integers(-9, 10, tuple(y.shape)), dtype=torch.float64)
        expected = names[axes](x, shape, r, **keywords)
        gradient = toeplix.weight_gradient(x, r, shape, **keywords)
        assert np.array_equal(gradient, expected.numpy())
        single = toeplix.weight_gradient(x[0], r[0], shape, **keywords)
        assert np.array_equal(single, names[axes](x[:1], shape, r[:1], **keywords).numpy())


def test_the_gradient_of_a_transposed_convolution_is_torchs():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(12)
    for _ in range(20):
        w = torch.zeros((4, 3, 3, 2), dtype=torch.float64, requires_grad=True)
        x = torch.tensor(rng.integers(-9, 10, (2, 4, 5, 4)), dtype=torch.float64)
        keywords = {"stride": int(rng.integers(1, 3)), "padding": int(rng.integers(0, 2))}
        y = torch.nn.functional.conv_transpose2d(x, w, **keywords)
        r = torch.tensor(rng.integers(-9, 10, tuple(y.shape)), dtype=torch.float64)
        (y * r).sum().backward()
        gradient = toeplix.weight_gradient(x, r, w.shape, transposed=True, **keywords)
        assert np.array_equal(gradient, w.grad.numpy())


def test_complex_images_are_conjugated():
    x, r = np.array([1j, 2, 3]), np.array([1, 1j])
    expected = [np.conj(1j) * 1 + 2 * 1j, 2 * 1 + 3 * 1j]
    assert np.array_equal(toeplix.weight_gradient(x, r, 2), expected)
    mixed = toeplix.weight_gradient(x.astype(np.complex64), np.float32([1, 2]), 2)
    assert mixed.dtype == np.complex64


def test_orders_texts_and_a_kernel_for_every_pixel():
    rng = np.random.default_rng(13)
    x, r = rng.integers(-9, 10, (2, 5, 4)), rng.integers(-9, 10, (3, 4, 3))
    expected = toeplix.weight_gradient(x, r, (3, 2, 2, 2))
    last = toeplix.weight_gradient(
        np.moveaxis(x, 0, -1), np.moveaxis(r, 0, -1), (3, 2, 2, 2), order="channels_last"
    )
    assert np.array_equal(last, expected)
    turned = toeplix.weight_gradient(
        x.transpose(0, 2, 1), r.transpose(0, 2, 1), (3, 2, 2, 2), order="column_major"
    )
    assert np.array_equal(turned, expected)
    text = toeplix.weight_gradient(x, r, (3, 2, 2, 2), "input=5,4 kernel=2,2 in=2 out=3")
    assert np.array_equal(text, expected)
    own = toeplix.weight_gradient([1, 2, 3], [10, 100], (2, 1, 1, 2), 3)
    assert own.tolist() == [[[[10, 20]]], [[[200, 300]]]]
    none = toeplix.weight_gradient(np.ones((0, 5)), np.ones((0, 4)), 2, 5)
    assert none.tolist() == [0, 0]


def test_what_weight_gradient_refuses():
    with pytest.raises(toeplix.GeometryError, match="y_gradient has the shape"):
        toeplix.weight_gradient(np.ones(5), np.ones(5), 2)
    with pytest.raises(toeplix.GeometryError, match="as many images"):
        toeplix.weight_gradient(np.ones((2, 5)), np.ones((3, 4)), 2)
    with pytest.raises(toeplix.GeometryError, match="say the pixels by input"):
        toeplix.weight_gradient(np.ones(50), np.ones(32), (1, 2, 2, 2))
    with pytest.raises(toeplix.GeometryError, match="weights_shape is"):
        toeplix.weight_gradient(np.ones(5), np.ones(4), (3,), "input=5 kernel=2")
    with pytest.raises(TypeError, match="did you mean 'stride'"):
        toeplix.weight_gradient(np.ones(5), np.ones(4), 2, strides=1)
    with pytest.raises(toeplix.CapacityError, match="memory budget"):
        toeplix.weight_gradient([1, 2, 3], [1, 2], (2, 1, 1, 2), 3, memory_budget=1)


def test_what_exceeds_the_memory_is_refused_before_an_image_is_made(monkeypatch):
    def no_image(*_):
        raise AssertionError("an image was made")

    monkeypatch.setattr(np.random, "default_rng", no_image)
    refused("memory", lambda: toeplix.verify(np.ones((3, 3)), (10**6, 10**6)),
            toeplix.CapacityError)
    refused("budget", lambda: toeplix.verify(np.ones((3, 3)), (30, 30), memory_budget=10**4),
            toeplix.CapacityError)
