"""Random networks of PyTorch that are affine: chains, branches that come together, residual blocks.

Weights are small integers, halves and quarters. `is_dyadic` of a network says that nothing in it
divides by other numbers, so that in double precision every sum is exact, in whatever order.
"""

import collections

import torch
from torch import nn
from torch.nn import functional

MOST = 600  # elements of a tensor


class Step(nn.Module):
    """A function as a module."""

    def __init__(self, function, is_dyadic=True):
        super().__init__()
        self.function, self.is_dyadic = function, is_dyadic

    def forward(self, x):
        return self.function(x)


class Residual(nn.Module):
    """x + f(x)"""

    def __init__(self, body):
        super().__init__()
        self.body, self.is_dyadic = body, body.is_dyadic

    def forward(self, x):
        return x + self.body(x)


class Joined(nn.Module):
    """Branches one after another along an axis."""

    def __init__(self, branches, axis):
        super().__init__()
        self.branches, self.axis = nn.ModuleList(branches), axis
        self.is_dyadic = all(branch.is_dyadic for branch in branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], self.axis)


class Chain(nn.Sequential):
    @property
    def is_dyadic(self):
        return all(getattr(step, "is_dyadic", True) for step in self)


class Maker:
    """Draws steps for tensors of a given shape."""

    def __init__(self, rng, opset):
        self.rng, self.opset = rng, opset

    def whole(self, low, high):
        return int(self.rng.integers(low, high + 1))

    def wholes(self, count, low, high):
        return [self.whole(low, high) for _ in range(count)]

    def choice(self, things):
        return things[self.whole(0, len(things) - 1)]

    def long_axis(self, shape):
        """One that can be divided: parts without elements are refused."""
        return self.choice([axis for axis in range(1, len(shape)) if shape[axis] > 1])

    def numbers(self, *shape, unit=1):
        return torch.tensor(self.rng.integers(-3, 4, shape) / unit, dtype=torch.float64)

    def fill(self, module):
        for weights in module.parameters():
            weights.data = self.numbers(*weights.shape)
        return module

    def conv(self, shape):
        axes = len(shape) - 2
        groups = self.choice([g for g in (1, 1, 2, 3) if shape[1] % g == 0])
        kind = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[axes - 1]
        return self.fill(
            kind(
                shape[1],
                groups * self.whole(1, 2),
                self.wholes(axes, 1, 3),
                stride=self.wholes(axes, 1, 3),
                padding=self.wholes(axes, 0, 2),
                dilation=self.wholes(axes, 1, 2),
                groups=groups,
                bias=self.choice([True, False]),
                # PyTorch 1.13 exports circular ones wrongly, which ONNX Runtime shows as well.
                padding_mode=self.choice(["zeros", "zeros", "reflect", "replicate"]),
            )
        )

    def conv_transpose(self, shape):
        axes = len(shape) - 2
        groups = self.choice([g for g in (1, 1, 2, 3) if shape[1] % g == 0])
        kind = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)[axes - 1]
        stride, dilation = self.wholes(axes, 1, 3), self.wholes(axes, 1, 2)
        # PyTorch allows dilations as well; ONNX Runtime refuses that.
        extra = [self.whole(0, extent - 1) for extent in stride]
        return self.fill(
            kind(
                shape[1],
                groups * self.whole(1, 2),
                self.wholes(axes, 1, 3),
                stride=stride,
                padding=self.wholes(axes, 0, 1),
                output_padding=extra,
                dilation=dilation,
                groups=groups,
                bias=self.choice([True, False]),
            )
        )

    def batch_norm(self, shape):
        kind = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)[len(shape) - 3]
        norm = self.fill(kind(shape[1], eps=0.25))
        norm.running_mean = self.numbers(shape[1])
        # With eps it is 1, 4 or 1/4.
        norm.running_var = torch.tensor(
            [self.choice([0.75, 3.75, 0.0]) for _ in range(shape[1])], dtype=torch.float64
        )
        return norm

    def average_pool(self, shape):
        axes = len(shape) - 2
        kind = (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)[axes - 1]
        kernel = self.wholes(axes, 1, 3)
        padding = [self.whole(0, extent // 2) for extent in kernel]
        # With padding PyTorch 1.13 states an extent that it does not give, if that is rounded up.
        rounds_up = not any(padding) and self.choice([True, False])
        counts_all = self.choice([True, False])
        pool = kind(kernel, self.wholes(axes, 1, 2), padding, rounds_up, counts_all)
        pool.is_dyadic = 3 not in kernel and not rounds_up and (counts_all or not any(padding))
        return pool

    def global_pool(self, shape):
        pool = (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)[len(shape) - 3](1)
        pool.is_dyadic = False
        return pool

    def pad(self, shape):
        axes = len(shape) - 2
        mode = self.choice(["constant", "reflect", "replicate"])
        least = -1 if mode == "constant" else 0
        amounts = self.wholes(2 * axes, least, 2)
        value = self.whole(-2, 2) if mode == "constant" else 0
        return Step(lambda x: functional.pad(x, amounts, mode, value))

    def resize(self, shape):
        modes = ["nearest", ("linear", "bilinear", "trilinear")[len(shape) - 3]]
        # Before operator set 11 files cannot say where the samples are, and PyTorch does not care.
        mode = self.choice(modes if self.opset >= 11 else modes[:1])
        aligned = None if mode == "nearest" else self.choice([True, False])
        # With both corners in their places ONNX and its runtime differ if an extent is rounded.
        factor = self.choice([2, 3] if aligned else [2, 2, 1.5, 3])
        is_dyadic = mode == "nearest" or (factor == 2 and not aligned)
        return Step(
            lambda x: functional.interpolate(
                x, scale_factor=factor, mode=mode, align_corners=aligned
            ),
            is_dyadic,
        )

    def linear(self, shape):
        return self.fill(nn.Linear(shape[-1], self.whole(1, 6), bias=self.choice([True, False])))

    def dense(self, shape):
        size = int(torch.tensor(shape[1:]).prod())
        channels, width = self.whole(1, 3), self.whole(2, 4)
        dense = self.fill(nn.Linear(size, channels * width))
        return Chain(nn.Flatten(), dense, Step(lambda x: x.reshape(-1, channels, width)))

    def product(self, shape):
        factor = self.numbers(shape[-1], self.whole(1, 5))
        return Step(lambda x: x @ factor.to(x))

    def arithmetic(self, shape):
        constant = self.numbers(*self.choice([(1,), (shape[1],) + (1,) * (len(shape) - 2)]))
        divisor = torch.tensor(2.0 ** self.whole(-2, 2))
        return Step(
            self.choice(
                [
                    lambda x: x + constant.to(x),
                    lambda x: constant.to(x) - x,
                    lambda x: x * constant.to(x),
                    lambda x: -x / divisor.to(x),
                ]
            )
        )

    def permute(self, shape):
        order = [0] + [1 + int(i) for i in self.rng.permutation(len(shape) - 1)]
        return Step(lambda x: x.permute(order))

    def reshape(self, shape):
        size = int(torch.tensor(shape[1:]).prod())
        channels = self.choice([d for d in range(1, size + 1) if size % d == 0])
        return Step(lambda x: x.reshape(1, channels, -1))

    def select(self, shape):
        axis = self.long_axis(shape)
        first, step = self.whole(0, 1), self.whole(1, 2)
        return Step(
            self.choice(
                [
                    lambda x: x.narrow(axis, first, x.shape[axis] - first),
                    lambda x: x.flip(axis),
                    lambda x: x.roll(1, axis),
                    lambda x: x[(slice(None),) * axis + (slice(first, None, step),)],
                    lambda x: x.unsqueeze(axis).squeeze(axis),
                ]
            )
        )

    def reduce(self, shape):
        axis = self.whole(2, len(shape) - 1)
        is_mean = self.choice([True, False])
        return Step(lambda x: (x.mean if is_mean else x.sum)(axis, keepdim=True), not is_mean)

    def shuffle(self, shape):
        if len(shape) != 4:
            return Step(lambda x: x.repeat(1, 2, 1) if x.dim() == 3 else x)
        return nn.PixelShuffle(2) if shape[1] % 4 == 0 else nn.PixelUnshuffle(2)

    def split(self, shape):
        axis = self.long_axis(shape)

        def swapped(x):
            parts = x.split([1, x.shape[axis] - 1], axis)
            return torch.cat([parts[1], 2 * parts[0]], axis)

        return Step(swapped)

    def residual(self, shape):
        kernel = nn.Conv1d(shape[1], shape[1], 3, padding=1) if len(shape) == 3 else None
        if len(shape) == 4:
            kernel = nn.Conv2d(shape[1], shape[1], (3, 1), padding=(1, 0))
        step = self.fill(kernel) if kernel else self.arithmetic(shape)
        return Residual(Chain(step, self.batch_norm(shape), nn.Dropout()))

    def joined(self, shape):
        axis = self.whole(1, len(shape) - 1)
        return Joined([Chain(self.arithmetic(shape)), Chain(nn.Identity())], axis)


STEPS = """conv conv conv conv_transpose conv_transpose batch_norm average_pool average_pool global_pool
pad resize resize linear dense product arithmetic permute reshape select select reduce shuffle
split residual residual joined""".split()


def random_network(rng, opset):
    """A network, and an input of it, in double precision."""
    make = Maker(rng, opset)
    axes = make.choice([1, 2, 2, 2, 3])
    x = make.numbers(1, make.choice([2, 3, 4]), *make.wholes(axes, 3, 6 - axes + 1))
    steps, y = [], x
    wanted = make.whole(2, 5)
    while len(steps) < wanted:
        try:
            name = make.choice(STEPS)
            step = getattr(make, name)(tuple(y.shape)).double().eval()
            made = step(y)
        except (RuntimeError, ValueError, IndexError):  # it does not go with this shape
            continue
        if 3 <= made.dim() <= 5 and 0 < made.numel() <= MOST:
            steps.append((f"{len(steps)}_{name}", step))
            y = made
    return Chain(collections.OrderedDict(steps)), x
