from ._affine import affine as affine
from ._affine_map import AffineMap as AffineMap
from ._deblur import deblur as deblur
from ._diagonals import diagonals as diagonals
from ._errors import CapacityError as CapacityError
from ._errors import Error as Error
from ._errors import FormatError as FormatError
from ._errors import GeometryError as GeometryError
from ._errors import SolverError as SolverError
from ._explain import explain as explain
from ._explain import symbolic as symbolic
from ._inspect import inspect as inspect
from ._matrix import matrix as matrix
from ._operator import Operator as Operator
from ._operator import SeparatedOperator as SeparatedOperator
from ._operator import operator as operator
from ._operator import separated as separated
from ._plot import page as page
from ._plot import plot as plot
from ._separable import average_pool as average_pool
from ._separable import pad as pad
from ._separable import resize as resize
from ._solve import least_squares as least_squares
from ._solve import solve_square as solve_square
from ._tikhonov import tikhonov as tikhonov
from ._verify import verify as verify
from ._verify import weight_gradient as weight_gradient
from ._windows import fold as fold
from ._windows import im2col as im2col
from ._windows import unfold as unfold

__version__: str
__all__: list[str]
