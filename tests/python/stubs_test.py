"""The type stubs say what the package has: every public name, with the arguments that it takes."""

import ast
import dataclasses
import importlib
import inspect
import pathlib
import types

import pytest

import toeplix

PACKAGE = pathlib.Path(toeplix.__file__).parent
CLASSES = [name for name in toeplix.__all__ if inspect.isclass(getattr(toeplix, name))]
FUNCTIONS = [name for name in toeplix.__all__ if inspect.isfunction(getattr(toeplix, name))]


def stub_of(module):
    return ast.parse((PACKAGE / f"{module}.pyi").read_text())


def reexported():
    """Names of __init__.pyi, and the modules whose stubs have them."""
    modules = {}
    for node in stub_of("__init__").body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                assert alias.name == alias.asname, f"'{alias.name} as {alias.name}' exports it"
                modules[alias.name] = node.module
    return modules


def definition(name):
    """The node that defines a public name."""
    found = [
        node
        for node in stub_of(reexported()[name]).body
        if getattr(node, "name", None) == name
    ]
    assert len(found) == 1, f"{name} is defined {len(found)} times in its stub"
    return found[0]


def is_overload(node):
    return any(getattr(each, "id", None) == "overload" for each in node.decorator_list)


def parameters_of_stub(node):
    """(name, kind, default) of every parameter; a default is a value, or absent."""
    kinds = inspect.Parameter
    arguments = node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    absent = [kinds.empty] * (len(plain) - len(arguments.defaults))
    found = [
        (each.arg, kinds.POSITIONAL_ONLY if each in arguments.posonlyargs
         else kinds.POSITIONAL_OR_KEYWORD, default)
        for each, default in zip(plain, absent + arguments.defaults)
    ]
    if arguments.vararg:
        found.append((arguments.vararg.arg, kinds.VAR_POSITIONAL, kinds.empty))
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
        found.append((each.arg, kinds.KEYWORD_ONLY, kinds.empty if default is None else default))
    if arguments.kwarg:
        found.append((arguments.kwarg.arg, kinds.VAR_KEYWORD, kinds.empty))
    return [
        (name, kind, default if default is kinds.empty else ast.literal_eval(default))
        for name, kind, default in found
    ]


def parameters_of(function):
    signature = inspect.signature(function)
    return [(each.name, each.kind, each.default) for each in signature.parameters.values()]


def check_annotated(node):
    arguments = node.args
    for each in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        if each.arg != "self" and each.arg != "cls":
            assert each.annotation is not None, f"{node.name}: {each.arg} has no type"
    assert node.returns is not None, f"{node.name} has no type of what it returns"


def test_every_public_name_is_exported():
    assert set(reexported()) == set(toeplix.__all__)
    assert len(toeplix.__all__) == len(set(toeplix.__all__))
    assert len(FUNCTIONS) + len(CLASSES) == len(toeplix.__all__)
    assert "matrix" in FUNCTIONS and "Error" in CLASSES


def test_every_public_name_is_in_all():
    """What __init__.py imports is public, or has a name that says that it is not."""
    names = {name for name in vars(toeplix) if not name.startswith("_")}
    names -= {name for name in names if inspect.ismodule(getattr(toeplix, name))}
    assert names == set(toeplix.__all__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_takes_what_its_stub_says(name):
    node = definition(name)
    assert isinstance(node, ast.FunctionDef)
    check_annotated(node)
    assert parameters_of_stub(node) == parameters_of(getattr(toeplix, name))


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_has_the_members_that_its_stub_says(name):
    node, made = definition(name), getattr(toeplix, name)
    assert isinstance(node, ast.ClassDef)
    members = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
    kinds = (types.FunctionType, staticmethod, property)
    public = {
        key for key, value in vars(made).items()
        if not key.startswith("_") and isinstance(value, kinds)
    }
    stubbed = {key for key in members if not key.startswith("_")}
    assert stubbed == public
    for key, member in members.items():
        check_annotated(member)
        value = inspect.getattr_static(made, key)
        if isinstance(value, staticmethod):
            assert [each.id for each in member.decorator_list] == ["staticmethod"], key
            value = value.__func__
        if inspect.isfunction(value):
            assert parameters_of_stub(member) == parameters_of(value), key


def test_bases_are_those_of_the_stub():
    for name in CLASSES:
        stubbed = [ast.unparse(base) for base in definition(name).bases]
        real = [base.__name__ for base in getattr(toeplix, name).__bases__ if base is not object]
        stubbed = ["tuple" if base == "NamedTuple" else base for base in stubbed]
        assert [base.rpartition(".")[2] for base in stubbed] == real, name


def test_classes_of_results_are_public():
    """All but bases, which nobody makes."""
    classes = {
        node.name
        for path in PACKAGE.glob("_[a-z]*.pyi")
        for node in stub_of(path.stem).body
        if isinstance(node, ast.ClassDef)
    }
    assert classes - {"Described", "OnnxPart", "Products", "Restored"} == set(CLASSES)


def dataclasses_of_stubs():
    """The node of every dataclass, bases included, and the class itself."""
    for path in PACKAGE.glob("_[a-z]*.pyi"):
        for node in stub_of(path.stem).body:
            if isinstance(node, ast.ClassDef):
                made = getattr(importlib.import_module(f"toeplix.{path.stem}"), node.name)
                if dataclasses.is_dataclass(made):
                    yield node, made


def test_records_have_the_fields_of_their_stubs():
    found = list(dataclasses_of_stubs())
    public = {getattr(toeplix, name) for name in CLASSES}
    of_stubs = {made for _, made in found}
    assert {made for made in public if dataclasses.is_dataclass(made)} <= of_stubs
    for node, made in found:
        own = vars(made).get("__annotations__", {})
        fields = [name for name in own if name in made.__dataclass_fields__ and name[0] != "_"]
        stubbed = [each.target.id for each in node.body if isinstance(each, ast.AnnAssign)]
        assert stubbed == fields, node.name


def test_stubs_stand_beside_modules():
    stubs = {path.stem for path in PACKAGE.glob("*.pyi")} - {"_types"}
    modules = {path.stem for path in PACKAGE.glob("*.py")}
    assert stubs <= modules
    for path in PACKAGE.glob("*.pyi"):
        compile(path.read_text(), str(path), "exec")
