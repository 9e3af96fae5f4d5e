"""toeplix.matrix against PyTorch's convolutions of one to three axes, exactly."""

import numpy as np
import pytest
from geometries import integers, pick

import toeplix

torch = pytest.importorskip("torch")

CONV = (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)
TRANSPOSED = (torch.nn.ConvTranspose1d, torch.nn.ConvTranspose2d, torch.nn.ConvTranspose3d)


def random_keywords(rng, axes):
    return {
        "kernel_size": pick(rng, axes, 1, 3),
        "stride": pick(rng, axes, 1, 3),
        "padding": pick(rng, axes, 0, 2),
        "dilation": pick(rng, axes, 1, 2),
        "groups": int(rng.choice([1, 1, 2])),
    }


def set_weights(layer, rng, dtype):
    """Random whole numbers, in the layer and as they are."""
    weights = integers(rng, tuple(layer.weight.shape), dtype)
    layer.weight.data = torch.from_numpy(weights)
    return layer.weight  # a parameter, which requires a gradient


def check(A, layer, image):
    y = layer(torch.from_numpy(image)[None])[0].detach().numpy()
    assert A.shape == (y.size, image.size)
    assert np.array_equal(A @ image.ravel(), y.ravel())


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_convolutions(mode):
    rng = np.random.default_rng(1)
    for case in range(80):
        axes = case % 3 + 1
        keywords = random_keywords(rng, axes)
        inner, outer = (keywords["groups"] * int(n) for n in rng.integers(1, 3, 2))
        dtype = (np.float32, np.float64)[case % 2]
        layer = CONV[axes - 1](inner, outer, bias=False, padding_mode=mode, **keywords)
        weights = set_weights(layer, rng, dtype)
        extents = pick(rng, axes, 5, 7)
        size = keywords.pop("kernel_size")
        A = toeplix.matrix(weights, extents, padding_mode=mode, **keywords)
        assert A.dtype == dtype and weights.shape[2:] == size
        check(A, layer, integers(rng, (inner, *extents), dtype))


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_same_and_valid_padding():
    rng = np.random.default_rng(2)
    for case in range(60):
        axes = case % 3 + 1
        for word in ("same", "valid"):
            layer = CONV[axes - 1](2, 2, pick(rng, axes, 1, 4), padding=word, bias=False,
                                   dilation=pick(rng, axes, 1, 2))
            weights = set_weights(layer, rng, np.float64)
            extents = pick(rng, axes, 7, 8)
            A = toeplix.matrix(weights, extents, padding=word, dilation=layer.dilation)
            check(A, layer, integers(rng, (2, *extents), np.float64))


def test_transposed_convolutions():
    rng = np.random.default_rng(3)
    for case in range(200):
        axes = case % 3 + 1
        keywords = random_keywords(rng, axes)
        keywords["output_padding"] = tuple(
            int(rng.integers(0, max(s, d)))
            for s, d in zip(keywords["stride"], keywords["dilation"])
        )
        inner, outer = (keywords["groups"] * int(n) for n in rng.integers(1, 3, 2))
        layer = TRANSPOSED[axes - 1](inner, outer, bias=False, **keywords)
        weights = set_weights(layer, rng, np.float64)
        extents = pick(rng, axes, 5, 6)
        del keywords["kernel_size"]
        A = toeplix.matrix(weights, extents, transposed=True, **keywords)
        check(A, layer, integers(rng, (inner, *extents), np.float64))


def test_types_of_tensors():
    for dtype, expected in ((torch.float16, np.float32), (torch.bfloat16, np.float32),
                            (torch.float32, np.float32), (torch.float64, np.float64),
                            (torch.int32, np.float64), (torch.complex64, np.complex64),
                            (torch.complex128, np.complex128)):
        weights = torch.tensor([1, 2, 3]).to(dtype)
        A = toeplix.matrix(weights, 5)
        assert A.dtype == expected and np.array_equal(A.data, [1, 2, 3] * 3)
        assert np.array_equal(toeplix.matrix(weights[::2], 5).data, [1, 3] * 4)
    conjugate = torch.tensor([1 + 2j, 3]).conj()
    assert np.array_equal(toeplix.matrix(conjugate, 2).data, [1 - 2j, 3])
    negative = torch.tensor([1 + 2j, 3 + 4j]).conj().imag  # a view that is negated when it is read
    assert np.array_equal(toeplix.matrix(negative, 2).data, [-2, -4])
    with pytest.raises(TypeError, match="weights has the type bool; taken are float32"):
        toeplix.matrix(torch.ones(3, dtype=torch.bool), 5)
    with pytest.raises(TypeError, match="weights lies on the device meta, which holds no"):
        toeplix.matrix(torch.ones(3, device="meta"), 5)
    with pytest.raises(TypeError, match="weights is no array: can't convert Sparse layout"):
        toeplix.matrix(torch.eye(3).to_sparse(), (5, 5))
    with pytest.raises(TypeError, match="weights is Conv2d; expected an array or a tensor"):
        toeplix.matrix(torch.nn.Conv2d(1, 1, 3), (5, 5))
