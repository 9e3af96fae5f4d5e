"""Singular values and their bounds against those of the dense matrix, by NumPy."""

import subprocess
import sys

import geometries
import numpy as np
import pytest
from refusals import refused
from spectra import has_spectra

import toeplix
from toeplix import _core

pytestmark = pytest.mark.skipif(not _core.has_solvers, reason="built without solvers")


needs_spectra = pytest.mark.skipif(not has_spectra(), reason="built without Spectra")


def random_layers(count, seed):
    """Weights, pixels, keywords and the matrix as a dense one; some transposed."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        boundary = list(geometries.PAD_MODES)[number % len(geometries.PAD_MODES)]
        pixels, shape, keywords = geometries.random_geometry(rng, (boundary,))
        keywords["order"] = str(rng.choice(["channels_first", "channels_last", "column_major"]))
        if number % 10 == 0:  # zeros are all that a transposed convolution has beyond its ends
            keywords = {"transposed": True, "stride": keywords["stride"], "groups": shape[0]}
        weights = geometries.integers(rng, shape)
        dense = toeplix.matrix(weights, pixels, **keywords).toarray()
        if dense.size < 10**6:  # others take seconds
            yield weights, pixels, keywords, dense


def singular(dense):
    return np.linalg.svd(dense, compute_uv=False)


def test_all_values_are_numpys():
    for weights, pixels, keywords, dense in random_layers(60, seed=1):
        found = toeplix.singular_values(weights, pixels, **keywords)
        expected = singular(dense)
        assert found.shape == (min(dense.shape),) and found.dtype == np.float64
        assert abs(found - expected).max() <= 1e-12 * expected[0], keywords


def test_bounds_enclose_the_norm():
    for weights, pixels, keywords, dense in random_layers(60, seed=2):
        exact = singular(dense)[0]
        norm = toeplix.spectral_norm(weights, pixels, **keywords)
        assert norm.lower <= exact * (1 + 1e-14) and exact * (1 - 1e-14) <= norm.upper, keywords
        assert norm.converged and norm.upper - norm.lower <= 0.05 * norm.upper, norm
        for name, order in (("norm_1", 1), ("norm_inf", np.inf), ("frobenius", "fro")):
            assert getattr(norm, name) == pytest.approx(np.linalg.norm(dense, order), rel=1e-12)


def test_the_tolerance_is_that_of_the_interval():
    for weights, pixels, keywords, dense in random_layers(20, seed=3):
        norm = toeplix.spectral_norm(weights, pixels, tolerance=1e-6, **keywords)
        assert norm.converged and norm.upper - norm.lower <= 1e-6 * norm.upper, norm
        assert norm.upper == pytest.approx(singular(dense)[0], rel=2e-6)


def test_what_may_prove_the_norm():
    layer = {"weights": [[1, 2, 0], [0, 1, 5], [7, 0, 1]], "input": (12, 9), "padding": 1,
             "boundary": "replicate", "tolerance": 1e-3}
    proved = toeplix.spectral_norm(**layer, certify="factorization", threads=1)
    assert proved.upper_from == "factorization" and proved.factorizations > 0
    assert toeplix.spectral_norm(**layer).upper_from == "factorization"
    left = toeplix.spectral_norm(**layer, certify="transforms")
    assert left.factorizations == 0 and not left.converged and left.upper > proved.upper
    assert left.reason and left.reason in repr(left) and "not converged" not in repr(proved)
    assert repr(proved).startswith(f"{proved.lower!r} (rayleigh quotient) <= norm <= ")
    with pytest.raises(AttributeError):
        proved.upper = 0


def check_triplets(dense, k, found):
    """A v = s u, A^T u = s v, orthonormal vectors, and NumPy's values; laid out as by svds."""
    u, s, vt, report = found
    expected = singular(dense)
    close = 1e-8 * expected[0]
    assert report and report.converged and report.reason == ""
    assert (u.shape, s.shape, vt.shape) == ((len(dense), k), (k,), (k, dense.shape[1]))
    assert abs(s - expected[:k]).max() <= close
    right, left = dense @ vt.T - u * s, u.T @ dense - s[:, None] * vt
    assert abs(right).max() <= close and abs(left).max() <= close
    assert abs(u.T @ u - np.eye(k)).max() < 1e-8 and abs(vt @ vt.T - np.eye(k)).max() < 1e-8
    residual = max(np.linalg.norm(right, axis=0).max(), np.linalg.norm(left, axis=1).max())
    assert report.residual == pytest.approx(residual, abs=1e-13 * expected[0])


