"""The largest singular value of a matrix in a file. Usage: python3 singular_value.py A.npz"""

import sys

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import svds

A = sparse.load_npz(sys.argv[1]).astype(float)
start = np.random.default_rng(0).standard_normal(min(A.shape))
print(f"{svds(A, 1, v0=start, return_singular_vectors=False)[0]:.6f}")
