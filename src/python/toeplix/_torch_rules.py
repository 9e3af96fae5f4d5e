"""What the modules of torch.nn are as affine maps: a function for every kind.

Each takes a module, the shape of its input and a Maker, and returns a map, or the shape of the
output if only that changes.
"""

import math

import numpy as np

from . import _core, _torch_resize
from ._errors import Error, GeometryError
from ._windows import fold_channels


def known_classes(layer):
    """The classes of torch.nn that a module is one of."""
    return [each for each in type(layer).__mro__ if each.__module__.startswith("torch.nn.modules.")]


def known_names(layer):
    """Their names."""
    return [each.__name__ for each in known_classes(layer)]


def dims_of(module):
    """The axes of pixels: the digit in the name of the class of torch.nn."""
    name = next(each for each in known_names(module) if each in RULES)
    return int(name[-2]) if name.endswith("d") and name[-2].isdigit() else None


def _check_images(shape, make, dims, channels=None):
    """The pixels of an input of channels and so many axes."""
    if len(shape) == dims + 1 and channels in (None, shape[0]):
        return shape[1:]
    pixels = ", ".join(["depth", "height", "width"][3 - dims :])
    first = "channels" if channels is None else channels
    raise GeometryError(f"{make.name} takes the shape ({first}, {pixels}), not {tuple(shape)}")


def _convolution(module, shape, make):
    pixels = _check_images(shape, make, dims_of(module), module.in_channels)
    keywords = {
        key: getattr(module, key)
        for key in ("stride", "padding", "dilation", "groups", "padding_mode")
    }
    if module.padding_mode != "zeros":
        sides = module._reversed_padding_repeated_twice[::-1]
        check_frame(module.padding_mode, list(zip(sides[1::2], sides[::2])), pixels, make)
    return make.convolution(module.weight, pixels, keywords, module.bias)


def _transposed_convolution(module, shape, make):
    pixels = _check_images(shape, make, dims_of(module), module.in_channels)
    keywords = {
        key: getattr(module, key)
        for key in ("stride", "padding", "dilation", "groups", "output_padding")
    }
    return make.convolution(module.weight, pixels, {"transposed": True, **keywords}, module.bias)


def check_frame(mode, sides, pixels, make):
    """Refuses frames that torch refuses."""
    for pair, extent in zip(sides, pixels):
        most = {"reflect": extent - 1, "circular": extent}.get(mode, math.inf)
        if max(pair) > most:
            raise GeometryError(
                f"{make.name} pads {extent} pixels by {max(pair)}; '{mode}' takes at most {most}"
            )


def _linear(module, shape, make):
    if shape[-1] != module.in_features:
        raise GeometryError(
            f"{make.name} takes {module.in_features} numbers along the last axis, not {shape}"
        )
    return make.linear(module.weight, shape, module.bias)


def _per_axis(value, dims):
    return (value,) * dims if isinstance(value, int) else tuple(value)


def _average_pool(module, shape, make):
    dims = dims_of(module)
    pixels = _check_images(shape, make, dims)
    kernel, stride, padding = (
        _per_axis(getattr(module, key), dims) for key in ("kernel_size", "stride", "padding")
    )
    for pad, extent in zip(padding, kernel):
        if 2 * pad > extent:
            raise GeometryError(f"{make.name} pads by {pad}, more than half of its kernel {extent}")
    if getattr(module, "divisor_override", None):
        return _sum_pool(module, shape, make, (kernel, stride, padding))
    sides = [(pad, pad) for pad in padding]
    how = (sides, module.ceil_mode, module.count_include_pad)
    return make.separable(_core.average_pool(pixels, kernel, shape[0], stride, (1,), *how))


