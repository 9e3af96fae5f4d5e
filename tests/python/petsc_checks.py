"""What is true of shared matrices on any number of processes. petsc_test.py runs it on one.

Usage: mpiexec -n PROCESSES python3 tests/python/petsc_checks.py
"""

import os
import sys
import traceback

import numpy as np
import scipy.sparse
from geometries import integers
from petsc4py import PETSc
from petsc_expected import (
    LAST,
    PROCESSES,
    RANK,
    Expected,
    alarm,
    check_refused,
    drawn,
    refused,
)

import toeplix

MAKERS = [toeplix.petsc_matrix, toeplix.petsc_shell, toeplix.petsc_normal_equations]


def entries_are_those_of_the_matrix():
    for weights, keywords in drawn(1):
        mat = toeplix.petsc_matrix(None, weights, **keywords)
        assert mat.getType() == ("seqaij" if PROCESSES == 1 else "mpiaij")
        assert mat.isAssembled() and mat.refcount == 1
        Expected(weights, keywords).check_entries(mat)
        mat.destroy()


def lines_are_where_they_were_asked_for():
    for weights, keywords in drawn(2):
        plain = Expected(weights, keywords)
        output_lines = [0] * LAST + [plain.output_lines]
        input_lines = [plain.input_lines] + [0] * LAST
        expected = Expected(weights, keywords, output_lines, input_lines)
        mat = toeplix.petsc_matrix(
            None, weights, output_lines=output_lines[RANK], input_lines=input_lines[RANK],
            threads=2, **keywords,
        )
        assert mat.getLocalSize() == (len(expected.rows[RANK]), len(expected.columns[RANK]))
        expected.check_entries(mat)


def order_says_where_numbers_lie():
    for weights, keywords in drawn(3):
        mat = toeplix.petsc_matrix(None, weights, **keywords)
        expected = Expected(weights, keywords)
        rows, columns = toeplix.petsc_order(mat, weights, **keywords)
        assert rows.dtype == columns.dtype == np.int64
        assert np.array_equal(rows, expected.rows[RANK])
        assert np.array_equal(columns, expected.columns[RANK])


def order_refuses_lines_that_are_not_whole():
    mat = toeplix.petsc_matrix(None, [[1, 2]], input=(PROCESSES, 6))
    assert len(toeplix.petsc_order(mat, [[1, 2]], input=(PROCESSES, 6))[0]) == 5
    error = refused(toeplix.petsc_order, mat, [[1, 2]], input=(3, 2 * PROCESSES + 1))
    check_refused(
        error, toeplix.GeometryError,
        f"process 0 has 5 rows of the matrix; a line of the convolution has {2 * PROCESSES}",
    )


def products_take_and_give_images():
    rng = np.random.default_rng(4)
    for weights, keywords in drawn(4):
        mat = toeplix.petsc_matrix(None, weights, **keywords)
        rows, columns = toeplix.petsc_order(mat, weights, **keywords)
        serial = toeplix.matrix(weights, **keywords)
        image, other = (integers(rng, length) for length in serial.shape[::-1])
        shell = toeplix.petsc_shell(None, weights, **keywords)
        assert shell.getType() == "shell" and shell.refcount == 1
        x, y = shell.createVecs()
        for each in (mat, shell):
            x.array = image[columns]
            each.mult(x, y)
            assert np.array_equal(y.array, (serial @ image)[rows])
            y.array = other[rows]
            each.multTranspose(y, x)
            assert np.array_equal(x.array, (serial.T @ other)[columns])
        for one, two in zip(toeplix.petsc_order(shell, weights, **keywords), (rows, columns)):
            assert np.array_equal(one, two)
        shell.destroy()


def update_writes_other_values():
    rng = np.random.default_rng(5)
    for weights, keywords in drawn(5):
        mat = toeplix.petsc_matrix(None, weights, **keywords)
        same, state = mat.duplicate(), mat.stateGet()
        other = integers(rng, weights.shape)
        for each in (mat, same):
            assert toeplix.petsc_update(each, other, **keywords) is None
            Expected(other, keywords).check_entries(each)
        assert mat.stateGet() > state, "solvers would not see that it has changed"
        assert mat.refcount == 1


