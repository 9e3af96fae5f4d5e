"""A layer as constraints: the smallest change of an image that changes what a network sees.

A tiny network of two classes, convolution - ReLU - dense, becomes a mixed-integer linear program:

    minimise e   such that   |x - x0| <= e,  z = A x + b,  h = max(z, 0),  the other class wins

`toeplix.affine` gives A and b. The ReLU of every hidden number is four inequalities and a binary number,
with bounds l <= z <= u that hold for all images (this is known as big-M).
"""

import numpy as np
import scipy.signal
import scipy.sparse as sparse
from scipy.optimize import Bounds, LinearConstraint, milp

import toeplix

SIDE, CHANNELS = 6, 2
MARGIN = 1e-3  # by which the other class shall win

rng = np.random.default_rng(4)
w = rng.integers(-3, 4, (CHANNELS, 1, 3, 3)) / 4  # the layer's weights
layer = toeplix.affine(w, input=(SIDE, SIDE), stride=3, padding=1, bias=[0.25, -0.25])
A, b = layer.A, layer.b  # 6 x 6 pixels to 2 channels of 2 x 2; a bias for each of these numbers
dense = rng.integers(-3, 4, (2, A.shape[0])) / 2  # the last layer: a row for each class
x0 = rng.integers(0, 9, SIDE * SIDE) / 8  # the image, from 0 to 1


def network(x):
    """The scores of both classes, without the matrix."""
    image = np.pad(x.reshape(SIDE, SIDE), 1)
    maps = [scipy.signal.correlate2d(image, kernel[0], mode="valid")[::3, ::3] for kernel in w]
    return dense @ np.maximum(np.ravel(maps) + b, 0)


def relu_bounds():
    """What z = A x + b can be if every pixel is between 0 and 1."""
    return A.minimum(0).sum(axis=1).A1 + b, A.maximum(0).sum(axis=1).A1 + b


def constraints(winner, loser):
    """On the variables x, z, h, the binary numbers a, and e."""
    pixels, hidden = A.shape[1], A.shape[0]
    one, I = np.ones((pixels, 1)), sparse.identity(hidden)
    l, u = relu_bounds()
    l, u = np.minimum(l, 0), np.maximum(u, 0)
    X, L, U = sparse.identity(pixels), sparse.diags(l), sparse.diags(u)
    score = dense[winner] - dense[loser]
    infinite = np.inf
    rows = [
        #    x   z     h     a     e
        ([X, None, None, None, one], x0, infinite),  # x >= x0 - e
        ([X, None, None, None, -one], -infinite, x0),  # x <= x0 + e
        ([A, -I, None, None, None], -b, -b),  # z = A x + b
        ([None, -I, I, None, None], 0, infinite),  # h >= z
        ([None, -I, I, -L, None], -infinite, -l),  # h <= z - l (1 - a)
        ([None, None, I, -U, None], -infinite, 0),  # h <= u a
        ([None, None, score[None, :], None, None], MARGIN, infinite),
    ]
    shapes = [pixels, hidden, hidden, hidden, 1]
    for blocks, lower, upper in rows:
        height = next(block.shape[0] for block in blocks if block is not None)
        filled = [
            sparse.csr_matrix((height, width)) if block is None else block
            for block, width in zip(blocks, shapes)
        ]
        yield LinearConstraint(sparse.hstack(filled, format="csr"), lower, upper)


def smallest_change(winner, loser):
    """The image nearest to x0 of which `winner` is the class, and how far it is."""
    pixels, hidden = A.shape[1], A.shape[0]
    count = pixels + 3 * hidden + 1
    lower, upper = np.full(count, -np.inf), np.full(count, np.inf)
    lower[:pixels], upper[:pixels] = 0, 1
    lower[-hidden - 1 :], upper[-hidden - 1 :] = 0, 1
    lower[pixels + hidden : pixels + 2 * hidden] = 0
    integral = np.zeros(count)
    integral[-hidden - 1 : -1] = 1
    cost = np.zeros(count)
    cost[-1] = 1
    found = milp(
        cost,
        integrality=integral,
        bounds=Bounds(lower, upper),
        constraints=list(constraints(winner, loser)),
    )
    assert found.success, found.message
    return found.x[:pixels], found.fun


before = network(x0)
loser, winner = np.argmax(before), np.argmin(before)
x, e = smallest_change(winner, loser)
after = network(x)
print(f"the layer: {A.shape[0]} x {A.shape[1]}, {A.nnz} entries")
print(f"before: class {np.argmax(before)}, ahead by {before[loser] - before[winner]:.3f}")
print(f"after:  class {np.argmax(after)}, no pixel changed by more than {e:.3f}")

# None of many changes that are a little smaller does it.
others = np.clip(x0 + 0.98 * e * rng.choice([-1, 1], (2000, x0.size)), 0, 1)
turned = sum(np.argmax(network(each)) == winner for each in others)
print(f"of {len(others)} smaller changes, {turned} turn it")
