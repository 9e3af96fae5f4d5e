"""What shared matrices have to be, by NumPy and SciPy alone. Helps petsc_checks.py."""

import contextlib
import signal

import numpy as np
import scipy.sparse
from geometries import integers, random_geometry
from petsc4py import PETSc

import toeplix

RANK, PROCESSES = PETSc.COMM_WORLD.rank, PETSc.COMM_WORLD.size
LAST = PROCESSES - 1

#: Shapes of weights and keywords.
CASES = [
    ((3, 3), {"input": (7, 5), "padding": 1}),
    ((3, 2, 3, 3), {"input": (6, 5), "stride": (1, 2)}),
    ((3, 3, 2, 4), {"input": (6, 5), "order": "channels_last", "weights_order": "hwio"}),
    ((3, 2, 3, 2), {"input": (6, 5), "order": "column_major", "boundary": "circular", "padding": 1}),
    ((2, 3, 2), {"input": 9, "boundary": "reflect", "padding": 1}),
    ((2, 3, 2, 2), {"input": (4, 3), "transposed": True, "stride": 2}),
    ((4, 1, 2, 2, 2), {"input": (5, 3, 2), "groups": 2, "operation": "convolution"}),
    ((1, 4, 2, 2), {"input": (2, 2)}),  # one line of output: some processes have none
]


def drawn(seed):
    """The cases above and random ones, each with weights of small integers."""
    rng = np.random.default_rng(seed)
    cases = list(CASES)
    for _ in range(30):
        extents, shape, keywords = random_geometry(rng)
        cases.append((shape, {"input": extents, **keywords}))
    for shape, keywords in cases:
        weights = integers(rng, shape)
        weights.flat[0] = 0  # it is stored all the same
        yield weights, keywords


def even(lines):
    """Lines of each process, as PETSc shares them."""
    return [lines // PROCESSES + (process < lines % PROCESSES) for process in range(PROCESSES)]


def banded(shape, channels_last, lines):
    """For each process, the places in the flat tensor of the lines that it has."""
    axis = 0 if channels_last else 1
    every = np.arange(np.prod(shape)).reshape(shape)
    return [part.ravel() for part in np.split(every, np.cumsum(lines)[:-1], axis)]


class Expected:
    """The matrix by SciPy, and which of its rows and columns each process has."""

    def __init__(self, weights, keywords, output_lines=None, input_lines=None):
        last = keywords.get("order") == "channels_last"
        op = toeplix.operator(weights, **keywords)
        axis = 0 if last else 1
        lines = output_lines or even(op.output_shape[axis])
        self.rows = banded(op.output_shape, last, lines)
        lines = input_lines or even(op.input_shape[axis])
        self.columns = banded(op.input_shape, last, lines)
        self.matrix = toeplix.matrix(weights, **keywords)
        self.input_lines = op.input_shape[axis]
        self.output_lines = op.output_shape[axis]

    def check_entries(self, mat):
        """All that are stored, those that are zero among them."""
        check_rows(mat, self.matrix, np.concatenate(self.rows), np.concatenate(self.columns))


def check_rows(mat, serial, rows, columns):
    """The rows that this process has, given where all rows and columns are in the serial matrix."""
    coo = serial.tocoo()
    order = (np.argsort(rows)[coo.row], np.argsort(columns)[coo.col])
    expected = scipy.sparse.csr_matrix((coo.data, order), shape=serial.shape)
    expected.sort_indices()
    begin, end = mat.getOwnershipRange()
    expected = expected[begin:end]
    found = mat.getValuesCSR()
    for one, other in zip(found, (expected.indptr, expected.indices, expected.data)):
        assert np.array_equal(one, other)


def refused(call, *args, **keywords):
    """What the call raises, on this process."""
    try:
        call(*args, **keywords)
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def check_refused(error, kind, message):
    assert type(error) is kind and str(error) == message, repr(error)


@contextlib.contextmanager
def alarm(seconds):
    """A signal whose handler raises TimeoutError; none for 0 seconds."""

    def stop(number, frame):
        raise TimeoutError("stopped")

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
