"""The affine map of a layer: of weights, of torch's modules, of several one after another."""

import numpy as np

from . import _core
from ._affine_map import AffineMap, map_of
from ._arguments import as_array, as_integers, as_name, as_number, as_resources, as_scalar_type
from ._errors import GeometryError
from ._geometry import resolve, takes_geometry
from ._maker import Maker
from ._text_form import DEFAULTS


@takes_geometry
def affine(
    layer,
    input=None,
    *,
    geometry,
    bias=None,
    padding_value=0,
    name=None,
    dtype=None,
    threads=None,
    memory_budget=None,
):
    """The map y = A x + b of a layer: of weights, of a module of torch.nn, or of a list of layers.

    Parameters
    ----------
    layer : array_like, torch.nn.Module, AffineMap, or list
        Weights as for `toeplix.matrix`, with the geometry as keywords. Or a module, which has its
        geometry: Conv1d to 3d, ConvTranspose1d to 3d, AvgPool1d to 3d, AdaptiveAvgPool1d to 3d
        where all windows are equal, Linear, BatchNorm1d to 3d and Dropout in eval mode, Unfold,
        Fold, ZeroPad, ConstantPad, ReflectionPad, ReplicationPad, Upsample (nearest,
        nearest-exact, linear, bilinear, trilinear), functools.partial of
        torch.nn.functional.interpolate, Flatten, Unflatten, Identity, Sequential. Or a list of
        these and of maps, applied in order.
    input : int, tuple of int, or str
        For weights as for `toeplix.matrix`. For modules the shape of one input without the axis of
        the batch: channels and pixels, or pixels alone where a module knows its channels (Conv2d,
        BatchNorm2d). Others (Upsample, pads, pools) take the first number for the channels:
        ``(8, 8)`` is 8 channels of 8 pixels, ``(1, 8, 8)`` one of 8 x 8. Not needed for a list that
        begins with an AffineMap.
    {geometry}
    bias : array_like
        One number for each output channel, of weights.
    padding_value : float
        What padding has with the boundary zero, of weights.
    name : str
        What messages call the map.
    dtype : dtype
        float32, float64, complex64 or complex128 (default: by weights and parameters; of modules
        without any torch's default).
    threads, memory_budget : int
        As for `toeplix.matrix`.

    Returns
    -------
    AffineMap
        With ``A``, ``b``, ``input_shape`` and ``output_shape``; indices are int32 where these
        suffice.

    Raises
    ------
    Error
        For a layer that is not linear, named with its place in the chain; for one in training mode
        whose output then depends on more than the input; for one on another device.
    GeometryError
        If there is no such layer for this input.
    CapacityError
        If the entries exceed the memory.

    Notes
    -----
    Cost: writing the matrices; of a chain their product, associated as takes the fewest
    multiplications. Every entry of the structure is stored, also if its value is zero.

    Examples
    --------
    >>> import numpy as np, toeplix
    >>> layer = toeplix.affine(np.ones((2, 1, 2, 2)), input=(3, 3), bias=[0, 10])
    >>> layer.A.shape, layer.output_shape, layer.b
    ((8, 9), (2, 2, 2), array([ 0.,  0.,  0.,  0., 10., 10., 10., 10.]))
    >>> layer(np.ones((1, 3, 3)))[1]
    array([[14., 14.],
           [14., 14.]])

    With torch:

    >>> net = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.Flatten())  # doctest: +SKIP
    >>> toeplix.affine(net, input=(32, 32)).output_shape  # doctest: +SKIP
    (7200,)
    """
    if not is_layer(layer):
        if input is None:
            raise TypeError("affine() of weights needs input, the pixels along every axis")
        return _of_weights(
            layer,
            input,
            {**geometry, "padding_value": as_number(padding_value, "padding_value")},
            bias,
            dtype,
            {"name": as_name(name), **as_resources(threads, memory_budget)},
        )
    given = {"bias": (bias, None), "padding_value": (padding_value, 0)}
    given |= {key: (value, DEFAULTS[key]) for key, value in geometry.items()}
    for key, (value, default) in given.items():
        if value is not default and not (type(value) is type(default) and value == default):
            raise TypeError(f"a layer has its own geometry; {key} is for weights alone")
    dtype = None if dtype is None else as_scalar_type(dtype)
    return _of_layers(layer, input, dtype, name, as_resources(threads, memory_budget))


