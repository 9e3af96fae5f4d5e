"""toeplix.affine of single modules against torch itself, on random configurations."""

import copy
import functools

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from layers import check, dense, with_integers  # noqa: E402

import toeplix  # noqa: E402

nn = torch.nn
#: Rounding of a mean, or of coordinates.
ROUNDING = 1e-13


def extents(rng, axes, low, high):
    return tuple(int(each) for each in rng.integers(low, high + 1, axes))


def configurations(seed, count=100, axes=(1, 1, 2, 2, 3)):
    """Pairs of a generator and a number of axes."""
    rng = np.random.default_rng(seed)
    return [(rng, int(rng.choice(axes))) for _ in range(count)]


def run(module, shape):
    """Whether torch takes the shape."""
    try:
        with torch.no_grad():
            return module(torch.zeros((1, *shape), dtype=torch.float64)).numel() > 0
    except (RuntimeError, AssertionError, IndexError):
        return False


def random_convolution(rng, axes):
    groups = int(rng.integers(1, 4))
    channels = [groups * int(each) for each in rng.integers(1, 3, 2)]
    mode = str(rng.choice(["zeros", "zeros", "reflect", "replicate", "circular"]))
    stride = extents(rng, axes, 1, 3)
    padding = extents(rng, axes, 0, 2)
    if rng.random() < 0.3:
        padding = str(rng.choice(["same", "valid"]))
        stride = 1 if padding == "same" else stride
    return getattr(nn, f"Conv{axes}d")(
        *channels,
        extents(rng, axes, 1, 4 if axes < 3 else 2),
        stride=stride,
        padding=padding,
        dilation=extents(rng, axes, 1, 2),
        groups=groups,
        bias=bool(rng.random() < 0.7),
        padding_mode=mode,
    )


def test_convolutions():
    tried = 0
    for rng, axes in configurations(1, 250):
        module = with_integers(random_convolution(rng, axes), rng)
        pixels = extents(rng, axes, 2, 7 if axes < 3 else 4)
        shape = (module.in_channels, *pixels)
        if run(module, shape):
            tried += 1
            check(module, shape, input=pixels if rng.random() < 0.5 else shape)
    assert tried > 100


def test_transposed_convolutions():
    tried = 0
    for rng, axes in configurations(2, 200):
        groups = int(rng.integers(1, 4))
        channels = [groups * int(each) for each in rng.integers(1, 3, 2)]
        module = getattr(nn, f"ConvTranspose{axes}d")(
            *channels,
            extents(rng, axes, 1, 3),
            stride=extents(rng, axes, 1, 3),
            padding=extents(rng, axes, 0, 1),
            output_padding=extents(rng, axes, 0, 1),
            groups=groups,
            bias=bool(rng.random() < 0.7),
            dilation=extents(rng, axes, 1, 2),
        )
        module = with_integers(module, rng)
        pixels = extents(rng, axes, 1, 4 if axes < 3 else 2)
        shape = (module.in_channels, *pixels)
        if run(module, shape):
            tried += 1
            check(module, shape, input=pixels if rng.random() < 0.5 else shape)
    assert tried > 100


