"""The singular values of a layer: how much it can amplify what it is given.

If the boundary is circular, there is a formula: the Fourier transform of the kernel gives a small
matrix for every frequency, and their singular values are those of the layer (Sedghi, Gupta, Long:
The Singular Values of Convolutional Layers, 2019). For any other boundary there is none: `svds`
finds the largest ones by products, which `toeplix.operator` takes without the matrix.
"""

import numpy as np
from scipy.sparse.linalg import svds

import toeplix

SIDE = 16

rng = np.random.default_rng(2)
w = rng.integers(-4, 5, (4, 3, 3, 3)) / 8  # Conv2d(3, 4, 3, padding=1)


def by_formula():
    """All singular values of the circular layer, the largest first."""
    transformed = np.fft.fft2(w, (SIDE, SIDE))  # out, in, frequencies of both axes
    each = np.linalg.svd(transformed.transpose(2, 3, 0, 1), compute_uv=False)
    return np.sort(each.ravel())[::-1]


def largest(boundary, count=3):
    """The largest singular values of the layer with any boundary."""
    op = toeplix.operator(w, input=(SIDE, SIDE), padding=1, boundary=boundary)
    start = np.ones(min(op.shape))
    return np.sort(svds(op, k=count, v0=start, return_singular_vectors=False))[::-1]


formula = by_formula()
print("circular, by the formula:", *(f"{value:.6f}" for value in formula[:3]))
for boundary in ("circular", "zero", "reflect", "replicate"):
    print(f"{boundary + ', by products:':<24}", *(f"{value:.6f}" for value in largest(boundary)))

A = toeplix.matrix(w, input=(SIDE, SIDE), padding=1, boundary="circular")
dense = np.linalg.svd(A.toarray(), compute_uv=False)
print(f"all {len(dense)} of them differ by less than 1e-12:", np.allclose(dense, formula, 0, 1e-12))