def is_layer(value):
    """Whether a value is a layer, or a list with one; not weights."""
    if isinstance(value, (list, tuple)):
        return any(is_layer(each) for each in value)
    return callable(value)


def _of_weights(weights, input, keywords, bias, dtype, options):
    problem = resolve(weights, input, keywords, dtype)
    expected = tuple(problem.geometry.weights_shape)
    if problem.weights.size != np.prod(expected, dtype=object):
        raise GeometryError(
            f"weights have the shape {problem.weights.shape}, a kernel for every pixel; expected "
            f"{expected} (toeplix.matrix takes both)"
        )
    if bias is not None:
        bias = as_array(bias, "bias", problem.weights.dtype).reshape(-1)
    return map_of(_core.affine_convolution(*problem, bias, **options))


def _of_layers(layer, input, dtype, name, resources):
    from . import _torch_layers

    layers = _flattened(layer)
    if not layers:
        raise GeometryError("there is no layer; expected one at least")
    shape = _input_shape(input, layers)
    if dtype is None:
        dtype = _common_type([each for _, each in layers])
    maps, now = [], shape
    for place, each in layers:
        label = _torch_layers.label(place, each)
        if isinstance(each, AffineMap):
            made = each
            if each.input_shape != now:
                raise GeometryError(f"{label} takes the shape {each.input_shape}, not {now}")
        else:
            made = _torch_layers.convert(each, now, Maker(dtype, label, resources))
        now = _append(maps, made, now)
    return _chained(maps, shape, now, Maker(dtype, as_name(name), resources), name)


def _append(maps, made, now):
    """Adds a map, or what is no more than another shape of the same numbers. The shape then."""
    if isinstance(made, AffineMap):
        # In front of it there may have been another shape.
        maps.append(made)
        return made.output_shape
    if maps and made != now:
        maps[-1] = maps[-1].with_shapes(maps[-1].input_shape, made)
    return made


def _chained(maps, shape, result, maker, name):
    """All maps as one, from a shape to another."""
    if not maps:
        return maker.reshape(shape, result)
    maps[0] = maps[0].with_shapes(shape, maps[0].output_shape)
    if len(maps) == 1:
        made = maps[0] if name is None else maps[0].with_name(name)
        return maker.typed(made)
    options = {key: maker.resources[key] for key in ("threads", "memory_budget")}
    return AffineMap.chain([maker.typed(each) for each in maps], name=name, **options)


def _flattened(layer, place=()):
    """Pairs of the place of a layer, (number, name) for every nesting, and the layer."""
    from . import _torch_layers

    if isinstance(layer, (list, tuple)):
        parts = [(str(number), each) for number, each in enumerate(layer)]
    else:
        parts = _torch_layers.parts(layer, place)
    if parts is None:
        return [(place, layer)]
    return [
        found
        for number, (name, each) in enumerate(parts)
        for found in _flattened(each, (*place, (number, name)))
    ]


def _input_shape(input, layers):
    """The shape of one input, channels among the axes."""
    from . import _torch_layers

    place, first = layers[0]
    if isinstance(first, AffineMap):
        if input is not None and as_integers(input, "input") != first.input_shape:
            raise GeometryError(
                f"input is {input!r}, but the first map takes the shape {first.input_shape}"
            )
        return first.input_shape
    if input is None:
        raise TypeError("affine() of a module needs input, the shape without the axis of the batch")
    if isinstance(input, str):
        raise TypeError("a layer has its own geometry; input is the shape, not a text")
    shape = as_integers(input, "input")
    if not shape or min(shape) < 1:
        raise GeometryError(f"input is {shape}; expected a positive number for every axis")
    return _torch_layers.with_channels(shape, layers)


def _common_type(layers):
    """The type that the numbers of all layers fit into."""
    from . import _torch_layers

    found = set()
    for each in layers:
        if isinstance(each, AffineMap):
            found.add(each.dtype)
        else:
            found |= _torch_layers.scalar_types(each)
    return np.result_type(*found) if found else _torch_layers.default_type(layers)
