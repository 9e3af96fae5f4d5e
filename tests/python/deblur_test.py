"""What deblur says of kernels, methods and the time that it takes; what it solves besides."""

import time

import numpy as np
import pytest

import toeplix
from toeplix import _core

pytestmark = pytest.mark.skipif(not _core.has_solvers, reason="built without solvers")

MOTION = np.array([[0, 0, 0], [0, 0.6, 0.3], [0, 0, 0.1]])


def photo():
    return 100.0 + 10 * np.add.outer(np.arange(24) // 7, np.arange(20) % 5)


def test_what_a_matrix_blurred_is_a_correlation():
    """As the help says in its first lines."""
    blurred = toeplix.operator(MOTION, photo().shape, padding=1, boundary="reflect")(photo())
    sharp, _ = toeplix.deblur(blurred, MOTION, lambda_=1e-9, operation="correlation")
    assert abs(sharp - photo()).max() < 1e-3
    flipped, _ = toeplix.deblur(blurred, MOTION, lambda_=1e-9)
    assert abs(flipped - photo()).max() > 10
    first = toeplix.deblur.__doc__.partition("Parameters")[0]
    assert 'operation="correlation"' in first and "flips" in first


def test_the_time_is_that_of_all_trials():
    for solve in (
        lambda **keywords: toeplix.deblur(photo(), MOTION, **keywords),
        lambda **keywords: toeplix.tikhonov(MOTION, (24, 20), photo(), padding=1, **keywords),
    ):
        begin = time.perf_counter()
        _, report = solve()
        passed = time.perf_counter() - begin
        phases = {"assembly", "analysis", "factorization", "solution", "choice"}
        assert set(report.seconds) == phases
        in_all = sum(report.seconds.values())
        assert passed / 2 < in_all <= passed
        assert report.seconds["choice"] > report.seconds["factorization"]
        assert f"(cross_validation, {report.trials} trials)" in repr(report)
        assert repr(report).endswith(f"{in_all:.2g} s in all")
        _, given = solve(lambda_=1e-3)
        assert given.seconds["choice"] == 0 and "trials" not in repr(given)


def blurred(boundary="reflect", noise=0.0):
    operator = toeplix.operator(MOTION, photo().shape, padding=1, boundary=boundary,
                                operation="convolution")
    return operator(photo()) + noise * np.random.default_rng(4).standard_normal(photo().shape)


def test_methods_agree_and_say_why():
    image = blurred("circular", 1)
    solved = {}
    for method in ("automatic", "factorization", "transform", "iterative"):
        solved[method], report = toeplix.deblur(image, MOTION, lambda_=1e-2, boundary="circular",
                                                method=method)
        assert report and report.method_reason
        assert report.method == {"automatic": "transform"}.get(method, method)
        assert abs(solved[method] - solved["automatic"]).max() < 1e-2
        assert (report.iterations > 0) == (method == "iterative") == bool(report.history)
        assert (report.fill > 0) == (method == "factorization")
    _, report = toeplix.deblur(image, MOTION, lambda_=1e-6, method="iterative", tolerance=1e-9,
                               max_iterations=2)
    assert not report and report.status == "iteration_limit" and report.iterations == 2
    with pytest.raises(toeplix.SolverError, match="not its own mirror image"):
        toeplix.deblur(image, MOTION, lambda_=1, method="transform", boundary="symmetric")


def test_tikhonov_has_the_methods_too():
    image = blurred("circular", 1)
    geometry = {"padding": 1, "boundary": "circular"}
    exact, report = toeplix.tikhonov(MOTION, (24, 20), image, lambda_=1e-2, method="factorization",
                                     **geometry)
    assert report.method == "factorization" and report.method_reason == "as was asked for"
    near, report = toeplix.tikhonov(MOTION, (24, 20), image, lambda_=1e-2, method="iterative",
                                    tolerance=1e-10, **geometry)
    assert report.method == "iterative" and len(report.history) == report.iterations
    assert abs(near - exact).max() < 1e-5
    with pytest.raises(ValueError, match="did you mean 'iterative'"):
        toeplix.tikhonov(MOTION, (24, 20), image, lambda_=1e-2, method="iterativ", **geometry)
    with pytest.raises(toeplix.SolverError, match="tolerance is 2"):
        toeplix.tikhonov(MOTION, (24, 20), image, lambda_=1e-2, tolerance=2, **geometry)


def test_transforms_find_lambda_on_the_whole_picture():
    image = np.tile(blurred("circular", 1), (7, 8))
    _, report = toeplix.deblur(image, MOTION, boundary="circular")
    assert report.method == "transform" and report.part == image.shape
    _, report = toeplix.deblur(image, MOTION, noise=1.0)
    assert report.part == (128, 128) and report.rule == "discrepancy"


def test_other_problems():
    image = blurred(noise=1)
    bounded, report = toeplix.deblur(image - 100, MOTION, nonnegative=True, lambda_=1e-3)
    assert isinstance(report, toeplix.IterationReport) and bounded.min() >= 0
    direct, _ = toeplix.nonnegative_least_squares(image - 100, MOTION, lambda_=1e-3)
    assert np.array_equal(bounded, direct) and report.lambda_ == 1e-3
    edges, report = toeplix.deblur(image, MOTION, total_variation=2, tolerance=1e-4)
    assert np.array_equal(edges, toeplix.total_variation(image, MOTION, 2, tolerance=1e-4).x)
    assert report.lambda_ is None and report.rule is None
    photons, report = toeplix.deblur(image, MOTION, richardson_lucy=9)
    assert report and report.iterations == 9
    _, report = toeplix.deblur(image, MOTION, nonnegative=True)
    assert report.rule == "cross_validation" and report.trials > 5


def test_kernels_are_divided_by_their_sum():
    image = blurred()
    sharp, report = toeplix.deblur(image, MOTION, lambda_=1e-2)
    assert report.kernel_scale == "unit" and np.isclose(report.kernel_sum, 1)
    scaled, report = toeplix.deblur(image, 255 * MOTION, lambda_=1e-2)
    assert report.kernel_scale == "divided" and np.isclose(report.kernel_sum, 255)
    assert "kernel divided by its sum 255" in repr(report)
    assert np.allclose(scaled, sharp)
    kept, report = toeplix.deblur(image, 2 * MOTION, lambda_=4e-2, keep_sum=True)
    assert report.kernel_scale == "kept" and np.allclose(2 * kept, sharp)
    _, report = toeplix.deblur(image, [[1, -2, 1]], lambda_=1, regularizer="identity")
    assert report.kernel_scale == "vanishing"


def test_kernels_with_axes_of_one_and_volumes():
    image = blurred()
    sharp, _ = toeplix.deblur(image, MOTION, lambda_=1e-2)
    for front in (1, 2):
        shape = (1,) * front + MOTION.shape
        same, _ = toeplix.deblur(image, MOTION.reshape(shape), lambda_=1e-2)
        assert np.array_equal(same, sharp)
    volume = np.stack([photo()] * 5)
    psf = np.array([0.2, 0.6, 0.2])[:, None, None] * MOTION
    A = toeplix.matrix(psf, volume.shape, padding="same_upper", boundary="symmetric",
                       operation="convolution")
    b = (A @ volume.ravel()).reshape(volume.shape)
    found, report = toeplix.deblur(b, psf, lambda_=1e-9, boundary="symmetric")
    assert found.shape == volume.shape and abs(found - volume).max() < 1e-2
    # A blur within the planes of a volume: its axis of 1 is one of the volume's.
    flat, _ = toeplix.deblur(b, MOTION[np.newaxis], lambda_=1e-2)
    planes = np.zeros((3,) + MOTION.shape)
    planes[1] = MOTION
    same, _ = toeplix.deblur(b, planes, lambda_=1e-2)
    assert np.array_equal(flat, same)


def test_what_contradicts():
    image = blurred()
    for keywords, message in (
        ({"nonnegative": True, "total_variation": 1}, "nonnegative and total_variation are differ"),
        ({"total_variation": 1, "richardson_lucy": 3}, "total_variation and richardson_lucy are"),
        ({"nonnegative": True, "method": "transform"}, "nonnegative has a method of its own"),
        ({"total_variation": 1, "regularizer": "identity"}, "leave out regularizer"),
        ({"method": "factorization", "tolerance": 1e-3}, "tolerance is for iterations"),
        ({"method": "transform", "max_iterations": 3}, "max_iterations is for iterations"),
    ):
        with pytest.raises(TypeError, match=message):
            toeplix.deblur(image, MOTION, **keywords)
    for keywords, message in (
        ({"total_variation": 1, "lambda_": 1}, "lambda is for Tikhonov's problem"),
        ({"richardson_lucy": 3, "noise": 1}, "noise is for Tikhonov's problem"),
        ({"richardson_lucy": 3, "max_iterations": 3}, "max_iterations is not for Richardson-Lucy"),
        ({"total_variation": -1}, "weight is -1"),
    ):
        with pytest.raises(toeplix.SolverError, match=message):
            toeplix.deblur(image, MOTION, **keywords)
    with pytest.raises(toeplix.SolverError, match="the image has -"):
        toeplix.deblur(-image, MOTION, richardson_lucy=3)
