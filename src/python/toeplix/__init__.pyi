from ._affine import affine as affine
from ._affine_map import AffineMap as AffineMap
from ._errors import CapacityError as CapacityError
from ._errors import Error as Error
from ._errors import FormatError as FormatError
from ._errors import GeometryError as GeometryError
from ._errors import SolverError as SolverError
from ._matrix import matrix as matrix
from ._operator import Operator as Operator
from ._operator import SeparatedOperator as SeparatedOperator
from ._operator import operator as operator
from ._operator import separated as separated
from ._separable import average_pool as average_pool
from ._separable import pad as pad
from ._separable import resize as resize
from ._windows import fold as fold
from ._windows import im2col as im2col
from ._windows import unfold as unfold

__version__: str
__all__: list[str]
