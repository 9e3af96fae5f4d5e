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
from ._deblur import deblur
from ._diagonals import Diagonal, Diagonals, diagonals
from ._distributed import (
    petsc_matrix,
    petsc_normal_equations,
    petsc_order,
    petsc_shell,
    petsc_update,
)
from ._errors import CapacityError, Error, FormatError, GeometryError, SolverError
from ._explain import (
    EntryExplanation,
    KernelMeeting,
    SymbolicMatrix,
    WeightLanding,
    WeightLandings,
    explain,
    symbolic,
)
from ._imaging import nonnegative_least_squares, richardson_lucy, total_variation
from ._inspect import (
    InspectedConvolution,
    Inspection,
    LevelStructure,
    MatrixPosition,
    MatrixStructure,
    Separability,
    StorageBytes,
    VacantLines,
    inspect,
)
from ._matrix import matrix
from ._onnx import OnnxModel, OnnxNode, OnnxOtherNode, OnnxSegment, OnnxTensor, from_onnx
from ._operator import Operator, SeparatedOperator, operator, separated
from ._packing import PackedTensor, PixelShuffle, pixel_shuffle
from ._plot import Page, Plot, page, plot
from ._reports import (
    IterationReport,
    IterativeSolution,
    SingularTriplets,
    SingularTripletsReport,
    Solution,
    SolveReport,
    SpectralNorm,
)
from ._separable import average_pool, pad, resize
from ._solve import least_squares, solve_square
from ._spectrum import largest_singular_values, singular_values, spectral_norm
from ._tikhonov import tikhonov
from ._verify import VerifyReport, verify, weight_gradient
from ._windows import fold, im2col, unfold

__all__ = [
    "AffineMap",
    "CapacityError",
    "Diagonal",
    "Diagonals",
    "EntryExplanation",
    "Error",
    "FormatError",
    "GeometryError",
    "InspectedConvolution",
    "Inspection",
    "KernelMeeting",
    "IterationReport",
    "IterativeSolution",
    "LevelStructure",
    "MatrixPosition",
    "MatrixStructure",
    "OnnxModel",
    "OnnxNode",
    "OnnxOtherNode",
    "OnnxSegment",
    "OnnxTensor",
    "Operator",
    "PackedTensor",
    "Page",
    "PixelShuffle",
    "Plot",
    "Separability",
    "SeparatedOperator",
    "SingularTriplets",
    "SingularTripletsReport",
    "Solution",
    "SolveReport",
    "SolverError",
    "SpectralNorm",
    "StorageBytes",
    "SymbolicMatrix",
    "VacantLines",
    "VerifyReport",
    "WeightLanding",
    "WeightLandings",
    "affine",
    "average_pool",
    "deblur",
    "diagonals",
    "explain",
    "fold",
    "from_onnx",
    "im2col",
    "inspect",
    "largest_singular_values",
    "least_squares",
    "matrix",
    "nonnegative_least_squares",
    "operator",
    "pad",
    "page",
    "petsc_matrix",
    "petsc_normal_equations",
    "petsc_order",
    "petsc_shell",
    "petsc_update",
    "pixel_shuffle",
    "plot",
    "resize",
    "richardson_lucy",
    "separated",
    "singular_values",
    "solve_square",
    "spectral_norm",
    "symbolic",
    "tikhonov",
    "total_variation",
    "unfold",
    "verify",
    "weight_gradient",
]