def test_average_pools():
    tried = 0
    for rng, axes in configurations(3, 200):
        options = {"ceil_mode": bool(rng.integers(2)), "count_include_pad": bool(rng.integers(2))}
        if axes > 1 and rng.random() < 0.3:
            options["divisor_override"] = int(rng.integers(1, 9))
        kernel = extents(rng, axes, 1, 3)
        padding = tuple(int(rng.integers(0, extent // 2 + 1)) for extent in kernel)
        stride = None if rng.random() < 0.3 else extents(rng, axes, 1, 4)
        module = getattr(nn, f"AvgPool{axes}d")(kernel, stride, padding, **options)
        shape = (int(rng.integers(1, 4)), *extents(rng, axes, 1, 8 if axes < 3 else 4))
        if run(module, shape):
            tried += 1
            check(module, shape, tolerance=ROUNDING)
    assert tried > 100


def test_adaptive_pools_of_equal_windows():
    for rng, axes in configurations(4):
        wanted = extents(rng, axes, 1, 3)
        pixels = tuple(each * int(rng.integers(1, 4)) for each in wanted)
        given = tuple(None if a == b else a for a, b in zip(wanted, pixels))
        output = given if axes > 1 and rng.integers(2) else wanted
        module = getattr(nn, f"AdaptiveAvgPool{axes}d")(output)
        check(module, (2, *pixels), tolerance=ROUNDING)
    with pytest.raises(toeplix.GeometryError, match="makes 3 pixels of 8"):
        toeplix.affine(nn.AdaptiveAvgPool2d(3), input=(1, 9, 8))


def test_linear_layers():
    for rng, _ in configurations(5):
        module = with_integers(nn.Linear(*extents(rng, 2, 1, 6), bias=bool(rng.integers(2))), rng)
        leading = extents(rng, int(rng.integers(0, 3)), 1, 3)
        check(module, (*leading, module.in_features))


def test_batch_normalisation():
    for rng, axes in configurations(6):
        channels = int(rng.integers(1, 5))
        module = getattr(nn, f"BatchNorm{axes}d")(channels, affine=bool(rng.integers(2)))
        module = module.double()
        with torch.no_grad():
            for _ in range(3):
                shape = (4, channels, *[3] * axes)
                module(torch.from_numpy(rng.normal(size=shape)))
            for parameter in module.parameters():
                parameter.copy_(torch.from_numpy(rng.uniform(1, 2, channels)))
        module.eval()
        pixels = extents(rng, axes, 1, 4) if axes > 1 or rng.random() < 0.5 else ()
        shape = (channels, *pixels)
        check(module, shape, pixels if axes > 1 else shape, tolerance=ROUNDING)


def test_windows_and_back():
    for rng, _ in configurations(7):
        options = {key: extents(rng, 2, low, 2) for key, low in
                   (("dilation", 1), ("padding", 0), ("stride", 1))}
        kernel, pixels = extents(rng, 2, 1, 3), extents(rng, 2, 5, 7)
        unfold, fold = nn.Unfold(kernel, **options), nn.Fold(pixels, kernel, **options)
        layer = check(unfold, (2, *pixels))
        back = check(fold, layer.output_shape)
        assert (back.A != layer.A.T).nnz == 0


def test_frames():
    tried = 0
    kinds = {"Constant": (1, 2, 3), "Reflection": (1, 2, 3), "Replication": (1, 2, 3), "Zero": (2,)}
    for rng, axes in configurations(8, 250):
        kind = str(rng.choice([name for name, dims in kinds.items() if axes in dims]))
        numbers = extents(rng, 2 * axes, -3, 4)
        value = (float(rng.integers(-3, 4)),) if kind == "Constant" else ()
        module = getattr(nn, f"{kind}Pad{axes}d")(numbers, *value)
        shape = (int(rng.integers(1, 3)), *extents(rng, axes, 1, 6 if axes < 3 else 4))
        if run(module, shape):
            tried += 1
            check(module, shape)
        elif kind == "Reflection":
            with pytest.raises(toeplix.GeometryError):
                toeplix.affine(module, shape)
    assert tried > 100


def interpolation(rng, axes, pixels):
    """Keywords of interpolate."""
    linear = ("linear", "bilinear", "trilinear")[axes - 1]
    mode = str(rng.choice(["nearest", "nearest-exact", linear, linear]))
    options = {"mode": mode}
    if mode == linear and rng.random() < 0.8:
        options["align_corners"] = bool(rng.integers(2))
    if rng.random() < 0.4:
        options["size"] = extents(rng, axes, 1, 11 if axes < 3 else 5)
        return options
    factors = [float(each) for each in rng.choice([0.3, 0.5, 0.7, 1, 1.1, 1.3, 1.5, 2, 3], axes)]
    factors = [max(each, 1.01 / extent) for each, extent in zip(factors, pixels)]
    options["scale_factor"] = tuple(factors) if rng.random() < 0.7 else max(factors)
    if rng.random() < 0.5:
        options["recompute_scale_factor"] = bool(rng.integers(2))
    return options


def interpolates(options):
    return lambda x: torch.nn.functional.interpolate(x, **options)


def check_interpolation(layer, module, shape):
    """Entries of torch that are zero but for rounding are none of the map."""
    A, b = dense(module, shape)
    assert np.abs(layer.A.toarray() - A).max() < ROUNDING
    assert np.array_equal(np.abs(A) > ROUNDING, layer.A.toarray() != 0)
    assert not layer.b.any() and not b.any() and (layer.A.data != 0).all()


def test_interpolation():
    for rng, axes in configurations(9, 250):
        pixels = extents(rng, axes, 1, 9 if axes < 3 else 4)
        options, shape = interpolation(rng, axes, pixels), (int(rng.integers(1, 3)), *pixels)
        module = nn.Upsample(**options)
        layer = toeplix.affine(module, shape, dtype="float64")
        assert layer.input_shape == shape
        check_interpolation(layer, module, shape)
        partial = functools.partial(torch.nn.functional.interpolate, **options)
        same = toeplix.affine(partial, shape, dtype="float64")
        assert (same.A != layer.A).nnz == 0 and same.output_shape == layer.output_shape


def test_the_nearest_pixel_is_torchs_own():
    """Of two equally near: as the type of the image, its axes and its channels have it."""
    images = [(dtype, channels) for dtype in (torch.float32, torch.float64) for channels in (1, 3)]
    for dtype, channels in images:
        for mode in ("nearest", "nearest-exact"):
            for length in (41, 46, 33, 57):
                for options in ({"size": (length, 7)}, {"scale_factor": (1.1, 2.2)}):
                    shape = (channels, 31 if "size" not in options else 14, 16)
                    x = torch.arange(int(np.prod(shape)), dtype=dtype).reshape(shape)
                    module = nn.Upsample(mode=mode, **options)
                    layer = toeplix.affine(module, shape, dtype=str(dtype)[6:])
                    assert np.array_equal(layer(x), module(x[None])[0].numpy())


def test_upsampling_in_two_dimensions():
    for kind in (nn.UpsamplingNearest2d, nn.UpsamplingBilinear2d):
        for options in ({"size": (5, 7)}, {"scale_factor": 2}):
            module = kind(**options)
            layer = toeplix.affine(module, (2, 4, 3), dtype="float64")
            check_interpolation(layer, module, (2, 4, 3))


def test_area_is_a_mean_of_equal_windows():
    module = functools.partial(torch.nn.functional.interpolate, size=(2, 3), mode="area")
    layer = toeplix.affine(module, (2, 4, 9), dtype="float64")
    check_interpolation(layer, interpolates({"size": (2, 3), "mode": "area"}), (2, 4, 9))


def test_shapes_alone():
    for module, shape in (
        (nn.Flatten(), (2, 3, 4)),
        (nn.Flatten(2, 3), (2, 3, 4)),
        (nn.Flatten(-2), (2, 3, 4)),
        (nn.Unflatten(1, (2, 3)), (6, 4)),
        (nn.Unflatten(-1, (2, -1)), (6, 4)),
        (nn.Identity(), (2, 3)),
        (nn.Dropout(0.3).eval(), (5,)),
        (nn.Dropout2d().eval(), (2, 3, 3)),
    ):
        layer = toeplix.affine(module, shape, dtype="float64")
        x = torch.arange(int(np.prod(shape)), dtype=torch.float64).reshape(shape)
        expected = module(x[None])[0].numpy()
        assert layer.output_shape == expected.shape
        assert np.array_equal(layer(x), expected)
        assert (layer.A != np.eye(x.numel())).sum() == 0 and layer.A.nnz == x.numel()


def test_a_map_does_not_change_with_its_module():
    module = with_integers(nn.Conv1d(1, 1, 2), np.random.default_rng(3))
    layer = toeplix.affine(module, (4,))
    before = copy.deepcopy(layer.A.toarray())
    with torch.no_grad():
        module.weight.fill_(7)
    assert np.array_equal(layer.A.toarray(), before)


def test_types():
    for dtype, expected in (
        (torch.float32, np.float32),
        (torch.float64, np.float64),
        (torch.bfloat16, np.float32),
        (torch.complex64, np.complex64),
    ):
        layer = toeplix.affine(nn.Conv1d(1, 1, 2, dtype=dtype), 4)
        assert layer.dtype == layer.A.dtype == layer.b.dtype == expected
    assert toeplix.affine(nn.AvgPool1d(2), (1, 4)).dtype == np.float32
    assert toeplix.affine(nn.AvgPool1d(2), (1, 4), dtype=np.float64).dtype == np.float64
