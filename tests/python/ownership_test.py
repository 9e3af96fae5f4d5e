"""Whose memory a matrix is, what it costs; long calls let others run, and can be stopped."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import toeplix


def base_of(array):
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array.base


@pytest.mark.parametrize("format", ["csr", "csc"])
def test_the_arrays_of_a_matrix_are_the_compiled_ones(format):
    for wide in (None, np.int32, np.int64):
        A = toeplix.matrix(np.ones((4, 2, 3, 3)), (9, 8), format=format, index_dtype=wide)
        arrays = (A.data, A.indices, A.indptr)
        assert len(A.data) == len(A.indices) == A.nnz == A.indptr[-1]
        assert len(A.indptr) == A.shape[0 if format == "csr" else 1] + 1
        assert A.indices.dtype == A.indptr.dtype == (wide or np.int32)
        assert not any(array.flags.owndata for array in arrays)
        owners = [base_of(array) for array in arrays]
        assert type(owners[0]).__name__ == "PyCapsule"
        assert owners[0] is owners[1] is owners[2]
        assert all(array.flags.c_contiguous and array.flags.aligned for array in arrays)


@pytest.mark.parametrize("keywords", [{}, {"format": "csc"}, {"index_dtype": np.int64},
                                      {"rows": (3, 9)}, {"prune": True}])
def test_scipys_matrix_shares_what_was_compiled(monkeypatch, keywords):
    compiled, compile = [], toeplix._core.compile

    def remember(*args, **given):
        compiled.extend(compile(*args, **given))
        return tuple(compiled)

    monkeypatch.setattr(toeplix._core, "compile", remember)
    A = toeplix.matrix(np.ones((4, 2, 3, 3)), (9, 8), **keywords)
    for ours, theirs in zip((A.data, A.indices, A.indptr), compiled):
        assert np.shares_memory(ours, theirs)
        assert ours.ctypes.data == theirs.ctypes.data and ours.nbytes == theirs.nbytes


def test_an_operation_of_scipys_that_need_not_copy_shares_them():
    A = toeplix.matrix(np.ones((3, 3)), (9, 8))
    assert np.shares_memory(A.T.data, A.data)  # a csc_matrix of the same arrays
    assert np.shares_memory(A.T.indices, A.indices)
    assert np.shares_memory(A.tocsr().indptr, A.indptr)
    A.data[0] = 7
    assert A.T[0, 0] == 7


def test_arrays_outlive_the_matrix():
    data = toeplix.matrix(np.arange(1.0, 4.0), 200_000).data
    others = [toeplix.matrix(np.zeros(3), 200_000) for _ in range(3)]
    assert np.array_equal(data, np.tile([1.0, 2.0, 3.0], 199_998))
    assert len(others) == 3


def test_64_bits_stay_where_scipy_uses_the_matrix():
    A = toeplix.matrix(np.ones(3), 9, index_dtype=np.int64)
    assert A.indices.dtype == A.indptr.dtype == np.int64
    assert np.array_equal(A @ np.ones(9), np.full(7, 3.0))


PEAK = """
import numpy as np, toeplix
def status(key):
    for line in open("/proc/self/status"):
        if line.startswith(key):
            return int(line.split()[1]) * 1024
toeplix.matrix(np.ones((4, 4, 3, 3), np.float32), (20, 20))
before = status("VmRSS")
A = toeplix.matrix(np.ones((32, 32, 3, 3), np.float32), (54, 52), padding=1, {keywords})
size = A.data.nbytes + A.indices.nbytes + A.indptr.nbytes
print(size, status("VmHWM") - before)
"""


@pytest.mark.parametrize("keywords", ["", "format='csc'", "index_dtype=np.int64",
                                      "rows=(0, 89_000)"])
def test_a_matrix_costs_its_own_memory_and_hardly_more(keywords):
    if not sys.platform.startswith("linux"):
        pytest.skip("/proc is Linux's")
    run = subprocess.run([sys.executable, "-c", PEAK.format(keywords=keywords)],
                         capture_output=True, text=True, check=True)
    size, peak = map(int, run.stdout.split())
    assert size > 190_000_000
    assert peak < 1.1 * size + 20_000_000


def test_refilling_costs_no_memory():
    A = toeplix.matrix(np.ones((8, 8, 3, 3), np.float32), (54, 52), padding=1)
    data, indices, indptr = A.data, A.indices, A.indptr
    toeplix.matrix(np.full((8, 8, 3, 3), 2, np.float32), (54, 52), padding=1, out=A)
    assert A.data is data and A.indices is indices and A.indptr is indptr
    assert np.all(data == 2)


def counted_meanwhile(work):
    """How often another thread gets a turn while some work is done, and how long it takes."""
    counts, done = [0], threading.Event()

    def count():
        while not done.is_set():
            counts[0] += 1
            time.sleep(0.001)

    other = threading.Thread(target=count)
    other.start()
    time.sleep(0.01)
    before, begin = counts[0], time.perf_counter()
    work()
    passed, seconds = counts[0] - before, time.perf_counter() - begin
    done.set()
    other.join()
    return passed, seconds


def test_other_threads_run_meanwhile():
    weights = np.ones((32, 32, 3, 3), np.float32)
    op = toeplix.operator(weights, (56, 56), padding=1)
    images = np.ones((20, *op.input_shape), np.float32)
    matrix = op.to_sparse()
    for work in (
        lambda: toeplix.matrix(weights, (56, 56), padding=1),
        lambda: toeplix.matrix(weights, (56, 56), padding=1, out=matrix),
        lambda: op.to_sparse(),
        lambda: op(images),
        lambda: op.T(images),
    ):
        passed, seconds = counted_meanwhile(work)
        # With the lock held it would be none, or one at either end.
        assert passed >= min(3, seconds / 0.01), (passed, seconds)


STOPPED = """
import os, signal, threading, time
import numpy as np, toeplix
{setup}
begin = time.perf_counter()
timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
timer.start()
try:
    {call}
    print("not stopped after", time.perf_counter() - begin)