def test_vectors_of_small_matrices():
    rng = np.random.default_rng(4)
    for weights, pixels, keywords, dense in random_layers(40, seed=4):
        k = int(rng.integers(1, min(dense.shape) + 1))
        check_triplets(dense, k, toeplix.largest_singular_values(weights, pixels, k, **keywords))


@needs_spectra
@pytest.mark.parametrize("boundary", geometries.PAD_MODES)
@pytest.mark.parametrize("shape", [(1, 3, 3, 3), (3, 1, 3, 3)], ids=["wide", "tall"])
def test_vectors_by_products(shape, boundary):
    """Of matrices that are large enough for Lanczos's method; circular ones have pairs."""
    weights = np.random.default_rng(5).standard_normal(shape)
    keywords = {"padding": 1, "boundary": boundary}
    dense = toeplix.matrix(weights, (14, 13), **keywords).toarray()
    found = toeplix.largest_singular_values(weights, (14, 13), k=5, **keywords)
    check_triplets(dense, 5, found)
    assert found.report.products > 0 and f"{found.report.products} products" in repr(found.report)


def test_values_alone():
    u, s, vt, report = toeplix.largest_singular_values([1, 2, 3], 9, 4, vectors=False)
    assert u is None and vt is None and report
    assert np.allclose(s, toeplix.singular_values([1, 2, 3], 9)[:4], rtol=1e-12)


def test_weights_and_geometry_are_those_of_matrix():
    text = "input=8,7 kernel=2,3 stride=2 padding=1"
    weights = np.arange(6, dtype=np.float32).reshape(2, 3)
    for calls in (toeplix.singular_values, toeplix.spectral_norm):
        said = calls(weights, text), calls(weights.tolist(), (8, 7), stride=2, padding=1)
        assert np.array_equal(*said)
    channels = np.ones((3, 3, 2, 4))  # height, width, in, out
    values = toeplix.singular_values(channels, (6, 5), weights_order="hwio")
    dense = toeplix.matrix(channels.transpose(3, 2, 0, 1), (6, 5)).toarray()
    assert np.allclose(values, singular(dense))
    up = {"transposed": True, "stride": 2, "boundary": "zero"}
    assert len(toeplix.singular_values([1, 2, 3], 5, **up)) == 5


def test_any_number_of_threads_gives_the_same_bits():
    weights = np.random.default_rng(6).standard_normal((4, 3, 3, 3))
    keywords = {"padding": 1, "boundary": "circular"}
    several = [toeplix.singular_values(weights, (16, 16), threads=n, **keywords) for n in (1, 2)]
    assert np.array_equal(*several)


def test_large_images_whose_waves_are_known():
    found = toeplix.singular_values([1, -2, 1], 10**5, padding=1, boundary="circular")
    expected = np.sort(abs(np.fft.fft([-2, 1, *[0] * (10**5 - 3), 1])))[::-1]
    assert abs(found - expected).max() < 1e-9


