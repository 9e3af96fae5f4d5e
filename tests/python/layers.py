"""Modules of torch.nn with small integers as parameters, and their maps compared with them."""

import copy

import numpy as np
import torch

import toeplix


def integers(rng, shape):
    return torch.from_numpy(rng.integers(-4, 5, shape).astype(np.float64))


def with_integers(module, rng):
    """The module in float64, in eval mode, with integers as parameters."""
    module = module.double().eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(integers(rng, tuple(parameter.shape)))
    return module


def dense(module, shape):
    """The matrix and the offset that torch computes, by unit vectors."""
    size = int(np.prod(shape))
    with torch.no_grad():
        b = module(torch.zeros((1, *shape), dtype=torch.float64)).reshape(-1)
        columns = module(torch.eye(size, dtype=torch.float64).reshape(size, *shape))
    return (columns.reshape(size, -1) - b).numpy().T, b.numpy()


def structure(module, shape):
    """Where a module has entries: those of positive weights."""
    positive = copy.deepcopy(module)
    with torch.no_grad():
        for name, parameter in positive.named_parameters():
            parameter.fill_(0 if name.endswith("bias") else 1)
    return dense(positive, shape)[0] != 0


def check(module, shape, input=None, tolerance=0):
    """Compares the map of a module with the module: matrix, structure, offset, shapes, images.

    ``input`` is what `toeplix.affine` gets, if that is not the shape.
    """
    layer = toeplix.affine(module, shape if input is None else input, dtype=np.float64)
    A, b = dense(module, shape)
    with torch.no_grad():
        output = tuple(module(torch.zeros((1, *shape), dtype=torch.float64)).shape[1:])
    assert (layer.input_shape, layer.output_shape) == (tuple(shape), output), module
    assert layer.dtype == np.float64 and layer.A.indptr.dtype == np.int32
    layer.A.check_format(full_check=True)
    assert layer.A.has_canonical_format
    stored = np.zeros(A.shape, bool)
    rows = np.repeat(np.arange(A.shape[0]), np.diff(layer.A.indptr))
    stored[rows, layer.A.indices] = True
    assert np.array_equal(stored, structure(module, shape)), f"structure of {module} for {shape}"
    assert np.abs(layer.A.toarray() - A).max() <= tolerance, f"{module} for {shape}"
    assert np.abs(layer.b - b).max() <= tolerance, f"{module} for {shape}"
    x = integers(np.random.default_rng(1), (2, *shape))
    with torch.no_grad():
        expected = module(x).numpy()
    assert np.abs(layer(x) - expected).max() <= tolerance * 100, f"{module} for {shape}"
    return layer
