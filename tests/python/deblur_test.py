"""What deblur says of kernels that are not symmetric, and of the time that it takes."""

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
