"""toeplix.affine of chains of modules against torch's own Sequential, and what it refuses."""

import functools
import types

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from layers import check, dense, with_integers  # noqa: E402

import toeplix  # noqa: E402

nn = torch.nn


def random_chain(rng, channels):
    """A Sequential of two axes whose numbers stay exact, and nested in places."""
    modules = []
    for _ in range(int(rng.integers(1, 5))):
        kind = int(rng.integers(0, 7))
        if kind == 0:
            after = int(rng.integers(1, 4))
            modules.append(nn.Conv2d(channels, after, 2, stride=int(rng.integers(1, 3)), padding=1))
            channels = after
        elif kind == 1:
            after = int(rng.integers(1, 3))
            modules.append(nn.ConvTranspose2d(channels, after, 2))
            channels = after
        elif kind == 2:
            modules.append(nn.AvgPool2d(2, 1, padding=1))
        elif kind == 3:
            modules.append(nn.ReplicationPad2d((1, 0, -1, 2)))
        elif kind == 4:
            modules.append(nn.Upsample(scale_factor=2, mode="nearest"))
        elif kind == 5:
            modules.append(nn.Sequential(nn.Identity(), nn.Conv2d(channels, channels, 1)))
        else:
            modules.append(nn.Dropout2d())
    if rng.integers(2):
        modules.append(nn.Flatten())
    return nn.Sequential(*modules)


def test_chains():
    rng = np.random.default_rng(1)
    for _ in range(150):
        channels = int(rng.integers(1, 3))
        pixels = tuple(int(each) for each in rng.integers(2, 4, 2))
        net = with_integers(random_chain(rng, channels), rng)
        layer = toeplix.affine(net, (channels, *pixels), dtype=np.float64)
        A, b = dense(net, (channels, *pixels))
        assert np.array_equal(layer.A.toarray(), A) and np.array_equal(layer.b, b), net
        x = torch.from_numpy(rng.integers(-9, 10, (2, channels, *pixels)).astype(np.float64))
        with torch.no_grad():
            expected = net(x).numpy()
        assert layer.output_shape == expected.shape[1:]
        assert np.array_equal(layer(x), expected)


def test_a_whole_network_of_floats():
    torch.manual_seed(1)
    net = nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)),
        nn.AvgPool2d(2),
        nn.Conv2d(8, 4, 3, padding="same", padding_mode="reflect"),
        nn.Flatten(),
        nn.Dropout(),
        nn.Linear(4 * 36, 10),
        nn.Unflatten(1, (2, 5)),
        nn.Linear(5, 3),
    )
    net(torch.randn(16, 3, 12, 12))  # running statistics
    net.eval()
    layer = toeplix.affine(net, input=(12, 12))
    assert (layer.input_shape, layer.output_shape) == ((3, 12, 12), (2, 3))
    assert layer.dtype == np.float32
    x = torch.randn(5, 3, 12, 12)
    assert np.abs(layer(x) - net(x).detach().numpy()).max() < 1e-5
    check_double(net.double(), layer)


def check_double(net, narrow):
    layer = toeplix.affine(net, input=(12, 12))
    x = torch.randn(5, 3, 12, 12, dtype=torch.float64)
    assert layer.dtype == np.float64 and layer.A.nnz == narrow.A.nnz
    assert np.abs(layer(x) - net(x).detach().numpy()).max() < 1e-13


def test_reshapes_anywhere_in_a_chain():
    rng = np.random.default_rng(2)
    for net in (
        nn.Sequential(nn.Flatten(), nn.Linear(12, 3)),
        nn.Sequential(nn.Flatten(), nn.Unflatten(1, (2, 6)), nn.Conv1d(2, 2, 3), nn.Identity()),
        nn.Sequential(nn.Identity(), nn.Flatten(2), nn.Flatten()),
        nn.Sequential(nn.Flatten(2), nn.Linear(4, 3), nn.Flatten(), nn.Linear(9, 2)),
    ):
        net = with_integers(net, rng)
        A, b = dense(net, (3, 2, 2))
        layer = toeplix.affine(net, (3, 2, 2), dtype=np.float64)
        assert np.array_equal(layer.A.toarray(), A) and np.array_equal(layer.b, b)
        assert layer.input_shape == (3, 2, 2)
        assert layer.output_shape == tuple(net(torch.zeros(1, 3, 2, 2).double()).shape[1:])


