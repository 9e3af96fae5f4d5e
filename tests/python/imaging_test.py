"""The iterative methods of imaging, with images in their own shape."""

import numpy as np
import pytest

import toeplix
from toeplix import _core

pytestmark = pytest.mark.skipif(not _core.has_solvers, reason="built without solvers")

MOTION = np.array([[0, 0, 0], [0, 0.6, 0.3], [0, 0, 0.1]])

SOLVERS = {
    "nonnegative_least_squares": toeplix.nonnegative_least_squares,
    "richardson_lucy": toeplix.richardson_lucy,
    "total_variation": lambda image, kernel, **keywords: toeplix.total_variation(
        image, kernel, 0.01, **keywords
    ),
}


def photo(shape=(24, 20)):
    rng = np.random.default_rng(1)
    return 100.0 + 10 * (rng.random(shape) < 0.3)


def blurred(image, kernel=MOTION, operation="convolution"):
    geometry = {"padding": "same_upper", "boundary": "reflect", "operation": operation}
    return toeplix.operator(kernel, image.shape, **geometry)(image)


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("operation", ["convolution", "correlation"])
def test_it_sharpens_what_the_operator_blurred(name, operation):
    soft = blurred(photo(), operation=operation)
    keywords = {"max_iterations": 2000, "tolerance": 1e-7, "operation": operation}
    x, report = SOLVERS[name](soft, MOTION, **keywords)
    assert x.shape == photo().shape and x.dtype == np.float64
    assert abs(x - photo()).max() < 0.5
    assert len(report.history) == report.iterations + 1
    assert report.relative_residual < 1e-3


@pytest.mark.parametrize("name", SOLVERS)
def test_channels_first_and_last_are_images(name):
    grey = [blurred(photo()), blurred(photo()[::-1].copy()), blurred(photo() / 2)]
    keywords = {"max_iterations": 30, "tolerance": 0}
    first, _ = SOLVERS[name](np.stack(grey), MOTION, **keywords)
    last, _ = SOLVERS[name](np.stack(grey, axis=-1), MOTION, **keywords)
    assert first.shape == (3, 24, 20) and last.shape == (24, 20, 3)
    assert np.array_equal(np.moveaxis(last, -1, 0), first)
    long, _ = SOLVERS[name](np.stack(grey), MOTION, max_iterations=3000, tolerance=1e-7)
    alone, _ = SOLVERS[name](grey[1], MOTION, max_iterations=3000, tolerance=1e-7)
    assert abs(long[1] - alone).max() < 0.2


@pytest.mark.parametrize("name", SOLVERS)
def test_lines_and_volumes(name):
    line, _ = SOLVERS[name](np.arange(1.0, 9.0), [1, 4, 1])
    assert line.shape == (8,)
    volume = photo((5, 6, 7))
    kernel = np.zeros((3, 3, 3))
    kernel[1, 1, 1], kernel[0, 1, 2] = 0.8, 0.2
    soft = blurred(volume, kernel)
    x, report = SOLVERS[name](soft, kernel, max_iterations=2000, tolerance=1e-7)
    assert x.shape == (5, 6, 7) and abs(x - volume).max() < 0.5
    several, _ = SOLVERS[name](np.stack([soft, soft]), kernel, channel_axis=0, max_iterations=9)
    assert several.shape == (2, 5, 6, 7)


def test_photons_by_the_formula():
    """Against the formula, with a background and a flat for every pixel."""
    soft = np.random.default_rng(2).poisson(blurred(photo()))
    background = np.random.default_rng(3).random((24, 20)) * 5
    flat = np.random.default_rng(4).random((24, 20)) + 0.5
    flat[3, 4] = 0
    A = toeplix.matrix(MOTION, (24, 20), padding=1, boundary="reflect", operation="convolution")
    b, g, dark = soft.ravel(), flat.ravel(), background.ravel()
    sums = A.T @ g
    seen = g > 0
    x = np.full(480, (b[seen].sum() - dark[seen].sum()) / sums.sum())
    for _ in range(5):
        x = x / sums * (A.T @ (g * b / (g * (A @ x) + dark)))
    keywords = {"background": background, "flat": flat, "tolerance": 0, "max_iterations": 5}
    ours, report = toeplix.richardson_lucy(soft, MOTION, **keywords)
    assert np.allclose(ours.ravel(), x, rtol=1e-12)
    assert all(b <= a for a, b in zip(report.history, report.history[1:]))
    assert report.status == "iteration_limit" and not report
    colours = np.stack([soft] * 3, axis=-1)
    per_channel = np.stack([flat] * 3, axis=-1)
    last, _ = toeplix.richardson_lucy(colours, MOTION, flat=per_channel, max_iterations=5)
    first, _ = toeplix.richardson_lucy(soft, MOTION, flat=flat, max_iterations=5)
    assert np.allclose(last[..., 2], first)