def _sum_pool(module, shape, make, windows):
    """Sums of windows by one divisor: a convolution of every channel."""
    sides = []
    for extent, kernel, stride, pad in zip(shape[1:], *windows):
        beyond = 0
        if module.ceil_mode:
            steps = -((kernel - extent - 2 * pad) // stride)
            # The last window begins within the image or its lower padding.
            steps -= steps * stride >= extent + pad
            beyond = max(0, steps * stride + kernel - extent - 2 * pad)
        sides.append((pad, pad + beyond))
    kernel, stride, _ = windows
    weights = np.full((shape[0], 1, *kernel), 1 / module.divisor_override)
    keywords = {"stride": stride, "padding": sides, "groups": shape[0]}
    return make.convolution(weights, shape[1:], keywords)


def _adaptive_pool(module, shape, make):
    dims = dims_of(module)
    pixels = _check_images(shape, make, dims)
    wanted = module.output_size
    wanted = wanted if isinstance(wanted, (tuple, list)) else (wanted,) * dims
    return _torch_resize.adaptive_pool(pixels, wanted, shape, make)


def _batch_norm(module, shape, make):
    dims = dims_of(module)
    if dims != 1 or len(shape) != 1:
        _check_images(shape, make, dims, module.num_features)
    elif shape[0] != module.num_features:
        raise GeometryError(f"{make.name} takes {module.num_features} channels, not {shape}")
    if module.running_mean is None or module.running_var is None:
        raise Error(
            f"{make.name} has no running statistics: it normalises by those of the batch, which is "
            "not linear"
        )
    if module.training:
        raise Error(
            f"{make.name} is in training mode: it normalises by the statistics of the batch, which "
            "is not linear; call .eval() first"
        )
    mean, variance = (_doubles(each) for each in (module.running_mean, module.running_var))
    scale = 1 / np.sqrt(variance + module.eps)
    if module.weight is not None:
        scale = scale * _doubles(module.weight)
    shift = -mean * scale
    if module.bias is not None:
        shift = shift + _doubles(module.bias)
    return make.scale(shape, scale, shift)


def _doubles(tensor):
    return tensor.detach().double().numpy()


def _unfold(module, shape, make):
    pixels = _check_images(shape, make, 2)
    return make.windows(pixels, module.kernel_size, shape[0], _window_keywords(module))


def _fold(module, shape, make):
    pixels = _per_axis(module.output_size, 2)
    if len(shape) != 2:
        raise GeometryError(f"{make.name} takes the shape (channels * taps, windows), not {shape}")
    channels = fold_channels(shape[0], module.kernel_size, 2)
    keywords = _window_keywords(module)
    made = make.windows(pixels, module.kernel_size, channels, keywords, back=True)
    if made.input_shape != shape:
        raise GeometryError(f"{make.name} takes the shape {made.input_shape}, not {shape}")
    return made


def _window_keywords(module):
    return {key: getattr(module, key) for key in ("dilation", "padding", "stride")}


def _pad(module, shape, make):
    dims = dims_of(module)
    kind = next(name for name in known_names(module) if name in RULES)
    mode = next(mode for name, mode in _PAD_MODES.items() if kind.startswith(name))
    if len(shape) < dims or (mode != "zero" and len(shape) != dims + 1):
        _check_images(shape, make, dims)
    numbers = module.padding
    sides = list(zip(numbers[-2::-2], numbers[::-2]))
    check_frame(mode, sides, shape[-dims:], make)
    sides = [(0, 0)] * (len(shape) - dims) + sides
    # Torch extends first, and crops then.
    grown = [tuple(max(0, each) for each in pair) for pair in sides]
    cropped = [tuple(min(0, each) for each in pair) for pair in sides]
    constant = float(getattr(module, "value", 0))
    frame = make.separable(_core.pad(shape, grown, [mode], constant))
    if cropped == [(0, 0)] * len(shape):
        return frame
    inner = make.separable(_core.pad(frame.output_shape, cropped, ["zero"], 0.0))
    return inner.compose(frame, name=make.name, **make.resources)


_PAD_MODES = {
    "Zero": "zero",
    "Constant": "zero",
    "Reflection": "reflect",
    "Replication": "replicate",
    "Circular": "circular",
}


def _flatten(module, shape, make):
    first, last = (_axis(dim, shape, make) for dim in (module.start_dim, module.end_dim))
    if first > last:
        raise GeometryError(f"{make.name} flattens from axis {first + 1} to {last + 1}")
    return (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :])


def _unflatten(module, shape, make):
    axis = _axis(module.dim, shape, make)
    sizes = tuple(module.unflattened_size)
    if any(not isinstance(size, int) for size in sizes):
        raise Error(f"{make.name} has named axes, which are not known here")
    if sizes.count(-1) == 1:
        free = shape[axis] // max(1, math.prod(size for size in sizes if size != -1))
        sizes = tuple(free if size == -1 else size for size in sizes)
    if math.prod(sizes) != shape[axis]:
        raise GeometryError(f"{make.name} makes {sizes} of {shape[axis]} numbers")
    return (*shape[:axis], *sizes, *shape[axis + 1 :])


def _axis(dim, shape, make):
    """The axis of a shape that torch, which counts the batch, calls ``dim``."""
    if not isinstance(dim, int):
        raise Error(f"{make.name} has named axes, which are not known here")
    axis = (dim if dim >= 0 else dim + len(shape) + 1) - 1
    if axis == -1:
        raise Error(f"{make.name} joins the axis of the batch with others; start_dim must be 1")
    if not 0 <= axis < len(shape):
        raise GeometryError(f"{make.name} has the axis {dim}, which {shape} with a batch has not")
    return axis


def _identity(module, shape, make):
    return shape


def _dropout(module, shape, make):
    if module.training:
        raise Error(f"{make.name} is in training mode: its output is random; call .eval() first")
    return shape


RULES = {
    **{f"Conv{n}d": _convolution for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": _transposed_convolution for n in (1, 2, 3)},
    **{f"AvgPool{n}d": _average_pool for n in (1, 2, 3)},
    **{f"AdaptiveAvgPool{n}d": _adaptive_pool for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": _batch_norm for n in (1, 2, 3)},
    **{f"{kind}Pad{n}d": _pad for kind in _PAD_MODES for n in (1, 2, 3)},
    **{name: _dropout for name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d")},
    **{name: _dropout for name in ("AlphaDropout", "FeatureAlphaDropout")},
    **{
        name: _torch_resize.of_module
        for name in ("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d")
    },
    "Flatten": _flatten,
    "Fold": _fold,
    "Identity": _identity,
    "Linear": _linear,
    "Unflatten": _unflatten,
    "Unfold": _unfold,
}