def test_lists_of_modules_and_maps():
    rng = np.random.default_rng(3)
    first, second = (with_integers(nn.Conv1d(2, 2, 2), rng) for _ in range(2))
    net = nn.Sequential(first, second)
    whole = toeplix.affine(net, 6)
    halfway = toeplix.affine(first, 6)
    for layers, input in (([first, second], 6), ((halfway, second), None), ([[net]], (2, 6))):
        made = toeplix.affine(layers, input, name="net")
        assert np.array_equal(made.A.toarray(), whole.A.toarray()) and made.name == "net"
    assert toeplix.affine(first, 6, name="first").name == "first"
    assert toeplix.affine([halfway], name="half").name == "half"
    residual = halfway + toeplix.affine(with_integers(nn.Conv1d(2, 2, 2), rng), 6)
    assert residual.output_shape == halfway.output_shape


def test_channels_are_those_of_the_first_module_that_knows_them():
    net = nn.Sequential(nn.ZeroPad2d(1), nn.Dropout(), nn.AvgPool2d(2), nn.Conv2d(3, 1, 2)).eval()
    assert toeplix.affine(net, (6, 6)).input_shape == (3, 6, 6)
    assert toeplix.affine(net, (3, 6, 6)).input_shape == (3, 6, 6)
    assert toeplix.affine(nn.BatchNorm2d(2).eval(), (4, 5)).input_shape == (2, 4, 5)
    assert toeplix.affine(nn.Conv1d(2, 1, 1), 7).input_shape == (2, 7)
    for module in (nn.AvgPool2d(2), nn.Sequential(nn.AvgPool2d(2), nn.Flatten())):
        with pytest.raises(toeplix.GeometryError, match=r"\(channels, height, width\), not \(6, 6"):
            toeplix.affine(module, (6, 6))


def test_parametrised_modules():
    conv = with_integers(nn.Conv1d(1, 1, 3), np.random.default_rng(4))
    torch.nn.utils.parametrizations.spectral_norm(conv)
    check(conv.eval(), (1, 5), tolerance=1e-14)


class Own(nn.Conv2d):
    def forward(self, x):
        return torch.relu(super().forward(x))


