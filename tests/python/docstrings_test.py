"""What the docstrings promise: examples run, and every argument is explained."""

import doctest
import importlib.util
import inspect
import pkgutil
import re

import pytest

import toeplix
from toeplix import _core

MODULES = ["toeplix"] + [
    f"toeplix.{found.name}"
    for found in pkgutil.iter_modules(toeplix.__path__)
    if found.name not in ("_core", "_petsc")
]
PUBLIC = [getattr(toeplix, name) for name in toeplix.__all__]
FUNCTIONS = [each for each in PUBLIC if inspect.isfunction(each)]
CLASSES = [
    each for each in PUBLIC if inspect.isclass(each) and not issubclass(each, toeplix.Error)
]


def sections(docstring):
    """The sections of a docstring in NumPy's style, by their titles."""
    lines = inspect.cleandoc(docstring).splitlines()
    found, title = {}, None
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if line and re.fullmatch("-+", below):
            assert len(below) == len(line), f"the line below '{line}' is {len(below)} long"
            title = line
            found[title] = []
        elif title and not (line and re.fullmatch("-+", line)):
            found[title].append(line)
    return found


def explained(docstring):
    """The names that the section Parameters explains."""
    names = []
    for line in sections(docstring).get("Parameters", ()):
        if line and not line.startswith(" "):
            given, colon, _ = line.partition(" : ")
            assert colon, f"'{line}' has no type"
            names += [name.strip().lstrip("*") for name in given.split(",")]
    return names


#: Whose examples need the component solvers.
SOLVING = ("toeplix._deblur", "toeplix._imaging", "toeplix._solve",
           "toeplix._spectrum", "toeplix._tikhonov")


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    if name in SOLVING and not _core.has_solvers:
        pytest.skip("built without solvers")
    if name == "toeplix._distributed" and importlib.util.find_spec("toeplix._petsc") is None:
        pytest.skip("built without PETSc")
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_examples_are_found():
    """Decorated functions too."""
    assert doctest.testmod(importlib.import_module("toeplix._matrix")).attempted > 3


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.__name__)
def test_a_function_explains_itself(function):
    found = sections(function.__doc__)
    summary = inspect.cleandoc(function.__doc__).split("\n\n")[0]
    assert "\n" not in summary and summary.endswith((".", ":")), summary
    assert {"Returns", "Yields"} & set(found), "what comes back?"
    assert ">>> " in function.__doc__, "an example?"
    parameters = list(inspect.signature(function).parameters)
    assert sorted(explained(function.__doc__)) == sorted(parameters)
    assert "{" + "geometry}" not in function.__doc__ and "{" + "arguments}" not in function.__doc__


def test_classes_explain_themselves():
    for made in CLASSES:
        assert made.__doc__, made
        for name, value in vars(made).items():
            if not name.startswith("_") and inspect.isroutine(value):
                assert value.__doc__, f"{made.__name__}.{name}"


def test_it_knows_its_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+", toeplix.__version__)
