"""Modules of torch.nn: which they are, and whether they can be affine maps.

Torch is imported already by whoever has a module.
"""

import functools
import sys

import numpy as np

from . import _torch_resize
from ._affine_map import AffineMap
from ._errors import Error
from ._torch_rules import RULES, dims_of, known_classes, known_names

#: Files of torch.nn.modules whose modules are not linear, and how names of others begin.
_NOT_LINEAR_FILES = ("activation", "rnn", "transformer", "loss", "distance", "instancenorm")
_NOT_LINEAR = (
    "MaxPool",
    "MaxUnpool",
    "AdaptiveMaxPool",
    "FractionalMaxPool",
    "LPPool",
    "LayerNorm",
    "GroupNorm",
    "LocalResponseNorm",
    "CrossMapLRN",
    "Embedding",
    "Bilinear",
)


_AS_A_LIST = "pass its layers as a list: toeplix.affine([module.conv, ...], input)"


def label(place, layer):
    """What messages call a layer: its place in the chain, its name there, and its kind."""
    if isinstance(layer, AffineMap):
        kind = f"'{layer.name}'"
    elif isinstance(layer, functools.partial):
        kind = getattr(layer.func, "__name__", repr(layer.func))
    else:
        kind = getattr(layer, "__name__", type(layer).__name__)
    if not place:
        return kind
    number = ".".join(str(number) for number, _ in place)
    name = ".".join(name for _, name in place)
    return f"layer {number} ({kind})" if name == number else f"layer {number} ('{name}', {kind})"


def parts(layer, place):
    """Pairs (name, module) of a Sequential, or None for anything else."""
    if isinstance(layer, type):
        raise Error(f"{label(place, layer)} is a class; expected a module that was made of it")
    if "Sequential" not in known_names(layer):
        return None
    if not _runs_as(layer, "Sequential"):
        raise Error(
            f"{label(place, layer)} is a Sequential with a forward of its own; {_AS_A_LIST}"
        )
    _check_hooks(layer, label(place, layer))
    return list(layer._modules.items())  # named_children leaves out a module that was there before


#: The methods that decide what a module computes.
_METHODS = ("forward", "_conv_forward", "_output_padding", "__iter__", "__call__", "_call_impl")


def _runs_as(module, name):
    """Whether what a module computes is what the class of torch.nn of that name does."""
    known = next(each for each in known_classes(module) if each.__name__ == name)
    return all(
        method not in vars(module) and getattr(type(module), method) is getattr(known, method)
        for method in _METHODS
        if hasattr(known, method)
    )


def _check_hooks(module, called):
    if module._forward_hooks or module._forward_pre_hooks:
        raise Error(
            f"{called} has forward hooks, which may change what it computes; remove them first "
            "(such as by remove_weight_norm or remove_spectral_norm of torch.nn.utils)"
        )
    of_all = sys.modules["torch"].nn.modules.module
    if of_all._global_forward_hooks or of_all._global_forward_pre_hooks:
        raise Error(
            f"{called} has the forward hooks of all modules, which may change what it computes; "
            "remove them first"
        )


def _check_parametrizations(module, called):
    """Refuses numbers that are others whenever they are asked for, such as by spectral_norm."""
    parametrizations = getattr(module, "parametrizations", None)
    if module.training and parametrizations is not None and [*parametrizations.buffers()]:
        raise Error(
            f"{called} is in training mode: its parametrizations change whenever they are used; "
            "call .eval() first"
        )


def convert(layer, shape, make):
    """The map of a layer for inputs of that shape; or another shape, if it changes no more."""
    if isinstance(layer, functools.partial):
        return _torch_resize.of_partial(layer, shape, make)
    rule = _rule(layer, make.name)
    _check_numbers(layer, make.name)
    _check_hooks(layer, make.name)
    _check_parametrizations(layer, make.name)
    return rule(layer, shape, make)


def _rule(layer, called):
    """The function that makes the map of a layer."""
    for name in known_names(layer):
        if name in RULES:
            if not _runs_as(layer, name):
                raise Error(f"{called} is a {name} with a forward of its own; it is not known here")
            return RULES[name]
    for each in type(layer).__mro__:
        file = each.__module__.rpartition(".")[2]
        if each.__module__.startswith("torch.nn.modules.") and (
            file in _NOT_LINEAR_FILES or each.__name__.startswith(_NOT_LINEAR)
        ):
            raise Error(f"{called} is not linear")
    if "Module" in known_names(layer):
        own = not type(layer).__module__.startswith("torch.nn.modules.")
        raise Error(
            f"{called} is not known here; "
            + (_AS_A_LIST if own else f"known are {', '.join(sorted(RULES))}")
        )
    raise Error(
        f"{called} is no module and no AffineMap; of functions "
        "functools.partial(torch.nn.functional.interpolate, ...) is taken"
    )


def _check_numbers(module, called):
    """Refuses parameters whose numbers are not there."""
    lazy = sys.modules["torch"].nn.parameter.is_lazy
    for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
        if lazy(tensor):
            raise Error(f"{called} is lazy and has no {name} yet; call it once before")
        if tensor.device.type == "meta":
            raise Error(f"{called} has its {name} on the device meta, which holds no numbers")
        if tensor.device.type != "cpu":
            raise Error(f"{called} lies on the device {tensor.device}; move it by .cpu() first")


def scalar_types(layer):
    """The types of the numbers that a module has."""
    if not hasattr(layer, "parameters"):
        return set()
    tensors = [*layer.parameters(recurse=False), *layer.buffers(recurse=False)]
    return {_scalar_type(each.dtype) for each in tensors if _has_type(each.dtype)}


def _has_type(dtype):
    return dtype.is_floating_point or dtype.is_complex


def _scalar_type(dtype):
    name = str(dtype).rpartition(".")[2]
    return np.dtype("float32" if name in ("float16", "bfloat16") else name)


def default_type(layers):
    """What torch computes in if no parameter says another type; without torch, float64."""
    torch = sys.modules.get("torch")
    if torch is None:
        return np.dtype(np.float64)
    return _scalar_type(torch.get_default_dtype())


def with_channels(shape, layers):
    """The shape of an input, with the channels of the first module that knows them."""
    for _, layer in layers:
        names = [name for name in known_names(layer) if name in RULES]
        if not names or isinstance(layer, AffineMap):
            return shape
        if names[0] == "Linear" or "Flatten" in names[0] or names[0] in ("Unflatten", "Fold"):
            return shape
        dims = dims_of(layer)
        channels = getattr(layer, "in_channels", getattr(layer, "num_features", None))
        if channels is not None and dims == len(shape) and names[0] != "BatchNorm1d":
            return (channels, *shape)
        if channels is not None:
            return shape
    return shape
