"""Two layers of a network and the ReLU between them as a mixed-integer linear program.

How large can each output get, if every input is between 0 and 1?

    maximise y_k   such that   z = A x + b,  h = max(z, 0),  y = C h + d,  0 <= x <= 1

Each ReLU is three inequalities and a binary number, with bounds l <= z <= u (known as big-M). HiGHS
solves it. A linear program for every pattern of the ReLUs must say the same.

Usage: python3 milp.py A.npz b.npy C.npz d.npy
"""

import itertools
import sys

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

A, C = (sparse.load_npz(sys.argv[i]).astype(float) for i in (1, 3))
b, d = (np.load(sys.argv[i]).astype(float) for i in (2, 4))
hidden, inputs = A.shape

# What z can be, row by row.
l = A.minimum(0).sum(axis=1).A1 + b
u = A.maximum(0).sum(axis=1).A1 + b
open_ = np.flatnonzero((l < 0) & (u > 0))  # these ReLUs may be on or off


def constraints():
    """On the variables x, z, h and the binary numbers a: h <= z - l (1 - a), h <= u a, h >= z."""
    I, none = sparse.identity(hidden), None
    L, U = sparse.diags(np.minimum(l, 0)), sparse.diags(np.maximum(u, 0))
    rows = [
        #  x    z    h   a
        ([A, -I, none, none], -b, -b),
        ([none, -I, I, none], 0, np.inf),
        ([none, -I, I, -L], -np.inf, -np.minimum(l, 0)),
        ([none, none, I, -U], -np.inf, 0),
    ]
    widths = [inputs, hidden, hidden, hidden]
    for blocks, lower, upper in rows:
        filled = [
            sparse.csr_matrix((hidden, width)) if block is None else block
            for block, width in zip(blocks, widths)
        ]
        yield LinearConstraint(sparse.hstack(filled, format="csr"), lower, upper)


def largest(k):
    """By the mixed-integer program."""
    zero = np.zeros(hidden)
    lower = np.concatenate([np.zeros(inputs), np.full(hidden, -np.inf), zero, zero])
    upper = np.concatenate([np.ones(inputs), np.full(2 * hidden, np.inf), zero + 1])
    integral = np.concatenate([np.zeros(inputs + 2 * hidden), np.ones(hidden)])
    cost = np.zeros(inputs + 3 * hidden)
    cost[inputs + hidden : inputs + 2 * hidden] = -C[k].toarray()[0]
    found = milp(
        cost,
        integrality=integral,
        bounds=Bounds(lower, upper),
        constraints=list(constraints()),
        options={"mip_rel_gap": 0},
    )
    assert found.success, found.message
    return d[k] - found.fun, np.clip(found.x[:inputs], 0, 1)


def largest_of_patterns(k):
    """By a linear program for every pattern of the ReLUs that are open."""
    best = -np.inf
    for pattern in itertools.product([0, 1], repeat=len(open_)):
        on = (l >= 0).astype(float)
        on[open_] = pattern
        gradient = C[k].toarray()[0] * on
        sign = 1 - 2 * on  # z <= 0 where it is off, z >= 0 where it is on
        sided = sparse.diags(sign) @ A
        found = linprog(-(A.T @ gradient), sided, -sign * b, bounds=(0, 1), method="highs")
        if found.success:
            best = max(best, d[k] + gradient @ b - found.fun)
    return best


print(f"{inputs} inputs, {hidden} ReLUs of which {len(open_)} may be on or off, {len(d)} outputs")
for k in range(4):
    value, x = largest(k)
    reached = C[k] @ np.maximum(A @ x + b, 0) + d[k]
    low, high = np.maximum(l, 0), np.maximum(u, 0)
    by_intervals = d[k] + (C[k].maximum(0) @ high + C[k].minimum(0) @ low)[0]
    print(f"output {k}: at most {value:.4f}, where intervals say {by_intervals:.4f}")
    assert abs(reached[0] - value) < 1e-5 and abs(largest_of_patterns(k) - value) < 1e-5
print("an input reaches each, and no pattern of the ReLUs goes beyond")
