"""Solvers against dense NumPy, deblurring, and what they say without the component."""

import numpy as np
import pytest
import scipy.sparse

import toeplix
from toeplix import _core

needs_solvers = pytest.mark.skipif(not _core.has_solvers, reason="built without solvers")


def random_square_problems(count, seed):
    """Weights that make a regular matrix of as many rows as columns, pixels and keywords."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        axes = int(rng.integers(1, 3))
        pixels = tuple(int(each) for each in rng.integers(3, 7, axes))
        channels = int(rng.integers(1, 3))
        weights = rng.integers(-3, 4, (channels, channels, *[3] * axes)).astype(float)
        for channel in range(channels):
            weights[(channel, channel, *[1] * axes)] = 100
        boundary = str(rng.choice(["zero", "circular", "reflect", "symmetric"]))
        order = str(rng.choice(["channels_first", "channels_last", "column_major"]))
        yield weights, pixels, {"padding": 1, "boundary": boundary, "order": order}


def image_shape(channels, pixels, order):
    if order == "channels_last":
        return (*pixels, channels)
    return (channels, *(pixels[::-1] if order == "column_major" else pixels))


@needs_solvers
def test_square_systems():
    rng = np.random.default_rng(14)
    for weights, pixels, keywords in random_square_problems(60, seed=14):
        shape = image_shape(len(weights), pixels, keywords["order"])
        A = toeplix.matrix(weights, pixels, **keywords)
        x = rng.integers(-9, 10, shape).astype(float)
        b = (A @ x.ravel()).reshape(shape)
        for solve in (toeplix.solve_square, toeplix.least_squares):
            solution = solve(weights, pixels, b, **keywords)
            assert solution.x.shape == shape and solution.report.status == "solved"
            assert solution.report and solution.report.residual < 1e-9
            assert np.array_equal(solution.x.round(9), x)
            flat, report = solve(A, b.ravel(), threads=1)
            assert np.array_equal(flat.round(9), x.ravel()) and report
    up, _ = toeplix.solve_square([2, 1], 3, [2, 5, 8], transposed=True, padding=[(0, 1)])
    assert np.array_equal(up.round(12), [1, 2, 3])


@needs_solvers
def test_a_kernel_for_every_pixel():
    rng = np.random.default_rng(21)
    w = rng.integers(1, 9, (4, 5, 1, 1, 3, 3))
    w[..., 1, 1] = 100
    x = rng.integers(-9, 10, (4, 5)).astype(float)
    b = toeplix.matrix(w, (4, 5), padding=1) @ x.ravel()
    for solve in (toeplix.solve_square, toeplix.least_squares):
        found, _ = solve(w, (4, 5), b.reshape(4, 5), padding=1)
        assert np.array_equal(found.round(9), x)


@needs_solvers
def test_layouts():
    b = np.arange(12.0).reshape(3, 4)
    for given in (b, b[np.newaxis], b.ravel()):
        for solve in (toeplix.solve_square, toeplix.least_squares, toeplix.tikhonov):
            keywords = {"lambda_": 0} if solve is toeplix.tikhonov else {}
            x, _ = solve(np.array([[2]]), (3, 4), given, **keywords)
            assert x.shape == given.shape
            assert np.array_equal((2 * x).round(12), given)


@needs_solvers
def test_singular_systems_have_no_solution():
    x, report = toeplix.solve_square([1, 1], 4, [1, 2, 3, 4], boundary="circular", padding="same")
    assert x is None and not report
    assert report.status == "singular" and report.reason in repr(report)
    assert report.nullity == 1


@needs_solvers
def test_least_squares_is_numpys():
    rng = np.random.default_rng(15)
    for _ in range(40):
        weights = rng.integers(-9, 10, (int(rng.integers(1, 3)), int(rng.integers(1, 3)), 3))
        weights[0, 0, 0] = 20
        keywords = {"stride": int(rng.integers(1, 3)), "padding": int(rng.integers(0, 3))}
        A = toeplix.matrix(weights, 8, **keywords).toarray()
        b = rng.integers(-9, 10, A.shape[0])
        x, report = toeplix.least_squares(weights, 8, b, **keywords)
        expected, _, rank, _ = np.linalg.lstsq(A, b, rcond=None)
        assert report.rank == rank
        assert np.allclose(x.ravel(), expected, atol=1e-9)
        assert np.isclose(report.residual, np.linalg.norm(A @ x.ravel() - b), atol=1e-9)


def regularizers():
    """What may be L for images of 6 x 6 pixels, and L itself."""
    yield "identity", np.eye(36)
    difference = np.diff(np.eye(6), axis=0)
    yield "gradient", np.vstack(
        [np.kron(difference, np.eye(6)), np.kron(np.eye(6), difference)]
    )
    second = difference.T @ difference
    yield "laplacian", np.kron(second, np.eye(6)) + np.kron(np.eye(6), second)
    yield scipy.sparse.eye(36) * 2, np.eye(36) * 2


@needs_solvers
def test_tikhonov_is_the_normal_equations():
    rng = np.random.default_rng(16)
    keywords = {"padding": 1, "boundary": "reflect"}
    for regularizer, L in regularizers():
        for ordering in ("automatic", "dissection", "metis", "amd"):
            w = rng.integers(1, 9, (3, 3))
            A = toeplix.matrix(w, (6, 6), **keywords).toarray()
            b = rng.integers(-9, 10, (2, 6, 6))
            x, report = toeplix.tikhonov(
                w, (6, 6), b, lambda_=0.5, regularizer=regularizer, ordering=ordering, **keywords
            )
            assert x.shape == b.shape and report.rule == "given" and report.lambda_ == 0.5
            expected = np.linalg.solve(A.T @ A + 0.5 * L.T @ L, A.T @ b.reshape(2, 36).T).T
            assert np.allclose(x, expected.reshape(b.shape), atol=1e-9)


@needs_solvers
def test_lambda_is_chosen():
    rng = np.random.default_rng(17)
    w = np.outer([1, 2, 1], [1, 2, 1]) / 16
    photo = np.add.outer(np.arange(30) // 7, np.arange(24) // 5) / 10.0
    A = toeplix.matrix(w, photo.shape, padding=1, boundary="reflect")
    keywords = {"padding": 1, "boundary": "reflect", "regularizer": "gradient"}
    b = (A @ photo.ravel()).reshape(photo.shape) + 0.01 * rng.standard_normal(photo.shape)
    x, report = toeplix.tikhonov(w, photo.shape, b, **keywords)
    assert report.rule == "cross_validation" and report.trials > 5 and not report.at_limit
    assert np.linalg.norm(x - photo) < np.linalg.norm(b - photo)
    x, report = toeplix.tikhonov(w, photo.shape, b, noise=0.01, **keywords)
    assert report.rule == "discrepancy"
    assert np.isclose(report.residual, 0.01 * np.sqrt(b.size), rtol=0.05)
    _, limited = toeplix.tikhonov(w, photo.shape, b, lambda_range=(10, 20), **keywords)
    assert 10 <= limited.lambda_ <= 20 and limited.at_limit


def blurred_photo(channels, noise=0.0):
    rng = np.random.default_rng(18)
    photo = 100.0 + 10 * np.add.outer(np.arange(40) // 7, np.arange(36) // 5)
    photo = np.stack([photo + 5 * channel for channel in range(channels)])
    kernel = rng.integers(1, 9, (3, 5)) / 200
    kernel[1, 2] = 0.7
    kernel /= kernel.sum()
    A = toeplix.matrix(kernel, photo.shape[1:], padding="same_upper", boundary="reflect",
                       operation="convolution")
    blurred = (A @ photo.reshape(channels, -1).T).T.reshape(photo.shape)
    return photo, blurred + noise * rng.standard_normal(photo.shape), kernel


@needs_solvers
def test_photographs_keep_their_shape():
    photo, blurred, kernel = blurred_photo(3)
    whole, report = toeplix.deblur(blurred, kernel, lambda_=1e-10)
    assert report and report.lambda_ == 1e-10
    assert whole.shape == photo.shape and np.abs(whole - photo).max() < 1e-3
    last, _ = toeplix.deblur(np.moveaxis(blurred, 0, -1), kernel, lambda_=1e-10)
    assert np.array_equal(np.moveaxis(last, -1, 0), whole)
    grey, _ = toeplix.deblur(blurred[0], kernel, lambda_=1e-10)
    assert grey.shape == photo.shape[1:] and np.allclose(grey, whole[0], atol=1e-9)
    framed, _ = toeplix.deblur(blurred[0], np.pad(kernel, 2), lambda_=1e-10)
    assert np.array_equal(framed, grey)
    turned, _ = toeplix.deblur(blurred[0], kernel[::-1, ::-1], lambda_=1e-10,
                               operation="correlation")
    assert np.allclose(turned, grey, atol=1e-6)
    one, _ = toeplix.deblur(blurred[:1], kernel, lambda_=1e-10, channel_axis=0)
    assert np.array_equal(one[0], grey)


@needs_solvers
def test_noise_and_bytes():
    photo, blurred, kernel = blurred_photo(1, noise=1)
    samples = blurred[0].round().clip(0, 255).astype(np.uint8)
    x, report = toeplix.deblur(samples, kernel)
    assert report.rule == "cross_validation" and x.dtype == np.float64
    assert np.linalg.norm(x - photo[0]) < np.linalg.norm(samples - photo[0])
    _, report = toeplix.deblur(samples, kernel, noise=1)
    assert report.rule == "discrepancy"


@needs_solvers
def test_the_middle_of_a_large_photograph_decides():
    rng = np.random.default_rng(19)
    large = 100 * rng.standard_normal((140, 134))
    middle = np.add.outer(np.arange(128) // 9, np.arange(128) // 7.0)
    middle += rng.standard_normal(middle.shape)
    large[6:134, 3:131] = middle
    kernel = np.array([[1, 6, 1]]) / 8
    _, of_large = toeplix.deblur(large, kernel)
    _, of_middle = toeplix.deblur(middle, kernel)
    assert of_large.lambda_ == of_middle.lambda_ and not of_large.at_limit


@needs_solvers
def test_lambda_is_chosen_for_the_kernel_as_it_is_read():
    """On a small picture: a kernel and the same turned differ in what they do at borders alone."""
    rng = np.random.default_rng(20)
    image = np.arange(9.0) ** 3 / 100 + rng.standard_normal((5, 9))
    kernel = np.array([[1, 0, 2, 0, 5]]) / 8
    _, report = toeplix.deblur(image, kernel, noise=0.8)
    _, other = toeplix.deblur(image, kernel, noise=0.8, operation="correlation")
    _, turned = toeplix.deblur(image, kernel[:, ::-1], noise=0.8, operation="correlation")
    assert np.isclose(turned.lambda_, report.lambda_, rtol=1e-9)
    assert not np.isclose(other.lambda_, report.lambda_, rtol=1e-3)


@needs_solvers
def test_a_kernel_keeps_its_centre():
    photo, _, kernel = blurred_photo(1)
    lopsided = np.pad(kernel, ((2, 0), (0, 4)))
    A = toeplix.matrix(lopsided, photo.shape[1:], padding="same_upper", boundary="circular",
                       operation="convolution")
    blurred = (A @ photo.ravel()).reshape(photo.shape[1:])
    x, _ = toeplix.deblur(blurred, lopsided, lambda_=1e-10, boundary="circular")
    assert np.abs(x - photo[0]).max() < 1e-3


@needs_solvers
def test_what_solvers_refuse():
    with pytest.raises(toeplix.SolverError, match="square"):
        toeplix.solve_square([1, 2], 5, np.ones(4))
    with pytest.raises(toeplix.SolverError, match="finite"):
        toeplix.least_squares([1, np.nan], 5, np.ones(4))
    with pytest.raises(toeplix.GeometryError, match="b has the shape"):
        toeplix.solve_square([1], 5, np.ones(4))
    with pytest.raises(toeplix.GeometryError, match="batch of 2 right-hand sides"):
        toeplix.solve_square([1], 5, np.ones((2, 5)))
    with pytest.raises(TypeError, match="needs the right-hand side"):
        toeplix.solve_square([1], 5)
    with pytest.raises(TypeError, match="takes it and b, and no more"):
        toeplix.solve_square(scipy.sparse.eye(3), 5, np.ones(3))
    with pytest.raises(TypeError, match="complex"):
        toeplix.solve_square([1j], 5, np.ones(5))
    with pytest.raises(toeplix.CapacityError):
        toeplix.solve_square(np.ones((3, 3)), (90, 90), np.ones(8100), padding=1, memory_budget=1)
    with pytest.raises(TypeError, match="did you mean 'stride'"):
        toeplix.tikhonov([1], 5, np.ones(5), strides=1)


@needs_solvers
def test_what_tikhonov_and_deblur_refuse():
    image = np.ones((6, 7))
    with pytest.raises(toeplix.SolverError, match="lambda"):
        toeplix.tikhonov([1], 5, np.ones(5), lambda_=-1)
    with pytest.raises(TypeError, match="noise is for choosing"):
        toeplix.tikhonov([1], 5, np.ones(5), lambda_=1, noise=1)
    for name in ("lambda_", "noise"):
        with pytest.raises(TypeError, match=f"{name} is 'much'; expected a number"):
            toeplix.deblur(image, [[1]], **{name: "much"})
    with pytest.raises(ValueError, match="expected one of 'identity', 'gradient', 'laplacian'"):
        toeplix.tikhonov([1], 5, np.ones(5), lambda_=1, regularizer="smooth")
    with pytest.raises(ValueError, match="expected one of 'automatic'"):
        toeplix.tikhonov([1], 5, np.ones(5), lambda_=1, ordering="none")
    with pytest.raises(toeplix.SolverError, match="columns"):
        toeplix.tikhonov([1], 5, np.ones(5), lambda_=1, regularizer=scipy.sparse.eye(4))
    with pytest.raises(toeplix.GeometryError, match="one kernel for all pixels"):
        toeplix.tikhonov(np.ones((4, 1, 1, 2)), 5, np.ones(4), lambda_=1)
    with pytest.raises(TypeError, match="expected two numbers"):
        toeplix.tikhonov([1], 5, np.ones(5), lambda_range=3)
    with pytest.raises(toeplix.SolverError, match="zero everywhere"):
        toeplix.deblur(image, np.zeros((3, 3)))
    with pytest.raises(toeplix.GeometryError, match="expected two axes"):
        toeplix.deblur(image, [1, 2, 1])
    with pytest.raises(toeplix.GeometryError, match="say channel_axis=0"):
        toeplix.deblur(np.ones((3, 6, 4)), [[1]])
    with pytest.raises(toeplix.GeometryError, match="expected as many, or one more"):
        toeplix.deblur(np.ones(5), [[1]])
    with pytest.raises(toeplix.SolverError, match="finite"):
        toeplix.deblur(image * np.nan, [[1, 1]], lambda_=1)
    with pytest.raises(TypeError, match="did you mean 'boundary'"):
        toeplix.deblur(image, [[1]], boundry="zero")


def test_a_build_without_solvers_says_so(monkeypatch):
    monkeypatch.setattr(_core, "has_solvers", False)
    calls = {
        "solve_square": lambda: toeplix.solve_square([1], 5, np.ones(5)),
        "least_squares": lambda: toeplix.least_squares([1], 5, np.ones(5)),
        "tikhonov": lambda: toeplix.tikhonov([1], 5, np.ones(5)),
        "deblur": lambda: toeplix.deblur(np.ones((5, 5)), [[1]]),
        "richardson_lucy": lambda: toeplix.richardson_lucy(np.ones((5, 5)), [[1]]),
        "total_variation": lambda: toeplix.total_variation(np.ones((5, 5)), [[1]], 1),
        "spectral_norm": lambda: toeplix.spectral_norm([1], 5),
        "singular_values": lambda: toeplix.singular_values([1], 5),
        "largest_singular_values": lambda: toeplix.largest_singular_values([1], 5, 1),
    }
    for name, call in calls.items():
        with pytest.raises(ImportError, match=f"toeplix.{name} needs the component solvers"):
            call()