def update_refuses_what_has_another_structure():
    mat = toeplix.petsc_matrix(None, [1, 2, 3], input=12, padding=1)
    error = refused(toeplix.petsc_update, mat, [1, 2, 3], input=12, padding=1, boundary="circular")
    assert type(error) is toeplix.GeometryError, repr(error)
    error = refused(toeplix.petsc_update, mat, [1, 2, 3], input=13, padding=1)
    assert type(error) is toeplix.GeometryError, repr(error)
    Expected(np.array([1, 2, 3]), {"input": 12, "padding": 1}).check_entries(mat)


def normal_equations_are_those_of_scipy():
    for weights, keywords in drawn(6):
        expected = Expected(weights, keywords)
        lines = [0] * LAST + [expected.input_lines]
        for chosen in (None, lines):
            mine = None if chosen is None else chosen[RANK]
            mat = toeplix.petsc_normal_equations(None, weights, input_lines=mine, **keywords)
            assert mat.refcount == 1 and mat.isSymmetricKnown() == (True, True)
            places = Expected(weights, keywords, None, chosen).columns
            everything = np.concatenate(places)
            serial = (expected.matrix.T @ expected.matrix).toarray()
            begin, end = mat.getOwnershipRange()
            rows = scipy.sparse.csr_matrix(mat.getValuesCSR()[::-1], (end - begin, len(serial)))
            assert np.array_equal(rows.toarray(), serial[places[RANK]][:, everything])


def a_solver_of_petscs_takes_them():
    keywords = {"input": (12, 9), "padding": 1}
    weights = np.array([[0, 1, 0], [1, 8, 1], [0, 1, 0]])
    mat = toeplix.petsc_matrix(None, weights, **keywords)
    image = integers(np.random.default_rng(7), 12 * 9)
    x, b = mat.createVecs()
    rows, columns = toeplix.petsc_order(mat, weights, **keywords)
    b.array = (toeplix.matrix(weights, **keywords) @ image)[rows]
    solver = PETSc.KSP().create(mat.comm)
    solver.setOperators(mat)
    solver.setType("cg")
    solver.getPC().setType("jacobi")
    solver.setTolerances(rtol=1e-12)
    solver.solve(b, x)
    assert solver.getConvergedReason() > 0
    assert np.allclose(x.array, image[columns], rtol=0, atol=1e-9)


def communicators_are_those_of_petsc4py():
    weights, keywords = np.ones((2, 2)), {"input": (4, 4)}
    own = toeplix.petsc_matrix(PETSc.COMM_SELF, weights * RANK, **keywords)
    assert own.getType() == "seqaij" and own.getValue(0, 0) == RANK
    shared = toeplix.petsc_matrix(PETSc.COMM_WORLD, weights, **keywords)
    assert shared.comm.size == PROCESSES
    error = refused(toeplix.petsc_matrix, 3, weights, **keywords)
    check_refused(
        error, TypeError,
        "comm is int; expected a communicator of petsc4py or mpi4py, or None for all processes",
    )


def errors_are_the_packages_own():
    for call in MAKERS:
        error = refused(call, None, np.ones(5), input=4)
        check_refused(error, toeplix.GeometryError, "axis 0: kernel span 5 exceeds padded input 4")
        check_refused(
            refused(call, None, [1j], input=4), TypeError,
            "weights is complex (complex128), and dtype float64 is real",
        )
        check_refused(
            refused(call, None, [1, 2], input=4, strides=2), TypeError,
            f"{call.__name__}() has no keyword 'strides'; did you mean 'stride'?",
        )
        check_refused(
            refused(call, None, [1, 2], input=4, input_lines=-1), toeplix.Error,
            "input_lines is -1; expected an integer from 0 on",
        )
        error = refused(call, None, np.ones((3, 1, 1, 2)), input=4)
        assert type(error) is toeplix.GeometryError and "a kernel for every pixel" in str(error)
        error = refused(call, None, [1, 2], input=4, input_lines=1 + 4 * (RANK == 0))
        assert type(error) is toeplix.GeometryError
        assert str(error).startswith("layout: input lines of all processes add up to ")


