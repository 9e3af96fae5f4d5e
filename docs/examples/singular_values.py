"""The singular values of a layer: how much it can amplify what it is given.

If the boundary is circular, the Fourier transform of the kernel gives a small matrix for every
frequency, and their singular values are those of the layer (Sedghi, Gupta, Long: The Singular
Values of Convolutional Layers, 2019): `singular_values` takes all of them at once. For any other
boundary `largest_singular_values` finds some, by products, and `spectral_norm` proves that none is
larger than its upper bound.
"""

import numpy as np

import toeplix

rng = np.random.default_rng(2)
w = rng.integers(-4, 5, (4, 3, 3, 3)) / 8  # Conv2d(3, 4, 3, padding=1)
layer = {"weights": w, "input": (16, 16), "padding": 1}

values = toeplix.singular_values(**layer, boundary="circular")
print("circular, by frequencies:", *(f"{value:.6f}" for value in values[:3]))
for boundary in ("circular", "zero", "reflect", "replicate"):
    largest = toeplix.largest_singular_values(**layer, boundary=boundary, k=3, vectors=False)
    print(f"{boundary + ', the largest:':<24}", *(f"{value:.6f}" for value in largest.s))
    norm = toeplix.spectral_norm(**layer, boundary=boundary, tolerance=1e-3)
    assert norm.lower <= largest.s[0] <= norm.upper and norm.converged

dense = np.linalg.svd(toeplix.matrix(**layer, boundary="circular").toarray(), compute_uv=False)
print(f"all {len(dense)} of them differ by less than 1e-12:", np.allclose(dense, values, 0, 1e-12))
