"""Calls that several processes make together, of the module `_petsc`.

petsc4py starts MPI when it is imported, so the first call imports it, and not the package.
"""

import contextlib
import importlib.util

import numpy as np

from ._arguments import as_count, as_resources
from ._geometry import resolve


def petsc_module(name):
    """The module `_petsc`. Raises ImportError, for the function ``name``, if it is not there."""
    if importlib.util.find_spec("petsc4py") is None:
        raise ImportError(
            f"toeplix.{name} needs petsc4py, which is not installed (python3-petsc4py)"
        )
    if importlib.util.find_spec("toeplix._petsc") is None:
        raise ImportError(
            f"toeplix.{name} needs the module for petsc4py, which this build of the package does "
            "not have; build it by CMake with PETSc and petsc4py (libpetsc-real-dev, "
            "python3-petsc4py)"
        )
    importlib.import_module("petsc4py.PETSc")  # first, so that the library of PETSc is found
    from . import _petsc

    return _petsc


def communicator(comm):
    """A communicator of petsc4py's."""
    from petsc4py import PETSc

    if comm is None:
        return PETSc.COMM_WORLD
    try:
        return PETSc.Comm(comm)
    except TypeError:
        raise TypeError(
            f"comm is {type(comm).__name__}; expected a communicator of petsc4py or mpi4py, or "
            "None for all processes"
        ) from None


def given_of(petsc, weights, input, geometry):
    found, weights = resolve(weights, input, geometry, np.float64)
    return petsc.Given(found.text, found.per_pixel, weights)


def together(function, place, petsc, prepare):
    """Calls a collective function for a communicator or a matrix, with what ``prepare`` returns.

    If that raises an error, the other processes, which are in the call already, learn of it.
    """
    try:
        given, options = prepare()
    except Exception as error:
        with contextlib.suppress(Exception):
            function(place, petsc.Given(type(error).__name__, str(error)))
        raise
    return function(place, given, **options)


def made(name, comm, weights, input, geometry, lines, threads, memory_budget):
    """What a function of that name in `_petsc` makes."""
    petsc = petsc_module("petsc_" + name)

    def prepare():
        options = as_resources(threads, memory_budget)
        for key, value in lines.items():
            if value is not None:
                options[key] = as_count(value, key)
        return given_of(petsc, weights, input, geometry), options

    return together(getattr(petsc, name), communicator(comm), petsc, prepare)