def errors_of_one_process_are_raised_on_all():
    """With its own error there, and one that names it on the others."""
    mine = RANK == LAST
    from_last = "" if PROCESSES == 1 or mine else f"process {LAST}: "
    mat = toeplix.petsc_matrix(None, [1, 2], input=4 * PROCESSES)
    for call, place in [(each, None) for each in MAKERS] + [(toeplix.petsc_update, mat)]:
        error = refused(call, place, [1, 2], input=1 if mine else 4 * PROCESSES)
        check_refused(
            error, toeplix.GeometryError,
            f"{from_last}axis 0: kernel span 2 exceeds padded input 1",
        )
        error = refused(call, place, [1, 2j if mine else 2], input=4 * PROCESSES)
        check_refused(
            error, TypeError if mine else toeplix.Error,
            f"{from_last}weights is complex (complex128), and dtype float64 is real",
        )
        error = refused(
            call, place, [1, 2], input=4 * PROCESSES, padding=("some" if mine else 0)
        )
        assert type(error) is toeplix.FormatError and str(error).startswith(from_last)
        error = refused(call, place, [1, 2], input=4 * PROCESSES, threads=-1 if mine else 1)
        assert type(error) is not AssertionError and isinstance(error, toeplix.Error)
    Expected(np.array([1, 2]), {"input": 4 * PROCESSES}).check_entries(mat)


def memory_that_one_process_lacks():
    for call in (toeplix.petsc_matrix, toeplix.petsc_normal_equations):
        budget = 1000 if RANK == LAST else None
        error = refused(call, None, np.ones((2, 2)), input=(40, 40), memory_budget=budget)
        assert type(error) is toeplix.CapacityError and isinstance(error, MemoryError)
        assert error.cause == "memory_budget" and error.bytes > 1000


def processes_that_disagree():
    if PROCESSES > 1:
        error = refused(toeplix.petsc_matrix, None, [1, 2 + RANK], input=9)
        check_refused(
            error, toeplix.GeometryError,
            "process 1 has other weights than process 0; all processes of a communicator must "
            "pass the same",
        )


def take_long():
    """A call that takes 0.8 s on one process, and 0.25 GB."""
    weights = np.ones((2, 2, 25, 25))
    toeplix.petsc_normal_equations(None, weights, (60, 60), padding=12, boundary="reflect")


def a_signal_of_one_process_stops_all():
    mine = RANK == LAST
    try:
        with alarm(0.05 if mine else 0):
            take_long()
    except TimeoutError:
        assert mine
    except KeyboardInterrupt as error:
        assert not mine and str(error).startswith(f"process {LAST}: "), repr(error)
    else:
        raise AssertionError("nothing was raised")


def a_matrix_that_is_gone():
    mat = toeplix.petsc_matrix(None, [1, 2], input=9)
    vector = mat.createVecRight()
    mat.destroy()
    vector.set(1)
    for call in (toeplix.petsc_update, toeplix.petsc_order):
        error = refused(call, mat, [1, 2], input=9)
        check_refused(
            error, toeplix.Error, "mat is empty; it was not created, or is destroyed"
        )
        assert type(refused(call, "mat", [1, 2], input=9)) is TypeError


CHECKS = [
    entries_are_those_of_the_matrix,
    lines_are_where_they_were_asked_for,
    order_says_where_numbers_lie,
    order_refuses_lines_that_are_not_whole,
    products_take_and_give_images,
    update_writes_other_values,
    update_refuses_what_has_another_structure,
    normal_equations_are_those_of_scipy,
    a_solver_of_petscs_takes_them,
    communicators_are_those_of_petsc4py,
    errors_are_the_packages_own,
    errors_of_one_process_are_raised_on_all,
    memory_that_one_process_lacks,
    processes_that_disagree,
    a_signal_of_one_process_stops_all,
    a_matrix_that_is_gone,
]


def main():
    for check in CHECKS:
        try:
            check()
        except BaseException:
            traceback.print_exc()
            print(f"process {RANK} of {PROCESSES}: {check.__name__} failed", file=sys.stderr, flush=True)
            os._exit(1)  # so mpiexec ends all; others may wait for this one
    if RANK == 0:
        print(f"{len(CHECKS)} checks on {PROCESSES} processes")


if __name__ == "__main__":
    main()