FUNCTIONS = {
    "spectral_norm": toeplix.spectral_norm,
    "singular_values": toeplix.singular_values,
    "largest_singular_values": lambda *given, **keywords: toeplix.largest_singular_values(
        *given, k=1, **keywords
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_refusals_of_all(name):
    call = FUNCTIONS[name]
    refused(f"{name}.. has no keyword 'strides'; did you mean 'stride'",
            lambda: call([1, 2], 5, strides=2), TypeError)
    refused("weights has a NaN at 1; expected finite numbers", lambda: call([1, np.nan], 5), toeplix.SolverError)
    refused("weights has an infinity at 1; expected finite numbers", lambda: call([1, np.inf], 5), toeplix.SolverError)
    refused("kernel span 5 exceeds", lambda: call(np.ones(5), 4))
    refused("weights is complex", lambda: call([1, 2j], 5), TypeError)
    refused(f"{name} takes one kernel for all pixels", lambda: call(np.ones((4, 1, 1, 2)), 5))
    refused("threads -1", lambda: call([1, 2], 5, threads=-1), toeplix.Error)
    refused("beyond what a double holds", lambda: call([1e308, 1e308], 5), toeplix.SolverError)


@pytest.mark.parametrize("tolerance", [0, 1, -0.1, np.nan])
@pytest.mark.parametrize("name", ["spectral_norm", "largest_singular_values"])
def test_tolerances_lie_between_0_and_1(name, tolerance):
    refused("tolerance .*; expected a number between 0 and 1",
            lambda: FUNCTIONS[name]([1, 2], 5, tolerance=tolerance), toeplix.SolverError)


def test_refusals():
    refused("certify is 'proof'; expected one of 'automatic'",
            lambda: toeplix.spectral_norm([1, 2], 5, certify="proof"), toeplix.FormatError)
    for k in (0, 5):
        refused(f"k is {k}; expected a number from 1 to 4",
                lambda: toeplix.largest_singular_values([1, 2], 5, k), toeplix.SolverError)
    refused("k is 1.5; expected an integer",
            lambda: toeplix.largest_singular_values([1, 2], 5, 1.5), TypeError)
    refused("vectors is 'u'", lambda: toeplix.largest_singular_values([1, 2], 5, 1, vectors="u"),
            TypeError)
    refused("dense_limit is -1", lambda: toeplix.singular_values([1, 2], 5, dense_limit=-1),
            toeplix.Error)


def test_what_is_too_large_is_refused_at_once():
    error = refused("limit of 2048", lambda: toeplix.singular_values([1, 2], 2500),
                    toeplix.CapacityError)
    assert error.cause == "limit"
    assert len(toeplix.singular_values([1, 2], 9, dense_limit=8)) == 8
    refused("limit of 7", lambda: toeplix.singular_values([1, 2], 9, dense_limit=7),
            toeplix.CapacityError)
    refused("limit of 100",
            lambda: toeplix.largest_singular_values([1, 2], 200, 150, dense_limit=100),
            toeplix.CapacityError)
    circle = {"weights": [1, 2], "input": 200, "boundary": "circular", "padding": "same"}
    error = refused("memory budget of 1000",
                    lambda: toeplix.singular_values(**circle, memory_budget=1000),
                    toeplix.CapacityError)
    assert error.cause == "memory_budget" and error.bytes > 1000


STOPPED = """
import os, signal, threading, time
import numpy as np, toeplix
weights = np.random.default_rng(1).standard_normal((96, 96, 3, 3))
begin = time.perf_counter()
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    {call}
    print("not stopped", time.perf_counter() - begin)
except KeyboardInterrupt:
    print("stopped", time.perf_counter() - begin)
"""


@pytest.mark.parametrize("call", [
    "toeplix.spectral_norm(weights, (96, 96), tolerance=1e-9, padding=1)",
    "toeplix.singular_values(weights, (256, 256), padding=1, boundary='circular')",
    pytest.param("toeplix.largest_singular_values(weights, (64, 64), 9, padding=1)",
                 marks=needs_spectra),
], ids=["norm", "all", "largest"])
def test_ctrl_c_stops_it(call):
    run = subprocess.run([sys.executable, "-c", STOPPED.format(call=call)], capture_output=True,
                         text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    word, seconds = run.stdout.split()
    assert word == "stopped" and float(seconds) < 4, run.stdout
