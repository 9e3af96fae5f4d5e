"""Matrices of petsc4py's on one process; on several petsc_checks.py is run by mpiexec."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest

import toeplix

pytest.importorskip("petsc4py")
if importlib.util.find_spec("toeplix._petsc") is None:
    pytest.skip("the package is built without PETSc", allow_module_level=True)

import petsc_checks  # noqa: E402


@pytest.mark.parametrize("check", petsc_checks.CHECKS, ids=lambda each: each.__name__)
def test_on_one_process(check):
    check()


def said(code):
    """What a program prints in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


REFUSED = """
try:
    toeplix.petsc_matrix(None, [1, 2], input=3)
except ImportError as error:
    print(error)
"""


def test_petsc4py_is_imported_by_the_first_call():
    assert said("import sys, toeplix; print('petsc4py' in sys.modules)") == "False"


def test_without_petsc4py_it_is_named():
    assert said("import sys, toeplix; sys.modules['petsc4py'] = None" + REFUSED) == (
        "toeplix.petsc_matrix needs petsc4py, which is not installed (python3-petsc4py)"
    )


def test_a_package_that_was_built_without_it_says_so():
    assert said("import sys, toeplix; sys.modules['toeplix._petsc'] = None" + REFUSED) == (
        "toeplix.petsc_matrix needs the module for petsc4py, which this build of the package does "
        "not have; build it by CMake with PETSc and petsc4py (libpetsc-real-dev, python3-petsc4py)"
    )


def test_a_petsc4py_for_other_numbers_is_refused():
    begin = "import numpy, toeplix; from petsc4py import PETSc; "
    built = 8 * np.dtype(petsc_checks.PETSc.IntType).itemsize
    other = 96 - built
    assert said(f"{begin} PETSc.IntType = numpy.int{other}" + REFUSED) == (
        f"petsc4py works with indices of {other} bits; toeplix._petsc was built for {built} bits"
    )
    assert said(f"{begin} PETSc.ScalarType = numpy.complex128" + REFUSED) == (
        "petsc4py works with numbers of complex128; toeplix._petsc was built for float64"
    )


def test_communicators_of_mpi4py():
    MPI = pytest.importorskip("mpi4py.MPI")
    assert toeplix.petsc_matrix(MPI.COMM_SELF, [1, 2], input=3).getSize() == (2, 3)
    with pytest.raises(toeplix.Error, match="the communicator is MPI_COMM_NULL"):
        toeplix.petsc_matrix(MPI.COMM_NULL, [1, 2], input=3)


def test_a_matrix_that_is_destroyed_gives_its_memory_back():
    """100 of them would have 2.7 GB."""
    code = """
import pathlib, resource, toeplix
for each in range(100):
    toeplix.petsc_matrix(None, [[1] * 5] * 5, input=(300, 300)).destroy()
pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
print(pages * resource.getpagesize() < 10**9)
"""
    assert said(code) == "True"


def test_a_signal_stops_it():
    """Within the call of C++, and not when that has ended."""
    seen = []
    sys.setprofile(lambda frame, event, arg: seen.append((event, getattr(arg, "__name__", ""))))
    try:
        with petsc_checks.alarm(0.05), pytest.raises(TimeoutError, match="stopped"):
            petsc_checks.take_long()
    finally:
        sys.setprofile(None)
    assert ("c_exception", "normal_equations") in seen
