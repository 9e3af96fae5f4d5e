"""Modules that do not compute what their class of torch.nn computes, and modules met twice."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from layers import check, with_integers  # noqa: E402
from refusals import refused  # noqa: E402

import toeplix  # noqa: E402

nn = torch.nn


def test_a_module_that_comes_twice_is_applied_twice():
    rng = np.random.default_rng(1)
    shared = with_integers(nn.Conv2d(1, 1, 2), rng)
    for net in (
        nn.Sequential(shared, shared),
        nn.Sequential(nn.Sequential(shared, nn.Identity()), shared, shared),
    ):
        assert check(net, (1, 5, 4)).output_shape != (1, 4, 3)


def doubled(kind):
    """A class by the name of that of torch.nn, which gives twice what that gives."""
    return type(kind.__name__, (kind,), {"forward": lambda self, x: 2 * kind.forward(self, x)})


@pytest.mark.parametrize("kind", [nn.Conv2d, nn.ConvTranspose2d])
def test_a_class_of_the_same_name(kind):
    message = f"^{kind.__name__} is a {kind.__name__} with a forward of its own"
    refused(message, lambda: toeplix.affine(doubled(kind)(1, 1, 2), (5, 5)), toeplix.Error)


class Reversed(nn.Sequential):
    def __iter__(self):
        return reversed(list(super().__iter__()))


class Larger(nn.ConvTranspose2d):
    def _output_padding(self, *arguments, **keywords):
        return [1, 1]


@pytest.mark.parametrize(
    "net",
    [doubled(nn.Sequential)(nn.Identity()), Reversed(nn.Identity()), Larger(1, 1, 2, stride=2)],
)
def test_methods_that_decide_what_is_computed(net):
    refused("with a forward of its own", lambda: toeplix.affine(net, (1, 5, 5)), toeplix.Error)


@pytest.mark.parametrize("register", ["forward_hook", "forward_pre_hook"])
def test_hooks_of_all_modules(register):
    hooks = nn.modules.module
    handle = getattr(hooks, f"register_module_{register}")(lambda *arguments: None)
    try:
        refused("hooks of all", lambda: toeplix.affine(nn.Conv2d(1, 1, 2), (5, 5)), toeplix.Error)
    finally:
        handle.remove()


def test_parametrizations_that_change_in_training():
    normed = nn.utils.parametrizations.spectral_norm(nn.Conv2d(2, 2, 3, dtype=torch.float64))
    before = [each.clone() for each in normed.buffers()]
    refused("in training mode", lambda: toeplix.affine(normed, (5, 5)), toeplix.Error)
    assert all(torch.equal(*pair) for pair in zip(before, normed.buffers()))
    x = torch.ones((1, 2, 5, 5), dtype=torch.float64)
    assert np.allclose(toeplix.affine(normed.eval(), (5, 5))(x), normed(x).detach())


def test_a_class_is_no_module():
    refused("^Conv2d is a class", lambda: toeplix.affine(nn.Conv2d, (5, 5)), toeplix.Error)
    layers = [nn.Identity(), nn.ReLU]
    refused(r"^layer 1 \(ReLU\) is a class", lambda: toeplix.affine(layers, (5, 5)), toeplix.Error)