except KeyboardInterrupt:
    print("stopped", time.perf_counter() - begin)
{after}
"""
LONG_PRODUCT = """
op = toeplix.operator(np.ones((256, 256, 3, 3)), (64, 64), padding=1)
x = np.ones((64, *op.input_shape))
"""
LONG_COMPILATION = """
def compile_forever():
    for _ in range(1000):
        toeplix.matrix(np.ones((64, 64, 3, 3)), (56, 56), padding=1)
"""


@pytest.mark.parametrize("setup, call, after", [
    (LONG_PRODUCT, "op(x)", "assert (op @ np.ones(op.shape[1])).max() == 256 * 9"),
    (LONG_PRODUCT, "op.T(x)", ""),
    (LONG_COMPILATION, "compile_forever()", "toeplix.matrix(np.ones((3, 3)), (9, 9))"),
], ids=["product", "transposed product", "compilation"])
def test_ctrl_c_stops_a_long_call(setup, call, after):
    script = STOPPED.format(setup=setup, call=call, after=after)
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                         timeout=120)
    assert run.returncode == 0, run.stderr
    word, seconds = run.stdout.split()
    assert word == "stopped"
    assert float(seconds) < 2.5  # 0.3 s until it is asked, and a machine that does other things


def test_a_handler_of_another_signal_raises_its_own_error():
    script = f"""
import os, signal, threading
import numpy as np, toeplix
def handle(*_):
    raise RuntimeError("enough")
signal.signal(signal.SIGUSR1, handle)
{LONG_PRODUCT}
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGUSR1)).start()
try:
    op(x)
except RuntimeError as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                         timeout=120)
    assert run.stdout.strip() == "enough", run.stderr


def everything():
    """A matrix and products that several threads make, as bytes."""
    weights = np.arange(4 * 4 * 9, dtype=np.float64).reshape(4, 4, 3, 3)
    A = toeplix.matrix(weights, (80, 80), threads=2)
    op = toeplix.operator(weights, (80, 80), threads=2)
    x = np.arange(op.shape[1]) % 17
    assert np.array_equal(A @ x, op @ x)
    return A.data.tobytes(), (op @ x).tobytes(), (op.T @ (op @ x)).tobytes()


def report(sender):
    sender.send(everything())
    sender.close()


def child_of_fork():
    """What a forked child makes of `everything`: by os.fork, which must end within ten seconds."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            same = everything() == EXPECTED
            os.write(writer, b"same" if same else b"other")
        finally:
            os._exit(0)
    os.close(writer)
    end = time.monotonic() + 30
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return b"hung"
        time.sleep(0.01)
    with os.fdopen(reader, "rb") as pipe:
        return pipe.read()


EXPECTED = everything()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_after_use_works():
    assert child_of_fork() == b"same"
    assert everything() == EXPECTED


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")
def test_multiprocessing_by_fork_works():
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=report, args=(sender,))
    child.start()
    sender.close()
    assert receiver.poll(30), "the child hangs"
    assert receiver.recv() == EXPECTED
    child.join(30)
    assert child.exitcode == 0


def test_many_threads_may_multiply_by_one_operator():
    op = toeplix.operator(np.ones((4, 4, 3, 3), np.float32), (40, 40))
    x = np.arange(op.shape[1]) % 13
    expected, wrong = op @ x, []

    def multiply():
        for _ in range(20):
            if not np.array_equal(op @ x, expected) or (op.T @ expected).shape != x.shape:
                wrong.append(1)

    threads = [threading.Thread(target=multiply) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
