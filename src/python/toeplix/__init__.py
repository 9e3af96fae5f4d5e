"""Convolutions as the sparse matrices that they are.

>>> import numpy as np, toeplix
>>> A = toeplix.matrix([[0, 1], [2, 3]], input=(3, 3))
>>> y = A @ np.arange(9)
>>> y.reshape(2, 2)
array([[19., 25.],
       [37., 43.]])
"""

from ._affine import affine
from ._affine_map import AffineMap
from ._core import version as __version__
from ._errors import CapacityError, Error, FormatError, GeometryError, SolverError
from ._matrix import matrix
from ._operator import Operator, SeparatedOperator, operator, separated
from ._separable import average_pool, pad, resize
from ._windows import fold, im2col, unfold

__all__ = [
    "AffineMap",
    "CapacityError",
    "Error",
    "FormatError",
    "GeometryError",
    "Operator",
    "SeparatedOperator",
    "SolverError",
    "affine",
    "average_pool",
    "fold",
    "im2col",
    "matrix",
    "operator",
    "pad",
    "resize",
    "separated",
    "unfold",
]
