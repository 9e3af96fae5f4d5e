"""Functions that iterations tell of every step, and what they raise."""

import os
import signal

import numpy as np
import pytest
from refusals import refused

import toeplix
from toeplix import _core

pytestmark = pytest.mark.skipif(not _core.has_solvers, reason="built without solvers")

MOTION = np.array([[0, 0, 0], [0, 0.6, 0.3], [0, 0, 0.1]])
IMAGE = 100 + 10 * np.random.default_rng(1).random((24, 20))


def tikhonov(**keywords):
    geometry = {"padding": 1, "boundary": "reflect", "method": "iterative", "tolerance": 1e-12}
    return toeplix.tikhonov(MOTION, IMAGE.shape, IMAGE, lambda_=1e-3, **geometry, **keywords)


def deblur(image=IMAGE, **keywords):
    return toeplix.deblur(image, MOTION, **keywords)


#: Calls that take at least three iterations; deblur's functions are told the channel, too.
ONE_IMAGE = {
    "tikhonov": tikhonov,
    "nonnegative_least_squares": lambda **told: toeplix.nonnegative_least_squares(
        IMAGE, MOTION, **told
    ),
    "richardson_lucy": lambda **told: toeplix.richardson_lucy(IMAGE, MOTION, **told),
    "total_variation": lambda **told: toeplix.total_variation(IMAGE, MOTION, 0.1, **told),
}
DEBLUR = {
    "tikhonov": {"method": "iterative", "lambda_": 1e-3, "tolerance": 1e-9},
    "nonnegative": {"nonnegative": True, "lambda_": 1e-3},
    "total_variation": {"total_variation": 0.1},
    "richardson_lucy": {"richardson_lucy": 4},
}
CALLS = ONE_IMAGE | {
    f"deblur, {name}": lambda told=told, **keywords: deblur(**told, **keywords)
    for name, told in DEBLUR.items()
}


@pytest.mark.parametrize("name", ONE_IMAGE)
def test_it_is_told_of_every_step(name):
    steps = []
    x, report = ONE_IMAGE[name](progress=lambda *step: steps.append(step))
    numbers = [number for number, _ in steps]
    assert numbers == list(range(1, report.iterations + 1)) and len(numbers) >= 3
    last = report.history[-1] if name == "tikhonov" else report.relative_residual
    assert steps[-1][1] == pytest.approx(last, rel=1e-12)
    without, _ = ONE_IMAGE[name]()
    assert np.array_equal(x, without)


@pytest.mark.parametrize("name", DEBLUR)
def test_deblur_tells_the_channel_too(name):
    steps = []
    colours = np.stack([IMAGE, IMAGE[::-1], IMAGE / 2])
    _, report = deblur(colours, progress=lambda *step: steps.append(step), **DEBLUR[name])
    assert [channel for channel, _, _ in steps] == sorted(channel for channel, _, _ in steps)
    for channel in range(3):
        numbers = [number for found, number, _ in steps if found == channel]
        assert numbers == list(range(1, len(numbers) + 1))
        assert 3 <= len(numbers) <= report.iterations
    assert all(np.isfinite(residual) for _, _, residual in steps)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt(), toeplix.Error("own")])
def test_what_it_raises_ends_the_call(name, error):
    numbers = []

    def stop(*step):
        numbers.append(step[-2])
        if step[-2] == 2:
            raise error

    with pytest.raises(type(error)) as caught:
        CALLS[name](progress=stop)
    assert caught.value is error and numbers == [1, 2]
    found, _ = CALLS[name]()  # nothing is left of it
    assert np.isfinite(found).all()


def test_ctrl_c_while_it_is_told():
    def press(iteration, residual):
        if iteration == 2:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        toeplix.total_variation(IMAGE, MOTION, 0.1, tolerance=1e-15, progress=press)


def test_it_may_use_the_package_itself():
    sums = []
    toeplix.richardson_lucy(
        IMAGE, MOTION, max_iterations=3, tolerance=0,
        progress=lambda *_: sums.append(toeplix.matrix([1, 2], 5).sum()),
    )
    assert sums == [12] * 3


def test_without_iterations_nothing_is_told():
    told = []
    _, report = deblur(boundary="circular", progress=lambda *step: told.append(step))
    assert report.method == "transform" and told == []


@pytest.mark.parametrize("name", CALLS)
def test_it_is_a_function(name):
    refused("progress is 3; expected a function", lambda: CALLS[name](progress=3), TypeError)
    refused("missing|argument", lambda: CALLS[name](progress=lambda: None), TypeError)