@pytest.mark.parametrize("name", SOLVERS)
def test_more_iterations_than_the_library_can_count(name):
    x, report = SOLVERS[name](photo(), [[1]], max_iterations=2**40)
    assert report and report.iterations < 2**31 and x.shape == photo().shape


def test_bounds():
    image = photo() - 105
    x, report = toeplix.nonnegative_least_squares(image, MOTION, upper=3, lambda_=0.1)
    assert x.min() == 0 and x.max() == 3 and report
    x, _ = toeplix.total_variation(image, [[1]], 0.5, nonnegative=True)
    assert x.min() == 0
    x, _ = toeplix.total_variation(image, [[1]], 0.5)
    assert x.min() < -1


def test_what_a_report_says():
    _, report = toeplix.nonnegative_least_squares(photo(), MOTION, max_iterations=1)
    assert report.reason in repr(report) and "iteration_limit after 1 iterations" in repr(report)
    _, report = toeplix.total_variation(photo(), [[1]], 1)
    assert report and report.reason == "" and repr(report).startswith("converged after ")
    assert repr(report).endswith(f"; {report.seconds:.2g} s")


def test_refusals():
    ones = np.ones((9, 9))
    for call, error, message in (
        (lambda: toeplix.richardson_lucy(-ones, MOTION), toeplix.SolverError,
         "b has -1 at 0; expected numbers of at least 0"),
        (lambda: toeplix.richardson_lucy(ones, -MOTION), toeplix.SolverError,
         "weights has -0.6 at 4; expected numbers of at least 0"),
        (lambda: toeplix.richardson_lucy(ones, MOTION, flat=ones[1:]), toeplix.GeometryError,
         "flat has the shape (8, 9); expected a number, or the image's shape (9, 9)"),
        (lambda: toeplix.total_variation(ones, MOTION, -1), toeplix.SolverError,
         "mu is -1; expected a finite number of at least 0"),
        (lambda: toeplix.total_variation(ones, MOTION, 1, nonnegative="no"), TypeError,
         "nonnegative is 'no'; expected True or False"),
        (lambda: toeplix.nonnegative_least_squares(ones, 0 * MOTION), toeplix.SolverError,
         "the kernel is zero everywhere, so the picture is lost"),
        (lambda: toeplix.nonnegative_least_squares(ones, [1]), toeplix.GeometryError,
         "image has the shape (9, 9), whose channels may be first or last; say channel_axis=0 or "
         "channel_axis=-1"),
        (lambda: toeplix.nonnegative_least_squares(ones[0], MOTION), toeplix.GeometryError,
         "image has the shape (9,), and the kernel has 2 axes; expected as many, or one more for "
         "channels"),
        (lambda: toeplix.nonnegative_least_squares(ones, MOTION, max_iterations=0), toeplix.Error,
         "max_iterations is 0; expected an integer from 1 on"),
        (lambda: toeplix.nonnegative_least_squares(ones, MOTION, upper=-1), toeplix.SolverError,
         "upper is -1; expected a number above 0"),
        (lambda: toeplix.nonnegative_least_squares(ones, MOTION, memory_budget=100),
         toeplix.CapacityError, "the vectors of nonnegative_least_squares need 3888 bytes"),
        (lambda: toeplix.nonnegative_least_squares(ones, MOTION, tolerence=1), TypeError,
         "nonnegative_least_squares() has no keyword 'tolerence'; did you mean 'tolerance'?"),
    ):
        with pytest.raises(error) as raised:
            call()
        assert str(raised.value).startswith(message), str(raised.value)