class OwnSequential(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


def named(**modules):
    net = nn.Sequential()
    for name, module in modules.items():
        net.add_module(name, module)
    return net


def refusals_of_kinds():
    """Of layers that are no affine maps, or not known to be."""
    conv = nn.Conv2d(1, 1, 2)
    hooked, patched = nn.Conv2d(1, 1, 2), nn.Conv2d(1, 1, 2)
    hooked.register_forward_hook(lambda module, x, y: 2 * y)
    patched.forward = torch.relu
    relu = functools.partial(torch.nn.functional.relu, inplace=False)
    yield nn.ReLU(), "^ReLU is not linear$"
    yield named(a=conv, relu=nn.ReLU()), r"^layer 1 \('relu', ReLU\) is not linear$"
    yield nn.Sequential(conv, named(b=nn.MaxPool2d(2))), r"^layer 1.0 \('1.b', MaxPool2d\) is not"
    yield [conv, nn.Softmax(0)], r"^layer 1 \(Softmax\) is not linear$"
    for kind in (nn.LayerNorm(3), nn.GroupNorm(1, 1), nn.InstanceNorm2d(1), nn.LPPool2d(2, 2),
                 nn.AdaptiveMaxPool2d(1), nn.LSTM(1, 1), nn.MSELoss(), nn.Embedding(2, 2)):
        yield kind, f"{type(kind).__name__} is not linear"
    yield nn.PixelShuffle(2), "PixelShuffle is not known here; known are"
    yield nn.ModuleList([conv]), "ModuleList is not known here"
    yield nn.BatchNorm2d(1), r"in training mode.*call .eval\(\)"
    yield nn.BatchNorm2d(1, track_running_stats=False).eval(), "no running statistics"
    yield nn.Dropout(), r"in training mode.*call .eval\(\)"
    yield nn.Conv2d(1, 1, 2, device="meta"), "Conv2d has its weight on the device meta"
    yield nn.LazyConv2d(1, 2), "LazyConv2d is lazy"
    yield Own(1, 1, 2), "Own is a Conv2d with a forward of its own"
    yield patched, "Conv2d is a Conv2d with a forward of its own"
    yield [OwnSequential(conv)], r"layer 0 \(OwnSequential\) is a Sequential with a forward"
    yield hooked, "Conv2d has forward hooks"
    yield torch.nn.utils.weight_norm(nn.Conv2d(1, 1, 2)), "remove_weight_norm"
    yield [conv, torch.relu], r"layer 1 \(relu\) is no module and no AffineMap"
    yield [conv, relu], r"layer 1 \(relu\) is not known here; of functions interpolate is taken"
    yield nn.Sequential(), "there is no layer"
    yield nn.Sequential(nn.Sequential()), "there is no layer"


def refusals_of_numbers():
    """Of layers that would be known for another input, or with other numbers."""
    interpolate = functools.partial(torch.nn.functional.interpolate, scale_factor=2)
    bad = functools.partial(interpolate, mode="bicubic")
    yield bad, "interpolate has the mode 'bicubic'; taken are"
    yield functools.partial(interpolate, mode="bilinear", antialias=True), "antialias"
    yield functools.partial(interpolate, align_corners=True), "'nearest' has not"
    yield functools.partial(interpolate, mode="linear"), "does not take the shape"
    yield functools.partial(interpolate, size=3), "not one of size and scale_factor"
    yield nn.Upsample(scale_factor=0.1), "makes .* pixels"
    yield nn.Conv2d(2, 1, 2), r"takes the shape \(2, height, width\), not \(1, 4, 4\)"
    yield nn.Conv1d(1, 1, 2), r"takes the shape \(1, width\)"
    yield nn.Linear(3, 2), "takes 3 numbers along the last axis"
    yield nn.BatchNorm2d(3).eval(), r"takes the shape \(3, height, width\)"
    yield nn.ReflectionPad2d(4), "pads 4 pixels by 4; 'reflect' takes at most 3"
    yield nn.Conv2d(1, 1, 2, padding=4, padding_mode="reflect"), "takes at most 3"
    yield nn.Conv2d(1, 1, 2, padding=5, padding_mode="circular"), "takes at most 4"
    yield nn.Flatten(0), "joins the axis of the batch"
    yield nn.Flatten(1, 5), "has the axis 5"
    yield nn.Unflatten(1, (2, 2)), r"makes \(2, 2\) of 1"
    yield nn.Fold(4, 2), r"takes the shape \(channels \* taps, windows\)"
    yield nn.AvgPool2d(3, padding=2), "more than half of its kernel"
    yield nn.Conv2d(1, 1, 9), "kernel span 9 exceeds"


@pytest.mark.parametrize("layer, message", [*refusals_of_kinds(), *refusals_of_numbers()])
def test_what_is_refused_says_what_and_where(layer, message):
    with pytest.raises(toeplix.Error, match=message):
        toeplix.affine(layer, (1, 4, 4))


def test_modules_on_another_device(monkeypatch):
    conv = nn.Conv2d(1, 1, 2)
    elsewhere = types.SimpleNamespace(device=torch.device("cuda:0"), dtype=torch.float32)
    monkeypatch.setattr(conv, "named_parameters", lambda **options: [("weight", elsewhere)])
    with pytest.raises(toeplix.Error, match="Conv2d lies on the device cuda:0; move it by .cpu()"):
        toeplix.affine(conv, (4, 4))


def test_arguments_that_modules_do_not_take():
    conv = nn.Conv2d(1, 1, 2)
    for options, message in (
        ({"stride": 2}, "stride is for weights"),
        ({"bias": [1]}, "bias is for weights"),
        ({"input": None}, "needs input"),
        ({"input": "input=4,4 kernel=2,2"}, "not a text"),
        ({"input": (4, 4.5)}, "expected an integer"),
    ):
        with pytest.raises(TypeError, match=message):
            toeplix.affine(conv, **{"input": (4, 4), **options})
    with pytest.raises(toeplix.GeometryError, match="positive number"):
        toeplix.affine(conv, (4, 0))


def test_tensors_are_weights():
    conv = nn.Conv2d(1, 2, 2)
    weights, bias = conv.weight, conv.bias
    layer = toeplix.affine(weights, (4, 4), bias=bias)
    assert np.array_equal(layer.A.toarray(), toeplix.affine(conv, (4, 4)).A.toarray())
